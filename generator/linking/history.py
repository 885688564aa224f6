"""What was changed in documents since they were published, as git remembers it.

A document is published by the commit that puts its address into the ledger, or else by its first. A site without git,
or a clone without its past, has no history, and is otherwise the same.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from generator.core.mappings import group
from generator.linking import ledger
from generator.linking.revisions import Piece, compare

HISTORY = "history"  # the name of the page with the changes of a document, below that document
_TIMEOUT = 120  # seconds; if git takes longer, the site has no history
_COMMIT = "%x00%H %cs"  # begins with a character that no text of content has
_LOG = ("log", "--topo-order", f"--format={_COMMIT}", "--relative")
_PLAIN = ("--no-color", "--no-ext-diff", "--no-textconv", "--no-show-signature")  # whatever git's configuration says
_EDITED = ("--raw", "--no-abbrev", "-M", "--diff-filter=MR")
_AT_ONCE = 200  # edits whose texts are held in memory at a time
# An edit in a raw log (git-diff(1), "Raw output format"): both blobs, the path, and the new path of a renamed file.
_RAW = re.compile(r":\d+ \d+ ([0-9a-f]+) ([0-9a-f]+) [MR]\d*\t([^\t]+)(?:\t([^\t]+))?")


@dataclass(frozen=True, slots=True)
class Change:
    """What was changed in a document on one day: each place as pieces."""

    day: date
    places: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class _Edit:
    """An edit of a file: the blobs before and after it; `path` is where the document lies now."""

    commit: str
    day: date
    path: str
    old: str
    new: str


def read(root: Path, addresses: Mapping[str, str]) -> dict[str, tuple[Change, ...]]:
    """Return the changes of documents since they were published, newest first, by path below the content folder.

    `addresses` are those of documents, present and former, with the paths of the documents. The result is empty where
    there is no git, no repository, or a shallow one.
    """
    if _git(root, "rev-parse", "--is-shallow-repository").strip() != "false":
        return {}
    # All commits: of a merge, git leaves out a side by what is asked for, and names others for other files.
    order = _git(root, "log", "--topo-order", "--format=%H").split()
    if not order:
        return {}
    place = {commit: number for number, commit in enumerate(order)}
    published = {path: place.get(commit, 0) for path, commit in _published(root, addresses)}
    edits = (edit for edit in _edits(root) if place[edit.commit] < published.get(edit.path, len(order)))
    return group(
        (edit.path, Change(edit.day, places))
        for edit, old, new in _texts(root, _by_day(edits))
        if old and new and (places := tuple(compare(old, new)))
    )


def state(root: Path) -> str:
    """Return a text that changes whenever the history of the content may have changed."""
    return _git(root, "rev-parse", "--is-shallow-repository", "HEAD")


def _git(root: Path, *arguments: str) -> str:
    """Return the output of git; nothing if git fails or is not installed."""
    return _run(root, *arguments).decode("utf-8", "replace")


def _run(root: Path, *arguments: str, given: bytes = b"") -> bytes:
    command = ["git", "-c", "core.quotePath=off", "-C", str(root), *arguments]
    try:
        result = subprocess.run(command, input=given, capture_output=True, check=False, timeout=_TIMEOUT)
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return result.stdout if result.returncode == 0 else b""


def _added(log: str) -> Iterator[tuple[str, str]]:
    """Yield each line that was added to a file, with its commit."""
    for commit, _, lines in _commits(log):
        for line in lines:
            if line.startswith("+") and not line.startswith("+++ "):
                yield commit, line[1:]


def _commits(log: str) -> Iterator[tuple[str, date, list[str]]]:
    for part in log.split("\0")[1:]:
        head, _, rest = part.partition("\n")
        commit, day = head.split(" ")
        yield commit, date.fromisoformat(day), rest.split("\n")


def _published(root: Path, addresses: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the paths of documents with each commit that put one of their addresses into the ledger, newest first."""
    for commit, line in _added(_git(root, *_LOG, *_PLAIN, "-p", "-U0", "--", ledger.PATH)):
        if path := addresses.get(line.partition("\t")[0]):
            yield path, commit


def _edits(root: Path) -> Iterator[_Edit]:
    """Yield all edits of documents, newest first, with the path that each document has now."""
    present: dict[str, str] = {}
    for commit, day, lines in _commits(_git(root, *_LOG, *_PLAIN, *_EDITED, "--", "*.md")):
        for found in filter(None, map(_RAW.fullmatch, lines)):
            old, new, former, path = found.groups()
            path = present.get(path or former, path or former)
            present[former] = path
            yield _Edit(commit, day, path, old, new)


def _by_day(edits: Iterable[_Edit]) -> list[_Edit]:
    """Return edits, newest first, those of a document on one day as one: what was undone that day is not shown."""
    days: dict[tuple[str, date], _Edit] = {}
    for edit in edits:
        later = days.get((edit.path, edit.day), edit)
        days[edit.path, edit.day] = replace(edit, new=later.new)
    return [*days.values()]


def _texts(root: Path, edits: Sequence[_Edit]) -> Iterator[tuple[_Edit, str, str]]:
    """Yield edits with the text of the file before and after."""
    for start in range(0, len(edits), _AT_ONCE):
        batch = edits[start : start + _AT_ONCE]
        texts = _blobs(root, [blob for edit in batch for blob in (edit.old, edit.new)])
        yield from zip(batch, texts[::2], texts[1::2], strict=True)


def _blobs(root: Path, names: Sequence[str]) -> list[str]:
    """Return the texts of blobs (git-cat-file(1), "Batch output"); nothing for one that git does not have."""
    answer = _run(root, "cat-file", "--batch", given="".join(f"{name}\n" for name in names).encode())
    texts, at = [], 0
    for _ in names:
        end = answer.find(b"\n", at)
        size = answer[at:end].rpartition(b" ")[2]
        if not size.isdigit():
            texts.append("")
            at = end + 1
            continue
        stop = end + 1 + int(size)
        texts.append(answer[end + 1 : stop].decode("utf-8", "replace").replace("\r\n", "\n"))
        at = stop + 1  # a line end follows
    return texts
