"""What a host is to say with each answer: `_headers`, which Netlify, Cloudflare Pages and others read.

The Content-Security-Policy (W3C, level 3) allows the scripts of the site and no other: those in files, and by their
hashes those that the theme writes into its pages.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator

from generator import calendar, cards, serialise
from generator.urls import FORMATS

PATH = "_headers"
LASTING = "public, max-age=31536000, immutable"  # of files that have another name as soon as they change (RFC 8246)
_SCRIPT = re.compile(r"<script((?:\s[^<>]*)?)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_STYLE = re.compile(r"<style(?:\s[^<>]*)?>(.*?)</style>", re.DOTALL | re.IGNORECASE)
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


def styles(page: str) -> Iterator[str]:
    """Yield the hashes of the style sheets that stand in a page of HTML, which some plugins write there."""
    yield from (_hash(match[1]) for match in _STYLE.finditer(page))


def scripts(page: str) -> Iterator[str]:
    """Yield the hashes of the scripts that stand in a page of HTML, as a policy names them (`'sha256-…'`)."""
    for match in _SCRIPT.finditer(page):
        if not _NOT_RUN.search(match[1]) and match[2]:
            yield _hash(match[2])


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def policy(scripts: Iterable[str], styles: Iterable[str] = ()) -> str:
    """Return the Content-Security-Policy of a site whose pages have scripts and style sheets with these hashes."""
    allowed = {"scripts": " ".join(sorted(set(scripts))), "styles": " ".join(sorted(set(styles)))}
    return "; ".join(f"{name} {value.format(**allowed).strip()}" for name, value in _POLICY)


def headers(scripts: Iterable[str], styles: Iterable[str] = ()) -> bytes:
    """Return the file for hosts: the headers of every answer, and the media types of what hosts have no types for."""
    lines = [
        "/*",
        f"  Content-Security-Policy: {policy(scripts, styles)}",
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
