"""Builds the same material with Briefing and with others, side by side, checks what each has made, and measures it.

    python bench/run.py [--sizes 500,2000,10000] [--peers briefing,hugo] [--clean-only] [--write]

What is measured is kept in .bench/, and printed as tables; with `--write` also put into docs/performance.md. Exit
code: 1 if a generator did not make what it claims.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import results
from checking import failures
from corpus import Corpus
from measuring import Failed, Usage, size_of
from peers import Missing, Peer, briefing, eleventy, hugo, material, pelican
from results import CLEAN, EDIT, HERE, NOTHING, Measurement, Results
from writing import EDITED, edit

PEERS: dict[str, type[Peer]] = {
    kind.name: kind
    for kind in (
        briefing.Briefing,
        briefing.Everything,
        hugo.Bare,
        hugo.Themed,
        eleventy.Eleventy,
        pelican.Pelican,
        pelican.Related,
        material.Material,
    )
}


class Bench:
    """Builds a corpus with one peer in a folder."""

    def __init__(self, peer: Peer, corpus: Corpus, folder: Path) -> None:
        self.peer, self.corpus, self.folder = peer, corpus, folder
        self.blank = Measurement(peer.name, peer.title, "", corpus.size, CLEAN, results.today(), bool(peer.mode))

    def measure(self, clean_only: bool) -> Iterator[Measurement]:
        """Yield what a clean build uses, one after an edit, and one with nothing changed. A problem is the last."""
        builds = {CLEAN: self._clean, EDIT: self._edit, NOTHING: lambda: self.peer.unchanged(self.folder)}
        only = clean_only or not self.peer.mode
        try:
            for scenario in (CLEAN,) if only else builds:
                self.blank = replace(self.blank, scenario=scenario)
                yield self._checked(builds[scenario]())
        except (Missing, Failed) as error:
            yield replace(self.blank, problem=type(error).__name__.lower())
            print(
                f"{self.peer.title}, {self.corpus.size:,} articles, {self.blank.scenario}: {error}", file=sys.stderr
            )

    def _clean(self) -> Usage:
        self.blank = replace(self.blank, version=self.peer.install())
        shutil.rmtree(self.folder, ignore_errors=True)
        self.peer.write(self.corpus, self.folder)
        return self.peer.build(self.folder)

    def _edit(self) -> Usage:
        self.peer.prepare(self.folder)
        article = self.corpus.articles[self.corpus.size // 2]
        page = f"{self.peer.output}/{self.peer.claims(self.corpus).articles[article.slug]}"
        used = self.peer.rebuild(self.folder, lambda: edit(self.folder / self.peer.source(article)), page)
        if EDITED not in (self.folder / page).read_text("utf-8"):
            raise Failed(f"{page} does not show the edit")
        return used

    def _checked(self, used: Usage) -> Measurement:
        """Return a measurement of what was made. Raises Failed where that is not what the peer claims to make."""
        output = self.folder / self.peer.output
        if wrong := failures(self.peer.claims(self.corpus), self.corpus, output):
            raise Failed("\n".join(wrong[:10]))
        files, size = size_of(output)
        return replace(self.blank, **asdict(used), files=files, size=size)


def main() -> int:
    given, bad = _arguments(), False
    store = Results(given.results, list(PEERS))
    for size in given.sizes:
        corpus = Corpus(size)
        for name in given.peers:
            folder = given.work / f"{name}-{size}"
            for found in Bench(PEERS[name](HERE), corpus, folder).measure(given.clean_only):
                store.add(found)
                _tell(found)
                bad |= found.problem == "failed"
            shutil.rmtree(folder, ignore_errors=True)
    results.publish(results.parts(store) | {"peers": _peers_table()}, given.write)
    return int(bad)


def _tell(found: Measurement) -> None:
    outcome = found.problem or f"{found.wall:.1f} s, {found.cpu:.1f} s of CPU, {found.together / 1e6:,.0f} MB"
    print(f"{found.title}, {found.articles:,} articles, {found.scenario}: {outcome}", file=sys.stderr, flush=True)


def _peers_table() -> str:
    rows = ([kind.title, kind.makes, kind.mode or "as a clean build"] for kind in PEERS.values())
    return results.table(("", "makes", "rebuilds by"), rows, words=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=_numbers, default=[500, 2000, 10_000], help="numbers of articles")
    parser.add_argument("--peers", type=_names, default=list(PEERS), help=f"of {', '.join(PEERS)}")
    parser.add_argument("--clean-only", action="store_true", help="no rebuilds")
    parser.add_argument("--work", type=Path, default=HERE / "work", help="where sites are built")
    parser.add_argument("--results", type=Path, default=HERE / "results.json", help="where measurements are kept")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    return parser.parse_args()


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def _names(text: str) -> list[str]:
    if unknown := set(names := text.split(",")) - set(PEERS):
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: choose of {', '.join(PEERS)}")
    return names


if __name__ == "__main__":
    sys.exit(main())
