"""What was changed in documents since they were published, from the history of the git repository.

A document is published by the commit that adds its address to the ledger, or else by its first commit. Without git,
or in a shallow clone, a site has no history and is otherwise the same.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from generator.linking import ledger

HISTORY = "history"  # the name of the page with the changes of a document, below that document
_TIMEOUT = 120  # seconds; if git takes longer, the site has no history
_COMMIT = "%x00%H %cs"  # begins with a character that no content has
_PLAIN = (  # overrides what a user may have configured in git
    *("--no-color", "--no-ext-diff", "--no-textconv", "--no-show-signature", "--relative"),
    *("--src-prefix=a/", "--dst-prefix=b/", "--inter-hunk-context=0"),
)
_WORD = "--word-diff-regex=[^[:space:]]+"
_RANGE = re.compile(r"@@ ")
_RENAME = re.compile(r"rename (from|to) (.*)")
_MARKUP = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]|\[\^[^\]]*\]|(?<!\S)#[a-z][\w-]*")


class Mark(StrEnum):
    """What happened to words."""

    SAME = " "
    REMOVED = "-"
    ADDED = "+"


@dataclass(frozen=True, slots=True)
class Piece:
    """Consecutive words to which the same happened."""

    mark: Mark
    words: str


@dataclass(frozen=True, slots=True)
class Change:
    """What one commit changed in a document: its day, and each changed place (a hunk) as pieces, in order."""

    day: date
    places: tuple[tuple[Piece, ...], ...]


def read(root: Path, addresses: Mapping[str, str]) -> dict[str, tuple[Change, ...]]:
    """Return the changes of documents since they were published, newest first, by path below the content folder.

    `addresses` maps the addresses of documents, present and former, to their paths. The result is empty if there is
    no git, no repository, or only a shallow clone.
    """
    if _git(root, "rev-parse", "--is-shallow-repository").strip() != "false":
        return {}
    # All commits: given a path, git leaves out a side of each merge, and which one depends on the path.
    order = _git(root, "log", "--topo-order", "--format=%H").split()
    if not order:
        return {}
    patches = ("log", "--topo-order", f"--format={_COMMIT}", "-p", "-U0", *_PLAIN)
    place = {commit: number for number, commit in enumerate(order)}
    published: dict[str, int] = {}
    for commit, line in _added(_git(root, *patches, "--", ledger.PATH)):
        if path := addresses.get(line.partition("\t")[0]):
            published[path] = max(place.get(commit, 0), published.get(path, 0))
    text = _git(root, *patches, "-M", "--diff-filter=MR", "--word-diff=porcelain", _WORD, "--", "*.md")
    found = _changes(text)
    return {
        path: kept
        for path, changes in found.items()
        if (kept := tuple(change for commit, change in changes if place[commit] < published.get(path, len(order))))
    }


def state(root: Path) -> str:
    """Return a text that changes whenever the history of the content may have changed."""
    return _git(root, "rev-parse", "--is-shallow-repository", "HEAD")


def _git(root: Path, *arguments: str) -> str:
    """Return the output of git; nothing if git fails or is not installed."""
    command = ["git", "-c", "core.quotePath=off", "-C", str(root), *arguments]
    try:
        result = subprocess.run(command, capture_output=True, check=False, timeout=_TIMEOUT)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return result.stdout.decode("utf-8", "replace") if result.returncode == 0 else ""


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


def _changes(log: str) -> dict[str, list[tuple[str, Change]]]:
    """Return what each commit changed, by the present path of the document; a renamed file keeps its history."""
    found: dict[str, list[tuple[str, Change]]] = {}
    present: dict[str, str] = {}
    for commit, day, lines in _commits(log):
        for old, new, body in _files(lines):
            path = present.get(new, new)
            present[old] = path
            if places := tuple(_places(body)):
                found.setdefault(path, []).append((commit, Change(day, places)))
    return found


def _files(lines: Sequence[str]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield the old and the new name of each file in a patch, and the lines of its hunks."""
    starts = [at for at, line in enumerate(lines) if line.startswith("diff --git a/")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        names = lines[start].removeprefix("diff --git a/")
        same = names[: (len(names) - len(" b/")) // 2]  # "name b/name", unless the file was renamed
        body = next((at for at in range(start, end) if _RANGE.match(lines[at])), end)
        renamed = {match[1]: match[2] for line in lines[start:body] if (match := _RENAME.match(line))}
        yield renamed.get("from", same), renamed.get("to", same), list(lines[body:end])


def _places(lines: Sequence[str]) -> Iterator[tuple[Piece, ...]]:
    """Yield the changed places of a patch in git's `--word-diff=porcelain` format."""
    pieces: list[Piece] = []
    for line in [*lines, "@@ "]:
        if _RANGE.match(line):
            if any(piece.mark is not Mark.SAME for piece in pieces):
                yield tuple(pieces)
            pieces = []
        elif line[:1] in tuple(Mark) and (words := _MARKUP.sub(r"\1", line[1:]).strip()):
            pieces.append(Piece(Mark(line[:1]), words))
