"""The bytes of content files as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generator.core.characters import refused, replaced
from generator.core.errors import Location, Problem
from generator.core.mappings import group
from generator.reading.tree import ContentFile


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a content file. `path` is below the content folder, `shown_as` what an editor is shown.

    It is `lost` where the file has no text that can be understood.
    """

    path: str
    shown_as: str
    text: str
    lost: bool = False

    @property
    def slug(self) -> str:
        """Return the file's name without its ending."""
        return self.path.rpartition("/")[2].rpartition(".")[0]


def load(data: bytes | None, file: ContentFile) -> tuple[Source, tuple[Problem, ...]]:
    """Return the bytes of a file as text: UTF-8 with any line ends. Without bytes (None), the text is lost.

    U+FFFD takes the place of each character that a text may not contain. Problems: `not-utf8`, `control-character`.
    """
    lost = Source(file.path, file.shown_as, "", lost=True)
    if data is None:
        return lost, ()
    try:
        text = decoded(data)
    except UnicodeDecodeError as error:
        return lost, (_not_utf8(_with_line_feeds(data), error, file),)
    problems = tuple(_controls(text, file))
    return Source(file.path, file.shown_as, replaced(text) if problems else text), problems


def decoded(data: bytes) -> str:
    """Return bytes as UTF-8 with any line ends. Raises UnicodeDecodeError where they are not."""
    return exact(_with_line_feeds(data))


def exact(data: bytes) -> str:
    """Return bytes as UTF-8 with the line ends that they have. Raises UnicodeDecodeError where they are not.

    Byte order marks at the beginning are no part of the text, however many programs have set one.
    """
    return data.decode("utf-8").lstrip("\ufeff")


def _with_line_feeds(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _not_utf8(data: bytes, error: UnicodeDecodeError, file: ContentFile) -> Problem:
    before = exact(data[: error.start]).split("\n")
    place = Location(file.shown_as, len(before), len(before[-1]) + 1)
    label = f"byte 0x{data[error.start]:02x} cannot be read"
    return Problem(place, "not-utf8", "the file is not UTF-8", label, "save the file with the encoding UTF-8")


def _controls(text: str, file: ContentFile) -> Iterator[Problem]:
    """Report each character that a text may not hold once, with how often it stands there."""
    for name, (first, *more) in group((name, at) for at, name in refused(text)).items():
        line, column = text.count("\n", 0, first) + 1, first - text.rfind("\n", 0, first)
        label = f"and {len(more)} more in this file" if more else ""
        help_ = "remove it" if len(more) * 3 < len(text) else "save the file with the encoding UTF-8"
        message = f"the text has an invisible character: {name}"
        yield Problem(Location(file.shown_as, line, column), "control-character", message, label, help_)
