"""Measurements: kept from one run to the next, and written as tables of Markdown, with what follows from them."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from math import log
from pathlib import Path

from writing import ROOT

HERE = ROOT / ".bench"  # where sites are built, and measurements kept
DOCUMENT = ROOT / "docs/performance.md"
CLEAN, EDIT, NOTHING = "clean", "edit", "nothing"
FIRST = "briefing"  # the peer that ratios refer to


@dataclass(frozen=True)
class Measurement:
    """What a build of a peer has used and made; seconds and bytes. `problem` says why there is none.

    `rebuilds` tells whether the peer knows another way to rebuild than a clean build.
    """

    peer: str
    title: str
    version: str
    articles: int
    scenario: str
    day: str
    rebuilds: bool = True
    wall: float = 0.0
    cpu: float = 0.0
    largest: int = 0
    together: int = 0
    files: int = 0
    size: int = 0
    problem: str = ""


class Results:
    """The measurements of this machine, in a file; a later one takes the place of an earlier one.

    `order` is the one in which tables have the peers.
    """

    def __init__(self, path: Path, order: Sequence[str]) -> None:
        self.path, self.order, self.found = path, list(order), []
        stored = json.loads(path.read_text("utf-8")) if path.is_file() else {}
        if stored.get("machine") == machine():
            self.found = [Measurement(**one) for one in stored["measurements"]]

    def add(self, new: Measurement) -> None:
        def key(one: Measurement) -> tuple[str, int, str]:
            return one.peer, one.articles, one.scenario

        self.found = [*(one for one in self.found if key(one) != key(new)), new]
        self.path.parent.mkdir(parents=True, exist_ok=True)
        stored = {"machine": machine(), "measurements": [asdict(one) for one in self.found]}
        self.path.write_text(json.dumps(stored, indent=1), "utf-8")

    def of(self, scenario: str, articles: int | None = None) -> list[Measurement]:
        found = (one for one in self.found if one.scenario == scenario and articles in (None, one.articles))
        return sorted(found, key=lambda one: self.order.index(one.peer))

    @property
    def sizes(self) -> list[int]:
        return sorted({one.articles for one in self.found})


def machine() -> str:
    """Return what the measurements were made on, in a sentence."""
    info = Path("/proc/cpuinfo")
    text = info.read_text() if info.is_file() else ""
    model = re.search(r"model name\s*: (.*)", text)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    system = f"{platform.system()} {platform.release().partition('-')[0]}"
    return (
        f"{model[1] if model else platform.processor()}, {cores} cores, {memory:.0f} GiB of memory; {system},"
        f" Python {platform.python_version()}"
    )


def today() -> str:
    return f"{date.today()}"


def arguments(about: str) -> argparse.ArgumentParser:
    """Return what can be told a benchmark that builds one corpus and has its table in the document."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    parser.add_argument("--work", type=Path, default=HERE, help="where sites are built")
    return parser


# --- tables


def parts(results: Results) -> dict[str, str]:
    """Return all tables by their names."""
    return {"comparison": comparison(results), "rebuilds": rebuilds(results), "growth": growth(results)}


def comparison(results: Results) -> str:
    """Return a table for each size that several peers have built."""
    found = [_from(results.of(CLEAN))]
    for size in results.sizes:
        rows = results.of(CLEAN, size)
        if len(rows) > 1:
            base = next((row for row in rows if row.peer == FIRST and not row.problem), None)
            found.append(f"### {size:,} articles\n\n{table(_CLEAN, [_clean_row(row, base) for row in rows])}")
    return "\n\n".join(found)


_CLEAN = ("", "wall, s", "ratio", "CPU, s", "ratio", "memory, MB", "ratio", "all processes, MB", "files", "MB")


