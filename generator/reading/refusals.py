"""What is wrong with front matter, in words: turns errors of pydantic into problems with places."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from pydantic_core import ErrorDetails

from generator.core.dates import ADVICE, BY_FIX, proposal
from generator.core.errors import Location, Problem, Severity
from generator.core.words import did_you_mean, nearest
from generator.reading.frontmatter import Node

LONGEST = 2000  # characters of a text; a summary has some three hundred
MOST = 300  # items of a list; all states of the world at one meeting are two hundred

_COMMENT = re.compile(r"\s+(#[^\s#].*)")  # without the space after it, as an editor's own comment has

# Returns the keys that a mapping in front matter can have, by the path of the mapping.
Keys = Callable[[tuple[int | str, ...]], list[str]]

_BOOL = "`true` or `false`", "write `{key}true`, or remove the key"
_NUMBER = "a number", "write digits, with a point for decimals: `56.9`"
_KEYS = "a set of keys", "write its keys, each on a line of its own: `key: value`"
# By the type of error that pydantic raises: what the value must be, and what to write in its place.
_TYPES = {
    "string_type": ("text", "write `{key}the text`"),
    "bool_parsing": _BOOL,
    "bool_type": _BOOL,
    "tuple_type": ("a list", "write `{key}[{items}]`, or each item on a line of its own, after `- `"),
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "model_type": _KEYS,
    "model_attributes_type": _KEYS,
}
_SHORT = 60  # characters of a value that an example repeats


def explain(errors: Sequence[ErrorDetails], front: Node, keys: Keys, other: Mapping[str, str]) -> tuple[Problem, ...]:
    """Return the errors of pydantic as problems in the file. `other` are words, in small letters, for known keys.

    Where a key is misspelt, the one that was meant is not reported as missing as well.
    """
    unknown = [details["loc"] for details in errors if details["type"] == "extra_forbidden"]
    meant = {(*path[:-1], nearest(_known_as(path, other), keys(path[:-1]))) for path in unknown}
    told = (details for details in errors if details["type"] != "missing" or details["loc"] not in meant)
    return tuple(dict.fromkeys(_problem(details, front, keys, other) for details in told))


def _known_as(path: tuple[int | str, ...], other: Mapping[str, str]) -> str:
    """Return the key at the end of a path in small letters, or the one that it is another word for."""
    key = str(path[-1]).casefold()
    return other.get(key, key)


def hidden(front: Node, lines: Sequence[str]) -> Iterator[Problem]:
    """Yield what follows a value of front matter and is taken for a comment, as in `title: Game #2`.

    `lines` are those of the file. Problems: the warning `unquoted-hash`.
    """
    values = front.value.values() if isinstance(front.value, dict) else ()
    for place in (node.location for node in values if isinstance(node.value, str)):
        line, start = lines[place.line - 1], place.column - 1
        match = _COMMENT.match(line, start + place.width)
        if match and line[start] not in "\"'|>":
            at = place._replace(column=match.start(1) + 1, width=len(match[1]))
            quoted = json.dumps(line[start:].strip(), ensure_ascii=False)
            help_ = f"put the value in quotes: `{quoted}`; a comment begins with `# `"
            message, label = "this is not part of the value", "YAML takes it for a comment"
            yield Problem(at, "unquoted-hash", message, label, help_, Severity.WARNING)


def _problem(details: ErrorDetails, front: Node, keys: Keys, other: Mapping[str, str]) -> Problem:
    path = details["loc"]
    node, parent = front.find(path), front.find(path[:-1])
    match details["type"]:
        case "missing" if isinstance(path[-1], int):  # of a list of fixed length
            return Problem(parent.location, "wrong-type", f"`{path[0]}` must be two numbers", "", _EARTH)
        case "too_long" if details["ctx"]["max_length"] < MOST:
            return Problem(node.location, "wrong-type", f"`{path[0]}` must be two numbers", "", _EARTH)
        case "missing":
            return _missing(str(path[-1]), parent, len(path) == 1)
        case "extra_forbidden":
            return _unknown(str(path[-1]), parent, keys(path[:-1]), _known_as(path, other))
    code, message, label, help_ = _invalid(details, node)
    return Problem(node.location, code, f"{_called(path)} {message}", label, help_)


def _called(path: tuple[int | str, ...]) -> str:
    """Return what a place in front matter is called: "`status` in item 2 of `participants`"."""
    *above, last = path
    if isinstance(last, int):
        return f"item {last + 1} of {_called(tuple(above))}"
    return f"`{last}` in {_called(tuple(above))}" if above else f"`{last}`"


_EARTH = "write latitude and longitude in degrees: `[56.9, 24.1]`"

# By the type of error that our own validators raise: code, message and help of the problem.
_REFUSALS = {
    "invalid_date": ("invalid-date", "is not a valid date", ADVICE),
    "invalid_day": ("invalid-date", "is not a valid date", "write the exact day: `2025-09-01`"),
    "invalid_url": ("invalid-url", "is not a web address", "write the whole address, beginning with `https://`"),
    "invalid_slug": (
        "invalid-slug",
        "is not a slug",
        "write the slug that the file had: lower-case letters a-z, digits and single hyphens",
    ),
    "too_large": ("too-large", "is too long", f"shorten it to {LONGEST:,} characters"),
    "invalid_coordinates": ("wrong-type", "is not a place on Earth", _EARTH),
}


def _invalid(details: ErrorDetails, node: Node) -> tuple[str, str, str, str]:
    """Return code, message, label and help for a value that is not what it must be."""
    match details["type"]:
        case kind if kind in _REFUSALS:
            code, message, help_ = _REFUSALS[kind]
            exact = kind == "invalid_day"
            if code == "invalid-date" and (better := proposal(str(details["input"]), exact=exact)):
                help_ = f"write `{better}`{BY_FIX}"
            return code, message, details["msg"], help_
        case "enum":
            choices = re.findall(r"'([^']+)'", str(details["ctx"]["expected"]))
            help_ = "choose one of " + ", ".join(f"`{choice}`" for choice in choices)
            message = "is empty" if node.value is None else "has an unknown value"
            return "invalid-choice", message, did_you_mean(str(details["input"]), choices), help_
        case "too_long":
            return "too-large", f"has more than {MOST} items", "", "keep the most important ones"
        case "too_short" if node.value is not None:
            return "empty-value", "is empty", "", "list at least one"
        case kind if node.value is None or kind == "empty_value":
            return "empty-value", "is empty", "", "write a value, or remove the key if it is optional"
        case kind if kind in _TYPES:
            wanted, example = _TYPES[kind]
            return "wrong-type", f"must be {wanted}", f"this is {_shape(node)}", _filled(example, details, node)
    return "wrong-type", "is not valid", details["msg"].lower(), ""


def _filled(example: str, details: ErrorDetails, node: Node) -> str:
    """Return what to write in place of a value of another type, with the key and the words that stand there."""
    key = f"{details['loc'][-1]}: " if isinstance(details["loc"][-1], str) else ""
    items = node.value if isinstance(node.value, str) and len(node.value) <= _SHORT else "one, two"
    return example.format(key=key, items=items)


def _shape(node: Node) -> str:
    if isinstance(node.value, tuple):
        return "a list"
    return "a set of keys" if isinstance(node.value, dict) else "text"


def _missing(key: str, parent: Node, top: bool) -> Problem:
    start = Location(parent.location.path, 1, 1, 3) if top else parent.location
    return Problem(start, "missing-key", f"the key `{key}` is missing", "", f"add a line `{key}: …`")


def _unknown(key: str, parent: Node, known: list[str], meant: str) -> Problem:
    label = did_you_mean(meant, known)
    help_ = f"use one of {', '.join(f'`{k}`' for k in known)}" if known else "remove it"
    return Problem(parent.key_location(key), "unknown-key", f"there is no key `{key}` here", label, help_)
