"""What the documentation says about each problem, for where it is not at hand."""

from __future__ import annotations

import re
from pathlib import Path

from generator import PACKAGE
from generator.core.errors import GeneratorError, Severity
from generator.core.words import did_you_mean

_NAME = Path("docs", "errors.md")

# As the theme, it lies in the package in a wheel, and at the top of the project in a clone.
_FILE = next(path for path in (PACKAGE / _NAME, PACKAGE.parent / _NAME) if path.is_file())
_SECTION = re.compile(r"^## ([a-z0-9-]+)\n(.*?)(?=^## [a-z0-9-]+\n|\Z)", re.MULTILINE | re.DOTALL)
_SHOWN = re.compile(rf"(?:{'|'.join(Severity)})?\[(.+)\]:?")


def explain(code: str) -> str:
    """Return what a problem with this code means and how it is mended, as Markdown.

    It may be given as it is shown, `error[unknown-tag]`. Raises GeneratorError where there is no such code.
    """
    if shown := _SHOWN.fullmatch(code):
        code = shown[1]
    sections = dict(_SECTION.findall(_FILE.read_text("utf-8")))
    if code not in sections:
        near = did_you_mean(code, sections)
        raise GeneratorError(f"no problem has the code `{code}`" + (f"; {near}" if near else ""))
    return f"{code}\n\n{sections[code].strip()}"
