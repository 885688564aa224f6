"""Has a server notice at once that a file was saved, where the system reports it.

mkdocs looks for changes twice a second, which works everywhere: a file system of a network or of a container often
reports nothing. It goes on doing so, but looks at once whenever the system does report something.
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

_REPORTING = ("inotify", "fsevents", "read_directory_changes")  # other observers poll, or keep each file open
_CHANGES: list[type[FileSystemEvent]] = [
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
]
_SETTLE = 0.02  # seconds to wait for further reports, as a program may write a file in several steps
_LONG = 1.0  # seconds after which to look whether the server is still there


class _Bell(FileSystemEventHandler):
    """Notes that a change was reported in a folder, which the emitter `looking` of mkdocs polls."""

    def __init__(self, looking: EventEmitter, any_rung: Event) -> None:
        self.looking, self._any_rung, self._rung = looking, any_rung, False

    def on_any_event(self, event: FileSystemEvent) -> None:
        self._rung = True
        self._any_rung.set()

    def answer(self) -> None:
        """Look into the folder, if a change was reported there."""
        rung, self._rung = self._rung, False
        if rung and self.looking.is_alive():  # before it runs, it does not know yet what was there before
            self.looking.queue_events(0)


def watch(server: LiveReloadServer, folders: Iterable[Path]) -> None:
    """Have a server that does not run yet watch these folders too, and notice any change at once."""
    for folder in folders:
        server.watch(str(folder))
    if Observer.__module__.rpartition(".")[2] not in _REPORTING:
        return
    rung, observer = Event(), Observer()
    bells = [_Bell(found, rung) for found in server.observer.emitters if Path(found.watch.path).is_dir()]
    try:
        for bell in bells:
            place = bell.looking.watch
            observer.schedule(bell, place.path, recursive=place.is_recursive, event_filter=_CHANGES)
        observer.start()
    except OSError:  # the system has no watches left to give: then polling has to do
        observer.unschedule_all()
        return
    Thread(target=_answer, args=(observer, rung, bells), daemon=True).start()


def _answer(observer: BaseObserver, rung: Event, bells: list[_Bell]) -> None:
    """Look where changes were reported, whenever they are, as long as the server watches the folders."""
    while not any(bell.looking.stopped_event.is_set() for bell in bells):
        if rung.wait(_LONG):
            time.sleep(_SETTLE)
            rung.clear()
            for bell in bells:
                bell.answer()
    observer.stop()
