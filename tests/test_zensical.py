"""`briefing export`: a tree that Zensical builds with the same mkdocs.yml, into the same pages."""

import re
import subprocess
import sys
from urllib.parse import urljoin

import pytest
from conftest import ROOT
from links import follow
from lxml import html
from test_browser import SCREENS, browser, newest, pytestmark  # noqa: F401
from test_cli import run
from test_ecosystem import opened

HOME = "https://briefing.example.org/"
NOT_WORDS = " | ".join(
    f".//{path}"
    for path in (
        "script",
        *(f"a[contains(@class, '{name}')]" for name in ("headerlink", "footnote-backref", "md-content__button")),
        "*[contains(@class, 'md-source-file')]",
        "nav[@class='briefing-contents']",  # which an export has not
    )
)


def build(folder):
    result = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict"],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return folder / "site"


@pytest.fixture(scope="session")
def zensical(tmp_path_factory):
    """The real site, exported and built by Zensical."""
    folder = tmp_path_factory.mktemp("export") / "tree"
    result = run("export", "-f", ROOT / "mkdocs.yml", folder)
    assert result.exit_code == 0, result.output
    assert "custom_dir" not in result.output
    assert (folder / "mkdocs.yml").read_bytes() == (ROOT / "mkdocs.yml").read_bytes()
    return build(folder)


def words(path):
    """Return what is to be read on a page of a briefing site."""
    (page,) = html.parse(path).xpath("//div[contains(@class, 'briefing-page')]")
    for part in page.xpath(NOT_WORDS):
        part.drop_tree()
    return re.sub(r"\s+", "", page.text_content())


def composed(folder):
    paths = {path.relative_to(folder) for path in folder.rglob("*.html")}
    return {path for path in paths if "briefing-page" in (folder / path).read_text("utf-8")} - {
        path for path in paths if path.name == "404.html"
    }


def test_every_link_of_the_exported_site_leads_to_a_file_and_an_anchor(zensical):
    assert follow(zensical, HOME) > 20_000


def test_every_page_has_the_same_words_as_from_mkdocs(built, zensical):
    pages = composed(built)
    assert len(pages) > 100
    assert pages == composed(zensical)
    assert not [path for path in sorted(pages) if words(built / path) != words(zensical / path)]


def test_citations_are_the_same_and_lead_to_their_notes(built, zensical):
    page = newest("summits").strip("/") + "/index.html"
    there = [html.parse(folder / page).xpath("//a[@class='footnote-ref']/@href") for folder in (built, zensical)]
    assert there[0] == there[1]
    assert len(there[0]) > 20


def test_feeds_calendar_and_previews_are_the_same_bytes(built, zensical):
    files = [
        path for name in ("*.xml", "feed.json", "*.opml", "*.ics", "previews.json") for path in built.rglob(name)
    ]
    files = [path for path in files if path.name != "sitemap.xml"]
    assert len(files) > 100
    assert not [path for path in files if (zensical / path.relative_to(built)).read_bytes() != path.read_bytes()]


def test_pages_announce_their_feeds_and_say_what_they_are_about(built, zensical):
    page = newest("leaders").strip("/") + "/index.html"
    feeds = [html.parse(folder / page).xpath("//link[@rel='alternate']/@href") for folder in (built, zensical)]
    assert len(feeds[0]) == 6
    assert [urljoin(HOME + page, feed) for feed in feeds[0]] == [urljoin(HOME + page, feed) for feed in feeds[1]]
    for what in ("//script[@type='application/ld+json']/text()", "//title/text()"):
        there = [html.parse(folder / page).xpath(what) for folder in (built, zensical)]
        assert there[0] == there[1]
        assert there[0]
    cards = html.parse(zensical / page).xpath("//meta[@property='og:image']/@content")
    assert [(zensical / card.removeprefix(HOME)).is_file() for card in cards] == [True]


def test_the_sitemap_has_the_same_pages(built, zensical):
    listed = [
        set(re.findall(r"<loc>(.*?)</loc>", (folder / "sitemap.xml").read_text("utf-8")))
        for folder in (built, zensical)
    ]
    assert listed[0] == listed[1]


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """A site on another subject, with a page that moved and words that are markup elsewhere, by Zensical."""
    folder = tmp_path_factory.mktemp("other")
    options = ["--address", "https://chess.example.org/club/", "--summit", "Матч,Матчи"]
    assert run("init", folder / "site", "--title", "Шахматы", *options).exit_code == 0
    config = folder / "site" / "mkdocs.yml"
    assert run("rename", "-f", config, "example-leaders", "anna").exit_code == 0
    person = folder / "site" / "content" / "leaders" / "anna.md"
    text = person.read_text("utf-8").replace("Example leader", "{{ 7 * 7 }} <b>~Anna~</b> & {.x onclick=y}")
    person.write_text(text, "utf-8")
    (folder / "site" / "theme_overrides" / "assets" / "site.css").write_text("/* mine */", "utf-8")
    result = run("export", "-f", config, folder / "tree")
    assert result.exit_code == 0, result.output
    return build(folder / "tree")


def test_a_page_that_moved_leads_on_after_the_export(other):
    assert "url=https://chess.example.org/club/leaders/anna/" in (
        other / "leaders/example-leaders/index.html"
    ).read_text("utf-8")
    assert "/club/leaders/example-leaders/ /club/leaders/anna/ 301" in (other / "_redirects").read_text("utf-8")
    assert follow(other, "https://chess.example.org/club/") > 300


def test_words_of_an_editor_are_words_after_the_export(other):
    page = html.parse(other / "leaders" / "anna" / "index.html")
    assert page.xpath("string(//h1)") == "{{ 7 * 7 }} <b>~Anna~</b> & {.x onclick=y}"
    assert not page.xpath("//*[@onclick]")
    assert not page.xpath("//div[contains(@class, 'briefing-page')]//b")


def test_what_the_site_changed_in_the_theme_goes_along(other):
    assert (other / "assets" / "site.css").read_text("utf-8") == "/* mine */"
    assert (other / "assets" / "briefing.css").is_file()


def test_a_site_without_a_folder_for_the_theme_is_told_so(site, tmp_path):
    config = site / "mkdocs.yml"
    lines = [line for line in config.read_text("utf-8").splitlines() if "custom_dir" not in line]
    config.write_text("\n".join(lines), "utf-8")
    result = run("export", "-f", config, tmp_path / "out")
    assert result.exit_code == 0
    assert "for Zensical, write `theme: custom_dir: theme_overrides` in " in result.output
    assert (tmp_path / "out" / "theme_overrides" / "main.html").is_file()


def test_content_that_lies_elsewhere_cannot_be_exported(site, tmp_path):
    (site / "conf").mkdir()
    config = (site / "mkdocs.yml").rename(site / "conf" / "mkdocs.yml")
    config.write_text(config.read_text("utf-8").replace("docs_dir: content", "docs_dir: ../content"), "utf-8")
    result = run("export", "-f", config, tmp_path / "out")
    assert result.exit_code == 1
    assert "to export the site, move it into that folder" in result.output


@pytest.mark.parametrize("screen", SCREENS)
def test_the_exported_site_works_in_a_browser(zensical, browser, screen):  # noqa: F811
    width, height = SCREENS[screen]
    with opened(browser, zensical, home=HOME) as (page, said):
        page.set_viewport_size({"width": width, "height": height})
        for path in ("", newest("summits")[1:], newest("articles")[1:], "about/"):
            page.goto(HOME + path, wait_until="networkidle")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert page.locator("h1").count() == 1, path
        assert not said
