"""Spreads work over the processors of a machine.

The work is cut into batches, and each worker is a copy of this process (fork), so that nothing has to be sent to it.
Each has its share of the batches from the beginning. A worker does not outlive the process that began it: what it has
made can be sent nowhere then, and it ends.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

from generator.errors import GeneratorError

T = TypeVar("T")
R = TypeVar("R")

_UNSEEN = 50_000  # values more than before, at which a worker looks whether some are not needed any more


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
) -> Iterator[R]:
    """Yield what `task` makes of each batch of up to `size` items, with `jobs` workers.

    Items of one `kin` have something in common that a worker makes once: they go to one, as far as each has its share
    of the work then. Those without any ("") come first, then each kin, all in their order, however many workers there
    are. With one job, or one batch, there is no worker, and all is done here. What a task raises is raised here.
    """
    families: dict[str, list[T]] = {}
    for item in items:
        families.setdefault(kin(item), []).append(item)
    batches = [
        (name, found[at : at + size]) for name, found in sorted(families.items()) for at in range(0, len(found), size)
    ]
    if jobs < 2 or len(batches) < 2:
        yield from map(task, (batch for _, batch in batches))
        return
    yield from _gathered(task, batches, min(jobs, len(batches)))


def _shares(batches: Sequence[tuple[str, Sequence[object]]], jobs: int) -> list[int]:
    """Return the worker of each batch: that of its kin while it has room for more, else the one with the least."""
    most = sum(len(batch) for _, batch in batches) / jobs
    loads, workers = [0] * jobs, [0] * len(batches)
    last: dict[str, int] = {}
    for at in sorted(range(len(batches)), key=lambda at: not batches[at][0]):  # those without kin fill what is left
        name, batch = batches[at]
        mine = last.get(name, -1) if name else -1
        if mine < 0 or loads[mine] + len(batch) > most:
            mine = loads.index(min(loads))
        last[name] = workers[at] = mine
        loads[mine] += len(batch)
    return workers


def _gathered(task: Callable[[Sequence[T]], R], batches: Sequence[tuple[str, Sequence[T]]], jobs: int) -> Iterator[R]:
    fork = multiprocessing.get_context("fork")
    readers: list[Connection] = []
    workers = []
    shares = _shares(batches, jobs)
    gc.freeze()  # what is there now stays to the end, and is not to be copied by being looked at
    try:
        for number in range(jobs):
            reader, writer = fork.Pipe(duplex=False)
            readers.append(reader)
            own = [batch for (_, batch), share in zip(batches, shares, strict=True) if share == number]
            worker = fork.Process(target=_work, args=(task, own, writer, readers), daemon=True)
            worker.start()
            writer.close()
            workers.append(worker)
        yield from _in_order(readers, shares)
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()


def _in_order(readers: Sequence[Connection], shares: Sequence[int]) -> Iterator[Any]:
    """Yield what the workers send, batch by batch. All of them are listened to, so that none has to wait.

    `shares` has the worker of each batch.
    """
    waiting: list[list[Any]] = [[] for _ in readers]
    for mine in shares:
        while not waiting[mine]:
            if readers[mine].closed:
                raise GeneratorError("a process that was building the site was ended; is there enough memory?")
            for ready in wait([reader for reader in readers if not reader.closed]):
                assert isinstance(ready, Connection)
                waiting[readers.index(ready)] += _received(ready)
        yield waiting[mine].pop(0)


def _received(reader: Connection) -> Iterator[Any]:
    try:
        made, error = reader.recv()
    except EOFError:
        reader.close()
        return
    if error is not None:
        raise error
    yield made


def _work(
    task: Callable[[Sequence[Any]], Any],
    batches: Sequence[Sequence[Any]],
    writer: Connection,
    inherited: Sequence[Connection],
) -> None:
    gc.set_threshold(_UNSEEN)  # at the usual 700, a thirtieth of its time goes into looking; so, half of that
    for reader in inherited:  # or a worker could go on writing to one that nobody reads any more
        reader.close()
    with suppress(BrokenPipeError, KeyboardInterrupt):
        for batch in batches:
            try:
                answer: tuple[Any, BaseException | None] = (task(batch), None)
            except Exception as error:  # it is raised again where the work was given out
                answer = (None, error)
            writer.send(answer)
            if answer[1] is not None:
                return
