"""An edit of words, taken into the site that the last build made: the bytes of a build from nothing, and no build."""

import contextlib
import json
import logging
import os
import re
import shutil
import subprocess
import sys
import time

import pytest
import yaml
from conftest import LONG, copy_real_site, copy_site
from test_incremental import tree
from test_serving import AMINA, EARLY, FINAL, MATCH, SHAPES, THEME, WORDS, another_word, edited_at_random

from generator.adapter import cache, resuming, searching, unchanged
from generator.adapter.basis import remembered
from generator.build import build
from generator.commands import runner
from generator.composing.dependencies import BY_NAME, IN_LISTS
from generator.core.errors import GeneratorError
from generator.edits import shelf
from generator.edits.recalling import Recalled, RecalledSite

pytestmark = pytest.mark.filterwarnings("ignore:user_configs")


class Site:
    """A site that is built by one command after another. `builds` says how often mkdocs was started for that."""

    def __init__(self, folder):
        self.folder, self.builds = folder, 0

    def build(self, **overrides):
        """Build the site as it is now, and return whether mkdocs had to be started."""
        before, mkdocs = self.builds, runner.mkdocs_build.build

        def started(config):
            self.builds += 1
            mkdocs(config)

        with contextlib.chdir(self.folder), pytest.MonkeyPatch.context() as patch:
            patch.setattr(runner.mkdocs_build, "build", started)
            runner.build_site(runner.load("mkdocs.yml", **overrides))
        return self.builds > before

    def tree(self):
        return tree(self.folder / "site")

    def from_nothing(self):
        """Return the site that a clone without any cache builds."""
        clone = self.folder.with_name("clone")
        shutil.rmtree(clone, ignore_errors=True)
        shutil.copytree(self.folder, clone, ignore=shutil.ignore_patterns(".cache", "site", ".site.*"))
        with contextlib.chdir(clone):
            runner.build_site(runner.load("mkdocs.yml"))
        return tree(clone / "site")


def replaced(site, path, old, new):
    file = site.folder / path
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def site(tmp_path):
    """The small site, built."""
    found = Site(copy_site(tmp_path / "site"))
    found.build()
    return found


@pytest.mark.parametrize("place", WORDS)
def test_an_edit_of_words_is_taken_in_without_a_build_and_gives_the_bytes_of_one_from_nothing(site, place):
    before = site.tree()
    replaced(site, *WORDS[place])
    assert not site.build()
    assert site.tree() != before
    assert site.tree() == site.from_nothing()


@pytest.mark.parametrize("what", SHAPES)
def test_where_more_than_words_has_changed_the_site_is_built(site, what):
    SHAPES[what](site)
    with contextlib.suppress(Exception):  # some of these cannot be built
        site.build()
    assert site.builds == 2


def test_one_edit_after_another_is_taken_in_and_so_is_a_build_after_them(site):
    replaced(site, *WORDS["a record of a digest"])
    replaced(site, *WORDS["prose of a theme"])
    assert not site.build()
    replaced(site, *WORDS["a statement"])
    assert not site.build()
    assert site.tree() == site.from_nothing()
    replaced(site, EARLY, "kind: opinion", "kind: analysis")
    assert site.build()
    assert site.tree() == site.from_nothing()
    replaced(site, *WORDS["prose of a digest"])
    assert not site.build()
    assert site.tree() == site.from_nothing()


def test_an_edit_is_taken_in_by_a_process_that_has_built_nothing_before(site):
    replaced(site, *WORDS["a record of a digest"])
    command = (sys.executable, "-m", "generator", "build")
    result = subprocess.run(command, cwd=site.folder, capture_output=True, text=True, check=True)
    assert "pages updated by the edit: " in result.stderr
    assert site.tree() == site.from_nothing()


def test_an_edit_that_is_taken_back_leaves_the_site_as_it_was(site):
    before = site.tree()
    replaced(site, EARLY, "match dull", "match rather dull")
    assert not site.build()
    replaced(site, EARLY, "match rather dull", "match dull")
    assert not site.build()
    assert site.tree() == before
    assert not site.build()


def test_with_nothing_more_edited_nothing_is_done(site):
    replaced(site, EARLY, "match dull", "match rather dull")
    site.build()
    inode = (site.folder / "site").stat().st_ino
    assert not site.build()
    assert (site.folder / "site").stat().st_ino == inode


