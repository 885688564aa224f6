"""Puts words of front matter into finished pages that list a document or name it, in the place of the former ones.

Many pages do so in passing, and each says the same in the same form: a link with the title, in a list the summary
below it, in a footnote the source. In these forms alone words are replaced. Where the former ones are left anywhere
in a page, it is for somebody else to make it anew.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from generator.composing.lines import line
from generator.composing.markdown import escape
from generator.composing.structured import in_script, told
from generator.composing.wording import original
from generator.content.documents import AnyDocument
from generator.core.settings import Kind, Settings
from generator.linking.backlinks import first_sentence

_MARK = "\0"  # no page has this character (CommonMark, section 2.3), around the number of what stands there
# What stands between the link to a document and its summary, below it: of a digest its outlet, day and kind (what
# comes last in it keeps a list of digests apart from one of what refers to a page), of others days or counts.
_BELOW = {
    Kind.ARTICLE: r' <span class="briefing-meta">[^<>]*<span [^<>]*>[^<>]*</span></span></p>\n<p>',
    Kind.SUMMIT: r' <span class="briefing-meta">[^<>]*</span></p>\n<p>',
    Kind.THEME: r' <span class="briefing-meta">[^<>]*</span></p>\n<p>',
}
_BESIDE = r"</strong> "  # and on the home page between that to a theme and the first sentence


@dataclass(frozen=True, slots=True)
class Change:
    """Words that stand between two patterns, as they were and as they are now, in HTML."""

    before: str
    was: str
    now: str
    after: str


@dataclass(frozen=True, slots=True)
class Rewording:
    """What pages say of a document that is another thing now. Patterns have `{link}` for how a link to it begins.

    None of the `former` words may be left.
    """

    changes: tuple[Change, ...]
    former: frozenset[str]


def rewording(was: AnyDocument, now: AnyDocument, settings: Settings) -> Rewording | None:
    """Return what is said of a document now that its front matter has other words.

    None where there is something that pages did not say before, or do not say any more.
    """
    called = (_shown(was.meta.title), _shown(now.meta.title))
    changes: list[Change] = []
    former: list[str] = []
    if was.kind in _BELOW and was.meta.summary != now.meta.summary:
        named = f"{{link}}{re.escape(called[0])}</a>"
        pairs = [(f"{named}{_BELOW[was.kind]}", was.meta.summary, now.meta.summary, "</p>")]
        if was.kind is Kind.THEME:
            one, other = (first_sentence(found.meta.summary, settings.language) for found in (was, now))
            pairs.append((f"{named}{_BESIDE}", one, other, "</li>"))
        changes += [Change(before, _shown(one), _shown(other), after) for before, one, other, after in pairs]
        former += [form for _, one, other, _ in pairs if one != other for form in _forms(one)]
    if was.meta.title != now.meta.title:  # the last of these, since the others go by it
        changes.append(Change("{link}", *called, "</a>"))
        former += _forms(was.meta.title)
    if was.kind is Kind.ARTICLE:
        changes.append(Change("", told(was, settings), told(now, settings), ""))
        if was.meta.url != now.meta.url:
            if not was.meta.url or not now.meta.url:
                return None
            note = rf'<li id="fn:{re.escape(was.slug)}">(?:(?!</li>).)*?'
            source = (_source(was.meta.url), _source(now.meta.url))
            changes.append(Change(note, *source, ""))
            former.append(source[0])
    return Rewording(tuple(change for change in changes if change.was != change.now), frozenset(former))


def splice(page: str, found: Iterable[tuple[str, Rewording]]) -> str | None:
    """Return a page in which documents, given by the links to them, are called as they are now.

    None where that cannot be done, since their former words stand in another form somewhere else.
    """
    said: list[str] = []
    for href, words in found:
        link = rf'<a href="{re.escape(href)}(?:#[^"<>]*)?">'
        for change in words.changes:
            pattern = f"({change.before.replace('{link}', link)}){re.escape(change.was)}(?={change.after})"
            page = re.sub(pattern, rf"\g<1>{_MARK}{len(said)}{_MARK}", page, flags=re.DOTALL)
            said.append(change.now)
        if any(form in page for form in words.former):
            return None
    parts = page.split(_MARK)
    parts[1::2] = [said[int(number)] for number in parts[1::2]]
    return "".join(parts)


def _shown(words: str) -> str:
    """Return plain words as HTML."""
    return line(escape(words))


def _source(url: str) -> str:
    """Return the link from a footnote to a source, whose address is not resolved on a page."""
    return line(original(url)).replace("\0L", "").replace("\0", "")


def _forms(words: str) -> Iterator[str]:
    """Yield plain words as they may stand in a page: in text, in an attribute, and in JSON-LD."""
    plain = " ".join(words.split())
    yield _shown(plain)
    yield from (html.escape(plain), html.escape(plain, quote=False))
    yield in_script(json.dumps(plain, ensure_ascii=False)[1:-1])
