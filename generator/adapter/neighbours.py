"""The other plugins and the hooks of a site, and what has to be expected of them.

What they do cannot be known, but mkdocs tells which events they listen to. Who listens to more than is known to be
harmless costs a build the short cut in question: each function here is the question for one of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from mkdocs.config.defaults import MkDocsConfig

_OURS = ("briefing", "search", "material/search")  # they write nothing but files of their own, which are made anew
_SILENT = (*_OURS, "redirects")  # so does this, but by content and configuration alone, and after a build
# The events by which a plugin can change a page, or learn of it.
_PAGE_EVENTS = ("pre_page", "page_read_source", "page_markdown", "page_content", "page_context", "post_page")


def only_silent(config: MkDocsConfig) -> bool:
    """Tell whether all other plugins depend on content and configuration alone, so that they need not run again."""
    return not config.hooks and config.plugins.keys() <= {*_SILENT}


def only_ours(config: MkDocsConfig) -> bool:
    """Tell whether there are no other plugins, so that it is known who writes where."""
    return not config.hooks and config.plugins.keys() <= {*_OURS}


def touch_pages(config: MkDocsConfig, searched: bool) -> bool:
    """Tell whether another plugin takes part in making pages. Then mkdocs renders all of them, one after the other.

    What a plugin collects from pages would be lost in another process, and nobody knows what it makes of a page.
    Material's search collects them, unless the site is `searched` by ours.
    """
    return _listen(config, _PAGE_EVENTS, ("briefing", "material/search") if searched else ("briefing",))


def rework_files(config: MkDocsConfig) -> bool:
    """Tell whether another plugin may write into finished files: what is taken over would have its work already."""
    return _listen(config, ("post_build",), _SILENT)


def _listen(config: MkDocsConfig, events: Sequence[str], harmless: Sequence[str]) -> bool:
    """Tell whether a hook, which is a function, or a plugin that is not `harmless` listens to one of `events`."""
    others = [plugin for name, plugin in config.plugins.items() if name not in harmless]
    listening = [getattr(method, "__self__", None) for event in events for method in config.plugins.events[event]]
    return any(plugin is None or any(plugin is one for one in others) for plugin in listening)
