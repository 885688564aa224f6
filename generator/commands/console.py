"""What the commands have in common: how they find a site, and how they show problems."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import click

from generator.adapter import cache
from generator.adapter.basis import remembered
from generator.build import Checked
from generator.build import check as check_site
from generator.commands import runner
from generator.core.errors import GeneratorError, Problem, report
from generator.core.garbage import collection_paused
from generator.core.progress import Progress, nobody
from generator.core.settings import Settings
from generator.core.workers import processors
from generator.reading.memory import Memory
from generator.reading.tree import shown_root


class _Configuration(click.Path):
    """A file that is there; who has none is told where it may be."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            self.fail(
                f"{error.message} Run this in the folder of your site; `briefing init DIR` begins one.", param, ctx
            )


CONFIG = click.option(
    "-f",
    "--config-file",
    default="mkdocs.yml",
    show_default=True,
    type=_Configuration(exists=True, dir_okay=False),
    help="The configuration of the site.",
)


def reporting(command: Callable[..., None]) -> Callable[..., None]:
    """Show what Briefing refuses to do as a message on standard error, and exit with 1."""

    @wraps(command)
    def run(**arguments: Any) -> None:
        try:
            command(**arguments)
        except GeneratorError as error:
            click.echo(str(error), err=True)
            sys.exit(1)

    return run


def speak_utf8() -> None:
    """Write UTF-8 where a program reads the output: Windows uses code pages for that, which lack most scripts."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8")


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Progress | None]:
    """Give a function that shows the progress of a build: as a bar on a terminal; else None, and the log does."""
    if quiet or not sys.stderr.isatty():
        yield nobody if quiet else None
        return
    bars: dict[str, Any] = {}

    def tell(stage: str, done: int, total: int) -> None:
        if stage not in bars:
            bars[stage] = click.progressbar(length=total, label=f"{stage:<8}", show_pos=True, file=sys.stderr)
        bars[stage].update(done - bars[stage].pos)
        if done == total:
            bars[stage].render_finish()

    yield tell


_STYLES: dict[str, dict[str, Any]] = {
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow", "bold": True},
    "note": {"fg": "cyan", "bold": True},
    "message": {"bold": True},
    "gutter": {"fg": "blue"},
    "place": {},
}


def _paint(part: str, text: str) -> str:
    return click.style(text, **_STYLES[part])


def _colour() -> bool | None:
    """Return whether to show colours: on a terminal, unless NO_COLOR or FORCE_COLOR say otherwise (no-color.org)."""
    if os.environ.get("NO_COLOR"):
        return False
    return True if os.environ.get("FORCE_COLOR") else None


def show(problems: Iterable[Problem], texts: Mapping[str, str]) -> None:
    """Show problems, each with its line."""
    click.echo(report(problems, texts, _paint), color=_colour())


@dataclass(frozen=True, slots=True)
class Project:
    """A site as a command finds it: its content folder, how that is shown to an editor, its settings.

    `memory` is what was read before, `built` the folder that it is built to, `cache` one for files that may be lost.
    If it is `strict`, a warning stops a build.
    """

    root: Path
    shown: str
    settings: Settings
    memory: Memory
    built: Path
    cache: Path
    strict: bool

    def check(self) -> Checked:
        """Read and link the content."""
        with collection_paused(to_the_end=True):
            return check_site(self.root, self.settings, self.shown, self.memory, jobs=processors())

    def holds(self, path: Path) -> bool:
        """Tell whether a path lies within the content."""
        return path.resolve().is_relative_to(self.root.resolve())

    def sound(self) -> Checked:
        """Read and link the content. Raises InvalidContent where it has errors."""
        return self.check().sound()


def project_at(config_file: str, *, drafts: bool = False) -> Project:
    """Return the site of a configuration. Raises GeneratorError where it cannot be read."""
    config = runner.load(config_file)
    root = Path(config.docs_dir)
    return Project(
        root=root,
        shown=shown_root(root),
        settings=runner.load_settings(config, drafts=drafts),
        memory=remembered(config),
        built=Path(config.site_dir),
        cache=cache.folder(config_file),
        strict=config.strict,
    )
