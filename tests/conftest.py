"""What the tests share: the small site on another subject, and golden files that can be renewed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import hypothesis
import pytest

from generator.composing.dependencies import Dependencies
from generator.composing.pages import Page
from generator.composing.plan import plan
from generator.core.settings import DEFAULT_COLLECTIONS, Collection, Kind, Settings
from generator.linking.history import Change
from generator.linking.library import Library
from generator.linking.related import relate
from generator.reading import frontmatter

HERE = Path(__file__).parent
ROOT = HERE.parent
SITE = HERE / "site"
MKDOCS = [sys.executable, "-m", "mkdocs"]

# The same examples in each run, so that a gate does not fail by chance; HYPOTHESIS_PROFILE=search looks for new ones.
hypothesis.settings.register_profile("gate", derandomize=True, deadline=None)
hypothesis.settings.register_profile("search", deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))
COLOURS = ["color-contrast", "link-in-text-block"]  # the rules of axe that depend on the scheme of colours
LONG = os.environ.get("HYPOTHESIS_PROFILE") == "search"  # whether there is time to try everything


def mkdocs_build(folder, site_dir, **environment):
    quiet = {"NO_MKDOCS_2_WARNING": "1", **environment}
    return subprocess.run(
        [*MKDOCS, "build", "--strict", "-d", str(site_dir)],
        cwd=folder,
        env={**os.environ, **quiet},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write what is produced into the golden files")


@pytest.fixture(autouse=True)
def passing_folders(tmp_path_factory, monkeypatch):
    """Have what this process keeps in passing, as a server does until it ends, lie where pytest tidies up."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path_factory.getbasetemp()))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare text with a golden file, or renew the file when asked to."""

    def compare(path: Path, actual: str) -> None:
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(actual, "utf-8", newline="\n")
        assert actual == path.read_text("utf-8"), f"differs from {path.relative_to(ROOT)}; see --update-golden"

    return compare


SETTINGS = Settings(
    site_name="Chess Briefing",
    site_url="https://chess.example.org/club/",
    feed_authority="chess.example.org,2024",
    collections=DEFAULT_COLLECTIONS
    | {
        Kind.SUMMIT: Collection("matches", "Match", "Matches"),
        Kind.LEADER: Collection("players", "Player", "Players"),
    },
)


@pytest.fixture
def real_settings() -> Settings:
    """The settings of the first site, whose content lies in the project."""
    return Settings("Briefing", "https://briefing.example.org/", "briefing.example.org,2025", feed_pairs=True)


@pytest.fixture
def settings() -> Settings:
    """The settings of the small site."""
    return SETTINGS


def copy_site(folder: Path) -> Path:
    """Copy the small site to a folder; return the folder, which holds its mkdocs.yml."""
    shutil.copytree(SITE, folder, ignore=shutil.ignore_patterns("site", ".site.*"))
    config = (folder / "mkdocs.yml").read_text("utf-8")
    theme = (ROOT / "theme_overrides").as_posix()
    (folder / "mkdocs.yml").write_text(config.replace("../../theme_overrides", theme), "utf-8")
    return folder


def copy_real_site(folder: Path) -> Path:
    """Copy the first site to a folder, with the theme; return the folder."""
    for part in ("content", "theme_overrides"):
        shutil.copytree(ROOT / part, folder / part)
    shutil.copy(ROOT / "mkdocs.yml", folder)
    return folder


def pages_of(library: Library, settings: Settings, changes: Mapping[str, tuple[Change, ...]]) -> tuple[Page, ...]:
    """Return the pages of a library, with what was changed in documents by their paths."""
    return plan(Dependencies(library, settings), relate(library), changes)


def source(page: Page) -> str:
    """Return a page as a Markdown file that stands for itself, with front matter."""
    meta = {"title": page.title, "description": page.description}
    return f"---\n{frontmatter.dump(meta)}---\n\n{page.markdown}"


def copy_with_names(source: Path, target: Path) -> Path:
    """Copy a folder in which files may have several names: they have these in the copy as well. Return the copy."""
    names: dict[int, str] = {}

    def copy(old: str, new: str) -> str:
        first = names.setdefault(Path(old).stat().st_ino, new)
        if first == new:
            shutil.copy2(old, new)
        else:
            os.link(first, new)
        return new

    return shutil.copytree(source, target, symlinks=True, copy_function=copy)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A copy of the small site that a test may change; the folder that holds its mkdocs.yml."""
    return copy_site(tmp_path / "site")


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The real content, built by the real mkdocs, strictly."""
    target = tmp_path_factory.mktemp("built") / "site"
    result = mkdocs_build(ROOT, target)
    assert result.returncode == 0, result.stderr
    assert "WARNING" not in result.stderr
    return target
