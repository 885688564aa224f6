"""What a site has ever published: a file in git, beside the content, that no build may contradict.

Each line is an address below the site and, after a tab, the feed id of what is there. A build adds what is new, and
fails if an address would vanish or an id change: links from elsewhere would break, and subscribers would be shown an
old item as a new one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from generator.content.documents import AnyDocument
from generator.core import urls
from generator.core.errors import GeneratorError, Location, Problem
from generator.core.settings import COLLECTIONS, Kind, Settings
from generator.core.words import nearest
from generator.linking.library import Library
from generator.reading.sources import Content

PATH = ".ledger"  # below the content folder; mkdocs passes over a name with a dot

_HEADER = (
    "# Every address and feed id that this site has published, so that none is lost. `briefing build` adds to it:\n"
    "# commit it with the content. Take a line out only if what it names was never published.\n"
)
_MONTH = re.compile(r"\d{4}/\d{2}(?:/|\.html)$")  # the page of a month, which is not that of a document
# No part of an address begins with a dot, so that none leads out of the site.
_LINE = re.compile(r"(/(?:(?!\.)[^\s/\\?#:]+/)*(?:(?!\.)[^\s/\\?#:]+)?(?:#\S+)?)(?:\t(tag:\S+))?")


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """A published address, from the root of the site (`/themes/x/`), and the feed id of what is there, if any."""

    address: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The entries of a ledger, each with its line number. `shown_as` is the name of the file in problems."""

    entries: Mapping[Entry, int] = field(default_factory=dict)
    shown_as: str = PATH

    def addresses(self) -> set[str]:
        """Return all addresses, without fragments."""
        return {entry.address.partition("#")[0] for entry in self.entries}

    def place(self, entry: Entry) -> Location:
        """Return where an entry stands."""
        return Location(self.shown_as, self.entries[entry], 1, len(entry.address))


def parse(text: str, shown_as: str) -> tuple[Ledger, tuple[Problem, ...]]:
    """Read a ledger. Problems: `invalid-ledger`, as a merge in git may leave behind."""
    entries: dict[Entry, int] = {}
    problems = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("# "):
            continue
        match = _LINE.fullmatch(line.rstrip())
        if match:
            entries.setdefault(Entry(match[1], match[2] or ""), number)
            continue
        help_ = "remove the marks of a merge and keep all other lines, or restore the file from git"
        place = Location(shown_as, number, 1, len(line))
        message = "this line of the ledger is not an address"
        problems.append(
            Problem(place, "invalid-ledger", message, "a line is /address/, or that, a tab and tag:…", help_)
        )
    return Ledger(entries, shown_as), tuple(problems)


def as_text(entries: Iterable[Entry]) -> str:
    """Return a ledger as text, sorted, so that two of them can be merged line by line."""
    found = set(entries)
    named = {entry.address for entry in found if entry.id}
    lines = sorted(entry for entry in found if entry.id or entry.address not in named)
    return _HEADER + "".join(f"{entry.address}\t{entry.id}".rstrip() + "\n" for entry in lines)


# --- documents and ids, before a build ----------------------------------------------------------------------------


def check(
    ledger: Ledger, ids: Mapping[str, str], library: Library, content: Content, settings: Settings
) -> Iterator[Problem]:
    """Yield a problem for each entry that the site would no longer have. `ids` are all ids that its feeds will have.

    The entries of files of the `content` that could not be read are passed over.

    Problems: `vanished-address`, `changed-id`.
    """
    owners = _Owners(ledger, library, settings)
    known = {entry.id for entry in ledger.entries}
    told: set[str] = set()
    for entry in ledger.entries:
        kind, slug = owners.named(entry.address)
        found = owners.of(kind, slug)
        if entry.address in settings.redirects or slug in content.unread:
            continue
        if kind is not None and found is None:
            if slug not in told:
                told.add(slug)
                held = content.held.get(slug)
                yield _held(ledger, entry, slug, held) if held else _vanished(ledger, entry, slug, owners.new[kind])
        elif entry.id and entry.id not in ids and not _excused(entry, found, slug, known, settings):
            yield _changed(ledger, entry, ids)


