import re
import socket
import subprocess
import sys

import pytest
from click.testing import CliRunner
from conftest import ROOT

from generator.commands.cli import main


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def tree(folder):
    """Return what an editor has in a folder: all but the cache."""
    found = (path for path in folder.rglob("*") if path.is_file() and ".cache" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(found)}


@pytest.fixture
def config(site):
    return site / "mkdocs.yml"


def spoil(site):
    digest = site / "content" / "articles" / "drawn-final.md"
    digest.write_text(digest.read_text("utf-8").replace("published: 2024-05-02", "published: 2024-13-02"), "utf-8")


def test_check_says_that_all_is_well(config):
    result = run("check", "-f", config)
    assert (result.exit_code, result.output) == (0, "9 documents, no problems.\n")


def test_check_shows_warnings_and_succeeds(config, site):
    (site / "content" / "themes" / "lonely.md").write_text("---\ntitle: Lonely\nsummary: s\n---\n", "utf-8")
    result = run("check", "-f", config)
    assert result.exit_code == 0
    assert "warning[orphan]" in result.output
    verdict = "10 documents, no errors. Warnings stop a build as well, because mkdocs.yml has `strict: true`."
    assert result.output.endswith(f"1 warning in 1 file\n{verdict}\n")


def test_check_does_not_say_so_where_warnings_stop_no_build(config, site):
    (site / "content" / "themes" / "lonely.md").write_text("---\ntitle: Lonely\nsummary: s\n---\n", "utf-8")
    config.write_text(config.read_text("utf-8").replace("strict: true", "strict: false"), "utf-8")
    assert run("check", "-f", config).output.endswith("1 warning in 1 file\n10 documents, no errors.\n")


def test_check_names_what_is_not_on_the_site_yet_and_why(config, site):
    theme = "---\ntitle: Theme {}\nsummary: s\ndraft: true\n---\n"
    (site / "content" / "themes" / "alone.md").write_text(theme.format("alone"), "utf-8")
    assert run("check", "-f", config).output.endswith("\nNot on the site yet: `alone` is a draft.\n")
    for number in range(6):
        (site / "content" / "themes" / f"b{number}.md").write_text(theme.format(number), "utf-8")
    assert "`b3` is a draft, and 2 more." in run("check", "-f", config).output


@pytest.mark.parametrize("shown", ["error[unknown-tag]", "error[unknown-tag]:", "[unknown-tag]"])
def test_a_code_may_be_given_as_it_is_shown(shown):
    assert run("explain", shown).output == run("explain", "unknown-tag").output


def test_every_code_is_explained_to_the_end():
    for code in re.findall(r"^## ([a-z0-9-]+)$", (ROOT / "docs" / "errors.md").read_text("utf-8"), re.MULTILINE):
        told = run("explain", code)
        assert told.exit_code == 0, code
        assert told.output.rstrip().endswith("```"), code
        assert "\ninstead:\n" in told.output, code


def test_a_problem_is_explained_by_its_code():
    assert "Two documents of a kind have names that differ by a letter" in run("explain", "near-duplicate").output
    wrong = run("explain", "near-duplicat")
    assert wrong.exit_code == 1
    assert "did you mean `near-duplicate`?" in wrong.output


def test_a_folder_without_source_texts_is_no_folder_of_originals(config, tmp_path):
    (tmp_path / "none").mkdir()
    result = run("check", "-f", config, "--originals", tmp_path / "none")
    assert result.exit_code == 1
    assert "has no source texts" in result.output


def test_an_original_that_cannot_be_read_is_reported_and_the_others_are_compared(config, site, tmp_path):
    folder = tmp_path / "originals"
    folder.mkdir()
    (folder / "another.txt").write_bytes(b"A caf\xe9")
    (folder / "drawn-final.txt").write_text("It was late.", "utf-8")
    digest = site / "content" / "articles" / "drawn-final.md"
    digest.write_text(digest.read_text("utf-8") + "\nThey say “that nobody has ever said so”.\n", "utf-8")
    result = run("check", "-f", config, "--originals", folder)
    assert result.exit_code == 1
    assert "originals/another.txt:1:6: error[not-utf8]: the file is not UTF-8" in result.output
    assert "error[unknown-quotation]" in result.output
    (folder / "drawn-final.txt").write_bytes(b"")
    lost = run("check", "-f", config, "--originals", folder).output
    assert "originals/drawn-final.txt:1:1: error[no-source-text]: the file is empty" in lost
    assert "unknown-quotation" not in lost


