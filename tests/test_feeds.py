"""Feeds: which there are, what is in them, and what never changes."""

import json
import re
from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

import pytest
from conftest import HERE, SITE
from feed_parts import FEED_FILES, documents_of, feeds_of, many, parse, write_all, written
from lxml import etree
from test_views import write_site

from generator.build import build
from generator.composing.assembling import render
from generator.content.meta import Correction
from generator.core.spilling import SpillFile
from generator.core.urls import FORMATS
from generator.linking.channels import SIZE
from generator.syndication.serialise import write

# feedparser calls a function of Python's that is to go; that is nothing of ours.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:feedparser")

ATOM = "{http://www.w3.org/2005/Atom}"


def site_feeds(settings, root=SITE / "content"):
    """Return the ids of the items of the site's feed in each format."""
    found = feeds_of(settings, root)
    ids = [[entry.id for entry in parse(found[path]).entries] for path in ("rss.xml", "atom.xml")]
    return [*ids, [item["id"] for item in json.loads(found["feed.json"])["items"]]]


def changed_site(tmp_path, change):
    """Return a copy of the small site in which `change(name, text)` has rewritten files."""
    content = tmp_path / "content"
    for path in (SITE / "content").rglob("*.md"):
        name, text = change(path.relative_to(SITE / "content").as_posix(), path.read_text("utf-8"))
        target = content / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    return content


def test_there_is_a_feed_in_each_format_for_the_site_and_each_summit_leader_and_theme(settings):
    folders = [
        "",
        "corrections/",
        "matches/riga-match-2024/",
        "matches/youth-cup-2024/",
        "players/amina-el-sayed/",
        "players/magnus-berzins/",
        "themes/fast-time-controls/",
    ]
    assert set(feeds_of(settings)) == {folder + file for folder in folders for file in FEED_FILES}


def test_the_feeds_of_the_site_are_as_before(settings, golden):
    files = {file.path: file.content for file in build(SITE / "content", settings).files}
    for path in ("rss.xml", "atom.xml", "feed.json", "corrections/atom.xml", "feeds.opml"):
        golden(HERE / "golden" / path, files[path].decode())


def test_all_formats_of_a_feed_have_the_same_items_in_the_same_order(settings):
    rss, atom, json_feed = site_feeds(settings)
    assert rss == atom == json_feed
    assert len(rss) == 3


def test_an_item_has_summary_and_the_whole_digest_with_absolute_addresses(settings):
    found = feeds_of(settings)
    for path in ("rss.xml", "atom.xml"):
        (entry,) = [entry for entry in parse(found[path]).entries if entry.title.startswith("A drawn final")]
        assert entry.summary.startswith("The match in Riga ended in a draw.")
        assert "wants longer games" in entry.content[0].value
        assert "The clock decided it" in entry.content[0].value
        assert entry.author == "Ilze Ozola"
        assert {tag.term for tag in entry.tags} >= {"The Riga match", "Magnuss Bērziņš", "Fast & faster <clocks>"}
        assert entry.published_parsed[:3] == (2024, 5, 2)
        addresses = etree.HTML(entry.content[0].value).xpath("//@href | //@src")
        assert len(addresses) > 10
        assert {urlsplit(address).scheme for address in addresses} <= {"http", "https"}


def test_what_refers_to_a_digest_is_not_in_its_item(settings):
    library = many(settings, 2)
    pages = {page.path: page for page in build(SITE / "content", settings).pages}
    assert pages["articles/drawn-final.md"].body.relations
    assert "Referred to" not in feeds_of(settings)["feed.json"].decode()
    assert documents_of(library, settings)[""].items[0].html == "<p>digest-001</p>"


def test_an_item_can_be_read_without_the_style_of_the_site(settings, tmp_path):
    """What a record leads to does not run on from it, and of a drawing that cannot be shown nothing is left."""
    days = "".join(f"- 2024-05-0{day}: Game {day}. #clocks\n" for day in range(1, 7))
    write_site(tmp_path, {"a": ("", f"## Timeline\n{days}")})
    page = next(page for page in build(tmp_path, settings).pages if page.path == "articles/a.md")
    assert "<figcaption" in page.markdown
    (entry,) = parse(feeds_of(settings, tmp_path)["atom.xml"]).entries
    content = entry.content[0].value
    assert re.search(r"Game 1\.\s+<span>→ <a [^>]*>Clocks</a>", content)
    assert "<figcaption" not in content
    assert "scale" not in content


