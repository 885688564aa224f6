"""Work that is spread over processes: what comes back, in which order, and who does what."""

import gc
import multiprocessing
import os
import signal
import threading
import time
from collections import Counter, deque
from pathlib import Path

import pytest

from generator.core import workers
from generator.core.errors import GeneratorError
from generator.core.workers import spread


def kin(item):
    return item.partition(":")[0] if ":" in item else ""


def who(batch):
    return os.getpid(), list(batch)


ITEMS = [*(f"a:{n}" for n in range(40)), *(f"{n}" for n in range(90)), *(f"b:{n}" for n in range(30))]


def test_what_comes_back_is_the_same_however_many_processes_there_are():
    expected = [made for _, made in spread(who, ITEMS, 16, 1, kin)]
    assert [item for made in expected for item in made] == [*ITEMS[40:130], *ITEMS[:40], *ITEMS[130:]]
    for jobs in (2, 3, 7, 50):
        assert [made for _, made in spread(who, ITEMS, 16, jobs, kin)] == expected


def test_garbage_is_looked_for_less_often_while_work_is_spread():
    def often(batch):
        return os.getpid(), gc.get_threshold()[0]

    before = gc.get_threshold()
    found = list(spread(often, ITEMS, 16, 2))
    assert len({process for process, _ in found}) == 2
    assert min(threshold for _, threshold in found) > 10 * before[0]
    assert gc.get_threshold() == before


def shares_of(items, size, jobs):
    batches = [(kin(items[at]), items[at : at + size]) for at in range(0, len(items), size)]
    return [[batches[number] for number in share] for share in workers._shares(batches, jobs)]


def test_kin_go_to_one_process_and_each_has_its_share():
    found = shares_of(ITEMS, 4, 2)
    loads = [sum(len(batch) for _, batch in share) for share in found]
    assert abs(loads[0] - loads[1]) <= 4
    for name in ("a", "b"):
        assert sum(name in dict(share) for share in found) == 1


def test_kin_that_are_more_than_a_share_are_divided():
    assert [len(share) for share in shares_of([f"a:{n}" for n in range(80)], 4, 4)] == [5, 5, 5, 5]


def test_this_process_does_its_share_itself():
    loads = Counter(process for process, _ in spread(who, [str(n) for n in range(40)], 4, 2))
    assert len(loads) == 2
    assert os.getpid() in loads


@pytest.mark.parametrize("slow_is_here", [False, True])
def test_who_has_done_its_share_goes_on_with_that_of_another(tmp_path, slow_is_here):
    """The slow one waits in its first batch until the other has done all that it may."""
    here, done = os.getpid(), tmp_path / "done"
    at_most = 20 - 3  # one that the other is at, one that it knows of, and its last one

    def task(batch):
        if (os.getpid() == here) is slow_is_here:
            for _ in range(60_000):
                if done.exists():
                    break
                time.sleep(0.001)
        else:
            (tmp_path / batch[0]).touch()
            if len(list(tmp_path.iterdir())) == at_most:
                done.touch()
        return os.getpid(), batch[0]

    found = list(spread(task, [str(n) for n in range(20)], 1, 2))
    assert [item for _, item in found] == [str(n) for n in range(20)]
    assert Counter(process == here for process, _ in found)[slow_is_here] <= 20 - at_most + 1


def test_no_process_and_no_thread_is_left_when_nobody_wants_the_rest():
    threads, work = threading.active_count(), spread(who, ITEMS, 4, 3)
    next(work)
    assert len(multiprocessing.active_children()) == 2
    work.close()
    assert not multiprocessing.active_children()
    assert threading.active_count() == threads


def test_the_last_batches_of_another_are_taken_and_its_very_last_one_is_left_to_it():
    rota = workers._Rota([deque([0, 1, 2]), deque([3, 4, 5])])
    assert [rota.next(0) for _ in range(6)] == [0, 1, 2, 5, 4, None]
    assert [rota.next(1) for _ in range(2)] == [3, None]


def test_a_process_that_does_not_listen_to_sigterm_gets_its_work_done():
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        assert sum(len(made) for _, made in spread(who, ITEMS, 4, 3, kin)) == len(ITEMS)
    finally:
        signal.signal(signal.SIGTERM, before)


def test_an_answer_for_which_there_is_no_memory_ends_the_work(monkeypatch):
    def fail(_self):
        raise MemoryError

    monkeypatch.setattr(workers.Connection, "recv_bytes", fail)
    with pytest.raises(GeneratorError, match="is there enough memory"):
        list(spread(who, ITEMS, 4, 2, kin))


@pytest.mark.parametrize("number", [1, 2])
def test_where_no_process_can_be_begun_it_says_so_and_leaves_none(monkeypatch, number):
    fork, forks = os.fork, []

    def fail():
        forks.append(1)
        if len(forks) == number:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        return fork()

    monkeypatch.setattr(os, "fork", fail)
    with pytest.raises(OSError, match="temporarily unavailable"):
        list(spread(who, ITEMS, 4, 3, kin))
    assert not multiprocessing.active_children()


def test_work_that_fails_leaves_no_file_open():
    def fail(batch):
        raise GeneratorError("wrong")

    def opened():
        gc.unfreeze()
        gc.collect()
        return len(list(Path("/proc/self/fd").iterdir()))

    with pytest.raises(GeneratorError):
        list(spread(fail, ITEMS, 4, 3))
    before = opened()
    for _ in range(5):
        with pytest.raises(GeneratorError):
            list(spread(fail, ITEMS, 4, 3))
    assert opened() == before


class OfTwo(Exception):
    """Cannot be unpickled: that gives it one argument."""

    def __init__(self, one, two):
        super().__init__(f"{one} and {two}")


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    "error", [OfTwo("one", "two"), ValueError("one and two", lambda: None)], ids=["of two", "lambda"]
)
def test_an_error_that_cannot_be_sent_says_what_it_said(jobs, error):
    def fail(batch):
        raise error

    with pytest.raises(Exception, match="one and two"):
        list(spread(fail, ITEMS, 4, jobs, kin))


@pytest.mark.parametrize("error", [KeyError("title"), OfTwo("one", "two")], ids=["sent", "of two"])
def test_an_error_says_where_it_was_raised_in_whichever_process(error):
    def looked_up_here(batch):
        raise error

    with pytest.raises(Exception) as caught:  # noqa: PT011
        list(spread(looked_up_here, ITEMS, 4, 2, kin))
    assert "in looked_up_here" in "".join(caught.value.__notes__)


def test_what_a_task_raises_is_raised_where_the_work_was_given_out():
    def fail(batch):
        if "b:3" in batch:
            raise GeneratorError("b:3 is wrong")
        return len(batch)

    for jobs in (1, 3):
        with pytest.raises(GeneratorError, match="b:3 is wrong"):
            list(spread(fail, ITEMS, 4, jobs, kin))
