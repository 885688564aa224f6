"""What is wrong with the YAML of front matter, in words: PyYAML says it in the terms of its grammar."""

from __future__ import annotations

import re

_QUOTES = "put the value in quotes"

# What PyYAML says; what is wrong, in which what its groups have found stands for `{}`; what to do.
_FAULTS = (
    (r"found character '\\t'", "there is a tab where only spaces may be", "replace the tab with spaces"),
    (r"found character '(.)'", "a value cannot begin with “{}”", _QUOTES),
    (r"node content, but found '([^\]}])'", "a value cannot begin with “{}”", _QUOTES),
    (r"alphabetic or numeric", "a value cannot begin with “*” or “&”", _QUOTES),
    (r"chomping|a comment or a line break", "a value cannot begin with “|” or “>”", _QUOTES),
    (
        r"expected ':'",
        "this line is not of the form `key: value`",
        "write a colon and a space after the key: `title: The first day`",
    ),
    (r"but found '([\]}])'", "this “{}” closes nothing", "remove it, or put the value in quotes"),
    (
        r"<scalar>'",
        "the value goes on after its closing quote",
        'put all of it in quotes, with `\\"` for those within',
    ),
    (
        r"<block end>, but found '(?:-|\?|<block)|<block map",
        "this line does not fit the lines above",
        "indent it like the lines around it",
    ),
    (
        r"sequence entries",
        "a list cannot begin on this line",
        "begin it on the next line, or put the value in quotes",
    ),
    (
        r"expected ',' or '(.)'",
        "a comma or “{}” is missing here",
        "put a comma between two items, and quotes around each",
    ),
    (r"escape character '(.)'", "`\\{}` means nothing within quotes", "write `\\\\` for a backslash"),
)


def fault(said: str) -> tuple[str, str, str]:
    """Return message, label and help of a problem from the message of PyYAML."""
    for pattern, message, help_ in _FAULTS:
        if match := re.search(pattern, said):
            return message.format(*match.groups()), "", help_
    help_ = "check the quotes, brackets and indentation near this place"
    return "the front matter cannot be read", said or "this is not YAML", help_
