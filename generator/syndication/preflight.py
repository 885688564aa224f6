"""Inspects feeds before they are published: each document is read back, and each item once.

Raises GeneratorError with what is wrong and why; nothing is written then, and the last good site stays.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from generator.core.errors import GeneratorError
from generator.core.urls import ATOM, JSON, RSS, Format
from generator.linking.channels import SIZE
from generator.syndication.feeds import Feed, Item
from generator.syndication.serialise import Document

# The id and address read in each item, by the hash of its bytes, so that these need not be kept.
Known = MutableMapping[int, tuple[str, str]]
_ATOM_NS = "{http://www.w3.org/2005/Atom}"
_RELATIVE = re.compile(r'<(?:a|img)\s(?:[^<>]*?\s)?(?:href|src)="(?!https?://|mailto:)([^"]*)"')


def inspect(path: str, document: Document, form: Format, feed: Feed, known: Known) -> None:
    """Read a document back: it must parse, and have the items that it should have, in order and not too many.

    An item that was read back in another document with the same bytes is not read again: it is well-formed in every
    document in which items are. That they are in this one is seen by its first item, which is always read.
    """
    marks = [hash(item) for item in document.items]
    new = [at for at, mark in enumerate(marks) if at == 0 or mark not in known]
    try:
        read = _READ[form](document.having([document.items[at] for at in new]))
    except (ValueError, etree.XMLSyntaxError) as error:
        raise _refused(path, f"it cannot be read back: {error}") from error
    if len(read) != len(new):
        raise _refused(path, f"of {len(new)} items that were written {len(read)} can be read back")
    known.update(zip((marks[at] for at in new), read, strict=True))
    found, wanted = [known[mark] for mark in marks], [(item.id, item.url) for item in feed.items]
    if found != wanted:
        raise _refused(path, f"it has the items {found} and should have {wanted}")
    if len(wanted) > SIZE:
        raise _refused(path, f"it has {len(wanted)} items, and no more than {SIZE} should be in a document")
    times = [item.published for item in feed.items]
    if times != sorted(times, reverse=True):
        raise _refused(path, "its items are not in the order of time, newest first")


def inspect_items(items: Iterable[Item]) -> None:
    """Check that no two items have the same id, and that each has an absolute address."""
    seen: dict[str, str] = {}
    for item in items:
        if item.id in seen:
            raise _refused(
                item.url, f"its id {item.id} is that of {seen[item.id]} as well; look at the `redirect_from` of both"
            )
        seen[item.id] = item.url
        if not urlsplit(item.url).netloc:
            raise _refused(item.url, "its address is not absolute")


def inspect_content(place: str, html: str) -> str:
    """Check that every address in the HTML of an item is absolute, and return the HTML."""
    if relative := _RELATIVE.search(html):
        raise _refused(place, f"the address {relative[1]!r} in it is not absolute")
    return html


def _refused(place: str, why: str) -> GeneratorError:
    return GeneratorError(f"a feed would be broken\n\n{place}: {why}")


def _read_rss(data: bytes) -> list[tuple[str, str]]:
    return [(_text(i, "guid"), _text(i, "link")) for i in _xml(data).iterfind("channel/item")]


def _read_atom(data: bytes) -> list[tuple[str, str]]:
    entries = _xml(data).iterfind(f"{_ATOM_NS}entry")
    return [(_text(entry, f"{_ATOM_NS}id"), entry.find(f"{_ATOM_NS}link").get("href")) for entry in entries]


def _read_json(data: bytes) -> list[tuple[str, str]]:
    return [(item["id"], item["url"]) for item in json.loads(data)["items"]]


def _xml(data: bytes) -> Any:
    return etree.fromstring(data, etree.XMLParser(huge_tree=True, resolve_entities=False, no_network=True))


def _text(element: Any, name: str) -> str:
    return str(element.findtext(name))


_READ = {RSS: _read_rss, ATOM: _read_atom, JSON: _read_json}
