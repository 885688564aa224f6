"""A build that is killed, has no room or is not alone: the last good site stays, and the next build is whole.

`HYPOTHESIS_PROFILE=search` cuts a real build off at each of its steps, instead of at a few.
"""

import errno
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
import traceback
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import LONG, copy_site, copy_with_names

from generator.adapter import cache
from generator.commands import runner
from generator.commands.runner import build_site, load
from generator.core.errors import GeneratorError
from generator.output import staging as staging_module
from generator.output.staging import Staging

BUILD = [sys.executable, "-m", "generator", "build"]
# What changes something on a disk, as CPython announces it before it is done (docs: "Audit events table").
CHANGES = {
    "os.rename",
    "os.mkdir",
    "os.remove",
    "os.rmdir",
    "os.utime",
    "os.link",
    "os.symlink",
    "ctypes.call_function",
}

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here, which these tests need")


def tree(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def changes(event, arguments, below):
    """Tell whether an audit event announces a change below a folder."""
    if event == "open":
        path, mode, flags = arguments
        writes = set(mode or "") & set("wxa+") or (flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        return bool(writes) and isinstance(path, str) and path.startswith(below)
    return event == "ctypes.call_function" or (event in CHANGES and os.fspath(arguments[0]).startswith(below))


def forked(work, on_change, below, log=os.devnull):
    """Run `work` in a process of its own, with `on_change(n)` before its n-th change below a folder.

    Returns its exit status.
    """
    child = os.fork()
    if child == 0:
        try:
            sys.stdout = sys.stderr = Path(log).open("w")  # noqa: SIM115  (for as long as it lives)
            logging.basicConfig(stream=sys.stderr, format="%(message)s", force=True)
            count = 0

            def hook(event, arguments):
                nonlocal count
                if changes(event, arguments, str(below)):
                    count += 1
                    on_change(count)

            sys.addaudithook(hook)
            work()
        except GeneratorError as error:
            print(error, flush=True)
            os._exit(1)
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(3)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_at(step, work, below):
    """Run `work` and kill it before its change number `step`; tell whether it came as far as that."""

    def kill(count):
        if count == step:
            os.kill(os.getpid(), signal.SIGKILL)

    status = forked(work, kill, below)
    assert status in (0, -signal.SIGKILL)
    return status != 0


def build(site):
    build_site(load(str(site / "mkdocs.yml")))


def leftovers(folder):
    """Return what lies beside the site and should not: of a build that is done, only the spare folder may."""
    return [path.name for path in folder.glob(".site.*") if path.name != ".site.spare"]


# --- killed


def write_old(folder):
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "site" / "deep").mkdir(parents=True)
    (folder / "site" / "index.html").write_text("old")
    (folder / "site" / "same.html").write_text("same")
    (folder / "site" / "deep" / "gone.html").write_text("old")
    (folder / "site" / ".gitignore").write_text("*")


def write_new(folder):
    staging = Staging(folder / "site")
    (staging.path / "deep").mkdir()
    for name in ("index.html", "deep/new.html"):
        (staging.path / name).write_text("new")
    (staging.path / "same.html").write_text("same")
    staging.commit()


OLD = {"index.html": b"old", "same.html": b"same", "deep/gone.html": b"old", ".gitignore": b"*"}
NEW = {"index.html": b"new", "same.html": b"same", "deep/new.html": b"new", ".gitignore": b"*"}


@pytest.mark.parametrize("in_one_step", [True, False], ids=["exchange", "two renames"])
def test_whenever_it_is_killed_the_site_is_the_old_one_or_the_new_one(tmp_path, monkeypatch, in_one_step):
    folder = tmp_path / "work"
    if not in_one_step:
        monkeypatch.setattr(staging_module, "exchange", lambda *_: False)
    elif not staging_module.exchange(*[(tmp_path / name, (tmp_path / name).mkdir())[0] for name in "ab"]):
        pytest.skip("this system cannot exchange two folders in one step")
    missing, seen, step = 0, set(), 1
    while True:
        write_old(folder)
        if not killed_at(step, lambda: write_new(folder), folder):
            break
        if not (folder / "site").exists():
            missing += 1
            assert tree(folder / ".site.old") == OLD
        else:
            found = tree(folder / "site")
            assert found in (OLD, NEW), step
            seen.add(found == NEW)
        Staging(folder / "site").discard()  # what the next build begins with
        assert tree(folder / "site") in (OLD, NEW), step
        write_new(folder)
        assert tree(folder / "site") == NEW, step
        assert not leftovers(folder), step
        step += 1
    assert seen == {True, False}
    assert step > 12
    assert missing == (0 if in_one_step else 1)


def write_old_with_spare(folder):
    write_old(folder)
    spare = folder / ".site.spare"
    shutil.rmtree(spare, ignore_errors=True)
    for name in ("same.html", "index.html", "deep/gone.html"):
        (spare / name).parent.mkdir(parents=True, exist_ok=True)
        (spare / name).hardlink_to(folder / "site" / name)
    (spare / "older.html").write_text("older")


def write_new_with_spare(folder):
    staging = Staging(folder / "site")
    staging.reuse({"same.html", "index.html", "deep/new.html"})
    assert staging.take_over("same.html")
    for name in ("index.html", "deep/new.html"):
        staging.make_way(name)
        (staging.path / name).parent.mkdir(exist_ok=True)
        (staging.path / name).write_text("new")
    staging.note("index.html")  # so that most was taken over, and a spare folder is left
    staging.commit()


def test_whenever_a_build_that_began_with_the_spare_folder_is_killed_the_site_is_whole(tmp_path):
    folder, seen, spares, step = tmp_path / "work", set(), set(), 1
    while True:
        write_old_with_spare(folder)
        if not killed_at(step, lambda: write_new_with_spare(folder), folder):
            break
        found = tree(folder / "site")
        assert found in (OLD, NEW), step
        seen.add(found == NEW)
        spares.add((folder / ".site.spare").exists())
        write_new_with_spare(folder)
        assert tree(folder / "site") == NEW, step
        assert not leftovers(folder), step
        step += 1
    assert seen == spares == {True, False}
    assert step > 20


@pytest.fixture(scope="module")
def site_with_two_versions(tmp_path_factory):
    """A site that was built, then changed; the bytes of both builds."""
    folder = copy_site(tmp_path_factory.mktemp("crash") / "work")
    build(folder)
    old = tree(folder / "site")
    theme = folder / "content" / "themes" / "fast-time-controls.md"
    theme.write_text(theme.read_text("utf-8") + "\n## More\n\nOf this.[^drawn-final]\n", "utf-8")
    build(folder)
    new = tree(folder / "site")
    assert old != new
    return folder, old, new


@pytest.fixture
def site_before(site_with_two_versions):
    """The site as it was before the change; and what it was and will be."""
    folder, old, new = site_with_two_versions
    assert not leftovers(folder)
    shutil.rmtree(folder / "site", ignore_errors=True)
    for name, data in old.items():
        (folder / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "site" / name).write_bytes(data)
    return folder, old, new


def test_a_real_build_that_is_killed_at_any_of_its_steps_leaves_a_whole_site(site_before):
    folder, old, new = site_before

    def note(count):
        (folder / "count").write_text(str(count))

    # The hook's own file lies outside of what it watches.
    assert forked(lambda: build(folder), note, folder / ".site") == 0
    total = int((folder / "count").read_text())
    assert total > 50
    few = [2, total // 2, total - 40, total - 12, total - 2]
    for step in range(1, total + 1) if LONG else few:
        killed_at(step, lambda: build(folder), folder / ".site")
        assert tree(folder / "site") in (old, new), step
    build(folder)
    assert tree(folder / "site") == new
    assert not leftovers(folder)


@pytest.fixture(scope="module")
def site_with_words(tmp_path_factory):
    """A site that was built, in which words were edited since; its bytes before and after."""
    folder = copy_site(tmp_path_factory.mktemp("words") / "work")
    build(folder)
    old, theme = tree(folder / "site"), folder / "content" / "themes" / "fast-time-controls.md"
    theme.write_text(theme.read_text("utf-8").replace("to think", "to *think*"), "utf-8")
    clean = shutil.copytree(
        folder, folder.with_name("clean"), ignore=shutil.ignore_patterns("site", ".*.*", ".cache")
    )
    build(clean)
    return folder, old, tree(clean / "site")


def test_an_edit_of_words_that_is_killed_while_it_is_taken_in_leaves_a_whole_site(site_with_words, tmp_path):
    folder, old, new = site_with_words
    assert old != new

    def note(count):
        (tmp_path / "count").write_text(str(count))

    def resumed(site):
        runner.mkdocs_build = None  # in a process of its own: it is not started
        build(site)

    for name in (".cache", "site"):
        copy_with_names(folder / name, tmp_path / name)
    assert forked(lambda: resumed(folder), note, folder) == 0
    assert tree(folder / "site") == new
    total = int((tmp_path / "count").read_text())
    few = {*range(1, total, 1 + total // 8), *range(total - 8, total + 1)}
    seen = set()
    for step in range(1, total + 1) if LONG else sorted(few):
        for name in (".cache", "site", ".site.spare", ".site.new"):
            shutil.rmtree(folder / name, ignore_errors=True)
        for name in (".cache", "site"):  # the content stays: a copy would look touched
            copy_with_names(tmp_path / name, folder / name)
        killed_at(step, lambda: resumed(folder), folder)
        found = tree(folder / "site")
        assert found in (old, new), step
        seen.add(found == new)
        build(folder)
        assert tree(folder / "site") == new, step
    assert seen == {True, False}


@pytest.fixture(scope="module")
def site_with_spare(tmp_path_factory):
    """A site that was built twice and has been changed since, with its spare folder; its bytes before and after."""
    folder = copy_site(tmp_path_factory.mktemp("spare") / "work")
    for _ in range(2):
        (folder / cache.FOLDER / cache.STAMPS).unlink(missing_ok=True)
        build(folder)
    old, theme = tree(folder / "site"), folder / "content" / "themes" / "fast-time-controls.md"
    theme.write_text(theme.read_text("utf-8") + "\n## More\n\nOf this.[^drawn-final]\n", "utf-8")
    clean = shutil.copytree(
        folder, folder.with_name("clean"), ignore=shutil.ignore_patterns("site", ".*.*", ".cache")
    )
    build(clean)
    return folder, old, tree(clean / "site")


def test_a_real_build_that_began_with_the_spare_folder_leaves_a_whole_site_wherever_it_is_killed(
    site_with_spare, tmp_path
):
    before, old, new = site_with_spare
    folder, count = tmp_path / "work", tmp_path / "count"

    def afresh():
        shutil.rmtree(folder, ignore_errors=True)
        copy_with_names(before, folder)
        assert (folder / ".site.spare" / "rss.xml").samefile(folder / "site" / "rss.xml")

    afresh()
    assert forked(lambda: build(folder), lambda number: count.write_text(str(number)), folder / ".site") == 0
    total = int(count.read_text())
    assert tree(folder / "site") == new
    for step in range(1, total + 1) if LONG else [4, 20, total // 3, total // 2, total - 12, total - 4, total - 2]:
        afresh()
        assert killed_at(step, lambda: build(folder), folder / ".site")
        assert tree(folder / "site") in (old, new), step
        (folder / cache.FOLDER / cache.STAMPS).unlink(missing_ok=True)
        build(folder)
        assert tree(folder / "site") == new, step
        assert not leftovers(folder), step


def test_the_command_killed_from_outside_leaves_a_whole_site(site_before):
    folder, old, new = site_before
    started = time.monotonic()
    subprocess.run(BUILD, cwd=folder, capture_output=True, check=True)
    whole = time.monotonic() - started
    for part in [n / 40 for n in range(1, 45)] if LONG else (0.55, 0.85, 0.97):
        process = subprocess.Popen(BUILD, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(whole * part)
        process.kill()
        process.wait()
        assert tree(folder / "site") in (old, new), part
    build(folder)
    assert tree(folder / "site") == new
    assert not leftovers(folder)


# --- no room


def test_a_disk_that_is_full_at_any_write_leaves_the_last_good_site_and_says_so(site_before, tmp_path):
    folder, old, new = site_before
    log, step = tmp_path / "log", 1
    while True:

        def full(count, step=step):
            if count >= step:  # and goes on being full
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        status = forked(lambda: build(folder), full, folder / ".site.new", log)
        said = log.read_text()
        if status == 0:
            break
        assert status == 1, said
        assert "No space left on device" in said
        assert "Traceback" not in said
        assert tree(folder / "site") == old, step
        step += 1 if LONG else 40
    assert step > 50
    build(folder)
    assert tree(folder / "site") == new
    assert not leftovers(folder)


@contextmanager
def small_disk(folder):
    """Mount a disk of its own at a folder; skip where that is not allowed."""
    folder.mkdir()
    mount = shutil.which("mount")
    made = (
        mount
        and subprocess.run([mount, "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder], check=False).returncode == 0
    )
    if not made:
        pytest.skip("no disk can be mounted here")
    try:
        yield lambda options: subprocess.run([mount, "-o", f"remount,{options}", folder], check=True)
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_real_disk_without_room_or_that_is_read_only_keeps_its_site(site_before, tmp_path):
    folder, _, new = site_before
    with small_disk(tmp_path / "disk") as remount:
        command = [*BUILD, "-d", str(tmp_path / "disk" / "site")]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        before = tree(tmp_path / "disk" / "site")
        size = sum(map(len, before.values())) // 1024
        for options, reason in ((f"size={size * 3 // 2}k", "No space left"), ("ro", "Read-only file system")):
            remount(options)
            result = subprocess.run([*command, "--clean"], cwd=folder, capture_output=True, text=True, check=False)
            assert result.returncode == 1
            assert reason in result.stderr
            assert "Traceback" not in result.stderr
            assert tree(tmp_path / "disk" / "site") == before
            remount("rw")
            assert not leftovers(tmp_path / "disk")
        remount(f"size={size * 4}k")
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        assert tree(tmp_path / "disk" / "site") == new


def test_a_target_that_is_a_file_is_left_alone(tmp_path):
    (tmp_path / "site").write_text("mine")
    with pytest.raises(GeneratorError, match="is a file"):
        Staging(tmp_path / "site")
    assert (tmp_path / "site").read_text() == "mine"


# --- not alone


def test_two_builds_at_once_give_what_one_after_the_other_gives(site_before):
    folder, _, new = site_before
    for _ in range(10 if LONG else 2):
        both = [
            subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            for command in (BUILD, [sys.executable, "-m", "mkdocs", "build", "-q"])
        ]
        said = [process.communicate()[0] for process in both]
        assert [process.returncode for process in both] == [0, 0], said
        assert tree(folder / "site") == new
        assert not leftovers(folder)


def test_a_build_waits_for_another_and_says_so(site_before):
    folder, _, new = site_before
    other = Staging(folder / "site")
    (other.path / "mine.html").write_text("mine")
    process = subprocess.Popen(BUILD, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert any("is being written by another process; waiting for it" in line for line in process.stdout)
    assert (other.path / "mine.html").read_text() == "mine"
    other.commit()
    process.communicate()
    assert process.returncode == 0
    assert tree(folder / "site") == new


def test_a_build_does_not_wait_for_ever(tmp_path):
    other = Staging(tmp_path / "site")
    said = []
    with pytest.raises(GeneratorError, match="end that process, or give another folder"):
        Staging(tmp_path / "site", said.append, patience=0.1)
    assert len(said) == 1
    other.discard()
    Staging(tmp_path / "site", said.append).discard()
    assert len(said) == 1


def test_the_lock_of_a_process_that_was_killed_holds_nobody_up(tmp_path):
    def hold():
        Staging(tmp_path / "site")
        os.kill(os.getpid(), signal.SIGKILL)

    assert forked(hold, lambda _: None, tmp_path) == -signal.SIGKILL
    Staging(tmp_path / "site", patience=0).discard()
    assert not leftovers(tmp_path)


def test_a_missing_parent_folder_is_made_and_what_cannot_be_written_is_said(tmp_path):
    Staging(tmp_path / "a" / "b" / "site").discard()
    (tmp_path / "file").write_text("")
    with pytest.raises(GeneratorError, match="cannot be written"):
        Staging(Path(tmp_path / "file" / "site"))
