"""A build of what has not changed: nothing is opened, and anything that happened is noticed."""

import contextlib
import errno
import os
import shutil
import subprocess

import pytest
from click.testing import CliRunner
from conftest import ROOT, copy_site

from generator.adapter import basis, cache, unchanged
from generator.commands import runner
from generator.commands.cli import main

ARTICLE = "content/articles/early-report.md"


def build(folder, **overrides):
    """Build a site, and return whether it had to be built."""
    with contextlib.chdir(folder):
        return runner.build_site(runner.load("mkdocs.yml", **overrides))


def replaced(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def configure(folder, old, new):
    replaced(folder / "mkdocs.yml", old, new)


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    folder = copy_site(tmp_path_factory.mktemp("before") / "site")
    shutil.copytree(ROOT / "theme_overrides", folder / "theme")
    configure(folder, (ROOT / "theme_overrides").as_posix(), "theme")
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    return folder


@pytest.fixture
def built(before):
    """The small site, built, and as it was in the beginning when a test is done with it."""
    changed = (before / "mkdocs.yml", before / "content/about.md", before / ARTICLE)
    kept = {path: path.read_bytes() for path in changed}
    build(before)
    assert not build(before)
    yield before
    for path, data in kept.items():
        path.write_bytes(data)


def test_a_site_that_is_there_already_is_not_built(built, monkeypatch):
    def refuse(*_):
        raise AssertionError("mkdocs was started")

    monkeypatch.setattr(runner.mkdocs_build, "build", refuse)
    assert not build(built)


def test_the_command_says_so(built, monkeypatch):
    monkeypatch.chdir(built)
    assert CliRunner().invoke(main, ["build"]).output.endswith("already: nothing has changed\n")
    assert CliRunner().invoke(main, ["build", "--quiet"]).output == ""


def test_a_clean_build_is_one(built, monkeypatch):
    monkeypatch.chdir(built)
    inode = (built / "site/index.html").stat().st_ino
    assert CliRunner().invoke(main, ["build", "--clean", "--quiet"]).exit_code == 0
    assert (built / "site/index.html").stat().st_ino != inode


def edit_with_the_old_size_and_time(site):
    path = site / ARTICLE
    times = path.stat()
    data = path.read_bytes()
    path.write_bytes(data.replace(b"kind: opinion", b"kind: analyse").replace(b"kind: analyse", b"kind: opinion"))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def add_a_picture(site):
    (site / "content/pictures").mkdir(exist_ok=True)
    (site / "content/pictures/a.svg").write_text("<svg/>")


def remove_it(site):
    add_a_picture(site)
    build(site)
    (site / "content/pictures/a.svg").unlink()


def spoil(path):
    def change(site):
        (site / path).write_text("spoilt")

    return change


def remove(path):
    def change(site):
        (site / path).unlink()

    return change


def touch(path):
    def change(site):
        os.utime(site / path)

    return change


CHANGES = {
    "a document, in its old size and with its old time": edit_with_the_old_size_and_time,
    "a file that is new": add_a_picture,
    "a file that is gone": remove_it,
    "a page that somebody wrote into": touch("site/index.html"),
    "a page that somebody removed": remove("site/about/index.html"),
    "a file that somebody put there": spoil("site/new.txt"),
    "the ledger": touch("content/.ledger"),
    "the theme": touch("theme/main.html"),
    "an option": lambda site: configure(site, "site_name: ", "site_name: Another "),
    "a store that was cut off": spoil(f"{cache.FOLDER}/{cache.STAMPS}"),
    "a store that is gone": remove(f"{cache.FOLDER}/{cache.STAMPS}"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_has_changed_is_built(change, built):
    change(built)
    assert build(built)


def test_another_folder_is_another_site(built, tmp_path):
    assert build(built, site_dir=str(tmp_path / "elsewhere"))


def test_an_upgraded_package_is_a_change(built, monkeypatch):
    found = [*basis.packages(), "jinja2-99.0.dist-info"]
    monkeypatch.setattr(unchanged, "packages", lambda: found)
    assert build(built)


def test_another_day_is_a_change(built, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "4070908800")
    assert build(built)


def test_a_commit_is_a_change_where_the_history_is_shown(built):
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    configure(built, "briefing:", "briefing:\n      history: true")
    build(built)
    assert not build(built)
    subprocess.run(["git", *who, "commit", "-q", "--allow-empty", "-m", "x"], cwd=built, check=True)
    assert build(built)


def test_what_is_changed_while_a_site_is_built_is_a_change(built, monkeypatch):
    real = runner.mkdocs_build.build

    def meanwhile(config):
        real(config)
        touch(ARTICLE)(built)

    monkeypatch.setattr(runner.mkdocs_build, "build", meanwhile)
    touch("theme/main.html")(built)
    assert build(built)
    monkeypatch.undo()
    assert build(built)
    assert not build(built)


def test_what_was_warned_of_is_warned_of_again(built, caplog):
    configure(built, "strict: true", "strict: false")
    with (built / "content/about.md").open("a") as page:
        page.write("\n[nowhere](nowhere.md)\n")
    for _ in range(2):
        caplog.clear()
        assert build(built)
        assert "nowhere.md" in caplog.text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("plugins:", "hooks: [hook.py]\nplugins:"),
        ("plugins:", "plugins:\n  - tags"),
        ("plugins:", "markdown_extensions: [pymdownx.snippets]\nplugins:"),
    ],
    ids=["a hook", "a plugin", "an extension that reads files"],
)
def test_a_site_that_may_be_made_of_anything_is_always_built(before, tmp_path, old, new):
    site = shutil.copytree(before, tmp_path / "site", ignore=shutil.ignore_patterns(".cache"))
    configure(site, "strict: true", "strict: false")
    configure(site, old, new)
    (site / "hook.py").write_text("")
    assert build(site)
    assert build(site)


def test_a_folder_that_cannot_be_listed_is_a_problem_of_the_content(built, monkeypatch):
    listed = os.scandir

    def refused(path="."):
        if str(path).endswith("content/themes"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", refused)
    for command in ("build", "check"):
        result = CliRunner().invoke(main, [command, "-f", str(built / "mkdocs.yml")])
        assert isinstance(result.exception, SystemExit)
        assert result.output.count("error[unreadable-file]") == 1


def test_a_folder_of_the_site_that_cannot_be_listed_has_it_built(built, monkeypatch):
    listed, looked = os.scandir, []

    def refused(path="."):
        if str(path).endswith("/site/themes") and not looked:
            looked.append(path)
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", refused)
    assert build(built)


def test_a_cache_that_may_not_be_looked_into_costs_no_more_than_time(built, monkeypatch):
    looked_at = os.stat

    def refused(path, **how):
        if cache.FOLDER in str(path):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return looked_at(path, **how)

    (built / cache.FOLDER / cache.STAMPS).unlink()
    monkeypatch.setattr(os, "stat", refused)
    assert build(built)


def test_a_file_system_that_counts_in_seconds_needs_them_to_pass(built, monkeypatch):
    whole = 10**9 * 2_000_000_000
    monkeypatch.setattr(unchanged, "_stats", lambda *_, **__: iter([("a.md", 1, whole, whole)]))
    config = runner.load(str(built / "mkdocs.yml"))
    monkeypatch.setattr(unchanged.time, "time_ns", lambda: whole + 10**9)
    assert not unchanged.inputs(config, runner.load_settings(config), False).certain
    monkeypatch.setattr(unchanged.time, "time_ns", lambda: whole + 10**10)
    assert unchanged.inputs(config, runner.load_settings(config), False).certain
