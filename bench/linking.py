"""How long names take: finding and linking them in all text, as a share of parsing that text.

python bench/linking.py [ARTICLES]
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import briefing_site
from corpus import Corpus

from generator.content.model import ReferenceKind
from generator.core.settings import Settings
from generator.linking.backlinks import collect
from generator.linking.link import link
from generator.linking.related import relate
from generator.reading.autolink import link_names
from generator.reading.frontmatter import split
from generator.reading.mentions import Finder
from generator.reading.records import parse_body
from generator.reading.sources import read


def main(articles: int) -> None:
    settings = Settings("Bench", "https://bench.example.org/", "bench.example.org,2025")
    with tempfile.TemporaryDirectory() as folder:
        briefing_site.write(Corpus(articles), Path(folder))
        start = time.process_time()
        content = read(Path(folder) / "content", settings)
    reading = time.process_time() - start
    bodies = [split(text, "").body for text in content.texts.values()]
    start = time.process_time()
    for body in bodies:
        parse_body(body, "", 1)
    parsing = time.process_time() - start
    start = time.process_time()
    finder = Finder(content.documents)
    linked = [link_names(finder, document)[0] for document in content.documents]
    naming = time.process_time() - start
    library, _ = link(content)
    start = time.process_time()
    collect(library)
    referring = time.process_time() - start
    start = time.process_time()
    dict(relate(library))
    relating = time.process_time() - start
    found = sum(ref.kind is ReferenceKind.MENTION for document in linked for ref in document.body.references)
    print(f"{articles} articles; {found} names linked; CPU seconds")
    rows = {"reading": reading, "parsing": parsing, "names": naming, "backlinks": referring, "related": relating}
    for what, seconds in rows.items():
        print(f"{what:10} {seconds:7.2f}  {seconds / parsing:6.1%} of parsing")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
