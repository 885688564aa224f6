"""Real feed readers, which subscribe over HTTP to a site that mkdocs has built and a plain server serves."""

import http.server
import os
import shutil
import sqlite3
import subprocess
import threading
import time
from contextlib import closing

import pytest
from conftest import copy_site, mkdocs_build
from feed_parts import FEED_FILES
from reader import make_reader

NEWSBOAT = shutil.which("newsboat")
REQUIRED = os.environ.get("BRIEFING_BROWSER") == "required"
needs_newsboat = pytest.mark.skipif(not NEWSBOAT and not REQUIRED, reason="newsboat is not installed")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


class Server(http.server.ThreadingHTTPServer):
    """A plain static server that remembers how it answered. The folder that it serves can be changed."""

    def __init__(self):
        self.folder, self.answers = "", []
        super().__init__(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server_address[1]}"


class Handler(http.server.SimpleHTTPRequestHandler):
    def __init__(self, request, client_address, server):
        super().__init__(request, client_address, server, directory=str(server.folder))

    def log_request(self, code="-", size="-"):
        self.server.answers.append((self.path, int(code)))

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    with Server() as found:
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield found
        found.shutdown()


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    """The small site as mkdocs built it after one change and the next, with the times of its files."""
    folder = copy_site(tmp_path_factory.mktemp("history") / "small")
    articles, states = folder / "content" / "articles", {}

    def edit(name, old, new):
        text = (articles / name).read_text("utf-8")
        assert old in text
        (articles / name).write_text(text.replace(old, new), "utf-8")

    def build(state):
        built = int(time.time())  # HTTP tells times in whole seconds: no two states are published within one
        while int(time.time()) == built:
            time.sleep(0.05)
        result = mkdocs_build(folder, folder / "site")
        assert result.returncode == 0, result.stderr
        states[state] = shutil.copytree(folder / "site", folder.parent / state)

    build("first")
    edit("drawn-final.md", "A drawn final", "A final, drawn")
    edit("drawn-final.md", "Prose with", "Other prose with")
    build("edited")
    edit("early-report.md", "kind: ", "corrections:\n  - date: 2024-05-09\n    text: It was May.\nkind: ")
    build("corrected")
    edit("drawn-final.md", "[final-draw]", "[final-draw, drawn-final]")
    (articles / "drawn-final.md").rename(articles / "in-riga.md")
    build("renamed")
    build("unchanged")
    return states


class Newsboat:
    """newsboat, with a cache for each feed: it keeps an item that is in several feeds in one of them."""

    files = ("rss.xml", "atom.xml")  # JSON Feed is none of its formats

    def __init__(self, folder, addresses):
        self.folders = {address: folder / str(number) for number, address in enumerate(addresses)}
        for address, own in self.folders.items():
            own.mkdir(parents=True)
            (own / "urls").write_text(f"{address}\n")
            (own / "config").write_text("")

    def update(self):
        for folder in self.folders.values():
            result = subprocess.run(
                [NEWSBOAT, "-u", "urls", "-c", "cache.db", "-C", "config", "-x", "reload"],
                cwd=folder,
                env={**os.environ, "HOME": str(folder)},
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert result.returncode == 0, result.stdout + result.stderr

    def items(self):
        found = []
        for folder in self.folders.values():
            with closing(sqlite3.connect(folder / "cache.db")) as cache:
                found += cache.execute("select feedurl, guid, title from rss_item where deleted = 0").fetchall()
        return found


class Reader:
    files = FEED_FILES

    def __init__(self, folder, addresses):
        folder.mkdir()
        self.reader = make_reader(str(folder / "db.sqlite"))
        for address in addresses:
            self.reader.add_feed(address)

    def update(self):
        self.reader.update_feeds(scheduled=False)  # at once, and not when it would be time
        assert not [feed.last_exception for feed in self.reader.get_feeds() if feed.last_exception]

    def items(self):
        return [(entry.feed_url, entry.id, entry.title) for entry in self.reader.get_entries()]


@pytest.mark.parametrize("kind", [pytest.param(Newsboat, marks=needs_newsboat), Reader])
def test_a_reader_sees_each_item_once_whatever_happens_to_the_site(history, server, tmp_path, kind):
    addresses = [f"{server.address}/{folder}{file}" for folder in ("", "corrections/") for file in kind.files]
    reader = kind(tmp_path / "reader", addresses)

    def titles(state):
        """Return the titles by id that it shows of a state, after making sure that each is there once in a feed."""
        server.folder = history[state]
        reader.update()
        seen = reader.items()
        assert len(seen) == len({(feed, found) for feed, found, _ in seen})
        site = {frozenset(found for of, found, _ in seen if of == feed) for feed in addresses[: len(kind.files)]}
        assert len(site) == 1, "the formats differ"
        return {found: title for _, found, title in seen}

    first = titles("first")
    assert len(first) == 3
    assert len(reader.items()) == (3 + 1) * len(kind.files)

    edited = titles("edited")
    assert set(edited) == set(first)

    corrected = titles("corrected")
    (new,) = set(corrected) - set(edited)
    assert corrected[new] == "Correction: An early report"

    assert set(titles("renamed")) == set(corrected)

    server.answers.clear()
    assert set(titles("unchanged")) == set(corrected)
    assert sorted(server.answers) == sorted((address.removeprefix(server.address), 304) for address in addresses)
