"""What git knows of changes, shown on pages of their own; and the same site where git knows nothing."""

import re
import shutil
import subprocess

import pytest
from conftest import SETTINGS, mkdocs_build
from test_cli import run, tree
from test_ledger import change, lines, publish

from generator.build import build
from generator.composing.assembling import render
from generator.linking.revisions import compare

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="git is not there")
PLAYER = "players/magnus-berzins.md"


def commit(site, day):
    who = ["-c", "user.name=E", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false"]
    when = {"GIT_AUTHOR_DATE": f"{day}T12:00:00Z", "GIT_COMMITTER_DATE": f"{day}T12:00:00Z"}
    for command in (["add", "-A"], [*who, "commit", "-qm", "A change"]):
        subprocess.run(
            ["git", *command], cwd=site, check=True, env={**when, "PATH": "/usr/bin:/bin", "HOME": "/nowhere"}
        )


@pytest.fixture
def published(site):
    """The small site in a repository: edited, then published on 1 June 2024."""
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=site, check=True)
    (site / ".gitignore").write_text("/site/\n/.site.*\n", "utf-8")
    commit(site, "2024-05-01")
    change(site, PLAYER, "He plays for Riga.", "He plays for Liepaja.")
    commit(site, "2024-05-02")
    publish(site)
    commit(site, "2024-06-01")
    return site


def pages(site):
    return {page.path: page for page in build(site / "content", SETTINGS, history=True).pages}


def test_before_anything_is_changed_there_is_no_page_of_changes(published):
    assert not [path for path in pages(published) if "history" in path]


def test_a_change_since_the_publication_is_told_with_its_day_and_its_words(published):
    change(published, PLAYER, "He plays for Liepaja.", "He plays for <b>Jelgava</b> [[riga-match-2024|now]].")
    commit(published, "2024-06-05")
    found = pages(published)
    text = found["players/magnus-berzins/history/index.md"].markdown
    html = render(text).page(str)
    assert "## 5 June 2024" in text
    assert "2 May 2024" not in text, "what was changed before the publication concerns nobody"
    assert "<del>Liepaja.[^drawn-final]</del>" not in html
    assert "<del>Liepaja.</del>" in html
    assert "<ins>&lt;b&gt;Jelgava&lt;/b&gt; now.</ins>" in html
    assert (
        "[What was changed here since it was published](../players/magnus-berzins/history/index.md)"
        in found[PLAYER].markdown
    )
    assert "What was changed here" not in found["players/amina-el-sayed.md"].markdown


def test_what_no_reader_would_see_is_no_change(published):
    path = published / "content" / PLAYER
    front, _, body = path.read_text("utf-8").removeprefix("---\n").partition("---\n")
    keys = [line for line in front.splitlines() if line]
    assert len(keys) > 2
    text = "\n".join(["---", *reversed(keys), "---", body.replace("He plays for", "He plays\nfor")])
    path.write_text(text, "utf-8")
    commit(published, "2024-06-05")
    assert not [path for path in pages(published) if "history" in path]


def test_a_block_that_was_moved_is_no_change():
    text = "---\ntitle: A\n---\n{}\n"
    one, other = "- Riga won.\n- Liepaja lost.\n\nIt rained.", "It rained.\n\n- Liepaja lost.\n- Riga won."
    assert not list(compare(text.format(one), text.format(other)))
    assert list(compare(text.format(one), text.format(f"{other}\n- Nobody came.")))


def test_a_change_of_front_matter_is_told_by_its_key_and_its_words(published):
    change(published, PLAYER, "title: Magnuss Bērziņš", "title: Magnuss J. Bērziņš")
    commit(published, "2024-06-05")
    html = render(pages(published)["players/magnus-berzins/history/index.md"].markdown).page(str)
    assert " ".join(re.sub("<p>|</p>", "", html.partition("briefing-change")[2]).split()).startswith(
        '"> Title: Magnuss <ins>J.</ins> Bērziņš </div>'
    )


def test_a_block_is_told_whole_with_what_was_changed_in_it(published):
    change(published, PLAYER, "He plays for Liepaja.", "He now plays for Jelgava.\n\nHe has never lost.")
    commit(published, "2024-06-05")
    html = render(pages(published)["players/magnus-berzins/history/index.md"].markdown).page(str)
    places = [
        " ".join(re.sub("<p>|</p>", "", place).split()) for place in html.split('<div class="briefing-change">')
    ]
    assert places[1].startswith("He <ins>now</ins> plays for <del>Liepaja.</del> <ins>Jelgava.</ins>")
    assert places[2].startswith("<ins>He has never lost.")


