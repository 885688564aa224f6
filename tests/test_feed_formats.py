"""Feeds against their specifications: RFC 4287, the RSS Advisory Board's profile, JSON Feed 1.1, OPML 2.0."""

import html
import json
import re
from dataclasses import replace
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import pytest
from conftest import HERE, ROOT, SITE
from feed_parts import documents_of, feeds_of, many, parse, write_all, written
from lxml import etree

from generator.build import build
from generator.content.meta import Correction
from generator.syndication.sanitise import sanitise

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:feedparser")

NS = {
    "a": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
}
HUGE = etree.XMLParser(huge_tree=True)
HOSTILE = "R&D <b> \"quotes\" 'and' ]]> &amp; \x00\x0b\ufffe \u202eright to left\u202c 🎉 <script>alert(1)</script>"
CLEAN = re.sub("[\x00\x0b\ufffe]", "", HOSTILE)


def hostile(settings):
    """Return the feeds of a site in which every text is hostile."""
    library = many(settings, 40)
    corrections = (Correction(date=date(2024, 1, 1), text=HOSTILE),)
    articles = tuple(
        replace(a, meta=replace(a.meta, title=HOSTILE, summary=HOSTILE, authors=(HOSTILE,), corrections=corrections))
        for a in library.articles
    )
    terms = {
        slug: replace(document, meta=replace(document.meta, title=HOSTILE))
        for slug, document in library.documents.items()
    }
    library = replace(library, documents=terms | {a.slug: a for a in articles})
    return written(library, replace(settings, site_name=HOSTILE, site_description=HOSTILE))


@pytest.fixture(params=["small", "archives", "hostile", "hub"])
def feeds(request, settings):
    """Feeds of every sort: each test below looks at all of them."""
    if request.param == "archives":
        return written(many(settings, 95), settings)
    if request.param == "hostile":
        return hostile(settings)
    return feeds_of(settings if request.param == "small" else replace(settings, feed_hub="https://hub.example.org/"))


def absolute(address):
    return urlsplit(address).scheme in ("http", "https") and bool(urlsplit(address).netloc)


def of_format(feeds, file):
    found = {path: data for path, data in feeds.items() if path.endswith(file)}
    assert len(found) >= 7
    return found


def test_feedparser_finds_no_fault(feeds):
    for file, version in (("rss.xml", "rss20"), ("atom.xml", "atom10")):
        for data in of_format(feeds, file).values():
            parsed = parse(data)
            assert parsed.version == version
            assert all(entry.published_parsed and entry.link and entry.id for entry in parsed.entries)


# --- Atom


def test_atom_is_valid_by_the_schema_of_rfc_4287(feeds):
    schema = etree.RelaxNG(etree.parse(HERE / "schemas" / "atom.rng"))
    for path, data in of_format(feeds, "atom.xml").items():
        assert schema.validate(etree.fromstring(data)), (path, schema.error_log)


def test_the_schema_of_rfc_4287_can_fail():
    schema = etree.RelaxNG(etree.parse(HERE / "schemas" / "atom.rng"))
    good = (HERE / "golden" / "atom.xml").read_bytes()
    for broken in (
        re.sub(b"<updated>[^<]*", b"<updated>yesterday", good, count=1),
        re.sub(b"<id>.*?</id>", b"", good, count=1),
        good.replace(b'type="html"', b'type="CDATA"', 1),
        good.replace(b"<link href=", b"<link src=", 1),
    ):
        assert not schema.validate(etree.fromstring(broken))


def test_atom_keeps_the_rules_of_rfc_4287_that_a_grammar_cannot_say(feeds):
    for path, data in of_format(feeds, "atom.xml").items():
        root = etree.fromstring(data)
        assert root.xpath("a:author", namespaces=NS)  # 4.1.1, for entries without one
        assert root.xpath("a:link[@rel='self']/@href", namespaces=NS)[0].endswith(path)
        ids = root.xpath("a:entry/a:id/text()", namespaces=NS)
        assert len(ids) == len(set(ids))  # 4.1.1
        assert all(urlsplit(found).scheme == "tag" for found in root.xpath("//a:id/text()", namespaces=NS))  # 4.2.6
        for entry in root.iterfind("a:entry", NS):
            alternate = [link for link in entry.iterfind("a:link", NS) if link.get("rel", "alternate") == "alternate"]
            assert len(alternate) == 1  # 4.1.2
            assert absolute(alternate[0].get("href"))
        for found in root.xpath("//a:updated | //a:published", namespaces=NS):
            assert datetime.fromisoformat(found.text).utcoffset() is not None  # 3.3


