"""Merges the feeds of sites of one year each: takes out all items, and divides them into documents anew."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from checking import ITEMS
from writing import SITE_URL, put


@dataclass(frozen=True)
class Form:
    """A format of feeds: how an item begins and ends, what is between two of them, and how a document ends."""

    begin: str
    end: str
    between: str
    close: str
    date: str = ""
    link: str = ""


FEEDS = {
    "rss.xml": Form(
        "    <item>",
        "    </item>\n",
        "",
        "  </channel>\n</rss>\n",
        r"<pubDate>(.*?)<",
        '    <atom:link href="{}" rel="{}" type="application/rss+xml"/>\n',
    ),
    "atom.xml": Form(
        "  <entry>",
        "  </entry>\n",
        "",
        "</feed>\n",
        r"<updated>(.*?)<",
        '  <link href="{}" rel="{}" type="application/atom+xml"/>\n',
    ),
    "feed.json": Form('{"id"', "", ",\n", "\n]}\n"),
}
Source = tuple[Path, Collection[str]]  # a site, and the slugs of the articles that are its own


def merge_feed(folder: str, name: str, sources: Sequence[Source], output: Path) -> None:
    """Write the documents of a feed, of items of several sites, the oldest site first."""
    form = FEEDS[name]
    items = [item for site, owned in sources for item in _items(site / folder, name) if _slug(item) in owned]
    head = _split(form, (sources[-1][0] / folder / name).read_text("utf-8"))[0]
    day = _day((sources[-1][0] / name).read_text("utf-8"))
    full = len(items) // ITEMS if len(items) > ITEMS else 0
    home = f"{SITE_URL}{folder}/" if folder else SITE_URL
    addresses = [home + name, *(f"{home}archive/{number}/{name}" for number in range(1, full + 2))]
    for number, address in enumerate(addresses if full else addresses[:1]):
        part = items[(number - 1) * ITEMS : number * ITEMS] if number else items[-ITEMS:]
        previous = addresses[number - 1 if number else full] if number > 1 or (full and not number) else ""
        following = addresses[number + 1] if 0 < number <= full else ""
        current = home + name if number else ""
        begin = _head(form, head, (home + name, address, previous, following, current), part, day)
        path = output / address.removeprefix(SITE_URL)
        put(path, begin + form.between.join(reversed(part)) + form.close)


def _items(folder: Path, name: str) -> list[str]:
    """Return the items of a feed of a site, the oldest first. Its archives have all of them, where there are any."""
    archives = sorted((folder / "archive").glob(f"*/{name}"), key=lambda path: int(path.parent.name))
    documents = archives or [path for path in [folder / name] if path.is_file()]
    return [item for path in documents for item in reversed(_split(FEEDS[name], path.read_text("utf-8"))[1])]


def _day(text: str) -> str:
    found = re.search(r"<(?:lastBuildDate|updated)>([^<]*)", text)
    return found[1] if found else ""


def _slug(item: str) -> str:
    return re.search(r"articles?/([a-z0-9-]+)", item)[1]


def _split(form: Form, text: str) -> tuple[str, list[str]]:
    """Return the head of a document, and its items."""
    head, begin, rest = text.removesuffix(form.close).partition(form.begin)
    if not begin:
        return head, []
    if form.between:
        return head, (begin + rest).split(form.between)
    return head, [item + form.end for item in (begin + rest).split(form.end)[:-1]]


def _head(
    form: Form, head: str, addresses: tuple[str, str, str, str, str], part: Sequence[str], newest_day: str
) -> str:
    """Return the head of a document, made from that of the newest, with its own addresses and the date of its items.

    One without items has the newest day of the site.
    """
    newest, here, previous, following, current = addresses
    text = re.sub(r' *<(?:atom:)?link [^>]*rel="prev-archive"[^>]*/>\n|, "next_url": "[^"]*"', "", head)
    text = text.replace(newest, here)
    if not form.link:
        return text.replace('"items": [', f'"next_url": "{previous}", "items": [') if previous else text
    when = re.search(form.date, part[-1])[1] if part else newest_day
    text = re.sub(r"(<lastBuildDate>|<updated>)[^<]*", rf"\g<1>{when}", text, count=1)
    links = {"prev-archive": previous, "next-archive": following, "current": current}
    text += "".join(form.link.format(address, rel) for rel, address in links.items() if address)
    indent = " " * (len(form.link) - len(form.link.lstrip()))
    return f'{text}{indent}<fh:archive xmlns:fh="http://purl.org/syndication/history/1.0"/>\n' if following else text