def test_struck_out_text_stays_struck_out(settings, tmp_path):
    root = changed_site(tmp_path, lambda name, text: (name, text.replace("Prose with", "~~Prose~~ with")))
    assert "<s>Prose</s>" in feeds_of(settings, root)["feed.json"].decode()


def test_a_correction_is_an_item_of_its_own(settings):
    (entry,) = [e for e in parse(feeds_of(settings)["rss.xml"]).entries if e.title.startswith("Correction: ")]
    assert entry.id == "tag:chess.example.org,2024:article/final-draw/correction/2024-05-06"
    assert entry.link.endswith("/articles/drawn-final/#corrections")
    assert entry.summary == "The prize was 40,000 euros, not 14,000."


def test_a_correction_of_a_briefing_is_in_its_own_feed_and_on_the_page_of_all_corrections(settings, site):
    player = site / "content" / "players" / "magnus-berzins.md"
    text = "corrections:\n  - {date: 2024-06-07, text: He is <b>from</b> Jelgava.}\n---\n\nHe plays"
    player.write_text(player.read_text("utf-8").replace("---\n\nHe plays", text), "utf-8")
    made = build(site / "content", settings)
    files = {file.path: file.content for file in made.files}
    for path in ("atom.xml", "corrections/atom.xml", "players/magnus-berzins/atom.xml"):
        assert parse(files[path]).entries[0].id.endswith("leader/magnus-berzins/correction/2024-06-07"), path
    assert "Jelgava" not in files["players/amina-el-sayed/atom.xml"].decode()
    pages = {page.path: page for page in made.pages}
    log = pages["corrections/index.md"].markdown
    assert log.index("7 June 2024") < log.index("6 May 2024")
    assert "(../players/magnus-berzins.md#corrections): He is &lt;b\\>from" in log
    assert "Corrected on 7 June 2024" in pages["players/magnus-berzins.md"].markdown
    assert 'id="corrections"' in pages["players/magnus-berzins.md"].markdown


def test_the_feed_of_corrections_has_these_alone(settings):
    (entry,) = parse(feeds_of(settings)["corrections/atom.xml"]).entries
    assert entry.title.startswith("Correction: ")


@pytest.mark.parametrize("newest_first", [True, False])
def test_a_newer_correction_leaves_the_ids_of_the_others(settings, newest_first):
    def ids(*days):
        library = many(settings, 1)
        corrections = [Correction(date=date(2024, 6, day), text=text) for day, text in days]
        (article,) = library.articles
        meta = replace(article.meta, corrections=tuple(reversed(corrections) if newest_first else corrections))
        changed = replace(article, meta=meta)
        library = replace(library, documents=library.documents | {changed.slug: changed})
        return {item.summary: item.id for item in documents_of(library, settings)["corrections"].items}

    before = ids((1, "a"), (2, "b"), (2, "c"))
    after = ids((1, "a"), (2, "b"), (2, "c"), (2, "d"), (3, "e"))
    assert before == {text: after[text] for text in "abc"}
    assert len(set(after.values())) == 5
    assert before["a"] == "tag:chess.example.org,2024:article/digest-000/correction/2024-06-01"


def test_a_heading_of_an_editor_does_not_take_the_anchor_of_the_corrections(settings, tmp_path):
    root = changed_site(
        tmp_path, lambda name, text: (name, text.replace("Prose with", "## Corrections\n\nProse with"))
    )
    (page,) = [page for page in build(root, settings).pages if page.path == "articles/drawn-final.md"]
    html = render(page.markdown).page(str)
    assert html.count('id="corrections"') == 1
    assert html.index("The prize was 40,000 euros, not") > html.index('id="corrections"') > html.index("Prose with")


def test_ids_survive_a_renamed_file(settings, tmp_path):
    def rename(name, text):
        return name.replace("drawn-final", "in-riga"), text.replace("final-draw]", "final-draw, drawn-final]")

    assert site_feeds(settings, changed_site(tmp_path, rename)) == site_feeds(settings)