@pytest.mark.parametrize(
    "text",
    [
        "Er sagte »the clock decided it«, und das war die ganze Wahrheit, und »it was late that day«.",
        "They say “the clock [of the hall in which they played] decided it”.",
    ],
)
def test_words_outside_of_quotation_marks_and_in_brackets_are_no_quotation(text, config, site, tmp_path):
    folder = tmp_path / "originals"
    folder.mkdir()
    (folder / "drawn-final.txt").write_text("“The clock decided it,” she said; it was late that day.", "utf-8")
    digest = site / "content" / "articles" / "drawn-final.md"
    digest.write_text(f"{digest.read_text('utf-8')}\n## More\n\n{text}\n", "utf-8")
    assert text not in run("check", "-f", config, "--originals", folder).output


def test_check_shows_errors_as_an_editor_needs_them_and_fails(config, site):
    spoil(site)
    result = run("check", "-f", config)
    assert result.exit_code == 1
    assert "articles/drawn-final.md:5:12: error[invalid-date]: `published` is not a valid date" in result.output
    assert "5 | published: 2024-13-02\n  |            ^^^^^^^^^^ there is no month 13" in result.output
    assert result.output.endswith("1 error in 1 file\nThe site cannot be built until the errors are fixed.\n")


def test_build_writes_the_site(config, site):
    result = run("build", "-f", config)
    assert result.exit_code == 0, result.output
    assert (site / "site" / "matches" / "riga-match-2024" / "index.html").exists()


def test_a_failed_build_leaves_the_last_good_site_as_it_was(config, site):
    assert run("build", "-f", config).exit_code == 0
    before = tree(site / "site")
    spoil(site)
    result = run("build", "-f", config)
    assert result.exit_code == 1
    assert tree(site / "site") == before


def test_a_warning_of_mkdocs_in_a_strict_build_leaves_the_last_good_site_too(config, site):
    assert run("build", "-f", config).exit_code == 0
    before = tree(site / "site")
    about = site / "content" / "about.md"
    about.write_text(about.read_text("utf-8") + "\n[nowhere](nowhere.md)\n", "utf-8")
    assert run("build", "-f", config).exit_code == 1
    assert tree(site / "site") == before
    assert run("build", "-f", config, "--no-strict").exit_code == 0
    assert tree(site / "site") != before
    assert not list(site.glob(".site.*"))


def test_a_template_that_breaks_in_the_middle_of_writing_leaves_the_last_good_site(config, site, tmp_path):
    assert run("build", "-f", config).exit_code == 0
    before = tree(site / "site")
    theme = tmp_path / "theme"
    theme.mkdir()
    (theme / "main.html").write_text("{{ page.nothing.at.all }}", "utf-8")
    text = config.read_text("utf-8")
    config.write_text(
        "\n".join(f"  custom_dir: {theme}" if "custom_dir" in line else line for line in text.splitlines()), "utf-8"
    )
    assert run("build", "-f", config).exit_code == 1
    assert tree(site / "site") == before


