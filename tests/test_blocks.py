"""A page that is read block by block, and line by line, is the same as the dialect makes of all of it at once."""

import re
from unittest.mock import patch

import hypothesis
import pytest
from conftest import ROOT, SITE
from hypothesis import example, given
from hypothesis import strategies as st

from generator import blocks, build, lines
from generator.build import check, rendered
from generator.dependencies import Dependencies
from generator.lines import NOTHING, line
from generator.markdown import draft
from generator.pages import plan

NEVER = re.compile(r"(?!)")
# What may stand in a line: what templates and editors write, and markup that is left open or is none.
INLINE = """word|Two words|[a link](../a/b.md#c-1)|[x](y.md)|[^n]|[^m]|**bold**|**b:** c|**50%** d|*em*|``|`code`|`
<span id="s-1"></span>|<span class="briefing-date">1 May</span> |<!---->|\\*|\\|&amp;|&|<br>|~~s~~|![i](p.png)|!|[|]
](|(|_u_|"q"|'| <span class="briefing-trail">[T](../t.md) · [S](../s.md#x)[^n]</span>|<b>|<!A x|<?p|<a title="x|é|“q”
[o](https://a.example/b)|<https://a.example>|***|**|1. |2 |12) | · |–|\u00a0|  |\t|#|=|[^u]|[a](x '|[t')y](z)
**a**b|**c **d|<span title="a>b">z|</span>|[i\\]j](k)|[A · B](../a.md)""".replace("\n", "|").split("|")
BEGINNINGS = """|-   |-   |-   |- |    |    |  |> |>|> - |1. |## |### |[^n]: |[^m]: |<div class="x" markdown>|</div>
<p>|<figure id="f">|```|~~~|<!--|-->|<script>|<pre>|---|===|***|+ |* |-   -   -|-    |        |-   >
-   [^n]: |<details markdown>|-\t|</details>|<table>|<!---->|    - |    > |<span>|<span id="k"></span>""".replace(
    "\n", "|"
).split("|")
PIECES = [
    "## Head\n\n",
    '<div class="briefing-records" markdown>\n\n',
    '<details class="more" markdown>\n<summary>S</summary>\n\n',
    "</div>\n\n",
    '-   <span id="a-1"></span>Words [l](../x.md). <span class="briefing-trail">[T](../t.md)[^n]</span>\n',
    "-   one\n-   two\n\n",
    "-   one\n\n    para [^m]\n\n-   two\n\n    para\n\n",
    "-   a\n    b\n\n",
    "-   a\n\n\n    b\n\n",
    "-   a\n \n-   b\n\n",
    "-   x\n    - y\n\n    z\n\n",
    "-   ```\n    code\n    ```\n\n",
    "    more\n",
    "> quote\n> more\n\n",
    "> a\n\n> b\n\n",
    "Para one\nline two\n\n",
    "lazy\n",
    "text\n-   item\n\n",
    "1. x\n\n",
    "[^n]: Note [x](y.md).\n[^m]: Other.\n\n",
    "[^n]: Note.\n\n    second[^m]\n\n",
    "| a | b |\n|---|---|\n| [x](y.md) | [^n] |\n\n",
    "```\ncode\n\n",
    "<!-- a\n\nb -->\n\n",
    "<svg>\n<g/>\n</svg>\n\n",
    "\n",
]
LINE = st.lists(st.sampled_from(INLINE), max_size=5).map("".join)
ENDS = st.sampled_from(["\n", "\n", "\n\n", "\n\n", " \n", "\n\n\n", "\n \n", "\r\n", "\n\u00a0\n", ""])
WRITTEN = st.tuples(st.sampled_from(BEGINNINGS), LINE, ENDS).map("".join)
PAGE = st.lists(st.one_of(st.sampled_from(PIECES), WRITTEN), max_size=9).map("".join)


def at_once(source, aside=None):
    """Return a draft of which nothing was told without the parser."""
    with patch.multiple(blocks, _BLOCK=NEVER, _CUT=NEVER, line=lines._read):
        return draft(source, aside)


@hypothesis.settings(max_examples=1000)
@given(PAGE, st.none() | st.integers(0, 12))
@example("-   -   ```word\n\n```\n\n", None)
@example("-   a\nb\n\n-   c\n", None)
@example("-   a\n-   b\n", 1)
@example("-   a\n\n[^n]: b[^m]\n\n[^m]: c[^n]\n\nd[^n]\n", 6)
@example("> a\nb\n\n```\n\n## c\n\n```\n", 5)
@example("```\n\n## c\n\n</div>\n", None)
@example("<p>x | y\n|---|---|\n\n", None)
@example('<span title="a>b">z\n\nText\n', None)
def test_a_page_in_blocks_is_the_same_as_read_at_once(source, aside):
    assert draft(source, aside) == at_once(source, aside)


@hypothesis.settings(max_examples=1000)
@given(LINE.map(str.strip))
@example('<!A x <span class="briefing-trail">[T](../t.md)</span>')
@example('<span id="a"></span>**"a"* <span class="briefing-trail">[T](../t.md)</span>')
@example("[a](x ' <span class=\"briefing-trail\">[t')y](z)</span>")
@example('*w*\n <span class="briefing-trail">[A](../a.md)</span>')
@example('*w* <span class="briefing-trail">[A · B](../a.md) · [C](../c.md)</span>')
def test_a_line_in_parts_is_the_same_as_read_at_once(source):
    assert line(source) == lines._read(source)


@pytest.mark.parametrize("site", ["small", "real"])
def test_composed_pages_are_the_same_as_read_at_once(site, settings, real_settings):
    folder, how = (SITE, settings) if site == "small" else (ROOT, real_settings)
    for page in plan(Dependencies(check(folder / "content", how).library, how), {}):
        made = rendered(page.body)
        with patch.object(build, "draft", at_once):
            assert rendered(page.body) == made


def test_most_of_a_composed_page_is_told_without_a_parser(settings, monkeypatch):
    pages = plan(Dependencies(check(SITE / "content", settings).library, settings), {})
    asked = []
    monkeypatch.setattr(blocks, "_whole", lambda source, aside=None: asked.append(source) or [])
    for page in pages:
        draft(page.markdown)
    assert sum(map(len, asked)) < sum(len(page.markdown) for page in pages) / 3


def test_a_comment_that_says_nothing_is_not_shown():
    assert draft(f"a{NOTHING}b\n").html == "<p>ab</p>\n"
