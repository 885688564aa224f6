"""Splits a content file into front matter and body, and reads the YAML with all positions kept.

The YAML is composed and not loaded: scalars stay the text that the editor wrote (`NO` is not False, `007` not 7), and
both of two equal keys are seen, and each node knows its line and column. It is plain YAML: tags, anchors and aliases
are refused, for they ask a program to do something, and swallow words that an editor meant. The only module that
imports PyYAML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.composer import Composer

from generator.core.characters import refused
from generator.core.errors import Location, Problem
from generator.reading.syntax import fault

# The tags that YAML 1.1 gives to scalars which mean "nothing": an empty value, `~` and `null`.
_NULL = "tag:yaml.org,2002:null"
_DEEPEST = 8  # lists and mappings within each other; no key needs more than three
# What libyaml reads differently from PyYAML's own parser, or reads although that refuses it.
_DOUBTFUL = re.compile(r"[\t\ufeff]|[|>][-+\d]*#|\[.*\?", re.DOTALL)

_CLOSES = {"[": "]", "{": "}"}
_BRACKETS = {
    yaml.FlowSequenceEndToken: yaml.FlowSequenceStartToken,
    yaml.FlowMappingEndToken: yaml.FlowMappingStartToken,
}
_OPENS = re.compile(r"(?:^|[\s\[{,])$")  # what stands before a quote that opens a value


@dataclass(frozen=True, slots=True)
class Node:
    """A YAML value and its place. A scalar is text (None where it is empty), else a list or a mapping of nodes."""

    value: str | tuple[Node, ...] | dict[str, Node] | None
    location: Location
    keys: tuple[tuple[str, Location], ...] = ()

    def plain(self) -> object:
        """Return the value without its places, as `str`, `None`, `list` and `dict`."""
        if isinstance(self.value, tuple):
            return [node.plain() for node in self.value]
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        return self.value

    def find(self, path: tuple[int | str, ...]) -> Node:
        """Return the node at `path`, or the nearest one above it that exists."""
        node = self
        for step in path:
            if isinstance(node.value, dict) and step in node.value:
                node = node.value[str(step)]
            elif isinstance(node.value, tuple) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
            else:
                break
        return node

    def key_location(self, key: str) -> Location:
        """Return where a key of this mapping is written."""
        return next((place for name, place in self.keys if name == key), self.location)


@dataclass(frozen=True, slots=True)
class Parts:
    """A content file taken apart: `front` is a mapping, or None where it cannot be read; `body_line` is from 1."""

    front: Node | None
    body: str
    body_line: int
    problems: tuple[Problem, ...] = ()


def split(text: str, path: str) -> Parts:
    """Take a content file apart. `path` is used in locations.

    Problems: `missing-front-matter`, `unclosed-front-matter`, `invalid-yaml`, `unquoted-colon`, `duplicate-key`,
    `control-character`, `too-large`.
    """
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        problem = Problem(
            Location(path),
            "missing-front-matter",
            "the file does not begin with front matter",
            "the first line must be `---`",
            "begin the file with a line `---`, then each key on a line of its own (`title: …`), then `---` again",
        )
        return Parts(None, text, 1, (problem,))
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), None)
    if end is None:
        problem = Problem(
            Location(path, 1, 1, 3),
            "unclosed-front-matter",
            "the front matter is never closed",
            "it begins here, and no second line `---` ends it",
            "write `---` on a line of its own after the last key",
        )
        return Parts(None, "", len(lines), (problem,))
    front, problems = read_mapping("\n".join(lines[1:end]), path, 2)
    return Parts(front, "\n".join(lines[end + 1 :]), end + 2, problems)


def read_mapping(source: str, path: str, first_line: int) -> tuple[Node | None, tuple[Problem, ...]]:
    """Read YAML that must be a mapping; `first_line` is the line of the file on which `source` begins."""
    root = _quickly(source) or _thoroughly(source, path, first_line)
    if root is None:
        return Node({}, Location(path, first_line - 1, 1, 3)), ()
    if isinstance(root, Problem):
        return None, (root,)
    reader = _Reader(path, first_line, source.split("\n"))
    if not isinstance(root, yaml.MappingNode):
        place = reader.place(root)
        help_ = "write each key on a line of its own: `title: The first day`"
        return None, (Problem(place, "invalid-yaml", "the front matter has no keys", "", help_),)
    front = reader.node(root)
    return (None if reader.broken else front), tuple(reader.problems)


class _Refused(yaml.MarkedYAMLError):
    """YAML that front matter has no use for; `problem` and `note` are message and help of a problem with a `code`."""

    def __init__(self, code: str, message: str, help_: str, mark: yaml.Mark) -> None:
        super().__init__(problem=message, problem_mark=mark, note=help_)
        self.code = code


class _Plain(Composer):
    """Composes plain YAML, and no deeper than front matter can be."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: Any = self.peek_event()  # type: ignore[attr-defined]  # it is the parser's, which is another base
        quote = "put the value in quotes"
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            raise _Refused("invalid-yaml", f"a value cannot begin with “{sign}”", quote, event.start_mark)
        if event.tag is not None:
            raise _Refused("invalid-yaml", "a value cannot begin with “!”", quote, event.start_mark)
        if self.depth > _DEEPEST:
            help_ = "write a simple list: `key: [one, two]`"
            raise _Refused("too-large", "the front matter has too many lists within lists", help_, event.start_mark)
        self.depth += 1
        node: yaml.Node | None = super().compose_node(parent, index)
        self.depth -= 1
        return node


