"""A record on the page of what it names: the same text as if it had been written for that page alone."""

import pytest
import yaml
from conftest import ROOT, SITE

from generator.build import check
from generator.composing import pieces
from generator.composing.composer import Composer
from generator.composing.pieces import UP, Piece, Run, compose, mark, read
from generator.composing.wording import Wording
from generator.core.spilling import SpillFile

TITLES = (
    "Tempo [x](y)",
    "Tempo\\",
    "Tempo · Trade",
    "*Tempo* _and_ `trade`",
    "](Tempo",
    "Tempo](../themes/t-0.md)",
    "1. Tempo",
    "<b>Tempo</b> & | trade!",
)


def compared(library, settings):
    """Yield the text of each record on each page of what it names, put together and written anew."""
    for appearance in library.appearances:
        for slug in set(map(library.slug, appearance.head.names)) - {appearance.origin.slug}:
            document = library.documents[slug]
            for listed in (False, True):
                anew = Wording.of_pieces(library, settings, document)
                shared = Wording.of_pieces(library, settings)
                piece = Piece(shared.record(appearance, listed), shared.cited.values()).on(document.path)
                yield piece.source, anew.record(appearance, listed)
                assert [cited.slug for cited in piece.cited] == list(anew.cited)


@pytest.mark.parametrize("root", [SITE, ROOT], ids=["small", "real"])
def test_records_of_a_site_are_on_pages_as_if_they_were_written_for_them(root, settings, real_settings):
    used = settings if root is SITE else real_settings
    found = list(compared(check(root / "content", used).library, used))
    assert len(found) > 8
    assert all(one == other for one, other in found)


def test_records_with_names_that_look_like_links_are_as_well(settings, tmp_path):
    def write(path, front, body=""):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(f"---\n{yaml.safe_dump(front)}---\n\n{body}\n", "utf-8")

    write("outlets/gazette.md", {"title": "Gazette [a](b) · c", "kind": "newspaper"})
    for number, title in enumerate(TITLES):
        write(f"themes/t-{number}.md", {"title": title, "summary": "s"})
    links = [f"[[t-{number}]]" for number in range(len(TITLES))] + ["[[t-0|a · [b\\]]]", "[[t-1]] · x", "\\[[[t-2]]"]
    tags = " ".join(f"#t-{number}" for number in range(len(TITLES)))
    sections = {
        "Key points": "".join(f"- Of {link} · and {link}. {tags}\n- {link}\n" for link in links),
        "Statements": "".join(
            f"> So **{link}** it is, [x](#y).\n\n— {link} · at {link} {tags}\n\n" for link in links
        ),
    }
    body = "\n".join(f"## {heading}\n\n{text}" for heading, text in sections.items())
    front = {"title": "One", "outlet": "gazette", "published": "2024-05-02", "kind": "news", "summary": "s"}
    write("articles/one.md", front, body)
    found = list(compared(check(tmp_path, settings).library, settings))
    assert len(found) > 200
    assert [pair for pair in found if pair[0] != pair[1]] == []


def test_a_piece_that_waits_in_a_file_says_the_same_and_is_rendered_once(tmp_path, monkeypatch):
    shared, loose = Piece(f"- [a]({UP}b.md)\n"), Piece("- b\n\n  c\n\n")
    derived, own = shared.on("b.md"), Piece("- of this page alone\n")
    found = [shared, loose, derived, own]
    before = [(piece.source, piece.parts, piece.loose) for piece in found]
    page = compose(mark(0), [Run(tuple(found), "../")], [shared, loose])
    html = list(read(page))
    monkeypatch.setattr(pieces.blocks, "alone", lambda _: pytest.fail("it is rendered again"))
    file = SpillFile(tmp_path)
    for _ in range(2):
        pieces.put_away(page, file)
        assert [piece._held is None for piece in found] == [True, True, False, False]
        assert [(piece.source, piece.parts, piece.loose) for piece in found] == before
    assert list(read(compose(mark(0), [Run(tuple(found), "../")]))) == html


def test_a_piece_that_was_put_away_before_it_was_rendered_is_rendered_once_all_the_same(tmp_path, monkeypatch):
    piece, file = Piece("a *b*\n\n"), SpillFile(tmp_path)
    piece.put_away(file)
    parts = piece.parts
    monkeypatch.setattr(pieces.blocks, "alone", lambda _: pytest.fail("it is rendered again"))
    piece.put_away(file)
    assert piece.parts == parts == (("", "<p>a <em>b</em></p>\n"),)


def test_a_page_shares_the_piece_that_its_own_is_made_of(settings):
    library = check(SITE / "content", settings).library
    found = [(a, library.documents[slug]) for a in library.appearances for slug in a.head.names]
    appearance, document = next((a, document) for a, document in found if document is not a.origin)
    composer = Composer(library, settings, document.path, document)
    composer.records([appearance])
    assert composer.shared == [library.of_records["shown"][appearance]]
    assert composer.shared != list(composer.runs[0].pieces)