def test_what_is_not_concerned_is_the_file_that_it_was(site):
    def inodes():
        root = site.folder / "site"
        files = (path for path in root.rglob("*") if path.is_file() and "pagefind" not in str(path))
        return {
            p.relative_to(site.folder / "site").as_posix(): p.stat().st_ino for p in files if "pagefind" not in str(p)
        }

    before = inodes()
    replaced(site, AMINA, "long games", "very long games")
    assert not site.build()
    anew = {path for path, inode in inodes().items() if before[path] != inode}
    # The digest that the sentence cites shows who refers to it, and in which words.
    pages = {"players/amina-el-sayed/index.html", "articles/drawn-final/index.html"}
    assert anew - {".gitignore"} == pages | {"search.json"}


def test_git_and_the_cards_are_on_the_page_as_a_build_puts_them_there(tmp_path):
    site = Site(copy_site(tmp_path / "site"))
    git = ("git", "-C", str(site.folder), "-c", "user.name=A", "-c", "user.email=a@example.org")
    site.build()
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "content"], check=True)
    subprocess.run([*git, "commit", "-qm", "All"], check=True)
    replaced(site, EARLY, "match dull", "match rather dull")
    subprocess.run([*git, "commit", "-qam", "Less harsh"], check=True)
    site.build()
    builds = site.builds
    replaced(site, EARLY, "match rather dull", "match really rather dull")
    replaced(site, MATCH, "Moves in the last game", "How many moves the last game had")
    assert not site.build()
    assert b"history" in site.tree()["articles/early-report/index.html"]
    assert b'property="og:image"' in site.tree()["articles/early-report/index.html"]
    assert site.tree() == site.from_nothing()
    subprocess.run([*git, "commit", "-qam", "Harsher"], check=True)
    assert site.build()  # there is more history now
    assert site.tree() == site.from_nothing()
    assert site.builds == builds + 1


def test_a_name_that_stands_nowhere_any_more_is_warned_of_as_by_a_build(site):
    path = "content/players/magnus-berzins.md"
    replaced(site, path, "aliases: [", "aliases: [the old fox of Riga, ")
    with (site.folder / EARLY).open("a", encoding="utf-8") as file:
        file.write("\n## In short\nHe is the old fox of Riga, as they say.\n")
    assert site.build()
    replaced(site, EARLY, "He is the old fox of Riga, as they say.", "He, as they say, is old.")
    with pytest.raises(GeneratorError, match="strict"):
        site.build()
    assert site.builds == 3


def drop(path):
    path.unlink()


def empty(path):
    path.write_bytes(b"")


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def spoil(path):
    path.write_bytes(re.sub(rb"early-rep", b"early-rap", path.read_bytes()))


def spoil_every_page(path):
    data = bytearray(path.read_bytes())
    data[200::97] = b"~" * len(data[200::97])
    path.write_bytes(data)


@pytest.mark.parametrize("store", [cache.SHELF, cache.DOCUMENTS, cache.STAMPS, cache.SITE])
@pytest.mark.parametrize("harm", [drop, empty, cut, spoil, spoil_every_page])
def test_a_cache_that_is_lost_or_not_as_it_was_written_costs_time_and_nothing_else(site, store, harm):
    harm(site.folder / cache.FOLDER / store)
    replaced(site, EARLY, "match dull", "match rather dull")
    replaced(site, FINAL, "Also R&D", "And yet R&D")
    site.build()
    assert site.tree() == site.from_nothing()


@pytest.mark.parametrize("harm", [drop, empty, lambda path: path.write_bytes(path.read_bytes() + b" ")])
def test_a_file_of_the_site_that_somebody_has_touched_is_made_anew(site, harm):
    harm(site.folder / "site/themes/index.html")
    replaced(site, EARLY, "match dull", "match rather dull")
    assert site.build()
    assert site.tree() == site.from_nothing()


def test_a_document_that_was_built_elsewhere_meanwhile_is_shown_as_it_is(site, tmp_path):
    replaced(site, EARLY, "match dull", "match rather dull")
    with contextlib.chdir(site.folder):
        runner.build_site(runner.load("mkdocs.yml", site_dir=str(tmp_path / "elsewhere")))
    site.build()
    assert b"match rather dull" in site.tree()["articles/early-report/index.html"]
    assert site.tree() == site.from_nothing()