class _Loader(_Plain, yaml.SafeLoader):
    """Composes what PyYAML's own parser reads, which says where it fails and why."""


if yaml.__with_libyaml__:

    class _Quick(_Plain, yaml.CSafeLoader):
        """Composes what libyaml reads, in a fifth of the time."""

        def __init__(self, source: str) -> None:
            yaml.CSafeLoader.__init__(self, source)
            _Plain.__init__(self)

        def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
            event: Any = self.peek_event()
            if event.flow_style:
                raise yaml.YAMLError("the place of a value that is left out is another in `{key: }`")
            return super().compose_mapping_node(anchor)


def _quickly(source: str) -> yaml.MappingNode | None:
    """Return a mapping that both parsers read in the same way; None if only PyYAML's own parser can tell."""
    if not yaml.__with_libyaml__ or _DOUBTFUL.search(source):
        return None
    try:
        root = _Quick(source).get_single_node()
    except (yaml.YAMLError, ValueError, OverflowError):
        return None
    return root if isinstance(root, yaml.MappingNode) else None


def _thoroughly(source: str, path: str, first_line: int) -> yaml.Node | Problem | None:
    """Return what PyYAML's own parser reads: None for nothing, or a problem if it cannot be read."""
    try:
        loader = _Loader(source)
    except yaml.reader.ReaderError as error:  # a character that YAML forbids; it has an offset and no line
        before = source[: error.position].split("\n")
        place = Location(path, len(before) - 1 + first_line, len(before[-1]) + 1)
        return Problem(place, "invalid-yaml", *fault(str(error).splitlines()[0]))
    try:
        return loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        return _yaml_problem(error, source, path, first_line)
    except (ValueError, OverflowError):  # PyYAML asks Python for a character that there is not: "\UFFFFFFFF"
        mark = loader.get_mark()
        place = Location(path, mark.line + first_line, mark.column + 1)
        return Problem(place, "invalid-yaml", *fault("there is no such character"))


