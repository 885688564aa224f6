"""What a page is about, for programs: JSON-LD in the terms of schema.org."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Any

from generator.composing.markdown import plain
from generator.composing.sections import MOST
from generator.content.documents import AnyDocument, Article, Summit
from generator.content.meta import ArticleKind, OutletKind, SummitStatus
from generator.content.model import Statement
from generator.core import urls
from generator.core.dates import Date
from generator.core.settings import Kind, Settings
from generator.linking.library import Appearance, Library, changed

Node = dict[str, Any]
_QUOTED = 50  # quotations of a page that are described

# The type of the source of a digest. The digest itself is a report on that.
_SOURCES = {
    ArticleKind.NEWS: "ReportageNewsArticle",
    ArticleKind.EXPLAINER: "BackgroundNewsArticle",
    ArticleKind.ANALYSIS: "AnalysisNewsArticle",
    ArticleKind.OPINION: "OpinionNewsArticle",
    ArticleKind.DOCUMENT: "Report",
}
_STATUS = {SummitStatus.CANCELLED: "EventCancelled"}


def describe(document: AnyDocument, library: Library, settings: Settings) -> str:
    """Return JSON-LD for the page of a document, safe within a `script` element of HTML."""
    return _Writer(library, settings).page(document)


def describe_site(settings: Settings) -> str:
    """Return JSON-LD for the home page."""
    about = {"description": settings.site_description} if settings.site_description else {}
    node = {"@type": "WebSite", "@id": f"{settings.site_url}#site", "name": settings.site_name, **about}
    return _graph([_json(node | {"url": settings.site_url, "inLanguage": settings.language})])


def told(digest: Article, settings: Settings) -> str:
    """Return the node for a digest on the page of a document that it is about, as JSON."""
    return _json(_headline(digest, settings))


def _headline(digest: Article, settings: Settings) -> Node:
    address = urls.permalink(digest.path, settings)
    return {"@type": "NewsArticle", "@id": address, "headline": digest.meta.title}


class _Writer:
    """Writes the nodes of one page."""

    def __init__(self, library: Library, settings: Settings) -> None:
        self.library = library
        self.settings = settings

    def page(self, document: AnyDocument) -> str:
        writers: dict[Kind, Callable[[AnyDocument], Node]] = {
            Kind.ARTICLE: self.article,
            Kind.SUMMIT: self.summit,
            Kind.LEADER: self.leader,
            Kind.THEME: self.theme,
            Kind.OUTLET: self.outlet,
        }
        node = writers[document.kind](document) | self.corrections(document)
        return _graph([_json(node), *self.quotations(document), _json(self.trail(document))])

    # --- what there is

    def article(self, article: Article) -> Node:
        meta = article.meta
        cited = dict.fromkeys(slug for head in article.body.outline.heads() for slug in head.citations)
        others = [self.source(self.library.find(slug)) for slug in cited if self.library.slug(slug) != article.slug]
        return _filled(
            {
                "@type": "NewsArticle",
                "@id": self.address(article),
                "url": self.address(article),
                "headline": meta.title,
                "description": meta.summary,
                "datePublished": str(meta.day),
                "dateModified": str(changed(article)),
                "inLanguage": self.settings.language,
                "isBasedOn": self.source(article),
                "citation": others,
                "about": [self.thing(found) for found in self.library.filed_under(article)],
                "publisher": {
                    "@type": "Organization",
                    "name": self.settings.site_name,
                    "url": self.settings.site_url,
                },
            }
        )

    def source(self, article: Article) -> Node:
        """Return the source of a digest: where and when it was published. Its own title is not on file."""
        meta, outlet = article.meta, self.library.find(article.meta.outlet)
        named = outlet.meta.kind is not OutletKind.UNKNOWN
        return _filled(
            {
                "@type": _SOURCES[meta.kind],
                "url": meta.url,
                "datePublished": _iso(meta.published),
                "author": [{"@type": "Person", "name": name} for name in meta.authors],
                "publisher": {"@type": "NewsMediaOrganization", "name": outlet.meta.title} if named else None,
                "mainEntityOfPage": self.address(article),
            }
        )

    def summit(self, summit: Summit) -> Node:
        meta = summit.meta
        host = self.library.get(meta.host)
        place = _filled({"@type": "PostalAddress", "addressLocality": meta.city, "addressCountry": meta.country})
        at = _filled(
            {
                "@type": "Place",
                "name": meta.venue or meta.city or meta.country,
                "address": place if len(place) > 1 else None,
                "geo": meta.coordinates
                and {"@type": "GeoCoordinates", "latitude": meta.coordinates[0], "longitude": meta.coordinates[1]},
            }
        )
        return _filled(
            {
                **self.thing(summit),
                "description": meta.summary,
                "startDate": _iso(meta.start),
                "endDate": _iso(meta.end) or _iso(meta.start, last=True),
                "eventStatus": f"https://schema.org/{_STATUS.get(meta.status, 'EventScheduled')}",
                "location": at if len(at) > 1 else None,
                "organizer": self.actor(host) if host else meta.host and {"@type": "Organization", "name": meta.host},
                "attendee": [self.thing(leader) for leader in self.library.each(p.leader for p in meta.present)],
                "superEvent": self.thing(self.library.find(meta.part_of)) if meta.part_of else None,
                "subEvent": [self.thing(part) for part in self.library.parts.get(summit.slug, ())],
                "subjectOf": self.digests(summit),
            }
        )

    def leader(self, leader: AnyDocument) -> Node:
        meta = leader.meta
        return _filled(
            {
                **self.thing(leader),
                "alternateName": list(meta.aliases),
                "description": meta.summary,
                "jobTitle": meta.role,
                "affiliation": {"@type": "Organization", "name": meta.organisation} if meta.organisation else None,
                "subjectOf": self.digests(leader),
            }
        )

    def theme(self, theme: AnyDocument) -> Node:
        names = list(theme.meta.aliases)
        about = {"alternateName": names, "description": theme.meta.summary, "subjectOf": self.digests(theme)}
        return _filled({**self.thing(theme), **about})

    def outlet(self, outlet: AnyDocument) -> Node:
        about = {"alternateName": list(outlet.meta.aliases), "sameAs": outlet.meta.url}
        return _filled({**self.thing(outlet), **about})

    # --- what is in it

    def quotations(self, document: AnyDocument) -> Iterator[str]:
        """Yield the statements on the page of a document, its own first, each with its speaker, as JSON."""
        collected = (a for a in self.library.records.get(document.slug, ()) if a.origin is not document)
        every = chain(self.library.own_records[document.slug], collected)
        statements = (a for a in every if a.head.type is Statement)
        known = self.library.of_records[f"quotation {self.settings.site_url} {self.settings.directory_urls}"]
        for appearance in islice(statements, _QUOTED):
            if appearance not in known:
                known[appearance] = _json(self.quotation(appearance))
            yield known[appearance]

    def quotation(self, appearance: Appearance) -> Node:
        record, origin = appearance.record, appearance.origin
        assert isinstance(record, Statement)
        speaker = self.library.get(record.speaker)
        name = plain(record.text, self.library.name)
        return _filled(
            {
                "@type": "Quotation",
                "@id": f"{self.address(origin)}#{record.anchor}",
                "text": plain(record.quote, self.library.name),
                "creator": self.actor(speaker) if speaker else {"@type": "Person", "name": name.partition(",")[0]},
                "dateCreated": _iso(record.date),
                "isPartOf": {"@id": self.address(origin)},
            }
        )

    def corrections(self, document: AnyDocument) -> Node:
        notes = [
            {"@type": "CorrectionComment", "text": one.text, "datePublished": str(one.date)}
            for one in document.meta.corrections
        ]
        return {"correction" if document.kind is Kind.ARTICLE else "comment": notes} if notes else {}

    def trail(self, document: AnyDocument) -> Node:
        collection = self.settings.collection(document.kind)
        index = urls.permalink(urls.index_path(document.kind, self.settings), self.settings)
        steps = [
            (self.settings.site_name, self.settings.site_url),
            (collection.plural, index),
            (document.meta.title, self.address(document)),
        ]
        items = [
            {"@type": "ListItem", "position": position, "name": name, "item": address}
            for position, (name, address) in enumerate(steps, 1)
        ]
        return {"@type": "BreadcrumbList", "itemListElement": items}

    # --- how things are named

    def thing(self, document: AnyDocument) -> Node:
        types = {
            Kind.SUMMIT: "Event",
            Kind.LEADER: "Person",
            Kind.THEME: "DefinedTerm",
            Kind.OUTLET: "NewsMediaOrganization",
        }
        address = self.address(document)
        return {"@type": types[document.kind], "@id": address, "name": document.meta.title, "url": address}

    def actor(self, document: AnyDocument) -> Node:
        """Return the one who said something or was the host: a person, or else an organisation of any kind."""
        if document.kind in (Kind.LEADER, Kind.OUTLET):
            return self.thing(document)
        return {"@type": "Organization", "name": document.meta.title, "url": self.address(document)}

    def digests(self, document: AnyDocument) -> list[Node]:
        return [_headline(digest, self.settings) for digest in self.library.digests.get(document.slug, ())[:MOST]]

    def address(self, document: AnyDocument) -> str:
        return urls.permalink(document.path, self.settings)


def _iso(when: Date | None, *, last: bool = False) -> str | None:
    """Return the start or the end of a date in ISO 8601 (a year, month or day); None if it is approximate."""
    if when is None or "~" in when.text:
        return None
    start, slash, end = when.text.partition("/")
    return (end if slash else None) if last else start


def _filled(node: Node) -> Node:
    return {key: value for key, value in node.items() if value not in (None, "", [], ())}


def _graph(nodes: Iterable[str]) -> str:
    """Return a JSON-LD document of nodes that are given as JSON."""
    return f'{{"@context":"https://schema.org","@graph":[{",".join(nodes)}]}}'


def _json(node: Node) -> str:
    return in_script(json.dumps(node, ensure_ascii=False, separators=(",", ":")))


def in_script(text: str) -> str:
    """Return JSON that cannot end the HTML element in which it stands."""
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
