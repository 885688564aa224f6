"""The documentation does what it says: each page is followed to the letter, in a site of its own, with no network.

Blocks of code in `docs/` say by their language what they are. `sh` is run, line by line; a line may say `# exit code
1`. `console` is not run, and only for what needs the world outside. A block with a title is that file, or goes into
it.
`text` with the title "Output" has lines of what the commands before it have printed, with `…` for whatever else.
"""

import functools
import http.server
import importlib.util
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import click
import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from conftest import COLOURS, MKDOCS, ROOT
from playwright.sync_api import sync_playwright
from test_browser import CHROMIUM, REQUIRED, SCREENS, Quiet
from test_ping import Hub

from generator.commands.cli import main

DOCS = ROOT / "docs"
HUB = "https://hub.example.org/"
FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
OUTSIDE = {
    "aws",
    "docker",
    "git",
    "npm",
    "pip",
    "pipx",
    "pre-commit",
    "python3",
    "source",
    "zensical",
    "cd",
}  # in blocks that are not run


@dataclass(frozen=True)
class Block:
    """A block of code: its language, its title if it has one, and its text."""

    language: str
    title: str
    text: str

    @property
    def commands(self):
        """The commands in it, each with the exit code that it is to have."""
        for line in filter(str.strip, self.text.replace("\\\n", " ").splitlines()):
            command, _, code = line.partition("# exit code ")
            if command.strip() and not command.startswith("#"):
                yield command.strip(), int(code or 0)


def blocks(path):
    for match in FENCE.finditer(path.read_text("utf-8")):
        indent = len(match["indent"])
        text = "\n".join(line[indent:] for line in match["text"].splitlines())
        yield Block(match["language"], match["title"] or "", f"{text}\n")


WRITTEN = [path for path in sorted(DOCS.rglob("*.md")) if path.parent.name != "reference"]
FOLLOWED = [path for path in WRITTEN if any(block.language == "sh" for block in blocks(path))]
COMMANDS = [
    command for path in FOLLOWED for block in blocks(path) if block.language == "sh" for command in block.commands
]


needs_chromium = pytest.mark.skipif(not CHROMIUM and not REQUIRED, reason="Chromium is not installed")
needs_a_shell = pytest.mark.skipif(sys.platform == "win32", reason="the commands are those of a POSIX shell")


