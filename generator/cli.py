"""The command line."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial, wraps
from pathlib import Path
from typing import Any

import click

from generator import __version__, originals, plugin, renaming, reporting, sources
from generator.build import Checked, source
from generator.build import build as build_site
from generator.build import check as check_site
from generator.drafts import drafts, source_text
from generator.errors import GeneratorError, InvalidContent, is_error, report
from generator.fixing import fix
from generator.output import File, revise, write_new
from generator.output import export as write_export
from generator.renaming import Revision
from generator.settings import COLLECTIONS, Settings

_CONFIG = click.option(
    "-f",
    "--config-file",
    default="mkdocs.yml",
    show_default=True,
    type=click.Path(exists=True, dir_okay=False),
    help="The configuration of the site.",
)


def _reporting(command: Callable[..., None]) -> Callable[..., None]:
    """Show what Briefing refuses to do as a message on standard error, and exit with 1."""

    @wraps(command)
    def run(**arguments: Any) -> None:
        try:
            command(**arguments)
        except GeneratorError as error:
            click.echo(str(error), err=True)
            sys.exit(1)

    return run


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


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="briefing")
def main() -> None:
    """Turn curated articles, kept as Markdown, into a briefing site.

    Run it in the folder that holds mkdocs.yml. You write digests of articles in content/articles/, and a page for
    each summit, leader and theme; Briefing links them, collects what concerns each page, and makes feeds.

    \b
    A usual day:
      briefing check      tells what is wrong in the content, if anything
      briefing serve      shows the site at http://127.0.0.1:8000 while you write
      briefing build      writes the site to site/
    """  # noqa: D301  (click reads the escape)


@main.command()
@_CONFIG
@click.option("-v", "--verbose", is_flag=True, help="Also tell which names were found and not linked, and why.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", *reporting.FORMATS]),
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
    help="Also look for passages copied from the source texts in DIR, and quotations that are not in them.",
)
@_reporting
def check(config_file: str, verbose: bool, form: str, fix_: bool, folder: Path | None) -> None:
    """Look for mistakes in the content, without building anything.

    Every problem is shown with its file, line and column, and how to mend it. Exit code: 0 if there are none or only
    warnings, 1 if there are errors, 2 if the command was called wrongly.
    """
    config = plugin.load(config_file)
    root, settings = Path(config.docs_dir), plugin.load_settings(config)
    if fix_:
        for line in _mend(root, settings):
            click.echo(line, err=form != "text")
    checked = check_site(root, settings, plugin.shown_root(root))
    if folder:
        texts = {path.stem: source_text(path) for path in sources.found(folder, ".txt", ".md", ".html", ".htm")}
        compared = originals.check(checked.library, checked.lines, texts)
        checked = replace(checked, problems=tuple(sorted([*checked.problems, *compared])))
    shown = sorted([*checked.problems, *(checked.notes if verbose else ())])
    if form != "text":
        click.echo(reporting.FORMATS[form](shown))
    else:
        if shown:
            click.echo(report(shown, checked.lines, _paint), color=_colour())
        click.echo(_verdict(checked))
    if any(map(is_error, checked.problems)):
        sys.exit(1)


def _mend(root: Path, settings: Settings) -> Iterator[str]:
    """Put every content file in order that can be, and yield what was done."""
    shown = plugin.shown_root(root)
    content = sources.read(root, replace(settings, drafts=True), shown)
    fixes = {}
    for kind, path in sources.files(root, settings):
        name, text = path.relative_to(root).as_posix(), sources.exact(path)
        if text is not None:
            fixes[name] = fix(text, kind, f"{shown}/{name}", content.problems, content.lines)
    fixes = {name: found for name, found in fixes.items() if found.done}
    revise(root, {name: found.text for name, found in fixes.items()})
    for name, found in fixes.items():
        yield f"mended  {shown}/{name}: {', '.join(found.done)}"


def _verdict(checked: Checked) -> str:
    if any(map(is_error, checked.problems)):
        return "The site cannot be built until the errors are mended."
    count = sum(document.kind in COLLECTIONS for document in checked.library.documents.values())
    return f"{count} documents, {'no errors' if checked.problems else 'no problems'}."


@main.command()
@_CONFIG
@click.option(
    "--strict/--no-strict", default=None, help="Whether a warning fails the build; otherwise as mkdocs.yml has it."
)
@click.option("-d", "--site-dir", type=click.Path(file_okay=False), help="Write to this folder instead of site/.")
@click.option(
    "--locked", is_flag=True, help="Fail where the ledger of addresses lacks something, and do not add to it."
)
@_reporting
def build(config_file: str, strict: bool | None, site_dir: str | None, locked: bool) -> None:
    """Build the site.

    The new site takes the place of the old one when it is complete; if anything fails, the old one stays. New
    addresses and feed ids go into content/.ledger, which belongs into git: a build in which one of them would be gone
    fails. Exit code: 0 if the site was built, 1 if not.
    """
    logging.basicConfig(format="%(message)s", level=logging.INFO)
    given = {"strict": strict, "site_dir": site_dir}
    config = plugin.load(config_file, **{key: value for key, value in given.items() if value is not None})
    plugin.build_site(config, locked=locked)
    click.echo(f"The site is in {Path(config.site_dir)}")


@main.command()
@_CONFIG
@click.option("-a", "--address", metavar="HOST:PORT", help="Where to serve.  [default: 127.0.0.1:8000]")
@click.option("--open", "open_", is_flag=True, help="Open the site in the browser.")
@_reporting
def serve(config_file: str, address: str | None, open_: bool) -> None:
    """Show the site in a browser while you write.

    A page reloads by itself when its file is saved. Drafts are shown. A mistake in the content is reported here, and
    the last good pages stay. Stop with Ctrl+C.
    """
    logging.basicConfig(format="%(message)s", level=logging.INFO)
    plugin.load(config_file)
    options = {"dev_addr": address} if address else {}
    plugin.serve_site(config_file, open_in_browser=open_, **options)


@main.command()
@_CONFIG
@click.argument("directory", type=click.Path(path_type=Path))
@_reporting
def export(config_file: str, directory: Path) -> None:
    """Write the composed pages to DIRECTORY, as Markdown.

    This is what the site is made of: to read, to compare with an earlier export, or to render with another tool. The
    folder must be empty, absent, or an earlier export.
    """
    config = plugin.load(config_file)
    root = Path(config.docs_dir)
    settings = plugin.load_settings(config)
    if directory.resolve().is_relative_to(root.resolve()):
        raise GeneratorError(f"{directory} lies within the content; give a folder outside of it")
    site = build_site(root, settings, plugin.shown_root(root))
    written = [File(page.path, source(page).encode()) for page in site.pages]
    folders = tuple(f"{settings.collection(kind).slug}/" for kind in COLLECTIONS)
    count = write_export([*written, *site.files, *_others(root, folders, {file.path for file in written})], directory)
    click.echo(f"{count} files in {directory}")


@main.command()
@_CONFIG
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path), help="Write to this folder.")
@_reporting
def draft(config_file: str, files: tuple[Path, ...], output: Path | None) -> None:
    """Draft digests of source texts: FILES of plain text or HTML, each of one text or of several in a row.

    A draft has what was found: where a text begins, outlet, date, authors, which pages of the site it names, who in
    office has none, quotations with their speakers, figures. What is a guess is marked with a question mark. No other
    sentence of the source is copied. Drafts are shown, or written to a folder outside of the content; no file is
    replaced.
    """
    config = plugin.load(config_file)
    root = Path(config.docs_dir)
    if output and output.resolve().is_relative_to(root.resolve()):
        raise GeneratorError(f"{output} lies within the content; a draft becomes a digest when you have written it")
    library = check_site(root, plugin.load_settings(config), plugin.shown_root(root)).library
    for file in files:
        for one in drafts(file, source_text(file), library):
            if output is None:
                click.echo(one.text)
            else:
                click.echo(write_new(output / f"{one.name}.md", one.text))


@main.command()
@_CONFIG
@click.argument("old")
@click.argument("new")
@_reporting
def rename(config_file: str, old: str, new: str) -> None:
    """Give the document with the slug OLD the slug NEW.

    The file moves, everything that refers to it follows, and its old address leads to the new one. The ids in feeds
    stay, so that no feed reader sees an old item as new.
    """
    _revise(config_file, partial(renaming.rename, old=old, new=new))


@main.command()
@_CONFIG
@click.argument("old")
@click.argument("into")
@_reporting
def merge(config_file: str, old: str, into: str) -> None:
    """Put the document with the slug OLD into the one with the slug INTO.

    What referred to OLD refers to INTO, its names become names of INTO, its text goes below that of INTO, and its
    address leads there. Where both have a value for a key, that of INTO stays and the other is shown.
    """
    _revise(config_file, partial(renaming.merge, old=old, into=into))


def _revise(config_file: str, change: Callable[..., Revision]) -> None:
    """Change content that has no errors, drafts included, and tell which files were written."""
    config = plugin.load(config_file)
    root, settings = Path(config.docs_dir), plugin.load_settings(config, drafts=True)
    checked = check_site(root, settings, plugin.shown_root(root))
    if any(map(is_error, checked.problems)):
        raise InvalidContent(checked.problems, checked.lines)
    revision = change(checked.library, sources.texts(root), settings)
    revise(root, revision.texts, revision.removed)
    for path in sorted([*revision.texts, *revision.removed]):
        click.echo(f"{'removed' if path in revision.removed else 'written'}  {plugin.shown_root(root)}/{path}")
    for note in revision.notes:
        click.echo(f"\n{note}")
    after = check_site(root, settings, plugin.shown_root(root))
    if news := sorted(set(after.problems) - set(checked.problems)):
        click.echo(f"\n{report(news, after.lines, _paint)}", color=_colour())


def _others(root: Path, folders: tuple[str, ...], taken: set[str]) -> Iterator[File]:
    """Yield the files of the content folder that are passed on as they are: hand-written pages, pictures."""
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        generated = name in taken or (name.startswith(folders) and name.endswith(".md"))
        if path.is_file() and not generated and not any(part.startswith(".") for part in Path(name).parts):
            yield File(name, path.read_bytes())


if __name__ == "__main__":
    main()
