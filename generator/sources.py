"""Reads the content tree. The only module that reads content files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from generator import frontmatter, schema
from generator.dates import spell_day
from generator.errors import GeneratorError, Location, Problem
from generator.meta import META, ArticleMeta, Meta
from generator.model import Document
from generator.records import parse_body
from generator.settings import COLLECTIONS, Kind, Settings
from generator.urls import is_slug, slugify

# What mkdocs takes for Markdown. Only the first is right; the others are found so that they are not lost in silence.
_ENDINGS = (".md", ".markdown", ".mdown", ".mkdn", ".mkd")


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a content file. `path` is below the content folder, `shown_as` what an editor is shown."""

    path: str
    shown_as: str
    text: str

    @property
    def slug(self) -> str:
        """Return the file's name without its ending."""
        return self.path.rpartition("/")[2].rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Content:
    """What was read: documents and problems, and the slugs of files that could not be understood.

    `withdrawn` are documents of which the site has no more than a page that says so. `held` says of each slug that is
    not published why: "is a draft", "is dated 1 December 2026".
    `lines` holds the lines of each file by its name in problems, so that these can show what they are about.
    """

    documents: tuple[Document[Meta], ...]
    problems: tuple[Problem, ...]
    withdrawn: tuple[Document[Meta], ...]
    held: Mapping[str, str]
    unread: frozenset[str]
    lines: dict[str, list[str]]


def read(root: Path, settings: Settings, shown_root: str = "content") -> Content:
    """Read every document below `root`, in an order that does not depend on the file system.

    `shown_root` is how the folder is called in problems. Raises nothing for bad content: it is in `problems`.
    """
    documents: list[Document[Meta]] = []
    problems: list[Problem] = []
    withdrawn: list[Document[Meta]] = []
    held: dict[str, str] = {}
    unread = set()
    lines: dict[str, list[str]] = {}
    for kind, path in files(root, settings):
        relative = path.relative_to(root).as_posix()
        source, found = load(path, relative, f"{shown_root}/{relative}")
        lines[source.shown_as] = source.text.split("\n")
        document = None
        if not found:
            document, found = parse(source, kind)
        problems += found
        if document is None:
            unread.add(source.slug)
        elif document.meta.withdrawn:
            withdrawn.append(document)
        elif (reason := held_back(document, settings)) and not settings.drafts:
            held[source.slug] = reason
        else:
            documents.append(document)
    return Content(tuple(documents), tuple(problems), tuple(withdrawn), held, frozenset(unread), lines)


def held_back(document: Document[Meta], settings: Settings) -> str:
    """Return why a document is not on the published site; nothing where it is."""
    meta = document.meta
    if meta.draft:
        return "is a draft"
    if isinstance(meta, ArticleMeta) and settings.today is not None:
        day = meta.added or meta.published.earliest
        if day > settings.today:
            return f"is dated {spell_day(day)}"
    return ""


def found(root: Path, *endings: str) -> Iterator[Path]:
    """Yield the files below a folder with one of `endings`, in an order that does not depend on the file system."""
    for path in sorted(root.rglob("*")):
        if path.suffix.lower() in endings and path.is_file():
            yield path


def optional(path: Path) -> str:
    """Return the text of a file; nothing where there is none. Raises GeneratorError where it cannot be read."""
    try:
        return path.read_text("utf-8") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise GeneratorError(f"{path} cannot be read: {error}") from error


def exact(path: Path) -> str | None:
    """Return the text of a file with the line ends that it has, or None where it is not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def texts(root: Path) -> dict[str, str]:
    """Return every Markdown file below `root` by its path, with the line ends that it has."""
    found = {path.relative_to(root).as_posix(): exact(path) for path in sorted(root.rglob("*.md")) if path.is_file()}
    return {path: text for path, text in found.items() if text is not None}


def files(root: Path, settings: Settings) -> Iterator[tuple[Kind, Path]]:
    """Yield every content file with its kind, in an order that does not depend on the file system."""
    for kind in COLLECTIONS:
        folder = root / settings.collection(kind).slug
        for path in sorted(folder.glob("**/*"), key=lambda p: p.as_posix()):
            if path.suffix in _ENDINGS and path.is_file() and not path.name.startswith("."):
                yield kind, path
    if (root / "index.md").is_file():
        yield Kind.HOME, root / "index.md"


def load(path: Path, relative: str, shown_as: str) -> tuple[Source, tuple[Problem, ...]]:
    """Read a file as UTF-8 with any line ends. Problems: `not-utf8`."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        problem = Problem(
            Location(shown_as, line, column),
            "not-utf8",
            "the file is not UTF-8",
            f"byte 0x{data[error.start]:02x} cannot be read",
            "save the file with the encoding UTF-8",
        )
        return Source(relative, shown_as, ""), (problem,)
    return Source(relative, shown_as, text.replace("\r\n", "\n").replace("\r", "\n")), ()


def parse(source: Source, kind: Kind) -> tuple[Document[Meta] | None, tuple[Problem, ...]]:
    """Return a content file as a document, or None where its front matter cannot be understood.

    Problems: `invalid-slug`, and those of `frontmatter.split`, `schema.validate` and `records.parse_body`.
    """
    problems: list[Problem] = []
    named_well = is_slug(source.slug) and source.path.count("/") == 1 and source.path.endswith(".md")
    if kind is not Kind.HOME and not named_well:
        problems.append(_bad_name(source))
    parts = frontmatter.split(source.text, source.shown_as)
    problems += parts.problems
    body, found = parse_body(parts.body, source.shown_as, parts.body_line)
    problems += found
    if parts.front is None:
        return None, tuple(problems)
    meta, found = schema.validate(META[kind], parts.front)
    problems += found
    if meta is None:
        return None, tuple(problems)
    document = Document(
        kind=kind,
        slug=source.slug,
        path=source.path,
        location=Location(source.shown_as, 1, 1, 3),
        meta=meta,
        body=body,
        references=tuple(schema.references(META[kind], parts.front)),
        alias_places=tuple(schema.places(parts.front, "aliases")),
    )
    return document, tuple(problems)


def _bad_name(source: Source) -> Problem:
    proposal = slugify(source.slug)
    hint = f"; call it `{proposal}.md`, directly in its folder" if proposal and proposal != "index" else ""
    return Problem(
        Location(source.shown_as),
        "invalid-slug",
        f"`{source.path}` cannot be a permalink",
        "",
        f"a file is named with lower-case letters a-z, digits and single hyphens{hint}",
    )
