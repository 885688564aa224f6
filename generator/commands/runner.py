"""Starts mkdocs for the command line, with the configuration of a site."""

from __future__ import annotations

import errno
import os
import re
import signal
import socket
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from mkdocs.commands import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.config.base import ValidationError
from mkdocs.config.config_options import IpAddress
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, ConfigurationError, MkDocsException
from mkdocs.utils import get_theme_dir

from generator.adapter import cache, unchanged
from generator.adapter.enduring import own_faults
from generator.adapter.options import BriefingOptions, settings_of, spoken_in
from generator.adapter.options import today as day_of_build
from generator.adapter.plugin import BriefingPlugin
from generator.adapter.resuming import resume
from generator.core.errors import GeneratorError, InvalidContent
from generator.core.garbage import collection_paused
from generator.core.progress import Progress
from generator.core.settings import Settings
from generator.output.staging import Stats
from generator.reading import decoding, frontmatter, markup
from generator.reading.tree import ContentFile

_REFERENCE = re.compile(r"(?<=[\s\[,])[!&*][^\s,\]}]*")  # a tag, anchor or alias of YAML
_LAST_PORT = 65_535
_ENDS = ("SIGTERM", "SIGHUP")  # signals that end a program; Windows has only the first


def load(config_file: str, **overrides: Any) -> MkDocsConfig:
    """Return the mkdocs configuration of a site. Raises GeneratorError where it cannot be read or has no Briefing."""
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")  # silences Material's notice about its own future at each start
    try:
        with own_faults(Path(config_file).parent):
            config = load_config(config_file, **overrides)
    except (Abort, ConfigurationError) as error:
        if isinstance(error, ConfigurationError):
            _inspect_text(config_file)
        raise GeneratorError(f"{config_file}: {error}") from error
    if not any(_briefing(config)):
        raise GeneratorError(f"{config_file}: `plugins` does not list `briefing`")
    return config


def _inspect_text(config_file: str) -> None:
    """Raise InvalidContent where a configuration is no text, has marks of a merge, or is no YAML.

    mkdocs says so in the words of its parser. What front matter must not have, tags, anchors and aliases, is blanked.
    """
    source, problems = decoding.load(Path(config_file).read_bytes(), ContentFile(config_file, config_file))
    problems = problems or tuple(markup.conflicts(source.text, config_file))
    text = _REFERENCE.sub(lambda found: ("x" if found[0][0] == "*" else " ") * len(found[0]), source.text)
    problems = problems or frontmatter.read_mapping(text, config_file, 1)[1]
    if problems:
        raise InvalidContent(problems, {config_file: source.text})


def options(config: MkDocsConfig) -> BriefingOptions:
    """Return the options of Briefing in the configuration of a site."""
    return next(_briefing(config)).config


def load_settings(config: MkDocsConfig, *, drafts: bool = False) -> Settings:
    """Return the settings of a site. Raises GeneratorError where the options are not valid."""
    try:
        return settings_of(config, options(config), drafts=drafts)
    except ConfigurationError as error:
        raise GeneratorError(str(error)) from error


def today() -> date:
    """Return the day of a build. Raises GeneratorError where the environment says none."""
    try:
        return day_of_build()
    except ConfigurationError as error:
        raise GeneratorError(str(error)) from error


def languages() -> frozenset[str]:
    """Return the languages that Material speaks, as `theme: language:` names them: `en`, `pt-BR`."""
    return spoken_in([get_theme_dir("material")])


