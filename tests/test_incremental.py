"""A build after another: the bytes of one from nothing, and no more is written than has changed."""

import contextlib
import gc
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import weakref
from dataclasses import replace
from datetime import date

import pytest
from conftest import MKDOCS, ROOT, SETTINGS, copy_site
from jinja2 import Environment
from lxml import html
from mkdocs.commands import build as mkdocs_build
from mkdocs.structure.nav import Navigation

from generator.adapter import basis, cache
from generator.commands.runner import build_site, load
from generator.composing import templating
from generator.composing.composer import Composer
from generator.core.errors import GeneratorError
from generator.core.spilling import Blob
from generator.linking import backlinks
from generator.output import staging, store
from generator.reading import memory, sources
from generator.reading.records import parse_body

ARTICLE = "content/articles/early-report.md"


def build(folder, site_dir=None, **options):
    """Build a site, also where nothing has changed."""
    (folder / cache.FOLDER / cache.STAMPS).unlink(missing_ok=True)
    with contextlib.chdir(folder):
        build_site(load("mkdocs.yml", **({"site_dir": str(site_dir)} if site_dir else {})), **options)


def tree(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def clean_build(folder, tmp_path):
    """Return the site that a clone without any cache builds."""
    clone = tmp_path / "clone"
    shutil.rmtree(clone, ignore_errors=True)
    shutil.copytree(folder, clone, ignore=shutil.ignore_patterns(".cache", "site", ".site.*"))
    build(clone, jobs=1)
    return tree(clone / "site")


def replaced(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def site_with_a_theme(folder):
    """Copy the small site to a folder, with a theme of its own, and build it."""
    copy_site(folder)
    shutil.copytree(ROOT / "theme_overrides", folder / "theme")
    replaced(folder / "mkdocs.yml", (ROOT / "theme_overrides").as_posix(), "theme")
    replaced(folder / "mkdocs.yml", "strict: true", "strict: false")
    build(folder)
    return folder


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    """The small site, built once, with its cache."""
    return site_with_a_theme(tmp_path_factory.mktemp("before") / "site")


@pytest.fixture
def built(before, tmp_path):
    """A copy of it, in which nothing looks touched."""
    return shutil.copytree(before, tmp_path / "site", symlinks=True)  # copies times as well


def edit_prose(site):
    replaced(site / ARTICLE, "kind: opinion", "kind: analysis")


def edit_title(site):
    replaced(site / "content/players/magnus-berzins.md", "title: Magnuss Bērziņš", "title: M. Bērziņš")


def change_an_alias(site):
    path = site / "content/players/magnus-berzins.md"
    replaced(path, "aliases: [", "aliases: [the old fox of Riga, ")
    with (site / ARTICLE).open("a", encoding="utf-8") as file:
        file.write("\n## In short\nHe is the old fox of Riga.\n")


def add_a_digest(site):
    text = (site / ARTICLE).read_text("utf-8")
    (site / "content/articles/another.md").write_text(
        text.replace("title: An early", "title: Another early"), "utf-8"
    )


def withdraw_a_digest_and_take_out_what_rests_on_it(site):
    replaced(site / ARTICLE, "kind: ", "withdrawn: It was wrong.\nkind: ")
    for path, old, new in (
        ("articles/drawn-final.md", "; 62 in the early report [^early-report]", ", and that is all"),
        ("matches/riga-match-2024.md", "cite: [drawn-final, early-report]", "cite: [drawn-final]"),
        ("matches/riga-match-2024.md", "## Sources differ\n", "## Key points\n"),
        ("matches/riga-match-2024.md", "; 62 [^early-report]", ""),
        ("matches/youth-cup-2024.md", "[^early-report]", "[^drawn-final]"),
    ):
        replaced(site / "content" / path, old, new)


def rename(site):
    old, new = site / "content/themes/fast-time-controls.md", site / "content/themes/quick-games.md"
    for path in (site / "content").rglob("*.md"):
        path.write_text(path.read_text("utf-8").replace("fast-time-controls", "quick-games"), "utf-8")
    replaced(old, "title: ", "redirect_from: [fast-time-controls]\ntitle: ")
    old.rename(new)


def change_an_option(site):
    replaced(site / "mkdocs.yml", "site_name: ", "site_name: The ")


def change_the_theme(site):
    replaced(site / "theme/main.html", "briefing-page ", "briefing-page other ")


def mark_a_page_in_the_navigation(site):
    path = site / "content/about.md"
    path.write_text(f"---\nstatus: new\n---\n\n{path.read_text('utf-8')}", "utf-8")


def edit_a_page_written_by_hand(site):
    with (site / "content/about.md").open("a", encoding="utf-8") as file:
        file.write("\nMore.\n")


def add_a_page_written_by_hand(site):
    (site / "content/more.md").write_text("# More\n\nSee [about](about.md).\n", "utf-8")
    replaced(site / "mkdocs.yml", "  - About: about.md", "  - About: about.md\n  - More: more.md")


def lose_a_page_of_the_site(site):
    (site / "site/articles/early-report/index.html").unlink()


def write_into_the_site(site):
    with (site / "site/articles/early-report/index.html").open("a") as file:
        file.write("?")


def lose_the_site(site):
    shutil.rmtree(site / "site")


def lose_the_cache(site):
    shutil.rmtree(site / ".cache")


def cut_off_the_cache(site):
    for path in (site / cache.FOLDER).iterdir():
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def spoil_the_cache(site):
    for path in (site / cache.FOLDER).iterdir():
        data = bytearray(path.read_bytes())
        data[200::97] = b"\xff" * len(data[200::97])
        path.write_bytes(data)


def change_letters_in(path):
    data = path.read_bytes()
    assert b"match dull" in data
    path.write_bytes(data.replace(b"match dull", b"match dumb"))


def change_letters_in_what_is_kept_for_feeds(site):
    change_letters_in(site / cache.FOLDER / cache.SITE)
    (site / "site/rss.xml").unlink()


def change_letters_in_documents_that_are_remembered(site):
    change_letters_in(site / cache.FOLDER / cache.DOCUMENTS)
    replaced(site / "content/outlets/board-gazette.md", "title: ", "title: Old ")


EDITS = (
    *(edit_prose, edit_title, change_an_alias, add_a_digest),
    *(withdraw_a_digest_and_take_out_what_rests_on_it, rename),
    *(change_an_option, change_the_theme, mark_a_page_in_the_navigation),
    *(edit_a_page_written_by_hand, add_a_page_written_by_hand),
    *(lose_a_page_of_the_site, write_into_the_site, lose_the_site),
    *(lose_the_cache, cut_off_the_cache, spoil_the_cache),
    *(change_letters_in_what_is_kept_for_feeds, change_letters_in_documents_that_are_remembered),
)


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_a_build_after_a_change_gives_what_a_build_from_nothing_gives(edit, built, tmp_path):
    edit(built)
    build(built)
    assert tree(built / "site") == clean_build(built, tmp_path)


def test_changes_one_after_the_other_and_back_again(built, tmp_path):
    first = tree(built / "site")
    texts = {path: path.read_bytes() for path in (built / "content").rglob("*") if path.is_file()}
    for edit in (edit_prose, change_an_alias, add_a_digest):
        edit(built)
        build(built)
    assert tree(built / "site") == clean_build(built, tmp_path)
    (built / "content/articles/another.md").unlink()
    for path, data in texts.items():
        path.write_bytes(data)
    build(built)
    assert tree(built / "site") == first


# --- what is written


def identities(site):
    return {path.relative_to(site).as_posix(): path.stat().st_ino for path in site.rglob("*") if path.is_file()}


def written_by(edit, folder):
    """Return the pages and feeds that are written anew, and not taken over, after a change."""
    build(folder)
    before = identities(folder / "site")
    edit(folder)
    build(folder)
    now = identities(folder / "site")
    named = {path for path in now if path.endswith(("index.html", "rss.xml")) and not path.startswith("about/")}
    return {path for path in named if before.get(path) != now[path]}


def test_with_nothing_changed_no_page_and_no_feed_is_written(built):
    assert written_by(lambda site: None, built) == set()


def test_another_process_takes_over_what_one_has_made(built):
    def run(seed):
        (built / cache.FOLDER / cache.STAMPS).unlink(missing_ok=True)
        command = [sys.executable, "-m", "generator", "build", "--quiet"]
        subprocess.run(command, cwd=built, env={**os.environ, "PYTHONHASHSEED": seed}, check=True)
        return {path: inode for path, inode in identities(built / "site").items() if path.endswith("index.html")}

    before = run("1")
    changed = {path for path, inode in run("2").items() if inode != before[path]}
    assert changed == {"about/index.html"}, "which mkdocs renders each time"


def test_after_an_edit_of_prose_only_the_pages_and_feeds_with_that_prose_are_written(built):
    found = written_by(
        lambda site: replaced(site / "content/players/amina-el-sayed.md", "long games", "short games"), built
    )
    shown_with_its_sentence = "articles/drawn-final/index.html"
    assert found == {"players/amina-el-sayed/index.html", shown_with_its_sentence}


def test_after_an_edit_of_a_digest_its_page_the_pages_that_show_it_and_its_feeds_are_written(built):
    found = written_by(lambda site: replaced(site / ARTICLE, "match dull", "whole match dull"), built)
    pages = {path for path in found if path.endswith(".html")}
    feeds = found - pages
    assert "articles/early-report/index.html" in pages
    assert {"rss.xml", "players/magnus-berzins/rss.xml"} <= feeds
    assert "players/amina-el-sayed/index.html" not in pages, "it does not show this digest"
    assert "corrections/rss.xml" not in feeds, "it holds no digest"


@pytest.fixture
def composed(monkeypatch):
    """The paths of the pages that are composed by this process."""
    paths = []
    render = Composer.render
    monkeypatch.setattr(Composer, "render", lambda c, *a, **v: paths.append(c.path) or render(c, *a, **v))
    return paths


def test_a_sentence_that_is_added_to_a_digest_writes_its_page_and_its_feeds_and_nothing_else(built):
    found = written_by(
        lambda site: replaced(site / "content/articles/drawn-final.md", "Prose with", "It was so. Prose with"), built
    )
    about = {
        "matches/riga-match-2024",
        "players/amina-el-sayed",
        "players/magnus-berzins",
        "themes/fast-time-controls",
    }
    assert found == {"articles/drawn-final/index.html", "rss.xml", *(f"{folder}/rss.xml" for folder in about)}


def test_a_sentence_that_is_added_to_a_digest_has_its_page_composed_and_no_other(built, composed):
    replaced(built / "content/articles/drawn-final.md", "Prose with", "It was so. Prose with")
    build(built, jobs=1)
    assert composed == ["articles/drawn-final.md"]


def test_the_newest_day_moves_and_a_digest_is_not_composed_again(built, composed):
    outlet = built / "content/outlets/chess-weekly.md"
    outlet.write_text("---\ntitle: Chess Weekly\nkind: magazine\n---\n", "utf-8")
    build(built, jobs=1)
    replaced(outlet, "kind:", "corrections: [{date: 2030-01-01, text: It is a weekly.}]\nkind:")
    composed.clear()
    build(built, jobs=1)
    assert "outlets/chess-weekly.md" in composed
    assert ARTICLE.removeprefix("content/") not in composed


def test_a_file_that_was_taken_over_is_not_compared_with_itself(built, monkeypatch):
    compared = []
    same = staging.same
    monkeypatch.setattr(staging, "same", lambda *two: compared.append(two[0].name) or same(*two))
    build(built)
    assert "rss.xml" not in compared


def test_a_new_title_reaches_the_pages_that_name_it_and_no_others(built):
    found = written_by(edit_title, built)
    assert {"index.html", "players/index.html", "players/magnus-berzins/index.html"} <= found
    assert "outlets/index.html" not in found
    assert "map/index.html" not in found


def test_after_a_document_is_renamed_pages_that_do_not_name_it_stay(built):
    old, new = built / "content/outlets/chess-weekly.md", built / "content/outlets/chess-daily.md"
    old.write_text("---\ntitle: Chess Weekly\nkind: magazine\n---\n", "utf-8")

    def rename(site):
        replaced(old, "kind:", "redirect_from: [chess-weekly]\nkind:")
        old.rename(new)

    found = written_by(rename, built)
    assert "outlets/chess-daily/index.html" in found
    assert not any(path.startswith(("articles/", "players/", "matches/")) for path in found)


def test_a_hook_is_code_of_the_site_wherever_a_build_is_begun(built, tmp_path):
    (built / "hook.py").write_text("def on_env(env, config, files):\n    env.globals['said'] = 1\n", "utf-8")
    replaced(built / "theme/main.html", "briefing-page ", "briefing-page {{ said }} ")
    with (built / "mkdocs.yml").open("a", encoding="utf-8") as file:
        file.write("hooks: [hook.py]\n")
    for said in ("1", "22"):  # another process each time, since mkdocs loads a hook once
        replaced(built / "hook.py", "= 1", f"= {said}")
        subprocess.run([*MKDOCS, "build", "-q", "-f", built / "mkdocs.yml"], cwd=tmp_path, check=True)
    assert "briefing-page 22" in (built / "site/articles/early-report/index.html").read_text("utf-8")


def test_a_process_compiles_a_template_once_for_all_builds_and_anew_when_it_has_changed(built, monkeypatch):
    compiled, compile_ = [], Environment.compile
    monkeypatch.setattr(
        Environment, "compile", lambda env, *given: compiled.append(given[1]) or compile_(env, *given)
    )
    monkeypatch.setattr(templating, "_COMPILED", templating._Compiled())
    templating.forget()
    edit_title(built)
    build(built, jobs=1)
    assert {"main.html", "base.html", "article.md.j2", "404.html"} <= {*compiled}
    compiled.clear()
    replaced(built / "content/players/magnus-berzins.md", "title: M.", "title: Mag.")
    templating.forget()  # as a server does
    build(built, jobs=1)
    assert not [name for name in compiled if "language" not in name]  # the search of Material has its own
    change_the_theme(built)
    build(built, jobs=1)
    assert "main.html" in compiled
    assert "base.html" not in compiled
    assert "briefing-page other" in (built / "site/articles/early-report/index.html").read_text("utf-8")


def test_a_filter_of_a_hook_is_that_of_its_own_build(built):
    replaced(built / "theme/main.html", "briefing-page ", "briefing-page {{ 'said' | shout }} ")
    config = (built / "mkdocs.yml").read_text("utf-8")
    for name, shouted in (("one", "upper"), ("two", "title")):  # mkdocs loads a hook once
        hook = f"def on_env(env, config, files):\n    env.filters['shout'] = str.{shouted}\n"
        (built / f"{name}.py").write_text(hook, "utf-8")
        (built / "mkdocs.yml").write_text(f"{config}\nhooks: [{name}.py]\n", "utf-8")
        build(built)
    assert "briefing-page Said" in (built / "site/articles/early-report/index.html").read_text("utf-8")


def test_a_hook_hears_of_every_page_in_one_process_whether_there_is_a_search_or_not(built):
    (built / "hook.py").write_text(
        "from pathlib import Path\n\nseen = []\n\n\n"
        "def on_post_page(output, page, config):\n"
        "    seen.append(page.url)\n\n\n"
        "def on_post_build(config):\n"
        "    Path(config.site_dir, 'seen.txt').write_text(' '.join(seen))\n",
        "utf-8",
    )
    replaced(built / "mkdocs.yml", "  - search\n", "")
    with (built / "mkdocs.yml").open("a", encoding="utf-8") as file:
        file.write("hooks: [hook.py]\n")
    for jobs in (2, 2):
        build(built, jobs=jobs)
        assert "articles/early-report/" in (built / "site/seen.txt").read_text("utf-8").split()


def test_a_hook_that_writes_into_finished_pages_finds_them_as_they_are_rendered(built, tmp_path):
    (built / "hook.py").write_text(
        "from pathlib import Path\n\n\n"
        "def on_post_build(config):\n"
        "    for page in Path(config.site_dir).rglob('*.html'):\n"
        "        with page.open('a') as file:\n"
        "            file.write('<!-- seen -->')\n",
        "utf-8",
    )
    with (built / "mkdocs.yml").open("a", encoding="utf-8") as file:
        file.write("hooks: [hook.py]\n")
    build(built)
    replaced(built / ARTICLE, "match dull", "whole match dull")
    build(built)
    assert tree(built / "site") == clean_build(built, tmp_path)


def test_what_is_written_into_a_page_of_the_last_site_is_not_taken_over_and_the_old_page_is_not_written_into(built):
    page = built / "site/articles/early-report/index.html"
    kept = built / "kept.html"
    kept.hardlink_to(page)
    old = kept.read_bytes()
    replaced(built / ARTICLE, "match dull", "whole match dull")
    build(built)
    assert kept.read_bytes() == old
    assert page.read_bytes() != old


# --- reading


def test_an_unchanged_file_is_not_read_again_and_one_whose_names_changed_is(built, monkeypatch):
    read = []
    monkeypatch.setattr(sources, "parse_body", lambda *given: read.append(given[1]) or parse_body(*given))
    build(built)
    assert read == []
    replaced(built / ARTICLE, "match dull", "whole match dull")
    build(built)
    assert read == ["content/articles/early-report.md"]


def test_a_cache_cannot_make_anything_but_content(tmp_path):
    import os
    import pickle

    class Evil:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "made"),)

    asked = ("a.md", "theme", "content/a.md", b"text")
    unknown = memory.Memory()
    unknown.recall(*asked)
    key = unknown._asked["a.md"]
    store = tmp_path / "documents.db"
    with sqlite3.connect(store) as db:
        db.execute("create table documents (path, basis, made_of, data)")
        data = memory._sealed(memory._framed([pickle.dumps(Evil())]))
        db.execute("insert into documents values ('a.md', x'00', ?, ?)", (key, data))
    found = memory.Memory(store, b"\0")
    assert found.recall(*asked) is None
    assert not (tmp_path / "made").exists()


