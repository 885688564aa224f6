"""The environment in which templates run: what they print is escaped for Markdown, unless it is Markdown.

The only module that imports jinja2.
"""

from __future__ import annotations

import json
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
    """Return a template of `templates/` filled with values. Raises UndefinedError for a name that is not given."""
    return _environment().get_template(template).render(values)


def keep_compiled(environment: jinja2.Environment) -> None:
    """Share compiled templates between environments of this process, as long as their text is the same.

    A server has another environment for each build, and compiles the theme once. Compiled code also depends on the
    filters of an environment, so this is only for environments whose filters are always the same.
    """
    environment.bytecode_cache = _COMPILED


def forget() -> None:
    """Read the templates anew the next time: they may be edited while the site is served."""
    _environment.cache_clear()


def _finalize(value: object) -> object:
    """Escape plain text where a template prints it, as autoescape does for HTML."""
    if isinstance(value, Markdown):
        return value
    if isinstance(value, date):
        return spell_day(value)
    return escape(str(value)) if isinstance(value, (str, Date)) else value


def _remark(text: str) -> Markdown:
    """Return text for a comment in YAML or HTML, without anything that could end that."""
    return Markdown(" ".join(text.split()).replace("--", "–").replace(">", "›"))


def _yaml(text: str) -> Markdown:
    """Return text as a quoted scalar of YAML, which every JSON string is (YAML 1.2, section 1.3)."""
    return Markdown(json.dumps(text, ensure_ascii=False))


class _Compiled(jinja2.BytecodeCache):
    """Compiled templates by key, with the checksum of their source. On disk, others could write into them."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Load the code of a template, if it was compiled from the same source."""
        checksum, code = self._known.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Keep the code of a template."""
        assert bucket.code is not None
        self._known[bucket.key] = (bucket.checksum, bucket.code)


_COMPILED = _Compiled()


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
    environment.filters["indent"] = indented
    environment.globals.update(url=address, remark=_remark, quote=_yaml, raw=Markdown)
    return environment
