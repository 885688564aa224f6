"""The commands that write content for an editor: `new`, `draft`, `rename`, `merge`, and what `check --fix` does."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from generator.authoring import beginning, renaming
from generator.authoring.beginning import Values, as_value, asked, command_name, free_slug, in_words
from generator.authoring.drafts import drafts
from generator.authoring.extracting import source_text
from generator.authoring.fixing import fix
from generator.authoring.renaming import Revision
from generator.commands.console import CONFIG, Project, project_at, reporting, show
from generator.content.meta import Key
from generator.core.errors import GeneratorError, InvalidContent, is_error
from generator.core.settings import COLLECTIONS, DEFAULT_COLLECTIONS, Called, Kind, Settings
from generator.output.writer import revise, write_new
from generator.reading import sources


class _Kinds(click.Group):
    """A command for each kind of document, in the words of the site where it is run in one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return what the kinds are called."""
        called = _called(ctx)
        return [command_name(kind, called) for kind in COLLECTIONS]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return the command of a kind, which goes by our name for it as well."""
        called = _called(ctx)
        kind = beginning.kind_of(name, called)
        return _command(kind, called) if kind else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is called. Fails with the kinds that there are."""
        if self.get_command(ctx, args[0]) is None:
            ctx.fail(f"no kind of document is called `{args[0]}`; there are {', '.join(self.list_commands(ctx))}")
        return super().resolve_command(ctx, args)


def _called(ctx: click.Context) -> Called:
    """Return what the kinds of document are called in the site of a command: where there is none, as by default."""
    config_file = ctx.params.get("config_file", "mkdocs.yml")
    if not Path(config_file).is_file():
        return DEFAULT_COLLECTIONS
    if config_file not in ctx.meta:  # it is asked for several times, and takes a while to read
        try:
            ctx.meta[config_file] = project_at(config_file).settings.collections
        except GeneratorError as error:
            raise click.ClickException(str(error)) from error
    found: Called = ctx.meta[config_file]
    return found


@click.group(cls=_Kinds, subcommand_metavar="KIND TITLE [OPTIONS]")
@CONFIG
@click.pass_context
def new(ctx: click.Context, config_file: str) -> None:
    """Begin a digest, or the page of a meeting, person, theme or outlet.

    You are asked for what is required and not given. The slug is made from the title, in any script. `briefing check`
    accepts the new file, and no file is replaced. `briefing new KIND --help` shows what can be given.
    """
    ctx.obj = config_file


def _command(kind: Kind, called: Called) -> click.Command:
    given = [key for key in asked(kind) if key.name != "title"]
    parameters: list[click.Parameter] = [click.Argument(["title"], required=False)]
    parameters += [_option(key, called) for key in given]
    parameters.append(click.Option(["--slug"], help="The slug.  [default: made from the title]"))
    begun = f"Begin a document of the kind {called[kind].word}."
    help_ = f"{begun} Separate the items of a list with commas: `--aliases one,two`."
    return click.Command(command_name(kind, called), params=parameters, help=help_, callback=partial(_begin, of=kind))


def _option(key: Key, called: Called) -> click.Option:
    choices = click.Choice(key.choices) if key.choices else None
    says = in_words(key.says, called) + (" Required." if key.required else "")
    return click.Option([f"--{key.name.replace('_', '-')}", key.name], type=choices, help=says)


@reporting
def _begin(of: Kind, title: str | None, slug: str | None, **given: str | None) -> None:
    project = project_at(click.get_current_context().obj, drafts=True)
    checked = project.sound()
    values = _completed(of, {"title": title, **given}, project.settings)
    names = (path.stem for _, path in sources.files(project.root, project.settings))
    taken = {*names, *checked.library.redirects}
    slug = slug or free_slug(of, values, taken)
    begun = beginning.begin(of, slug, values, checked.library, taken, project.settings)
    write_new(project.root / begun.path, begun.text)
    after = project.check()
    news = sorted(set(after.problems) - set(checked.problems))
    if any(map(is_error, news)):
        revise(project.root, {}, [begun.path])
        raise InvalidContent(news, after.content.texts)
    click.echo(f"{project.shown}/{begun.path}")
    if news:
        click.echo("\nWhat is left to do:\n")
        show(news, after.content.texts)


def _completed(kind: Kind, given: dict[str, str | None], settings: Settings) -> Values:
    """Ask for what is required and was not given; where nobody can answer, that is an error."""
    values: dict[str, str | list[str]] = {}
    missing = []
    for key in asked(kind):
        value = (given.get(key.name) or "").strip()
        if not value and key.required and sys.stdin.isatty():
            says = in_words(key.says, settings.collections)
            value = click.prompt(says, type=click.Choice(key.choices) if key.choices else str, prompt_suffix=" ")
        elif not value and key.required:
            missing.append("TITLE" if key.name == "title" else f"--{key.name.replace('_', '-')}")
        if value:
            values[key.name] = as_value(key, value)
    if missing:
        command = f"briefing new {command_name(kind, settings.collections)} --help"
        raise GeneratorError(f"missing: {', '.join(missing)}; `{command}` explains each")
    return values


for _kind in COLLECTIONS:
    new.add_command(_command(_kind, DEFAULT_COLLECTIONS))


@click.command()
@CONFIG
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write to this folder.  [default: show them]",
)
@reporting
def draft(config_file: str, files: tuple[Path, ...], output: Path | None) -> None:
    """Draft digests from source texts.

    FILES are plain text or HTML, each of one text or of several in a row. A draft has what was found in the text:
    where it begins, outlet, date, authors, the pages of the site that it names, people in office who have no page,
    quotations with their speakers, figures. A question mark marks a guess. No other sentence of the source is
    copied. Drafts are shown, or written to a folder outside the content; no file is replaced.
    """
    project = project_at(config_file)
    if output and project.holds(output):
        raise GeneratorError(f"{output} is in the content folder; give a folder outside, until the digest is written")
    read = {file: source_text(file) for file in files}
    if problems := [problem for _, found in read.values() for problem in found]:
        raise InvalidContent(problems, {})
    library = project.check().library
    for file, (source, _) in read.items():
        for one in drafts(file, source.text, library):
            if output is None:
                click.echo(one.text)
            else:
                click.echo(write_new(output / f"{one.name}.md", one.text))


@click.command()
@CONFIG
@click.argument("old")
@click.argument("new")
@reporting
def rename(config_file: str, old: str, new: str) -> None:
    """Give the document with the slug OLD the slug NEW.

    The file is renamed, everything that refers to it is changed, and the old address redirects to the new one. Feed
    ids stay, so that no feed reader shows an old item as new.
    """
    _revise(config_file, partial(renaming.rename, old=old, new=new))


@click.command()
@CONFIG
@click.argument("old")
@click.argument("into")
@reporting
def merge(config_file: str, old: str, into: str) -> None:
    """Merge one document into another.

    OLD and INTO are their slugs. What referred to OLD then refers to INTO, its names become aliases of INTO, its
    text goes below that of INTO, and its address redirects there. Where both have a value for a key, that of INTO
    stays and the other is shown.
    """
    _revise(config_file, partial(renaming.merge, old=old, into=into))


def _revise(config_file: str, change: Callable[..., Revision]) -> None:
    """Change content that has no errors, drafts included, and tell which files were written."""
    project = project_at(config_file, drafts=True)
    checked = project.sound()
    revision = change(checked.library, sources.texts(project.root), project.settings)
    revise(project.root, revision.texts, revision.removed)
    for path in sorted([*revision.texts, *revision.removed]):
        click.echo(f"{'removed' if path in revision.removed else 'written'}  {project.shown}/{path}")
    for note in revision.notes:
        click.echo(f"\n{note}")
    after = project.check()
    if news := sorted(set(after.problems) - set(checked.problems)):
        click.echo("")
        show(news, after.content.texts)


def mend(project: Project) -> Iterator[str]:
    """Put every content file in order that can be, and yield what was done."""
    content = sources.read(project.root, replace(project.settings, drafts=True), project.shown)
    fixes = {}
    for kind, path in sources.files(project.root, project.settings):
        name, text = path.relative_to(project.root).as_posix(), sources.exact(path)
        if text is not None:
            fixes[name] = fix(text, kind, f"{project.shown}/{name}", content.problems)
    fixes = {name: found for name, found in fixes.items() if found.done}
    revise(project.root, {name: found.text for name, found in fixes.items()})
    for name, found in fixes.items():
        yield f"fixed  {project.shown}/{name}: {', '.join(found.done)}"
