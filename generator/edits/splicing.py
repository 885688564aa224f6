"""Puts a new title, summary or source in place of the former one, in finished pages that only mention a document.

There are many such pages, and to compose each of them would take longer than all else of an edit. But all say the
same in the same form: a link with the title, in a list the summary below it, in a footnote the source. In these forms
alone words are replaced. Where the former ones are left anywhere in a page, it has to be composed after all.
`amending` asks for the words (`rewording`), `rendering` puts them into pages (`splice`).
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
from generator.composing.wording import opinion_mark, original
from generator.content.documents import AnyDocument
from generator.core.settings import Kind, Settings
from generator.linking.backlinks import first_sentence

_MARK = "\0"  # around the number of a replacement; no page has this character (CommonMark, section 2.3)
# What stands between the link to a document and the summary below it: outlet, day and kind of a digest, days or
# counts of another document. By the span that comes last, a list of digests differs from one of what refers to a
# page.
_BELOW = {
    Kind.ARTICLE: r' <span class="briefing-meta">[^<>]*<span [^<>]*>[^<>]*</span></span></p>\n<p>',
    Kind.SUMMIT: r' <span class="briefing-meta">[^<>]*</span></p>\n<p>',
    Kind.THEME: r' <span class="briefing-meta">[^<>]*</span></p>\n<p>',
}
_BESIDE = r"</strong> "  # what stands between the link to a theme and its first sentence, on the home page


@dataclass(frozen=True, slots=True)
class Replacement:
    """HTML that stands between two patterns, as it was and as it is now.

    In the pattern `before`, `{link}` stands for how a link to the document begins.
    """

    before: str
    was: str
    now: str
    after: str


@dataclass(frozen=True, slots=True)
class Rewording:
    """What is to be replaced in pages that mention a document, and the `former` words, none of which may be left."""

    replacements: tuple[Replacement, ...]
    former: frozenset[str]


def rewording(was: AnyDocument, now: AnyDocument, settings: Settings) -> Rewording | None:
    """Return what is to be replaced in pages, now that the front matter of a document has other words.

    None where pages say something that they did not say before, or no longer say something.
    """
    called = (_shown(was.meta.title), _shown(now.meta.title))
    replacements: list[Replacement] = []
    former: list[str] = []
    if was.kind in _BELOW and was.meta.summary != now.meta.summary:
        named = f"{{link}}{re.escape(called[0])}</a>"
        pairs = [(f"{named}{_BELOW[was.kind]}", was.meta.summary, now.meta.summary, "</p>")]
        if was.kind is Kind.THEME:
            one, other = (first_sentence(found.meta.summary, settings.language) for found in (was, now))
            pairs.append((f"{named}{_BESIDE}", one, other, "</li>"))
        replacements += [
            Replacement(before, _shown(one), _shown(other), after) for before, one, other, after in pairs
        ]
        former += [form for _, one, other, _ in pairs if one != other for form in _forms(one)]
    if was.meta.title != now.meta.title:  # after the summary, which is found by the former title
        # A record of a source that nobody could identify has the title for its name, with its kind.
        mark = re.escape(_shown(opinion_mark(was.meta))) if was.kind is Kind.ARTICLE else ""
        replacements.append(Replacement("{link}", *called, f"(?:{mark})?</a>"))
        former += _forms(was.meta.title)
    if was.kind is Kind.ARTICLE:
        replacements.append(Replacement("", told(was, settings), told(now, settings), ""))
        if was.meta.url != now.meta.url:
            if not was.meta.url or not now.meta.url:
                return None
            note = rf'<li id="fn:{re.escape(was.slug)}">(?:(?!</li>).)*?'
            source = (_source(was.meta.url), _source(now.meta.url))
            replacements.append(Replacement(note, *source, ""))
            former.append(source[0])
    return Rewording(tuple(one for one in replacements if one.was != one.now), frozenset(former))


def splice(page: str, found: Iterable[tuple[str, Rewording]]) -> str | None:
    """Return a page with the new words of some documents, each given with the link to it.

    None if former words are left elsewhere in the page, in another form.
    """
    said: list[str] = []
    for href, words in found:
        link = rf'<a href="{re.escape(href)}(?:#[^"<>]*)?">'
        for one in words.replacements:
            pattern = f"({one.before.replace('{link}', link)}){re.escape(one.was)}(?={one.after})"
            page = re.sub(pattern, rf"\g<1>{_MARK}{len(said)}{_MARK}", page, flags=re.DOTALL)
            said.append(one.now)
        if any(form in page for form in words.former):
            return None
    parts = page.split(_MARK)
    parts[1::2] = [said[int(number)] for number in parts[1::2]]
    return "".join(parts)


def _shown(words: str) -> str:
    """Return plain words as HTML."""
    return line(escape(words))


def _source(url: str) -> str:
    """Return the link from a footnote to a source, as it stands on a page, where its address is as it was given."""
    return line(original(url)).replace("\0L", "").replace("\0", "")


def _forms(words: str) -> Iterator[str]:
    """Yield plain words as they may stand in a page: in text, in an attribute, and in JSON-LD."""
    plain = " ".join(words.split())
    yield _shown(plain)
    yield from (html.escape(plain), html.escape(plain, quote=False))
    yield in_script(json.dumps(plain, ensure_ascii=False)[1:-1])
