"""Values that nobody needs any more are looked for while no work is done, and not by Python in the middle of it."""

import gc
import time
import weakref

import pytest

from generator.core.garbage import Tidied

SOON, NEVER = 0.05, 3600  # seconds without work


class Ring:
    """A value which refers to itself, so that it stays until it is looked for."""

    def __init__(self, size):
        self.itself, self.others = self, [[] for _ in range(size)]


class Builds:
    """Each leaves a value of a size behind. Whether one is still there can be asked."""

    def __init__(self, *sizes):
        self.sizes, self.left = iter(sizes), []

    def __call__(self):
        self.left.append(weakref.ref(Ring(next(self.sizes))))

    def there(self):
        return [ring() is not None for ring in self.left]


@pytest.fixture(autouse=True)
def as_before():
    yield
    gc.enable()


@pytest.fixture
def many():
    """A tenth of what there is, at least."""
    return len(gc.get_objects()) // 8


def gone(found):
    """Wait until it is."""
    until = time.monotonic() + 20
    while any(found()) and time.monotonic() < until:
        time.sleep(0.01)
    return not any(found())


def test_what_a_build_leaves_behind_goes_in_a_quiet_time_and_no_sooner(many):
    builds = Builds(many, many)
    tidied = Tidied(builds, quiet=NEVER)
    tidied()
    tidied()
    assert builds.there() == [True, True]
    tidied = Tidied(builds := Builds(many), quiet=SOON)
    tidied()
    assert gone(builds.there)


def test_what_was_left_behind_before_the_first_of_them_goes_as_well():
    begun = Builds(len(gc.get_objects()) // 8)
    gc.disable()
    begun()
    Tidied(lambda: None, quiet=SOON)
    assert gone(begun.there)


def test_little_is_not_looked_for(many):
    gc.collect()
    builds = Builds(1)
    tidied = Tidied(builds, quiet=SOON)
    tidied()
    tidied._timer.join()
    assert builds.there() == [True]


def test_where_builds_follow_each_other_without_a_pause_it_does_not_grow_without_end(many):
    builds = Builds(*[many] * 40)
    tidied = Tidied(builds, quiet=NEVER)
    most = 0
    for _ in range(40):
        tidied()
        most = max(most, sum(builds.there()))
    assert 1 < most < 30


def test_a_build_that_fails_is_tidied_up_after_and_its_error_is_told(many):
    def fail():
        builds()
        raise ValueError("no such page")

    builds = Builds(many)
    tidied = Tidied(fail, quiet=SOON)
    with pytest.raises(ValueError, match="no such page"):
        tidied()
    assert gone(builds.there)