def test_where_nothing_can_be_kept_the_site_is_right(site):
    (site.folder / cache.FOLDER / cache.SHELF).unlink()
    (site.folder / cache.FOLDER / cache.SHELF).mkdir()
    for words in ("rather dull", "dull enough"):
        path = site.folder / EARLY
        path.write_text(re.sub("match [a-z ]*dull[a-z ]*", f"match {words}", path.read_text("utf-8")), "utf-8")
        assert site.build()
    assert site.tree() == site.from_nothing()


def test_a_plugin_that_briefing_does_not_know_has_the_site_built(tmp_path):
    site = Site(copy_site(tmp_path / "site"))
    (site.folder / "hook.py").write_text("def on_page_markdown(markdown, **_):\n    return markdown\n")
    with (site.folder / "mkdocs.yml").open("a") as config:
        config.write("\nhooks: [hook.py]\n")
    site.build()
    replaced(site, EARLY, "match dull", "match rather dull")
    assert site.build()


def test_a_hand_written_page_that_leads_to_a_record_has_the_site_built(tmp_path):
    site = Site(copy_site(tmp_path / "site"))
    site.build()
    (anchor,) = re.findall(r'id="(point-[0-9a-f]{8})"', site.tree()["articles/early-report/index.html"].decode())[:1]
    with (site.folder / "content/about.md").open("a", encoding="utf-8") as file:
        file.write(f"\n[It was dull](articles/early-report.md#{anchor}).\n")
    site.build()
    replaced(site, EARLY, "match dull", "match rather dull")
    with pytest.raises(GeneratorError, match="strict"):  # it leads nowhere now
        site.build()


def test_titles_that_the_configuration_leaves_to_the_pages_are_in_the_navigation(tmp_path):
    site = Site(copy_site(tmp_path / "site"))
    replaced(site, "mkdocs.yml", "  - About: about.md", "  - about.md\n  - Elsewhere: https://example.org/")
    replaced(site, "mkdocs.yml", "  - Themes: themes/index.md", "  - themes/index.md")
    site.build()
    replaced(site, EARLY, "match dull", "match rather dull")
    assert not site.build()
    assert site.tree() == site.from_nothing()


def shown(values):
    """Return values with the slugs of documents in their place."""
    return [
        shown(value) if isinstance(value, tuple) else getattr(value, "slug", None) or str(value) for value in values
    ]


def places(appearances):
    return [(a.origin.slug, a.number, a.head, a.day) for a in appearances]


def test_what_is_recalled_of_documents_is_what_is_found_out_about_all_of_them(site):
    """`recalling` is a second way to the relations of a library: it leads to the same."""
    with contextlib.chdir(site.folder):
        config = runner.load("mkdocs.yml")
        settings = runner.load_settings(config)
        mark = json.loads((site.folder / cache.FOLDER / cache.STAMPS).read_text())[2]
        known = remembered(config)
    whole = build(site.folder / "content", settings, memory=known, amendable=True)
    library, found = (
        whole.library,
        RecalledSite(Recalled(shelf.Shelf(site.folder / cache.FOLDER / cache.SHELF, mark), known), settings),
    )
    assert list(found.library.documents) == list(library.documents)
    for name in ("digests", "meetings", "parts", "subthemes", "subjects"):
        assert {slug: shown(of) for slug, of in getattr(found.library, name).items() if of} == {
            slug: shown(of) for slug, of in getattr(library, name).items()
        }
    for name in ("records", "own_records"):
        assert {slug: places(of) for slug, of in getattr(found.library, name).items() if of} == {
            slug: places(of) for slug, of in getattr(library, name).items() if of
        }
    for name in ("articles", "summits", "leaders", "themes", "outlets"):
        assert shown(getattr(found.library, name)) == shown(getattr(library, name))
    assert found.library.latest_day == library.latest_day
    in_passing = (IN_LISTS, BY_NAME)  # what no more than lists or names a document is not composed
    shows_words = {page for (_, at), pages in whole.readers.items() for page in pages if at not in in_passing}
    for page in whole.pages:
        if page.path in shows_words | {document.path for document in library.documents.values()}:
            again = found.by_path[page.path]
            assert (again.title, again.description, again.kind, again.feeds, again.wide, again.edit_path) == (
                page.title,
                page.description,
                page.kind,
                page.feeds,
                page.wide,
                page.edit_path,
            )
            assert again.markdown == page.markdown
    readers = {place: pages for known in found.library.known.values() for place, pages in known.readers.items()}
    assert {place: set(pages) for place, pages in readers.items()} == {
        place: set(pages) for place, pages in whole.readers.items()
    }


