"""Renaming and merging: every reference follows, nothing else changes, and no feed reader notices."""

import json
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from conftest import SETTINGS
from hypothesis import given
from hypothesis import strategies as st
from test_cli import run, tree

from generator.authoring.renaming import merge, rename
from generator.authoring.revising import cut, with_list
from generator.build import build, check
from generator.core.errors import GeneratorError
from generator.reading.sources import texts

DRAFTS = replace(SETTINGS, drafts=True)


def do(change, site, *slugs):
    root = site / "content"
    return change(check(root, DRAFTS).library, texts(root), DRAFTS, *slugs)


def content(site):
    return texts(site / "content")


def ids(site):
    files = {file.path: file.content for file in build(site / "content", SETTINGS).files}
    return {item["id"] for item in json.loads(files["feed.json"])["items"]}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("magnus-berzins", "m-berzins"),
        ("fast-time-controls", "clocks"),
        ("riga-match-2024", "riga-2024"),
        ("drawn-final", "last-game"),
        ("board-gazette", "gazette"),
    ],
)
def test_a_renamed_document_leaves_no_reference_to_its_old_slug(old, new, site):
    before = ids(site)
    result = run("rename", "-f", site / "mkdocs.yml", old, new)
    assert result.exit_code == 0, result.output
    assert not check(site / "content", SETTINGS).problems
    for path, text in content(site).items():
        mentions = [line for line in text.splitlines() if old in line]
        assert all(line.startswith("redirect_from: [") for line in mentions), path
    assert ids(site) == before


def test_what_a_change_is_not_about_stays_to_the_character(site):
    before = content(site)
    run("rename", "-f", site / "mkdocs.yml", "magnus-berzins", "m-berzins")
    after = content(site)
    for path, text in before.items():
        if "magnus-berzins" not in path:
            assert after[path] == text.replace("magnus-berzins", "m-berzins")
    moved = after["players/m-berzins.md"].replace("redirect_from: [magnus-berzins]\n", "")
    assert moved == before["players/magnus-berzins.md"]


def test_a_document_renamed_and_renamed_back_keeps_its_ids(site):
    before = ids(site)
    for old, new in (("drawn-final", "b"), ("b", "drawn-final"), ("drawn-final", "c"), ("c", "final-draw")):
        assert run("rename", "-f", site / "mkdocs.yml", old, new).exit_code == 0
        assert not check(site / "content", SETTINGS).problems
        assert ids(site) == before


@pytest.mark.parametrize(
    ("slugs", "past"),
    [
        (["drawn-final", "b", "c", "b"], "[final-draw, drawn-final, c]"),
        (["drawn-final", "b", "drawn-final"], "[final-draw, b]"),
        (["early-report", "b", "early-report"], "[early-report, b]"),
        (["early-report", "b", "early-report", "c", "early-report"], "[early-report, b, c]"),
        (["early-report", "b", "c", "b"], "[early-report, c]"),
    ],
)
def test_a_slug_that_is_had_again_is_no_past_one_unless_ids_are_made_of_it(slugs, past, site):
    before = ids(site)
    for old, new in pairwise(slugs):
        assert run("rename", "-f", site / "mkdocs.yml", old, new).exit_code == 0
    text = (site / "content" / "articles" / f"{slugs[-1]}.md").read_text("utf-8")
    assert f"\nredirect_from: {past}\n" in text
    assert ids(site) == before
    assert not check(site / "content", SETTINGS).problems


