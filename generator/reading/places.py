"""The kind of document that a content file is, by the folder it lies in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from generator.core.errors import Location, Problem, Severity
from generator.core.settings import COLLECTIONS, DEFAULT_COLLECTIONS, Kind, Settings
from generator.core.urls import slugify
from generator.core.words import nearest
from generator.reading.tree import ContentFile

# What mkdocs takes for Markdown. Only the first is right; files with the others are read so that they are reported.
_ENDINGS = (".md", ".markdown", ".mdown", ".mkdn", ".mkd")
_ALMOST = 0.85  # likeness at which the name of a folder is taken for that of a kind, misspelt: "article"


def kind_of(file: ContentFile, settings: Settings) -> Kind | None:
    """Return what kind of document a file is, by its folder; None for a file that is no document."""
    if file.path == "index.md":
        return Kind.HOME
    folder, slash, _ = file.path.partition("/")
    return next((kind for kind in COLLECTIONS if slash and settings.collection(kind).slug == folder), None)


def by_kind(every: Iterable[ContentFile], settings: Settings) -> Iterator[tuple[Kind | None, ContentFile]]:
    """Yield the Markdown files, kind by kind, and finally those that are no documents."""
    kinds = [*COLLECTIONS, Kind.HOME, None]
    found = [(kind_of(file, settings), file) for file in every if _is_markdown(file)]
    yield from sorted(found, key=lambda pair: (kinds.index(pair[0]), pair[1].path))


def out_of_place(every: Iterable[ContentFile], settings: Settings) -> Iterator[Problem]:
    """Report files among the documents that are none, and Markdown in a folder whose name seems to be misspelt.

    Problems: `stray-file`, and the warning `misspelt-folder`.
    """
    folders = {DEFAULT_COLLECTIONS[kind].slug: settings.collection(kind).slug for kind in COLLECTIONS}
    folders |= {
        name: found.slug for found in settings.collections.values() for name in (found.slug, slugify(found.word))
    }
    for file in every:
        (folder, slash, _), place = file.path.partition("/"), Location(file.shown_as)
        if slash and not _is_markdown(file) and kind_of(file, settings) is not None:
            help_ = (
                "if it is a document, let its name end in `.md`; else move it to another folder, for example"
                " `pictures/`; the site will have it there"
            )
            yield Problem(place, "stray-file", f"`{folder}/` is for documents, and this file is not one", "", help_)
        elif slash and _is_markdown(file) and kind_of(file, settings) is None and (meant := _meant(folder, folders)):
            message, label = f"files in `{folder}/` are not read as documents", f"did you mean `{meant}/`?"
            help_ = f"move it to `{meant}/`; if it is a page of its own, give its folder another name"
            yield Problem(place, "misspelt-folder", message, label, help_, Severity.WARNING)


def _meant(folder: str, folders: Mapping[str, str]) -> str:
    return folders.get(nearest(folder.casefold(), folders, _ALMOST), "")


def _is_markdown(file: ContentFile) -> bool:
    return file.path.endswith(_ENDINGS)
