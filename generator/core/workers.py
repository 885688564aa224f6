"""Spreads work over the processors of a machine.

The work is cut into batches. This process does some itself; each worker is a copy of it (fork), so that only the
number of a batch has to be sent there. Each begins with a share of its own, and goes on with another's when that is
done. A worker does not outlive the process that began it: nobody would take what it makes.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import sys
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

from generator.core.errors import GeneratorError
from generator.core.mappings import group

T = TypeVar("T")
R = TypeVar("R")
_Answers = SimpleQueue[tuple[int, bytes]]  # the number of a batch and its result, pickled

_UNSEEN = 50_000  # new objects after which garbage is collected
_AHEAD = 2  # batches that a worker has at a time, so that it need not wait for the next one


def processors() -> int:
    """Return how many processors this process may use; 1 where a process cannot be copied safely.

    On macOS it can, but system libraries do not survive it (bpo-33725); on Windows it cannot.
    """
    if sys.platform in ("darwin", "win32"):
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(
    task: Callable[[Sequence[T]], R],
    items: Sequence[T],
    size: int,
    jobs: int,
    kin: Callable[[T], str] = lambda _: "",
) -> Generator[R, None, None]:
    """Yield what `task` makes of each batch of up to `size` items, with `jobs` processes, of which this is one.

    Items of one `kin` have something in common that a process makes once: they go to one process, unless that would
    have more than its share. Results come in the same order however many processes there are: those of items without
    kin ("") first, then kin by kin. With one job, or one batch, all is done here. What a task raises is raised here
    (`sendable`). Closing the generator ends the work.
    """
    families = group((kin(item), item) for item in items)
    batches = [
        (name, found[at : at + size]) for name, found in sorted(families.items()) for at in range(0, len(found), size)
    ]
    if jobs < 2 or len(batches) < 2:
        yield from map(task, (batch for _, batch in batches))
        return
    rota = _Rota(_shares(batches, min(jobs, len(batches))))
    yield from _gathered(task, [batch for _, batch in batches], rota)


def _shares(batches: Sequence[tuple[str, Sequence[object]]], jobs: int) -> list[deque[int]]:
    """Return the batches of each process: those of one kin together, up to an equal share of the items."""
    most = sum(len(batch) for _, batch in batches) / jobs
    loads, shares = [0] * jobs, [0] * len(batches)
    last: dict[str, int] = {}
    for at in sorted(range(len(batches)), key=lambda at: not batches[at][0]):  # those without kin fill the gaps
        name, batch = batches[at]
        mine = last.get(name, -1) if name else -1
        if mine < 0 or loads[mine] + len(batch) > most:
            mine = loads.index(min(loads))
        last[name] = shares[at] = mine
        loads[mine] += len(batch)
    return [deque(at for at, share in enumerate(shares) if share == number) for number in range(jobs)]


class _Rota:
    """The batches that nobody has begun yet, as shares of processes; the number of this process is 0."""

    def __init__(self, shares: Sequence[deque[int]]) -> None:
        self.processes = len(shares)
        self._shares = shares
        self._lock = Lock()

    def next(self, process: int) -> int | None:
        """Return the next batch for a process, if any: the first of its share, else the last of the longest one."""
        with self._lock:
            if self._shares[process]:
                return self._shares[process].popleft()
            longest = max(self._shares, key=len)
            return longest.pop() if len(longest) > 1 else None  # its own process is about to begin the last one


def _gathered(task: Callable[[Sequence[T]], R], batches: Sequence[Sequence[T]], rota: _Rota) -> Iterator[R]:
    """Yield the result of each batch, in order, with as many processes as the rota has."""
    fork = multiprocessing.get_context("fork")
    workers: list[ForkProcess] = []
    connections: list[Connection] = []
    leaders: list[Thread] = []
    answers: _Answers = SimpleQueue()
    before = gc.get_threshold()
    gc.freeze()  # what is there stays, and a worker that looked through it would copy its memory
    gc.set_threshold(_UNSEEN)  # at the default of 700 it takes a thirtieth of the time; so, half of that
    try:
        for _ in range(1, rota.processes):
            ours, theirs = fork.Pipe()
            connections.append(ours)
            worker = fork.Process(target=_work, args=(task, batches, theirs, connections), daemon=True)
            worker.start()
            workers.append(worker)
            theirs.close()
        for number, connection in enumerate(connections, 1):  # only now: a fork has none of the threads
            leader = Thread(target=_lead, args=(connection, number, rota, answers), daemon=True)
            leader.start()
            leaders.append(leader)
        yield from _in_order(task, batches, rota, answers)
    finally:
        gc.set_threshold(*before)
        for worker in workers:
            worker.kill()  # it has nothing to clean up, and may ignore SIGTERM
            worker.join()
        for leader in leaders:
            leader.join()
        for connection in connections:
            connection.close()


def _in_order(
    task: Callable[[Sequence[Any]], Any],
    batches: Sequence[Sequence[Any]],
    rota: _Rota,
    answers: _Answers,
) -> Iterator[Any]:
    """Yield the result of each batch, in order, doing batches here while others are waited for."""
    found: dict[int, tuple[Any, Exception | None]] = {}
    for number in range(len(batches)):
        while number not in found:
            # What has come is taken first, so that it does not pile up while there is work to do.
            mine = rota.next(0) if answers.empty() else None
            if mine is not None:
                answers.put((mine, _answer(task, batches[mine])))
            done, data = answers.get()
            if not data:
                raise GeneratorError(
                    "a process of the build was ended from outside; is there enough memory? Try `--jobs 1`"
                )
            found[done] = pickle.loads(data)
        made, error = found.pop(number)
        if error is not None:
            raise error
        yield made


def _answer(task: Callable[[Sequence[Any]], Any], batch: Sequence[Any]) -> bytes:
    """Return the result of a batch, or what it raised, pickled, which takes less memory than values."""
    try:
        return pickle.dumps((task(batch), None), pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # it is raised by `_in_order`, after all results before it
        return pickle.dumps((None, sendable(error)))


def sendable(error: Exception) -> Exception:
    """Return an error that can be pickled: itself, or another that says the same.

    A traceback cannot be: a note (PEP 678) says where it was raised.
    """
    raised = "".join(traceback.format_exception(error))
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        error = GeneratorError(f"{type(error).__name__}: {error}")
    error.add_note(raised)
    return error


def _lead(worker: Connection, number: int, rota: _Rota, answers: _Answers) -> None:
    """Give batches to the worker with a number, and queue the result of each: no bytes if the worker was killed.

    A thread does this, since a worker would otherwise wait until this process has done a batch of its own.
    """
    owed: deque[int] = deque()
    while True:
        while len(owed) < _AHEAD and (batch := rota.next(number)) is not None:
            owed.append(batch)
            with suppress(OSError):  # it was killed, which is noticed below
                worker.send(batch)
        if not owed:
            return
        data = b""
        with suppress(Exception):  # also MemoryError; if this thread died, the build would wait forever
            data = worker.recv_bytes()
        answers.put((owed.popleft(), data))
        if not data:
            return


def _work(
    task: Callable[[Sequence[Any]], Any],
    batches: Sequence[Sequence[Any]],
    connection: Connection,
    inherited: Sequence[Connection],
) -> None:
    """Do the batches whose numbers arrive, until this process is killed or the one that began it is gone."""
    for other in inherited:  # while open here, they would never tell that their other end is closed
        other.close()
    with suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            connection.send_bytes(_answer(task, batches[connection.recv()]))
