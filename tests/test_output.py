import os

import pytest

from generator.core.errors import GeneratorError
from generator.output import staging as staging_module
from generator.output.staging import Staging
from generator.output.writer import File, export, revising


def tree(folder):
    return {p.relative_to(folder).as_posix(): p.read_text() for p in folder.rglob("*") if p.is_file()}


def test_a_committed_folder_takes_the_place_of_the_old_one(tmp_path):
    target = tmp_path / "site"
    target.mkdir()
    (target / "old.html").write_text("old")
    (target / ".gitignore").write_text("*")
    staging = Staging(target)
    (staging.path / "new.html").write_text("new")
    staging.commit()
    assert tree(target) == {"new.html": "new", ".gitignore": "*"}
    assert [p.name for p in tmp_path.iterdir()] == ["site"]


def test_what_is_taken_over_stays_and_the_rest_is_brought_in_whatever_was_there(tmp_path):
    target = tmp_path / "site"
    before = ("same.html", "old/deep/old.html", "file", "folder/a.txt", ".gitignore", ".known/a.txt", ".known/b.txt")
    after = ("file/below.html", "folder", "new/deep/new.html", ".known/b.txt")
    for root, paths in ((target, before), (tmp_path / ".site.new", after)):
        if root != target:
            staging = Staging(target)
            staging.stay()
        for path in paths:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(root.name)
    folder, file = target.stat().st_ino, (target / "same.html").stat().st_ino
    assert staging.take_over("same.html")
    assert not staging.take_over("lost.html")
    staging.commit()
    assert tree(target) == {"same.html": "site", ".gitignore": "site"} | dict.fromkeys(after, ".site.new")
    assert not (target / "old").exists()
    assert (folder, file) == (target.stat().st_ino, (target / "same.html").stat().st_ino)
    assert [p.name for p in tmp_path.iterdir()] == ["site"]


@pytest.mark.skipif(os.name != "posix", reason="Windows tells of a file as it was when its folder was opened")
def test_a_file_that_goes_while_a_folder_is_gone_through_hides_no_other(tmp_path):
    for name in "abcde":
        (tmp_path / name).write_text(name)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/f").write_text("f")
    first, gone, *others = [entry.name for entry in os.scandir(tmp_path) if entry.is_file()]
    going = (path for path, _ in staging_module.files_below(tmp_path))
    left = {next(going)}
    (tmp_path / gone).unlink()
    assert left | set(going) == {first, *others, "deep/f"}
    assert not list(staging_module.files_below(tmp_path / "none"))


def test_a_discarded_folder_leaves_the_old_one(tmp_path):
    target = tmp_path / "site"
    target.mkdir()
    (target / "old.html").write_text("old")
    staging = Staging(target)
    (staging.path / "new.html").write_text("new")
    staging.discard()
    assert tree(target) == {"old.html": "old"}
    assert [p.name for p in tmp_path.iterdir()] == ["site"]


def test_a_run_that_was_cut_off_between_two_moves_is_put_right_by_the_next(tmp_path):
    (tmp_path / ".site.old").mkdir()
    (tmp_path / ".site.old" / "old.html").write_text("old")
    (tmp_path / ".site.new").mkdir()
    Staging(tmp_path / "site").discard()
    assert tree(tmp_path / "site") == {"old.html": "old"}


