"""An edit of words, brought into the site that is served: the bytes of a build from nothing, and no build."""

import contextlib
import logging
import random
import re
import shutil

import pytest
from conftest import LONG, copy_real_site, copy_site
from mkdocs.commands import build as mkdocs_build
from mkdocs.exceptions import PluginError

from generator.adapter import incremental, rendering, serving
from generator.assets.search import DIRECTORY, FOLDER
from generator.commands.runner import load
from generator.core.errors import GeneratorError
from generator.edits import amending

pytestmark = pytest.mark.filterwarnings("ignore:user_configs")

EARLY, FINAL = "content/articles/early-report.md", "content/articles/drawn-final.md"
AMINA, MATCH = "content/players/amina-el-sayed.md", "content/matches/riga-match-2024.md"
THEME, HOME = "content/themes/fast-time-controls.md", "content/index.md"
GAZETTE = "content/outlets/board-gazette.md"


class Server:
    """A site that is served, in this process and without a server: built once, and then brought up to date."""

    def __init__(self, folder, shown):
        self.folder, self.shown, self.builds = folder, shown, 0
        self.build()

    def build(self):
        with contextlib.chdir(self.folder):
            config = load("mkdocs.yml", site_dir=str(self.shown))
            self.plugin = config.plugins["briefing"]
            config.plugins.on_startup(command="serve", dirty=False)
            mkdocs_build.build(config)
        self.builds += 1
        self.served = self.plugin.served

    def take_in(self):
        """Bring the site up to date, and tell whether it had to be built for that."""
        before = self.builds
        with contextlib.chdir(self.folder):
            self.plugin._bring_up_to_date(self.build)
        return self.builds > before

    def tree(self):
        """Return what is shown, but for the index of the search, which comes when it is done."""
        found = {p.relative_to(self.shown).as_posix(): p for p in self.shown.rglob("*") if p.is_file()}
        return {at: p.read_bytes() for at, p in found.items() if not at.startswith((FOLDER, DIRECTORY))}


@pytest.fixture
def server(tmp_path):
    return Server(copy_site(tmp_path / "site"), tmp_path / "served")


def from_nothing(server, tmp_path):
    clone = shutil.copytree(server.folder, tmp_path / "clone", ignore=shutil.ignore_patterns(".cache", "site"))
    return Server(clone, tmp_path / "served-anew").tree()


def replaced(server, path, old, new):
    file = server.folder / path
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


WORDS = {
    "prose of a digest": (FINAL, "Also R&D", "And yet R&D"),
    "a record of a digest": (EARLY, "match dull", "match rather dull"),
    "a statement": (FINAL, "nothing left to play for", "nothing at all to play for"),
    "prose of a briefing": (AMINA, "long games", "very long games"),
    "prose of a theme": (THEME, "to think", "to *think* & wait"),
    "a record of a briefing": (MATCH, "Moves in the last game", "How many moves the last game had"),
    "a figure": (FINAL, "was the prize", "was the whole prize"),
    "an outcome": (FINAL, "agreed in principle", "agreed in general"),
    "a position": (FINAL, "wants longer games", "wants much longer games"),
    "a difference": (FINAL, "is 61 here", "is said to be 61 here"),
    "something that happened": (FINAL, "prepares at home", "prepares herself at home"),
    "prose of the home page": (HOME, "Begin with", "Do begin with"),
    "something to watch": (FINAL, "the rematch may be played", "the rematch is to be played"),
    "the title of a digest": (FINAL, "A drawn final: the", "A “drawn” final & the"),
    "the summary of a digest": (EARLY, "the match was dull", "the match was rather dull"),
    "its authors": (FINAL, "[Ilze Ozola]", "[Ilze Ozola, Jānis Ozols]"),
    "its address": (FINAL, "final_(1)", "final_(2)"),
    "the summary of a meeting": (MATCH, "drawn in the end", "drawn at last"),
    "the summary of a leader": (AMINA, "An international", "An international, and strong,"),
    "the summary of a theme": (THEME, "How little", "How much or how little"),
    "the summary of a theme, which has another sentence": (THEME, "R&D]?", "R&D]? Always. Even here."),
    "the address of an outlet": (GAZETTE, "gazette.example.org/", "gazette.example.org/now"),
    "since when a leader is in office": (AMINA, "country: Egypt", "country: Egypt\nsince: 2020"),
    "the perspective of an outlet": (GAZETTE, "country: ", "perspective: Of players.\ncountry: "),
    "words of front matter and of the body": (EARLY, "dull", "boring"),
}


