"""The index of the search, made by Pagefind, in parts that are kept while what they are made of stays.

The only module that imports pagefind_bin and cbor2. Pagefind's files are rearranged here: their order changes from
run to run, and their pieces of words are too large for a browser that needs a few of them from each part.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from generator.assets.previews import as_json
from generator.assets.search import DIRECTORY, FOLDER, UNDATED, Entry
from generator.core.errors import GeneratorError
from generator.core.mappings import group

PIECE = 3000  # places of words in one file of an index, of which a browser loads one for each word of a query
_FORMAT = "1.5."  # the versions whose files we know
_LAYOUT = "2"  # of what is done to them here; part of each key
_SIGN = b"pagefind_dcd"  # begins each file, once unpacked
_ENGINE = ("pagefind.js", "pagefind-worker.js")


def missing() -> str:
    """Return why no index can be made, in words; nothing if one can."""
    for package in ("pagefind_bin", "cbor2"):
        if find_spec(package) is None:
            return f"the package {package.replace('_', '-')} is not installed"
    try:
        version = _version()
    except OSError as error:
        return f"Pagefind does not run here: {error}"
    return "" if version.startswith(_FORMAT) else f"Pagefind has version {version}, and {_FORMAT}x is needed"


def index(
    entries: Sequence[Entry], directory: Mapping[str, object], language: str, last: Path, site: Path
) -> list[str]:
    """Write the index of all entries below `site`, replacing what is there; return which parts had to be made.

    Parts whose entries have not changed are taken from the site at `last`, which is another folder. Raises
    GeneratorError where Pagefind fails.
    """
    parts = {UNDATED: (), **_by_part(entries)}
    keys = {part: _key(members, language) for part, members in parts.items()}
    known = _keys(last)
    made = [part for part in sorted(parts) if known.get(part) != keys[part] or not (last / FOLDER / part).is_dir()]
    shutil.rmtree(site / FOLDER, ignore_errors=True)
    for part in parts.keys() - made:
        shutil.copytree(last / FOLDER / part, site / FOLDER / part, copy_function=_link)
    _make_all({part: parts[part] for part in made}, language, site)
    (site / DIRECTORY).write_bytes(as_json({**directory, "parts": dict(sorted(keys.items())), "main": UNDATED}))
    return made


def reindex(entries: Iterable[Entry], language: str, last: Path, site: Path) -> list[str]:
    """Write anew those parts of the index that entries belong to and that have changed; return which.

    `entries` are all of these parts, of which only the words may differ from those at `last`. Below `site` only
    what is written is replaced. Raises GeneratorError where Pagefind fails, or there is no index.
    """
    parts, known = _by_part(entries), _keys(last)
    keys = {part: _key(members, language) for part, members in parts.items()}
    made = [part for part in sorted(parts) if known.get(part) != keys[part]]
    if not made:
        return []
    try:
        directory = json.loads((last / DIRECTORY).read_bytes())
        directory["parts"] |= keys
    except (OSError, ValueError, KeyError) as error:
        raise GeneratorError(f"the search index cannot be read: {error}") from error
    for part in made:
        shutil.rmtree(site / FOLDER / part, ignore_errors=True)
    _make_all({part: parts[part] for part in made}, language, site)
    (site / DIRECTORY).unlink(missing_ok=True)  # it may be a hard link to that of the other site
    (site / DIRECTORY).write_bytes(as_json(directory))
    return made


def _by_part(entries: Iterable[Entry]) -> dict[str, tuple[Entry, ...]]:
    """Return entries by the part that they belong to, in order."""
    ordered = sorted(entries, key=lambda entry: (entry.day, entry.address))
    return group((entry.part, entry) for entry in ordered)


def _link(source: str, target: str) -> None:
    """Hard-link a file, or copy it where the file system has no links; neither file is ever changed in place."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _make_all(parts: Mapping[str, Sequence[Entry]], language: str, site: Path) -> None:
    """Write parts of the index, several at a time, since most of it is done by processes of Pagefind."""
    if len(parts) < 2:  # as while serving, where Ctrl+C need not wait for threads of ours
        for part, members in parts.items():
            _make(part, members, language, site)
        return
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda part: _make(part, parts[part], language, site), parts))


