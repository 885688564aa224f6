"""Sentences with names in them, by a small grammar."""

from __future__ import annotations

import random
from collections.abc import Sequence

import vocabulary as v
from model import Cite, Ref, Term, Text


class Prose:
    """Writes about some leaders, summits and themes, in a world of `lands`.

    A leader is named in full the first time, and by the surname afterwards.
    """

    def __init__(
        self,
        leaders: Sequence[Term],
        summits: Sequence[Term],
        themes: Sequence[Term],
        lands: Sequence[str],
        chance: random.Random,
    ) -> None:
        self.leaders, self.summits, self.themes = leaders, summits, themes
        self.lands, self.chance = lands, chance
        self.named: set[str] = set()

    # --- references

    def leader(self, explicit: bool = True) -> Ref:
        return self._ref(self.chance.choice(self.leaders), explicit)

    def theme(self, explicit: bool = True) -> Ref:
        return self._ref(self.chance.choice(self.themes), explicit)

    def tags(self) -> tuple[Ref, ...]:
        """Return one or two of the themes."""
        return tuple(dict.fromkeys(self.theme() for _ in range(self.chance.choice((1, 1, 2)))))

    def _ref(self, term: Term, explicit: bool) -> Ref:
        known = term.slug in self.named or term.kind == "themes"
        self.named.add(term.slug)
        return Ref(term.kind, term.slug, term.name if known else term.title, explicit)

    def someone(self, explicit: bool) -> str | Ref:
        """Return who acts in a sentence: mostly a leader of the article, or officials, or somebody without a page."""
        roll = self.chance.random()
        if roll < 0.6:
            return self.leader(explicit)
        if roll < 0.7:
            return v.person(self.chance)[0]
        group = self.chance.choice(("officials", "negotiators", "diplomats"))
        return f"{group} from {self.chance.choice(self.lands)}"

    # --- parts of sentences

    def thing(self) -> str:
        adjective = f"{v.ADJECTIVES.draw(self.chance)} " if self.chance.random() < 0.5 else ""
        article = self.chance.choice(("the", "the", "a", "its", "this"))
        what = f"{adjective}{v.NOUNS.draw(self.chance)}"
        return f"an {what}" if article == "a" and what[0] in "aeio" else f"{article} {what}"

    def clause(self) -> str:
        placing = v.PLACING.draw(self.chance)
        return f"{self.thing()} must {v.INFINITIVES.draw(self.chance)} {self.thing()} {placing} {self.thing()}"

    def wish(self) -> str:
        first, second = v.INFINITIVES.draw(self.chance), v.INFINITIVES.draw(self.chance)
        return f"wants to {first} {self.thing()}, and not to {second} {self.thing()}."

    def question(self) -> Text:
        return (self.someone(True), f" will {v.INFINITIVES.draw(self.chance)} {self.thing()}.")

    def ending(self) -> Text:
        """Return the end of a sentence: where, on what, or when."""
        roll = self.chance.random()
        if roll < 0.3:
            return (f"{v.PLACING.draw(self.chance)} {self.thing()}",)
        if roll < 0.5:
            return ("in talks on ", self.theme(explicit=False))
        if roll < 0.65 and self.summits:
            return ("at the ", self._ref(self.chance.choice(self.summits), explicit=False))
        if roll < 0.8:
            return (f"in {v.place(self.chance)}",)
        return (v.ADVERBS.draw(self.chance),)

    # --- whole sentences

    def sentence(self, explicit: bool = False) -> Text:
        """Return a sentence of some fifteen words."""
        roll = self.chance.random()
        who = self.someone(explicit)
        if roll < 0.4:
            saying = f" {v.SAYING.draw(self.chance)} that {self.thing()} would {v.INFINITIVES.draw(self.chance)} "
            text: Text = (who, saying, self.thing(), " ", *self.ending(), ".")
        elif roll < 0.7:
            act = f" {v.VERBS.draw(self.chance)} {self.thing()} "
            after = f" {v.LINKING.draw(self.chance)} {self.thing()} {v.VERBS.draw(self.chance)} {self.thing()}."
            text = (who, act, *self.ending(), after)
        else:
            act = f"{self.thing()} {v.VERBS.draw(self.chance)} {self.thing()}, which "
            text = (act, who, f" {v.VERBS.draw(self.chance)} ", *self.ending(), ".")
        return _capitalised(text)

    def sentences(self, count: int) -> Text:
        """Return the sentences of a paragraph."""
        parts: list[str | Ref | Cite] = []
        for _ in range(count):
            parts += [*self.sentence(), " "]
        return tuple(parts[:-1])

    def plain(self, count: int) -> str:
        return in_plain_words(self.sentences(count))

    def headline(self) -> str:
        return in_plain_words((self.leader(), f" {v.VERBS.draw(self.chance)} {self.thing()} ", *self.ending()))

    def heading(self) -> str:
        return f"What {self.thing()} means"


def in_plain_words(text: Text) -> str:
    return "".join(part if isinstance(part, str) else part.text for part in text if not isinstance(part, Cite))


def _capitalised(text: Text) -> Text:
    first, *rest = text
    return (first[:1].upper() + first[1:], *rest) if isinstance(first, str) else text