def test_an_upgraded_package_makes_everything_anew(built, monkeypatch):
    before = identities(built / "site")
    monkeypatch.setattr(basis, "packages", lambda: iter(["mkdocs-9.dist-info"]))
    build(built)
    now = identities(built / "site")
    assert not {path for path in now if path.endswith("index.html") and now[path] == before[path]}


def test_a_preview_that_says_until_when_a_digest_waits_is_made_anew_on_the_next_day(built):
    with contextlib.chdir(built):
        config = load("mkdocs.yml")
        days = [
            [basis.basis(config, Navigation([], []), settings, []) for settings in two]
            for drafts in (True, False)
            for two in [[replace(SETTINGS, drafts=drafts, today=date(2025, 1, day)) for day in (1, 2)]]
        ]
    assert [first == second for first, second in days] == [False, True]


def test_what_is_kept_of_one_site_is_not_mixed_with_that_of_another_built_at_the_same_time(tmp_path):
    def made(text, time):
        found = store.fingerprint_of(text)
        pages = {"a.md": store.PageFacts(b"1", "", frozenset(), found)}
        return store.Kept({"a": store.Made(b"1", 1, time)}, pages), {found: Blob(text.encode())}

    path = tmp_path / "site.db"
    store.save(path, b"", store.Kept(), *made("one", 1))
    here, there = store.load(path, b""), store.load(path, b"")
    assert here == there == made("one", 1)[0]
    store.save(path, b"", there, *made("two", 2))
    store.save(path, b"", here, made("one", 3)[0], {})  # what feeds have was not made anew
    assert store.load(path, b"") == made("one", 3)[0]
    found = [store.content(path, store.fingerprint_of(text)) for text in ("one", "two")]
    assert found == [None, None], "what the other has removed is not there, and its own is removed"