def test_ids_survive_an_edited_title(settings, tmp_path):
    root = changed_site(tmp_path, lambda name, text: (name, text.replace("A drawn final", "The final, drawn")))
    assert b"The final, drawn" in feeds_of(settings, root)["rss.xml"]
    assert site_feeds(settings, root) == site_feeds(settings)


def test_who_subscribed_before_a_page_was_renamed_goes_on_getting_its_feed(settings, tmp_path):
    def rename(name, text):
        text = text.replace("fast-time-controls", "fast-clocks")
        own = "/fast-time-controls" in name
        return name.replace("fast-time", "fast").replace("fast-controls", "fast-clocks"), (
            text.replace("---\n", "---\nredirect_from: [fast-time-controls]\n", 1) if own else text
        )

    found = feeds_of(settings, changed_site(tmp_path, rename))
    for file in FEED_FILES:
        assert found[f"themes/fast-time-controls/{file}"] == found[f"themes/fast-clocks/{file}"]


@pytest.mark.parametrize("site_url", ["https://elsewhere.example/club/", "https://chess.example.org/moved/"])
def test_ids_survive_a_new_host_and_another_site_url(settings, site_url):
    moved = replace(settings, site_url=site_url)
    assert site_feeds(moved) == site_feeds(settings)
    first, second = (etree.fromstring(feeds_of(s)["atom.xml"]).findtext(f"{ATOM}id") for s in (settings, moved))
    assert first == second


def test_bytes_are_stable_and_no_build_time_is_in_them(settings):
    first, second = feeds_of(settings), feeds_of(settings)
    assert first == second
    assert parse(first["rss.xml"]).feed.updated == "Mon, 06 May 2024 00:00:00 +0000"


def test_an_update_moves_what_is_updated_and_not_what_is_published(settings, tmp_path):
    root = changed_site(
        tmp_path, lambda name, text: (name, text.replace("[final-draw]", "[final-draw]\nupdated: 2025-01-01"))
    )
    entry = next(e for e in parse(feeds_of(settings, root)["atom.xml"]).entries if e.id.endswith("/final-draw"))
    assert (entry.published, entry.updated) == ("2024-05-02T00:00:00+00:00", "2025-01-01T00:00:00+00:00")


def test_a_feed_without_items_has_a_date_of_the_content(settings, tmp_path):
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes" / "empty.md").write_text(
        "---\ntitle: Empty\nsummary: Nothing yet.\nupdated: 2024-01-02\n---\n"
    )
    parsed = parse(feeds_of(settings, tmp_path)["themes/empty/rss.xml"])
    assert (len(parsed.entries), parsed.feed.updated) == (0, "Tue, 02 Jan 2024 00:00:00 +0000")


def test_a_leader_and_a_theme_with_three_digests_in_common_have_a_feed_if_it_is_asked_for(settings):
    asked = replace(settings, feed_pairs=True)
    pair = "players/magnus-berzins/fast-time-controls"
    assert pair not in documents_of(many(settings, 3), settings)
    assert pair not in documents_of(many(asked, 2), asked)
    assert len(documents_of(many(asked, 3), asked)[pair].items) == 3


# --- archives (RFC 5005, section 4)


def test_a_feed_holds_its_newest_items_and_has_no_archive_before_it_is_full(settings):
    assert set(documents_of(many(settings, SIZE), settings)) & {"archive/1"} == set()
    site = documents_of(many(settings, SIZE + 5), settings)[""]
    assert SIZE == 30
    assert [item.title for item in site.items] == [f"No. {n}" for n in range(34, 4, -1)]


def test_a_reader_that_follows_the_archives_back_finds_every_item(settings):
    for count in (31, 59, 60, 61, 95):
        found = documents_of(many(settings, count), settings)
        seen, feed = set(), found[""]
        while feed:
            seen |= {item.id for item in feed.items}
            feed = found.get(feed.previous)
        assert len(seen) == count