def test_a_rename_reaches_drafts_hosts_and_hand_written_pages_and_leaves_line_ends(site):
    articles = site / "content" / "articles"
    digest = (articles / "early-report.md").read_text("utf-8")
    (articles / "later.md").write_text(digest.replace("kind: opinion", "kind: news\ndraft: true"), "utf-8")
    match = site / "content" / "matches" / "riga-match-2024.md"
    text = match.read_text("utf-8").replace("host: Latvian Chess Club", "host: 'magnus-berzins' # at home")
    match.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    about = site / "content" / "about.md"
    about.write_text("[He](players/magnus-berzins.md#role) and [he](players/magnus-berzins-2.md).\n", "utf-8")
    assert run("rename", "-f", site / "mkdocs.yml", "magnus-berzins", "m-berzins").exit_code == 0
    assert "leaders: [m-berzins]" in (articles / "later.md").read_text("utf-8")
    assert b"\r\nhost: 'm-berzins' # at home\r\n" in match.read_bytes()
    assert about.read_text("utf-8") == "[He](players/m-berzins.md#role) and [he](players/magnus-berzins-2.md).\n"


def test_a_file_with_two_byte_order_marks_is_renamed_as_it_is_read(site):
    digest = site / "content" / "articles" / "drawn-final.md"
    digest.write_bytes(b"\xef\xbb\xbf\xef\xbb\xbf" + digest.read_bytes())
    assert not check(site / "content", SETTINGS).problems
    assert run("rename", "-f", site / "mkdocs.yml", "drawn-final", "last-game").exit_code == 0
    assert check(site / "content", SETTINGS).library.redirects["drawn-final"].slug == "last-game"


@pytest.mark.parametrize(
    ("slugs", "said"),
    [
        (("magnus-berzin", "x"), "no document has the slug `magnus-berzin`; did you mean `magnus-berzins`?"),
        (("final-draw", "x"), "it is now `drawn-final`"),
        (("magnus-berzins", "../x"), "`../x` is not a slug"),
        (("magnus-berzins", "index"), "is not a slug"),
        (("magnus-berzins", "unnamed"), "run `briefing merge magnus-berzins unnamed`"),
        (("magnus-berzins", "final-draw"), "content/articles/drawn-final.md has the slug `final-draw` already"),
        (("magnus-berzins", "magnus-berzins"), "has the slug `magnus-berzins` already"),
    ],
)
def test_a_rename_that_cannot_be_is_refused_and_changes_nothing(slugs, said, site):
    before = tree(site)
    with pytest.raises(GeneratorError, match=said.replace("?", r"\?").replace("..", r"\.\.")):
        do(rename, site, *slugs)
    assert run("rename", "-f", site / "mkdocs.yml", *slugs).exit_code == 1
    assert tree(site) == before


def test_content_with_errors_is_not_changed(site):
    digest = site / "content" / "articles" / "early-report.md"
    digest.write_text(digest.read_text("utf-8").replace("kind: opinion", "kind: gossip"), "utf-8")
    before = tree(site)
    result = run("rename", "-f", site / "mkdocs.yml", "magnus-berzins", "m-berzins")
    assert result.exit_code == 1
    assert "invalid-choice" in result.output
    assert tree(site) == before


def test_two_documents_become_one_with_all_that_they_said(site):
    players = site / "content" / "players"
    (players / "m-b.md").write_text(
        "---\ntitle: Magnus B.\nrole: Champion\ncountry: Latvia\nsummary: Another page.\nsince: 2020\n"
        "aliases: [Berzinsh]\nredirect_from: [mb]\n---\n\nHe also swims, says [[m-b]].[^drawn-final]\n",
        "utf-8",
    )
    report = site / "content" / "articles" / "early-report.md"
    report.write_text(
        report.read_text("utf-8").replace("leaders: [magnus-berzins]", "leaders: [m-b, magnus-berzins]")
        + "\n## Notes\nSee [[m-b|the man]] and [[mb]].\n",
        "utf-8",
    )
    before = ids(site)
    result = run("merge", "-f", site / "mkdocs.yml", "m-b", "magnus-berzins")
    assert result.exit_code == 0, result.output
    assert not (players / "m-b.md").exists()
    one = (players / "magnus-berzins.md").read_text("utf-8")
    assert "aliases: [Berzins, Magnus B., Berzinsh]\n" in one
    assert "since: 2020\n" in one
    assert "redirect_from: [magnus-berzins, mb, m-b]\n" in one
    assert one.index("He plays for Riga") < one.index("He also swims, says [[magnus-berzins]].")
    assert "players/m-b.md had\nrole: Champion" in result.output
    assert "leaders: [magnus-berzins]\n" in report.read_text("utf-8")
    assert "See [[magnus-berzins|the man]] and [[magnus-berzins]]." in report.read_text("utf-8")
    assert not check(site / "content", SETTINGS).problems
    assert ids(site) == before
    redirects = {file.path for file in build(site / "content", SETTINGS).files if file.path.endswith(".html")}
    assert {"players/m-b/index.html", "players/mb/index.html"} <= redirects


