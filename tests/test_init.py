"""`briefing init`: a site on any subject, in any script, that `check` and `build` accept as it is."""

import json
import os
import re
import subprocess
import sys

import pytest
import yaml
from conftest import ROOT, mkdocs_build
from test_cli import run, tree

from generator import __version__
from generator.commands import scaffold
from generator.core.errors import GeneratorError
from generator.core.settings import COLLECTIONS

SCHACH = (
    *("--title", "Шахматы: «белые» и чёрные", "--address", "пример.рф/шахматы"),
    *("--summit", "Матч, Матчи", "--leader", "Игрок, Игроки", "--theme", "题目, 所有题目, questions"),
    *("--article", "مقال, مقالات", "--outlet", "Δημοσιογράφος, Δημοσιογράφοι"),
)
FOLDERS = {"matchi", "igroki", "questions", "mqlt", "dimosiografoi"}
HOME = "https://xn--e1afmkfd.xn--p1ai/%D1%88%D0%B0%D1%85%D0%BC%D0%B0%D1%82%D1%8B/"


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    folder = tmp_path_factory.mktemp("begun") / "schach"
    result = run("init", folder, *SCHACH)
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture(scope="module")
def made(begun):
    result = mkdocs_build(begun, begun / "site")
    assert result.returncode == 0, result.stderr
    assert "WARNING" not in result.stderr
    return begun / "site"


def text(folder, path):
    return (folder / path).read_text("utf-8")


def test_check_has_nothing_to_say_of_a_new_site(begun):
    result = run("check", "-f", begun / "mkdocs.yml")
    assert (result.exit_code, result.output) == (0, "5 documents, no problems.\n")


def test_a_new_site_has_settings_an_example_of_each_kind_and_what_publishes_it(begun):
    later = ("site/", ".cache/")  # what other tests have made of it
    files = {path for path in tree(begun) if not path.startswith(later) and not path.endswith(".ledger")}
    documents = {path for path in files if path.startswith("content/") and path.count("/") == 2}
    assert {path.split("/")[1] for path in documents} == FOLDERS
    assert len(documents) == len(COLLECTIONS)
    assert files - documents == {
        *("mkdocs.yml", "README.md", "requirements.txt", ".gitignore", ".gitattributes"),
        *("content/index.md", "content/about.md", "theme_overrides/assets/site.css"),
        *(".github/workflows/publish.yml", ".gitlab-ci.yml"),
        *(".editorconfig", ".pre-commit-config.yaml", ".vscode/settings.json", ".vscode/tasks.json"),
    }
    for workflow in (".github/workflows/publish.yml", ".gitlab-ci.yml"):
        assert yaml.safe_load(text(begun, workflow))
        assert "pip install -r requirements.txt" in text(begun, workflow)
    assert text(begun, "requirements.txt").startswith("briefing-generator")


def test_a_new_site_calls_everything_by_its_names(made):
    front = text(made, "index.html")
    for name in ("Шахматы: «белые» и чёрные", "Матчи", "Игроки", "所有题目", "مقالات", "Δημοσιογράφοι"):
        assert name in front
    assert f'<link rel="canonical" href="{HOME}">' in front
    everything = "\n".join(page.read_text("utf-8") for page in made.rglob("*.html"))
    for foreign in ("Summit", "Leader", "Outlets", "Articles"):
        assert not re.search(rf">[^<]*\b{foreign}\b", everything), foreign


def test_a_record_of_the_example_is_on_each_page_that_it_concerns(made):
    for path in ("matchi/example-matchi", "igroki/example-igroki", "questions/example-questions"):
        page = text(made, f"{path}/index.html")
        assert "Only words that somebody said are quoted" in page, path
        assert "mqlt/example-mqlt/" in page, path
    for view in ("timeline", "statements", "figures", "outcomes", "watch", "positions", "attendance", "map"):
        page = text(made, f"{view}/index.html")
        assert re.search(r'href="\.\./(mqlt|matchi|igroki)/example-', page), view


def test_a_new_site_has_feeds_with_ids_of_its_own_host_and_this_year(made):
    feed = json.loads(text(made, "feed.json"))
    assert feed["home_page_url"] == HOME
    (item,) = feed["items"]
    assert re.fullmatch(r"tag:xn--e1afmkfd\.xn--p1ai,\d{4}:article/example-mqlt", item["id"])
    assert text(made, "igroki/example-igroki/rss.xml").count("<item>") == 1


def test_a_new_site_has_the_theme_of_the_package_and_above_it_its_own(begun, made, tmp_path):
    for name in ("briefing.css", "briefing.js", "print.css"):
        assert (made / "assets" / name).read_bytes() == (ROOT / "theme_overrides" / "assets" / name).read_bytes()
    page = text(made, "index.html")
    assert 0 < page.index("assets/briefing.css") < page.index("assets/site.css")
    assert "There is no such page" in text(made, "404.html")
    own = begun / "theme_overrides" / "404.html"
    own.write_text("gone {{ config.site_name }}", "utf-8")
    try:
        assert mkdocs_build(begun, tmp_path / "again").returncode == 0
        assert text(tmp_path / "again", "404.html") == "gone Шахматы: «белые» и чёрные"
    finally:
        own.unlink()