def test_what_feeds_have_is_made_anew_where_it_was_lost(built, tmp_path):
    with contextlib.closing(sqlite3.connect(built / cache.FOLDER / cache.SITE)) as db, db:
        assert db.execute("delete from contents").rowcount > 1
    replaced(built / "content/articles/drawn-final.md", "Prose with", "It was so. Prose with")
    build(built)
    assert tree(built / "site") == clean_build(built, tmp_path)


# --- links to places


def warned(caplog):
    said = [record.getMessage() for record in caplog.records]
    found = [message for message in said if "contain an anchor" in message or "has no anchor" in message]
    caplog.clear()
    return found


def test_a_link_to_a_place_of_a_page_that_is_taken_over_is_still_looked_at(built, caplog):
    page, about = "articles/drawn-final.md", built / "content/about.md"
    ids = {element.get("id") for element in html.parse(built / "site/articles/drawn-final/index.html").iter("h2")}
    heading = min(ids - {None})
    for place in (heading, "nowhere"):
        about.write_text(f"{about.read_text('utf-8')}\nSee [there]({page}#{place}).\n", "utf-8")
    replaced(built / "mkdocs.yml", "strict: false", "strict: false\nvalidation: {anchors: warn}")
    for _ in range(2):
        build(built)
        (one,) = warned(caplog)
        assert "about.md" in one
        assert "#nowhere" in one