def test_what_opens_one_text_is_not_put_under_the_last_heading_of_the_other(site):
    file = site / "content/articles/early-report.md"
    ours = file.read_text("utf-8").replace("\n## Key points", "\nTwo lines\nto begin with.\n\n## Key points")
    file.write_text(ours, "utf-8")
    merged = do(merge, site, "drawn-final", "early-report").texts["articles/early-report.md"]
    assert merged.index("a note to ourselves") < merged.index("**62** moves") < merged.index("The final game was")
    assert "---\n\nTwo lines\nto begin with.\n\nProse with" in merged
    assert "a note to ourselves -->\n\n## Key points\n- The author found" in merged


def test_a_digest_cited_twice_after_a_merge_is_told(site):
    result = run("merge", "-f", site / "mkdocs.yml", "early-report", "drawn-final")
    assert result.exit_code == 0
    assert "too-few-citations" in result.output
    assert "keeps its own `published`" in result.output


def test_two_participants_who_turn_out_to_be_one_are_told(site):
    result = run("merge", "-f", site / "mkdocs.yml", "amina-el-sayed", "magnus-berzins")
    assert "riga-match-2024.md: keep one of the two `participants` that are now `magnus-berzins`" in result.output


@pytest.mark.parametrize(("old", "into"), [("blitz", "fast-time-controls"), ("fast-time-controls", "blitz")])
def test_a_theme_and_one_within_it_become_one_that_is_not_part_of_itself(old, into, site):
    themes = site / "content/themes"
    text = (themes / "fast-time-controls.md").read_text("utf-8")
    blitz = re.sub("^title: .*", "title: Blitz\nparent: fast-time-controls", text, count=1, flags=re.MULTILINE)
    (themes / "blitz.md").write_text(blitz, "utf-8")
    merged = do(merge, site, old, into)
    assert f"themes/{old}.md" in merged.removed
    assert "parent:" not in merged.texts[f"themes/{into}.md"]


@pytest.mark.parametrize(
    ("slugs", "said"),
    [
        (("magnus-berzins", "unnamed"), "are of different kinds"),
        (("magnus-berzins", "magnus-berzins"), "cannot be merged with itself"),
    ],
)
def test_only_two_documents_of_a_kind_can_be_merged(slugs, said, site):
    with pytest.raises(GeneratorError, match=said):
        do(merge, site, *slugs)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=20))
def test_any_text_in_a_list_is_read_back(value):
    source = cut("---\ntitle: T # here\n# about b\nb:\n  - 1\nc: 2\n---\nBody\n", "a.md")
    changed = with_list(source, "b", [value, "x"], ("title", "b", "c"))
    again = cut(changed.text, "a.md")
    assert again.front.find(("b",)).plain() in ([value, "x"], [None, "x"])
    assert changed.text.startswith("---\ntitle: T # here\n# about b\nb: [")
    assert changed.text.endswith("\nc: 2\n---\nBody\n")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_new_key_is_one_line_that_ends_as_the_others_do(end):
    text = end.join(["---", "", "title: T", "c: 2", "---", "Body", ""])
    changed = with_list(cut(text, "a.md"), "b", ["x"], ("title", "b", "c")).text
    assert changed == text.replace("c: 2", f"b: [x]{end}c: 2")
