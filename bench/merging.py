"""Puts sites that were built apart, one for each year, together as one. A trial: see docs/performance.md.

It knows nothing of the generator but what it has written: that a feed is cut into documents of thirty items from the
oldest on, that what collects records of many digests is a page (or several) below an address of its own, and where
the rest lies.
"""

from __future__ import annotations

import posixpath
import re
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from feed_merging import FEEDS, merge_feed
from writing import SITE_URL, put

TERMS = ("summits", "leaders", "themes", "outlets")
_LINK = re.compile(r'((?:href|src)=")([^"#?:]+)(?=["#?])')


@dataclass(frozen=True)
class Shard:
    """The site of one year, as built: `output` has it, `owned` are the slugs of its articles.

    `terms` are those with articles of the year. Other articles are in it as far as it cites them, by front matter.
    """

    year: int
    output: Path
    owned: frozenset[str]
    terms: frozenset[str]


def merge(shards: Iterable[Shard], output: Path) -> None:
    """Write the whole site into a folder that is empty."""
    shards = sorted(shards, key=lambda shard: shard.year)
    homes = _homes(shards)
    placed = {_place(path, shard, homes, output): shard.year for shard in shards for path in files_of(shard.output)}
    _merge_feeds(shards, output)
    _merge_sitemaps(placed, output)
    _merge_rest(shards, output)


def files_of(folder: Path) -> list[str]:
    """Return the paths of the files below a folder."""
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]


# --- pages


def _homes(shards: Iterable[Shard]) -> dict[str, list[int]]:
    """Return the years in which each address that collects records has any, the newest last."""
    homes: dict[str, list[int]] = defaultdict(list)
    for shard in shards:
        for path in files_of(shard.output):
            if (key := _collector(path)) and (key.count("/") == 0 or key.partition("/")[2] in shard.terms):
                homes[key] += [shard.year] if shard.year not in homes[key] else []
    return homes


def _collector(path: str) -> str:
    """Return the address that collects records to which a page belongs: that of a term, an outlet or a view."""
    first, *rest = path.split("/")
    if not path.endswith(".html") or not rest or first in ("articles", "assets", "about", "subscribe"):
        return ""
    if first in TERMS:
        return f"{first}/{rest[0]}" if len(rest) > 1 else ""
    return first


def _place(path: str, shard: Shard, homes: Mapping[str, list[int]], output: Path) -> str:
    """Put a file where it belongs in the whole site, and return the place; nothing if it is merged or another's."""
    first, *rest = path.split("/")
    if posixpath.basename(path) in FEEDS or path in _MERGED:
        return ""
    if first == "articles" and len(rest) > 1:
        of_year = rest[0] == f"{shard.year}" if rest[0].isdigit() else rest[0] in shard.owned
        return _copy(shard, path, path, output) if of_year else ""
    if key := _collector(path):
        years = homes.get(key, [])
        if years and years[-1] != shard.year:
            return _move(shard, path, key, output) if shard.year in years else ""
        text = (shard.output / path).read_text("utf-8")
        put(output / path, _with_earlier(text, years[:-1]) if path == f"{key}/index.html" else text)
        return path
    return _copy(shard, path, path, output)  # of the later shard, where several have it


def _copy(shard: Shard, path: str, to: str, output: Path) -> str:
    (output / to).parent.mkdir(parents=True, exist_ok=True)
    (output / to).unlink(missing_ok=True)
    (output / to).hardlink_to(shard.output / path)
    return to


def _move(shard: Shard, path: str, key: str, output: Path) -> str:
    """Put a page of an earlier year one folder deeper; its links lead where they did."""
    to = f"{key}/{shard.year}/{path.removeprefix(f'{key}/')}"
    folder = posixpath.dirname(path)

    def relink(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(folder, match[2]))
        page = posixpath.splitext(target)[1] in ("", ".html")  # feeds and calendars do not move
        inside = target == key or (target.startswith(f"{key}/") and page)
        return match[0] if inside or match[2].startswith("/") else f"{match[1]}../{match[2]}"

    text = _LINK.sub(relink, (shard.output / path).read_text("utf-8"))
    text = re.sub(r'("base": |new URL\()"([./]+)"', r'\1"\2/.."', text)
    text = text.replace("</h1>", f" ({shard.year})</h1>", 1)
    put(output / to, text.replace(f"{SITE_URL}{key}/", f"{SITE_URL}{key}/{shard.year}/"))
    return to


