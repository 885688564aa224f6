"""Has a server notice at once that a file was saved, where the system tells of it.

mkdocs looks twice a second what has changed, which works everywhere: a file system of a network or of a container
often tells of nothing. It goes on doing so; but whenever the system tells of something, it looks at once.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from threading import Event, Thread

from mkdocs.livereload import LiveReloadServer
from watchdog.events import (
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, EventEmitter

_TELL = ("inotify", "fsevents", "read_directory_changes")  # others look themselves, or keep each file open
_CHANGES: list[type[FileSystemEvent]] = [
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
]
_SETTLE = 0.02  # seconds for what else is told of, as a program may write a file in several steps
_LONG = 1.0  # seconds after which it is seen whether the server is still there


class _Bell(FileSystemEventHandler):
    """Knows whether anything was told of."""

    def __init__(self) -> None:
        self.rung = Event()

    def on_any_event(self, event: FileSystemEvent) -> None:
        self.rung.set()


def watch(server: LiveReloadServer, folders: Iterable[Path]) -> None:
    """Have a server that does not run yet watch folders, and notice at once what changes there or in the content."""
    for folder in folders:
        server.watch(str(folder))
    if Observer.__module__.rpartition(".")[2] not in _TELL:
        return
    bell, observer = _Bell(), Observer()
    looking = [found for found in server.observer.emitters if Path(found.watch.path).is_dir()]
    try:
        for found in looking:
            observer.schedule(bell, found.watch.path, recursive=True, event_filter=_CHANGES)
        observer.start()
    except OSError:  # the system has no more to give: what it looks for twice a second is found then
        observer.unschedule_all()
        return
    Thread(target=_look, args=(observer, bell.rung, looking), daemon=True).start()


def _look(observer: BaseObserver, rung: Event, looking: list[EventEmitter]) -> None:
    """Look in folders whenever something was told of, as long as they are watched."""
    while not any(found.stopped_event.is_set() for found in looking):
        if rung.wait(_LONG):
            time.sleep(_SETTLE)
            rung.clear()
            for found in looking:
                if found.is_alive():  # or it has not seen yet what was there before
                    found.queue_events(0)
    observer.stop()
