"""Anything at all, put where an editor writes: a problem with a place in the file, or a page that is safe.

`HYPOTHESIS_PROFILE=search` looks for new examples, a hundred times as many; what it found is kept as `example`.
"""

import json
import re
from dataclasses import replace

import yaml
from conftest import LONG, SETTINGS, SITE
from hostile.judge import Judge, harm, rendered, scheme
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator.build import build
from generator.commands.reporting import FORMATS
from generator.composing.assembling import assembled, render
from generator.composing.composer import Composer
from generator.composing.pieces import read as read_page
from generator.content.documents import Body
from generator.content.meta import META
from generator.core.characters import printable, refused, replaced
from generator.core.errors import is_error, report
from generator.core.settings import Kind
from generator.linking.link import link
from generator.reading.autolink import link_names
from generator.reading.decoding import Source, load
from generator.reading.frontmatter import split
from generator.reading.mentions import Finder
from generator.reading.records import parse_body
from generator.reading.scan import scan
from generator.reading.schema import validate
from generator.reading.sources import parse, read
from generator.reading.tree import ContentFile

# Names with a mark of Markdown in them, each that of a theme.
ODD_NAMES = [
    "foo\\",
    "*",
    "x!",
    "a `",
    "`b`",
    "<b",
    "[n",
    "]n",
    "n](",
    "R&D",
    "a|b",
    "~~n",
    "_n_",
    "#n",
    "1. n",
    "- n",
    "$n",
    "{n}",
]


def content():
    """Return the small site, with a theme for each of the odd names."""
    found = read(SITE / "content", SETTINGS)
    odd = []
    for number, name in enumerate(ODD_NAMES):
        path = f"themes/odd-{number}.md"
        document, _ = parse(Source(path, path, f"---\ntitle: {json.dumps(name)}\nsummary: s\n---\n"), Kind.THEME)
        odd.append(document)
    return replace(found, documents=(*found.documents, *odd))


LIBRARY, _ = link(content())
FINDER = Finder(LIBRARY.documents.values())
SLUGS = sorted(LIBRARY.documents)


def tries(number):
    """Return how often a property is tried: a number of times, and a hundred times that in a search."""
    return settings(max_examples=number * 100 if LONG else number, deadline=None)


def assert_placed(problems, text, path="a.md"):
    """See that each problem has a place in its file, and can be shown in every form."""
    lines = text.split("\n")
    for problem in problems:
        place = problem.location
        assert place.path == path
        assert 1 <= place.line <= len(lines), problem
        assert 1 <= place.column <= len(lines[place.line - 1]) + 1, problem
        assert place.width >= 1
    shown = report(problems, {path: text})
    assert all(printable(line) == line for line in shown.split("\n"))
    for form in FORMATS.values():
        form(list(problems)).encode()


def quoted(text):
    """Return text as a quoted value of YAML, in which \\uD83D\\uDE00 would be two characters and neither one."""
    return json.dumps(text, ensure_ascii=False)


# --- what is in a file, as bytes

UTF8 = st.text().map(lambda text: text.encode("utf-8", "surrogatepass"))
PIECES = [
    b"---",
    b"\n",
    b"\r",
    b"\r\n",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"title: x",
    b"\x00",
    b"\xed\xa0\x80",
    b"\xc0\xaf",
]
FILES = st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=8), UTF8), max_size=12).map(b"".join)


@given(FILES, st.sampled_from(Kind))
@tries(150)
def test_any_bytes_are_a_document_or_problems_with_their_places(data, kind):
    source, problems = load(data, ContentFile("themes/a.md", "a.md"))
    document, more = (None, ()) if source.lost else parse(source, kind)
    assert not any(refused(source.text))
    text = data.decode("utf-8", "replace") if source.lost else source.text
    assert_placed([*problems, *more], text.replace("\r\n", "\n").replace("\r", "\n"))
    assert document is not None or problems or more


# --- front matter, as YAML that is nearly right

SCALARS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["", "~", "null", "NO", "007", ".inf", ".nan", "1e400", "9" * 400, "2025-13-01", "0001", "9999-12-31"]
    ),
    st.sampled_from(
        ["!!python/object:os.system x", "!x", "&a x", "*a", "<<", "- x", "{a: b}", "[a", "'", '"\\ud800"', "\u202ex"]
    ),
    st.sampled_from(
        [
            *SLUGS,
            "../../x",
            "con",
            "index",
            "x" * 101,
            "https://e.example/",
            "javascript:x",
            "https://[",
            "https://u@h",
        ]
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
)


def keys_of(kind):
    return st.sampled_from([*META[kind].__dataclass_fields__, "nokey", "<<", ""])


@st.composite
def front_matter(draw, kind):
    """Return front matter with keys of a kind: written by hand, so to speak, or by a program."""
    lines = []
    for key in draw(st.lists(keys_of(kind), max_size=6)):
        value = draw(VALUES)
        raw = isinstance(value, str) and draw(st.booleans())
        lines.append(f"{key}: {value}" if raw else yaml.safe_dump({key: value}, allow_unicode=True).rstrip("\n"))
    return "\n".join(lines)


