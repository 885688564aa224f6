"""Laws of the whole pipeline, and what it refuses."""

from dataclasses import replace

import pytest
from conftest import ROOT, SITE, source
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from generator.build import build
from generator.commands.runner import load, load_settings
from generator.core.errors import InvalidContent
from generator.reading import sources
from generator.sites import rendered

CONTENT = SITE / "content"


def everything(site):
    return {page.path: source(page).encode() for page in site.pages} | {
        file.path: file.content for file in site.files
    }


@given(order=st.permutations(range(10)))
@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_in_which_files_are_read_makes_no_difference(order, settings):
    read = sources.read
    straight = everything(build(CONTENT, settings))
    content = read(CONTENT, settings)
    shuffled = replace(content, documents=tuple(content.documents[at] for at in order))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "read", lambda *_: shuffled)
        assert everything(build(CONTENT, settings)) == straight


def test_content_with_errors_gives_no_site_but_all_its_problems(settings, tmp_path):
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes" / "one.md").write_text("---\ntitle: One\n---\n", "utf-8")
    (tmp_path / "themes" / "two.md").write_text("---\ntitle: Two\nsummary: s\n---\n\n[[three]]\n", "utf-8")
    with pytest.raises(InvalidContent) as caught:
        build(tmp_path, settings)
    assert [problem.code for problem in caught.value.problems] == ["missing-key", "uncited-paragraph", "unknown-link"]
    assert str(caught.value).endswith("2 errors and 1 warning in 2 files; nothing was written.")


def test_content_is_never_a_template(settings, tmp_path):
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes" / "one.md").write_text(
        '---\ntitle: "{{ 7 * 7 }}"\nsummary: "{% raise %}"\n---\n\n{{ settings }} and {# a comment #}\n', "utf-8"
    )
    (page,) = [page for page in build(tmp_path, settings).pages if page.path == "themes/one.md"]
    assert "{{ settings }} and {# a comment #}" in page.markdown
    assert "{% raise %}" in page.markdown
    assert page.title == "{{ 7 * 7 }}"


def test_a_renamed_document_leaves_a_redirect_at_its_old_address(settings):
    (old,) = [file for file in build(CONTENT, settings).files if file.path == "articles/final-draw/index.html"]
    assert (
        b'<meta http-equiv="refresh" content="0; url=https://chess.example.org/club/articles/drawn-final/">'
        in old.content
    )
    assert b'<link rel="canonical" href="https://chess.example.org/club/articles/drawn-final/">' in old.content


def test_a_briefing_with_many_records_folds_what_does_not_fit_in_a_view(settings, tmp_path):
    points = "".join(f"- Point {number}.\n" for number in range(1, 31))
    for folder, name, text in (
        ("themes", "one", "title: One\nsummary: s"),
        ("outlets", "o", "title: O\nkind: website"),
        ("articles", "a", "title: A\noutlet: o\npublished: 2024\nkind: news\nsummary: s\nthemes: [one]"),
    ):
        (tmp_path / folder).mkdir()
        body = f"\n## Key points\n{points.replace('.', '. #one')}" if name == "a" else ""
        (tmp_path / folder / f"{name}.md").write_text(f"---\n{text}\n---\n{body}", "utf-8")
    pages = {page.path: page.text for page in build(tmp_path, settings).pages}
    assert "Show </span>22 more key points</summary>" in pages["themes/one.md"]
    assert pages["themes/one.md"].count("Point ") == 30
    assert "<details" not in pages["articles/a.md"]


def test_the_headings_and_records_of_a_document_are_places_on_its_page():
    site = build(ROOT / "content", load_settings(load(str(ROOT / "mkdocs.yml"))))
    assert any(part.heading for d in site.library.documents.values() for part in d.body.outline.passages())
    for document in site.library.documents.values():
        ids = rendered(site.by_path[document.path].body).ids
        assert site.anchors[document.path] <= ids, document.path