def _make(part: str, members: Sequence[Entry], language: str, site: Path) -> None:
    """Write a part of the index; the engine is in one part only."""
    files = _tidied(_indexed(members, language), part, language)
    _write({path: files[path] for path in files if part == UNDATED or not _is_engine(path)}, site / FOLDER / part)


def _keys(site: Path) -> dict[str, str]:
    """Return the parts of the index of a site that was built before, with their keys."""
    try:
        keys: dict[str, str] = json.loads((site / DIRECTORY).read_bytes())["parts"]
    except (OSError, ValueError, KeyError):
        return {}
    return keys


def _key(members: Iterable[Entry], language: str) -> str:
    """Return a hash of all that a part is made from: its entries, the options, the version, and what we do to it."""
    digest = hashlib.sha256(f"{_version()}\n{_LAYOUT}\n{PIECE}\n{language}\n".encode())
    for entry in members:
        digest.update(f"{entry.address}\n{entry.html}\n".encode())
    return digest.hexdigest()[:16]


# --- Pagefind


def _binary() -> str:
    from pagefind_bin import get_executable

    return str(get_executable())


@cache
def _version() -> str:
    run = subprocess.run([_binary(), "--version"], capture_output=True, text=True, check=False)
    return run.stdout.split()[-1] if run.stdout.strip() else "of no known version"


def _indexed(members: Sequence[Entry], language: str) -> dict[str, bytes]:
    """Return the files of an index of these entries, by path.

    This is the protocol of Pagefind's packages for Python and Node: messages in JSON and base64, each followed by a
    comma. The package for Python waits a tenth of a second for each answer, which makes minutes for a thousand pages.
    """
    begun = {"type": "NewIndex", "config": {"keep_index_url": True, "force_language": language}}
    added = ({"type": "AddFile", "index_id": 0, "url": e.address, "file_contents": e.html} for e in members)
    asked: list[Mapping[str, object]] = [begun, *added, {"type": "GetFiles", "index_id": 0}]
    for answer in _answers(asked):
        if answer["type"] == "Error":
            raise GeneratorError(f"the search index could not be made: {answer['message']}")
    return {file["path"]: base64.b64decode(file["content"]) for file in answer["files"]}


