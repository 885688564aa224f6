"""What the feeds of a large site cost, as a share of a clean build: `python bench/feeds.py 10000`.

Makes a site of so many digests, and builds it as `briefing build` does. The feeds are everything from their items to
the files on disk, with what preflight reads back; not what they have from the pages, whose HTML is rendered once for
both.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import briefing_site
from corpus import Corpus

from generator import build
from generator.commands import runner


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
        briefing_site.write(Corpus(int(sys.argv[1])), site)
        whole, feeds, files, size = measure(site)
    print(
        f"{sys.argv[1]} digests: {files} files of feeds, {size / 1e6:.0f} MB, in {feeds:.1f} s of {whole:.1f} s:",
        end=" ",
    )
    print(f"{feeds / whole:.1%} of a clean build")