@given(st.data())
@tries(150)
def test_any_front_matter_is_read_or_its_problems_have_their_places(data):
    kind = data.draw(st.sampled_from(Kind))
    text = replaced(f"---\n{data.draw(front_matter(kind))}\n---\n".replace("\r", ""))
    parts = split(text, "a.md")
    assert_placed(parts.problems, text)
    if parts.front is not None:
        meta, problems = validate(META[kind], parts.front)
        assert (meta is None) == bool(problems)
        assert_placed(problems, text)


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
@example("</title><script>alert(1)</script>", "*", "foo\\")
@example("*", "x", "- x")
@example("x!", "`", "]")
@tries(25)
def test_any_text_of_front_matter_is_shown_as_it_is_on_every_page(tmp_path_factory, title, summary, name):
    folder = tmp_path_factory.mktemp("site")
    words = [f"{replaced(text)} x".strip() for text in (title, summary, name)]
    fields = dict(zip(("title", "summary", "role"), map(quoted, words), strict=True))
    front = "".join(f"{key}: {value}\n" for key, value in fields.items())
    for path, text in (
        ("players/a.md", f"---\n{front}country: {fields['role']}\naliases: [{quoted(words[2] + 'y')}]\n---\n"),
        (
            "themes/t.md",
            f"---\ntitle: {quoted(words[0] + ' t')}\nsummary: {fields['summary']}\n---\n\nx *x* [[a]] y\n",
        ),
    ):
        (folder / path).parent.mkdir()
        (folder / path).write_text(text, "utf-8")
    site = build(folder, SETTINGS)
    assert not harm(site)
    page = next(page for page in site.pages if page.path == "players/a.md")
    shown = " ".join("".join(Judge(rendered(page)).words).split())
    for word in words:
        assert " ".join(word.split()) in shown


# --- bodies, from the pieces that mean something

MARKS = [
    *(
        "[[magnus-berzins]]",
        "[[fast-time-controls|",
        "[[drawn-final|!]]",
        "x",
        "]]",
        "[^drawn-final]",
        "#fast-time-controls",
    ),
    *(
        "{.nolink}",
        "<!--",
        "-->",
        "<!-- x -->",
        "`",
        "``",
        "```\n",
        "~~~\n",
        "*",
        "**",
        "_",
        "~~",
        "\\",
        "!",
        "[",
        "]",
        "(",
        ")",
    ),
    *(
        "](https://e.example/)",
        "](tel:1)",
        "<https://e.example>",
        "<b>",
        "<b a='",
        "'>",
        "<",
        ">",
        "<div>\n",
        "<script>",
        "&lt;",
    ),
    *(
        "&#60;",
        "&#x3c;",
        "&",
        ";",
        "#",
        "\n",
        "\n\n",
        "  \n",
        "    ",
        "\t",
        "- ",
        "1. ",
        "> ",
        "# ",
        "## ",
        "+ ",
        "---",
        "===",
        ":",
    ),
    *(
        "\n## Key points\n",
        "\n## Statements\n",
        "\n## Timeline\n",
        "— ",
        "2024-05-01: ",
        "9999-12-31: ",
        "|",
        "\n|---|\n",
        "\\|",
    ),
    *(
        "[x]: ",
        "[^x]: ",
        "javascript:alert(1)",
        "//evil.example/",
        "data:text/html,x",
        "Magnuss Bērziņš",
        "Berzins",
        "é",
        "习",
        " ",
    ),
    *ODD_NAMES,
]
BODIES = st.lists(st.sampled_from(MARKS), max_size=14).map("".join)


def page_of(slug, text):
    """Return a document with another body as it is composed, none where that is an error, and what is wrong."""
    body, problems = parse_body(text, "a.md", 1)
    document = replace(LIBRARY.documents[slug], body=Body(body))
    unknown = {reference.slug for reference in document.body.references} - set(SLUGS)
    if any(map(is_error, problems)) or unknown:
        return "", problems
    document, _ = link_names(FINDER, document)
    library = replace(LIBRARY, documents={**LIBRARY.documents, slug: document})
    composer = Composer(library, SETTINGS, document.path, document)
    return composer.render(f"{document.kind}.md.j2", doc=document, meta=document.meta), problems


@given(BODIES, st.sampled_from(["drawn-final", "fast-time-controls"]))
@tries(400)
def test_any_body_is_a_safe_page_and_links_only_where_its_reader_saw_a_link(text, slug):
    page, problems = page_of(slug, text)
    assert_placed(problems, text)
    if not page:
        return
    assert assembled(read_page(page)) == render(page)
    hrefs = []
    judged = Judge(render(page).page(lambda href: hrefs.append(href) or href))
    assert not judged.harm
    seen = {found.target for found in scan(text, "a.md", 1).links}
    for href in hrefs:
        own = href.startswith("#") or (re.fullmatch(r"[a-z0-9./-]+\.md(#[a-z0-9-]+)?", href) and not scheme(href))
        assert own or href in seen or href == "https://gazette.example.org/final_%281%29", href
    # What the generator writes below an editor's text is not swallowed by it.
    assert "h2" in judged.tags or slug == "drawn-final"
    assert page.count("[^drawn-final]:") == 0 or 'class="footnote"' in render(page).page(str)
