"""The command line."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

import click

from generator import __version__
from generator.authoring import originals
from generator.build import Checked
from generator.build import build as build_site
from generator.commands import editing, exporting, manual, runner
from generator.commands.console import CONFIG, progress_bar, project_at, reporting, show, speak_utf8
from generator.commands.publishing import hosting, ping
from generator.commands.reporting import FORMATS
from generator.commands.starting import init
from generator.core.errors import GeneratorError, is_error
from generator.core.settings import COLLECTIONS, Kind
from generator.output.writer import export as write_export
from generator.output.writer import last, revise
from generator.reading import schema

_NAMED = 5  # documents that are not on the site yet and are named


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="briefing")
def main() -> None:
    """Turn curated articles, kept as Markdown, into a briefing site.

    Run it in the folder that holds mkdocs.yml. You write digests of articles in content/articles/, and a page for
    each summit, leader and theme; Briefing links them, collects what concerns each page, and makes feeds.

    `briefing init DIR` begins a site.

    \b
    A usual day:
      briefing check      tells what is wrong in the content, if anything
      briefing serve      shows the site at http://127.0.0.1:8000 while you write
      briefing build      writes the site to site/
    """  # noqa: D301  (click reads the escape)
    speak_utf8()


@main.command()
@CONFIG
@click.option("-v", "--verbose", is_flag=True, help="Also tell which names were found and not linked, and why.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", *FORMATS]),
    default="text",
    show_default=True,
    help="How problems are written: for people, or for programs.",
)
@click.option(
    "--fix",
    "fix_",
    is_flag=True,
    help="First mend what needs no reading: forms of dates, the order of keys, space at the ends of lines.",
)
@click.option(
    "--originals",
    "folder",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Also look for passages copied from the source texts in DIR, and quotations that are not in them. A text is "
    "named like the slug of its digest: a-summit.txt, .md or .html.",
)
@reporting
def check(config_file: str, verbose: bool, form: str, fix_: bool, folder: Path | None) -> None:
    """Look for mistakes in the content, without building anything.

    Every problem is shown with its file, line and column, and how to mend it. Exit code: 0 if there are none or only
    warnings, 1 if there are errors, 2 if the command was called wrongly.
    """
    project = project_at(config_file)
    if fix_:
        for line in editing.mend(project):
            click.echo(line, err=form != "text")
    checked = project.check()
    if folder:
        checked = _compared(checked, folder)
    shown = sorted([*checked.problems, *(checked.notes if verbose else ())])
    if form != "text":
        click.echo(FORMATS[form](shown))
    else:
        if shown:
            show(shown, checked.content.lines)
        click.echo(_verdict(checked, strict=project.strict))
    if any(map(is_error, checked.problems)):
        sys.exit(1)


def _compared(checked: Checked, folder: Path) -> Checked:
    texts, lost = originals.read(folder)
    found = originals.check(checked.library, checked.content.lines, texts)
    return replace(checked, problems=tuple(sorted([*checked.problems, *lost, *found])))


def _verdict(checked: Checked, *, strict: bool) -> str:
    if any(map(is_error, checked.problems)):
        return "The site cannot be built until the errors are mended."
    count = sum(document.kind in COLLECTIONS for document in checked.library.documents.values())
    said = f"{count} documents, {'no errors' if checked.problems else 'no problems'}."
    if checked.problems and strict:
        said += " Warnings stop a build as well: `strict: true` in mkdocs.yml."
    return f"{said}\n{_waiting(checked.content.held)}".strip()


def _waiting(held: Mapping[str, str]) -> str:
    named = [f"`{slug}` {why}" for slug, why in islice(sorted(held.items()), _NAMED)]
    more = [f"and {len(held) - _NAMED} more"] if len(held) > _NAMED else []
    return f"Not on the site yet: {', '.join([*named, *more])}." if held else ""


@main.command()
@CONFIG
@click.option(
    "--strict/--no-strict", default=None, help="Whether a warning fails the build; otherwise as mkdocs.yml has it."
)
@click.option("-d", "--site-dir", type=click.Path(file_okay=False), help="Write to this folder instead of site/.")
@click.option(
    "--locked", is_flag=True, help="Fail where the ledger of addresses lacks something, and do not add to it."
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(0),
    default=0,
    help="Processes to build with.  [default: one a processor]",
)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but what is wrong.")
@click.option("--clean", is_flag=True, help="Make everything anew, and take nothing over from the last site.")
@reporting
def build(
    config_file: str, strict: bool | None, site_dir: str | None, locked: bool, jobs: int, quiet: bool, clean: bool
) -> None:
    """Build the site.

    The new site takes the place of the old one when it is complete; if anything fails, the old one stays. What would
    be as it was is taken over; .cache/briefing/ has what tells it, and can be removed at any time. New
    addresses and feed ids go into content/.ledger, which belongs into git: a build in which one of them would be gone
    fails. Exit code: 0 if the site was built, 1 if not.
    """
    logging.basicConfig(format="%(message)s", level=logging.WARNING if quiet else logging.INFO)
    given = {"strict": strict, "site_dir": site_dir}
    config = runner.load(config_file, **{key: value for key, value in given.items() if value is not None})
    if clean:
        runner.forget(config)
    with progress_bar(quiet) as progress:
        built = runner.build_site(config, locked=locked, jobs=jobs, progress=progress)
    if not quiet:
        click.echo(f"The site is in {Path(config.site_dir)}{'' if built else ' already: nothing has changed'}")


@main.command()
@CONFIG
@click.option("-a", "--address", metavar="HOST:PORT", help="Where to serve.  [default: 127.0.0.1:8000]")
@click.option("--open", "open_", is_flag=True, help="Open the site in the browser.")
@reporting
def serve(config_file: str, address: str | None, open_: bool) -> None:
    """Show the site in a browser while you write.

    A page reloads by itself when its file is saved. Drafts are shown. A mistake in the content is reported here, and
    the last good pages stay; where there are none yet, it is shown in their place. Stop with Ctrl+C.
    """
    logging.basicConfig(format="%(message)s", level=logging.INFO)
    runner.serve_site(config_file, address, open_in_browser=open_)


@main.command()
@CONFIG
@click.argument("directory", type=click.Path(path_type=Path))
@reporting
def export(config_file: str, directory: Path) -> None:
    """Write the composed pages to DIRECTORY, as Markdown, with the settings, the feeds and the theme.

    To read, to compare with an earlier export, or to build with Zensical: `cd DIRECTORY; zensical build`. The folder
    must be empty, absent, or an earlier export.
    """
    config = runner.load(config_file)
    project, options = project_at(config_file), runner.options(config)
    if project.holds(directory):
        raise GeneratorError(f"{directory} lies within the content; give a folder outside of it")
    custom = config.theme.custom_dir
    folders = exporting.Folders(Path(config.config_file_path), project.root, Path(custom) if custom else None)
    drawn = partial(last, directory / folders.content_name) if options.cards else None
    made = build_site(project.root, project.settings, project.shown, history=options.history, drawn=drawn)
    count = write_export(exporting.tree(made, folders, project.settings), directory)
    click.echo(f"{count} files in {directory}")
    if not folders.themed:
        click.echo(
            f"{config_file} has no `custom_dir` there: for Zensical, let it be `{folders.theme_name}`", err=True
        )


@main.command()
@click.argument("code")
@reporting
def explain(code: str) -> None:
    """Tell what the problem CODE means, what gives it, and how to mend it.

    `briefing check` shows the code of each problem: of `error[unknown-tag]` it is unknown-tag; all of that will do
    as well. What is shown is the entry of docs/errors.md, for where the documentation is not at hand. Exit code: 0,
    or 1 if there is no such code.
    """
    click.echo(manual.explain(code))


@main.command("schema")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@reporting
def schema_(directory: Path) -> None:
    """Write the JSON Schema of the front matter of each kind to DIRECTORY, as KIND.schema.json.

    Programs that help to write YAML take from them which keys there are, what each is for, and what may stand there.
    docs/editors.md tells how. They are made of what `briefing check` goes by.
    """
    directory.mkdir(parents=True, exist_ok=True)
    texts = {f"{kind}.schema.json": schema.json_schema(kind) for kind in Kind}
    revise(directory, {name: json.dumps(found, indent=2, ensure_ascii=False) + "\n" for name, found in texts.items()})
    click.echo(f"{len(texts)} files in {directory}")


for _command in (init, editing.new, editing.draft, editing.rename, editing.merge, hosting, ping):
    main.add_command(_command)


def run() -> None:
    """Run the command line, and end the process with its exit code.

    It is ended without letting go of each value first, which takes seconds where there are millions.
    """
    try:
        main()
        status = 0
    except SystemExit as left:
        status = left.code if isinstance(left.code, int) else int(left.code is not None)
    logging.shutdown()
    with suppress(OSError):  # nobody reads any more
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    run()
