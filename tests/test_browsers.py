"""A page that is looked at while its site is served: it shows an edit before the rest of the site is built."""

import contextlib
import errno
import logging
import re
import shutil
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from conftest import copy_site
from mkdocs.commands import build as mkdocs_build
from mkdocs.livereload import LiveReloadServer
from test_browser import browser
from test_browser import pytestmark as in_chromium

from generator.adapter.rendering import collected
from generator.commands.runner import load
from generator.output.staging import Staging

__all__ = ("browser",)

pytestmark = pytest.mark.filterwarnings("ignore:user_configs")

DIGEST, EARLY, HOME = "content/articles/drawn-final.md", "content/articles/early-report.md", "content/index.md"
SHOWN, LISTED, NEW = "articles/drawn-final/", "articles/", "articles/another-final/"
ANALYSIS = "briefing-kind-analysis"  # the class of what a page says of such a source
WHILE = 60  # seconds that something may take on a busy machine


class Live:
    """A site served in this process, whose builds wait behind a gate once the pages are made."""

    def __init__(self, folder, shown):
        self.folder, self.shown, self.gate, self.waits = folder, shown, threading.Event(), threading.Event()
        self.fails = None
        self.gate.set()
        self.server = LiveReloadServer(self.build, "127.0.0.1", 0, str(shown), "/club/", polling_interval=0.1)
        config = self.config()
        self.plugin = config.plugins["briefing"]
        config.plugins.on_startup(command="serve", dirty=False)
        mkdocs_build.build(config)
        self.server.error_handler = lambda _: (shown / "404.html").read_bytes()
        self.server.watch(str(folder / "content"))
        self.plugin.on_serve(self.server, config=config, builder=self.build)
        self.plugin.progress = self.wait

    def config(self):
        return load("mkdocs.yml", site_dir=str(self.shown))

    def build(self):
        mkdocs_build.build(self.config())

    def wait(self, stage, _done, _total):
        if stage == "files":
            self.waits.set()
            self.gate.wait()
            if self.fails:
                raise self.fails

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/club/"

    def page(self, path):
        """Return what is shown at a path, be there a page or not."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=WHILE) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as missing:
            return missing.read().decode()

    def polled(self, epoch):
        """Return what a browser is told that asks for a newer epoch than that of its page."""
        asked = f"http://127.0.0.1:{self.server.server_port}/livereload/{epoch}/1"
        with urllib.request.urlopen(asked, timeout=WHILE) as answer:
            return int(answer.read())

    def edit(self, old, new, path=DIGEST):
        """Save an edit, and return once the pages are made that it changes, and others wait."""
        text = (self.folder / path).read_text("utf-8")
        assert old in text
        self.save(path, text.replace(old, new))

    def save(self, path, text):
        """Save a file, or remove it if there is no text, and wait like `edit`."""
        self.waits.clear()
        self.gate.clear()
        if text:
            (self.folder / path).write_text(text, "utf-8")
        else:
            (self.folder / path).unlink()
        assert self.waits.wait(WHILE)

    def go_on(self):
        """Let the build come to its end, and wait until the server is done with it."""
        building = self.server._wanted_epoch
        self.gate.set()
        begun = time.monotonic()
        while self.plugin.staging is not None or self.server._visible_epoch < building:
            assert time.monotonic() < begun + WHILE
            time.sleep(0.01)
        self.page("404.html")  # it is answered when nothing is being built


def epoch(page):
    """Return the epoch of a page, after which a browser asks whether there is a newer one."""
    return int(re.search(r"livereload\((\d+), \d+\);", page)[1])


def title(page):
    return re.search("<title>(.*?)</title>", page)[1]


def unscripted(page):
    return re.sub(r"livereload\(.*?\);", "", page)


def pages(folder):
    return {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*.html")}


def built_anew(folder):
    """Return the pages of the same site as a build makes them that knows of no other."""
    shutil.rmtree(folder / "anew", ignore_errors=True)
    mkdocs_build.build(load("mkdocs.yml", site_dir=str(folder / "anew")))
    return pages(folder / "anew")


@pytest.fixture
def live(tmp_path):
    with contextlib.chdir(copy_site(tmp_path / "site")):
        live = Live(tmp_path / "site", tmp_path / "served")
        thread = threading.Thread(target=live.server.serve)
        thread.start()
        while not live.server.serve_thread.is_alive():
            time.sleep(0.01)
        try:
            yield live
        finally:
            live.gate.set()
            live.server.shutdown(wait=True)
            thread.join()
            live.plugin.on_shutdown()


def test_a_page_that_is_looked_at_shows_an_edit_while_others_are_as_they_were(live):
    live.page(SHOWN)
    live.edit("kind: news", "kind: analysis")
    assert ANALYSIS in live.page(SHOWN)
    assert "analysis" not in live.page(LISTED)
    live.go_on()
    assert ANALYSIS in live.page(SHOWN)
    assert "analysis" in live.page(LISTED)


def test_the_last_pages_that_were_opened_are_looked_at(live):
    for path in (LISTED, "matches/", "players/", "themes/", SHOWN):
        live.page(path)
    live.edit("kind: news", "kind: analysis")
    assert ANALYSIS in live.page(SHOWN)
    assert "analysis" not in live.page(LISTED)


def test_the_bytes_of_a_site_do_not_depend_on_what_was_looked_at(live, tmp_path, caplog):
    live.page(SHOWN)
    by_hand = live.folder / "content/about.md"
    by_hand.write_text("# About\n\n[What is related](articles/drawn-final.md#related)\n", "utf-8")
    live.edit("## Key figures\n", "## Key figures\n- **3** hours on the clock.\n")
    assert "on the clock" in live.page(SHOWN)
    live.go_on()
    assert not [record for record in caplog.records if record.name.startswith("mkdocs.plugins")]
    assert pages(live.shown) == built_anew(tmp_path)


def test_a_front_page_that_somebody_writes_while_it_is_looked_at_has_its_link_for_editing(live, tmp_path):
    text = (live.folder / HOME).read_text("utf-8")
    config = live.folder / "mkdocs.yml"
    config.write_text(config.read_text("utf-8").replace("  - Home: index.md\n", ""), "utf-8")
    live.edit("kind: news", "kind: analysis")
    live.go_on()
    live.page("")
    for now in ("", text):
        live.save(HOME, now)
        live.go_on()
        assert pages(live.shown) == built_anew(tmp_path)


def test_feeds_that_are_new_are_known_to_the_page_that_lists_them(live, caplog):
    live.page("subscribe/")
    live.save("content/themes/rapid-chess.md", "---\ntitle: Rapid chess\nsummary: Short games.\n---\n")
    assert "rapid-chess/rss.xml" in live.page("subscribe/")
    live.go_on()
    assert "does not exist" not in caplog.text


def test_a_page_is_shown_again_where_the_configuration_has_changed_as_well(live):
    live.page(SHOWN)
    config = live.folder / "mkdocs.yml"
    config.write_text(config.read_text("utf-8").replace("site_name: Chess", "site_name: Another chess"), "utf-8")
    live.edit("kind: news", "kind: analysis")
    ahead = live.page(SHOWN)
    live.go_on()
    assert ANALYSIS in ahead
    assert "Another chess" not in title(ahead)
    assert live.polled(epoch(ahead)) > epoch(ahead)
    assert "Another chess" in title(live.page(SHOWN))


def test_a_browser_reloads_once_if_it_only_looks_at_what_is_shown_already(live):
    before = epoch(live.page(SHOWN))
    live.edit("kind: news", "kind: analysis")
    assert live.polled(before) > before
    ahead = epoch(live.page(SHOWN))
    live.go_on()
    assert epoch(live.page(SHOWN)) == ahead


def test_a_browser_reloads_again_if_it_has_opened_another_page_meanwhile(live):
    live.page(SHOWN)
    live.edit("kind: news", "kind: analysis")
    meanwhile = epoch(live.page(LISTED))
    live.go_on()
    assert live.polled(meanwhile) > meanwhile


def test_a_browser_does_not_reload_again_for_a_page_that_has_not_changed(live):
    live.page(SHOWN)
    live.edit("kind: news", "kind: analysis")
    meanwhile = epoch(live.page("404.html"))
    live.go_on()
    assert epoch(live.page("404.html")) == meanwhile


def test_a_browser_reloads_again_for_a_style_that_has_changed_meanwhile(live):
    style = live.folder / "content/assets/own.css"
    style.parent.mkdir(exist_ok=True)
    style.write_text("p { color: red }")
    while "color: red" not in live.page("assets/own.css"):
        time.sleep(0.01)
    live.page(SHOWN)
    live.gate.clear()
    style.write_text("p { color: blue }")
    live.edit("kind: news", "kind: analysis")
    ahead = epoch(live.page(SHOWN))
    live.page("assets/own.css")
    live.go_on()
    assert live.polled(ahead) > ahead


def test_the_first_pages_after_mistakes_wait_for_the_styles_of_the_site(live):
    live.page(SHOWN)
    live.plugin.served = None  # as after a build that has failed
    before = live.server._visible_epoch
    live.edit("kind: news", "kind: analysis")
    assert live.server._visible_epoch == before
    live.go_on()
    assert ANALYSIS in live.page(SHOWN)


def test_browsers_wait_for_a_build_that_changes_nothing_on_their_page(live):
    live.page("outlets/unnamed/")
    before = live.server._visible_epoch
    live.edit("kind: news", "kind: analysis")
    assert live.server._visible_epoch == before
    live.go_on()
    assert live.server._visible_epoch > before


def test_a_page_that_says_the_same_as_before_is_not_shown_anew(live):
    live.page(SHOWN)
    (live.folder / DIGEST).write_text((live.folder / DIGEST).read_text("utf-8").replace("Prose", "Words"), "utf-8")
    while "Words with" not in live.page(SHOWN):
        time.sleep(0.01)
    before = live.server._visible_epoch
    live.edit("title: ", "aliases: [Someone]\ntitle: ", "content/outlets/unnamed.md")
    assert live.server._visible_epoch == before


def test_browsers_wait_again_while_the_other_files_are_replaced(live):
    live.page(SHOWN)
    keep, waiting = live.plugin._keep, []

    def kept():
        waiting.append(live.server._visible_epoch != live.server._wanted_epoch)
        keep()

    live.plugin._keep = kept
    live.edit("kind: news", "kind: analysis")
    assert live.server._visible_epoch == live.server._wanted_epoch
    live.go_on()
    assert waiting == [True]


def test_what_other_threads_say_is_no_complaint_about_the_page_that_is_rendered(caplog):
    with collected() as found:
        thread = threading.Thread(target=logging.getLogger("mkdocs.livereload").warning, args=["asked for an icon"])
        thread.start()
        thread.join()
        logging.getLogger("mkdocs").warning("a link leads nowhere")
    assert [record.msg for record in found] == ["a link leads nowhere"]
    assert caplog.messages == ["asked for an icon"]


def test_what_was_shown_is_taken_back_once_a_full_disk_has_room_again(tmp_path, monkeypatch):
    (tmp_path / "site").mkdir()
    (tmp_path / "site/index.html").write_text("before")
    staging, write = Staging(tmp_path / "site"), Path.write_bytes
    (staging.path / "index.html").write_text("after")

    def write_if_there_is_room(path, data):
        if staging.path.exists():
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, data)

    assert staging.show(["index.html"]) == ["index.html"]
    assert (tmp_path / "site/index.html").read_text() == "after"
    monkeypatch.setattr(Path, "write_bytes", write_if_there_is_room)
    staging.discard()
    assert pages(tmp_path / "site") == {Path("index.html"): b"before"}


@pytest.mark.parametrize("fault", [OSError("no space is left"), ValueError("a fault of our own")])
def test_what_was_shown_is_taken_back_if_the_build_fails_after_all(live, fault):
    before = live.page(SHOWN)
    live.fails = fault
    live.edit("kind: news", "kind: analysis")
    ahead = live.page(SHOWN)
    live.go_on()
    assert ANALYSIS in ahead
    assert unscripted(live.page(SHOWN)) == unscripted(before)
    assert live.polled(epoch(ahead)) > epoch(ahead)
    live.fails = None
    live.edit("kind: analysis", "kind: explainer")
    live.go_on()
    assert "explainer" in live.page(SHOWN)
    assert "explainer" in live.page(LISTED)


def test_a_page_that_is_new_is_shown_where_somebody_waits_for_it(live):
    missing = live.page(NEW)
    text = (live.folder / EARLY).read_text("utf-8").replace("url: https://", "url: https://another.")
    live.save("content/articles/another-final.md", text)
    assert live.polled(epoch(missing)) > epoch(missing)
    assert "An early report" in live.page(NEW)
    live.go_on()
    assert "An early report" in live.page(NEW)
    assert "another-final" in live.page(LISTED)


@in_chromium
def test_chromium_shows_an_edit_by_itself_before_the_rest_of_the_site_is_built(live, browser):
    page = browser.new_page()
    page.goto(live.url + SHOWN)
    live.edit("kind: news", "kind: analysis")
    page.locator(f".{ANALYSIS}").wait_for(state="attached")
    page.close()
