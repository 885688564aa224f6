"""Draws what a page rests on, as SVG: the share of each kind of digest. Colours are left to the stylesheet."""

from __future__ import annotations

import html
from collections.abc import Sequence
from itertools import accumulate


def mix(counts: Sequence[tuple[str, int]], what: str) -> str:
    """Return a figure with a bar of the shares of kinds, and a key that begins with `what`; empty for no counts."""
    total = sum(count for _, count in counts)
    if not total:
        return ""
    keys = ", ".join(
        f'<span class="key"><span class="swatch {html.escape(kind)}"></span>{html.escape(kind)} {count}</span>'
        for kind, count in counts
    )
    return (
        f'<figure class="briefing-figure briefing-mix">\n{bar(counts)}\n'
        f"<figcaption>{html.escape(what)}: {keys}</figcaption>\n</figure>"
    )


def bar(counts: Sequence[tuple[str, int]]) -> str:
    """Return a stacked bar on one line, hidden from screen readers: the text beside it says the same."""
    total = sum(count for _, count in counts) or 1
    ends = list(accumulate(100 * count / total for _, count in counts))
    parts = []
    for (kind, count), end in zip(counts, ends, strict=True):
        width = 100 * count / total
        parts.append(
            f'<rect class="{html.escape(kind)}" x="{end - width:.2f}%" width="{width:.2f}%" height="100%">'
            f"<title>{html.escape(kind)} {count}</title></rect>"
        )
    cuts = [f'<line x1="{end:.2f}%" x2="{end:.2f}%" y1="0" y2="100%"/>' for end in ends[:-1]]
    return f'<svg class="briefing-bar" width="100%" height="16" aria-hidden="true">{"".join(parts + cuts)}</svg>'
