"""What editors' programs are given: schemas that fit the validation, patterns that find problems, a commit hook."""

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml
from conftest import HERE, ROOT, SETTINGS, SITE
from test_cli import run, spoil
from test_errors import write_files

from generator.build import check
from generator.content.meta import order
from generator.core.settings import COLLECTIONS, Kind, Settings
from generator.reading.schema import json_schema
from generator.reading.sources import files

SCHEMAS = ROOT / "docs" / "schemas"
# What is wrong in a way that a schema cannot know: what other files say, the calendar, YAML itself, or the body.
BEYOND = {
    *(
        "ambiguous-alias",
        "bad-link",
        "bad-name",
        "changed-id",
        "circular-part",
        "control-character",
        "copied-passage",
        "date-ahead",
        "date-in-words",
        "distant-date",
        "draft-term",
        "duplicate-key",
        "duplicate-slug",
    ),
    *(
        "end-before-start",
        "invalid-figure",
        "invalid-ledger",
        "invalid-position",
        "invalid-slug",
        "invalid-statement",
    ),
    *("invalid-yaml", "merge-conflict", "missing-citation", "missing-date", "missing-front-matter"),
    *("misspelt-folder", "near-duplicate", "no-source-text"),
    *(
        "not-a-record",
        "orphan",
        "stray-file",
        "taken-address",
        "unclosed-code",
        "unclosed-comment",
        "unreadable-file",
        "unsafe-link",
        "own-footnote",
        "raw-html",
        "relative-link",
        "too-few-citations",
        "top-heading",
        "unclosed-front-matter",
    ),
    *(
        "uncited-paragraph",
        "unknown-citation",
        "unknown-heading",
        "unknown-link",
        "unknown-quotation",
        "unknown-tag",
        "unknown-term",
    ),
    *("unlinked-name", "unquoted-colon", "unquoted-hash", "unused-alias", "vanished-address", "withdrawn-term"),
}


def front(path):
    """Return front matter as a program reads it that knows YAML 1.2: days are text, numbers are numbers."""
    loader = type("Loader", (yaml.SafeLoader,), {})
    loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in found if not tag.endswith("timestamp")]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return yaml.load(path.read_text("utf-8").split("---\n")[1], loader)


def refusals(root, settings=SETTINGS):
    """Return what the schemas refuse below a folder."""
    for kind, path in files(root, settings):
        schema = json_schema(kind)
        jsonschema.Draft7Validator.check_schema(schema)
        try:
            value = front(path)
        except (yaml.YAMLError, IndexError):
            continue  # not YAML at all, or no front matter
        yield from jsonschema.Draft7Validator(schema).iter_errors(value)


@pytest.mark.parametrize("kind", Kind)
def test_the_schemas_in_the_project_are_those_that_the_validation_makes(kind):
    text = (SCHEMAS / f"{kind}.schema.json").read_text("utf-8")
    assert json.loads(text) == json_schema(kind), "run `briefing schema docs/schemas`"


def test_the_command_writes_them_anew(tmp_path):
    assert run("schema", tmp_path / "new").exit_code == 0
    for path in SCHEMAS.iterdir():
        assert (tmp_path / "new" / path.name).read_text("utf-8") == path.read_text("utf-8")


@pytest.mark.parametrize(
    ("root", "settings"),
    [(SITE / "content", SETTINGS), (ROOT / "content", Settings("B", "https://b.example/", "b.example,2025"))],
    ids=["small", "real"],
)
def test_all_content_fits_its_schema(root, settings):
    assert not list(refusals(root, settings))


@pytest.mark.parametrize("case", sorted((HERE / "invalid").glob("*.txt")), ids=lambda path: path.stem)
def test_a_schema_refuses_what_it_can(case, tmp_path):
    write_files(case.read_text("utf-8"), tmp_path)
    found = list(refusals(tmp_path))
    assert bool(found) is (case.stem not in BEYOND), found


@pytest.mark.parametrize("kind", Kind)
def test_every_key_says_what_it_is_for_in_a_sentence(kind):
    for key in json_schema(kind)["properties"].values():
        assert re.fullmatch(r"[A-Z].*\.", key["description"])
    assert set(json_schema(kind)["properties"]) == set(order(kind))


@pytest.mark.parametrize("kind", COLLECTIONS)
def test_the_settings_of_vs_code_give_each_folder_its_schema(kind):
    settings = json.loads((ROOT / ".vscode" / "settings.json").read_text("utf-8"))["yaml.schemas"]
    assert settings[f"./docs/schemas/{kind}.schema.json"] == f"content/{kind}s/*"


def matchers(folder=ROOT):
    text = (folder / ".vscode" / "tasks.json").read_text("utf-8")
    tasks = json.loads(re.sub("^ *//.*", "", text, flags=re.MULTILINE))["tasks"]
    return {task["label"]: task["problemMatcher"] for task in tasks}


def test_a_new_site_is_set_up_for_editors_as_this_one_is(tmp_path):
    assert run("init", tmp_path / "new", "--title", "T", "--address", "https://t.example/").exit_code == 0
    assert matchers(tmp_path / "new") == matchers()
    assert set((ROOT / ".gitattributes").read_text("utf-8").splitlines()) == set(
        (tmp_path / "new" / ".gitattributes").read_text("utf-8").splitlines()
    )
    (repo,) = yaml.safe_load((tmp_path / "new" / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    (offered,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert [hook["entry"] for hook in repo["hooks"]] == [offered["entry"]]


@pytest.mark.parametrize("label", ["briefing: check", "briefing: serve"])
def test_the_tasks_of_vs_code_find_every_problem_that_is_shown(label, site):
    pattern = re.compile(matchers()[label]["pattern"]["regexp"], re.MULTILINE)
    spoil(site)
    found = pattern.findall(run("check", "-f", site / "mkdocs.yml").output)
    problems = check(site / "content", SETTINGS).problems
    assert [(line, code) for _, line, _, _, code, _ in found] == [(str(p.location.line), p.code) for p in problems]
    assert found[0][0].endswith("content/articles/drawn-final.md")


def test_the_hook_before_a_commit_runs_check_and_fails_with_it(site):
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert hook["id"] == "briefing-check"
    assert re.search(hook["files"], "content/leaders/x.md")
    assert not re.search(hook["files"], "generator/x.py")
    command = [sys.executable, "-m", "generator", *hook["entry"].split()[1:]]
    assert subprocess.run(command, cwd=site, capture_output=True, check=False).returncode == 0
    spoil(site)
    assert subprocess.run(command, cwd=site, capture_output=True, check=False).returncode == 1


def test_completion_is_there_for_bash(tmp_path):
    script = Path(sys.executable).with_name("briefing")
    if not script.exists():
        pytest.skip("Briefing is not installed as a command here")
    environment = {
        "_BRIEFING_COMPLETE": "bash_complete",
        "COMP_WORDS": "briefing re",
        "COMP_CWORD": "1",
        "PATH": "/usr/bin:/bin",
    }
    result = subprocess.run([script], env=environment, capture_output=True, text=True, check=False)
    assert "plain,rename" in result.stdout