def test_export_writes_pages_feeds_redirects_and_hand_written_pages(config, tmp_path):
    target = tmp_path / "out"
    assert run("export", "-f", config, target).exit_code == 0
    files = set(tree(target))
    assert {
        "mkdocs.yml",
        "content/about.md",
        "content/index.md",
        "content/rss.xml",
        "content/articles/final-draw/index.html",
        "content/matches/riga-match-2024.md",
        "theme_overrides/main.html",
    } <= files
    first = tree(target)
    assert run("export", "-f", config, target).exit_code == 0
    assert tree(target) == first


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("site_url: https://chess.example.org/club/", ""), "`site_url` is missing"),
        (("chess.example.org,2024", "chess.example.org"), "`feed_authority` cannot be 'chess.example.org'"),
        (("slug: matches", "slug: Our Matches"), "is not a slug; use lower-case a-z"),
        (("names:", "names:\n        article: {slug: key-points}"), "is an address that every site has"),
        (("slug: matches", "slug: players"), "the same `slug`"),
        (("  - briefing:", "  - nothing:"), 'The "nothing" plugin is not installed'),
        (("  font:", "  language: english\n  font:"), "`theme: language: english`; write a code such as `en`"),
        (("  font:", "  language: pt-br\n  font:"), "`theme: language: pt-br`; did you mean `pt-BR`?"),
        (("  font:", "\tfont:"), "mkdocs.yml:11:1: error[invalid-yaml]: there is a tab"),
        (("name: Chess", "name: Chess: a"), 'put the value in quotes: `site_name: "Chess: a Briefing"`'),
        (("strict: true", "<<<<<<< HEAD\nstrict: true"), "mkdocs.yml:7:1: error[merge-conflict]"),
        (("  font:", "  icon: !!python/name:a.b\n  favicon: *x\n  font"), "mkdocs.yml:13:3: error[invalid-yaml]"),
    ],
)
def test_a_wrong_configuration_is_explained(config, change, message):
    config.write_text(config.read_text("utf-8").replace(*change), "utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "generator", "check", "-f", str(config)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert message in result.stderr
    assert "Traceback" not in result.stderr


HOST_AND_PORT = "an IP address or `localhost`, a colon and a port: `--address 127.0.0.1:8001`"


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("127.0.0.1:{port}", "port {port} is in use by another program; try `--address 127.0.0.1:{next}`"),
        ("localhost:{port}", "port {port} is in use by another program; try `--address localhost:{next}`"),
        ("127.0.0.1:99999", "there is no port 99999; give one from 1 to 65535: `--address 127.0.0.1:8001`"),
        ("[::1]:0", "there is no port 0; give one from 1 to 65535: `--address [::1]:8001`"),
        ("foo", f"`foo` is not an address to serve at; give {HOST_AND_PORT}"),
        (":8766", f"`:8766` is not an address to serve at; give {HOST_AND_PORT}"),
        ("127.0.0.1:http", f"`127.0.0.1:http` is not an address to serve at; give {HOST_AND_PORT}"),
    ],
)
def test_where_nothing_can_be_served_that_is_said_before_anything_is_built(config, site, address, message):
    before = tree(site)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        names = {"port": port, "next": port + 1 if port < 65535 else port - 1}
        result = run("serve", "-f", config, "-a", address.format(**names))
    assert (result.exit_code, result.output) == (1, message.format(**names) + "\n")
    assert tree(site) == before
    assert not (site / ".cache").exists()


def test_an_address_that_this_computer_does_not_have_is_told_as_one(config):
    result = run("serve", "-f", config, "-a", "192.0.2.1:8000")  # RFC 5737: nobody has it
    assert result.exit_code == 1
    assert result.output.startswith("192.0.2.1:8000 cannot be used (")
    assert result.output.endswith("); try `--address 127.0.0.1:8001`\n")


@pytest.mark.parametrize("seconds", ["", "soon", "9" * 20, "-62135596800"])
def test_a_time_of_the_build_that_is_none_is_told_by_every_command(config, tmp_path, seconds, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", seconds)
    init = ("init", str(tmp_path / "new"), "--title", "T", "--address", "https://example.org/")
    for command in (("build", "-f", config, "-d", str(tmp_path / "out")), ("check", "-f", config), init):
        result = run(*command)
        assert (result.exit_code, result.exception.__class__) == (1, SystemExit)
        assert f"SOURCE_DATE_EPOCH cannot be {seconds!r}" in result.output


def test_a_place_that_cannot_be_written_is_told(config, tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "a.txt").write_text("A title\n\nThe leaders met in Riga on 2 May 2024 and agreed on nothing.\n")
    draft = ("draft", "-f", config, "-o", tmp_path / "file/drafts", tmp_path / "a.txt")
    for command in (("schema", tmp_path / "file/schemas"), draft):
        result = run(*command)
        assert isinstance(result.exception, SystemExit), result.output
        assert "Not a directory" in result.output


def test_a_command_outside_of_a_site_says_where_to_run_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run("check")
    assert result.exit_code == 2
    assert "'mkdocs.yml' does not exist. Run this in the folder of your site" in result.output
    assert "`briefing init DIR`" in result.output


def test_a_site_without_the_plugin_is_told_so(config):
    text = config.read_text("utf-8")
    config.write_text(text[: text.index("  - briefing:")] + text[text.index("nav:") :], "utf-8")
    result = run("check", "-f", config)
    assert result.exit_code == 1
    assert "`plugins` does not list `briefing`" in result.output
