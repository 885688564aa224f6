from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.core import urls
from generator.core.settings import Kind


@given(st.text())
def test_slugify_is_idempotent_and_gives_slugs(text):
    slug = urls.slugify(text)
    assert urls.slugify(slug) == slug
    assert not slug or urls.SLUG.fullmatch(slug)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Recep Tayyip Erdoğan", "recep-tayyip-erdogan"),
        ("İbrahim Kalın", "ibrahim-kalin"),
        ("  R&D <b> ", "r-d-b"),
        ("Straße", "strasse"),
        ("习近平", "xi-jin-ping"),
        ("김정은", "gim-jeong-eun"),
        ("Владимир Путин", "vladimir-putin"),
        ("محمد بن سلمان", "mhmd-bn-slmn"),
        ("Łukasz Ødegård", "lukasz-odegard"),
        ("トヨタ", "toyota"),
        ("— … —", ""),
    ],
)
def test_slugify_reads_every_script_and_joins_words_with_hyphens(text, slug):
    assert urls.slugify(text) == slug


@pytest.mark.parametrize("slug", ["", "index", "Upper", "a--b", "-a", "a-", "a_b", "é"])
def test_what_would_not_make_a_clean_permalink_is_no_slug(slug):
    assert not urls.is_slug(slug)


def test_pages_and_feeds_have_their_addresses_below_the_site(settings):
    assert urls.permalink("index.md", settings) == "https://chess.example.org/club/"
    assert urls.permalink("matches/riga.md", settings) == "https://chess.example.org/club/matches/riga/"
    assert urls.permalink("matches/index.md", settings) == "https://chess.example.org/club/matches/"
    assert urls.feed_paths(urls.feed_folder("index.md")) == ("rss.xml", "atom.xml", "feed.json")
    assert urls.feed_paths(urls.feed_folder("matches/riga.md"))[0] == "matches/riga/rss.xml"


def test_addresses_follow_the_site_without_directory_urls(settings):
    flat = replace(settings, directory_urls=False)
    assert urls.permalink("matches/riga.md", flat) == "https://chess.example.org/club/matches/riga.html"
    assert urls.permalink("index.md", flat) == "https://chess.example.org/club/"


def test_a_feed_id_knows_neither_host_nor_the_name_of_the_taxonomy(settings):
    moved = replace(settings, site_url="https://elsewhere.example/")
    assert urls.feed_id(Kind.SUMMIT, "riga", settings) == "tag:chess.example.org,2024:summit/riga"
    assert urls.feed_id(Kind.SUMMIT, "riga", moved) == urls.feed_id(Kind.SUMMIT, "riga", settings)


PATHS = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=4).map(lambda parts: "/".join(parts) + ".md")


@given(PATHS, PATHS)
def test_a_relative_link_resolves_to_what_it_was_made_from(path, page):
    assert urls.resolve(urls.relative(path, page), page) == path