@dataclass(frozen=True)
class _Owners:
    """Finds the document to which an address belongs: its page, its feeds, and the lists and calendars below it."""

    ledger: Ledger
    library: Library
    settings: Settings

    def named(self, address: str) -> tuple[Kind | None, str]:
        """Return the kind and the slug that are in an address, whether or not there is such a document."""
        folder, _, rest = address.removeprefix("/").partition("/")
        slug = re.split(r"[/#]", rest)[0].removesuffix(".html")
        if not urls.is_slug(slug) or _MONTH.match(rest):
            return None, ""
        kind = next((kind for kind in COLLECTIONS if self.settings.collection(kind).slug == folder), None)
        return kind, slug

    def of(self, kind: Kind | None, slug: str) -> AnyDocument | None:
        """Return the document of a kind that has or had a slug, withdrawn or not."""
        found = self.library.documents.get(slug) or self.library.redirects.get(slug) or self._withdrawn.get(slug)
        return found if found is not None and found.kind is kind else None

    @cached_property
    def _withdrawn(self) -> Mapping[str, AnyDocument]:
        return {document.slug: document for document in self.library.withdrawn}

    @cached_property
    def new(self) -> Mapping[Kind, Mapping[str, AnyDocument]]:
        """The documents to which no address of the ledger belongs yet, by kind and slug."""
        seen = {self.named(address) for address in self.ledger.addresses()}
        found: dict[Kind, dict[str, AnyDocument]] = {kind: {} for kind in COLLECTIONS}
        for slug, document in self.library.documents.items():
            if document.kind in found and (document.kind, slug) not in seen:
                found[document.kind][slug] = document
        return found


def _held(ledger: Ledger, entry: Entry, slug: str, why: str) -> Problem:
    message = f"the published address `{entry.address}` would lead nowhere, since `{slug}` {why}"
    help_ = "publish it as before, without `draft` and with the day that it had, or write `withdrawn: why` in it"
    return Problem(ledger.place(entry), "vanished-address", message, "", help_)


def _vanished(ledger: Ledger, entry: Entry, slug: str, new: Mapping[str, AnyDocument]) -> Problem:
    candidate = nearest(slug, new) or (next(iter(new)) if len(new) == 1 else "")
    label = ""
    if candidate:
        label = f"was it renamed to {new[candidate].location.path}?"
    help_ = (
        f"add `redirect_from: [{slug}]` to the document that replaces it; if none does, restore the file and write"
        " `withdrawn: why` in its front matter; if the address was never published, remove its lines from"
        f" {ledger.shown_as}"
    )
    message = f"the published address `{entry.address}` would lead nowhere"
    return Problem(ledger.place(entry), "vanished-address", message, label, help_)


def _excused(entry: Entry, document: AnyDocument | None, slug: str, known: set[str], settings: Settings) -> bool:
    """Tell whether an id may vanish.

    It may if its document was withdrawn, or merged into another that had an id of its own, or if it is the id of a
    feed of a leader and a theme: that exists while they share enough digests, and then redirects to the leader's.
    """
    if f":{Kind.LEADER}/" in entry.id and f"/{Kind.THEME}/" in entry.id:
        return True
    if document is None:
        return False
    merged = urls.feed_id(document.kind, document.first_slug, settings) in known and slug != document.slug
    return bool(document.meta.withdrawn) or merged


def _changed(ledger: Ledger, entry: Entry, ids: Mapping[str, str]) -> Problem:
    now = next(
        (
            id_
            for id_, address in ids.items()
            if address == entry.address and Entry(address, id_) not in ledger.entries
        ),
        "",
    )
    label = f"it would become {now}" if now else "nothing on the site would have it any more"
    help_ = (
        "undo the change to `feed_authority` or to a `slug` of `names` in mkdocs.yml, to the first slug in"
        " `redirect_from`, or to the `date` of a correction: feed ids are made of these"
    )
    message = f"the feed id of `{entry.address}` would change"
    return Problem(ledger.place(entry), "changed-id", message, label, help_)


# --- all addresses, after one ------------------------------------------------------------------------------------


def addresses(files: Iterable[str], settings: Settings) -> Iterator[str]:
    """Yield the addresses, among the files of a site, that others rely on: pages, feeds, calendars and the OPML."""
    feeds = tuple(form.file for form in urls.FORMATS)
    for file in files:
        if file.endswith((".html", ".ics", ".opml")) or file.rpartition("/")[2] in feeds:
            yield urls.address(file, settings)


def inspect(ledger: Ledger, addresses: set[str]) -> None:
    """Check that a finished site has every address of the ledger. Raises GeneratorError with those that it lacks."""
    gone = sorted(ledger.addresses() - addresses)
    if gone:
        count = "1 published address" if len(gone) == 1 else f"{len(gone)} published addresses"
        listed = "\n".join(f"  {ledger.shown_as}: {address}" for address in gone)
        raise GeneratorError(
            f"{count} would lead nowhere\n\n{listed}\n\nRestore what made the page, or redirect the address in"
            " mkdocs.yml, below `plugins: - briefing: redirects:` (`/old/: /new/`). That can be a page that says why"
            " it is gone."
        )