@pytest.mark.parametrize("place", WORDS)
def test_an_edit_of_words_is_shown_without_a_build_as_a_build_from_nothing_shows_it(server, tmp_path, place):
    before = server.tree()
    replaced(server, *WORDS[place])
    assert not server.take_in()
    assert server.tree() != before
    assert server.tree() == from_nothing(server, tmp_path)


def test_a_comment_in_front_matter_changes_nothing_and_needs_no_build(server):
    before = server.tree()
    replaced(server, EARLY, "kind: ", "# what it is\nkind: ")
    assert not server.take_in()
    assert server.tree() == before


def test_a_title_is_another_wherever_it_is_said(server, tmp_path):
    """In prose, in a quotation, in what to watch, in the sentence that another page shows, and for who is lost."""
    replaced(server, AMINA, "She plays long games", "She plays as in [[early-report]] against [[magnus-berzins]]")
    replaced(server, FINAL, "nothing left to play for", "nothing left but [[early-report]]")
    replaced(server, FINAL, "the rematch may be played", "after [[early-report]] the rematch may be played")
    server.take_in()
    before = {at for at, data in server.tree().items() if b"An early report" in data}
    assert {"players/magnus-berzins/index.html", "watch/calendar.ics", "404.html"} <= before
    builds = server.builds
    replaced(server, EARLY, "title: An early", "title: A very early")
    server.take_in()
    after = server.tree()
    assert server.builds == builds
    assert {at for at, data in after.items() if b"A very early report" in data} == before
    assert after == from_nothing(server, tmp_path)


def test_no_page_is_rendered_but_those_that_show_the_words(server, monkeypatch):
    made = []
    made_before = serving.Renderer.made
    monkeypatch.setattr(
        serving.Renderer, "made", lambda self, pages: made.extend(p.path for p in pages) or made_before(self, pages)
    )
    replaced(server, AMINA, "long games", "very long games")
    assert not server.take_in()
    assert "players/amina-el-sayed.md" in made
    assert set(made) <= {"players/amina-el-sayed.md", "articles/drawn-final.md"}  # which shows who refers to it


SHAPES = {
    "the title of a leader": lambda site: replaced(site, AMINA, "title: أمينة", "title: Amina أمينة"),
    "the title of an outlet": lambda site: replaced(site, GAZETTE, "title: ", "title: The "),
    "the day of a digest": lambda site: replaced(site, EARLY, "2024-04-30/2024-05-01", "2024-05-01"),
    "the kind of a digest": lambda site: replaced(site, EARLY, "kind: opinion", "kind: analysis"),
    "what a digest is about": lambda site: replaced(site, EARLY, ", youth-cup-2024]", "]"),
    "a correction": lambda site: replaced(site, FINAL, "not 14,000", "and not 14,000"),
    "the day of an update": lambda site: replaced(site, EARLY, "kind: ", "updated: 2024-05-03\nkind: "),
    "the office of a leader": lambda site: replaced(site, AMINA, "role: International", "role: Grand"),
    "a name of a leader": lambda site: replaced(site, AMINA, "country: Egypt", "country: Egypt\naliases: [El-Said]"),
    "the title of a page in the navigation": lambda site: replaced(site, HOME, "title: ", "title: The "),
    "a draft": lambda site: replaced(site, EARLY, "kind: ", "draft: true\nkind: "),
    "a tag": lambda site: replaced(site, EARLY, "dull. #riga-match-2024", "dull."),
    "a link": lambda site: replaced(site, EARLY, "The author found", "[[amina-el-sayed]] found"),
    "a name": lambda site: replaced(site, AMINA, "long games", "long games with Magnuss Bērziņš"),
    "a citation": lambda site: replaced(site, AMINA, "[^drawn-final]", "[^early-report]"),
    "a heading": lambda site: replaced(site, THEME, "Both like", "## What both like\n\nBoth like"),
    "a record more": lambda site: replaced(site, EARLY, "## Key figures", "- And more.\n\n## Key figures"),
    "a file more": lambda site: shutil.copy(site.folder / EARLY, site.folder / "content/articles/another.md"),
    "a file less": lambda site: (site.folder / "content/about.md").unlink(),
    "a page written by hand": lambda site: replaced(site, "content/about.md", "\n", "\n\n"),
    "the configuration": lambda site: replaced(site, "mkdocs.yml", "site_name: ", "site_name: The "),
    "a mistake": lambda site: replaced(site, EARLY, "kind: opinion", "kind: gossip"),
}


@pytest.mark.parametrize("what", SHAPES)
def test_where_more_than_words_has_changed_the_site_is_built(server, what):
    SHAPES[what](server)
    with contextlib.suppress(Exception):  # some of these cannot be built
        assert server.take_in()
    assert server.served is not server.plugin.served or server.builds == 2


