"""What is documented is there, and what is there is documented."""

import re

import pytest
from click.testing import CliRunner
from conftest import ROOT

from generator.commands.cli import main
from generator.content.meta import META
from generator.core.settings import COLLECTIONS
from generator.reading.headings import HEADINGS

CONTENT = (ROOT / "docs" / "content.md").read_text("utf-8")
ERRORS = (ROOT / "docs" / "errors.md").read_text("utf-8")
PROBLEMS = (ROOT / "docs" / "reference" / "problems.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("key", sorted({key for kind in COLLECTIONS for key in META[kind].__dataclass_fields__}))
def test_every_key_of_front_matter_is_in_the_reference(key):
    assert f"| `{key}` |" in (ROOT / "docs" / "reference" / "front-matter.md").read_text("utf-8")


def test_an_entry_says_whether_it_is_a_warning_or_a_note_as_the_code_does():
    entries = dict(re.findall(r"^## ([a-z0-9-]+)\n\n(?:\*(\w+))?", ERRORS, re.MULTILINE))
    for code, severity in re.findall(r"^\| \[([a-z0-9-]+)\]\(.*?\) \| (\w+) \|", PROBLEMS, re.MULTILINE):
        said = entries[code].lower() if entries[code] in ("Warning", "Note") else "error"
        assert said == severity, code


@pytest.mark.parametrize("heading", HEADINGS)
def test_every_record_heading_is_shown(heading):
    assert f"## {heading}\n" in CONTENT


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_is_in_the_readme_and_explains_itself(command):
    assert f"briefing {command}" in README
    result = CliRunner().invoke(main, [command, "--help"])
    assert result.exit_code == 0
    assert len(result.output) > 300


def test_the_two_commands_of_the_readme_are_in_the_makefile():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in ("site", "test"):
        assert f"make {target}" in README
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


@pytest.mark.parametrize("command", sorted({*re.findall(r"(?:`|^ {4})make ([a-z]+)", README, re.MULTILINE)}))
def test_a_target_of_make_that_is_named_is_there(command):
    assert re.search(rf"^{command}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE), command


@pytest.mark.parametrize("page", [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")], ids=lambda page: page.name)
def test_a_link_to_a_file_of_the_project_leads_somewhere(page):
    prose = re.sub(r"```.*?```|`[^`]*`|^    .*?$", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", prose):
        assert (page.parent / target).exists(), target
