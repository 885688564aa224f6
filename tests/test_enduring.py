"""A server that goes on, whatever is wrong: with the content when it starts, with the configuration, with a page."""

import contextlib
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from conftest import MKDOCS
from test_browser import browser
from test_browser import pytestmark as in_chromium
from test_editors import matchers
from test_plugin import eventually, free_port, tree

__all__ = ("browser",)

BRIEFING = [sys.executable, "-m", "generator"]
MATCH, SCORE = "club/matches/riga-match-2024/", "drawn after 61 moves"


class Server:
    """A site that is served by a process of its own; what that says is in its log."""

    def __init__(self, command, folder, log):
        self.folder, self.log, port = folder, log, free_port()
        self.digest = folder / "content/articles/drawn-final.md"
        self.url = f"http://127.0.0.1:{port}/"
        with log.open("w") as out:
            command = [*command, "serve", "-a", f"127.0.0.1:{port}"]
            self.process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out)

    def page(self, path):
        """Return what is shown at a path, be there a page or not."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as missing:
            return missing.read().decode()

    def said(self):
        return self.log.read_text("utf-8")

    def shows(self, text, path=MATCH):
        eventually(lambda: text in self.page(path), self.process, self.log)

    def says(self, text):
        eventually(lambda: text in self.said(), self.process, self.log)


@pytest.fixture
def serve(site, tmp_path):
    """Return a function that serves the small site by a command."""
    with contextlib.ExitStack() as stack:

        def begin(command=BRIEFING):
            server = Server(command, site, tmp_path / "log")
            stack.callback(server.process.wait, 20)
            stack.callback(server.process.send_signal, signal.SIGINT if sys.platform != "win32" else signal.SIGTERM)
            return server

        yield begin


def replaced(file, old, new):
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize("command", [BRIEFING, MKDOCS])
def test_a_site_with_mistakes_is_served_and_tells_them_until_they_are_mended(serve, site, command):
    (site / "site").mkdir()
    (site / "site/index.html").write_text("published")
    replaced(site / "content/articles/drawn-final.md", "kind: news", "kind: <b>gossip")
    server = serve(command)
    server.shows("kind: &lt;b&gt;gossip")
    for path in ("club/", "club/rss.xml", "elsewhere/"):
        assert "error[invalid-choice]: `kind` has an unknown value" in server.page(path)
    assert "<b>gossip" not in server.page(MATCH)
    replaced(server.digest, "kind: <b>gossip", "kind: hearsay")
    server.shows("kind: hearsay")
    replaced(server.digest, "kind: hearsay", "kind: news")
    server.shows(SCORE)
    assert "error[" not in server.page("club/nowhere/")
    assert not re.search("^WARNING(?!.*GET)", server.said(), re.MULTILINE)
    assert "Traceback" not in server.said()
    assert tree(site / "site") == {"index.html": b"published"}


def test_a_page_that_is_not_there_reloads_as_others_do(serve):
    server = serve()
    server.shows(SCORE)
    pages = [server.page(path) for path in (MATCH, "club/x/", "elsewhere/")]
    built = {re.search(r"livereload\((\d+), \d+\);\n</script></body>", page)[1] for page in pages}
    assert len(built) == 1
    assert all("There is no such page" in page for page in pages[1:])


def test_a_configuration_that_cannot_be_read_is_told_and_the_last_good_pages_stay(serve, site):
    """So is it in an editor, which waits for the end of a build."""
    ends = re.compile(matchers()["briefing: serve"]["background"]["endsPattern"])
    server, config = serve(), site / "mkdocs.yml"
    server.shows(SCORE)
    before = config.read_text("utf-8")
    mistakes = {
        "nav: [": "MkDocs encountered an error parsing the configuration file",
        "docs_dir: nowhere": "Aborted with a configuration error!",
        "feed_authority: mine": "briefing: `feed_authority` cannot be 'mine'",
    }
    for mistake, told in mistakes.items():
        config.write_text(re.sub(f"{mistake.partition(' ')[0]}.*", mistake, before), "utf-8")
        server.says(said := f"the last good pages stay: {told}")
        assert ends.search(said)
        server.shows(SCORE)
    config.write_text(before.replace("site_name: Chess", "site_name: Another chess"), "utf-8")
    server.shows("Another chess")
    assert "Traceback" not in server.said()


@pytest.mark.parametrize("command", ["build", "serve"])
@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        (
            "overrides/main.html",
            "\n{% block x %}",
            "overrides/main.html:2: this file of the site fails: TemplateSynt",
        ),
        ("overrides/partials/footer.html", "{{ nobody.x }}", "footer.html:1: this file of the site fails: Undefined"),
        ("hook.py", "import nothing", "hook.py:1: this file of the site fails: ModuleNotFoundError"),
    ],
)
def test_a_template_or_hook_that_fails_is_told_with_its_place(command, file, text, told, site):
    config = site / "mkdocs.yml"
    settings = re.sub("custom_dir: .*", "custom_dir: overrides", config.read_text("utf-8"))
    (site / file).parent.mkdir(parents=True, exist_ok=True)
    (site / "overrides").mkdir(exist_ok=True)
    (site / file).write_text(text, "utf-8")
    config.write_text(f"{settings}\nhooks: [hook.py]\n" if file == "hook.py" else settings, "utf-8")
    given = ["-a", f"127.0.0.1:{free_port()}"] if command == "serve" else []
    command = [*BRIEFING, command, *given]
    ended = subprocess.run(command, cwd=site, capture_output=True, text=True, check=False, timeout=60)
    assert (ended.returncode, told in ended.stderr) == (1, True), ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_template_that_fails_while_it_is_served_is_told_and_the_last_good_pages_stay(serve, site):
    config, footer = site / "mkdocs.yml", site / "overrides/partials/footer.html"
    footer.parent.mkdir(parents=True)
    text = re.sub("custom_dir: .*", "custom_dir: overrides", config.read_text("utf-8"))
    config.write_text(f"{text}\nwatch: [overrides]\n", "utf-8")
    server = serve()
    server.shows(SCORE)
    footer.write_text("{{ nobody.x }}", "utf-8")
    server.says("the last good pages stay: overrides/partials/footer.html:1: this file of the site fails")
    footer.write_text("mended", "utf-8")
    server.shows("mended")


@pytest.mark.skipif(sys.platform == "win32", reason="no program there is asked to end")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_server_that_is_ended_removes_what_it_has_written(serve, tmp_path, monkeypatch, name):
    (temporary := tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    inherited = signal.signal(getattr(signal, name), signal.SIG_DFL)  # with `nohup`, a signal is ignored by all below
    server = serve()
    signal.signal(getattr(signal, name), inherited)
    server.shows(SCORE)
    assert any(temporary.iterdir())
    server.process.send_signal(getattr(signal, name))
    assert server.process.wait(20) == 0
    assert list(temporary.iterdir()) == []


@in_chromium
def test_a_browser_on_a_page_that_was_taken_away_shows_it_when_it_is_back(serve, browser):
    server = serve()
    server.shows(SCORE)
    theme = server.folder / "content/themes/away.md"
    theme.write_text("---\ntitle: Far away\nsummary: s\ndraft: true\n---\n", "utf-8")
    server.shows("Far away", "club/themes/away/")
    page = browser.new_page()
    page.goto(f"{server.url}club/themes/away/")
    aside = theme.rename(server.folder / "away.md")
    page.wait_for_selector("text=There is no such page")
    aside.rename(theme)
    page.wait_for_selector("h1:has-text('Far away')")
    page.close()