def _answers(asked: Sequence[Mapping[str, object]]) -> Iterator[dict[str, Any]]:
    """Yield Pagefind's answers, one to each message. It ends as soon as its input does, which is left open."""
    process = subprocess.Popen([_binary(), "--service"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    threading.Thread(target=_tell, args=(process.stdin, asked), daemon=True).start()
    rest = b""
    try:
        for _ in asked:
            read = [rest]
            while b"," not in read[-1]:
                if not (more := process.stdout.read1()):  # type: ignore[attr-defined]
                    raise GeneratorError("the search index could not be made: Pagefind ended before it was done")
                read.append(more)
            message, _, rest = b"".join(read).partition(b",")
            yield json.loads(base64.b64decode(message))["payload"]
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                pipe.close()


def _tell(stdin: IO[bytes], asked: Iterable[Mapping[str, object]]) -> None:
    with suppress(OSError, ValueError):  # Pagefind has ended, which `_answers` reports
        for number, payload in enumerate(asked):
            stdin.write(base64.b64encode(json.dumps({"message_id": number, "payload": payload}).encode()) + b",")
        stdin.flush()


# --- its files


def _tidied(files: Mapping[str, bytes], part: str, language: str) -> dict[str, bytes]:
    """Return the files that a browser needs, the same for the same entries.

    The table of contents (`.pf_meta`) is version, pages, pieces (first word, last word, file), filters (name, file),
    orders (name, pages) and names of metadata; a filter is its name and its values with their pages; a piece of words
    is a list of words with their pages. Pagefind 1.5.2, pagefind/src/index.
    """
    entry = json.loads(files["pagefind-entry.json"])
    wasm = f"wasm.{entry['languages'][language]['wasm'] or 'unknown'}.pagefind"
    kept = {path: files[path] for path in (*_ENGINE, wasm)}
    contents = _read(files[next(path for path in files if path.endswith(".pf_meta"))])
    # Names of pages begin with that of their part, so that results of different parts stay apart.
    fragments = {file: files[f"fragment/{file}.pf_fragment"] for file, _ in contents[1]}
    named = {file: _keep(f"fragment/{part}-{{}}.pf_fragment", data, kept) for file, data in fragments.items()}
    contents[1] = [[f"{part}-{named[file]}", words] for file, words in contents[1]]
    contents[2] = list(_pieces(contents[2], files, kept))
    contents[3] = [_filter(name, files[f"filter/{file}.pf_filter"], kept) for name, file in sorted(contents[3])]
    contents[4] = sorted(contents[4])
    entry["languages"][language]["hash"] = _pack("pagefind.{}.pf_meta", contents, kept)
    kept["pagefind-entry.json"] = json.dumps(entry, sort_keys=True).encode()
    return kept


def _is_engine(path: str) -> bool:
    """Tell whether a file is of the engine, of which a site needs one; the others are Pagefind's own interfaces."""
    return path in _ENGINE or path.startswith("wasm.")


def _pieces(
    pieces: Iterable[tuple[str, str, str]], files: Mapping[str, bytes], kept: dict[str, bytes]
) -> Iterator[list[str]]:
    """Yield smaller pieces, with the words that they begin and end with, cut where neighbours begin to differ."""
    words = [word for _, _, file in pieces for word in _read(files[f"index/{file}.pf_index"])[0]]
    cut = list(_cut(words))
    for number, some in enumerate(cut):
        first = _apart(some[0][0], cut[number - 1][-1][0]) if number else some[0][0]
        final = _apart(some[-1][0], cut[number + 1][0][0]) if number + 1 < len(cut) else some[-1][0]
        yield [first, final, _pack("index/{}.pf_index", [some], kept)]


def _cut(words: Iterable[list[Any]]) -> Iterator[list[list[Any]]]:
    """Cut words into pieces of at most `PIECE` places; a word that has more is a piece of its own."""
    some: list[list[Any]] = []
    size = 0
    for word in words:
        places = sum(1 + len(page[1]) for page in word[1])
        if some and size + places > PIECE:
            yield some
            some, size = [], 0
        some.append(word)
        size += places
    if some:
        yield some


def _apart(word: str, other: str) -> str:
    """Return the shortest beginning of a word that differs from another."""
    return next((word[:n] for n in range(1, len(word)) if not other.startswith(word[:n])), word)


def _filter(name: str, data: bytes, kept: dict[str, bytes]) -> list[str]:
    key, values = _read(data)
    return [name, _pack("filter/{}.pf_filter", [key, sorted(values)], kept)]


def _read(data: bytes) -> Any:
    import cbor2

    return cbor2.loads(gzip.decompress(data).removeprefix(_SIGN))


def _pack(path: str, value: object, kept: dict[str, bytes]) -> str:
    """Keep a value as a file, and return its name."""
    import cbor2

    return _keep(path, gzip.compress(_SIGN + cbor2.dumps(value), mtime=0), kept)


def _keep(path: str, data: bytes, kept: dict[str, bytes]) -> str:
    """Keep a packed file under the shortest free name made of its hash, and return that name.

    Names are most of the table of contents, which a browser loads whole.
    """
    digest = base64.b32encode(hashlib.sha256(gzip.decompress(data)).digest()).decode().lower().rstrip("=")
    names = (digest[:length] for length in range(5, len(digest)))
    name = next(name for name in names if kept.get(path.format(name), data) == data)
    kept[path.format(name)] = data
    return name


def _write(files: Mapping[str, bytes], folder: Path) -> None:
    for path, data in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
