"""Words that wait in a file until they are asked for: the same words, in each process, and whatever happens to it."""

import gc
import os
import random
import shutil
import time

import pytest
from conftest import SITE

from generator.build import build, check
from generator.content.model import Record
from generator.core import workers
from generator.core.spilling import Blob, SpillFile
from generator.reading import memory as remembering
from generator.reading.memory import Memory


@pytest.fixture
def file(tmp_path):
    return SpillFile(tmp_path / "cache")


def words(library):
    return {slug: document.body.parts for slug, document in library.documents.items()}


def test_bytes_are_read_as_they_were_put(file):
    chance = random.Random(3)
    blobs = [Blob(chance.randbytes(chance.randrange(5000))) for _ in range(200)]
    before = [blob.read() for blob in blobs]
    for blob in blobs:
        blob.put(file)
    chance.shuffle(order := list(range(200)))
    assert all(blobs[at].read() == before[at] for at in order)


def test_several_processes_read_at_once_without_getting_in_each_others_way(file):
    blobs = [Blob(bytes([number % 256]) * 9000) for number in range(300)]
    for blob in blobs:
        blob.put(file)

    def task(some):
        return [blobs[number].read() == bytes([number % 256]) * 9000 for number in some for _ in range(20)]

    found = [one for batch in workers.spread(task, list(range(300)), 10, 4) for one in batch]
    assert len(found) == 6000
    assert all(found)


def test_processes_that_write_to_one_spill_file_keep_out_of_each_others_way(file):
    before = Blob(b"before" * 1000)
    before.put(file)

    def task(numbers):
        found = [(number, Blob(bytes([number % 256]) * 9000)) for number in numbers]
        for _, blob in found:
            blob.put(file)
        time.sleep(0.01)
        same = [blob.read() == bytes([number % 256]) * 9000 for number, blob in found]
        return all(same) and before.read() == b"before" * 1000

    assert all(workers.spread(task, list(range(300)), 10, 3))


def test_what_has_no_room_stays_in_memory(file, monkeypatch):
    blob = Blob(b"words")
    monkeypatch.setattr(file, "add", lambda _: (_ for _ in ()).throw(OSError("no space left on device")))
    blob.put(file)
    assert blob.read() == b"words"


def test_the_file_has_no_name_and_is_closed_when_nobody_has_it(tmp_path):
    spills = SpillFile(tmp_path)
    Blob(b"words").put(spills)
    assert not list(tmp_path.iterdir())
    file = spills._file._file
    del spills
    gc.collect()
    assert file.closed


@pytest.mark.parametrize("jobs", [1, 2])
def test_kept_words_are_those_of_the_files_when_read_anew_and_when_remembered(settings, tmp_path, jobs):
    plain = words(check(SITE / "content", settings).library)
    for _ in range(2):
        library = check(SITE / "content", settings, memory=Memory(tmp_path / "d.db"), jobs=jobs).library
        assert words(library) == plain
        for document in library.documents.values():
            kept = document.body
            assert [kept.record(number) for number in range(len(kept.records))] == list(kept.records)


def test_words_are_no_values_in_memory_until_they_are_asked_for(settings, tmp_path):
    def alive():
        remembering._part.cache_clear()
        gc.collect()
        return sum(isinstance(found, Record) for found in gc.get_objects())

    before = alive()
    library = check(SITE / "content", settings, memory=Memory(tmp_path / "d.db")).library
    assert sum(len(document.body.outline.heads()) for document in library.documents.values()) > 10
    assert alive() == before
    assert sum(len(document.body.records) for document in library.documents.values()) > 10
    assert alive() == before


def test_a_build_that_goes_on_while_another_process_spoils_what_is_remembered_has_its_words(settings, tmp_path):
    root, store = SITE / "content", tmp_path / "cache" / "documents.db"
    plain = [page.compose().markdown for page in build(root, settings).pages]
    build(root, settings, memory=Memory(store))
    site = build(root, settings, memory=Memory(store))
    store.write_bytes(os.urandom(4096))
    remembering._part.cache_clear()
    assert [page.compose().markdown for page in site.pages] == plain
    shutil.rmtree(store.parent)
    remembering._part.cache_clear()
    assert [page.compose().markdown for page in site.pages] == plain
