"""What pages say of themselves to programs: JSON-LD, Open Graph, and a page for those who are lost."""

import html
import json
import re
from dataclasses import replace

import pytest
from conftest import SETTINGS, SITE, mkdocs_build
from test_ledger import change

from generator.build import build, check
from generator.composing.structured import describe
from generator.core.dates import parse_date

DOCUMENTS = check(SITE / "content", SETTINGS).library.documents
ADDRESS = "https://chess.example.org/club/"
SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def graph(slug, library=None):
    library = library or check(SITE / "content", SETTINGS).library
    return json.loads(describe(library.documents[slug], library, SETTINGS))["@graph"]


def test_a_digest_says_what_it_is_based_on_what_it_cites_and_what_was_corrected():
    node = graph("drawn-final")[0]
    assert (node["@type"], node["@id"]) == ("NewsArticle", f"{ADDRESS}articles/drawn-final/")
    assert (node["datePublished"], node["dateModified"]) == ("2024-05-02", "2024-05-06")
    based = node["isBasedOn"]
    assert based["url"] == "https://gazette.example.org/final_(1)"
    assert based["author"] == [{"@type": "Person", "name": "Ilze Ozola"}]
    assert based["publisher"]["name"] == DOCUMENTS["board-gazette"].meta.title
    assert [source["mainEntityOfPage"] for source in node["citation"]] == [f"{ADDRESS}articles/early-report/"]
    assert node["citation"][0]["@type"] == "OpinionNewsArticle"
    assert "publisher" not in node["citation"][0], "nobody knows it"
    assert node["correction"][0]["datePublished"] == "2024-05-06"
    assert {thing["name"] for thing in node["about"]} >= {"The Riga match", "Magnuss Bērziņš"}


def test_a_meeting_is_an_event_with_its_place_its_guests_and_its_parts():
    node = graph("riga-match-2024")[0]
    assert node["@type"] == "Event"
    assert (node["startDate"], node["endDate"]) == ("2024-04-20", "2024-05-01")
    assert node["location"]["geo"]["latitude"] == 56.95
    assert node["organizer"] == {"@type": "Organization", "name": "Latvian Chess Club"}
    assert node["attendee"][0]["@id"] == f"{ADDRESS}players/magnus-berzins/"
    assert node["subEvent"][0]["name"] == "Youth Cup"
    assert graph("youth-cup-2024")[0]["superEvent"]["name"] == "The Riga match"


def test_a_leader_is_a_person_and_a_statement_has_its_maker():
    nodes = graph("magnus-berzins")
    assert nodes[0]["jobTitle"] == "Grandmaster"
    assert nodes[0]["alternateName"] == ["Berzins"]
    (quotation,) = [node for node in nodes if node["@type"] == "Quotation"]
    assert quotation["text"] == "I had nothing left to play for"
    assert quotation["creator"]["@id"] == f"{ADDRESS}players/magnus-berzins/"
    assert quotation["@id"].startswith(f"{ADDRESS}articles/drawn-final/#statement-")
    other = next(node for node in graph("drawn-final") if node.get("text") == "The clock decided it")
    assert other["creator"] == {"@type": "Person", "name": "Jānis Ozols"}


def test_what_holds_a_meeting_or_says_something_and_is_no_person_is_an_organisation(site):
    change(site, "matches/riga-match-2024.md", "host: Latvian Chess Club", "host: fast-time-controls")
    change(site, "articles/drawn-final.md", "— [[magnus-berzins]]", "— [[fast-time-controls]]")
    checked = check(site / "content", SETTINGS)
    assert not checked.problems
    theme = checked.library.documents["fast-time-controls"]
    as_one = {"@type": "Organization", "name": theme.meta.title, "url": f"{ADDRESS}themes/{theme.slug}/"}
    assert graph("riga-match-2024", checked.library)[0]["organizer"] == as_one
    assert as_one in [node.get("creator") for node in graph("drawn-final", checked.library)]


@pytest.mark.parametrize("slug", DOCUMENTS)
def test_the_way_from_the_front_page_is_told(slug):
    if DOCUMENTS[slug].kind == "home":
        return
    trail = graph(slug)[-1]
    assert [step["position"] for step in trail["itemListElement"]] == [1, 2, 3]
    assert trail["itemListElement"][0]["item"] == ADDRESS


def test_a_date_that_is_not_certain_is_not_told():
    library = check(SITE / "content", SETTINGS).library
    article = library.documents["drawn-final"]
    for written, told in (("2024-05~", None), ("2024-05", "2024-05"), ("2024-05-01/2024-05-03", "2024-05-01")):
        changed = replace(article, meta=replace(article.meta, published=parse_date(written)))
        found = replace(library, documents=dict(library.documents) | {"drawn-final": changed})
        assert graph("drawn-final", found)[0]["isBasedOn"].get("datePublished") == told


def test_nothing_ends_the_script_that_it_stands_in(site, tmp_path):
    words = "</script><script>alert(1)</script><!-- <b> & “q”"
    change(site, "themes/fast-time-controls.md", "How little time is *enough* [for R&D]?", words)
    assert mkdocs_build(site, tmp_path / "out").returncode == 0
    page = (tmp_path / "out" / "themes" / "fast-time-controls" / "index.html").read_text("utf-8")
    assert "<script>alert" not in page
    (found,) = SCRIPT.findall(page)
    assert json.loads(found)["@graph"][0]["description"] == words


def test_every_page_of_a_document_has_it_and_the_home_page_tells_of_the_site(settings):
    pages = {page.path: page for page in build(SITE / "content", settings).pages}
    for document in DOCUMENTS.values():
        assert json.loads(pages[document.path].body.structured)["@context"] == "https://schema.org"
    assert json.loads(pages["index.md"].body.structured)["@graph"][0]["@type"] == "WebSite"


def test_every_page_of_the_real_site_has_a_title_a_description_an_address_and_what_networks_show(built):
    for path in built.rglob("*.html"):
        page = path.read_text("utf-8")
        if "http-equiv" in page:
            continue  # a page that leads on
        head = dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', page))
        title = html.unescape(re.search(r"<title>(.*?)</title>", page)[1])
        name = path.relative_to(built).as_posix()
        assert title, name
        for key in ("description", "og:title", "og:description", "og:type", "og:site_name"):
            assert head.get(key), (name, key)
        if name != "404.html":
            address = re.search(r'<link rel="canonical" href="([^"]*)"', page)[1]
            assert head["og:url"] == address == f"https://briefing.example.org/{name.removesuffix('index.html')}"
        for found in SCRIPT.findall(page):
            json.loads(found)


def test_who_is_lost_is_led_on(site, tmp_path):
    assert mkdocs_build(site, tmp_path / "out").returncode == 0
    page = (tmp_path / "out" / "404.html").read_text("utf-8")
    links = re.findall(r'<a href="([^"]+)">', page[page.index("There is no such page") :])
    assert {"/club/players/", "/club/articles/drawn-final/"} <= set(links)
