"""A composed page as HTML, block by block, with marks in it for what depends on the whole page.

Most blocks of a page are a text, a list of texts, or a tag of a template, and are recognised by how their lines
begin. The others are read by markdown-it, together with whatever no blank line separates from them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from generator.composing.lines import SPAN, dialect, line, raw, words

Part = tuple[str, str]  # the label of a footnote, or "" for the text of the page, and its HTML

# Marks. Markdown has no NUL character (CommonMark, section 2.3), so no text can contain one.
ASIDE = "\0A\0"  # what stands between two of these is not part of the text
TO_HEADING = re.compile('<h([1-6]) id="\0H([^\0]*)\0"')  # its level and its words
BACK = "\0B\0"  # where the link back from a footnote goes

# A line of a paragraph, whatever precedes it (CommonMark, section 4).
_TEXT = rf"(?:[^\W\d_]|[(“‘„«—–…]|\d+(?![\d.)])|\*\*\w|\[(?!\^)|{SPAN}\S)[^\n]*(?<=\S)\n"
_END = r"(?=\n|\Z)"
# What follows a list or a footnote must not belong to it.
_CLOSED = r"\n*(?:\Z|(?<=\n\n)(?=[^\s-]))"
# HTML blocks that end at a blank line (section 4.6, type 6). A second line of dashes would make a table of the first.
_ELEMENTS = "div|details|figcaption|figure|nav|p|section|summary"
_BLOCK = re.compile(
    rf"(?P<html></?(?:{_ELEMENTS})(?=[\s>])[^\n]*\n(?![ \t]*[|:-])(?:[ \t]*[^ \t\n][^\n]*\n)*{_END})"
    rf"|(?P<text>(?:{_TEXT})+{_END})"
    rf"|(?P<items>(?:-   {_TEXT}(?:\n?    {_TEXT})*\n?)+{_CLOSED})"
    rf"|(?P<heading>#{{1,6}} [^\n#]*[^\s#]\n{_END})"
    rf"|(?P<quote>(?:> {_TEXT})+{_END})"
    rf"|(?P<notes>(?:\[\^[^\s\]]+\]: {_TEXT})+{_CLOSED})"
)
# Where any block ends: at a blank line, if the next line is neither indented nor an item of a list.
_CUT = re.compile(r"\n\n+(?=[^\s\-+*\d])")
# Except for code, and HTML of the types that go on to an end of their own (sections 4.5, 4.6).
_GOES_ON = re.compile(
    r"^ {0,3}(?:```|~~~|<\?|<!(?!---->)|<(?:script|pre|style|textarea)(?=[\s>]))", re.MULTILINE | re.IGNORECASE
)


def read(source: str, aside: int | None = None) -> Iterator[Part]:
    """Yield a composed page in parts, in order. What begins at line `aside` (from 0) is not part of the text."""
    source = source.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    start = sum(map(len, source.split("\n", aside)[:aside])) + aside if aside is not None else -1
    at = 0
    while at < len(source):
        if source[at] == "\n":
            at += 1
            continue
        if 0 <= start <= at:
            start = -1
            yield "", ASIDE
        found = _BLOCK.match(source, at)
        stop = found.end() if found else _end(source, at)
        if at < start < stop:
            yield from _whole(source[at:stop], source.count("\n", at, start))
            start = -1
        elif found:
            yield from _SIMPLE[str(found.lastgroup)](found[0])
        else:
            yield from _whole(source[at:stop])
        at = stop
    if aside is not None:
        yield from (("", ASIDE),) * (1 if start < 0 else 2)


def alone(source: str) -> tuple[Part, ...] | None:
    """Return a text in parts that do not depend on its surroundings; None if only markdown-it can read it."""
    parts: list[Part] = []
    at = 0
    while at < len(source):
        if source[at] == "\n":
            at += 1
            continue
        found = _BLOCK.match(source, at)
        if found is None:
            return None
        parts += _SIMPLE[str(found.lastgroup)](found[0])
        at = found.end()
    return tuple(parts)


def goes_on(source: str) -> bool:
    """Tell whether a block may begin in a text that goes on past blank lines, and past the end of the text."""
    return _GOES_ON.search(source) is not None


def _end(source: str, at: int) -> int:
    """Return the offset at which what begins at `at` can be cut off from what follows."""
    cut = _CUT.search(source, at)
    return cut.end() if cut and not _GOES_ON.search(source, at, cut.end()) else len(source)


# --- blocks that are read without a parser


def _html(block: str) -> Iterator[Part]:
    yield "", raw(block)


def _text(block: str) -> Iterator[Part]:
    yield "", f"<p>{line(block[:-1])}</p>\n"


def _quote(block: str) -> Iterator[Part]:
    text = block[2:-1].replace("\n> ", "\n")
    yield "", f"<blockquote>\n<p>{line(text)}</p>\n</blockquote>\n"


def _heading(block: str) -> Iterator[Part]:
    marks, _, text = block.partition(" ")
    level, text = len(marks), text.strip()
    yield "", f'<h{level} id="\0H{escapeHtml(words(text))}\0">{line(text)}</h{level}>\n'


def _items(block: str) -> Iterator[Part]:
    block = block.rstrip("\n")
    items = [item.rstrip("\n").split("\n\n    ") for item in block[4:].split("\n-   ")]
    made = [[line(text.replace("\n    ", "\n")) for text in item] for item in items]
    if "\n\n" in block:  # then all items are paragraphs (CommonMark, section 5.3)
        inside = ["\n" + "".join([f"<p>{text}</p>\n" for text in item]) for item in made]
    else:
        inside = [item[0] for item in made]
    yield "", "<ul>\n" + "".join([f"<li>{item}</li>\n" for item in inside]) + "</ul>\n"


def _notes(block: str) -> Iterator[Part]:
    for note in block.rstrip("\n").split("\n"):
        label, _, text = note[2:].partition("]: ")
        yield label, f"<p>{line(text)}{BACK}</p>\n"


_SIMPLE: Mapping[str, Callable[[str], Iterator[Part]]] = {
    "html": _html,
    "text": _text,
    "items": _items,
    "heading": _heading,
    "quote": _quote,
    "notes": _notes,
}


# --- all others


def _whole(source: str, aside: int | None = None) -> Iterator[Part]:
    """Yield a text read by markdown-it: what stands in the page, then its footnotes."""
    body: list[Token] = []
    notes: list[tuple[str, list[Token]]] = []
    within = [body]
    for token in _renderer().parse(source):
        if token.type == "footnote_reference_open":
            notes.append((token.meta["label"], []))
            within.append(notes[-1][1])
        elif token.type == "footnote_reference_close":
            within.pop()
        else:
            if len(within) == 1 and aside is not None and token.map and token.map[0] >= aside:
                body.append(Token("html_block", "", 0, content=ASIDE))
                aside = None
            within[-1].append(token)
    yield "", _html_of(body) + (ASIDE if aside is not None else "")
    for label, tokens in notes:
        at = len(tokens) - 1 if tokens and tokens[-1].type == "paragraph_close" else len(tokens)
        yield label, _html_of([*tokens[:at], Token("html_block", "", 0, content=BACK), *tokens[at:]])


def _html_of(tokens: Sequence[Token]) -> str:
    md = _renderer()
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            opening.attrSet("id", f"\0H{words(inline.content)}\0")
    return str(md.renderer.render(tokens, md.options, {}))


def _inline(state: StateCore) -> None:
    """Replace the inline content of each block by its HTML (`lines`)."""
    for token in state.tokens:
        if token.type == "inline":
            token.children = [Token("line", "", 0, content=line(token.content))]


@cache
def _renderer() -> MarkdownIt:
    md = dialect()
    md.core.ruler.at("inline", _inline)
    md.disable("text_join")  # `lines` does that
    md.add_render_rule("line", lambda _, tokens, i, *__: tokens[i].content)
    return md
