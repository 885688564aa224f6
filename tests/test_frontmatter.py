import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.frontmatter import dump, read_mapping, split


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


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co", "Cf", "Zl", "Zp"]), min_size=1))
def test_what_is_dumped_reads_back(text):
    front, problems = read_mapping(dump({"title": text}), "a.md", 1)
    assert not problems
    assert front.plain() == {"title": text}


@given(st.text())
def test_no_text_makes_the_reader_fail(text):
    split(f"---\n{text}\n---\n", "a.md")
    split(text, "a.md")