def test_what_was_changed_on_one_day_is_told_together(published):
    change(published, PLAYER, "He plays for Liepaja.", "He plays for Jelgava or Ogre.")
    commit(published, "2024-06-05")
    change(published, PLAYER, "Jelgava or Ogre.", "Jelgava.")
    change(published, PLAYER, "A grandmaster from Riga.", "A grandmaster.")
    commit(published, "2024-06-05")
    change(published, PLAYER, "A grandmaster.", "A grandmaster from Riga.")
    commit(published, "2024-06-05")
    text = pages(published)["players/magnus-berzins/history/index.md"].markdown
    assert text.count("## 5 June 2024") == 1
    assert "Ogre" not in text
    assert "grandmaster" not in text.partition("## 5 June 2024")[2]


def test_a_renamed_document_keeps_its_history(published):
    change(published, PLAYER, "He plays for Liepaja.", "He plays for Jelgava.")
    commit(published, "2024-06-05")
    assert run("rename", "-f", published / "mkdocs.yml", "magnus-berzins", "m-b").exit_code == 0
    commit(published, "2024-06-06")
    change(published, "players/m-b.md", "He plays for Jelgava.", "He plays for Ogre.")
    publish(published)
    commit(published, "2024-06-07")
    text = pages(published)["players/m-b/history/index.md"].markdown
    assert text.index("7 June 2024") < text.index("6 June 2024") < text.index("5 June 2024")
    assert "Liepaja" in text


def test_the_site_without_git_is_the_same_but_for_these_pages(published, tmp_path):
    change(published, PLAYER, "He plays for Liepaja.", "He plays for Jelgava.")
    commit(published, "2024-06-05")
    assert mkdocs_build(published, tmp_path / "with").returncode == 0
    recorded = lines(published)
    shutil.rmtree(published / ".git")
    assert mkdocs_build(published, tmp_path / "without").returncode == 0
    assert lines(published) == recorded, "a page of changes is no address to rely on"
    with_git, without = tree(tmp_path / "with"), tree(tmp_path / "without")
    differ = {path for path in with_git | without if with_git.get(path) != without.get(path)}
    assert "players/magnus-berzins/history/index.html" in differ - set(without)
    kept = {path for path in differ if path in without and not path.startswith(("search/", "sitemap"))}
    assert kept == {"players/magnus-berzins/index.html"}


@pytest.mark.parametrize("option", [True, False])
def test_a_site_can_do_without_and_a_shallow_clone_must(published, tmp_path, option):
    change(published, PLAYER, "He plays for Liepaja.", "He plays for Jelgava.")
    commit(published, "2024-06-05")
    if option:
        config = published / "mkdocs.yml"
        config.write_text(
            config.read_text("utf-8").replace("  - briefing:", "  - briefing:\n      history: false"), "utf-8"
        )
    else:
        shallow = ["git", "clone", "-q", "--depth", "1", published.as_uri(), str(tmp_path / "clone")]
        subprocess.run(shallow, check=True)
        published = tmp_path / "clone"
    assert mkdocs_build(published, tmp_path / "out").returncode == 0
    assert not list((tmp_path / "out").rglob("history"))


def test_a_document_that_no_ledger_has_was_published_by_its_first_commit(published):
    (published / "content" / ".ledger").unlink()
    shutil.rmtree(published / ".git")
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=published, check=True)
    commit(published, "2024-07-01")
    change(published, PLAYER, "He plays for Liepaja.", "He plays for Jelgava.")
    commit(published, "2024-07-02")
    text = pages(published)["players/magnus-berzins/history/index.md"].markdown
    assert "2 July 2024" in text


def git(site, *command):
    who = ["-c", "user.name=E", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", *who, *command], cwd=site, check=True, capture_output=True)


def test_the_same_edit_on_two_branches_that_were_merged_is_told(published):
    """Of a merge, git's log names one side or the other by the files that are asked for."""
    git(published, "checkout", "-qb", "other")
    change(published, PLAYER, "He plays for Liepaja.", "He plays for Jelgava.")
    (published / "content/map.svg").write_text("<svg/>")
    commit(published, "2024-06-05")
    git(published, "checkout", "-q", "main")
    change(published, PLAYER, "He plays for Liepaja.", "He plays for Jelgava.")
    commit(published, "2024-06-06")
    git(published, "merge", "-q", "--no-edit", "other")
    assert "Jelgava" in pages(published)["players/magnus-berzins/history/index.md"].markdown


@pytest.mark.parametrize(
    "setting",
    [
        *("diff.noprefix", "diff.mnemonicPrefix", "log.showSignature"),
        *("color.ui=always", "diff.wordRegex=.", "diff.renames=false"),
    ],
)
def test_how_git_shows_changes_to_its_user_changes_nothing(published, setting):
    change(published, PLAYER, "He plays for Liepaja.", "He plays for Jelgava.")
    commit(published, "2024-06-05")
    before = pages(published)["players/magnus-berzins/history/index.md"].markdown
    name, _, value = setting.partition("=")
    git(published, "config", name, value or "true")
    assert pages(published)["players/magnus-berzins/history/index.md"].markdown == before
