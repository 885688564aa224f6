"""Work that is spread over processes: what comes back, in which order, and who does what."""

import gc
import os
from collections import Counter

import pytest

from generator.errors import GeneratorError
from generator.workers import spread


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


def test_a_worker_looks_for_garbage_less_often_than_the_process_that_began_it():
    def often(batch):
        return os.getpid(), gc.get_threshold()[0]

    before = gc.get_threshold()
    found = dict(spread(often, ITEMS, 16, 2))
    assert os.getpid() not in found
    assert min(found.values()) > 10 * before[0]
    assert gc.get_threshold() == before


def test_kin_go_to_one_process_and_each_has_its_share():
    found = list(spread(who, ITEMS, 4, 2, kin))
    loads = Counter()
    for process, made in found:
        loads[process] += len(made)
    assert os.getpid() not in loads
    assert len(loads) == 2
    assert max(loads.values()) - min(loads.values()) <= 4
    for name in ("a", "b"):
        assert len({process for process, made in found if kin(made[0]) == name}) == 1


def test_kin_that_are_more_than_a_share_are_divided():
    loads = Counter(process for process, _ in spread(who, [f"a:{n}" for n in range(80)], 4, 4, kin))
    assert sorted(loads.values()) == [5, 5, 5, 5]


def test_what_a_task_raises_is_raised_where_the_work_was_given_out():
    def fail(batch):
        if "b:3" in batch:
            raise GeneratorError("b:3 is wrong")
        return len(batch)

    for jobs in (1, 3):
        with pytest.raises(GeneratorError, match="b:3 is wrong"):
            list(spread(fail, ITEMS, 4, jobs, kin))
