"""Reads source texts as plain text: arbitrary files outside of the content, plain or HTML."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from generator.core.characters import is_visible, replaced
from generator.core.errors import Location, Problem
from generator.reading.decoding import Source, load
from generator.reading.tree import ContentFile, unreadable

ENDINGS = (".txt", ".md", ".html", ".htm")  # what is looked for in a folder of source texts
_HTML = (".html", ".htm", ".xhtml")
_LARGEST = 2 * 2**20  # bytes of a source; a news page has some hundred thousand

_Read = tuple[Source, tuple[Problem, ...]]


def source_text(path: Path) -> _Read:
    """Read a source as plain text, one paragraph a line; without text it is `lost`.

    Of an HTML page only the article is taken. Characters that a text may not have become U+FFFD, since a draft may
    be shown on a terminal. Problems: `unreadable-file`, `not-utf8`, `no-source-text`.
    """
    file = ContentFile(path.name, path.as_posix())
    try:
        with path.open("rb") as opened:
            data = opened.read(_LARGEST + 1)
    except OSError as error:
        return _lost(file), (unreadable(file, str(error.strerror)),)
    if len(data) > _LARGEST:
        return _none(
            file, f"the file is larger than {_LARGEST // 2**20} MiB", "save a part of it as a file of its own"
        )
    if b"\0" in data:  # which no text has: a program's own format, or UTF-16
        return _none(file, "the file is not plain text", "save its text as a `.txt` file with the encoding UTF-8")
    source, problems = load(data, file)
    if source.lost:
        return source, problems
    if path.suffix.lower() in _HTML:
        return _article(source, file)
    if not is_visible(source.text):
        return _none(file, "the file is empty", "save the source text in it")
    return source, ()


def _lost(file: ContentFile) -> Source:
    return Source(file.path, file.shown_as, "", lost=True)


def _none(file: ContentFile, message: str, help_: str) -> _Read:
    return _lost(file), (Problem(Location(file.shown_as), "no-source-text", message, "", help_),)


def _article(page: Source, file: ContentFile) -> _Read:
    try:
        import trafilatura  # only here: it is large, and most sources are plain text
    except ModuleNotFoundError:
        install = "run `pip install 'briefing-generator[draft]'`, or save the text of the page as a `.txt` file"
        return _none(file, "HTML can only be read with the extra `draft`", install)
    try:
        found = trafilatura.extract(page.text, include_comments=False, include_tables=False)
    except Exception:  # arbitrary HTML may trip it up in any way
        found = None
    if not found:
        return _none(file, "no article was found on this page", "save its text as a `.txt` file")
    return replace(page, text=replaced(str(found))), ()
