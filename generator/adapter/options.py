"""The options below `plugins: - briefing:` in `mkdocs.yml`, and the settings that they make.

The string below an option says what it is for. The reference of the documentation is made of these strings.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from mkdocs.config import base
from mkdocs.config import config_options as c
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import ConfigurationError
from mkdocs.utils import get_build_date

from generator.build import reserved
from generator.core import urls
from generator.core.settings import COLLECTIONS, DEFAULT_COLLECTIONS, Collection, Kind, Settings
from generator.core.words import did_you_mean

_AUTHORITY = re.compile(r"[\w.@-]+,\d{4}(-\d{2}(-\d{2})?)?")


class _CollectionOptions(base.Config):
    """What one kind of document is called."""

    slug = c.Optional(c.Type(str))
    """The folder below `content/`, and part of addresses. Never change it once the site is published."""
    singular = c.Optional(c.Type(str))
    """What one is called."""
    plural = c.Optional(c.Type(str))
    """What several are called."""


class _NamesOptions(base.Config):
    """What the kinds of document are called, in addresses and in headings."""

    article = c.SubConfig(_CollectionOptions)
    """What an article is called."""
    summit = c.SubConfig(_CollectionOptions)
    """What a summit is called."""
    leader = c.SubConfig(_CollectionOptions)
    """What a leader is called."""
    theme = c.SubConfig(_CollectionOptions)
    """What a theme is called."""
    outlet = c.SubConfig(_CollectionOptions)
    """What an outlet is called."""


class _FeedsOptions(base.Config):
    """Which feeds there are beside those of the site and of each summit, leader and theme."""

    pairs = c.Type(bool, default=False)
    """Also a feed for each leader and theme that have three digests in common."""
    hub = c.Optional(c.URL())
    """The address of a WebSub hub, which `briefing ping` tells of changes: `https://hub.example.org/`."""


class BriefingOptions(base.Config):
    """The options below `plugins: - briefing:` in `mkdocs.yml`."""

    feed_authority = c.Type(str)
    """Required. A domain of yours and a date on which it was yours (RFC 4151), as in `example.org,2025`. It is part
    of every feed id: choose it once and keep it, also when the site moves."""
    names = c.SubConfig(_NamesOptions)
    """What the kinds of document are called on this site. Front matter and feed ids keep their own names."""
    feeds = c.SubConfig(_FeedsOptions)
    """Which feeds there are beside those of the site and of each summit, leader and theme, and their hub."""
    redirects = c.Type(dict, default={})
    """Redirects of addresses that no longer have a page: `{/old/: /new/}`. A renamed document needs none."""
    history = c.Type(bool, default=True)
    """Pages that show what was changed in each document since it was published, if git knows."""
    cards = c.Type(bool, default=True)
    """A picture for each page, shown where the page is shared. Each is drawn once, in about 6 ms."""
    search = c.Type(bool, default=True)
    """The site's own search instead of Material's, if `search` is among the plugins and Pagefind is installed
    (`briefing-generator[search]`). It finds records as well as pages, and fetches only what a query needs."""


def settings_of(config: MkDocsConfig, options: BriefingOptions, *, drafts: bool = False) -> Settings:
    """Return the settings of a site from its mkdocs configuration. Raises ConfigurationError with what to mend."""
    if not config.site_url:
        raise ConfigurationError(
            "briefing: `site_url` is missing; feeds need the address of the site: `site_url: https://example.org/`"
        )
    if not _AUTHORITY.fullmatch(options.feed_authority):
        raise ConfigurationError(
            f"briefing: `feed_authority` cannot be {options.feed_authority!r}; write a domain of yours and a date on"
            " which it was yours, for example `example.org,2025` (RFC 4151), and never change it"
        )
    language, known = config.theme.get("language") or "en", spoken_in(config.theme.dirs)
    if known and language not in known:
        near = did_you_mean(str(language), known) or "write a code such as `en`"
        raise ConfigurationError(f"the theme does not know `theme: language: {language}`; {near}")
    return Settings(
        site_name=config.site_name,
        site_url=config.site_url,
        feed_authority=options.feed_authority,
        site_description=config.site_description or "",
        language=language,
        directory_urls=config.use_directory_urls,
        drafts=drafts,
        today=today(),
        feed_pairs=options.feeds.pairs,
        feed_hub=options.feeds.hub or "",
        redirects=dict(_redirect(old, new) for old, new in options.redirects.items()),
        collections=_collections(options),
    )


def spoken_in(folders: Iterable[str]) -> frozenset[str]:
    """Return the languages that the theme in some folders speaks, as `theme: language:` names them: `en`, `pt-BR`."""
    found = (path for folder in folders for path in Path(folder, "partials", "languages").glob("*.html"))
    return frozenset(path.stem for path in found)


def published(config: MkDocsConfig) -> Path:
    """Return where a build puts the site, which `mkdocs serve` has changed to a folder of its own."""
    given = next((str(found["site_dir"]) for found in config.user_configs if found.get("site_dir")), "site")
    return Path(config.config_file_path).parent / given


def _collections(options: BriefingOptions) -> dict[Kind, Collection]:
    """Return what the kinds are called. Raises ConfigurationError where an address is none, or is taken."""
    collections = {}
    for kind in COLLECTIONS:
        default, given = DEFAULT_COLLECTIONS[kind], options.names[kind.value]
        slug = given.slug or default.slug
        if not urls.is_slug(slug):
            raise ConfigurationError(
                f"briefing: `names: {kind}: slug: {slug}` is not a slug; use lower-case a-z, digits, hyphens"
            )
        if slug in reserved(kind):
            raise ConfigurationError(
                f"briefing: `names: {kind}: slug: {slug}` is an address that every site has; choose another"
            )
        collections[kind] = Collection(slug, given.singular or default.singular, given.plural or default.plural)
    if len({collection.slug for collection in collections.values()}) < len(collections):
        raise ConfigurationError(
            "briefing: two kinds of document have the same `slug` in `names`; each needs one of its own"
        )
    return collections


def today() -> date:
    """Return the day of a build, in UTC: that of `SOURCE_DATE_EPOCH` where it is set (reproducible-builds.org).

    Raises ConfigurationError where that is no number of seconds, or more of them than a calendar has.
    """
    try:
        return date.fromisoformat(get_build_date())
    except (ValueError, OverflowError, OSError) as error:
        raise ConfigurationError(
            f"SOURCE_DATE_EPOCH cannot be {os.environ.get('SOURCE_DATE_EPOCH')!r}; set it to the time of the build in"
            " seconds since 1970, for example with `date +%s`, or unset it"
        ) from error


def _redirect(old: object, new: object) -> tuple[str, str]:
    """Check that an address of the site leads to another, or to a whole address elsewhere."""
    pair = [str(old), str(new)]
    local = [part for part in pair if not re.match(r"https?://", part)]
    if pair[0] not in local or any(
        ".." in part.split("/") or re.search(r"[\s:\\]", part) or not part for part in local
    ):
        raise ConfigurationError(
            f"briefing: `redirects: {{{old}: {new}}}` must lead from an address of this site, as in `/old/: /new/`"
        )
    first, second = (f"/{part.lstrip('/')}" if part in local else part for part in pair)
    return first, second