def test_any_words_of_the_real_site_may_change_one_after_the_other(tmp_path):
    site = Site(copy_real_site(tmp_path / "site"))
    site.build()
    times = 30 if LONG else 9
    taken_in = edited_at_random(site.folder, 8, times, another_word, site.build)
    assert taken_in > times // 2  # some words are part of a name, of a link or of an anchor of the same rank
    assert site.tree() == site.from_nothing()


SAID = (
    "now & <then>",
    "*what* it_was [not]",
    "“Words”, he's told; 3 > 2",
    "# 1. First. Second sentence!",
    "A\\b `c` ~d~",
)


def other_front_matter(chance, number, text):
    """Return a content file with something else at one of the keys that are only shown."""
    _, front, body = text.split("---\n", 2)
    meta = yaml.safe_load(front)
    own = ("title", "summary", "url", "authors") if "outlet" in meta else ("summary", "perspective", "since", "url")
    key = chance.choice([key for key in own if key in meta])
    said = f"{number} {chance.choice(SAID)}"
    words = {"url": f"https://news.example.org/{number}_(a)?b=c&d", "authors": [said], "since": 2000 + number}
    meta[key] = words.get(key, said)
    return f"---\n{yaml.safe_dump(meta, allow_unicode=True, sort_keys=False)}---\n{body}"


def test_any_title_summary_or_source_of_the_real_site_may_change_one_after_the_other(tmp_path):
    site = Site(copy_real_site(tmp_path / "site"))
    site.build()
    times = 40 if LONG else 12
    taken_in = edited_at_random(site.folder, 9, times, other_front_matter, site.build)
    assert taken_in > times * 5 // 8
    assert site.tree() == site.from_nothing()


