"""The commands for a site that was built: `hosting` tells a server how to send it, `ping` a hub what is new."""

from __future__ import annotations

from pathlib import Path

import click

from generator.commands.console import CONFIG, Project, project_at, reporting
from generator.core import urls
from generator.core.errors import GeneratorError
from generator.hosting import headers, hosts
from generator.linking.channels import channels
from generator.output import redirects
from generator.output.writer import existing, revise
from generator.syndication import websub

SITE_DIR = click.option(
    "-d",
    "--site-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of the built site, if it is not the one in mkdocs.yml.",
)


@click.command()
@CONFIG
@click.argument("server", type=click.Choice([*hosts.SERVERS]))
@SITE_DIR
@click.option(
    "--root",
    default="/srv/briefing",
    show_default=True,
    help="The folder that the server serves. If `site_url` has a path, the site is at that path in it.",
)
@click.option(
    "--listen",
    metavar="ADDRESS",
    default="",
    help="Where the server listens, as its configuration writes it.  [default: all]",
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.  [default: show it]"
)
@reporting
def hosting(
    config_file: str, server: str, site_dir: Path | None, root: str, listen: str, output: Path | None
) -> None:
    """Write the configuration of a web SERVER for the built site.

    It has the Content-Security-Policy and the other headers, the media types of feeds, redirects (301), compression,
    how long browsers may keep each file, and the page for addresses that do not exist. All of it comes from
    `_headers` and `_redirects` of the site: write it again after each build.
    """
    project = project_at(config_file)
    folder = site_dir or project.built
    text = existing(folder, headers.PATH)
    if text is None:
        raise GeneratorError(f"there is no site in {folder}: run `briefing build` first")
    moved = existing(folder, redirects.PATH) or b""
    host = hosts.read(text.decode(), moved.decode(), project.settings, root, listen)
    configuration = hosts.SERVERS[server](host)
    if output:
        revise(output.parent, {output.name: configuration})
    click.echo(output or configuration, nl=bool(output))


@click.command()
@CONFIG
@SITE_DIR
@click.option("--all", "all_", is_flag=True, help="Tell of every feed, not only of those that have changed.")
@click.option("--dry-run", is_flag=True, help="Only show which feeds the hub would be told of.")
@reporting
def ping(config_file: str, site_dir: Path | None, all_: bool, dry_run: bool) -> None:
    """Tell the WebSub hub which feeds have changed.

    Do this when the site is published. The hub is the one at `feeds: hub` in mkdocs.yml. A feed has changed if its
    file differs from that of the last ping, which .cache/briefing/ remembers; if that is missing, the hub is told of
    all feeds.
    """
    project = project_at(config_file)
    if not project.settings.feed_hub:
        raise GeneratorError("there is no hub; name one in mkdocs.yml, below `briefing`: `feeds: {hub: https://…}`")
    now = websub.digests(_feeds(project, site_dir or project.built))
    known = {} if all_ else websub.parse(existing(project.cache, websub.RECORD))
    changed = [address for address, digest in now.items() if known.get(address) != digest]
    if dry_run:
        told = changed
    else:
        told = [*websub.tell(project.settings.feed_hub, changed)]
        revise(project.cache, {websub.RECORD: websub.as_text(now)})
    for address in told:
        click.echo(address)
    click.echo(f"{len(told)} of {len(now)} feeds have changed")


def _feeds(project: Project, folder: Path) -> dict[str, bytes]:
    """Return the newest document of each feed of the site in each format, by its address."""
    documents = {}
    for channel in channels(project.sound().library, project.settings):
        for path in urls.feed_paths(channel.folder):
            if (data := existing(folder, path)) is None:
                raise GeneratorError(f"{folder / path} does not exist: run `briefing build` first")
            documents[urls.absolute(path, project.settings)] = data
    return documents
