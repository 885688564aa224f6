"""The environment that templates run in: what they print is escaped for Markdown, unless it is Markdown already.

The only module that imports jinja2.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

import jinja2

from generator.composing.markdown import Markdown, address, escape, indented
from generator.core.dates import Date, spell_day

TEMPLATES = Path(__file__).parent / "templates"


def fill(template: str, **values: Any) -> str:
    """Return a template of `templates/` filled with values. A name that it uses and is not given is an error."""
    return _environment().get_template(template).render(values)


def keep_compiled(environment: jinja2.Environment) -> None:
    """Have an environment take over the templates that were compiled in this process from the same text.

    A server, which has another environment for each build, compiles the theme once. What templates are compiled to
    depends on the filters of an environment as well, so this is for those whose filters are always the same.
    """
    environment.bytecode_cache = _COMPILED


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


class _Compiled(jinja2.BytecodeCache):
    """Templates as they were compiled, by their place, and what of. On a disk somebody else could write into them."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Give a template its code, if it was compiled from the same text."""
        checksum, code = self._known.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Keep the code of a template."""
        assert bucket.code is not None
        self._known[bucket.key] = (bucket.checksum, bucket.code)


_COMPILED = _Compiled()
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
    keep_compiled(environment)
    environment.filters.update(_FILTERS)
    environment.globals.update(url=address, remark=_remark, quote=_yaml, raw=Markdown)
    return environment
