"""Feeds, as a feed reader sees them: parsed back with feedparser."""

from dataclasses import replace
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import feedparser
import pytest
from conftest import HERE, SITE
from lxml import etree

from generator.build import build, check
from generator.feeds import SIZE, Feed, Item, collect, rss, sanitise
from generator.meta import Correction

# feedparser calls a function of Python's that is to go; that is nothing of ours.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:feedparser")


def feeds_of(settings, root=SITE / "content"):
    return {file.path: file.content for file in build(root, settings).files if file.path.endswith("rss.xml")}


def parse(data):
    parsed = feedparser.parse(data)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


def test_there_is_a_feed_for_the_site_and_for_each_summit_leader_and_theme(settings):
    assert set(feeds_of(settings)) == {
        "rss.xml",
        "matches/riga-match-2024/rss.xml",
        "matches/youth-cup-2024/rss.xml",
        "players/amina-el-sayed/rss.xml",
        "players/magnus-berzins/rss.xml",
        "themes/fast-time-controls/rss.xml",
    }


def test_every_feed_is_as_before(settings, golden):
    for path, data in feeds_of(settings).items():
        golden(HERE / "golden" / path, data.decode())


def test_every_feed_is_read_back_without_a_fault(settings):
    for path, data in feeds_of(settings).items():
        parsed = parse(data)
        assert parsed.version == "rss20"
        (self_link,) = [link.href for link in parsed.feed.links if link.rel == "self"]
        assert self_link == settings.site_url + path
        assert parsed.feed.link == settings.site_url + path.removesuffix("rss.xml")
        assert parsed.feed.title
        assert parsed.feed.subtitle
        assert parsed.feed.language == "en"
        ids = [entry.id for entry in parsed.entries]
        assert len(ids) == len(set(ids))
        assert all(entry.id.startswith("tag:chess.example.org,2024:article/") for entry in parsed.entries)
        assert not any(entry.guidislink for entry in parsed.entries)
        dates = [entry.published_parsed for entry in parsed.entries]
        assert dates == sorted(dates, reverse=True)


def test_an_item_has_summary_and_the_whole_digest_with_absolute_addresses(settings):
    entries = parse(feeds_of(settings)["rss.xml"]).entries
    (entry,) = [entry for entry in entries if entry.title.startswith("A drawn final")]
    assert entry.summary.startswith("The match in Riga ended in a draw.")
    assert "wants longer games" in entry.content[0].value
    assert "The clock decided it" in entry.content[0].value
    assert entry.author == "Ilze Ozola"
    assert {tag.term for tag in entry.tags} >= {"The Riga match", "Magnuss Bērziņš", "Fast & faster <clocks>"}
    assert entry.published == "Thu, 02 May 2024 00:00:00 +0000"
    addresses = etree.HTML(entry.content[0].value).xpath("//@href | //@src")
    assert len(addresses) > 10
    for address in addresses:
        assert urlsplit(address).scheme in ("http", "https"), address


def test_a_correction_is_an_item_of_its_own(settings):
    (entry,) = [e for e in parse(feeds_of(settings)["rss.xml"]).entries if e.title.startswith("Correction: ")]
    assert entry.id == "tag:chess.example.org,2024:article/final-draw/correction/1"
    assert entry.link.endswith("/articles/drawn-final/#corrections")
    assert entry.summary == "The prize was 40,000 euros, not 14,000."


def test_ids_survive_a_renamed_file_an_edited_title_and_a_new_host(settings, tmp_path):
    before = {entry.id for entry in parse(feeds_of(settings)["rss.xml"]).entries}
    content = tmp_path / "content"
    for path in (SITE / "content").rglob("*.md"):
        text = (
            path.read_text("utf-8").replace("final-draw]", "final-draw, drawn-final]").replace("A drawn", "The drawn")
        )
        target = content / path.relative_to(SITE / "content").as_posix().replace("drawn-final", "final-in-riga")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    moved = replace(settings, site_url="https://elsewhere.example/")
    after = {entry.id for entry in parse(feeds_of(moved, content)["rss.xml"]).entries}
    assert after == before


def test_bytes_are_stable_and_no_build_time_is_in_them(settings):
    first, second = feeds_of(settings), feeds_of(settings)
    assert first == second
    assert parse(first["rss.xml"]).feed.updated == "Mon, 06 May 2024 00:00:00 +0000"


def test_a_feed_without_items_has_a_date_of_the_content(settings, tmp_path):
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes" / "empty.md").write_text(
        "---\ntitle: Empty\nsummary: Nothing yet.\nupdated: 2024-01-02\n---\n"
    )
    parsed = parse(feeds_of(settings, tmp_path)["themes/empty/rss.xml"])
    assert (len(parsed.entries), parsed.feed.updated) == (0, "Tue, 02 Jan 2024 00:00:00 +0000")


def test_a_feed_holds_its_newest_items(settings):
    library = check(SITE / "content", settings).library
    article = library.documents["drawn-final"]
    corrections = tuple(Correction(date=date(2024, 6, day), text=f"No. {day}") for day in range(1, 31))
    many = replace(article, meta=replace(article.meta, corrections=corrections))
    feeds = collect(replace(library, articles=(many,)), settings, lambda _: "")
    (site,) = [feed for feed in feeds if feed.path == "rss.xml"]
    assert len(site.items) == SIZE == 30
    assert site.items[0].summary == "No. 30"
    assert "No. 1" in [item.summary for item in site.items]
    assert not any(item.title.startswith("A drawn") for item in site.items)


HOSTILE = "R&D <b> \"quotes\" 'and' ]]> \x00\x0b\ufffe \u202eright to left\u202c 🎉 <script>alert(1)</script>"


def test_hostile_text_stays_text(settings):
    now = datetime(2024, 1, 1, tzinfo=UTC)
    html = sanitise(f'<p onclick="x()">{HOSTILE}</p><a href="javascript:x()">x</a><iframe src="//e"></iframe>')
    clean = HOSTILE.replace("\x00", "").replace("\x0b", "").replace("\ufffe", "")
    item = Item("tag:a,2024:x", clean, "https://a.example/x", clean, html, now, (clean,), (clean,))
    parsed = parse(rss(Feed("rss.xml", HOSTILE, HOSTILE, "https://a.example/", now, (item,)), settings))
    (entry,) = parsed.entries
    assert "R&D" in entry.title
    assert "🎉" in entry.title
    body = entry.content[0].value
    assert "]]&gt;" in body or "]]>" in body
    for word in ("<script", "onclick", "javascript:", "<iframe", "\x00", "\x0b"):
        assert word not in body


def test_a_person_who_opens_a_feed_is_shown_a_style(settings):
    root = etree.fromstring(feeds_of(settings)["rss.xml"])
    instruction = root.getprevious()
    assert instruction.target == "xml-stylesheet"
    assert instruction.attrib["type"] == "text/css"
    assert instruction.attrib["href"] == "https://chess.example.org/club/assets/feed.css"
