"""What is wrong with front matter, in words: turns errors of pydantic into problems with places."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pydantic_core import ErrorDetails

from generator.core.dates import proposal
from generator.core.errors import Location, Problem, did_you_mean, nearest
from generator.reading.frontmatter import Node

LONGEST = 2000  # characters of a text; a summary has some three hundred
MOST = 300  # items of a list; all states of the world at one meeting are two hundred

# Returns the keys that a mapping in front matter can have, by the path of the mapping.
Keys = Callable[[tuple[int | str, ...]], list[str]]

_TYPES = {
    "string_type": "a text",
    "bool_parsing": "`true` or `false`",
    "bool_type": "`true` or `false`",
    "tuple_type": "a list",
    "float_parsing": "a number",
    "float_type": "a number",
    "model_type": "a mapping of keys",
    "model_attributes_type": "a mapping of keys",
}


def explain(errors: Sequence[ErrorDetails], front: Node, keys: Keys) -> tuple[Problem, ...]:
    """Return the errors of pydantic as problems in the file.

    Where a key is misspelt, the one that was meant is not reported as missing as well.
    """
    unknown = [details["loc"] for details in errors if details["type"] == "extra_forbidden"]
    meant = {(*path[:-1], nearest(str(path[-1]).casefold(), keys(path[:-1]))) for path in unknown}
    told = (details for details in errors if details["type"] != "missing" or details["loc"] not in meant)
    return tuple(dict.fromkeys(_problem(details, front, keys) for details in told))


def _problem(details: ErrorDetails, front: Node, keys: Keys) -> Problem:
    path = details["loc"]
    node, parent = front.find(path), front.find(path[:-1])
    match details["type"]:
        case "missing" if isinstance(path[-1], int):  # of a list of fixed length
            help_ = "write `[latitude, longitude]`, both in degrees"
            return Problem(parent.location, "wrong-type", f"`{path[0]}` needs two numbers", "", help_)
        case "missing":
            return _missing(str(path[-1]), parent, len(path) == 1)
        case "extra_forbidden":
            return _unknown(str(path[-1]), parent, keys(path[:-1]))
    code, message, label, help_ = _invalid(details, node)
    name = ".".join(str(step) for step in path)
    return Problem(node.location, code, f"`{name}` {message}", label, help_)


# By the type of error that our own validators raise: code, message and help of the problem.
_REFUSALS = {
    "invalid_date": (
        "invalid-date",
        "is not a calendar date",
        "write it as YYYY-MM-DD, or as EDTF where it is not exact, for example `2025-09-01~`",
    ),
    "invalid_url": ("invalid-url", "is not a web address", "write the full address, beginning with `https://`"),
    "invalid_slug": (
        "invalid-slug",
        "cannot have been a permalink",
        "write a slug that the file had: lower-case letters a-z, digits and single hyphens",
    ),
    "too_large": ("too-large", "is too long", f"say it in fewer than {LONGEST} characters"),
    "invalid_coordinates": ("wrong-type", "is not a place on Earth", "write `[latitude, longitude]` in degrees"),
}


def _invalid(details: ErrorDetails, node: Node) -> tuple[str, str, str, str]:
    """Return code, message, label and help for a value that is not what it must be."""
    match details["type"]:
        case kind if kind in _REFUSALS:
            code, message, help_ = _REFUSALS[kind]
            if kind == "invalid_date" and (better := proposal(str(details["input"]))):
                help_ = f"write it as `{better}`; `briefing check --fix` does so"
            return code, message, details["msg"], help_
        case "enum":
            choices = re.findall(r"'([^']+)'", str(details["ctx"]["expected"]))
            help_ = "choose one of " + ", ".join(f"`{choice}`" for choice in choices)
            return "invalid-choice", "has an unknown value", did_you_mean(str(details["input"]), choices), help_
        case "too_long" if details["ctx"]["max_length"] == MOST:
            return "too-large", f"has more than {MOST} items", "", "keep those that matter"
        case "too_short" if node.value is not None:
            return "empty-value", "is empty", "", "list at least one"
        case kind if node.value is None or kind == "empty_value":
            return "empty-value", "is empty", "", "give it a value, or leave the key out"
        case kind if kind in _TYPES:
            return "wrong-type", f"must be {_TYPES[kind]}", f"this is {_shape(node)}", _EXAMPLE[_TYPES[kind]]
    return "wrong-type", "is not valid", details["msg"].lower(), ""


_EXAMPLE = {
    "a text": "write `key: the text`",
    "`true` or `false`": "write `key: true`, or leave the key out",
    "a list": "write `key: [one, two]`, or one item a line with `- ` before it",
    "a number": "write it with digits and a point",
    "a mapping of keys": "write `key: value` pairs, indented below it",
}


def _shape(node: Node) -> str:
    if isinstance(node.value, tuple):
        return "a list"
    return "a mapping" if isinstance(node.value, dict) else "a text"


def _missing(key: str, parent: Node, top: bool) -> Problem:
    start = Location(parent.location.path, 1, 1, 3) if top else parent.location
    return Problem(start, "missing-key", f"the key `{key}` is missing", "", f"add a line `{key}: …`")


def _unknown(key: str, parent: Node, known: list[str]) -> Problem:
    label = did_you_mean(key.casefold(), known)
    help_ = f"the keys are {', '.join(f'`{k}`' for k in known)}"
    return Problem(parent.key_location(key), "unknown-key", f"there is no key `{key}` here", label, help_)
