"""The environment that templates run in: what they print is escaped for Markdown, unless it is Markdown already.

The only module that imports jinja2.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from generator.dates import Date, spell_day
from generator.markdown import Markdown, address, escape, indented

TEMPLATES = Path(__file__).parent / "templates"


def fill(template: str, **values: Any) -> str:
    """Return a template of `templates/` filled with values. A name that it uses and is not given is an error."""
    return _environment().get_template(template).render(values)


def forget() -> None:
    """Read the templates anew the next time, for whoever changes them while the site is served."""
    _environment.cache_clear()


def _finalize(value: object) -> object:
    """Escape plain text where a template prints it, as HTML templates do for HTML."""
    if isinstance(value, Markdown):
        return value
    if isinstance(value, date):
        return spell_day(value)
    return escape(str(value)) if isinstance(value, (str, Date)) else value


def _remark(text: str) -> Markdown:
    """Return text for a comment, of YAML or HTML, which it cannot end."""
    return Markdown(" ".join(text.split()).replace("--", "–").replace(">", "›"))


def _yaml(text: str) -> Markdown:
    """Return text as a quoted value of YAML; a JSON string is one (YAML 1.2, section 1.3)."""
    return Markdown(json.dumps(text, ensure_ascii=False))


_FILTERS: Mapping[str, Callable[..., Any]] = {"indent": indented}


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        finalize=_finalize,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # looking for changes took a twentieth of a build
        autoescape=False,  # this is Markdown: `finalize` escapes for it
    )
    environment.filters.update(_FILTERS)
    environment.globals.update(url=address, remark=_remark, quote=_yaml, raw=Markdown)
    return environment
