import pytest
from conftest import ROOT, SITE
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.reading import frontmatter
from generator.reading.frontmatter import dump, read_mapping, split


@pytest.mark.parametrize("value", ["NO", "007", "12:30:45", "2025-09-01", "1e3", "yes"])
def test_a_scalar_stays_the_text_that_was_written(value):
    front, problems = read_mapping(f"key: {value}", "a.md", 2)
    assert not problems
    assert front.plain() == {"key": value}


@pytest.mark.parametrize("value", ["", "~", "null"])
def test_nothing_is_none(value):
    front, _ = read_mapping(f"key: {value}", "a.md", 2)
    assert front.plain() == {"key": None}


def test_every_value_knows_its_place_in_the_file():
    parts = split("---\na: one\nb:\n  - {c: two}\n---\nbody\n", "x.md")
    place = parts.front.find(("b", 0, "c")).location
    assert (place.path, place.line, place.column, place.width) == ("x.md", 4, 9, 3)
    assert (parts.body, parts.body_line) == ("body\n", 6)


def test_a_file_may_end_with_its_front_matter():
    parts = split("---\na: b\n---", "x.md")
    assert parts.front.plain() == {"a": "b"}
    assert parts.body == ""


@pytest.mark.parametrize(
    ("front", "place", "said"),
    [
        ('title: "A day\nkind: news', "a.md:2:8", "this quotation mark is never closed"),
        ("title: 'A day\nkind: news\n", "a.md:2:8", "this quotation mark is never closed"),
        ('title: "A day\nsummary: "Words."\nkind: news', "a.md:2:8", "this quotation mark is never closed"),
        ('kind: news\ntitle: "A day\nsummary: "It said: no."', "a.md:3:8", "this quotation mark is never closed"),
        ('a: [x, "y]\nb: ["z"]', "a.md:2:8", "this quotation mark is never closed"),
        ("themes: [clocks\nkind: news", "a.md:2:9", "this bracket is never closed"),
        ("themes: [clocks\nleaders: [ann]\nkind: news", "a.md:2:9", "this bracket is never closed"),
        ("themes: [clocks\nleaders:\n  - ann\nkind: news", "a.md:2:9", "this bracket is never closed"),
        ("people: [{leader: ann, status: host]", "a.md:2:10", "this bracket is never closed"),
    ],
)
def test_what_is_never_closed_is_told_where_it_was_opened(front, place, said):
    _, (problem,) = read_mapping(front, "a.md", 2)
    assert (str(problem.location), problem.code) == (place, "invalid-yaml")
    assert problem.message == said


@pytest.mark.parametrize(
    ("front", "place", "said"),
    [
        ("title: T\n\tkind: news", "a.md:3:1", "there is a tab"),
        ("title: @home", "a.md:2:8", "a value cannot begin with “@”"),
        ("title: ]", "a.md:2:8", "this “]” closes nothing"),
        ("themes: [a]]", "a.md:2:12", "this “]” closes nothing"),
        ("title: *bold* words", "a.md:2:13", "a value cannot begin with “*”"),
        ("title: > a day", "a.md:2:10", "a value cannot begin with “|” or “>”"),
        ("title: |a day", "a.md:2:9", "a value cannot begin with “|” or “>”"),
        ("title: T\nkind news\nsummary: S", "a.md:3:1", "this line is not of the form `key: value`"),
        ("title: T\nkind:news\nsummary: S", "a.md:3:1", "this line is not of the form `key: value`"),
        ('title: "A day" of rest', "a.md:2:16", "the value goes on after its closing quote"),
        ("themes:\n  - a\n  kind: news", "a.md:4:3", "this line does not fit the lines above"),
        ("title: T\n- a", "a.md:3:1", "this line does not fit the lines above"),
        ("title: - a", "a.md:2:8", "a list cannot begin on this line"),
        ("themes: [a b: c: d]", "a.md:2:16", "a comma or “]” is missing"),
        ('title: "a\\q"', "a.md:2:11", "`\\q` means nothing within quotes"),
        ("title: T\n kind: news", "a.md:3:2", "this line is indented, and looks like a key"),
        ('title: "\\xZZ"', "a.md:2:11", "the front matter cannot be read"),
    ],
)
def test_what_is_wrong_with_yaml_is_told_in_plain_words(front, place, said):
    _, (problem,) = read_mapping(front, "a.md", 2)
    assert (str(problem.location), problem.code) == (place, "invalid-yaml")
    assert problem.message.startswith(said)
    assert problem.help


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co", "Cf", "Zl", "Zp"]), min_size=1))
def test_what_is_dumped_reads_back(text):
    front, problems = read_mapping(dump({"title": text}), "a.md", 1)
    assert not problems
    assert front.plain() == {"title": text}


@given(st.text())
def test_no_text_makes_the_reader_fail(text):
    split(f"---\n{text}\n---\n", "a.md")
    split(text, "a.md")


# What YAML is made of, and what its parsers are known to differ in.
PIECES = (
    *("a", "b: ", "k: ", "- ", "  - ", "? ", ": ", "[", "]", "{", "}", ", ", "\n", "\n  ", "\n    ", "'", '"', "#"),
    *(" #c", " ", "\t", "|", "|-", ">", ">+", "|2", "~", "null", "NULL", "a:b", "::", "-", "---", "...", "\\n", "''"),
    *("ü", "🙂", "%", "@", "`", "*", "&a", "!", "!!str", "?x", "a?", ":x", "[x, y]", "[a: ]", "{a: 1, b: }", "'q'"),
    *('"q"', ": |\n  t\n  u\n", ": >\n  t\n\n  u\n", "<<: ", "2024-05-01", "\n- ", "\n# c\n", "\ufeff", "\x07"),
    *("http://e.x/a?b=c#d", '"\\x07"', '"\\ud800"', '"\\UFFFFFFFF"', '"\\U0010ffff"', "a: 1\n", "c:\n"),
    "%YAML 1.1\n",
)


@given(
    st.sampled_from(("", "k: ", "k: [", "k:\n  - ")),
    st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
    st.sampled_from(("", "]", "\n", "\nz: y")),
)
@settings(max_examples=3000)
def test_the_quick_parser_reads_nothing_that_the_other_reads_otherwise(start, middle, end):
    source = f"{start}{middle}{end}"
    found = read_mapping(source, "a.md", 2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frontmatter, "_quickly", lambda _: None)
        assert read_mapping(source, "a.md", 2) == found


@pytest.mark.parametrize("folder", [ROOT / "content", SITE / "content"])
def test_front_matter_of_sites_is_read_quickly_and_alike(folder, monkeypatch):
    sources = [path.read_text("utf-8").split("---\n")[1] for path in sorted(folder.glob("*/*.md"))]
    quick = [frontmatter._quickly(source) is not None for source in sources]
    assert sum(quick) > 0.7 * len(quick)
    found = [read_mapping(source, "a.md", 2) for source in sources]
    monkeypatch.setattr(frontmatter, "_quickly", lambda _: None)
    assert [read_mapping(source, "a.md", 2) for source in sources] == found


def test_a_no_break_space_that_nobody_sees_is_told_where_it_stands():
    parts = split("---\ntitle: T\nkind:\u00a0news\n---\n", "a.md")
    (problem,) = parts.problems
    assert (str(problem.location), problem.help) == ("a.md:3:6", "replace it with a space")
