"""What the owner of a site decides in `mkdocs.yml`, as one value that the pipeline is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from generator.core.packing import Word


class Kind(Word):
    """The kinds of document. Front matter, record headings and feed ids speak of them by these names."""

    ARTICLE = "article"
    SUMMIT = "summit"
    LEADER = "leader"
    THEME = "theme"
    OUTLET = "outlet"
    HOME = "home"


COLLECTIONS = (Kind.ARTICLE, Kind.SUMMIT, Kind.LEADER, Kind.THEME, Kind.OUTLET)
TAXONOMIES = (Kind.SUMMIT, Kind.LEADER, Kind.THEME)
ACTORS = (*TAXONOMIES, Kind.OUTLET)  # who can say something, or be a host


@dataclass(frozen=True, slots=True)
class Collection:
    """What a kind is called on the site: `slug` is its folder and address, the names stand in headings."""

    slug: str
    singular: str
    plural: str

    @property
    def word(self) -> str:
        """Return what one is called within a sentence: "summit"."""
        return self.singular.lower()


DEFAULT_COLLECTIONS = {
    Kind.ARTICLE: Collection("articles", "Article", "Articles"),
    Kind.SUMMIT: Collection("summits", "Summit", "Summits"),
    Kind.LEADER: Collection("leaders", "Leader", "Leaders"),
    Kind.THEME: Collection("themes", "Theme", "Themes"),
    Kind.OUTLET: Collection("outlets", "Outlet", "Outlets"),
}

Called = Mapping[Kind, Collection]  # what the kinds of document are called on a site


@dataclass(frozen=True, slots=True)
class Settings:
    """The options of a site.

    `site_url` is absolute and ends with a slash. `feed_authority` is the authority of every feed id, "domain,date"
    (RFC 4151): it is chosen once and kept when the site moves. `drafts` includes documents marked as drafts, and
    digests dated after `today` (None: whenever dated). `feed_pairs` asks for a feed of each leader and theme
    together, `feed_hub` is the address of a WebSub hub. `redirects` leads addresses of the site to others.
    """

    site_name: str
    site_url: str
    feed_authority: str
    site_description: str = ""
    language: str = "en"
    directory_urls: bool = True
    drafts: bool = False
    today: date | None = None
    feed_pairs: bool = False
    feed_hub: str = ""
    redirects: Mapping[str, str] = field(default_factory=dict)
    collections: dict[Kind, Collection] = field(default_factory=lambda: dict(DEFAULT_COLLECTIONS))

    def collection(self, kind: Kind) -> Collection:
        """Return what `kind` is called."""
        return self.collections[kind]

    def word(self, kind: Kind) -> str:
        """Return what one of a `kind` is called within a sentence on this site: "match"."""
        return self.collections[kind].word if kind in self.collections else str(kind)
