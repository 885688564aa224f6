"""What the feeds of a large site cost, as a share of a clean build: `python bench/feeds.py 10000`.

Makes a site of so many digests, with a summit, leader or theme for every five of them, and builds it as `briefing
build` does. The feeds are everything from their items to the files on disk, with what preflight reads back; not what
they have from the pages, whose HTML is rendered once for both.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from generator import build, runner

SENTENCE = (
    "The two sides spoke of grain, tariffs and the price of carriage, and agreed to meet again before the winter."
)
TERMS = {"summits": 1, "leaders": 2, "themes": 2}  # of each kind, how many a digest has


def names(kind: str, count: int) -> list[str]:
    """Return the slugs of a kind: of five digests' terms, one is a summit, two are leaders and two are themes."""
    return [f"{kind[:-1]}-{number}" for number in range(max(2, count * TERMS[kind] // 25))]


def make(folder: Path, count: int) -> None:
    """Write a site of `count` digests, the same for the same number."""
    chance = random.Random(count)
    (folder / "content").mkdir(parents=True)
    (folder / "mkdocs.yml").write_text(
        "site_name: Bench\nsite_url: https://bench.example/\ndocs_dir: content\n"
        "theme: {name: material, font: false}\nnav: [index.md]\n"
        "plugins:\n  - briefing: {feed_authority: 'bench.example,2025'}\n"
    )
    write(folder / "content/outlets/paper.md", "title: The Paper\nkind: newspaper")
    extra = {"summits": "start: 2025-01-01", "leaders": "role: Minister\ncountry: Utopia", "themes": ""}
    slugs = {kind: names(kind, count) for kind in TERMS}
    for kind, found in slugs.items():
        for slug in found:
            write(folder / f"content/{kind}/{slug}.md", f"title: The {slug}\nsummary: About {slug}.\n{extra[kind]}")
    for number in range(count):
        terms = {kind: chance.sample(slugs[kind], many) for kind, many in TERMS.items()}
        day = date(2000, 1, 1) + timedelta(number)
        meta = (
            f"title: Digest {number}\noutlet: paper\npublished: {day}\nkind: news\nsummary: What was said on {day}.\n"
        )
        meta += "\n".join(f"{kind}: [{', '.join(found)}]" for kind, found in terms.items())
        write(folder / f"content/articles/digest-{number}.md", meta, body(terms))


def body(terms: dict[str, list[str]]) -> str:
    """Return the body of a digest, of the length of a real one."""
    leader, theme = terms["leaders"][0], terms["themes"][0]
    points = "\n".join(f"- {SENTENCE} #{theme}" for _ in range(6))
    said = f"> {SENTENCE}\n\n— [[{leader}]], to reporters #{theme}"
    return (
        f"{SENTENCE} {SENTENCE}\n\n## Key points\n{points}\n\n## Statements\n{said}\n\n## Key figures\n- **61** tons."
    )


def write(path: Path, meta: str, text: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\n{meta.strip()}\n---\n\n{text}\n", "utf-8")


def measure(folder: Path) -> tuple[float, float, int, int]:
    """Return the seconds of a clean build and of its feeds, the number of files that are feeds, and their bytes."""
    compose, found, spent = build._feeds, [], 0.0

    def timed(*given):
        nonlocal spent
        begun = time.perf_counter()
        found.extend(compose(*given))
        for at, file in enumerate(found):
            (folder / "written" / str(at)).write_bytes(file.content)
        spent = time.perf_counter() - begun
        return found

    (folder / "written").mkdir()
    build._feeds = timed
    begun = time.perf_counter()
    runner.build_site(runner.load(str(folder / "mkdocs.yml")))
    return time.perf_counter() - begun, spent, len(found), sum(len(file.content) for file in found)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        site = Path(temporary) / "site"
        make(site, int(sys.argv[1]))
        whole, feeds, files, size = measure(site)
    print(
        f"{sys.argv[1]} digests: {files} files of feeds, {size / 1e6:.0f} MB, in {feeds:.1f} s of {whole:.1f} s:",
        end=" ",
    )
    print(f"{feeds / whole:.1%} of a clean build")
