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
from generator.core.errors import GeneratorError
from generator.core.settings import COLLECTIONS, Kind
from generator.output.writer import existing, revise
from generator.output.writer import export as write_export
from generator.reading import schema

_NAMED = 5  # documents that are not on the site yet and are named


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="briefing")
def main() -> None:
    """Turn curated articles, kept as Markdown, into a briefing site.

    Run it in the folder that holds mkdocs.yml. You write digests of articles in content/articles/, and a page for
    each meeting, person and theme; Briefing links them, collects what concerns each page, and makes feeds.

    `briefing init DIR` begins a site.

    \b
    A usual day:
      briefing check      shows what is wrong in the content, if anything
      briefing serve      shows the site at http://127.0.0.1:8000 while you write
      briefing build      writes the site to site/
    """  # noqa: D301  (click reads the escape)
    speak_utf8()


@main.command()
@CONFIG
@click.option("-v", "--verbose", is_flag=True, help="Also show which names were found and not linked, and why.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", *FORMATS]),
    default="text",
    show_default=True,
    help="How to write problems: as text for people, or for programs.",
)
@click.option(
    "--fix",
    "fix_",
    is_flag=True,
    help="First fix what needs no judgement: forms of dates, the order of keys, spaces at the ends of lines.",
)
@click.option(
    "--originals",
    "folder",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Also compare with the source texts in DIR, and report copied passages and quotations that are not in them. "
    "The text of the digest a-summit.md is called a-summit.txt, .md or .html.",
)
@reporting
def check(config_file: str, verbose: bool, form: str, fix_: bool, folder: Path | None) -> None:
    """Look for mistakes in the content, without building the site.

    Each problem is shown with its file, line and column, and how to fix it. Exit code: 0 if there are no problems or
    only warnings, 1 if there are errors, 2 if the command was called wrongly.
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
            show(shown, checked.content.texts)
        click.echo(_verdict(checked, strict=project.strict))
    if checked.has_errors:
        sys.exit(1)


def _compared(checked: Checked, folder: Path) -> Checked:
    texts, lost = originals.read(folder)
    found = originals.check(checked.library, checked.content.texts, texts)
    return replace(checked, problems=tuple(sorted([*checked.problems, *lost, *found])))


def _verdict(checked: Checked, *, strict: bool) -> str:
    if checked.has_errors:
        return "The site cannot be built until the errors are fixed."
    count = sum(document.kind in COLLECTIONS for document in checked.library.documents.values())
    said = f"{count} documents, {'no errors' if checked.problems else 'no problems'}."
    if checked.problems and strict:
        said += " Warnings stop a build as well, because mkdocs.yml has `strict: true`."
    return f"{said}\n{_waiting(checked.content.held)}".strip()


def _waiting(held: Mapping[str, str]) -> str:
    named = [f"`{slug}` {why}" for slug, why in islice(sorted(held.items()), _NAMED)]
    more = [f"and {len(held) - _NAMED} more"] if len(held) > _NAMED else []
    return f"Not on the site yet: {', '.join([*named, *more])}." if held else ""


@main.command()
@CONFIG
@click.option(
    "--strict/--no-strict", default=None, help="Whether warnings stop the build.  [default: as in mkdocs.yml]"
)
@click.option(
    "-d", "--site-dir", type=click.Path(file_okay=False), help="Write to this folder, not to the one in mkdocs.yml."
)
@click.option(
    "--locked", is_flag=True, help="Add nothing to content/.ledger, and fail if an address is missing there."
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(0),
    default=0,
    help="How many processes to use.  [default: one for each processor]",
)
@click.option("-q", "--quiet", is_flag=True, help="Show only what is wrong.")
@click.option("--clean", is_flag=True, help="Make everything again, and reuse nothing of the last build.")
@reporting
def build(
    config_file: str, strict: bool | None, site_dir: str | None, locked: bool, jobs: int, quiet: bool, clean: bool
) -> None:
    """Build the site.

    The new site replaces the old one when it is complete; if anything fails, the old one stays. What has not changed
    is reused: .cache/briefing/ remembers it, and can be deleted at any time. New addresses and feed ids are added to
    content/.ledger, which you commit with the content; a build that would lose one of them fails. Exit code: 0 if the
    site was built, 1 if not.
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

    Pages reload by themselves when you save a file. Drafts are shown. A mistake in the content is reported here, and
    the last good pages stay; if there are none yet, the browser shows the mistake. Stop with Ctrl+C.
    """
    logging.basicConfig(format="%(message)s", level=logging.INFO)
    runner.serve_site(config_file, address, open_in_browser=open_)


@main.command()
@CONFIG
@click.argument("directory", type=click.Path(path_type=Path))
@reporting
def export(config_file: str, directory: Path) -> None:
    """Write the composed pages to DIRECTORY, as Markdown.

    The settings, the feeds and the theme go with them. You can read them, compare them with an earlier export, or
    build them with Zensical: `cd DIRECTORY; zensical build`. The folder must be new, empty, or an earlier export.
    """
    config = runner.load(config_file)
    project, options = project_at(config_file), runner.options(config)
    if project.holds(directory):
        raise GeneratorError(f"{directory} is in the content folder; give a folder outside")
    custom = config.theme.custom_dir
    folders = exporting.Folders(Path(config.config_file_path), project.root, Path(custom) if custom else None)
    drawn = partial(existing, directory / folders.content_name) if options.cards else None
    made = build_site(project.root, project.settings, project.shown, history=options.history, drawn=drawn)
    count = write_export(exporting.tree(made, folders, project.settings), directory)
    click.echo(f"{count} files in {directory}")
    if not folders.themed:
        click.echo(
            f"for Zensical, write `theme: custom_dir: {folders.theme_name}` in {directory / 'mkdocs.yml'}", err=True
        )


@main.command()
@click.argument("code")
@reporting
def explain(code: str) -> None:
    """Explain a problem by its CODE: what it means, and how to fix it.

    `briefing check` shows the code of each problem in brackets: in `error[unknown-tag]` it is unknown-tag. You can
    give all of that as well. The text is that of docs/errors.md. Exit code: 0, or 1 if there is no such code.
    """
    click.echo(manual.explain(code))


@main.command("schema")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@reporting
def schema_(directory: Path) -> None:
    """Write JSON Schemas of front matter to DIRECTORY.

    There is one for each kind of document, KIND.schema.json. Text editors use them to suggest keys and values, to
    explain them, and to mark mistakes: see docs/editors.md. They have the same rules as `briefing check`.
    """
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