class _Reader:
    """Turns PyYAML's nodes into ours, and notes keys that stand twice. Some problems leave it `broken`."""

    def __init__(self, path: str, first_line: int, lines: Sequence[str]) -> None:
        self.path = path
        self.first_line = first_line
        self.end = (len(lines) - 1, len(lines[-1]))
        self.problems: list[Problem] = []
        self.broken = False

    def place(self, node: yaml.Node) -> Location:
        # libyaml counts the end of a last line that has none.
        line, column = min((node.start_mark.line, node.start_mark.column), self.end)
        last, end = min((node.end_mark.line, node.end_mark.column), self.end)
        return Location(self.path, line + self.first_line, column + 1, max(1, end - column) if last == line else 1)

    def node(self, node: yaml.Node) -> Node:
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node)
        if isinstance(node, yaml.SequenceNode):
            return Node(tuple(self.node(item) for item in node.value), self.place(node))
        return Node(None if node.tag == _NULL else self.scalar(node), self.place(node))

    def scalar(self, node: yaml.Node) -> str:
        """Return the text of a value. Characters that an escape brought into it are checked like written ones."""
        text = str(node.value)
        for _, name in list(refused(text))[:1]:
            help_ = "remove it from the value"
            self.refuse(
                Problem(
                    self.place(node), "control-character", f"the value has an invisible character: {name}", "", help_
                )
            )
        return text

    def refuse(self, problem: Problem) -> None:
        self.problems.append(problem)
        self.broken = True

    def mapping(self, node: yaml.MappingNode) -> Node:
        values: dict[str, Node] = {}
        keys: list[tuple[str, Location]] = []
        for key_node, value_node in node.value:
            place = self.place(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                help_ = "write each key on a line of its own: `title: The first day`"
                self.refuse(Problem(place, "invalid-yaml", "a key must be a word", "", help_))
                continue
            key = self.scalar(key_node)
            if key in values:
                first = next(where for name, where in keys if name == key)
                self.problems.append(
                    Problem(
                        place,
                        "duplicate-key",
                        f"the key `{key}` appears twice",
                        f"it is already on line {first.line}",
                        "keep one of the two",
                    )
                )
                continue
            keys.append((key, place))
            values[key] = self.node(value_node)
        return Node(values, self.place(node), tuple(keys))


def _yaml_problem(error: yaml.MarkedYAMLError, source: str, path: str, first_line: int) -> Problem:
    mark = error.problem_mark or error.context_mark
    if error.context == "while scanning a simple key":  # it is found out on the line below
        mark = error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    place = Location(path, line + first_line, column + 1)
    if isinstance(error, _Refused):
        return Problem(place, error.code, str(error.problem), "", str(error.note))
    if opened := next(_left_open(source), None):
        sign = source.split("\n")[opened.line][opened.column]
        message = f"this {'bracket' if sign in _CLOSES else 'quotation mark'} is never closed"
        place = Location(path, opened.line + first_line, opened.column + 1)
        help_ = f"write `{_CLOSES.get(sign, sign)}` where the value ends"
        return Problem(place, "invalid-yaml", message, "", help_)
    if error.problem == "mapping values are not allowed here":
        text = source.split("\n")[line]
        match = re.match(r"\s*(?:- )?([\w-]+):\s+(.*\S)", text)
        if match and column == match.end(1):  # it is the colon of a key
            help_ = "begin a key at the start of its line; if this belongs to the value above, put that in quotes"
            place = place._replace(column=match.start(1) + 1, width=len(match[1]))
            return Problem(place, "invalid-yaml", "this line is indented, and looks like a key", "", help_)
        quoted = match[2].replace("\\", "\\\\").replace('"', '\\"') if match else ""
        example = f': `{match[1]}: "{quoted}"`' if match else ""
        return Problem(
            place,
            "unquoted-colon",
            "this value contains a colon and needs quotes",
            "YAML takes this colon for the end of a key",
            f"put the value in quotes{example}",
        )
    if (at := "".join(source.split("\n")[line : line + 1]).find("\u00a0")) >= 0:  # nobody sees it
        message, help_ = "here is a no-break space where a plain one must be", "replace it with a space"
        return Problem(place._replace(column=at + 1), "invalid-yaml", message, "", help_)
    return Problem(place, "invalid-yaml", *fault(error.problem or ""))


def _left_open(source: str) -> Iterator[yaml.Mark]:
    """Yield where a quote or a bracket stands that is never closed, in YAML that cannot be read."""
    opened: list[yaml.Token] = []
    try:
        for token in yaml.scan(source, Loader=_Loader):
            if type(token) in _BRACKETS.values():
                opened.append(token)
            elif opened and type(token) in _BRACKETS and type(last := opened.pop()) is not _BRACKETS[type(token)]:
                yield last.start_mark
            elif _runs_on(token, source):
                yield token.start_mark
        yield from (token.start_mark for token in reversed(opened))
    except yaml.MarkedYAMLError as error:
        if error.context == "while scanning a quoted scalar" and error.context_mark:
            yield error.context_mark
    except (ValueError, OverflowError):  # as in `read_mapping`
        return


def _runs_on(token: yaml.Token, source: str) -> bool:
    """Tell whether a value in quotes seems to end with the quote that opens another one, in a line below."""
    if not isinstance(token, yaml.ScalarToken) or token.plain or token.start_mark.line == token.end_mark.line:
        return False
    before = source.split("\n")[token.end_mark.line][: token.end_mark.column - 1]
    return token.style in ("'", '"') and bool(_OPENS.search(before))


def dump(meta: Mapping[str, object]) -> str:
    """Return plain values as YAML, each key on a line of its own."""
    return str(yaml.safe_dump(dict(meta), allow_unicode=True, sort_keys=False, width=2**16))


def inline(value: object) -> str:
    """Return a value as YAML on one line: `[one, "two: three"]`."""
    text = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=2**16)
    return str(text).removesuffix("...\n").rstrip("\n")