def test_a_link_to_a_record_or_a_footnote_of_another_page_is_looked_at(built, caplog):
    page, about = "players/magnus-berzins.md", built / "content/about.md"
    text = (built / "site/players/magnus-berzins/index.html").read_text("utf-8")
    collected, footnote = (
        re.search(rf'id="({form})"', text)[1] for form in (r"[a-z]+-[0-9a-f]{8}-[a-z-]+", 'fn:[^"]+')
    )
    for place in (collected, footnote, f"{collected}-2", "fn:nowhere"):
        about.write_text(f"{about.read_text('utf-8')}\nSee [there]({page}#{place}).\n", "utf-8")
    replaced(built / "mkdocs.yml", "strict: false", "strict: false\nvalidation: {anchors: warn}")
    build(built)
    told = {found.partition("#")[2].partition("'")[0] for found in warned(caplog)}
    assert told == {f"{collected}-2", "fn:nowhere"}


def test_a_composed_link_to_a_place_that_is_not_there_is_warned_of_by_every_build(built, caplog, monkeypatch):
    monkeypatch.setattr(backlinks, "slugify", lambda heading: "nowhere")
    replaced(built / "mkdocs.yml", "site_name: ", "site_name: The ")
    replaced(built / "mkdocs.yml", "strict: false", "strict: false\nvalidation: {anchors: warn}")
    build(built)
    first = warned(caplog)
    assert first
    build(built)
    assert warned(caplog) == first


