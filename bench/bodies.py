"""What made-up articles say: sections of prose and of records, as docs/content.md has them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import vocabulary as v
from model import Article, Cite, Record, Section
from prose import Prose


class Body:
    """Writes the body of one of a site's articles."""

    def __init__(self, article: Article, articles: Sequence[Article], write: Prose, chance: random.Random) -> None:
        self.article, self.articles, self.write, self.chance = article, articles, write, chance

    def sections(self) -> tuple[Section, ...]:
        return tuple(section for section in self._sections() if section.records)

    def _sections(self) -> Iterator[Section]:
        yield self._several("Key points", "point", self._point, 3, 5)
        yield self._several("About this text", "prose", self._paragraph, 1, 1)
        yield self._several("Timeline", "event", self._event, 1, 3)
        yield self._several("Statements", "statement", self._statement, 1, 3)
        yield self._several("Key figures", "figure", self._figure, 1, 3)
        yield self._several("Positions", "position", self._position, 1, 3)
        yield self._several(self.write.heading(), "prose", self._paragraph, 2, 3)
        yield self._several("Outcomes", "point", self._point, 0, 2)
        yield self._several("What to watch", "watch", self._watch, 0, 2)
        yield self._several("Sources differ", "difference", self._difference, 0, 1)

    def _several(self, heading: str, kind: str, make: Callable[[], Record], low: int, high: int) -> Section:
        return Section(heading, kind, tuple(make() for _ in range(self.chance.randint(low, high))))

    def _paragraph(self) -> Record:
        return Record(self.write.sentences(self.chance.randint(3, 5)))

    def _point(self) -> Record:
        return Record(self.write.sentence(explicit=True), tags=self.write.tags())

    def _event(self) -> Record:
        day = self.article.published - timedelta(self.chance.choice((0, 0, 1, 1, 2, 7, 30, 200)))
        return Record(self.write.sentence(explicit=True), lead=f"{day}", tags=self.write.tags())

    def _statement(self) -> Record:
        note = f"speaking in {v.place(self.chance)}, {self.article.published}"
        return Record((self.write.clause(),), who=self.write.leader(), note=(note,), tags=self.write.tags())

    def _figure(self) -> Record:
        number = self.chance.choice((self.chance.randint(2, 99), self.chance.randint(100, 9000)))
        text = ("for ", self.write.thing(), " ", *self.write.ending())
        return Record(text, lead=f"{number} {v.UNITS.draw(self.chance)}", tags=self.write.tags())

    def _position(self) -> Record:
        return Record((self.write.wish(),), who=self.write.leader(), tags=(self.write.theme(),))

    def _watch(self) -> Record:
        day = self.article.published + timedelta(self.chance.randint(1, 90))
        lead = f"{day}" if self.chance.random() < 0.5 else ""
        return Record(("Whether ", *self.write.question()), lead=lead, tags=self.write.tags())

    def _difference(self) -> Record:
        other = self.articles[max(0, self.article.number - self.chance.randint(1, 200))]
        cite = Cite(other.slug)
        return Record(("This text has ", self.write.thing(), "; another has ", self.write.thing(), " ", cite, "."))
