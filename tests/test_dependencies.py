"""Which pages an edit concerns: those that show what was edited, and as few others as can be told cheaply."""

import random
import shutil
from datetime import date
from pathlib import Path

import pytest
from conftest import LONG, SETTINGS, SITE, pages_of

from generator.build import build
from generator.composing import dependencies, lists, sections, tables
from generator.composing.composer import Composer
from generator.core.errors import InvalidContent
from generator.linking.history import Change
from generator.linking.revisions import Mark, Piece


@pytest.fixture
def content(tmp_path):
    """A copy of the content of the small site, with a document that was withdrawn."""
    folder = Path(shutil.copytree(SITE / "content", tmp_path / "content"))
    write(folder, "outlets/old-gazette.md", "title: Old Gazette\nkind: magazine\nwithdrawn: It was another one.")
    return folder


def write(folder, path, front, body=""):
    (folder / path).write_text(f"---\n{front}\n---\n\n{body}\n", "utf-8")


def edit(path, old, new):
    """Return an edit of a file."""

    def apply(folder):
        text = (folder / path).read_text("utf-8")
        assert text.count(old) == 1
        (folder / path).write_text(text.replace(old, new), "utf-8")

    return apply


def planned(folder):
    return {page.path: page for page in build(folder, SETTINGS).pages}


def concerned(folder, change):
    """Return the pages that an edit concerns, of those that are there before and after it."""
    before = {path: page.fingerprint for path, page in planned(folder).items()}
    change(folder)
    after = {path: page.fingerprint for path, page in planned(folder).items()}
    return {path for path in before.keys() & after if before[path] != after[path]}


EARLY, FINAL = "articles/early-report.md", "articles/drawn-final.md"
MATCH, CUP = "matches/riga-match-2024.md", "matches/youth-cup-2024.md"
AMINA, MAGNUS = "players/amina-el-sayed.md", "players/magnus-berzins.md"
CLOCKS = "themes/fast-time-controls.md"
GAZETTE, UNNAMED = "outlets/board-gazette.md", "outlets/unnamed.md"


def test_an_edit_of_nothing_concerns_no_page(content):
    assert concerned(content, lambda folder: None) == set()


def test_lines_that_move_within_a_file_concern_no_page(content):
    assert concerned(content, edit(FINAL, "## Key points", "<!-- a note -->\n\n\n## Key points")) == {FINAL}
    assert concerned(content, edit(EARLY, "\n\n## Key points", "\n\n\n\n\n## Key points")) == set()


def test_a_sentence_of_a_digest_concerns_its_page_alone(content):
    assert concerned(content, edit(FINAL, "Prose with", "It was so. Prose with")) == {FINAL}


def test_a_sentence_that_refers_to_a_page_concerns_it_and_the_sentence_beside_it_does_not(content):
    prose = "\n\nThey met twice. [[magnus-berzins]] asked for it. It rained.\n\n## Key points\n- The author"
    edit(EARLY, "\n\n## Key points\n- The author", prose)(content)
    assert concerned(content, edit(EARLY, "They met twice.", "They met three times.")) == {EARLY}
    assert concerned(content, edit(EARLY, "It rained.", "It snowed. Nobody minded.")) == {EARLY}
    assert concerned(content, edit(EARLY, "asked for it", "wanted it")) == {EARLY, MAGNUS}


def test_a_record_concerns_the_pages_that_show_it_and_no_others(content):
    found = concerned(content, edit(EARLY, "**62** moves, says the author", "**62** moves, writes the author"))
    assert found == {EARLY, MATCH, "figures/index.md"}


