"""Reads the content tree. The only module that reads content files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from generator.content.documents import Body, Document
from generator.content.fingerprints import fingerprints_of
from generator.content.meta import META, ArticleMeta, Meta
from generator.core.dates import spell_day
from generator.core.errors import GeneratorError, Location, Problem
from generator.core.progress import Progress, nobody
from generator.core.settings import DEFAULT_COLLECTIONS, TAXONOMIES, Called, Kind, Settings
from generator.core.urls import LONGEST_SLUG, is_slug, slug_of, slugify
from generator.core.workers import spread
from generator.reading import decoding, frontmatter, markup, schema
from generator.reading.autolink import link_names
from generator.reading.decoding import Source, decoded, load
from generator.reading.memory import Memory, Parcel, Remembered
from generator.reading.mentions import Finder
from generator.reading.places import by_kind, kind_of, out_of_place
from generator.reading.records import parse_body
from generator.reading.refusals import hidden
from generator.reading.tree import ContentFile, unreadable, walk

LARGEST = 128 * 1024  # bytes of a file: some twenty thousand words
BATCH = 50  # files that are parsed by one process at a time: some tenths of a second, beside which a fork is little


_Parsed = tuple[Document[Meta] | None, tuple[Problem, ...]]
_Sent = dict[str, tuple[Parcel | None, tuple[Problem, ...]]]  # by path, from one process to another


@dataclass(frozen=True, slots=True)
class Content:
    """What was read: documents and problems, and the slugs of files that could not be understood.

    `withdrawn` are documents of which the site has only a page that says so. `held` has by slug why a document is
    not published: "is a draft", "is dated 1 December 2026". `linked` are documents in which names were found, by
    path: remembered ones, and the `fresh` ones. `others` are the files that are passed on to mkdocs as they are.
    `texts` has the text of each file by its name in problems, which show lines of it.
    """

    documents: tuple[Document[Meta], ...]
    problems: tuple[Problem, ...]
    withdrawn: tuple[Document[Meta], ...]
    held: Mapping[str, str]
    unread: frozenset[str]
    others: tuple[ContentFile, ...]
    texts: Mapping[str, str]
    linked: Mapping[str, Remembered] = field(default_factory=dict)
    fresh: tuple[Parcel, ...] = ()

    def unlinked(self, document: Document[Meta]) -> Document[Meta]:
        """Return a document without the references that were found in it as names."""
        shown = document.location.path
        again, _ = parse(Source(document.path, shown, self.texts[shown]), document.kind)
        assert again is not None
        return again


@dataclass(frozen=True, slots=True)
class Opened:
    """A Markdown file that was opened. Without a `kind` it is no document; a `known` document need not be parsed."""

    kind: Kind | None
    source: Source
    problems: tuple[Problem, ...]
    known: Remembered | None

    @property
    def is_new(self) -> bool:
        """Tell whether it has to be parsed."""
        return self.kind is not None and self.known is None and not self.source.lost


def read(
    root: Path,
    settings: Settings,
    shown_root: str = "content",
    memory: Memory | None = None,
    progress: Progress = nobody,
    jobs: int = 1,
) -> Content:
    """Read every document below `root`, in an order that does not depend on the file system.

    `shown_root` is what the folder is called in problems, `memory` has what was read before; `jobs` processes parse
    what is new. Raises nothing for bad content: it is in `problems`. Problems: `unreadable-file`,
    `too-large`, `date-ahead`, and those of `tree.walk`, `out_of_place`, `load` and `parse`.
    """
    memory = memory or Memory()
    documents: list[Document[Meta]] = []
    withdrawn: list[Document[Meta]] = []
    held: dict[str, str] = {}
    every, strange = walk(root, shown_root)
    unread = {slug_of(problem.location.path) for problem in strange}
    problems = [*strange, *out_of_place(every, settings)]
    files = [open_file(root, kind, file, memory) for kind, file in by_kind(every, settings)]
    sent: _Sent = {}
    left = sum(file.is_new for file in files)
    progress("reading", len(files) - left, len(files))
    for batch in _batches(files, settings, jobs):
        sent |= {path: (parcel and memory.spill(parcel), found) for path, (parcel, found) in batch.items()}
        progress("reading", len(files) - left + len(sent), len(files))
    fresh = {path: parcel for path, (parcel, _) in sent.items() if parcel}
    known = {file.source.path: file.known for file in files if file.known}
    known |= {path: parcel.found for path, parcel in fresh.items()}
    for file in files:
        document = known[file.source.path].document if file.source.path in known else None
        problems += (*file.problems, *sent.get(file.source.path, (None, ()))[1], *_ahead(document, file, settings))
        if file.kind is None:
            continue
        if document is None:
            unread.add(file.source.slug)
        elif document.meta.withdrawn:
            withdrawn.append(document)
        elif not _is_published(document, settings):
            held[file.source.slug] = held_back(document, settings)
        else:
            documents.append(document)
    return Content(
        documents=tuple(documents),
        problems=tuple(problems),
        withdrawn=tuple(withdrawn),
        held=held,
        unread=frozenset(unread),
        others=tuple(file for file in every if kind_of(file, settings) is None),
        texts={file.source.shown_as: file.source.text for file in files},
        linked={path: found for path, found in known.items() if found.names},
        fresh=tuple(parcel for parcel in fresh.values() if parcel.found.names),
    )


def _batches(files: Sequence[Opened], settings: Settings, jobs: int) -> Iterator[_Sent]:
    """Yield the documents of new files: first summits, leaders and themes, whose names are sought in the others."""
    terms = [file for file in files if file.kind in TAXONOMIES]
    documents = {file.source.path: file.known.document for file in terms if file.known}
    for batch in spread(
        partial(_parsed, None, settings.collections), [file for file in terms if file.is_new], BATCH, jobs
    ):
        documents |= {path: parcel.found.document for path, (parcel, _) in batch.items() if parcel}
        yield batch
    in_order = (documents[file.source.path] for file in terms if file.source.path in documents)
    finder = Finder(document for document in in_order if _is_published(document, settings))
    others = [file for file in files if file.kind not in TAXONOMIES and file.is_new]
    yield from spread(partial(_parsed, finder, settings.collections), others, BATCH, jobs)


def open_file(root: Path, kind: Kind | None, file: ContentFile, memory: Memory) -> Opened:
    """Open a Markdown file, and recall its document if it has not changed.

    Problems: those of `load` and `markup.conflicts`.
    """
    data, problems = _bytes(root / file.path, file)
    if kind and data is not None and (known := memory.recall(file.path, kind, file.shown_as, data)):
        # Nothing was wrong with these bytes.
        return Opened(kind, Source(file.path, file.shown_as, decoded(data)), (), known)
    source, found = load(data, file)
    conflicts = tuple(markup.conflicts(source.text, file.shown_as))
    if conflicts:
        source = replace(source, lost=True)
    return Opened(kind, source, (*problems, *found, *conflicts), None)


def _parsed(finder: Finder | None, called: Called, files: Iterable[Opened]) -> _Sent:
    """Return the documents of files, with the names in them found if there is a `finder`."""
    found: _Sent = {}
    for file in files:
        if file.kind is not None:
            document, problems = parse(file.source, file.kind, called)
            parcel = Parcel(Remembered(document)) if document else None
            if document and finder:
                parcel = named(document, finder, file.source.text)
            found[file.source.path] = (parcel, problems)
    return found


def named(document: Document[Meta], finder: Finder, text: str) -> Parcel:
    """Return a document in which names were looked for. `text` is that of its file."""
    linked, notes = link_names(finder, document, text)
    return Parcel(Remembered(linked, finder.fingerprint, tuple(notes), fingerprints_of(linked)))


def _is_published(document: Document[Meta], settings: Settings) -> bool:
    return not document.meta.withdrawn and (settings.drafts or not held_back(document, settings))


def held_back(document: Document[Meta], settings: Settings) -> str:
    """Return why a document is not on the published site; nothing where it is."""
    meta = document.meta
    if meta.draft:
        return "is a draft"
    if isinstance(meta, ArticleMeta) and settings.today is not None and meta.day > settings.today:
        return f"is dated {spell_day(meta.day)}"
    return ""


def _ahead(document: Document[Meta] | None, file: Opened, settings: Settings) -> Iterator[Problem]:
    """Report a digest that is dated only by the last day of an inexact date, while that day is still to come.

    Otherwise the site would have a new feed item, or an error, on that day without anybody having done something.
    """
    if document is None or not isinstance(meta := document.meta, ArticleMeta) or settings.today is None:
        return
    if meta.added or meta.draft:
        return
    when = meta.published
    if when.earliest < when.latest and when.latest > settings.today:
        front = frontmatter.split(file.source.text, file.source.shown_as).front
        place = front.find(("published",)).location if front else document.location
        label = f"{when} includes days that are still to come"
        help_ = f"add the day on which this site publishes the digest: `added: {settings.today}`"
        yield Problem(place, "date-ahead", "`published` is not exact, and there is no `added`", label, help_)


def with_endings(root: Path, *endings: str) -> Iterator[Path]:
    """Yield the files with one of `endings` below a folder, in an order that does not depend on the file system."""
    for path in sorted(root.rglob("*")):
        if path.suffix.lower() in endings and path.is_file():
            yield path


def optional(path: Path) -> str:
    """Return the text of a file; nothing where there is none. Raises GeneratorError where it cannot be read."""
    try:
        return path.read_text("utf-8") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise GeneratorError(f"{path} cannot be read: {error}; restore it, for example from git") from error


def exact(path: Path) -> str | None:
    """Return the text of a file with the line ends that it has, or None where it is not UTF-8."""
    try:
        return decoding.exact(path.read_bytes())
    except UnicodeDecodeError:
        return None


def texts(root: Path) -> dict[str, str]:
    """Return every Markdown file below `root` by its path, with the line ends that it has."""
    found = {path.relative_to(root).as_posix(): exact(path) for path in sorted(root.rglob("*.md")) if path.is_file()}
    return {path: text for path, text in found.items() if text is not None}


def files(root: Path, settings: Settings) -> Iterator[tuple[Kind, Path]]:
    """Yield every content file with its kind, in an order that does not depend on the file system."""
    every, _ = walk(root, "")
    for kind, file in by_kind(every, settings):
        if kind is not None:
            yield kind, root / file.path


def _bytes(path: Path, file: ContentFile) -> tuple[bytes | None, tuple[Problem, ...]]:
    """Return the bytes of a file. Problems: `unreadable-file`, `too-large`."""
    try:
        with path.open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except OSError as error:
        return None, (unreadable(file, str(error.strerror)),)
    if len(data) > LARGEST:
        message, help_ = f"the file is larger than {LARGEST // 1024} KiB", "split it into several documents"
        return None, (Problem(Location(file.shown_as), "too-large", message, "", help_),)
    return data, ()


def parse(source: Source, kind: Kind, called: Called = DEFAULT_COLLECTIONS) -> _Parsed:
    """Return a content file as a document, or None where its front matter cannot be understood.

    Problems speak of kinds of document as they are `called` on the site.

    Problems: `invalid-slug`, and those of `frontmatter.split`, `schema.validate`, `hidden` and `records.parse_body`.
    """
    problems: list[Problem] = []
    named_well = is_slug(source.slug) and source.path.count("/") == 1 and source.path.endswith(".md")
    if kind is not Kind.HOME and not named_well:
        problems.append(_bad_name(source))
    parts = frontmatter.split(source.text, source.shown_as)
    problems += parts.problems
    body, found = parse_body(parts.body, source.shown_as, parts.body_line, called)
    problems += found
    if parts.front is None:
        return None, tuple(problems)
    meta, found = schema.validate(META[kind], parts.front, called)
    problems += (*found, *hidden(parts.front, source.text.split("\n")))
    if meta is None:
        return None, tuple(problems)
    document = Document(
        kind=kind,
        slug=_proposed(source),  # of a file whose name is none, so that no other problem follows from that
        path=source.path,
        location=Location(source.shown_as, 1, 1, 3),
        meta=meta,
        body=Body(body),
        references=tuple(schema.references(META[kind], parts.front)),
        name_places=tuple(schema.places(parts.front, "title", "aliases")),
    )
    return document, tuple(problems)


def _proposed(source: Source) -> str:
    """Return the slug that a file's name has or could have."""
    proposal = slugify(source.slug)[:LONGEST_SLUG].strip("-")
    return proposal if is_slug(proposal) else source.slug


def _bad_name(source: Source) -> Problem:
    proposal = _proposed(source)
    better = f" to `{source.path.partition('/')[0]}/{proposal}.md`" if is_slug(proposal) else ""
    return Problem(
        Location(source.shown_as),
        "invalid-slug",
        f"`{source.path}` cannot be the address of a page",
        "",
        f"rename it{better}: a slug has lower-case letters a-z, digits and single hyphens",
    )
