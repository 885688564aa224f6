"""Installing as a user would: the wheel in an environment that has what pip would have brought, and no more."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from importlib.metadata import PackageNotFoundError, files

import pytest
from conftest import ROOT
from feed_parts import FEED_FILES

BUILD = [sys.executable, "-m", "hatchling", "build", "-d"]


def run(command, folder, **environment):
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1", **environment}
    env.pop("PYTHONPATH", None)
    found = subprocess.run(
        [str(part) for part in command], cwd=folder, env=env, capture_output=True, encoding="utf-8", check=False
    )
    assert found.returncode == 0, f"{command}\n{found.stdout}\n{found.stderr}"
    return found.stdout + found.stderr


@pytest.fixture(scope="module")
def dist(tmp_path_factory):
    target = tmp_path_factory.mktemp("dist")
    run([*BUILD, target], ROOT)
    return target


@pytest.fixture(scope="module")
def wheel(dist):
    (found,) = dist.glob("*.whl")
    return found


def link_what_is_needed(folder):
    """Link what requirements.lock names to a folder, from where it is installed for the tests."""
    folder.mkdir()
    for name in re.findall(r"^([a-z0-9_.-]+)==", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE):
        try:
            found = files(name)
        except PackageNotFoundError:  # not for this system or this Python
            continue
        for top in {file.parts[0]: file for file in found if file.parts[0] not in ("..", "__pycache__")}.values():
            source = top.locate().parents[len(top.parts) - 2] if len(top.parts) > 1 else top.locate()
            if not (folder / source.name).exists():
                (folder / source.name).symlink_to(source)
    return folder


@pytest.fixture(scope="module")
def commands(wheel, tmp_path_factory):
    """The folder of the commands of an environment in which the wheel is installed."""
    home = tmp_path_factory.mktemp("installed")
    needed = link_what_is_needed(home / "needed")
    context = venv.EnvBuilder(with_pip=False, symlinks=os.name != "nt")
    context.create(home / "env")
    bin_ = home / "env" / ("Scripts" if os.name == "nt" else "bin")
    python = bin_ / "python"
    own = run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], home).strip()
    with open(os.path.join(own, "needed.pth"), "w", encoding="utf-8") as file:  # noqa: PTH118, PTH123
        file.write(f"{needed}\n")
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check", "install"]
    run([*pip, "--no-index", "--no-deps", "--ignore-installed", wheel], home)
    return bin_


@pytest.fixture(scope="module")
def site(commands, tmp_path_factory):
    folder = tmp_path_factory.mktemp("user") / "my site"
    briefing = commands / "briefing"
    options = ["--title", "Шахматы", "--address", "https://example.org/", "--summit", "Match,Matches"]
    run([briefing, "init", folder, *options], folder.parent)
    assert "5 documents, no problems." in run([briefing, "check"], folder)
    run([briefing, "build"], folder)
    return folder


def test_the_wheel_that_is_tried_is_the_one_that_runs(commands, tmp_path):
    where = run([commands / "python", "-c", "import generator; print(generator.__file__)"], tmp_path)
    assert str(commands.parent) in where
    assert str(ROOT) not in where
    hidden = run([commands / "python", "-c", "import importlib.util as u; print(u.find_spec('pytest'))"], tmp_path)
    assert hidden.strip() == "None"


def test_a_site_begun_and_built_with_the_wheel_has_pages_feeds_and_the_theme(site):
    page = (site / "site" / "matches" / "example-matches" / "index.html").read_text("utf-8")
    assert "Only words that somebody said are quoted" in page
    assert "briefing-page briefing-page--summit" in page
    for path in (*FEED_FILES, "matches/example-matches/rss.xml", "sitemap.xml", "feeds.opml"):
        assert (site / "site" / path).is_file(), path
    theme = ROOT / "theme_overrides"
    for asset in (path for path in (theme / "assets").rglob("*") if path.is_file()):
        assert (site / "site" / asset.relative_to(theme)).read_bytes() == asset.read_bytes()
    assert "There is no such page" in (site / "site" / "404.html").read_text("utf-8")
    assert list((site / "site" / "assets" / "cards").glob("*.png"))


def test_every_command_of_an_installed_briefing_runs_where_it_is_needed(commands, site, tmp_path):
    briefing, site = commands / "briefing", shutil.copytree(site, tmp_path / "site")
    run([briefing, "new", "match", "Rematch", "--start", "2031-02-03", "--summary", "Again."], site)
    run([briefing, "rename", "rematch-2031", "second-match"], site)
    run([briefing, "schema", tmp_path / "schemas"], site)
    (tmp_path / "source.txt").write_text(
        "Rematch ends in a draw\n\nThe players met again on 3 February 2031.\n", "utf-8"
    )
    assert "draft: true" in run([briefing, "draft", tmp_path / "source.txt"], site)
    run([briefing, "export", tmp_path / "exported"], site)
    assert "withdrawn" in run([briefing, "explain", "withdrawn-term"], tmp_path)
    assert (tmp_path / "schemas" / "summit.schema.json").is_file()


def test_mkdocs_finds_the_plugin_of_an_installed_briefing(commands, site, tmp_path):
    run([commands / "python", "-m", "mkdocs", "build", "--strict", "-d", tmp_path / "out"], site)
    assert (tmp_path / "out" / "rss.xml").is_file()


def test_what_is_said_is_utf8_where_a_program_reads_it_whatever_the_code_page(commands, site):
    digest = site / "content" / "articles" / "example-articles.md"
    text = digest.read_text("utf-8")
    digest.write_text(text + "\n- Of [[матч]].\n", "utf-8")
    try:
        done = subprocess.run(
            [commands / "briefing", "check"],
            cwd=site,
            env={**os.environ, "PYTHONIOENCODING": "cp1252"},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 1
        assert "no document has the slug `матч`" in done.stdout.decode()
    finally:
        digest.write_text(text, "utf-8")


def test_a_wheel_made_of_the_sdist_is_the_same(dist, wheel, tmp_path):
    (source,) = dist.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        # Python 3.11 has the filter from its fourth release on, Debian 12 the second: so tarfile says to ask for it.
        archive.extraction_filter = getattr(tarfile, "data_filter", lambda member, path: member)
        archive.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    run([*BUILD, tmp_path / "again", "-t", "wheel"], folder)
    (again,) = (tmp_path / "again").glob("*.whl")
    with zipfile.ZipFile(wheel) as one, zipfile.ZipFile(again) as two:
        assert {name: one.read(name) for name in one.namelist()} == {name: two.read(name) for name in two.namelist()}


def test_the_sdist_has_what_is_needed_to_test_it(dist):
    (source,) = dist.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for needed in ("tests/conftest.py", "Makefile", "requirements-dev.lock", "theme_overrides/main.html", "LICENSE"):
        assert needed in names
    assert {f"content/leaders/{path.name}" for path in (ROOT / "content" / "leaders").iterdir()} <= names
