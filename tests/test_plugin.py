"""The site as mkdocs builds and serves it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from conftest import MKDOCS, ROOT, mkdocs_build
from feed_parts import FEED_FILES


def tree(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


class Page(HTMLParser):
    """The ids of a page, its links, and what it loads."""

    def __init__(self, html):
        super().__init__()
        self.ids, self.links, self.loads, self.alternates = [], [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "a" and "href" in found:
            self.links.append((found["href"], found.get("title")))
        if tag in ("img", "script", "iframe") and found.get("src"):
            self.loads.append(found["src"])
        if tag == "link":
            (self.alternates if found["rel"] == "alternate" else self.loads).append(found["href"])


@pytest.fixture(scope="module")
def pages(built):
    found = {p.relative_to(built).as_posix(): Page(p.read_text("utf-8")) for p in built.rglob("*.html")}
    assert len(found) > 20
    return found


def address_of(path):
    return f"https://briefing.example.org/{path.removesuffix('index.html')}"


def test_every_link_of_the_real_site_leads_to_a_file_and_an_anchor(built, pages):
    checked = 0
    for path, page in pages.items():
        if path == "404.html":
            continue
        for href, _ in page.links:
            target, anchor = urldefrag(urljoin(address_of(path), href))
            if urlsplit(target).netloc != "briefing.example.org":
                continue
            file = unquote(urlsplit(target).path).lstrip("/")
            file = f"{file}index.html" if not file or file.endswith("/") else file
            assert (built / file).is_file(), (path, href)
            if anchor and file.endswith(".html") and not anchor.startswith("__"):
                assert unquote(anchor) in pages[file].ids, (path, href)
            checked += 1
    assert checked > 1000


def test_no_page_asks_another_host_for_anything(pages):
    for path, page in pages.items():
        for address in page.loads:
            host = urlsplit(address).netloc
            assert host in ("", "briefing.example.org"), (path, address)


def test_ids_are_unique_on_every_page_of_the_real_site(pages):
    for path, page in pages.items():
        own = [found for found in page.ids if not found.startswith("__")]
        assert len(own) == len(set(own)), path


def test_the_edit_button_leads_to_the_file_that_an_editor_edits(pages):
    edits = {
        path: href.removeprefix("https://git.example.org/briefing/edit/main/content/")
        for path, page in pages.items()
        for href, title in page.links
        if title == "Edit this page"
    }
    assert len(edits) > 20
    for path, file in edits.items():
        assert (ROOT / "content" / file).is_file(), (path, file)
        stem = path.removesuffix("index.html").rstrip("/")
        assert file in (f"{stem}.md", f"{stem}/index.md".lstrip("/")), (path, file)
    assert not any(path.endswith(f"{folder}/index.html") for path in edits for folder in ("leaders", "summits"))


def test_every_page_announces_the_feed_of_the_site_and_its_own(built, pages):
    for path, page in pages.items():
        if not page.alternates:
            assert "http-equiv" in (built / path).read_text("utf-8"), path
            continue
        expected = {f"https://briefing.example.org/{file}" for file in FEED_FILES}
        if re.fullmatch(r"(summits/[a-z0-9-]+|leaders/[a-z0-9-]+|themes/[a-z0-9-]+|corrections)/index\.html", path):
            expected |= {urljoin(address_of(path), file) for file in FEED_FILES}
        assert {urljoin(address_of(path), href) for href in page.alternates} == expected, path


def test_the_sitemap_lists_every_page(built, pages):
    listed = set(re.findall(r"<loc>(.*?)</loc>", (built / "sitemap.xml").read_text("utf-8")))
    assert listed == {address_of(path) for path, page in pages.items() if page.alternates and path != "404.html"}


def test_two_builds_are_the_same_bytes_wherever_and_whenever_they_run(site, tmp_path):
    elsewhere = tmp_path / "another" / "folder"
    at_another_time = {"SOURCE_DATE_EPOCH": "4102444800"}  # what mkdocs takes for the time, where it asks
    shutil.copytree(site, elsewhere)
    one = mkdocs_build(
        site, tmp_path / "one", PYTHONHASHSEED="1", TZ="Pacific/Auckland", LC_ALL="C", **at_another_time
    )
    two = mkdocs_build(elsewhere, tmp_path / "two", PYTHONHASHSEED="2", TZ="America/New_York", LC_ALL="C.UTF-8")
    assert (one.returncode, two.returncode) == (0, 0), one.stderr + two.stderr
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_text_of_an_editor_is_escaped_in_every_part_of_a_page(site, tmp_path):
    about = site / "content" / "themes" / "fast-time-controls.md"
    text = about.read_text("utf-8").replace(
        "How little time is *enough* [for R&D]?", "'Is <script>alert(1)</script> enough?\"'"
    )
    about.write_text(text, "utf-8")
    assert mkdocs_build(site, tmp_path / "out").returncode == 0
    page = (tmp_path / "out" / "themes" / "fast-time-controls" / "index.html").read_text("utf-8")
    assert "<title>Fast &amp; faster &lt;clocks&gt; - Chess Briefing</title>" in page
    assert "<script>alert" not in page
    assert 'content="Is &lt;script&gt;alert(1)&lt;/script&gt; enough?&quot;"' in page
    for path in (tmp_path / "out").rglob("*.html"):
        assert "<clocks>" not in path.read_text("utf-8"), path


@pytest.mark.parametrize("command", [MKDOCS, (sys.executable, "-m", "generator")])
def test_a_build_of_content_with_problems_ends_with_these_and_nothing_after_them(site, command):
    digest = site / "content" / "articles" / "drawn-final.md"
    digest.write_text(digest.read_text("utf-8").replace("kind: news", "kind: gossip"), "utf-8")
    result = subprocess.run([*command, "build"], cwd=site, capture_output=True, text=True)
    assert result.returncode == 1
    assert "the content has problems\n\ncontent/articles/drawn-final.md" in result.stderr
    assert result.stderr.endswith("nothing was written.\n")
    assert not result.stdout


def test_a_draft_is_not_on_the_built_site(site, tmp_path):
    theme = site / "content" / "themes" / "draft.md"
    theme.write_text("---\ntitle: A draft\nsummary: s\ndraft: true\n---\n", "utf-8")
    result = mkdocs_build(site, tmp_path / "out")
    assert result.returncode == 0, result.stderr
    assert not list((tmp_path / "out").rglob("*draft/*"))


def test_a_digest_is_on_the_site_from_its_day_on(site, tmp_path):
    digest = site / "content" / "articles" / "early-report.md"
    later = digest.with_name("later.md")
    later.write_text(digest.read_text("utf-8").replace("published: 2024-04-30/2024-05-01", "published: 2030-01-02"))
    for epoch, there in (("1893455999", False), ("1893542400", True)):  # the last second of 2029, and 2 January
        out = tmp_path / epoch
        result = mkdocs_build(site, out, SOURCE_DATE_EPOCH=epoch)
        assert result.returncode == 0, result.stderr
        assert (out / "articles" / "later" / "index.html").exists() is there
        assert ("articles/later/" in (out / "rss.xml").read_text("utf-8")) is there


def test_a_withdrawn_page_says_so_and_is_nowhere_else(site, tmp_path):
    match = site / "content" / "matches" / "youth-cup-2024.md"
    match.write_text(
        match.read_text("utf-8").replace("---\n", "---\nwithdrawn: It was <b>never</b> held.\n", 1), "utf-8"
    )
    report = site / "content" / "articles" / "early-report.md"
    report.write_text(report.read_text("utf-8").replace(", youth-cup-2024", ""), "utf-8")
    result = mkdocs_build(site, tmp_path / "out")
    assert result.returncode == 0, result.stderr
    page = (tmp_path / "out" / "matches" / "youth-cup-2024" / "index.html").read_text("utf-8")
    assert "was withdrawn" in page
    assert "It was &lt;b&gt;never&lt;/b&gt; held." in page
    others = [path for path in (tmp_path / "out").rglob("*.html") if "youth-cup" not in path.as_posix()]
    assert not [path for path in others if "youth-cup-2024" in path.read_text("utf-8")]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def eventually(condition, process, log):
    """Wait for a condition, as long as the server lives and a generous while at most."""
    for _ in range(600):
        assert process.poll() is None, Path(log).read_text("utf-8")
        try:
            if condition():
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError(Path(log).read_text("utf-8"))


@pytest.mark.parametrize("command", [[*MKDOCS, "serve", "-a"], [sys.executable, "-m", "generator", "serve", "-a"]])
def test_serve_shows_a_change_without_a_restart_and_survives_a_mistake(site, tmp_path, command):
    port, log = free_port(), tmp_path / "log"

    def page(path):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/club/{path}", timeout=5) as answer:
            return answer.read().decode()

    digest = site / "content" / "articles" / "drawn-final.md"
    original = digest.read_text("utf-8")
    with log.open("w") as out:
        process = subprocess.Popen([*command, f"127.0.0.1:{port}"], cwd=site, stdout=out, stderr=out)
    try:
        eventually(lambda: "drawn after 61 moves" in page("matches/riga-match-2024/"), process, log)
        eventually(lambda: "Riga" in page("search.json"), process, log)
        digest.write_text(original.replace("drawn after 61", "drawn after 63"), "utf-8")
        eventually(lambda: "drawn after 63 moves" in page("matches/riga-match-2024/"), process, log)
        digest.write_text(original.replace("kind: news", "kind: gossip"), "utf-8")
        eventually(lambda: "error[invalid-choice]" in log.read_text("utf-8"), process, log)
        assert "drawn after 63 moves" in page("matches/riga-match-2024/")
        digest.write_text(original.replace("drawn after 61", "drawn after 64"), "utf-8")
        eventually(lambda: "drawn after 64 moves" in page("matches/riga-match-2024/"), process, log)
        (site / "content" / "themes" / "new.md").write_text("---\ntitle: N\nsummary: s\ndraft: true\n---\n", "utf-8")
        eventually(lambda: "This is a draft, and not on the published site" in page("themes/new/"), process, log)
    finally:
        # As Ctrl+C; mkdocs then removes its temporary folder. Windows would send it to us as well.
        process.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
        process.wait(10)
