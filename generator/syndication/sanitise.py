"""Makes text harmless for readers that are somebody else's program. The only module that imports nh3."""

from __future__ import annotations

import html
import re

import nh3

_TAGS = {
    *("a", "br", "code", "em", "img", "s", "span", "strong", "sub", "sup"),
    *("blockquote", "div", "figcaption", "figure", "hr", "p", "pre", "section"),
    *("h2", "h3", "h4", "h5", "h6", "li", "ol", "ul", "table", "tbody", "td", "th", "thead", "tr"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}
# Characters that XML 1.0, section 2.2, does not allow.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def sanitise(markup: str) -> str:
    """Return HTML with only the elements of a text, and no address but an absolute one of the web or of mail."""
    return nh3.clean(
        clean(markup),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        link_rel=None,
    )


def clean(text: str) -> str:
    """Return text without the characters that XML forbids."""
    return text if text.isascii() and text.isprintable() else _FORBIDDEN.sub("", text)


def as_html(text: str) -> str:
    """Return plain text as HTML that shows just this text, for where a reader expects HTML."""
    return html.escape(text, quote=False)
