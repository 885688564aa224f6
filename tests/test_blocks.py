"""A page that is read block by block, and line by line, is the same as the dialect makes of all of it at once."""

import re
from unittest.mock import patch

import hypothesis
import pytest
from conftest import ROOT, SITE, pages_of
from hypothesis import example, given
from hypothesis import strategies as st

from generator.build import check
from generator.composing import blocks, lines
from generator.composing.assembling import assembled, render
from generator.composing.lines import NOTHING, line
from generator.composing.markdown import indented, quoted
from generator.composing.pieces import UP, Piece, Run, compose, mark, read
from generator.sites import rendered

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
    """Return a page of which nothing was read without the parser."""
    with patch.multiple(blocks, _BLOCK=NEVER, _CUT=NEVER, line=lines._read):
        return render(source, aside)


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
    assert render(source, aside) == at_once(source, aside)


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
    for page in pages_of(check(folder / "content", how).library, how, {}):
        body = page.body
        assert rendered(body) == at_once(body.markdown, f"{body.text}\n".count("\n") if body.relations else None)


WORDS = st.lists(st.sampled_from([*INLINE, f"[a]({UP}a/b.md#c-1)", f"[d]({UP}d.md)"]), max_size=5).map("".join)
LINES = st.lists(WORDS, min_size=1, max_size=3).map("\n".join)
SORTS = [
    LINES.map(lambda text: f'-   <span id="r-1"></span>{indented(text)} <span class="briefing-trail">[^n]</span>\n'),
    st.tuples(WORDS, WORDS).map(lambda both: f"-   [t]({UP}t.md) {both[0]}\n\n    {both[1]}\n\n"),
    st.tuples(LINES, LINES).map(
        lambda both: (
            f'<figure id="q" markdown>\n\n{quoted(both[0])}\n\n<figcaption markdown>\n\n— {both[1]}\n\n'
            "</figcaption>\n\n</figure>\n\n"
        )
    ),
]
RUN = st.one_of(*(st.lists(sort.map(Piece), min_size=1, max_size=4) for sort in SORTS))


@hypothesis.settings(max_examples=1000)
@given(PAGE, RUN, PAGE, st.sampled_from(["", "../", "../../../"]), st.sampled_from(["", "## Aside\n\nx [^n]"]))
@example("```\n\n", [Piece("-   a\n")], "", "../", "")
@example("", [Piece("-   a\n"), Piece("-   b\n\n    c\n\n")], "", "../", "")
@example("", [Piece("<figure>\n\n— a\n```\n\n</figure>\n\n")], "b\n", "../", "")
def test_a_page_put_together_of_pieces_is_the_same_as_read_at_once(before, run, after, up, relations):
    notes = [Piece(f"[^{name}]: Note [x]({UP}y.md).\n") for name in ("n", "m")]
    written = f"{before}\n\n<div markdown>\n\n{mark(0)}\n\n</div>\n\n{after}\n\n{mark(1)}\n"
    text = compose(written, [Run(tuple(run), up), Run(tuple(notes), up)])
    made = assembled(read(text, relations))
    if relations:
        assert made == at_once(f"{text}\n{relations}\n", f"{text}\n".count("\n"))
    else:
        assert made == at_once(text)


def test_a_piece_is_rendered_once_for_all_pages(monkeypatch):
    asked, alone = [], blocks.alone
    monkeypatch.setattr(blocks, "alone", lambda source: asked.append(source) or alone(source))
    piece = Piece(f"-   [a]({UP}b.md)\n")
    for up in ("", "../", "../../../"):
        made = assembled(read(compose(f"<div>\n\n{mark(0)}\n\n</div>\n", [Run((piece, piece), up)])))
        item = f'<li><a href="{up}b.md">a</a></li>\n'
        assert made.page(str) == f"<div>\n<ul>\n{item}{item}</ul>\n</div>\n"
    assert len(asked) == 1


def test_most_of_a_composed_page_is_told_without_a_parser(settings, monkeypatch):
    pages = pages_of(check(SITE / "content", settings).library, settings, {})
    asked = []
    monkeypatch.setattr(blocks, "_whole", lambda source, aside=None: asked.append(source) or [])
    for page in pages:
        render(page.markdown)
    assert sum(map(len, asked)) < sum(len(page.markdown) for page in pages) / 3


def test_a_comment_that_says_nothing_is_not_shown():
    assert render(f"a{NOTHING}b\n").html == "<p>ab</p>\n"
