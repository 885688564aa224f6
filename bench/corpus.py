"""A made-up site of any size as plain values: what every benchmark builds, whichever generator it measures.

The same seed and number of articles give the same values on every machine. Numbers follow what was counted in real
digests: three or four leaders in an article, words and leaders and themes by Zipf's law, records of each kind, a
reference in every second sentence, two citations in three articles, three years of dates.
"""

from __future__ import annotations

import random
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property
from math import sqrt

import vocabulary as v
from bodies import Body
from model import Article, Cite, Outlet, Record, Section, Term
from prose import Prose

SEED = 2026
FIRST_DAY, DAYS = date(2023, 1, 1), 3 * 365


class Corpus:
    """So many articles, with the leaders, summits, themes and outlets that a site of their number has."""

    def __init__(self, articles: int, seed: int = SEED) -> None:
        self.seed, self.size = seed, articles
        chance = random.Random(f"{seed} terms")
        names = v.Distinct()
        self.lands = _several(names, lambda: v.land(chance), 60)
        self.outlets = [self._outlet(chance, names) for _ in range(max(3, min(24, articles // 4)))]
        # 500 leaders, 200 summits, 60 themes at 10,000 articles; a site of four times as many has twice as many.
        self.themes = _several(names, lambda: _theme(chance), max(6, round(0.6 * sqrt(articles))), _title)
        self.leaders = _several(names, lambda: self._leader(chance), max(10, round(5 * sqrt(articles))), _title)
        self.by_frequency = {
            "leaders": v.Zipf(len(self.leaders)),
            "themes": v.Zipf(len(self.themes)),
            "outlets": v.Zipf(len(self.outlets)),
        }
        count = max(4, round(2 * sqrt(articles)))
        days = iter(sorted(FIRST_DAY + timedelta(chance.randrange(DAYS)) for _ in range(count)))
        self.summits = [self._summit(chance, names, day) for day in days]
        self.summit_days = [summit.day for summit in self.summits]
        self.articles = [self._article(number) for number in range(articles)]

    # --- terms

    def _outlet(self, chance: random.Random, names: v.Distinct) -> Outlet:
        title = _several(names, lambda: f"The {v.place(chance)} {chance.choice(v.PRESS)}", 1)[0]
        kind = chance.choice(("agency", "broadcaster", "newspaper", "newspaper", "magazine", "website"))
        return Outlet(slug(title), title, kind, chance.choice(self.lands))

    def _leader(self, chance: random.Random) -> Term:
        (full, surname), office, country = v.person(chance), v.OFFICES.draw(chance), chance.choice(self.lands)
        filed = full if full.startswith(surname) else f"{surname}, {full.removesuffix(surname).strip()}"
        facts = {"role": office, "country": country, "sort_name": f'"{filed}"'}
        return Term(
            "leaders", slug(full), full, surname, f"{office} of {country}, and what was heard of {full}.", facts
        )

    def _summit(self, chance: random.Random, names: v.Distinct, day: date) -> Term:
        def make() -> tuple[str, str]:
            body = f"{chance.choice(v.STEMS)}{chance.choice(('ian', 'ic', 'an'))} {chance.choice(v.BODIES)}"
            return body, v.place(chance)

        body, city = _several(names, make, 1, lambda made: f"{made[1]} summit")[0]
        title = f"Summit of the {body} in {city}"
        members = v.pick(chance, self.by_frequency["leaders"], chance.randint(3, 14))
        facts = {
            "start": f"{day}",
            "end": f"{day + timedelta(chance.randrange(3))}",
            "city": city,
            "country": chance.choice(self.lands),
            "status": "held",
            "coordinates": f"[{chance.uniform(-50, 65):.2f}, {chance.uniform(-120, 150):.2f}]",
            "host": self.leaders[members[0]].slug,
        }
        subjects = v.pick(chance, self.by_frequency["themes"], 3)
        name, summary = f"{city} summit", f"The {city} summit of the {body}: what was said there and what was agreed."
        return Term("summits", slug(title), title, name, summary, facts, tuple(members), tuple(subjects), day)

    # --- articles

    def _article(self, number: int) -> Article:
        chance = random.Random(f"{self.seed} article {number}")
        day = FIRST_DAY + timedelta(number * DAYS // self.size)
        near = self._near(chance, day)
        among = [member for summit in near for member in self.summits[summit].members]
        subjects = [subject for summit in near for subject in self.summits[summit].subjects]
        leaders = v.pick(chance, self.by_frequency["leaders"], chance.choice((2, 3, 3, 4, 4, 5)), among)
        themes = v.pick(chance, self.by_frequency["themes"], chance.choice((1, 2, 2, 3)), subjects)
        # Each has an article of its own, however seldom it is drawn.
        leaders += [number] if number < len(self.leaders) and number not in leaders else []
        themes += [number] if number < len(self.themes) and number not in themes else []
        near += [number] if number < len(self.summits) and number not in near else []
        terms = {
            "leaders": tuple(self.leaders[n] for n in leaders),
            "summits": tuple(self.summits[n] for n in near),
            "themes": tuple(self.themes[n] for n in themes),
        }
        write = Prose(**terms, lands=self.lands, chance=chance)
        title = write.headline()
        authors = tuple(v.person(chance)[0] for _ in range(chance.choice((0, 1, 1, 2))))
        kind = chance.choices(("news", "analysis", "explainer", "opinion"), (70, 15, 8, 7))[0]
        return Article(
            number=number,
            slug=f"{slug(title)[:60].rstrip('-')}-{number}",
            title=title,
            summary=write.plain(2),
            outlet=self.outlets[number if number < len(self.outlets) else self.by_frequency["outlets"].draw(chance)],
            published=day,
            kind=kind,
            authors=authors,
            **terms,
        )

    def _near(self, chance: random.Random, day: date) -> list[int]:
        """Return the number of a summit of these weeks, for three articles in four."""
        days = self.summit_days
        first, end = bisect_left(days, day - timedelta(21)), bisect_left(days, day + timedelta(22))
        return [chance.randrange(first, end)] if first < end and chance.random() < 0.75 else []

    def terms(self) -> Iterator[Term]:
        yield from (*self.leaders, *self.summits, *self.themes)

    @cached_property
    def articles_of(self) -> dict[str, list[Article]]:
        """Return the articles that are about each term, by the slug of the term, the oldest first."""
        found: dict[str, list[Article]] = defaultdict(list)
        for article in self.articles:
            for term in article.terms:
                found[term.slug].append(article)
        return found

    def body(self, article: Article) -> tuple[Section, ...]:
        """Return what an article says, of some 450 words."""
        chance = random.Random(f"{self.seed} body {article.number}")
        return Body(article, self.articles, self._prose(article, chance), chance).sections()

    def about(self, term: Term) -> tuple[Section, ...]:
        """Return what the page of a term says in its own words: a paragraph, with its source."""
        source = self.articles_of[term.slug][0]
        chance = random.Random(f"{self.seed} about {term.slug}")
        write = self._prose(source, chance)
        paragraphs = tuple(Record((*write.sentences(3), " ", Cite(source.slug))) for _ in range(2))
        return (Section("State of play", "prose", paragraphs),)

    def _prose(self, article: Article, chance: random.Random) -> Prose:
        return Prose(article.leaders, article.summits, article.themes, self.lands, chance)


def slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("ı", "i")).encode("ascii", "ignore").decode().lower()
    return "-".join("".join(c if c.isalnum() else " " for c in plain).split())


def _theme(chance: random.Random) -> Term:
    title = f"{chance.choice(v.QUALITIES.words)} {chance.choice(v.MATTERS.words)}".capitalize()
    return Term("themes", slug(title), title, title.lower(), f"What was said of {title.lower()}, and by whom.", {})


def _title(term: Term) -> str:
    return term.title


def _several(names: v.Distinct, make, count: int, name_of=str) -> list:
    """Return so many different things that `make` gives, by their names."""
    found = []
    while len(found) < count:
        made = make()
        if names.take(name_of(made)):
            found.append(made)
    return found
