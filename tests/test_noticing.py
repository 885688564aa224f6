"""A server that notices at once that a file was saved, and no other way of touching one."""

import threading
import time
from contextlib import contextmanager

import pytest
from mkdocs.livereload import LiveReloadServer
from watchdog.observers.polling import PollingEmitter

from generator.adapter import noticing

NEVER = 3600  # seconds between two looks of mkdocs, so that something is found for another reason


@contextmanager
def serving(tmp_path, interval=NEVER):
    """Serve a folder, and give it with what counts the builds, of which each can be waited for."""
    content, built = tmp_path / "content", threading.Semaphore(0)
    content.mkdir()
    (content / "one.md").write_text("one")
    server = LiveReloadServer(built.release, "127.0.0.1", 0, str(tmp_path), polling_interval=interval)
    (tmp_path / "mkdocs.yml").write_text("site_name: S")
    server.watch(str(content))
    server.watch(str(tmp_path / "mkdocs.yml"))
    theme = tmp_path / "theme"
    theme.mkdir()
    noticing.watch(server, [theme])
    thread = threading.Thread(target=server.serve)
    thread.start()
    while not (server.observer.is_alive() and server.serve_thread.is_alive()):  # it looks for nothing before
        time.sleep(0.01)
    try:
        yield tmp_path, built
    finally:
        server.shutdown(wait=True)
        thread.join()


def write(path):
    path.write_text("another")


def exchange(path):
    """Save as many editors do."""
    new = path.with_suffix(".new")
    new.write_text("another")
    new.replace(path)


@pytest.mark.parametrize("save", [write, exchange])
@pytest.mark.parametrize("place", ["content/one.md", "content/two.md", "theme/main.html", "mkdocs.yml"])
def test_what_is_saved_is_noticed_at_once_and_only_once(tmp_path, save, place):
    with serving(tmp_path) as (folder, built):
        for _ in range(2):
            save(folder / place)
            assert built.acquire(timeout=20)
        time.sleep(0.5)
        assert not built.acquire(blocking=False)


def test_a_new_folder_is_looked_into_as_well(tmp_path):
    with serving(tmp_path) as (folder, built):
        (folder / "content/articles").mkdir()
        (folder / "content/articles/one.md").write_text("one")
        assert built.acquire(timeout=20)
        write(folder / "content/articles/one.md")
        assert built.acquire(timeout=20)


def test_it_is_looked_only_where_something_was_told_of_and_not_below_the_project(tmp_path, monkeypatch):
    looked, look = [], PollingEmitter.queue_events
    monkeypatch.setattr(
        PollingEmitter, "queue_events", lambda self, wait: (wait or looked.append(self.watch.path), look(self, wait))
    )
    with serving(tmp_path) as (folder, built):
        (folder / ".cache").mkdir()
        (folder / ".cache/documents.db").write_text("words")
        write(folder / "content/one.md")
        assert built.acquire(timeout=20)
        assert set(looked) == {str(folder / "content")}


def test_a_file_that_is_read_is_no_change(tmp_path):
    with serving(tmp_path) as (folder, built):
        (folder / "content/one.md").read_text()
        time.sleep(0.5)
        assert not built.acquire(blocking=False)


def test_where_the_system_tells_of_nothing_what_is_saved_is_found_all_the_same(tmp_path, monkeypatch):
    def start(_self):
        raise OSError("inotify watch limit reached")

    monkeypatch.setattr(noticing.Observer, "start", start)
    with serving(tmp_path, interval=0.1) as (folder, built):
        write(folder / "content/one.md")
        assert built.acquire(timeout=20)


def test_nothing_is_left_when_the_server_is_gone(tmp_path):
    before = set(threading.enumerate())
    with serving(tmp_path):
        assert set(threading.enumerate()) - before
    left = set(threading.enumerate()) - before
    for thread in left:
        thread.join(20)
    assert not any(thread.is_alive() for thread in left)