def test_an_archive_document_that_is_full_never_changes(settings):
    closed = {}
    for count in range(25, 125):
        found = documents_of(many(settings, count), settings)
        now = {folder: feed for folder, feed in found.items() if feed.closed}
        assert closed.items() <= now.items()
        assert all(len(feed.items) == SIZE for feed in now.values())
        assert all(feed.following in found for feed in now.values())
        closed = now
    assert {"archive/1", "archive/4", "themes/fast-time-controls/archive/1"} <= set(closed)


def test_the_bytes_of_a_full_archive_document_are_the_same_when_there_are_more_items(settings):
    first, later = written(many(settings, 31), settings), written(many(settings, 95), settings)
    full = [path for path in first if "archive/1/" in path]
    assert len(full) == 5 * 3
    assert {path: first[path] for path in full} == {path: later[path] for path in full}


def test_documents_of_a_feed_are_linked_as_rfc_5005_says(settings):
    found, base = written(many(settings, 95), settings), settings.site_url
    for file in ("atom.xml", "rss.xml"):

        def links(path, file=file):
            root = etree.fromstring(found[f"{path}{file}"])
            marked = root.xpath("//h:archive", namespaces={"h": "http://purl.org/syndication/history/1.0"})
            rels = {link.get("rel"): link.get("href") for link in root.iter(f"{ATOM}link") if link.get("rel")}
            return {rel: href for rel, href in rels.items() if rel != "alternate"}, len(marked)

        current = {"self": f"{base}{file}", "prev-archive": f"{base}archive/3/{file}"}
        middle = {"self": f"{base}archive/2/{file}", "current": f"{base}{file}"}
        middle |= {f"{way}-archive": f"{base}archive/{at}/{file}" for way, at in (("prev", 1), ("next", 3))}
        assert links("") == (current, 0)
        assert links("archive/2/") == (middle, 1)
        assert links("archive/4/")[1] == 0
        assert "prev-archive" not in links("archive/1/")[0]
    json_feed = json.loads(found["archive/2/feed.json"])
    assert json_feed["next_url"] == f"{base}archive/1/feed.json"
    assert "next_url" not in json.loads(found["archive/1/feed.json"])


# --- for people, hubs and lists


def test_a_person_who_opens_a_feed_is_shown_a_style(settings):
    for path in ("rss.xml", "atom.xml"):
        instruction = etree.fromstring(feeds_of(settings)[path]).getprevious()
        assert instruction.target == "xml-stylesheet"
        assert instruction.attrib["type"] == "text/css"
        assert instruction.attrib["href"] == "https://chess.example.org/club/assets/feed.css"


def test_a_hub_is_announced_if_there_is_one(settings):
    hub = "https://hub.example.org/?a&b"
    found = feeds_of(replace(settings, feed_hub=hub))
    for path in ("rss.xml", "atom.xml"):
        assert [link.href for link in parse(found[path]).feed.links if link.rel == "hub"] == [hub]
    assert json.loads(found["feed.json"])["hubs"] == [{"type": "WebSub", "url": hub}]
    assert "hub" not in feeds_of(settings)["atom.xml"].decode()


def test_the_opml_file_lists_every_feed_once(settings):
    opml = etree.fromstring(feeds_of(settings, ending="feeds.opml")["feeds.opml"])
    assert (opml.tag, opml.get("version")) == ("opml", "2.0")
    listed = opml.xpath("//outline[@type='rss']/@xmlUrl")
    assert sorted(listed) == sorted(settings.site_url + path for path in feeds_of(settings, ending="atom.xml"))
    assert all(outline.get("text") for outline in opml.iter("outline"))


def test_an_item_is_written_once_however_many_feeds_it_is_in(settings):
    rendered = []
    written(many(settings, 40), settings, lambda article: rendered.append(article.slug) or "")
    assert len(rendered) == 40 * len(FORMATS)


def test_items_that_wait_in_a_file_are_written_as_those_in_memory(settings, tmp_path):
    feeds, spills = documents_of(many(settings, 95), settings).values(), SpillFile(tmp_path)
    assert write_all(feeds, settings, spills) == write_all(feeds, settings)
    items = {}
    for feed in feeds:
        for form in FORMATS:
            write(feed, form, settings, items, spills)
    assert len(items) == 95 * len(FORMATS)
    assert all(isinstance(blob._data, int) for blob in items.values())
