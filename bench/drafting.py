"""How often a draft is right, against the digests that an editor has made of the same texts.

    python bench/drafting.py FILE SLUG... --starts 1,21,52 [--content content]

FILE holds the source texts, each SLUG is the digest of one of them, in the order of the file; `--starts` has the
first line of each.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from generator.authoring import days
from generator.authoring.findings import Findings, find
from generator.authoring.segments import Segment, segments
from generator.content.documents import Article
from generator.content.model import Figure, Statement
from generator.content.names import fold
from generator.core.settings import Settings
from generator.linking.library import Library
from generator.linking.link import link
from generator.reading.mentions import Finder
from generator.reading.sources import read


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("slugs", nargs="+")
    parser.add_argument("--starts", type=lambda text: [int(number) for number in text.split(",")], required=True)
    parser.add_argument("--content", type=Path, default=Path("content"))
    given = parser.parse_args()
    content = read(given.content, Settings("", "", ""))
    library, _ = link(content)
    finder = Finder(content.documents)
    text, starts = given.file.read_text("utf-8"), given.starts
    found = segments(text)
    right = {segment.first_line for segment in found} & set(starts)
    print(f"boundaries: {len(right)} of {len(starts)} found, {len(found) - len(right)} that are none")
    tally: dict[str, list[int]] = {}
    lines = text.splitlines()
    for slug, start, end in zip(given.slugs, starts, [*starts[1:], len(lines) + 1], strict=True):
        segment = Segment(start, tuple(lines[start - 1 : end - 1]), 0, ())
        findings = find(segment.lines, start, finder, content.documents)
        for what, good, of in compare(findings, library.documents[slug], library):
            tally.setdefault(what, [0, 0])
            tally[what][0] += good
            tally[what][1] += of
    for what, (good, of) in tally.items():
        print(f"{what}: {good} of {of}")


def compare(found: Findings, article: Article, library: Library) -> list[tuple[str, int, int]]:
    meta = article.meta
    outlet = library.find(meta.outlet).meta
    names = [fold(name) for name in (outlet.title, *outlet.aliases)]
    rows = []
    if meta.published.text.count("-") == 2 and "~" not in meta.published.text and "/" not in meta.published.text:
        rows.append(
            ("date, where the text has one", bool(found.published and found.published.text == meta.published.text), 1)
        )
    else:
        rows.append(("no exact date where the text has none", not (found.published and found.published.sure), 1))
    if outlet.kind.value != "unknown":
        rows.append(("outlet, where the text has one", bool(found.outlet and fold(found.outlet.text) in names), 1))
    slugs = {document.slug for document in found.documents}
    rows.append(("leaders that the digest lists", sum(slug in slugs for slug in meta.leaders), len(meta.leaders)))
    for record in article.body.records:
        if isinstance(record, Statement):
            rows += statement(record, found, library)
        elif isinstance(record, Figure):
            digits = set(re.findall(r"\d[\d.,]*\d|\d", days.hidden(record.text.source.split("**")[1])))
            digits = {number for number in digits if not re.fullmatch(r"(?:19|20)\d\d", number)}
            if digits:
                known = {d for figure, _ in found.figures for d in re.findall(r"\d[\d.,]*\d|\d", figure)}
                rows.append(("figures, but for dates", bool(digits & known), 1))
    return rows


def statement(record: Statement, found: Findings, library: Library) -> list[tuple[str, int, int]]:
    words = fold(record.quote.source)
    same = [q for q in found.quotations if words[:40] in fold(q.words) or fold(q.words)[:40] in words]
    rows = [("quotations", bool(same), 1)]
    if same and same[0].speaker:
        who = library.find(record.speaker).meta.title if record.speaker else record.text.source
        last = fold(same[0].speaker.text).split()[-1]
        sure = "sure" if same[0].speaker.sure else "unsure"
        rows.append((f"speakers, called {sure}", last in fold(who), 1))
    return rows


if __name__ == "__main__":
    main()