def _clean_row(row: Measurement, base: Measurement | None) -> list[str]:
    if row.problem:
        return [f"{row.title} {row.version}", row.problem, *[""] * (len(_CLEAN) - 2)]

    def ratio(of: Callable[[Measurement], float]) -> str:
        return _number(of(row) / of(base)) if base and of(base) else ""

    return [
        f"{row.title} {row.version}",
        _number(row.wall),
        ratio(lambda one: one.wall),
        _number(row.cpu),
        ratio(lambda one: one.cpu),
        f"{row.largest / 1e6:,.0f}",
        ratio(lambda one: one.largest),
        f"{row.together / 1e6:,.0f}",
        f"{row.files:,}",
        f"{row.size / 1e6:,.0f}",
    ]


def rebuilds(results: Results) -> str:
    """Return a table of CPU seconds after an edit and with nothing changed, beside those of a clean build."""
    edited = results.of(EDIT)
    sizes = sorted({row.articles for row in edited})
    header = ["CPU, s"]
    for size in sizes:
        header += [f"{size:,}: clean", "one edit", "nothing"]
    titles = dict.fromkeys((row.peer, row.title, row.rebuilds) for row in results.of(CLEAN) if row.articles in sizes)
    rows = [[title, *_rebuilt(results, peer, sizes, again)] for peer, title, again in titles]
    return f"{_from(edited)}\n\n{table(header, rows)}"


def _rebuilt(results: Results, peer: str, sizes: Iterable[int], again: bool) -> Iterator[str]:
    for size in sizes:
        for scenario in (CLEAN, EDIT, NOTHING):
            row = next((one for one in results.of(scenario, size) if one.peer == peer), None)
            missing = "" if again or scenario == CLEAN else "as clean"
            yield missing if row is None else row.problem or _number(row.cpu)


def growth(results: Results) -> str:
    """Return the exponents of what a clean build uses and makes, as a power of the number of articles."""
    header = ("", "articles", "wall", "CPU", "memory", "bytes")
    rows = []
    for title in dict.fromkeys(row.title for row in results.of(CLEAN)):
        found = sorted(
            (row for row in results.of(CLEAN) if row.title == title and not row.problem), key=lambda row: row.articles
        )
        if len(found) > 2:
            several = [[row.wall for row in found], [row.cpu for row in found]]
            several += [[row.together for row in found], [row.size for row in found]]
            sizes = [row.articles for row in found]
            exponents = (f"{exponent(sizes, values):.2f}" for values in several)
            rows.append([title, ", ".join(f"{size:,}" for size in sizes), *exponents])
    return f"{_from(results.of(CLEAN))}\n\n{table(header, rows)}"


def exponent(sizes: Sequence[float], values: Sequence[float]) -> float:
    """Return b of the line log(value) = a + b log(size) with the least squares."""
    x, y = [log(size) for size in sizes], [log(max(value, 1e-9)) for value in values]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    across = sum((a - mean_x) ** 2 for a in x)
    return sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / across


def _from(rows: Sequence[Measurement]) -> str:
    days = sorted({row.day for row in rows}) or [today()]
    when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    return f"{when}; {machine()}."


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def table(header: Sequence[str], rows: Iterable[Sequence[str]], words: bool = False) -> str:
    """Return a table of Markdown; all columns but the first have numbers, unless they have `words`."""
    line = "|".join(["---", *["---" if words else "--:"] * (len(header) - 1)])
    return "\n".join([f"| {' | '.join(header)} |", f"|{line}|", *(f"| {' | '.join(row)} |" for row in rows)])


def publish(parts: dict[str, str], write: bool, document: Path = DOCUMENT) -> None:
    """Print tables, and if asked `write` each into the document, replacing the one between its two markers.

    Raises ValueError where the document lacks the markers.
    """
    print("\n\n".join(parts.values()))
    if not write:
        return
    text = document.read_text("utf-8")
    for name, part in parts.items():
        begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        if not 0 <= text.find(begin) < text.find(end):
            raise ValueError(f"{document} has no part between {begin} and {end}")
        head, tail = text[: text.find(begin)], text[text.find(end) :]
        text = f"{head}{begin}\n{part}\n{tail}"
    document.write_text(text, "utf-8", newline="\n")
