"""A composed page is read by Python-Markdown as it was meant, or passed on as HTML."""

import markdown
import pytest
from conftest import ROOT
from hostile.judge import PYTHON_MARKDOWN, Judge

from generator.build import build
from generator.commands.portable import portable


def read(text):
    extensions = ["attr_list", "fenced_code", "footnotes", "md_in_html", "tables"]
    return markdown.markdown(portable("T", text, lambda href: f"https://a.example/{href}"), extensions=extensions)


@pytest.mark.parametrize(
    "text",
    [
        "- a\n\n  ```\n  <script>alert(1)</script>\n  ```\n",
        "`x\n<img src=x onerror=alert(1)>\ny`\n",
        "words\n[x]: javascript:alert(1)\n\n[x]\n",
        "> [x]:\n> javascript:alert(1)\n>\n> [x]\n",
        "[x](java\nscript:alert(1) )\n",
        '[x](<java script:alert(1)> "t)\n',
        "[x](j&#97;vascript:alert( 1 ))\n",
        "    <script>alert(1)</script>\n",
        "1. a\n\n   ~~~\n   <iframe src=//evil.example></iframe>\n   ~~~\n",
        "```\n<div onclick=alert(1)>\n```\n",
        '<div class="a" markdown>\n\n- `<b onclick=alert(1)>`\n\n</div>\n',
    ],
)
def test_nothing_comes_to_life_that_is_words_for_us(text):
    assert not Judge(read(text), PYTHON_MARKDOWN).harm


def test_a_page_of_which_nothing_is_in_doubt_stays_markdown():
    text = "A [link](../x.md#y), <https://example.org/a:b>, [mail](mailto:a@example.org) and a note.[^x]\n"
    text += "\n[^x]: Note: x.\n"
    text = f'<div class="briefing-list" markdown>\n\n{text}\n</div>\n'
    assert portable("T", text, str) == f"# T\n\n{text}"


def test_every_page_of_the_real_site_stays_markdown(real_settings):
    site = build(ROOT / "content", real_settings)
    doubtful = [page.path for page in site.pages if "<div>\n" in portable(page.title, page.markdown, str)[:400]]
    assert not doubtful


def test_a_year_that_begins_a_line_begins_no_list():
    assert "<ol" not in read("- It began in\n  2022. Then it ended.\n")
    assert "2022. Then" in read("- It began in\n  2022. Then it ended.\n")
    assert "<ol" not in read("-   item\n\n    It began in\n    2022. Then it ended.\n")
    for code in ("```\nbefore\n2022. after\n```\n", "Text.\n\n    before\n    2022. after\n"):
        assert "before\n2022. after" in read(code), "code stays as it is"
    assert read("1. one\n2. two\n").count("<li>") == 2
    assert read("Text.\n\n7. seven\n8. eight\n").count("<li>") == 2


def test_a_page_in_doubt_is_html_with_links_that_lead_somewhere():
    made = portable("T", "`<b>` and [a](x.md)\n", lambda href: f"https://a.example/{href}")
    assert made == '# T\n\n<div>\n<p><code>&lt;b&gt;</code> and <a href="https://a.example/x.md">a</a></p>\n</div>\n'
    assert "<code>&lt;b&gt;</code>" in read("`<b>` and [a](x.md)\n")


def test_two_notes_side_by_side_are_two_numbers():
    words = "".join(Judge(read("A.[^x][^y] B.[^x] C.[^y]\n\n[^x]: X\n[^y]: Y\n")).words)
    assert "A.1, 2 B.1 C.2" in words
    assert "{x}" in "".join(Judge(read("**a**{x}\n")).words)
