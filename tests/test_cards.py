"""The pictures that stand for pages where they are shared."""

import io
import re

import pytest
from conftest import SETTINGS, SITE, mkdocs_build
from PIL import Image

from generator.assets.cards import Card, collect, draw
from generator.build import build
from generator.core.urls import absolute

LONG = "A title that goes on and on " * 12


def picture(data):
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("title", ["Short", LONG, "x" * 300, "Erdoğan, Łukasz, Путин, Ελλάδα – “q”", ""])
def test_a_card_has_the_size_that_networks_ask_for_and_ink_within_its_margins(title):
    image = picture(draw(Card(title, "Summit", "A site")))
    assert image.size == (1200, 630)
    left, top, right, bottom = (
        image.convert("RGB").convert("L").point(lambda shade: 255 if shade > 60 else 0).getbbox()
    )
    assert left >= 80
    assert top >= 80
    assert right <= 1120
    assert bottom <= 570


def test_a_card_says_what_it_is_given():
    assert draw(Card("One", "a", "b")) != draw(Card("Two", "a", "b"))
    assert Card("One", "a", "b").path != Card("One", "a", "c").path


def test_what_the_typeface_cannot_write_is_left_out_and_is_no_row_of_boxes():
    assert draw(Card("习近平", "Leader", "S")) == draw(Card("", "Leader", "S"))
    assert draw(Card("Xi 习近平", "Leader", "S")) == draw(Card("", "Leader", "S"))
    assert draw(Card("Путин", "Leader", "S")) != draw(Card("", "Leader", "S"))


def drawn(cards, had):
    return [(path, draw()) for path, draw in collect(cards, had)]


def test_the_same_words_make_the_same_bytes_and_are_drawn_once():
    card = Card("One", "a", "b")
    (first,) = drawn([card, card], lambda path: None)
    assert first == (card.path, draw(card))
    assert drawn([card], lambda path: first[1]) == [first]


@pytest.mark.parametrize("broken", [b"", b"not a picture", "cut", "changed"])
def test_a_card_of_an_earlier_build_that_was_damaged_is_drawn_again(broken):
    card = Card("One", "a", "b")
    whole = draw(card)
    data = {"cut": whole[:-40], "changed": whole[:500] + b"x" + whole[501:]}.get(broken, broken)
    assert drawn([card], lambda path: data) == [(card.path, whole)]


def test_each_document_has_its_own_and_all_other_pages_that_of_the_site():
    site = build(SITE / "content", SETTINGS, drawn=lambda path: None)
    kinds = {page.path: page.kind for page in site.pages}
    documents = [path for path, kind in kinds.items() if kind in ("article", "summit", "leader", "theme", "outlet")]
    assert len({site.cards[path].path for path in documents}) == len(documents)
    assert len({site.cards[path].path for path in kinds if path not in documents}) == 1
    assert {file.path for file in site.files if file.path.endswith(".png")} == {
        card.path for card in site.cards.values()
    }


def test_a_page_names_its_card_by_its_whole_address(site, tmp_path):
    assert mkdocs_build(site, tmp_path / "out").returncode == 0
    page = (tmp_path / "out" / "players" / "magnus-berzins" / "index.html").read_text("utf-8")
    (address,) = re.findall(r'<meta property="og:image" content="([^"]+)">', page)
    prefix = absolute("", SETTINGS)
    assert address.startswith(f"{prefix}assets/cards/")
    assert picture((tmp_path / "out" / address.removeprefix(prefix)).read_bytes())
    config = site / "mkdocs.yml"
    config.write_text(
        config.read_text("utf-8").replace("  - briefing:", "  - briefing:\n      cards: false"), "utf-8"
    )
    assert mkdocs_build(site, tmp_path / "without").returncode == 0
    assert not (tmp_path / "without" / "assets" / "cards").exists()
    assert "og:image" not in (tmp_path / "without" / "index.html").read_text("utf-8")
