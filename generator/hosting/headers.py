"""Writes `_headers`: the headers that Netlify, Cloudflare Pages and other hosts are to send with each answer.

The Content-Security-Policy (W3C, level 3) allows only the scripts of the site: those in files, and by their hashes
those that the theme writes into its pages.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator

from generator.assets import calendar, cards
from generator.core.urls import FORMATS
from generator.syndication import serialise

PATH = "_headers"
WASM = "'wasm-unsafe-eval'"  # stands among the hashes of scripts: lets the search run its WebAssembly
LASTING = "public, max-age=31536000, immutable"  # for files whose name changes with their content (RFC 8246)
_SCRIPT = re.compile(r"<script((?:\s[^<>]*)?)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_STYLE = re.compile(r"<style(?:\s[^<>]*)?>(.*?)</style>", re.DOTALL | re.IGNORECASE)
_EITHER = re.compile(r"<s(?:cript|tyle)", re.IGNORECASE)  # one search for both, as most texts have neither
_OF_STYLE = "style "
_NOT_RUN = re.compile(r"""\s(?:src\s*=|type\s*=\s*["']?application/)""", re.IGNORECASE)
# Icons of the theme are pictures in its style sheets, which have the form of `data:` addresses.
_POLICY = (
    ("default-src", "'self'"),
    ("script-src", "'self' {scripts}"),
    ("style-src", "'self' {styles}"),
    ("img-src", "'self' data:"),
    ("object-src", "'none'"),
    ("base-uri", "'self'"),
    ("form-action", "'self'"),
    ("frame-ancestors", "'none'"),
)


def scripts(page: str) -> Iterator[str]:
    """Yield the hashes of the inline scripts of a page of HTML, in the form of a policy (`'sha256-…'`).

    Those of inline style sheets, which some plugins and options of the theme write, follow with `style ` before them.
    """
    if _EITHER.search(page):
        yield from (_hash(m[2]) for m in _SCRIPT.finditer(page) if m[2] and not _NOT_RUN.search(m[1]))
        yield from (f"{_OF_STYLE}{_hash(match[1])}" for match in _STYLE.finditer(page))


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def policy(hashes: Iterable[str]) -> str:
    """Return the Content-Security-Policy of a site whose pages have scripts and style sheets with these hashes."""
    every = sorted(set(hashes))
    styles = " ".join(one.removeprefix(_OF_STYLE) for one in every if one.startswith(_OF_STYLE))
    allowed = " ".join(one for one in every if not one.startswith(_OF_STYLE))
    return "; ".join(f"{name} {value.format(scripts=allowed, styles=styles).strip()}" for name, value in _POLICY)


def headers(hashes: Iterable[str]) -> bytes:
    """Return the file: the headers of every answer, and the media types of files whose type hosts do not know."""
    lines = [
        "/*",
        f"  Content-Security-Policy: {policy(hashes)}",
        "  X-Content-Type-Options: nosniff",
        "  Referrer-Policy: strict-origin-when-cross-origin",
        "  Permissions-Policy: camera=(), geolocation=(), microphone=()",
    ]
    for form in FORMATS:
        for place in (f"/{form.file}", f"/*/{form.file}"):
            lines += [place, f"  Content-Type: {form.type}; charset=utf-8"]
    for path, kind in ((calendar.PATH, "text/calendar"), (serialise.OPML, "text/x-opml")):
        lines += [f"/{path}", f"  Content-Type: {kind}; charset=utf-8"]
    lines += [f"/{cards.FOLDER}/*", f"  Cache-Control: {LASTING}"]
    return "\n".join([*lines, ""]).encode()
