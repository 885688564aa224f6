"""What CI services are told to run is what a developer runs, with no more rights than it needs."""

import re

import pytest
import yaml
from conftest import ROOT
from test_cli import run

GITHUB = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
LOCKS = [ROOT / "requirements.lock", ROOT / "requirements-dev.lock", ROOT / ".ci" / "tools.lock"]
# How a package is installed where there is no make, and what unpacks the site that another job has built.
OTHERS = re.compile(r"python -m (pip install|pytest)\b|mkdir -p site && tar -xf \S+ -C site$|\.ci/run$")


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """A site that `briefing init` has begun."""
    folder = tmp_path_factory.mktemp("begun") / "site"
    result = run("init", folder, "--title", "A site", "--address", "https://a.example.org/")
    assert result.exit_code == 0, result.output
    return folder


def steps(path):
    for name, job in yaml.safe_load(path.read_text("utf-8"))["jobs"].items():
        for step in job["steps"]:
            yield name, step


def commands_of_gitlab(path):
    for job in yaml.safe_load(path.read_text("utf-8")).values():
        yield from job.get("script", []) if isinstance(job, dict) else []


def is_a_developers(command):
    target = re.match(r"make ([a-z-]+)\b", command)
    return (target is not None and target[1] in TARGETS) or bool(OTHERS.match(command))


@pytest.mark.parametrize("path", GITHUB, ids=lambda path: path.stem)
def test_a_workflow_runs_what_a_developer_runs(path):
    for _, step in steps(path):
        assert "uses" in step or is_a_developers(step["run"]), step


def test_gitlab_runs_what_a_developer_runs():
    found = [*commands_of_gitlab(ROOT / ".gitlab-ci.yml")]
    assert {"make check", "make site ARGUMENTS=$LOCKED"} <= set(found)
    assert all(map(is_a_developers, found))


def test_a_new_site_is_published_with_the_commands_of_its_readme(begun):
    readme = (begun / "README.md").read_text("utf-8")
    ran = [step["run"] for _, step in steps(begun / ".github" / "workflows" / "publish.yml") if "run" in step]
    ran += commands_of_gitlab(begun / ".gitlab-ci.yml")
    assert len(ran) >= 5
    for command in ran:
        tool, verb = command.split()[:2]
        assert f"{tool} {verb}" in readme, command
        if tool == "briefing":
            assert run(verb, "--help").exit_code == 0


def test_a_push_publishes_what_its_ledger_has_and_a_day_what_has_waited_for_it(begun):
    for path in (ROOT / ".github" / "workflows" / "pages.yml", begun / ".github" / "workflows" / "publish.yml"):
        builds = [step for _, step in steps(path) if re.match(r"make site|briefing build", step.get("run", ""))]
        assert {step["if"]: "--locked" in step["run"] for step in builds} == {
            "github.event_name != 'schedule'": True,
            "github.event_name == 'schedule'": False,
        }
    for path in (ROOT / ".gitlab-ci.yml", begun / ".gitlab-ci.yml"):
        workflow = yaml.safe_load(path.read_text("utf-8"))
        assert workflow["variables"]["LOCKED"] == "--locked"
        assert any("$LOCKED" in command for command in workflow["pages"]["script"])
        by_schedule, always = workflow["pages"]["rules"]
        assert by_schedule == {"if": '$CI_PIPELINE_SOURCE == "schedule"', "variables": {"LOCKED": ""}}
        assert "variables" not in always


@pytest.mark.parametrize("path", [*GITHUB, None], ids=lambda path: path.stem if path else "new-site")
def test_actions_are_pinned_by_commit_and_say_which_version_that_is(path, begun):
    path = path or begun / ".github" / "workflows" / "publish.yml"
    used = re.findall(r"uses: (.*)$", path.read_text("utf-8"), re.MULTILINE)
    assert used
    for action in used:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


def test_an_action_is_pinned_to_one_commit_everywhere(begun):
    documented = [*(ROOT / "docs" / "howto").glob("*.md")]
    paths = [*GITHUB, *documented, begun / ".github" / "workflows" / "publish.yml"]
    found = {action for path in paths for action in re.findall(r"uses: (.*)$", path.read_text("utf-8"), re.MULTILINE)}
    names = [action.partition("@")[0] for action in found]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("path", GITHUB, ids=lambda path: path.stem)
def test_a_workflow_may_only_read_and_a_job_that_may_more_installs_nothing(path):
    workflow = yaml.safe_load(path.read_text("utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert set(job.get("permissions", {})) <= {"pages", "id-token"}
        if "permissions" in job:
            assert not [step for step in job["steps"] if "run" in step]


def test_a_release_is_published_by_trust_and_not_by_a_secret():
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8")
    publish = yaml.safe_load(text)["jobs"]["publish"]
    assert publish["permissions"] == {"id-token": "write"}
    assert publish["steps"][-1]["with"] == {"attestations": True}
    assert "secrets." not in text
    assert "password" not in str(publish)


def test_what_a_build_made_is_kept_for_the_next_by_each_workflow_that_builds(begun):
    paths = [ROOT / ".github" / "workflows" / "pages.yml", begun / ".github" / "workflows" / "publish.yml"]
    for path in paths:
        kept = [step["with"] for _, step in steps(path) if step.get("uses", "").startswith("actions/cache@")]
        (build,) = [found for found in kept if found["path"].split() == [".cache/briefing", "site"]]
        assert build["key"].startswith(build["restore-keys"])
    for path, site in ((ROOT / ".gitlab-ci.yml", "site"), (begun / ".gitlab-ci.yml", "public")):
        assert f"paths: [.cache/, {site}/]" in path.read_text("utf-8")
    for path in (ROOT / ".gitignore", begun / ".gitignore"):
        assert "/.cache/\n" in path.read_text("utf-8")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_file_has_a_hash_for_each_package_and_no_index(lock):
    text = lock.read_text("utf-8")
    packages = re.split(r"^(?=[a-z0-9][\w.-]*==)", text, flags=re.MULTILINE)[1:]
    assert len(packages) > 20
    assert all("--hash=sha256:" in package for package in packages)
    assert not re.search(r"https?://|--(extra-)?index-url", re.sub(r"^ +#.*$", "", text, flags=re.MULTILINE))