def test_an_export_replaces_an_earlier_one_and_nothing_else(tmp_path):
    target = tmp_path / "out"
    assert export([File("a/b.md", b"one")], target) == 1
    assert export([File("c.md", b"two")], target) == 1
    assert set(tree(target)) == {"c.md", ".briefing-export"}
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.md").write_text("mine")
    with pytest.raises(GeneratorError, match=r"would be replaced, and `thesis\.md` in it would be lost"):
        export([File("c.md", b"two")], tmp_path / "mine")
    assert tree(tmp_path / "mine") == {"thesis.md": "mine"}


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home whose files are all hidden."""
    (folder := tmp_path / "home").mkdir()
    (folder / ".profile").write_text("mine")
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(folder))
    return folder


def test_nobodys_home_is_replaced_nor_what_it_lies_in(home):
    for target in (home, home.parent):
        with pytest.raises(GeneratorError, match="give a folder for this alone"):
            export([File("a.md", b"one")], target)
    assert tree(home.parent) == {"home/.profile": "mine"}


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_a_folder_keeps_who_may_enter_it(tmp_path):
    export([File("a.md", b"one")], tmp_path / "out")
    (tmp_path / "out").chmod(0o700)
    export([File("a.md", b"two")], tmp_path / "out")
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o700


def test_texts_that_were_written_beside_others_are_put_in_their_place_together_or_not_at_all(tmp_path):
    (tmp_path / "a").write_text("old")
    with pytest.raises(KeyError), revising(tmp_path, {"a": "new", "b": "new"}):
        raise KeyError("what comes before fails")
    assert tree(tmp_path) == {"a": "old"}
    with revising(tmp_path, {"a": "new", "b": "new"}) as replace:
        assert tree(tmp_path)["a"] == "old"
        replace()
    assert tree(tmp_path) == {"a": "new", "b": "new"}
    (tmp_path / "a.new").mkdir()
    with pytest.raises(GeneratorError, match="nothing was changed"), revising(tmp_path, {"a": "newer"}):
        raise AssertionError("it cannot be written")
    assert tree(tmp_path) == {"a": "new", "b": "new"}


def test_an_export_that_fails_leaves_the_earlier_one(tmp_path):
    target = tmp_path / "out"
    export([File("a.md", b"one")], target)
    with pytest.raises(OSError, match=r"a\.md"):
        export([File("a.md", b"two"), File("a.md/b.md", b"cannot be")], target)
    assert tree(target)["a.md"] == "one"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_file_that_did_not_change_keeps_its_time(tmp_path):
    target = tmp_path / "site"
    for day, text in ((1, "one"), (2, "two")):
        staging = Staging(target)
        for name, content in (("same.xml", "as it was"), ("changed.xml", text)):
            (staging.path / name).write_text(content)
            os.utime(staging.path / name, (day * 86400, day * 86400))
        staging.commit()
    assert [(target / name).stat().st_mtime for name in ("same.xml", "changed.xml")] == [86400, 2 * 86400]


def seen(folder):
    files = {p.relative_to(folder).as_posix(): p.stat() for p in folder.rglob("*") if p.is_file()}
    return {path: (stat.st_size, stat.st_mtime_ns) for path, stat in files.items()}


def test_what_is_told_of_the_new_files_is_what_is_found_in_the_target(tmp_path):
    target = tmp_path / "site"
    (target / "deep" / "er").mkdir(parents=True)
    for name in ("same.xml", "changed.xml", "deep/er/taken.html", ".htaccess", "gone.html"):
        (target / name).write_text(name)
        os.utime(target / name, (86400, 86400))
    staging, said = Staging(target), []
    assert staging.take_over("deep/er/taken.html")
    (staging.path / "same.xml").write_text("same.xml")
    (staging.path / "changed.xml").write_text("changed!xml")
    (staging.path / "new").mkdir()
    (staging.path / "new" / "index.html").write_text("new")
    files = staging.settle()
    staging.commit(lambda: said.append(seen(target)))
    assert said == [files] == [seen(target)]
    assert files.keys() == {"same.xml", "changed.xml", "deep/er/taken.html", ".htaccess", "new/index.html"}
    assert [files[name][1] // 10**9 == 86400 for name in ("same.xml", "changed.xml")] == [True, False]


@pytest.mark.parametrize("linked", [True, False], ids=["one file with two names", "a copy"])
def test_a_file_is_taken_over_with_its_time_into_folders_that_are_there_and_that_are_not(
    tmp_path, monkeypatch, linked
):
    def refuse(*_):
        raise PermissionError("this file system has no such names")

    if not linked:
        monkeypatch.setattr(staging_module.os, "link", refuse)
    target, names = tmp_path / "site", ("a/b/one.html", "a/two.html", "a/b/three.html", "four.html")
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text(name)
        os.utime(target / name, (86400, 86400))
    before, staging = seen(target), Staging(target)
    (staging.path / "a").mkdir()
    assert all(map(staging.take_over, names))
    assert not staging.take_over("a/none.html")
    (staging.path / "file").write_text("no folder")
    (target / "file").mkdir()
    (target / "file" / "five.html").write_text("five")
    assert not staging.take_over("file/five.html")
    assert ((staging.path / names[0]).stat().st_ino == (target / names[0]).stat().st_ino) == linked
    staging.commit()
    assert {name: seen(target)[name] for name in names} == before