# --- many processes


def test_any_number_of_processes_writes_the_same_bytes(built, tmp_path):
    sites = []
    for jobs in (1, 2, 5):
        shutil.rmtree(built / ".cache")
        build(built, tmp_path / f"jobs-{jobs}", jobs=jobs)
        sites.append(tree(tmp_path / f"jobs-{jobs}"))
    assert sites[0] == sites[1] == sites[2]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_page_that_the_theme_cannot_render_is_named_and_the_last_good_site_stays(built, caplog, jobs):
    before = tree(built / "site")
    page = "{% if page.file.src_uri == 'players/amina-el-sayed.md' %}{{ page.no.such }}{% endif %}"
    replaced(built / "theme/main.html", "briefing-page ", f"briefing-page {page}")
    with pytest.raises(GeneratorError, match=r"^theme/main.html:\d+: this file of the site fails: UndefinedError: "):
        build(built, jobs=jobs)
    assert "Error building page 'players/amina-el-sayed.md'" in caplog.text
    assert tree(built / "site") == before


@pytest.mark.filterwarnings("ignore:user_configs")
def test_a_server_lets_go_of_the_pages_that_it_made_before(built, tmp_path):
    with contextlib.chdir(built):
        config = load("mkdocs.yml", site_dir=str(tmp_path / "served"))
    plugin = config.plugins["briefing"]
    plugin.jobs = 0  # mkdocs has one plugin a process, and builds in this one have set it
    config.plugins.on_startup(command="serve", dirty=False)
    try:
        mkdocs_build.build(config)
        page = weakref.ref(plugin.nav.pages[0])  # it and its file know each other: the collector lets go of them
        assert page() is not None
        mkdocs_build.build(config)
        gc.collect()
        assert page() is None
    finally:
        config.plugins.on_shutdown()


def test_the_cache_is_where_it_is_said_to_be(built):
    assert (built / cache.FOLDER / cache.SITE).is_file()
    assert (built / cache.FOLDER / cache.DOCUMENTS).is_file()


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_theme_that_fails_on_some_page_leaves_the_last_good_site_and_nothing_else(built, jobs):
    before, beside = tree(built / "site"), {path.name for path in built.iterdir()}
    for at in range(60):  # more pages than one process is given at a time
        (built / f"content/about-{at}.md").write_text(f"# About {at}\n", "utf-8")
        (built / f"content/themes/theme-{at}.md").write_text(f"---\ntitle: Theme {at}\nsummary: S\n---\n", "utf-8")
    fails = "{{ page.title.nothing.of_it if page.title == 'Theme 20' }}"
    replaced(built / "theme/main.html", "briefing-page ", f"briefing-page {fails} ")
    with pytest.raises(GeneratorError, match="has no attribute 'nothing'"):
        build(built, jobs=jobs)
    assert tree(built / "site") == before
    assert {path.name for path in built.iterdir()} == beside