def test_a_build_brings_what_it_has_made_into_the_site_that_is_shown_and_leaves_the_rest_where_it_is(
    server, tmp_path
):
    def identities():
        return [
            (server.shown / path).stat().st_ino for path in (".", "players", "players/index.html", "map/index.html")
        ]

    before = identities()
    later = server.folder / "content/articles/later.md"
    shutil.copy(server.folder / EARLY, later)
    SHAPES["the kind of a digest"](server)
    SHAPES["a heading"](server)
    assert server.take_in()
    assert (server.shown / "articles/later/index.html").is_file()
    more, clone = server.tree(), shutil.copytree(server.folder, tmp_path / "more")
    later.unlink()
    replaced(server, EARLY, "kind: ", "draft: true\nkind: ")
    SHAPES["a page written by hand"](server)
    assert server.take_in()
    assert not (server.shown / "articles/later").exists()
    assert identities() == before
    assert server.tree() == from_nothing(server, tmp_path)
    assert more == Server(clone, tmp_path / "more-anew").tree()


@pytest.mark.parametrize("error", [OSError, GeneratorError])
def test_a_build_that_fails_leaves_the_site_that_is_shown_and_says_why(server, monkeypatch, error):
    before = server.tree()
    SHAPES["the kind of a digest"](server)

    def fail(*_):
        raise error("no room")

    with monkeypatch.context() as patch:
        replaced(server, "mkdocs.yml", "site_name: ", "site_name: The ")
        patch.setattr(incremental, "write", fail)
        with pytest.raises(PluginError, match="no room"):
            server.take_in()
        assert server.tree() == before
    replaced(server, "mkdocs.yml", "site_name: The ", "site_name: ")
    server.take_in()
    assert server.tree() != before
    replaced(server, EARLY, "kind: analysis", "kind: opinion")
    assert server.take_in()
    assert server.tree() == before


STEPS = {
    "looking": (serving, "inputs_of_served"),
    "amending": (serving, "amend"),
    "rendering": (serving.Renderer, "made"),
    "the files beside": (incremental.Incremental, "rewrite"),
    "putting it there": (serving.Staging, "patch"),
}


@pytest.mark.parametrize("error", [OSError, GeneratorError, KeyError])
@pytest.mark.parametrize("step", STEPS)
def test_where_an_edit_cannot_be_taken_in_the_site_is_built(server, tmp_path, monkeypatch, caplog, step, error):
    """A step fails once, when it has done its work."""
    place, name = STEPS[step]
    work, failed = getattr(place, name), []

    def fail_once(*given, **named):
        done = work(*given, **named)
        if failed:
            return done
        failed.append(list(done) if name == "made" else done)  # which renders when it is asked
        raise error("no room")

    caplog.set_level(logging.INFO)
    replaced(server, EARLY, "match dull", "match rather dull")
    monkeypatch.setattr(place, name, fail_once)
    assert server.take_in()
    assert failed
    assert ("KeyError('no room')" in caplog.text) is (error is KeyError)
    assert server.tree() == from_nothing(server, tmp_path)