@dataclass
class Reader:
    """Somebody who does what a page says, below `home`. `folder` is where they are, `said` what was printed last."""

    home: Path
    folder: Path
    hub: str = ""
    said: str = ""
    environment: dict = field(default_factory=dict)

    def __post_init__(self):
        tools = self.home / "bin"
        tools.mkdir(parents=True, exist_ok=True)
        script = tools / "briefing"
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m generator "$@"\n', "utf-8")
        script.chmod(0o755)
        who = {
            f"GIT_{role}_{part}": "reader@example.org"
            for role in ("AUTHOR", "COMMITTER")
            for part in ("NAME", "EMAIL")
        }
        self.environment = {**os.environ, **who, "HOME": str(self.home), "NO_COLOR": "1", "BROWSER": "true"}
        self.environment |= {"PATH": f"{tools}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}

    def follow(self, path):
        """Do what a page says."""
        for block in blocks(path):
            if block.language == "sh":
                self.said = "".join(self.run(command, code) for command, code in block.commands)
            elif block.title == "Output":
                self.see(block.text)
            elif block.title:
                self.write(block.title, block.text.replace(HUB, self.hub))

    def run(self, command, code):
        """Run a command and return what it prints."""
        command = command.replace("/tmp/", f"{self.home}/tmp/")
        (self.home / "tmp").mkdir(exist_ok=True)
        if command.startswith("cd "):
            self.folder /= command.removeprefix("cd ")
            return ""
        if command.startswith("briefing serve"):
            return self.serve(shlex.split(command))
        result = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert result.returncode == code, f"{command}\n{result.stdout}"
        return result.stdout

    def serve(self, command):
        """Start the server, look at the front page, and press Ctrl+C."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{free.getsockname()[1]}"
        arguments = [part for part in command if not re.fullmatch(r"--address|[\d.]+:\d+", part)]
        process = subprocess.Popen(
            [*arguments, "--address", address], cwd=self.folder, env=self.environment, stderr=subprocess.DEVNULL
        )
        try:
            for _ in range(400):
                try:
                    with urllib.request.urlopen(f"http://{address}/", timeout=20) as answer:
                        assert answer.status == 200
                    break
                except OSError:
                    assert process.poll() is None
                    time.sleep(0.05)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)
        return ""

    def see(self, text):
        """Look for lines in what was printed."""
        for line in filter(str.strip, text.splitlines()):
            pattern = ".*".join(map(re.escape, line.split("…")))
            assert re.search(pattern, self.said), f"{line}\nis not in\n{self.said}"

    def write(self, title, text):
        """Write a file, or put text into one where the title says."""
        name, _, where = title.partition(", ")
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not where:
            path.write_text(text, "utf-8")
            return
        before = path.read_text("utf-8")
        if where == "at the end":
            after = f"{before.rstrip()}\n\n{text}"
        elif where == "in the front matter":
            head, front, rest = before.split("---\n", 2)
            after = f"{head}---\n{front}{text}---\n{rest}"
        elif where.startswith("in place of"):
            line = rf"^( *){re.escape(where.removeprefix('in place of '))}.*$"
            after = re.sub(line, lambda match: match[1] + text.rstrip(), before, count=1, flags=re.MULTILINE)
            assert after != before
        else:
            line = re.search(rf"^( *){re.escape(where.removeprefix('below '))}.*\n", before, re.MULTILINE)
            deeper = " " * (len(line[1]) + (4 if "- " in line[0] else 2))
            added = "".join(f"{deeper}{part}\n" for part in text.splitlines())
            after = before[: line.end()] + added + before[line.end() :]
        path.write_text(after, "utf-8")


@pytest.fixture(scope="module")
def hub():
    with Hub() as found:
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield found
        found.shutdown()


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """The site that the tutorial makes."""
    home = tmp_path_factory.mktemp("reader")
    reader = Reader(home, home)
    reader.follow(DOCS / "tutorial.md")
    return reader.folder


@needs_a_shell
def test_the_tutorial_goes_from_nothing_to_a_site_that_is_built_and_in_git(begun):
    page = (begun / "site" / "players" / "anna-berzina" / "index.html").read_text("utf-8")
    assert "The clock decided it" in page
    log = subprocess.run(["git", "status", "--short"], cwd=begun, capture_output=True, text=True, check=True)
    assert log.stdout == ""


@needs_a_shell
@pytest.mark.parametrize(
    "path", [path for path in FOLLOWED if path.name != "tutorial.md"], ids=lambda path: path.stem
)
def test_a_page_is_followed_to_its_end_in_the_site_of_the_tutorial(path, begun, hub, tmp_path):
    shutil.copytree(begun, tmp_path / "chess")
    Reader(tmp_path, tmp_path / "chess", hub.address).follow(path)


COMMON = {"--help", "--config-file"}  # of every command


def options(command):
    found = {name for option in command.params if isinstance(option, click.Option) for name in option.opts}
    return {name for name in found if name.startswith("--")}


def shown(words):
    """Return which of its options the documentation runs a command with."""
    lines = [shlex.split(line, comments=True) for line, _ in COMMANDS]
    found = [line for line in lines if line[: len(words)] == words]
    assert found, f"{' '.join(words)} is nowhere run"
    return {part.partition("=")[0] for line in found for part in line if part.startswith("--")}


@pytest.mark.parametrize("name", sorted({*main.commands} - {"new"}))
def test_every_option_of_a_command_is_shown_and_run(name):
    derived = {"--article", "--theme", "--outlet", "--language"} if name == "init" else set()  # as `--summit` is
    assert options(main.commands[name]) - derived - COMMON <= shown(["briefing", name])


def test_the_options_that_all_commands_have_are_run_once():
    assert "--config-file" in shown(["briefing", "check"])
    assert {"--help", "--version"} <= shown(["briefing"])


@pytest.mark.parametrize("kind", sorted(main.commands["new"].commands))
def test_every_kind_of_document_is_begun_somewhere(kind):
    assert shown(["briefing", "new", kind]) <= options(main.commands["new"].commands[kind])


def test_every_option_of_a_site_is_set_somewhere():
    text = "\n".join(block.text for path in FOLLOWED for block in blocks(path) if "mkdocs.yml, " in block.title)
    every = {path[-1] for path, _, _ in reference().every_option()} - {"feed_authority", "names"}  # `init` sets these
    every -= {"summit", "leader", "theme"}  # as `article` is
    assert {name for name in every if not re.search(rf"\b{name}:", text)} == set()


def test_what_is_to_go_into_a_workflow_or_a_setting_is_yaml():
    found = [block for path in WRITTEN for block in blocks(path) if block.language == "yaml"]
    assert len(found) > 8
    for block in found:
        assert yaml.safe_load(block.text), block


def test_what_is_not_run_is_only_what_needs_the_world_outside():
    for path in WRITTEN:
        for block in blocks(path):
            if block.language in ("console", "bash", "shell"):
                for command, _ in block.commands:
                    assert command.split()[0] in OUTSIDE, command


def test_no_command_hides_in_a_block_without_a_language():
    for path in WRITTEN:
        outside = FENCE.sub("", path.read_text("utf-8"))
        assert not re.findall(r"^ {4,}(?:briefing|make|\$) .*$", outside, re.MULTILINE), path


# --- what is made of the code -------------------------------------------------------------------------------------


def reference():
    spec = importlib.util.spec_from_file_location("reference", DOCS / "build" / "reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", sorted(reference().PAGES))
def test_the_reference_is_what_the_code_says(name):
    made = reference().PAGES[name]()
    assert made == (DOCS / "reference" / name).read_text("utf-8"), "run `make reference`"


def test_the_reference_has_every_command_and_every_option_of_a_site():
    text = (DOCS / "reference" / "commands.md").read_text("utf-8")
    for found in reference().walk():
        name = found.command_path
        (part,) = re.findall(rf"^## {re.escape(name)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
        assert all(f"`{option}`" in part for option in options(found.command)), name
    text = (DOCS / "reference" / "options.md").read_text("utf-8")
    for path, _, says in reference().every_option():
        assert path[0] == "names" or f"`{': '.join(path)}`" in text
        assert re.fullmatch(r"[A-Z].*[.`]", says)


# --- the site of the documentation --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    target = tmp_path_factory.mktemp("docs") / "site"
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    command = [*MKDOCS, "build", "--strict", "-f", str(DOCS / "build" / "mkdocs.yml"), "-d", str(target)]
    result = subprocess.run(command, env=quiet, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return target


def test_the_documentation_is_built_with_every_page_and_every_link_leads_somewhere(published):
    pages = {path.relative_to(published).as_posix() for path in published.rglob("*.html")} - {"404.html"}
    assert len(pages) == len([*DOCS.rglob("*.md")])


@pytest.fixture(scope="module")
def site(published):
    """The documentation, served; its address."""
    handler = functools.partial(Quiet, directory=str(published))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@needs_chromium
@pytest.mark.parametrize("screen", SCREENS)
def test_the_documentation_can_be_read_on_any_screen_and_asks_no_other_host(browser, site, published, screen):
    width, height = SCREENS[screen]
    page = browser.new_page(viewport={"width": width, "height": height})
    asked, errors = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    for path in sorted(published.rglob("index.html")):
        page.goto(f"{site}/{path.parent.relative_to(published).as_posix()}/", wait_until="load")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.close()
    assert not errors
    assert not [url for url in asked if not url.startswith((site, "data:", "blob:"))]


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_core_objects_to_nothing_in_it(browser, site, scheme):
    page = browser.new_page(color_scheme=scheme)
    passed = {"rules": {"landmark-unique": {"enabled": False}}}  # Material's: each block of code has a landmark
    if scheme == "dark":
        passed = {"runOnly": {"type": "rule", "values": COLOURS}}
    for path in ("", "tutorial/", "howto/hub/", "reference/commands/"):
        page.goto(f"{site}/{path}", wait_until="load")
        found = Axe().run(page, options=passed).response["violations"]
        assert not [(problem["id"], problem["nodes"][0]["html"]) for problem in found], path
    page.close()
