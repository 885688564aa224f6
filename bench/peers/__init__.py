"""The generators that are compared: how each is installed, given the same material, and run."""

from __future__ import annotations

import shutil
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

from checking import Claims
from corpus import Corpus
from measuring import Usage, run
from model import Article, Cite, Ref, Term
from writing import document, plain_markdown

TEMPLATES = Path(__file__).parent


class Missing(Exception):
    """A generator could not be installed."""


class Peer(ABC):
    """A generator with one way to use it. `name` is for the command line, `title` for tables.

    `output` and `leftovers` are what a clean build must not find; `makes` says in words what it makes, `mode` how it
    rebuilds after an edit; where that is nothing, it knows no other way than a clean build.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    makes: ClassVar[str]
    mode: ClassVar[str] = ""
    output: ClassVar[str] = "public"
    leftovers: ClassVar[tuple[str, ...]] = ()
    environment: ClassVar[Mapping[str, str]] = MappingProxyType({})

    def __init__(self, tools: Path) -> None:
        self.tools = tools

    @abstractmethod
    def install(self) -> str:
        """Install the generator below `tools`, unless it is there, and return its version. Raises Missing."""

    @abstractmethod
    def write(self, corpus: Corpus, folder: Path) -> None:
        """Write the material, the configuration and the templates into a folder."""

    @abstractmethod
    def command(self) -> list[str]:
        """Return the command of a clean build, which runs in that folder."""

    def again(self) -> list[str]:
        """Return the command of a rebuild."""
        return self.command()

    def build(self, folder: Path) -> Usage:
        """Build as if for the first time. Raises Failed."""
        for path in (folder / name for name in (self.output, *self.leftovers)):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        return run(self.command(), folder, self.environment)

    def prepare(self, folder: Path) -> None:  # noqa: B027  (most need nothing)
        """Let a build leave behind what a rebuild needs. Raises Failed."""

    def rebuild(self, folder: Path, change: Callable[[], None], page: str) -> Usage:
        """Rebuild after `change`, which `page`, a path below `folder`, is to show in the end. Raises Failed."""
        change()
        return run(self.again(), folder, self.environment)

    def unchanged(self, folder: Path) -> Usage:
        """Rebuild with nothing changed. Raises Failed."""
        return run(self.again(), folder, self.environment)

    @abstractmethod
    def source(self, article: Article) -> str:
        """Return where the file of an article lies below the folder."""

    @abstractmethod
    def claims(self, corpus: Corpus) -> Claims:
        """Return what it is to have made."""


def python_packages(folder: Path, *packages: str) -> Path:
    """Install pinned packages into a virtual environment of their own, and return its `bin`. Raises Missing."""
    pip = [str(folder / "bin/pip"), "install", "-q", "--disable-pip-version-check", *packages]
    _install(folder, packages, [sys.executable, "-m", "venv", str(folder)], pip)
    return folder / "bin"


def npm_packages(folder: Path, *packages: str) -> Path:
    """Install pinned packages into a folder of their own, and return its `node_modules`. Raises Missing."""
    npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), *packages]
    _install(folder, packages, npm)
    return folder / "node_modules"


def _install(folder: Path, packages: Sequence[str], *commands: list[str]) -> None:
    """Run the commands that install packages into a folder, unless these very packages are there. Raises Missing."""
    done, wanted = folder / "packages.txt", "\n".join(packages)
    if not done.is_file() or done.read_text("utf-8") != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for command in commands:
            _call(command)
        done.write_text(wanted, "utf-8")


def _call(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise Missing(f"{command[0]} is not installed") from error
    except subprocess.CalledProcessError as error:
        raise Missing(f"{' '.join(command)}: {(error.stderr or error.stdout).strip()[-400:]}") from error


def from_root(part: Ref | Cite) -> str:
    """Return a reference as a Markdown link from the root of the site, where each kind has a folder."""
    if isinstance(part, Cite):
        return f"[source](/articles/{part.slug}/)"
    return f"[{part.text}](/{part.kind}/{part.slug}/)"


def term_file(corpus: Corpus, term: Term, more: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return the file of a term with YAML front matter; `more` is other front matter."""
    meta = {"title": term.title, "description": term.summary, **more, **term.facts}
    return document(meta, plain_markdown(corpus.about(term), from_root))


def article_file(corpus: Corpus, article: Article) -> str:
    """Return the file of an article with YAML front matter."""
    meta = {
        "title": article.title,
        "date": article.published,
        "description": article.summary,
        "outlet": article.outlet.title,
        "reporting": article.kind,
        **article.slugs,
    }
    return document(meta, plain_markdown(corpus.body(article), from_root))


def term_paths(corpus: Corpus, file: str) -> dict[str, str]:
    """Return the path of a file in the folder of each term."""
    return {term.slug: f"{term.kind}/{term.slug}/{file}" for term in corpus.terms()}


def claims_of(corpus: Corpus, feed: str, related: str = "") -> Claims:
    """Return the claims of a generator that gives each article and term a folder, and every feed the name `feed`."""
    return Claims(
        articles={article.slug: f"articles/{article.slug}/index.html" for article in corpus.articles},
        terms=term_paths(corpus, "index.html"),
        feeds=term_paths(corpus, feed),
        site_feed=feed,
        sitemap="sitemap.xml",
        related=related,
    )
