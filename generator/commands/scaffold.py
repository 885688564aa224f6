"""The files of a new site: its settings, one example of each kind of document, and what publishes it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from importlib.metadata import distribution
from urllib.parse import quote, urlsplit

from generator import DISTRIBUTION, __version__
from generator.composing.templating import fill
from generator.composing.views import VIEWS
from generator.core.characters import is_visible, printable
from generator.core.errors import GeneratorError
from generator.core.settings import COLLECTIONS, Collection, Kind, Settings
from generator.core.urls import is_slug, slugify, source_path
from generator.core.words import did_you_mean
from generator.output.writer import File

_FILES = {
    "mkdocs.yml": "mkdocs.yml",
    "content/index.md": "index.md",
    "content/about.md": "about.md",
    "theme_overrides/assets/site.css": "site.css",
    "README.md": "README.md",
    "requirements.txt": "requirements.txt",
    ".gitignore": "gitignore",
    ".gitattributes": "gitattributes",
    ".editorconfig": "editorconfig",
    ".pre-commit-config.yaml": "pre-commit.yaml",
    ".vscode/settings.json": "vscode_settings.json",
    ".vscode/tasks.json": "vscode_tasks.json",
    ".github/workflows/publish.yml": "github.yml",
    ".gitlab-ci.yml": "gitlab.yml",
}


def words(text: str) -> str:
    """Return a title or name with single spaces. Raises GeneratorError for characters that cannot be seen."""
    text = " ".join(text.split())
    if not is_visible(text):
        raise GeneratorError("it has nothing that can be seen")
    if printable(text) != text:
        raise GeneratorError("it has invisible characters")
    return text


def address(text: str) -> str:
    """Return the address of a site as ASCII, with a slash at its end; a name of a host alone is one by HTTPS.

    Raises GeneratorError with what is wrong.
    """
    text = text.strip()
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = (parts.hostname or "").encode("idna").decode()
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:  # UnicodeError, which IDNA raises, is one
        raise GeneratorError(f"{text} is not the address of a site: {error}") from error
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[a-z0-9.-]+", host):
        raise GeneratorError(f"{text} is not the address of a site, such as https://example.org/")
    if parts.query or parts.fragment or parts.username:
        raise GeneratorError(
            f"{text} is more than the address of a site; leave out what follows ? or #, and what comes before @"
        )
    return f"{parts.scheme}://{host}{port}{quote(parts.path.rstrip('/'), safe='/%~')}/"


def authority(site_url: str, year: int) -> str:
    """Return what the ids of feeds begin with: the host of the site, and a year in which it was the owner's."""
    return f"{urlsplit(site_url).hostname},{year}"


def language(text: str, known: Iterable[str]) -> str:
    """Return one of the `known` languages. Raises GeneratorError for any other."""
    found = {name.casefold(): name for name in known}
    if text.strip().casefold() not in found:
        near = did_you_mean(text.strip(), found.values())
        raise GeneratorError(f"the theme does not know the language `{text}`; {near or 'write a code such as `en`'}")
    return found[text.strip().casefold()]


def collection(text: str) -> Collection:
    """Return what a kind is called, from "One, Many" or "One, Many, slug"; a slug is made of "Many" in any script.

    Raises GeneratorError with what is wrong.
    """
    parts = [words(part) for part in text.split(",")]
    if len(parts) not in (2, 3):
        raise GeneratorError(f"`{text}` is not a name for one and a name for several: `Match, Matches`")
    one, many = parts[:2]
    slug = parts[2] if len(parts) == 3 else slugify(many)
    if not is_slug(slug):
        raise GeneratorError(
            f"`{slug or many}` cannot be an address; add one of a-z, 0-9 and hyphens: `{one}, {many}, matches`"
        )
    return Collection(slug, one, many)


def files(settings: Settings) -> Iterator[File]:
    """Yield every file of a new site. `settings.today` dates its examples."""
    assert settings.today is not None
    names = {kind.value: settings.collection(kind) for kind in COLLECTIONS}
    example = {kind: f"example-{found.slug}" for kind, found in names.items()}
    values = {
        "settings": settings,
        "today": settings.today,
        "later": settings.today + timedelta(days=30),
        "names": names,
        "example": example,
        "views": VIEWS,
        "requirement": _requirement(),
    }
    documents = {f"content/{source_path(Kind(kind), slug, settings)}": f"{kind}.md" for kind, slug in example.items()}
    for path, template in (_FILES | documents).items():
        yield File(path, (fill(f"site/{template}.j2", **values) + "\n").encode())


def _requirement() -> str:
    """Return the requirement of this very Briefing for pip: from the repository that it came from, if any (PEP 610).

    The search comes with it, as it does where the site was begun by the README.
    """
    wanted = f"{DISTRIBUTION}[search]"
    origin = json.loads(distribution(DISTRIBUTION).read_text("direct_url.json") or "{}")
    if "vcs_info" in origin:
        found = origin["vcs_info"]
        return f"{wanted} @ {found['vcs']}+{origin['url']}@{found['commit_id']}"
    return f"{wanted}=={__version__}"