# --- RSS, https://www.rssboard.org/rss-profile


def test_rss_has_a_channel_as_the_profile_asks_for(feeds):
    for path, data in of_format(feeds, "rss.xml").items():
        root = etree.fromstring(data)
        assert (root.tag, root.get("version"), len(root)) == ("rss", "2.0", 1)
        channel = root[0]
        for name in ("title", "link", "description", "language", "lastBuildDate", "generator"):
            assert len(channel.findall(name)) == 1, (path, name)
            assert channel.findtext(name)
        assert absolute(channel.findtext("link"))
        (own,) = [link for link in channel.iterfind("a:link", NS) if link.get("rel") == "self"]
        assert own.get("type") == "application/rss+xml"
        assert own.get("href").endswith(path)
        assert parsedate_to_datetime(channel.findtext("lastBuildDate")).utcoffset() is not None


def test_rss_has_items_as_the_profile_asks_for(feeds):
    for data in of_format(feeds, "rss.xml").values():
        items = etree.fromstring(data).findall("channel/item")
        for item in items:
            for name in ("title", "link", "description", "guid", "pubDate"):
                assert len(item.findall(name)) == 1, name
            assert item.find("author") is None  # it would need an address of mail
            assert len(item.findall("content:encoded", NS)) == 1
            children = [child.tag for child in item]
            assert children.index("description") < children.index(f"{{{NS['content']}}}encoded")
            assert item.find("guid").get("isPermaLink") == "false"
            assert absolute(item.findtext("link"))
        dates = [parsedate_to_datetime(item.findtext("pubDate")) for item in items]
        assert dates == sorted(dates, reverse=True)
        guids = [item.findtext("guid") for item in items]
        assert len(guids) == len(set(guids))


def test_rss_writes_characters_in_titles_as_the_profile_advises(settings):
    for data in of_format(hostile(settings), "rss.xml").values():
        titles = re.findall(rb"<title>(.*?)</title>", data, re.DOTALL)
        assert titles
        assert not any(b"&lt;" in title or b"&amp;" in title for title in titles)
        assert any(b"R&#x26;D &#x3C;b" in title for title in titles)


# --- JSON Feed, https://www.jsonfeed.org/version/1.1/


def test_json_feed_keeps_to_its_specification(feeds):
    for path, data in of_format(feeds, "feed.json").items():
        feed = json.loads(data.decode("utf-8"))
        known = {"version", "title", "home_page_url", "feed_url", "description", "language", "items"}
        assert known <= set(feed) <= known | {"next_url", "hubs"}
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        assert feed["feed_url"].endswith(path)
        assert feed.get("next_url") != feed["feed_url"]
        assert all(absolute(feed[key]) for key in feed if key.endswith("_url"))
        ids = [item["id"] for item in feed["items"]]
        assert len(ids) == len(set(ids))
        for item in feed["items"]:
            needed = {"id", "url", "title", "content_html", "summary", "date_published", "date_modified"}
            assert needed <= set(item) <= needed | {"authors", "tags"}
            assert all(isinstance(item[key], str) for key in needed)
            assert all(isinstance(tag, str) for tag in item.get("tags", []))
            assert all(set(author) == {"name"} for author in item.get("authors", []))
            assert datetime.fromisoformat(item["date_published"]).utcoffset() is not None


# --- OPML, https://opml.org/spec2.opml


def test_opml_keeps_to_its_specification(settings):
    opml = etree.fromstring(feeds_of(settings, ending="feeds.opml")["feeds.opml"])
    assert [child.tag for child in opml] == ["head", "body"]
    assert parsedate_to_datetime(opml.findtext("head/dateModified"))
    for outline in opml.iterfind(".//outline[@type='rss']"):
        assert absolute(outline.get("xmlUrl"))
        assert absolute(outline.get("htmlUrl"))
        assert outline.get("text")