def test_what_the_readme_of_a_new_site_says_to_delete_leaves_a_site_that_can_be_built(begun, tmp_path):
    run("init", tmp_path / "site", *SCHACH)
    for path in (tmp_path / "site" / "content").rglob("example-*"):
        path.unlink()
    index = tmp_path / "site" / "content" / "index.md"
    kept = [line for line in index.read_text("utf-8").splitlines(keepends=True) if "example-" not in line]
    index.write_text("".join(kept), "utf-8")
    assert "delete them" in text(begun, "README.md")
    result = mkdocs_build(tmp_path / "site", tmp_path / "site" / "site")
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--title", "x"), "missing: --address"),
        ((), "missing: --title, --address"),
        (("--title", "\u200b", "--address", "a.org"), "nothing that can be seen"),
        (("--title", "a\x1bb", "--address", "a.org"), "invisible characters"),
        (("--title", "x", "--address", "ftp://a.org"), "is not the address of a site"),
        (("--title", "x", "--address", "https://a.org/?q"), "is more than the address of a site"),
        (("--title", "x", "--address", "https://a..org/"), "is not the address of a site"),
        (("--title", "x", "--address", "a.org:99999"), "is not the address of a site"),
        (
            ("--title", "x", "--address", "a.org", "--language", "english"),
            "the theme does not know the language `english`",
        ),
        (("--title", "x", "--address", "a.org", "--summit", "Match"), "a name for one and a name for several"),
        (("--title", "x", "--address", "a.org", "--summit", "\u0301a, \u2003"), "nothing that can be seen"),
        (("--title", "x", "--address", "a.org", "--summit", "One, Many, A b"), "`A b` cannot be an address"),
        (("--title", "x", "--address", "a.org", "--summit", "Map, Map"), "an address that every site has"),
        (("--title", "x", "--address", "a.org", "--summit", "Theme, Matters"), "two kinds of document"),
        (("--title", "x", "--address", "a.org", "--summit", "Question, Themes"), "the same `slug`"),
    ],
)
def test_what_no_site_can_be_made_of_is_refused_and_nothing_is_written(given, said, tmp_path):
    result = run("init", tmp_path / "deep" / "new", *given)
    assert result.exit_code == 1
    assert said in result.output
    assert not list(tmp_path.rglob("*.*"))
    assert not (tmp_path / "deep" / "new").exists()


def test_a_folder_that_has_something_in_it_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    result = run("init", tmp_path, *SCHACH)
    assert result.exit_code == 1
    assert "is not empty" in result.output
    assert tree(tmp_path) == {"mine.txt": b"mine"}


def test_a_site_can_begin_in_an_empty_repository_and_in_the_working_folder(tmp_path, monkeypatch):
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    result = run("init", ".", *SCHACH)
    assert result.exit_code == 0, result.output
    assert run("check").output == "5 documents, no problems.\n"


def test_an_empty_folder_stays_where_nothing_could_be_made(tmp_path):
    (tmp_path / "new").mkdir()
    assert run("init", tmp_path / "new", *SCHACH, "--summit", "Map, Map").exit_code == 1
    assert (tmp_path / "new").is_dir()
    assert not list((tmp_path / "new").iterdir())


@pytest.mark.parametrize(
    ("given", "address", "authority"),
    [
        ("example.org", "https://example.org/", "example.org,2031"),
        ("http://Example.org:8080/a b/", "http://example.org:8080/a%20b/", "example.org,2031"),
        ("https://you.github.io/chess", "https://you.github.io/chess/", "you.github.io,2031"),
        ("https://例え.jp/%E3%81%82/", "https://xn--r8jz45g.jp/%E3%81%82/", "xn--r8jz45g.jp,2031"),
    ],
)
def test_an_address_is_made_ascii_and_gives_the_authority_of_feed_ids(given, address, authority):
    assert scaffold.address(given) == address
    assert scaffold.authority(address, 2031) == authority


def test_a_language_is_one_that_the_theme_speaks_however_it_is_written():
    assert scaffold.language(" PT-br ", ["en", "pt-BR"]) == "pt-BR"
    with pytest.raises(GeneratorError, match="did you mean `pt-BR`"):
        scaffold.language("pt-BT", ["en", "pt-BR"])


def test_a_site_asks_for_the_very_briefing_that_began_it(monkeypatch):
    class Installed:
        def __init__(self, origin):
            self.origin = origin

        def read_text(self, _name):
            return self.origin

    for origin, wanted in (
        (None, f"briefing-generator[search]=={__version__}"),
        ('{"url": "file:///x", "dir_info": {"editable": true}}', f"briefing-generator[search]=={__version__}"),
        (
            '{"url": "https://git.example.org/b.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}}',
            "briefing-generator[search] @ git+https://git.example.org/b.git@abc",
        ),
    ):
        monkeypatch.setattr(scaffold, "distribution", lambda _name, origin=origin: Installed(origin))
        assert scaffold._requirement() == wanted


def test_on_a_terminal_what_is_not_given_is_asked_for_until_it_can_be_read(tmp_path):
    pty = pytest.importorskip("pty", exc_type=ImportError)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "generator", "init", str(tmp_path / "new"), "--title", "x", "--theme", "A,B"]
    answers = ["no address?", "example.org", "", "Report,Reports", "Match", "Match,Matches", "", ""]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT) as process:
        os.close(theirs)
        seen = ""
        for answer in answers:
            while not seen.rstrip("\r\n").endswith(": "):
                seen += os.read(ours, 4096).decode()
            seen = ""
            os.write(ours, f"{answer}\n".encode())
        assert process.wait(60) == 0
    os.close(ours)
    settings = text(tmp_path / "new", "mkdocs.yml")
    assert 'site_url: "https://example.org/"' in settings
    assert 'article: {slug: "reports", singular: "Report", plural: "Reports"}' in settings
    assert 'summit: {slug: "matches", singular: "Match", plural: "Matches"}' in settings
    assert 'leader: {slug: "leaders", singular: "Leader", plural: "Leaders"}' in settings
    assert 'theme: {slug: "b", singular: "A", plural: "B"}' in settings
