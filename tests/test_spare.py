"""The site before the last one, as the next build begins with it: it saves time, and nothing can be seen of it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import copy_with_names
from test_incremental import ARTICLE, EDITS, build, clean_build, identities, replaced, site_with_a_theme, tree

from generator.core.errors import GeneratorError
from generator.output import staging as staging_module
from generator.output.staging import Staging
from generator.output.writer import File, export

PAGE = "articles/early-report/index.html"
MARKS = {".gitignore", "CACHEDIR.TAG"}

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="folders are exchanged on Linux and macOS only")


def snapshot(folder):
    """Return all that is to be known of the files of a folder, but for how many names they have."""
    return {path: (*path.stat()[:3], path.stat().st_mtime_ns, path.read_bytes()) for path in files(folder)}


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def empty(folder):
    return [path for path in folder.rglob("*") if path.is_dir() and not any(path.iterdir())]


# --- a folder


@pytest.fixture
def target(tmp_path):
    """A folder with a spare one: `same.html` and `deep/same.html` are in both, the others in one of them."""
    target, spare = tmp_path / "site", tmp_path / ".site.spare"
    for name in ("same.html", "deep/same.html", "deep/er/same.html", "other.html", "new.html"):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text(name)
    for name in ("deep/er", "gone/deep"):
        (spare / name).mkdir(parents=True)
    for name in ("same.html", "deep/same.html", "deep/er/same.html"):
        (spare / name).hardlink_to(target / name)
    for name in ("other.html", "gone/deep/index.html", ".gitignore"):
        (spare / name).write_text("before")
    return target


OWN = frozenset(
    {"same.html", "deep/same.html", "deep/er/same.html", "other.html", "new.html", "gone/deep/index.html"}
)


def test_what_both_have_is_there_and_nothing_else_is(target):
    staging = Staging(target)
    staging.reuse(OWN - {"deep/er/same.html"})
    assert identities(staging.path) == {name: identities(target)[name] for name in ("same.html", "deep/same.html")}
    assert not empty(staging.path)
    assert not target.with_name(".site.spare").exists()
    staging.discard()


def test_what_is_there_is_taken_over_by_a_look_at_it_and_what_is_not_by_a_link(target, monkeypatch):
    linked, link = [], os.link
    monkeypatch.setattr(staging_module.os, "link", lambda old, new: linked.append(new) or link(old, new))
    before, staging = identities(target), Staging(target)
    staging.reuse(OWN)
    assert all(map(staging.take_over, ("same.html", "deep/er/same.html", "other.html")))
    assert [Path(path).name for path in linked] == ["other.html"]
    staging.commit()
    taken = ("same.html", "deep/er/same.html", "other.html")
    assert identities(target) == {name: before[name] for name in taken}


def test_what_is_neither_taken_over_nor_written_is_gone_and_so_is_its_folder(target):
    staging = Staging(target)
    staging.reuse(OWN)
    assert staging.take_over("same.html")
    staging.make_way("deep/er/same.html")
    assert staging.settle().keys() == {"same.html"}
    staging.commit()
    assert identities(target).keys() == {"same.html"}
    assert not empty(target)


def test_what_another_process_has_taken_over_or_written_stays(target):
    staging = Staging(target)
    staging.reuse(OWN)
    if (child := os.fork()) == 0:
        staging.take_over("same.html")
        staging.make_way("deep/same.html")
        (staging.path / "deep/same.html").write_text("deep/anew.html")
        os._exit(0)
    os.waitpid(child, 0)
    staging.note("same.html")
    staging.commit()
    assert tree(target) == {"same.html": b"same.html", "deep/same.html": b"deep/anew.html"}


def test_before_a_file_is_written_it_is_no_file_of_the_target_any_more(target):
    before, staging = snapshot(target), Staging(target)
    staging.reuse(OWN)
    for name in OWN:
        staging.make_way(name)
        (staging.path / name).parent.mkdir(parents=True, exist_ok=True)
        (staging.path / name).write_text("anew")
    assert snapshot(target) == before
    staging.commit()
    assert set(tree(target).values()) == {b"anew"}


@pytest.mark.parametrize(("old", "new"), [("same.html", "same.html/index.html"), ("deep/same.html", "deep")])
def test_a_file_becomes_a_folder_and_a_folder_a_file(target, old, new):
    staging = Staging(target)
    staging.reuse({new, "other.html"})
    (staging.path / new).parent.mkdir(parents=True, exist_ok=True)
    (staging.path / new).write_text("anew")
    staging.commit()
    assert tree(target) == {new: b"anew"}


def test_a_name_in_other_letters_is_the_new_one(target):
    staging = Staging(target)
    staging.reuse({"Same.html", "Deep/same.html"})
    for name in ("Same.html", "Deep/same.html"):
        (staging.path / name).parent.mkdir(exist_ok=True)
        (staging.path / name).write_text("anew")
    staging.commit()
    assert tree(target).keys() == {"Same.html", "Deep/same.html"}


def test_a_spare_folder_is_left_where_most_could_be_taken_over_and_only_there(target):
    spare = target.with_name(".site.spare")
    for taken, left in (({"same.html"}, False), ({"same.html", "other.html"}, True), (set(), False)):
        staging = Staging(target)
        staging.reuse({"same.html", "other.html"})
        assert all(map(staging.take_over, taken))
        for name in {"same.html", "other.html"} - taken:
            staging.make_way(name)
            (staging.path / name).write_text("anew")
        former = identities(target)
        staging.commit()
        assert spare.exists() == left, taken
        if left:
            assert identities(spare).items() - former.items() == {(m, identities(spare)[m]) for m in MARKS}


def test_who_says_nothing_of_it_leaves_no_spare_folder(target, tmp_path):
    staging = Staging(target)
    assert staging.take_over("same.html")
    staging.commit()
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
    for text in (b"one", b"two"):
        export([File("a.md", text)], tmp_path / "out")
    assert {path.name for path in tmp_path.iterdir()} == {"site", "out"}


@pytest.mark.parametrize("lacking", ["names", "exchange"])
def test_where_a_file_has_one_name_or_folders_cannot_be_exchanged_there_is_none(target, monkeypatch, lacking):
    def refuse(*_):
        raise PermissionError("this file system has no such names")

    if lacking == "names":
        shutil.rmtree(target.with_name(".site.spare"))
        monkeypatch.setattr(staging_module.os, "link", refuse)
    else:
        monkeypatch.setattr(staging_module, "exchange", lambda *_: False)
    before, staging = tree(target), Staging(target)
    staging.reuse(OWN)
    assert all(staging.take_over(name) for name in before)
    staging.commit()
    assert tree(target) == before
    assert [path.name for path in target.parent.iterdir()] == ["site"]


def test_hidden_files_are_those_of_the_target(target):
    (target / ".well-known").mkdir()
    (target / ".well-known" / "here.txt").write_text("now")
    (target / ".gitignore").write_text("now")
    for _ in range(2):
        staging = Staging(target)
        staging.reuse(OWN)
        for name in OWN:
            staging.take_over(name)
        staging.commit()
        assert tree(target)[".well-known/here.txt"] == tree(target)[".gitignore"] == b"now"
        spare = target.with_name(".site.spare")
        assert {path.name for path in spare.glob(".*")} == {".gitignore"}
        assert (spare / ".gitignore").read_text() == "*\n"


def test_what_a_plugin_has_written_already_stays(target):
    staging = Staging(target)
    (staging.path / "mine.html").write_text("mine")
    staging.reuse(OWN)
    staging.commit()
    assert tree(target) == {"mine.html": b"mine"}


def lead_elsewhere(path, elsewhere):
    shutil.rmtree(path)
    path.symlink_to(elsewhere, target_is_directory=True)


def test_what_a_link_leads_to_is_left_alone(target, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "same.html").write_text("mine")
    lead_elsewhere(target.with_name(".site.spare") / "deep", elsewhere)
    staging = Staging(target)
    staging.reuse(OWN)
    assert staging.take_over("deep/same.html")
    staging.commit()
    assert not (target / "deep").is_symlink()
    target.with_name(".site.spare").symlink_to(elsewhere, target_is_directory=True)
    staging = Staging(target)
    staging.reuse({"deep/same.html"})
    assert staging.take_over("deep/same.html")
    staging.commit()
    assert tree(elsewhere) == {"same.html": b"mine"}
    assert tree(target) == {"deep/same.html": b"deep/same.html"}


def test_a_spare_folder_that_cannot_be_sifted_is_not_used(target, monkeypatch):
    def refuse(*_):
        raise PermissionError("no")

    monkeypatch.setattr(staging_module, "sift", refuse)
    staging = Staging(target)
    staging.reuse(OWN)
    assert not files(staging.path)
    staging.commit()
    assert not files(target)
    target.with_name(".site.spare").mkdir()
    staging = Staging(target)
    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(GeneratorError, match="cannot be written: no"):
        staging.reuse(OWN)
    staging.discard()


# --- a site


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    """The small site, built twice."""
    folder = site_with_a_theme(tmp_path_factory.mktemp("twice") / "site")
    build(folder)
    return folder


@pytest.fixture
def built(twice, tmp_path):
    """A copy of it, whose spare folder has the files of its site."""
    return copy_with_names(twice, tmp_path / "site")


@pytest.fixture
def reused(monkeypatch):
    """What builds began with, one list of paths a build."""
    begun, sift = [], staging_module.sift

    def note(*given):
        found = sift(*given)
        begun.append(sorted(found[0]))
        return found

    monkeypatch.setattr(staging_module, "sift", note)
    return begun


def build_untouched(folder):
    """Build a site; the old one is what it was, to the inode and the byte, until the new one takes its place."""
    before, seen, exchange = snapshot(folder / "site"), [], staging_module.exchange

    def look(new, site):
        seen.append(snapshot(site))
        return exchange(new, site)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staging_module, "exchange", look)
        build(folder)
    assert seen == ([before] if before else [])


def test_pages_and_feeds_of_the_spare_folder_are_those_of_the_site(built, reused):
    site, spare = identities(built / "site"), identities(built / ".site.spare")
    assert {PAGE, "index.html", "rss.xml"} <= {path for path in site if spare.get(path) == site[path]}
    build(built)
    assert [PAGE in found and "rss.xml" in found for found in reused] == [True]
    assert not {
        path for path in reused[0] if path.startswith(("assets/stylesheets/", "about/", "search/", "sitemap", "404"))
    }
    assert (built / ".site.spare" / PAGE).samefile(built / "site" / PAGE)


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_no_file_of_the_site_is_written_into_and_the_next_one_is_that_from_nothing(edit, built, reused, tmp_path):
    edit(built)
    build_untouched(built)
    expected = clean_build(built, tmp_path)
    assert tree(built / "site") == expected
    assert not empty(built / "site")
    build(built)
    build(built)
    assert tree(built / "site") == expected
    assert reused[-1], "it has been used by now"


def test_a_digest_that_goes_takes_its_folder_with_it_and_comes_back(built, tmp_path):
    first, text = tree(built / "site"), (built / ARTICLE).read_text("utf-8")
    another = built / "content/articles/another.md"
    another.write_text(text.replace("title: An early", "title: Another early"), "utf-8")
    build_untouched(built)
    another.unlink()
    ledger = built / "content/.ledger"
    ledger.write_text("".join(x for x in ledger.read_text().splitlines(True) if "another" not in x))
    build(built)
    assert tree(built / "site") == first
    assert not (built / "site/articles/another").exists()


@pytest.mark.parametrize("path", ["subscribe/index.html", "rss.xml"])
def test_a_template_of_a_theme_at_the_place_of_one_of_ours_is_not_written_into_the_site(built, tmp_path, path):
    (built / "theme" / path).parent.mkdir(exist_ok=True)
    (built / "theme" / path).write_text("mine", "utf-8")
    replaced(built / "mkdocs.yml", "  name: material\n", f"  name: material\n  static_templates: [{path}]\n")
    for _ in range(3):
        build_untouched(built)
    assert tree(built / "site") == clean_build(built, tmp_path)


def replace_with_like(path):
    """Have another file in the place of one, of the same size and time."""
    times, data = path.stat(), path.read_bytes()
    path.unlink()
    path.write_bytes(bytes(len(data)))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def write_into(path):
    with path.open("a") as file:
        file.write("?")


def be_a_folder(path):
    path.unlink()
    path.mkdir()
    (path / "more.html").write_text("more")


TOUCHES = {
    "another file of the same size and time": lambda spare: replace_with_like(spare / PAGE),
    "a feed of the same size and time": lambda spare: replace_with_like(spare / "rss.xml"),
    "written into, and so is the site": lambda spare: write_into(spare / PAGE),
    "a feed written into, and so is the site": lambda spare: write_into(spare / "rss.xml"),
    "a page is gone": lambda spare: (spare / PAGE).unlink(),
    "a folder is gone": lambda spare: shutil.rmtree(spare / "articles"),
    "a folder at the place of a page": lambda spare: be_a_folder(spare / PAGE),
    "more files": lambda spare: [(spare / n).write_text("mine") for n in ("mine.html", "articles/.mine", "_headers")],
    "an empty folder": lambda spare: (spare / "empty" / "deep").mkdir(parents=True),
    "nothing in it": lambda spare: [shutil.rmtree(spare), spare.mkdir()],
    "a file": lambda spare: [shutil.rmtree(spare), spare.write_text("mine")],
}


@pytest.mark.parametrize("touch", TOUCHES.values(), ids=TOUCHES)
def test_a_spare_folder_that_was_touched_costs_time_and_nothing_else(touch, built):
    expected = tree(built / "site")
    touch(built / ".site.spare")
    build(built)
    assert tree(built / "site") == expected
    assert not empty(built / "site")


@pytest.mark.parametrize(
    "where", ["adapter.rendering._build_page", "adapter.incremental.write", "output.staging.drop"]
)
def test_a_build_that_fails_half_way_leaves_nothing_wrong_for_the_next(built, reused, tmp_path, where):
    def fail(*_, **__):
        raise OSError("half way")

    before = snapshot(built / "site")
    replaced(built / ARTICLE, "match dull", "whole match dull")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f"generator.{where}", fail)
        with pytest.raises((OSError, GeneratorError), match="half way"):
            build(built)
    assert len(reused) == 1
    assert snapshot(built / "site") == before
    build_untouched(built)
    assert tree(built / "site") == clean_build(built, tmp_path)


def test_a_strict_build_with_a_warning_leaves_the_site_and_nothing_wrong_for_the_next(built, tmp_path):
    replaced(built / "mkdocs.yml", "strict: false", "strict: true")
    build(built)
    build(built)
    before, about = snapshot(built / "site"), built / "content/about.md"
    text = about.read_text("utf-8")
    about.write_text(text + "\n[nowhere](nowhere.md)\n", "utf-8")
    with pytest.raises(GeneratorError, match="strict"):
        build(built)
    assert snapshot(built / "site") == before
    about.write_text(text, "utf-8")
    replaced(built / ARTICLE, "match dull", "whole match dull")
    build(built)
    assert tree(built / "site") == clean_build(built, tmp_path)


@pytest.mark.parametrize("other", ["hook", "plugin"])
def test_where_somebody_else_may_write_each_build_begins_with_an_empty_folder(built, reused, other):
    (built / "hook.py").write_text("def on_nav(nav, **_):\n    return nav\n", "utf-8")
    old, new = (
        ("nav:\n", "hooks: [hook.py]\nnav:\n") if other == "hook" else ("  - search\n", "  - search\n  - redirects\n")
    )
    replaced(built / "mkdocs.yml", old, new)
    for _ in range(3):
        build(built)
        assert not (built / ".site.spare").exists()
    assert not reused


def test_a_build_from_nothing_uses_none_and_leaves_none(built, reused):
    shutil.rmtree(built / ".cache")
    build(built)
    assert not reused
    assert not (built / ".site.spare").exists()


def test_git_does_not_see_it(built):
    replaced(built / "mkdocs.yml", "site_dir: site", "site_dir: public")
    for _ in range(3):
        build(built)
    assert (built / ".public.spare" / PAGE).exists()
    subprocess.run(["git", "init", "-q"], cwd=built, check=True)
    command = ["git", "status", "--porcelain", "--untracked-files=all"]
    seen = subprocess.run(command, cwd=built, check=True, capture_output=True, text=True).stdout
    assert "public/index.html" in seen
    assert ".public.spare" not in seen