REACHING = {
    "positions/index.md": (
        (FINAL, "wants longer games", "wants much longer games"),
        (EARLY, "found the match dull. ", "found the match long. "),
    ),
    "attendance/index.md": (
        (MATCH, "magnus-berzins, status: attended", "magnus-berzins, status: expected"),
        (FINAL, "wants longer games", "wants much longer games"),
    ),
    "connections/index.md": (
        (MATCH, "magnus-berzins, status: attended", "magnus-berzins, status: host"),
        (CUP, "A cup that was announced", "A cup that was promised"),
    ),
    "map/index.md": (
        (MATCH, "coordinates: [56.95, 24.11]", "coordinates: [57.95, 24.11]"),
        (AMINA, "role: International master", "role: Master"),
    ),
    "coverage/index.md": (
        (EARLY, "kind: opinion", "kind: analysis"),
        (EARLY, "title: An early report", "title: A very early report"),
    ),
    "corrections/index.md": (
        (FINAL, "The prize was 40,000 euros", "The prize is 40,000 euros"),
        (EARLY, "title: An early report", "title: A very early report"),
    ),
    "timeline/index.md": (
        (FINAL, "prepares at home", "prepares abroad"),
        (FINAL, "The clock decided it", "The clocks decided it"),
    ),
    "articles/index.md": (
        (EARLY, "the match was dull.", "the match was long."),
        (FINAL, "wants longer games", "wants much longer games"),
    ),
    "articles/2024/05.md": (
        (EARLY, "the match was dull.", "the match was long."),
        (FINAL, "The clock decided it", "The clocks decided it"),
    ),
    "matches/index.md": (
        (CUP, "A cup that was announced", "A cup that was promised"),
        (CLOCKS, "How little time", "How much time"),
    ),
    "players/index.md": (
        (AMINA, "role: International master", "role: Master"),
        (CLOCKS, "How little time", "How much time"),
    ),
    "themes/index.md": (
        (CLOCKS, "How little time", "How much time"),
        (AMINA, "role: International master", "role: Master"),
    ),
    "outlets/index.md": (
        (GAZETTE, "kind: newspaper", "kind: magazine"),
        (FINAL, "title: \"A drawn", "title: \"The drawn"),
    ),
    "index.md": (
        (FINAL, "the rematch may be played", "the rematch is to be played"),
        (FINAL, "wants longer games", "wants much longer games"),
    ),
    "subscribe/index.md": (
        (CLOCKS, "title: Fast & faster", "title: Fast and faster"),
        (CLOCKS, "How little time", "How much time"),
    ),
    "outlets/old-gazette.md": (
        ("outlets/old-gazette.md", "It was another one", "It was another outlet"),
        (GAZETTE, "kind: newspaper", "kind: magazine"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("page", REACHING)
def test_an_edit_of_what_a_page_shows_concerns_it_and_one_of_something_else_does_not(page, content):
    shown, other = REACHING[page]
    assert page not in concerned(content, edit(*other))
    assert page in concerned(content, edit(*shown))


def test_no_view_and_no_index_is_concerned_by_a_sentence_of_a_digest(content):
    found = concerned(content, edit(FINAL, "Prose with", "It was so. Prose with"))
    assert not set(REACHING) & found


def test_a_digest_that_is_added_concerns_the_pages_that_count_it(content):
    def add(folder):
        text = (folder / EARLY).read_text("utf-8").replace("title: An early", "title: Another early")
        (folder / "articles/another.md").write_text(text, "utf-8")

    found = concerned(content, add)
    counting = {
        "coverage/index.md",
        "articles/index.md",
        "articles/2024/05.md",
        "themes/index.md",
        "outlets/index.md",
    }
    assert counting | {"index.md", MATCH, CUP, MAGNUS, CLOCKS, UNNAMED} <= found
    assert not {"attendance/index.md", "map/index.md", "players/index.md", "subscribe/index.md"} & found


def test_the_newest_day_concerns_the_pages_that_it_dates(content):
    edit(EARLY, "kind: opinion", "kind: opinion\nadded: 2024-06-01")(content)
    found = concerned(content, edit(EARLY, "added: 2024-06-01", "added: 2024-06-02"))
    assert {"index.md", "positions/index.md", "subscribe/index.md", "outlets/old-gazette.md"} <= found
    assert GAZETTE not in found


def test_a_page_of_changes_is_concerned_by_another_change_and_by_another_name(content):
    def fingerprint(words):
        known = library_of(content)
        changes = {AMINA: (Change(date(2024, 5, 3), ((Piece(Mark.ADDED, words),),)),)}
        return {page.path: page.fingerprint for page in pages_of(known, SETTINGS, changes)}

    path = "players/amina-el-sayed/history/index.md"
    first = fingerprint("one")
    assert fingerprint("one") == first
    assert fingerprint("two")[path] != first[path]
    edit(AMINA, "long games", "short games")(content)
    assert fingerprint("one")[path] == first[path]
    edit(AMINA, "title: ", "title: A. ")(content)
    assert fingerprint("one")[path] != first[path]


def library_of(folder):
    return build(folder, SETTINGS).library


# --- a page that is not concerned would be composed the same


WORDS = (
    "moves",
    "Riga",
    "[[magnus-berzins]]",
    "[^drawn-final]",
    "#fast-time-controls",
    "R&D",
    "[[former-magnus-berzins]]",
)
RECORDS = {
    "Key points": ("A point about {}.",),
    "Timeline": ("2024-0{}-01: something of {}.", "2024-05: {} again."),
    "Key figures": ("**{}** of {}.",),
    "Positions": ("[[magnus-berzins]] on #fast-time-controls: wants {}.",),
    "What to watch": ("2024-1{}-01: whether {}.", "If {} comes."),
    "Sources differ": ("One says {}; another {} [^early-report].",),
}
VALUES = {
    "title": ("Another {}", "The {}"),
    "summary": ("Of {}.",),
    "published": ("2024-04-0{}", "2024"),
    "added": ("2024-06-0{}",),
    "updated": ("2024-07-0{}",),
    "kind": ("news", "opinion", "magazine", "unknown"),
    "outlet": ("unnamed", "board-gazette"),
    "summits": ("[riga-match-2024]", "[]", "[youth-cup-2024]"),
    "leaders": ("[magnus-berzins]", "[amina-el-sayed]"),
    "themes": ("[]", "[fast-time-controls]"),
    "start": ("2024-04-0{}", "2024-03"),
    "city": ("Riga", "Cairo"),
    "country": ("Latvia", "Egypt"),
    "host": ("magnus-berzins", "former-magnus-berzins", "Some Club"),
    "coordinates": ("[5{}.5, 20.0]",),
    "part_of": ("riga-match-2024",),
    "sort_name": ("Z, {}", "A, {}"),
    "aliases": ("[the one of {}]", "[]"),
    "redirect_from": ("[former-{3}]", "[former-{3}, older-{3}]"),
    "corrections": ("[{{date: 2024-08-0{}, text: It was not so.}}]", "[]"),
    "withdrawn": ("It was wrong.",),
    "participants": ("[{{leader: magnus-berzins, status: host, cite: [drawn-final]}}]", "[]"),
}


def stirred(text, slug, chance):
    """Return the text of a document with something in it changed at random, which may make it wrong."""
    _, front, body = text.split("---\n", 2)
    fields = dict(line.split(": ", 1) for line in front.splitlines() if ": " in line and not line.startswith(" "))
    lines = body.split("\n")
    filled = [chance.choice((*WORDS, *"123456789")) for _ in range(2)]
    what = chance.randrange(5)
    if what == 0:
        key = chance.choice(list(VALUES))
        fields[key] = chance.choice(VALUES[key]).format(chance.randint(1, 9), *filled, slug)
    elif what == 1 and len(fields) > 1:
        fields.pop(chance.choice([key for key in fields if key in VALUES] or ["title"]), None)
    elif what == 2:
        heading = chance.choice(list(RECORDS))
        numbered = [chance.choice("12"), *filled] if chance.random() < 0.9 else filled
        lines += [f"## {heading}", f"- {chance.choice(RECORDS[heading]).format(*numbered)}", ""]
    elif what == 3:
        del lines[chance.randrange(len(lines))]
    else:
        at = chance.randrange(len(lines))
        lines[at] = f"{lines[at]} {chance.choice(WORDS)} it." if lines[at] else f"So {chance.choice(WORDS)} it is."
    front = "".join(f"{key}: {value}\n" for key, value in fields.items())
    return f"---\n{front}---\n" + "\n".join(lines)


def shown(page):
    return (page.title, page.description, page.kind, page.edit_path, page.feeds, page.wide, page.body)


@pytest.mark.parametrize("seed", range(1000 if LONG else 8))
def test_after_any_edit_a_page_that_it_does_not_concern_is_as_it_was(seed, content, monkeypatch):
    for module, name, value in (
        (sections, "MOST", 3),
        (lists, "MOST", 1),
        (lists, "PAGE", 2),
        (tables, "LISTED", 1),
        (dependencies, "LISTED", 2),
        (Composer, "most", 1),
    ):
        monkeypatch.setattr(module, name, value)
    monkeypatch.setattr("generator.composing.composer.LISTED", 2)
    for path in (MATCH, FINAL):  # in one line, as `stirred` reads front matter
        text = (content / path).read_text("utf-8")
        text = text.replace("participants:\n  - {", "participants: [{").replace("}\n  - {", "}, {")
        text = text.replace("early-report]}\n", "early-report]}]\n")
        text = text.replace(
            "corrections:\n  - date: 2024-05-06\n    text: ", "corrections: [{date: 2024-05-06, text: '"
        )
        (content / path).write_text(text.replace("not 14,000.\n", "not 14,000.'}]\n"), "utf-8")
    chance = random.Random(seed)
    before, edits = planned(content), 0
    while edits < 30:
        path = chance.choice(sorted(content.glob("*/*.md")))
        old = path.read_text("utf-8")
        path.write_text(stirred(old, path.stem, chance), "utf-8")
        try:
            after = planned(content)
        except InvalidContent:
            path.write_text(old, "utf-8")
            continue
        edits += 1
        for page in after.values():
            known = before.get(page.path)
            if known is not None and known.fingerprint == page.fingerprint:
                assert shown(known) == shown(page), (page.path, path.name)
        before = after