def digest(site, name, *edits, base=EARLY):
    """Add a digest that is another one with some of its words replaced."""
    text = (site.folder / base).read_text("utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    (site.folder / f"content/articles/{name}.md").write_text(text, "utf-8")


def test_a_link_whose_words_are_the_former_title_keeps_them(site):
    said = "As [[early-report|An early report]] has it, and [[early-report]] too."
    digest(site, "another", ("## Key points", f"{said}\n\n## Key points"))
    site.build()
    replaced(site, EARLY, "title: An early", "title: A very early")
    site.build()
    page = site.tree()["articles/another/index.html"].decode()
    assert '">An early report</a> has it' in page
    assert '">A very early report</a> too' in page
    assert site.tree() == site.from_nothing()


def test_another_digest_of_the_same_title_and_summary_keeps_them(site):
    digest(site, "another")
    digest(site, "third")
    site.build()
    replaced(site, EARLY, "title: An early", "title: A very early")
    replaced(site, EARLY, "the match was dull", "the match was very dull")
    site.build()
    listed = site.tree()["themes/fast-time-controls/index.html"].decode()
    assert (listed.count(">A very early report</a>"), listed.count("match was very dull.</p>")) == (1, 1)
    assert listed.count("match was dull.</p>") == 2
    assert site.tree() == site.from_nothing()


def test_a_digest_that_is_called_like_its_outlet_is_told_from_it(site):
    replaced(site, FINAL, 'title: "A drawn final: the last game in Riga"', "title: Board Gazette")
    site.build()
    replaced(site, FINAL, "title: Board Gazette", "title: What the paper says")
    site.build()
    assert site.tree() == site.from_nothing()


def test_records_of_an_unknown_outlet_are_told_by_the_title_of_their_digest(site):
    said = re.compile(r'<a href="[^"]*#point-[^"]*">A later report, opinion</a>')
    page = "players/magnus-berzins/index.html"
    replaced(site, EARLY, "- The author found the match dull.", "- The author found [[magnus-berzins]] dull.")
    site.build()
    assert not said.search(site.tree()[page].decode())
    replaced(site, EARLY, "title: An early report", "title: A later report")
    site.build()
    assert said.search(site.tree()[page].decode())
    assert site.tree() == site.from_nothing()


def test_words_that_are_no_summary_stay_although_they_are_the_same(site):
    """In the sentence that another page quotes, in a correction, and in what a meeting is said to be."""
    replaced(site, EARLY, "The author found the match dull.", "[[magnus-berzins]] played a dull match.")
    replaced(site, EARLY, "A columnist's view: the match was dull.", "Magnuss Bērziņš played a dull match.")
    replaced(site, FINAL, "The match in Riga ended in a draw. Both players spoke of a rematch.", "It is put right.")
    replaced(site, FINAL, "The prize was 40,000 euros, not 14,000.", "It is put right.")
    cup = site.folder / "content/matches/youth-cup-2024.md"
    cup.write_text(re.sub("summary: .*", "summary: planned", cup.read_text("utf-8"), count=1), "utf-8")
    site.build()
    replaced(site, EARLY, 'summary: "Magnuss Bērziņš played a dull match."', "summary: He was dull.")
    replaced(site, FINAL, "summary: It is put right.", "summary: Another one.")
    replaced(site, FINAL, 'title: "A drawn', 'title: "Yet a drawn')
    cup.write_text(cup.read_text("utf-8").replace("summary: planned", "summary: It is to come."), "utf-8")
    site.build()
    assert site.tree() == site.from_nothing()


def test_a_theme_whose_summary_was_one_sentence_and_becomes_two_and_one_again(site):
    replaced(site, THEME, "summary: How little time is *enough* [for R&D]?", "summary: Time is short.")
    site.build()
    for old, new in (("short.", "short. Always."), ("Time is short. Always.", "So. It is."), ("So. It is.", "So.")):
        replaced(site, THEME, old, new)
        assert not site.build()
        assert site.tree() == site.from_nothing()


def test_an_entry_of_the_calendar_is_another_whatever_it_says(site):
    replaced(site, FINAL, "the rematch may be played", "BEGIN:VEVENT, END:VEVENT; the rematch, " + "späť " * 40)
    site.build()
    replaced(site, FINAL, 'title: "A drawn', 'title: "Yet a drawn')
    replaced(site, FINAL, "END:VEVENT; the", "END:VEVENT; a")
    assert not site.build()
    assert site.tree() == site.from_nothing()


def test_where_the_short_cut_is_at_fault_the_site_is_built(site, monkeypatch):
    def fail(*_):
        raise RuntimeError

    monkeypatch.setattr(resuming, "amend", fail)
    replaced(site, *WORDS["a record of a digest"])
    assert site.build()
    assert site.tree() == site.from_nothing()


def test_a_source_that_had_no_address_and_one_that_has_none_any_more(site):
    replaced(site, EARLY, "kind: ", "url: https://column.example.org/\nkind: ")
    replaced(site, FINAL, "url: https://gazette.example.org/final_(1)\n", "")
    site.build()
    assert site.tree() == site.from_nothing()


def test_a_new_title_has_a_card_of_its_own_and_the_former_card_goes_with_the_last_page_that_has_it(site):
    def cards():
        return {path for path in site.tree() if path.startswith("assets/cards/")}

    for number in range(31):  # so many that the index shows none of the two that are called the same
        digest(site, f"later-{number}", ("2024-04-30/2024-05-01", "2024-06-01"), ("An early", f"A {number}th"))
    elsewhere = (("2024-04-30/2024-05-01", "2023-06-01"), ("unnamed", "board-gazette"), ("[magnus-berzins]", "[]"))
    nothing = ("riga-match-2024, ", ""), ("[fast-time-controls]", "[]"), (" #riga-match-2024", " #youth-cup-2024")
    digest(site, "another", *elsewhere, *nothing, ("[youth-cup-2024]", "[]"))
    site.build()
    before = cards()
    replaced(site, EARLY, "title: An early", "title: A very early")
    assert not site.build()
    assert cards() > before  # the other one is called as it was
    replaced(site, "content/articles/another.md", "title: An early", "title: A very early")
    assert not site.build()
    assert len(cards()) == len(before)
    assert site.tree() == site.from_nothing()


def test_what_follows_a_title_is_right_where_addresses_are_those_of_files(tmp_path):
    folder = copy_site(tmp_path / "site")
    with (folder / "mkdocs.yml").open("a", encoding="utf-8") as file:
        file.write("\nuse_directory_urls: false\n")
    site = Site(folder)
    site.build()
    replaced(site, EARLY, "title: An early", "title: A very early")
    assert not site.build()
    assert site.tree() == site.from_nothing()


RENAMED = (
    ("content/matches/riga-match-2024.md", "city: Riga", "city: Riga\nredirect_from: [riga-2024]"),
    (AMINA, "country: Egypt", "country: Egypt\nredirect_from: [amina]"),
)


def test_feeds_at_the_former_address_of_a_renamed_document_show_the_words_as_well(tmp_path):
    site = Site(copy_site(tmp_path / "site"))
    for edit in RENAMED:
        replaced(site, *edit)
    site.build()
    replaced(site, EARLY, "match dull", "match rather dull")
    site.build()
    assert b"match rather dull" in site.tree()["matches/riga-2024/rss.xml"]
    assert site.tree() == site.from_nothing()


IN_NAV = {
    "a theme": "  - Clocks: themes/fast-time-controls.md",
    "a digest": "  - Final: articles/drawn-final.md",
    "a match by its own title": "  - matches/riga-match-2024.md",
}


@pytest.mark.parametrize("what", IN_NAV)
def test_a_document_in_the_navigation_is_found_once(tmp_path, what):
    site = Site(copy_site(tmp_path / "site"))
    replaced(site, "mkdocs.yml", "  - About: about.md", f"  - About: about.md\n{IN_NAV[what]}")
    site.build()
    replaced(site, THEME, "to think", "to *think* & wait")  # of no year, as hand-written pages are
    site.build()
    assert site.tree() == site.from_nothing()


def test_a_theme_that_is_not_materials_is_not_dressed_as_if_it_were(tmp_path):
    site = Site(copy_site(tmp_path / "site"))
    config = site.folder / "mkdocs.yml"
    text = re.sub(r"  (custom_dir|font|features): .*\n", "", config.read_text("utf-8"))
    config.write_text(text.replace("name: material", "name: mkdocs").replace("  - search\n", ""), "utf-8")
    site.build()
    replaced(site, EARLY, "match dull", "match rather dull")
    site.build()
    clean, found = site.from_nothing(), site.tree()
    del clean["index.html"], found["index.html"]  # mkdocs's own theme says there when it was built
    assert sorted(found.keys() ^ clean.keys()) == []
    assert found == clean


def test_what_mkdocs_says_by_the_way_does_not_have_the_site_built(tmp_path, caplog):
    site = Site(copy_site(tmp_path / "site"))
    replaced(site, "mkdocs.yml", "  - About: about.md\n", "")
    replaced(site, "mkdocs.yml", "omitted_files: warn, ", "")
    caplog.set_level(logging.INFO)  # as the command has it
    site.build()
    replaced(site, EARLY, "match dull", "match rather dull")
    assert not site.build()


def test_why_there_is_no_search_of_ours_is_said_once(tmp_path, caplog, monkeypatch):
    monkeypatch.setattr(searching, "missing", lambda: "It is too late.")
    caplog.set_level(logging.INFO)
    Site(copy_site(tmp_path / "site")).build()
    assert caplog.text.count("It is too late.") == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here, which this test needs")
def test_what_is_kept_of_one_folder_is_not_put_to_that_of_another_which_is_built_meanwhile(
    site, tmp_path, monkeypatch
):
    other, shelved, go = tmp_path / "other", tmp_path / "shelved", tmp_path / "go"
    before, amend, keep, children = (site.folder / EARLY).read_text("utf-8"), resuming.amend, unchanged.keep, []

    def wait_for(file):
        while not file.exists():
            time.sleep(0.02)

    def keep_later(*given):
        shelved.touch()
        wait_for(go)
        keep(*given)

    def build_other():
        unchanged.keep = keep_later
        with contextlib.chdir(site.folder):
            runner.build_site(runner.load("mkdocs.yml", site_dir=str(other)))

    def amend_while_other_is_built(*given):
        found, now = amend(*given), (site.folder / EARLY).read_text("utf-8")
        (site.folder / EARLY).write_text(before, "utf-8")
        child = os.fork()
        if child == 0:
            try:
                build_other()
            except BaseException:
                os._exit(1)
            os._exit(0)
        children.append(child)
        wait_for(shelved)
        (site.folder / EARLY).write_text(now, "utf-8")
        return found

    replaced(site, EARLY, "match dull", "match rather dull")
    with monkeypatch.context() as patch:
        patch.setattr(resuming, "amend", amend_while_other_is_built)
        site.build()
    go.touch()
    assert [os.waitpid(child, 0)[1] for child in children] == [0]
    site.build(site_dir=str(other))
    clean, found = site.from_nothing(), tree(other)
    assert [path for path in clean if found.get(path) != clean[path]] == []