def _with_earlier(text: str, years: list[int]) -> str:
    links = ", ".join(f'<a href="{year}/">{year}</a>' for year in reversed(years))
    return text.replace("</h1>", f"</h1>\n<p>Earlier: {links}</p>", 1) if links else text


def _merge_feeds(shards: list[Shard], output: Path) -> None:
    found = (posixpath.split(path) for shard in shards for path in files_of(shard.output))
    for folder, name in {(folder, name) for folder, name in found if name in FEEDS}:
        if not re.search(r"(^|/)archive/\d+$", folder):
            merge_feed(folder, name, [(shard.output, shard.owned) for shard in shards], output)


# --- the rest


def _merge_sitemaps(placed: Mapping[str, int], output: Path) -> None:
    """Write a sitemap for each year, as one holds 50,000 addresses at most, and sitemap.xml as their index."""
    years: dict[int, str] = defaultdict(str)
    for page, year in sorted(placed.items()):
        if posixpath.basename(page) == "index.html":
            years[year] += f"<url><loc>{SITE_URL}{page.removesuffix('index.html')}</loc></url>\n"
    for year, addresses in years.items():
        put(output / f"sitemap-{year}.xml", _XML.format("urlset", addresses))
    parts = "".join(f"<sitemap><loc>{SITE_URL}sitemap-{year}.xml</loc></sitemap>\n" for year in years)
    put(output / "sitemap.xml", _XML.format("sitemapindex", parts))


_XML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<{0} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{1}</{0}>\n'
)


def _merge_rest(shards: list[Shard], output: Path) -> None:
    put(output / _CALENDAR, _merged_calendar([(shard.output / _CALENDAR).read_bytes().decode() for shard in shards]))
    policies = [(shard.output / "_headers").read_text("utf-8") for shard in shards]
    put(output / "_headers", _merged_policy(policies, output))


def _merged_calendar(calendars: list[str]) -> str:
    events = [re.findall(r"BEGIN:VEVENT.*?END:VEVENT\r\n", text, re.DOTALL) for text in reversed(calendars)]
    head, _, rest = calendars[-1].partition("BEGIN:VEVENT")
    return head + "".join(event for several in events for event in several) + rest.rpartition("END:VEVENT\r\n")[2]


def _merged_policy(policies: list[str], output: Path) -> str:
    """Return a policy that allows the scripts of all shards, and those of pages that were moved."""
    allowed = set(re.findall(r"'sha256-[^']*'", " ".join(policies)))
    for page in output.glob("*/**/[0-9][0-9][0-9][0-9]/**/*.html"):
        for script in re.findall(r"<script>(.*?)</script>", page.read_text("utf-8"), re.DOTALL):
            allowed.add(f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'")
    return re.sub(r"'sha256-.*sha256-[^']*'", " ".join(sorted(allowed)), policies[-1])


_CALENDAR = "watch/calendar.ics"
_MERGED = ("sitemap.xml", "sitemap.xml.gz", "_headers", _CALENDAR)


def merge_ledgers(ledgers: Iterable[str], output: Path) -> str:
    """Return one ledger of what those of the shards have and the whole site has as well."""
    head, lines = "", set()
    for text in ledgers:
        head = "".join(line for line in text.splitlines(keepends=True) if line.startswith("#"))
        lines |= {line for line in text.splitlines() if line.startswith("/")}
    kept = (line for line in lines if _exists(line.partition("\t")[0].partition("#")[0], output))
    return head + "".join(f"{line}\n" for line in sorted(kept))


def _exists(address: str, output: Path) -> bool:
    return (output / address.lstrip("/") / "index.html").is_file() or (output / address.lstrip("/")).is_file()
