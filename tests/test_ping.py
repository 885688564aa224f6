"""Telling a WebSub hub what has changed: a real one, which listens on this machine."""

import http.server
import threading
from urllib.parse import parse_qs

import pytest
from conftest import copy_site, mkdocs_build
from test_cli import run

from generator.syndication.websub import as_text, digests, parse, tell


class Hub(http.server.ThreadingHTTPServer):
    """A hub that remembers what it was told, and answers as it is asked to."""

    def __init__(self):
        self.told, self.status = [], 204
        super().__init__(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server_address[1]}/"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.told.append((self.headers["Content-Type"], parse_qs(body)))
        self.send_response(self.server.status)
        self.end_headers()
        if self.server.status >= 400:
            self.wfile.write(b"no such topic")

    def log_message(self, *arguments):
        pass


@pytest.fixture
def hub():
    with Hub() as found:
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield found
        found.shutdown()


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The small site, built, with a place for a hub."""
    folder = copy_site(tmp_path_factory.mktemp("ping") / "small")
    assert mkdocs_build(folder, folder / "site").returncode == 0
    return folder


@pytest.fixture
def config(built, hub):
    file = built / "mkdocs.yml"
    text = file.read_text("utf-8")
    feeds = f"      feeds: {{hub: '{hub.address}'}}\n      names:\n"
    file.write_text(text.replace("      names:\n", feeds), "utf-8")
    yield file
    file.write_text(text, "utf-8")
    (built / ".cache" / "briefing" / "pinged.json").unlink(missing_ok=True)


def topics(hub):
    return sorted(topic for _, fields in hub.told for topic in fields["hub.url"])


def test_the_first_time_the_hub_is_told_of_every_feed_by_the_address_that_it_announces(config, hub, built):
    result = run("ping", "-f", config)
    assert result.exit_code == 0, result.output
    kind, fields = hub.told[0]
    assert (kind, fields["hub.mode"]) == ("application/x-www-form-urlencoded", ["publish"])
    found = topics(hub)
    assert len(found) == len(set(found)) > 10
    assert "https://chess.example.org/club/rss.xml" in found
    for topic in found:
        file = built / "site" / topic.removeprefix("https://chess.example.org/club/")
        assert f'"{topic}"' in file.read_text("utf-8"), "a feed names its own address"
    assert result.output.endswith(f"{len(found)} of {len(found)} feeds have changed\n")


def test_afterwards_it_is_told_only_of_feeds_whose_bytes_have_changed(config, hub, built):
    run("ping", "-f", config)
    hub.told.clear()
    assert run("ping", "-f", config).output.startswith("0 of ")
    assert hub.told == []
    feed = built / "site" / "corrections" / "rss.xml"
    before = feed.read_bytes()
    try:
        feed.write_bytes(before + b"<!-- -->")
        run("ping", "-f", config)
    finally:
        feed.write_bytes(before)
    assert topics(hub) == ["https://chess.example.org/club/corrections/rss.xml"]


def test_all_and_a_lost_or_broken_record_tell_it_of_every_feed_again(config, hub, built):
    run("ping", "-f", config)
    every = topics(hub)
    for spoiled in (None, "{", "[1]"):
        hub.told.clear()
        if spoiled:
            (built / ".cache" / "briefing" / "pinged.json").write_text(spoiled, "utf-8")
        run("ping", "-f", config, *(() if spoiled else ("--all",)))
        assert topics(hub) == every


def test_a_dry_run_shows_what_it_would_be_told_and_tells_nothing(config, hub):
    for _ in range(2):
        result = run("ping", "-f", config, "--dry-run")
        assert "https://chess.example.org/club/rss.xml\n" in result.output
    assert hub.told == []


def test_a_hub_that_refuses_is_an_error_and_it_is_told_again_the_next_time(config, hub):
    hub.status = 400
    result = run("ping", "-f", config)
    assert result.exit_code == 1
    assert "refused: 400 Bad Request: no such topic" in result.output
    hub.told.clear()
    hub.status = 202
    assert run("ping", "-f", config).exit_code == 0
    assert len(topics(hub)) > 10


def test_a_hub_that_is_not_there_is_an_error(config, hub):
    config.write_text(config.read_text("utf-8").replace(hub.address, "http://127.0.0.1:9/"), "utf-8")
    result = run("ping", "-f", config)
    assert result.exit_code == 1
    assert "cannot be reached" in result.output


def test_many_feeds_are_told_in_several_requests(hub):
    feeds = [f"https://x.example/{number}/rss.xml" for number in range(120)]
    assert [*tell(hub.address, feeds)] == sorted(feeds)
    assert [len(fields["hub.url"]) for _, fields in hub.told] == [50, 50, 20]


def test_without_a_hub_or_a_site_it_says_what_is_missing(site, hub):
    result = run("ping", "-f", site / "mkdocs.yml")
    assert (result.exit_code, "there is no hub" in result.output) == (1, True)
    text = (site / "mkdocs.yml").read_text("utf-8")
    named = text.replace("      names:\n", f"      feeds: {{hub: '{hub.address}'}}\n      names:\n")
    (site / "mkdocs.yml").write_text(named, "utf-8")
    result = run("ping", "-f", site / "mkdocs.yml")
    assert (result.exit_code, "run `briefing build` first" in result.output) == (1, True)


def test_a_record_is_read_back_as_it_was_written():
    found = digests({"https://x.example/rss.xml": b"1"})
    assert parse(as_text(found).encode()) == found != digests({"https://x.example/rss.xml": b"2"})
    assert parse(None) == {}
