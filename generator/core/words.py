"""Words in messages: lists of them, and the known word that another one was meant to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str], alike: float = 0.6) -> str:
    """Return the one of `known` that is most like a word and at least so much `alike` (0 to 1), or nothing."""
    return next(iter(get_close_matches(word, sorted(known), n=1, cutoff=alike)), "")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return "did you mean `x`?" for the nearest of `known`, or nothing when none is near."""
    near = nearest(word, known)
    return f"did you mean `{near}`?" if near else ""


def listed(words: Sequence[str], joint: str) -> str:
    """Return words as a sentence lists them, with the `joint` before the last one: "summit, leader or theme"."""
    return f" {joint} ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def spellings(word: str) -> Iterator[str]:
    """Yield a word, and the word without each of its letters in turn.

    Two words that differ by a letter have one of these in common, so that looking these up takes the place of
    comparing each word with every other (symmetric deletion).
    """
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]
