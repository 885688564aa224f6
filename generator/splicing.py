"""Puts words of front matter into finished pages that list a document or name it, in the place of the former ones.

Many pages do so in passing, and each says the same: a link with the title, and in a list the summary after it. Only
there words are replaced. Where the former ones stand anywhere else in a page, somebody else has to make it anew.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from generator.backlinks import first_sentence
from generator.documents import AnyDocument
from generator.lines import line
from generator.markdown import escape
from generator.settings import Kind, Settings
from generator.structured import in_script, told
from generator.wording import original

Words = tuple[str, str]  # as they were, and as they are now

_MARK = "\0"  # no page has this character (CommonMark, section 2.3), around the number of what stands there


@dataclass(frozen=True, slots=True)
class Rewording:
    """What pages say of a document of that `slug`, as HTML: its title, and what lists have of its summary.

    Of a digest there are its source, as a footnote leads to it, and its entry in JSON-LD. None of the `former` words
    may be left.
    """

    slug: str
    title: Words
    summaries: tuple[Words, ...]
    source: Words | None
    entry: Words | None
    former: frozenset[str]


def rewording(was: AnyDocument, now: AnyDocument, settings: Settings) -> Rewording | None:
    """Return what is said of a document now that its front matter has other words.

    None where there is something that pages did not say before, or do not say any more.
    """
    title, summary = (was.meta.title, now.meta.title), (was.meta.summary, now.meta.summary)
    said = [title, summary]
    if was.kind is Kind.THEME:  # of which some pages have the first sentence alone
        said.append((first_sentence(summary[0], settings.language), first_sentence(summary[1], settings.language)))
    former = [form for before, after in said if before != after for form in _forms(before)]
    source = entry = None
    if was.kind is Kind.ARTICLE:
        entry = (told(was, settings), told(now, settings))
        if was.meta.url != now.meta.url:
            if not was.meta.url or not now.meta.url:
                return None
            source = (_source(was.meta.url), _source(now.meta.url))
            former.append(source[0])
    shown, *summaries = map(_shown, said)
    return Rewording(was.slug, shown, tuple(summaries), source, entry, frozenset(former))


def _shown(words: Words) -> Words:
    before, now = words
    return line(escape(before)), line(escape(now))


def _source(url: str) -> str:
    """Return the link from a footnote to a source, whose address is not resolved on a page."""
    return line(original(url)).replace("\0L", "").replace("\0", "")


def _forms(words: str) -> Iterator[str]:
    """Yield plain words as they may stand in a page: in text, in an attribute, and in JSON-LD."""
    plain = " ".join(words.split())
    yield line(escape(plain))
    yield from (html.escape(plain), html.escape(plain, quote=False))
    yield in_script(json.dumps(plain, ensure_ascii=False)[1:-1])


def splice(page: str, found: Iterable[tuple[str, Rewording]]) -> str | None:
    """Return a page in which documents, given by the links to them, are called as they are now.

    None where that cannot be done, since their former words stand somewhere else as well.
    """
    said: list[str] = []

    def mark(words: str) -> str:
        said.append(words)
        return f"{_MARK}{len(said) - 1}{_MARK}"

    for href, words in found:
        if words.entry:
            page = page.replace(words.entry[0], mark(words.entry[1]))
        if words.source:
            note = rf'(<li id="fn:{re.escape(words.slug)}">(?:(?!</li>).)*?){re.escape(words.source[0])}'
            page = re.sub(note, rf"\g<1>{mark(words.source[1])}", page, flags=re.DOTALL)
        link = rf'(<a href="{re.escape(href)}(?:#[^"<>]*)?">){re.escape(words.title[0])}(</a>)'
        # The summary comes after that and whatever stands beside it, but for another link.
        summary = "|".join(re.escape(was) for was, _ in words.summaries)
        page = re.sub(
            rf"{link}(?:((?:(?!<a ).)*?)({summary})(?=<))?",
            partial(_reworded, mark, words.title[1], dict(words.summaries)),
            page,
            flags=re.DOTALL,
        )
        if any(form in page for form in words.former):
            return None
    parts = page.split(_MARK)
    parts[1::2] = [said[int(number)] for number in parts[1::2]]
    return "".join(parts)


def _reworded(mark: Callable[[str], str], title: str, summaries: Mapping[str, str], found: re.Match[str]) -> str:
    link, end, between, summary = found.groups()
    return f"{link}{mark(title)}{end}{between}{mark(summaries[summary])}" if summary else f"{link}{mark(title)}{end}"