def test_what_is_made_after_a_build_that_failed_is_made_on_what_is_configured_now(server, tmp_path, monkeypatch):
    replaced(server, "mkdocs.yml", "site_name: ", "site_name: The ")
    with monkeypatch.context() as patch:
        patch.setattr(incremental, "write", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            server.take_in()
    assert server.take_in()
    assert server.tree() == from_nothing(server, tmp_path)


def test_an_edit_that_is_taken_back_leaves_nothing_behind(server):
    before = server.tree()
    replaced(server, EARLY, "match dull", "match rather dull")
    assert not server.take_in()
    replaced(server, EARLY, "match rather dull", "match dull")
    assert not server.take_in()
    assert server.tree() == before


def test_a_build_after_an_edit_that_is_taken_back_shows_what_is_in_the_files(server, tmp_path):
    replaced(server, EARLY, "match dull", "match rather dull")
    assert not server.take_in()
    replaced(server, EARLY, "match rather dull", "match dull")
    replaced(server, "mkdocs.yml", "site_name: ", "site_name: The ")
    assert server.take_in()
    assert server.tree() == from_nothing(server, tmp_path)


def test_a_mistake_is_told_and_the_words_after_it_are_shown_without_a_build(server, caplog):
    replaced(server, EARLY, "kind: opinion", "kind: gossip")
    assert server.take_in()
    assert "invalid-choice" in caplog.text
    replaced(server, EARLY, "kind: gossip", "kind: opinion")
    replaced(server, EARLY, "match dull", "match rather dull")
    assert not server.take_in()
    assert b"match rather dull" in server.tree()["articles/early-report/index.html"]


def test_where_there_is_no_good_site_yet_there_is_one_of_the_mistakes_of_which_no_plugin_hears(tmp_path):
    folder = copy_site(tmp_path / "site")
    (folder / "hook.py").write_text("def on_files(files, **_):\n    assert len(files) > 9\n")
    with (folder / "mkdocs.yml").open("a") as config:
        config.write("\nhooks: [hook.py]\nexclude_docs: '*.html'\nextra_templates: [lost.html]\n")
    digest = folder / EARLY
    digest.write_text(digest.read_text("utf-8").replace("kind: opinion", "kind: gossip"), "utf-8")
    server = Server(folder, tmp_path / "served")
    assert server.tree().keys() == {"404.html"}
    assert b"drawn-final" not in server.tree()["404.html"]
    replaced(server, FINAL, "kind: news", "kind: gossip")
    assert server.take_in()
    assert b"drawn-final" in server.tree()["404.html"]
    replaced(server, FINAL, "kind: gossip", "kind: news")
    replaced(server, EARLY, "kind: gossip", "kind: opinion")
    replaced(server, "mkdocs.yml", "extra_templates: [lost.html]", "")
    assert server.take_in()
    assert server.tree() == from_nothing(server, tmp_path)


def test_what_is_warned_of_is_told_again_and_where_it_stands_now(server, caplog):
    replaced(server, AMINA, "She plays", "Nobody says so.\n\nShe plays")
    server.build()
    assert "amina-el-sayed.md:9:1" in caplog.text
    caplog.clear()
    replaced(server, AMINA, "\nNobody says so.", "\n\nNobody has said so.")
    assert not server.take_in()
    (told,) = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert "uncited-paragraph" in told
    assert "amina-el-sayed.md:10:1" in told


def test_what_other_plugins_make_of_pages_is_left_to_a_build(tmp_path):
    folder = copy_site(tmp_path / "site")
    (folder / "hook.py").write_text("def on_page_markdown(markdown, **_):\n    return markdown\n")
    with (folder / "mkdocs.yml").open("a") as config:
        config.write("\nhooks: [hook.py]\n")
    server = Server(folder, tmp_path / "served")
    replaced(server, EARLY, "match dull", "match rather dull")
    assert server.take_in()


WORD = re.compile(r"(?<= )[a-z]{5,}(?= )")


def another_word(chance, number, text):
    """Return a content file with another word somewhere in its body."""
    head, front, body = text.split("---\n", 2)
    place = chance.choice([*WORD.finditer(body)])
    return "---\n".join([head, front, f"{body[: place.start()]}word{number}{body[place.end() :]}"])


def edited_at_random(folder, seed, times, edit, take):
    """Edit files of a site one after the other, and have each `take`n in; return how often no build was needed."""
    chance, taken_in = random.Random(seed), 0
    files = sorted((folder / "content").glob("*/*.md"))
    for number in range(times):
        path = chance.choice(files)
        path.write_text(edit(chance, number, path.read_text("utf-8")), "utf-8")
        if chance.random() < 0.8:  # sometimes several at once
            taken_in += not take()
    take()
    return taken_in


def test_any_words_of_the_real_site_may_change_one_after_the_other(tmp_path):
    server = Server(copy_real_site(tmp_path / "site"), tmp_path / "served")
    times = 40 if LONG else 12
    taken_in = edited_at_random(server.folder, 7, times, another_word, server.take_in)
    assert taken_in > times // 2  # some words are part of a name, of a link or of an anchor of the same rank
    assert server.tree() == from_nothing(server, tmp_path)


def test_words_in_which_somebody_is_found_are_not_amended(server):
    replaced(server, AMINA, "long games", "long games with Magnuss Bērziņš")
    site = server.served.site
    assert (
        amending.amend(site, server.folder / "content", ["players/amina-el-sayed.md"], server.plugin.memory) is None
    )


def test_a_page_that_something_was_told_of_shows_the_words_of_others_as_they_are_now(tmp_path, monkeypatch):
    @contextlib.contextmanager
    def told():
        yield [logging.LogRecord("mkdocs", logging.DEBUG, "", 0, "something", (), None)]

    with monkeypatch.context() as patch:
        patch.setattr(rendering, "collected", told)
        server = Server(copy_site(tmp_path / "site"), tmp_path / "served")
    replaced(server, *WORDS["a record of a digest"])
    assert not server.take_in()
    assert server.tree() == from_nothing(server, tmp_path)