def build_site(
    config: MkDocsConfig, *, locked: bool = False, jobs: int = 0, progress: Progress | None = None
) -> bool:
    """Build a site as `mkdocs build` does, unless it is there, and return whether it had to be built.

    A `locked` build fails as well where it would publish what the ledger does not have. `jobs` processes render
    pages, as many as there are processors where it is 0. `progress` is told how far it is. Raises GeneratorError
    where the build fails; the last good site then stays.
    """
    settings, content = load_settings(config), Path(config.docs_dir)
    stamps = cache.folder(config.config_file_path) / cache.STAMPS
    now = unchanged.inputs(config, settings, options(config).history)
    since = unchanged.since(stamps, now, Path(config.site_dir), content) if now else None
    if since is not None and not since.edited:
        return False

    def keep(files: Stats, mark: str) -> None:
        if now is not None:
            unchanged.keep(stamps, now, files, content, mark)

    plugin = next(_briefing(config))
    plugin.locked, plugin.jobs, plugin.kept = locked, jobs, keep if now else None
    if progress is not None:
        plugin.progress = progress
    config.plugins.on_startup(command="build", dirty=False)
    try:
        with collection_paused():
            resumed = since is not None and resume(config, options(config), settings, since, plugin.progress, keep)
        if not resumed:
            with own_faults(Path(config.config_file_path).parent):
                mkdocs_build.build(config)
    except MkDocsException as error:
        raise GeneratorError(str(error)) from error
    finally:
        config.plugins.on_shutdown()
        plugin.kept = None  # mkdocs has the same plugin for the next site of this process
    return True


def forget(config: MkDocsConfig) -> None:
    """Remove what is remembered of earlier builds. Raises GeneratorError where it cannot be removed."""
    try:
        cache.clear(config.config_file_path)
    except OSError as error:
        raise GeneratorError(f"{error.filename} cannot be removed: {error.strerror}") from error


def serve_site(config_file: str, address: str | None = None, *, open_in_browser: bool = False) -> None:
    """Serve a site as `mkdocs serve` does, until interrupted: at an address, or where its configuration says.

    Whoever ends it (a service manager, a terminal that is closed) interrupts it, as Ctrl+C does: the site that is
    served lies in a temporary folder, which mkdocs removes then.

    Raises GeneratorError where the configuration cannot be read, nothing can be served there, or a template or hook
    of the site fails before there is a page to show.
    """
    from mkdocs.commands import serve as mkdocs_serve  # only here: no build needs its web server

    if address is not None:
        _inspect(address)
    config = load(config_file, dev_addr=address)
    load_settings(config)
    _try(*config.dev_addr)
    for name in _ENDS:
        if signal.getsignal(number := getattr(signal, name, signal.SIGINT)) is signal.SIG_DFL:  # not so with `nohup`
            signal.signal(number, signal.default_int_handler)
    with own_faults(Path(config_file).parent):
        mkdocs_serve.serve(config_file=config_file, open_in_browser=open_in_browser, dev_addr=address)


def _inspect(address: str) -> None:
    """Raise GeneratorError where mkdocs cannot read an address: it would name a key of mkdocs.yml, not our option."""
    try:
        IpAddress().validate(address)
    except ValidationError as error:
        form = "an IP address or `localhost`, a colon and a port: `--address 127.0.0.1:8001`"
        raise GeneratorError(f"`{address}` is not an address to serve at; give {form}") from error


def _try(host: str, port: int) -> None:
    """Raise GeneratorError where nothing can be served: mkdocs would notice only after building the site."""
    shown = f"[{host}]" if ":" in host else host
    if not 0 < port <= _LAST_PORT:
        raise GeneratorError(f"there is no port {port}; give one from 1 to {_LAST_PORT}: `--address {shown}:8001`")
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            other = port + 1 if port < _LAST_PORT else port - 1
            raise GeneratorError(
                f"port {port} is in use by another program; try `--address {shown}:{other}`"
            ) from error
        why = str(error.strerror).partition(" (")[0]
        raise GeneratorError(f"{shown}:{port} cannot be used ({why}); try `--address 127.0.0.1:8001`") from error


def _briefing(config: MkDocsConfig) -> Iterator[BriefingPlugin]:
    return (plugin for plugin in config.plugins.values() if isinstance(plugin, BriefingPlugin))