# --- hostile text


def alive(markup):
    """Return the elements that a reader would make of HTML."""
    root = etree.HTML(f"<body>{markup}</body>")
    return {element.tag for element in root.iter(etree.Element)} - {"html", "body", "p"}


def test_text_stays_text_for_a_reader_that_takes_it_for_html(settings):
    for data in of_format(hostile(settings), "rss.xml").values():
        root = etree.fromstring(data)
        for item in root.iter("item"):
            described = item.findtext("description")
            assert not alive(described)
            assert html.unescape(described) == CLEAN
            assert item.findtext("title").endswith(CLEAN)
        assert not alive(root.findtext("channel/description"))


def test_text_stays_text_where_the_format_has_plain_text(settings):
    found = hostile(settings)
    for entry in etree.fromstring(found["atom.xml"]).iterfind("a:entry", NS):
        assert entry.findtext("a:summary", None, NS) == CLEAN
        assert entry.find("a:summary", NS).get("type") == "text"
        assert entry.find("a:title", NS).get("type", "text") == "text"
    for item in json.loads(found["feed.json"])["items"]:
        assert item["summary"] == CLEAN


def test_a_correction_is_harmless(settings):
    for item in json.loads(hostile(settings)["corrections/feed.json"])["items"]:
        assert not alive(item["content_html"])


def test_markup_is_made_harmless():
    markup = f'<p onclick="x()">{HOSTILE}</p><a href="javascript:x()">x</a><a href="//e.example/">y</a>'
    markup += (
        '<a href=" jAvAsCrIpT:x()">z</a><iframe src="//e"></iframe><img src="data:image/svg+xml,x" onerror="x()">'
    )
    clean = sanitise(f"{markup}<svg><script>alert(2)</script></svg><style>*{{}}</style>")
    for word in (
        "script",
        "onclick",
        "onerror",
        "data:",
        "<iframe",
        "<svg",
        "<style",
        "href",
        "\x00",
        "\x0b",
        "\ufffe",
    ):
        assert word not in clean.replace("&lt;script", "").lower(), word


def test_a_digest_that_is_hostile_is_harmless_in_every_format(settings, tmp_path):
    root = tmp_path / "content"
    for path in (SITE / "content").rglob("*.md"):
        text = path.read_text("utf-8")
        evil = (
            "<script>alert(1)</script> ]]> <img src=x onerror=alert(1)> [a](javascript:alert(1)) \u2067R&D <b>\u2069"
        )
        text = text.replace("Prose with", f"{evil} Prose with")
        target = root / path.relative_to(SITE / "content")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    found = feeds_of(settings, root)
    contents = [entry.content[0].value for entry in parse(found["rss.xml"]).entries]
    contents += [item["content_html"] for item in json.loads(found["feed.json"])["items"]]
    assert any("R&amp;D &lt;b&gt;" in content for content in contents)
    for content in contents:
        assert not alive(content) & {"script", "img", "b"}
        assert not [a for a in etree.HTML(content).iter("a") if a.get("href", "").startswith("javascript")]


def test_five_megabytes_of_a_digest_are_no_matter(settings):
    body = sanitise("<p>R&D &lt; ]]&gt; 🎉</p>" * 200_000)
    assert len(body) > 5_000_000
    feed = documents_of(many(settings, 1), settings, lambda _: body)[""]
    for data in write_all([feed], settings).values():
        if data.startswith(b"<?xml"):
            assert etree.fromstring(data, HUGE) is not None
        else:
            assert json.loads(data)["items"][0]["content_html"] == body


def test_the_feeds_of_the_real_site_are_as_sound(real_settings):
    schema = etree.RelaxNG(etree.parse(HERE / "schemas" / "atom.rng"))
    files = build(ROOT / "content", real_settings).files
    feeds = [file for file in files if file.path.endswith("atom.xml")]
    assert len(feeds) > 50
    for file in feeds:
        assert schema.validate(etree.fromstring(file.content)), file.path
