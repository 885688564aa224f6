"""The command that begins a site: `init`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import click

from generator.commands import runner, scaffold
from generator.commands.console import project_at, reporting
from generator.core.errors import GeneratorError
from generator.core.settings import COLLECTIONS, DEFAULT_COLLECTIONS, Collection, Kind, Settings
from generator.output.writer import create

T = TypeVar("T")


def _called(kind: Kind) -> str:
    names = DEFAULT_COLLECTIONS[kind]
    return f"{names.singular}, {names.plural}"


def _names(command: Callable[..., None]) -> Callable[..., None]:
    for kind in reversed(COLLECTIONS):
        help_ = f"What one {kind} is called on this site, and what several are called."
        option = click.option(f"--{kind}", metavar="ONE,MANY[,SLUG]", help=f"{help_}  [default: {_called(kind)}]")
        command = option(command)
    return command


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--title", help="The name of the site, in any script. Required.")
@click.option("--address", metavar="URL", help="Where it will be published: https://example.org/briefing/. Required.")
@click.option("--language", metavar="CODE", help="The language of the site.  [default: en]")
@_names
@reporting
def init(directory: Path, title: str | None, address: str | None, language: str | None, **names: str | None) -> None:
    """Begin a site on a subject of your own in DIR.

    DIR must be empty or new. On a terminal you are asked for what is not given. The site has settings, an example of
    each kind of document, and what GitHub and GitLab need to publish it; `briefing check` and `briefing build`
    accept it at once. Summits can be matches, and leaders can be players: `--summit Match,Matches --leader
    Player,Players`.
    """
    given = {"--title": title, "--address": address}
    if missing := [] if sys.stdin.isatty() else [option for option, value in given.items() if not value]:
        raise GeneratorError(f"missing: {', '.join(missing)}; `briefing init --help` explains each")
    named = _answer("The title of the site", title, "", scaffold.words)
    site_url = _answer("The address of the site", address, "", scaffold.address)
    known = partial(scaffold.language, known=runner.languages())
    spoken = _answer("The language of the site", language, "en", known)
    collections = {kind: _collection(kind, names[kind]) for kind in COLLECTIONS}
    if len({found.singular.casefold() for found in collections.values()}) < len(collections):
        raise GeneratorError("two kinds of document have the same name; each needs one of its own")
    today = runner.today()
    settings = Settings(
        site_name=named,
        site_url=site_url,
        feed_authority=scaffold.authority(site_url, today.year),
        language=spoken,
        today=today,
        collections=collections,
    )
    count = create(scaffold.files(settings), directory, lambda folder: project_at(str(folder / "mkdocs.yml")).sound())
    click.echo(f"{count} files in {directory}. See the site with:\n\n  cd {directory}\n  briefing serve")


def _collection(kind: Kind, given: str | None) -> Collection:
    question = f"The names of {DEFAULT_COLLECTIONS[kind].plural.lower()} (one, several)"
    return _answer(question, given, _called(kind), scaffold.collection)


def _answer(question: str, given: str | None, default: str, read: Callable[[str], T]) -> T:
    """Return an answer as a value: the one given, or asked for on a terminal until it can be read, or the default."""
    if given is not None or not sys.stdin.isatty():
        try:
            return read(given or default)
        except GeneratorError as error:
            raise GeneratorError(f"{question}: {error}") from error

    def tried(text: str) -> T:
        try:
            return read(text)
        except GeneratorError as error:
            raise click.UsageError(str(error)) from error

    answer: T = click.prompt(question, default=default or None, value_proc=tried)
    return answer
