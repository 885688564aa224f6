from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from generator.composing.assembling import render
from generator.composing.markdown import escape, rewrite
from generator.content.model import ReferenceKind
from generator.reading.scan import scan

PRINTABLE = st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]))
# What Markdown, HTML and our own references are made of, densely mixed.
MARKUP = st.text(alphabet="ab 1[]|^#`*_<>!-&;\"'=/\\(){}\n~:.", max_size=60)


class Elements(HTMLParser):
    """Collects the elements and the text of a piece of HTML."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text = [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)


def found(source):
    scanned = scan(source, "a.md", 1)
    return [(r.kind.value, r.slug, r.label, source[r.start : r.end]) for r in scanned.text.references]


@given(PRINTABLE)
@example("1. a")
@example("- a")
@example("a | b")
@example("&amp; &#65;")
@example("http://x_y_z")
@example("    four")
def test_escaped_text_renders_as_itself(text):
    html = render(escape(text)).page(str)
    assert "".join(Elements(html).text).strip() == " ".join(text.split())
    assert {tag for tag, _ in Elements(html).tags} <= {"p"}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[[xi]]", [("link", "xi", "", "[[xi]]")]),
        ("[[xi|President Xi]]", [("link", "xi", "President Xi", "[[xi|President Xi]]")]),
        ("| a |\n|---|\n| [[xi\\|Xi]] b |", [("link", "xi", "Xi", "[[xi\\|Xi]]")]),
        ("said.[^one][^two]", [("citation", "one", "", "[^one]"), ("citation", "two", "", "[^two]")]),
        ("(#a-b) #c1, no#d, #1", [("tag", "a-b", "", "#a-b"), ("tag", "c1", "", "#c1")]),
        ("> - quoted [[xi]]", [("link", "xi", "", "[[xi]]")]),
        ("`[[xi]]` and `#tag`", []),
        ("\\[[xi]] \\#tag", []),
        ("[text #tag](https://example.org)", []),
        ("<!-- [[xi]] -->", []),
        ("    [[xi]]", []),
    ],
)
def test_references_are_found_where_they_are_text_and_nowhere_else(source, expected):
    assert found(source) == expected


@given(
    st.lists(st.sampled_from(["- ", "> ", "  ", "1. ", "word ", "\n", "\n\n", "[[x]]", "#t ", "[^c]", "**", "| "]))
)
def test_every_reference_knows_where_it_stands(pieces):
    source = "".join(pieces)
    scanned = scan(source, "a.md", 5)
    lines = source.split("\n")
    for ref in scanned.text.references:
        written = source[ref.start : ref.end]
        assert written in ("[[x]]", "#t", "[^c]")
        place = ref.place("")
        assert lines[place.line - 5][place.column - 1 :][: place.width] == written


def test_references_are_replaced_and_the_rest_stays_to_the_letter():
    text = scan("a [[x|y]] *b*  \nc #t[^z]\n", "a.md", 1).text
    assert rewrite(text, lambda ref: f"<{ref.kind}>") == "a <link> *b*  \nc <tag><citation>\n"


@given(MARKUP)
@example('<a title="`"> x `<script>` y')
@example("<script>\nalert(1)\n</script>")
@example("<!-- a --><b>")
@example("<!--\n--> <i>x</i>")
def test_html_of_an_editor_is_never_markup(source):
    html = render(rewrite(scan(source, "a.md", 1).text, lambda ref: "x")).page(str)
    ours = {"p", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "a", "img", "br", "hr", "s", "del"}
    ours |= {f"h{level}" for level in range(1, 7)} | {"table", "thead", "tbody", "tr", "th", "td"}
    for tag, attributes in Elements(html).tags:
        assert tag in ours
        assert set(attributes) <= {"href", "src", "alt", "title", "id", "start", "style", "class"}


@pytest.mark.parametrize("address", ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x"])
def test_a_link_that_would_run_something_is_no_link(address):
    assert not [tag for tag, _ in Elements(render(f"[x]({address})").page(str)).tags if tag == "a"]


def test_a_citation_becomes_a_numbered_footnote_with_a_way_back():
    html = render("One.[^a] Two.[^a] Three.[^b]\n\n[^a]: First.\n\n[^b]: Second.\n").page(str)
    tags = Elements(html).tags
    ids = {attributes["id"] for _, attributes in tags if "id" in attributes}
    targets = {attributes["href"][1:] for tag, attributes in tags if tag == "a"}
    assert {"fn:a", "fn:b"} <= ids
    assert targets <= ids
    assert "".join(Elements(html).text).startswith("One.1 Two.1 Three.2")


def test_equal_headings_have_ids_of_their_own():
    rendered = render("## Notes\n\n## Notes\n\n## 中文\n")
    assert [heading.id for heading in rendered.headings] == ["notes", "notes_1", "zhong-wen"]


def test_kinds_of_reference_are_told_apart():
    text = scan("[[a]] #b [^c]", "a.md", 1).text
    assert text.slugs(ReferenceKind.LINK) == ("a",)
    assert text.slugs(ReferenceKind.TAG) == ("b",)
    assert text.slugs(ReferenceKind.CITATION) == ("c",)


def test_what_is_rendered_is_the_page_and_its_text_without_what_stands_aside_with_its_own_links_each():
    source = "Text[^a] and [a link](b.md?x&y).\n\n[^a]: Note.\n\n## Aside\n\n[other](c.md)\n"
    found = render(source, source[: source.index("## Aside")].count("\n"))
    text, page = found.text(lambda href: f"https://a.example/{href}"), found.page(str)
    assert page == render(source).page(str)
    assert 'href="b.md?x&amp;y"' in page
    assert 'href="https://a.example/b.md?x&amp;y"' in text
    assert "Note." in text
    assert "Aside" not in text
    assert "other" not in text
    assert "Aside" in page
    assert "\0" not in text + page
