"""Beside what the users of mkdocs have: common plugins, Material's own options, `mkdocs gh-deploy`."""

import os
import re
import shutil
import struct
import subprocess
import zlib
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
import yaml
from conftest import MKDOCS, mkdocs_build
from links import follow
from test_browser import browser, pytestmark  # noqa: F401
from test_cli import run

HOME = "https://chess.example.org/club/"
OPTIONS = ["--title", "Chess", "--address", HOME, "--summit", "Match,Matches"]
GIT = ["git", "-c", "user.name=E", "-c", "user.email=e@example.org", "-c", "init.defaultBranch=main"]
ABOUT = """---
title: About
tags: [by-hand]
---

The answer is {{ answer }}, and {{ 6 * 7 }}.

![A picture](picture.png)

It is about [somebody](leaders/example-leaders.md#positions).
"""
PLUGINS = [
    "macros",
    "tags",
    {"redirects": {"redirect_maps": {"old.md": "about.md", "gone.md": "leaders/example-leaders.md#positions"}}},
    {"minify": {"minify_html": True, "minify_css": True, "css_files": ["assets/site.css"]}},
    {
        "git-revision-date-localized": {
            "enable_creation_date": True,
            "type": "iso_date",
            "exclude": ["*/*", "index.md"],
        }
    },
    "glightbox",
]


def png():
    """Return a picture of one point."""
    parts = (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(b"\0\0")), (b"IEND", b"")
    chunks = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def git(folder, *arguments):
    return subprocess.run([*GIT, *arguments], cwd=folder, check=True, capture_output=True, encoding="utf-8").stdout


def configure(folder, change):
    """Change the configuration of a site as a value."""
    path = folder / "mkdocs.yml"
    config = yaml.safe_load(path.read_text("utf-8"))
    change(config)
    path.write_text(yaml.safe_dump(config, allow_unicode=True, sort_keys=False), "utf-8")


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A new site, in a repository of its own."""
    folder = tmp_path_factory.mktemp("plain") / "site"
    assert run("init", folder, *OPTIONS).exit_code == 0
    (folder / "content" / "about.md").write_text(ABOUT, "utf-8")
    (folder / "content" / "picture.png").write_bytes(png())
    theme = folder / "content" / "themes" / "example-themes.md"
    text = theme.read_text("utf-8").replace('title: "Example theme"', 'title: "Example {{ 7 * 7 }}"')
    theme.write_text(text.replace("What the question is", "What {{ 6 * 7 }} {% raise %} is"), "utf-8")
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "Begin")
    return folder


@pytest.fixture
def site(plain, tmp_path):
    return shutil.copytree(plain, tmp_path / "site")


@pytest.fixture(scope="module")
def beside(plain, tmp_path_factory):
    """The site built with all the plugins at once, strictly."""
    folder = shutil.copytree(plain, tmp_path_factory.mktemp("beside") / "site")

    def change(config):
        config["plugins"] += PLUGINS
        config["extra"]["answer"] = 42

    configure(folder, change)
    result = mkdocs_build(folder, folder / "site", DISABLE_MKDOCS_2_WARNING="true")
    assert result.returncode == 0, result.stderr
    return folder / "site"


def by_hand(site):
    """Put a page there that needs no plugin."""
    (site / "content" / "about.md").write_text("---\ntitle: About\n---\n\nAbout.\n", "utf-8")
    (site / "content" / "picture.png").unlink()


def text(folder, path):
    return (folder / path).read_text("utf-8")


def test_macros_run_on_pages_written_by_hand_and_never_on_content(beside):
    assert "The answer is 42, and 42." in text(beside, "about/index.html")
    page = text(beside, "themes/example-themes/index.html")
    assert "What {{ 6 * 7 }} {% raise %} is" in page
    assert "Example {{ 7 * 7 }}" in page
    assert "Example 49" not in "".join(path.read_text("utf-8") for path in beside.rglob("*.html"))


def test_redirects_of_the_plugin_lead_to_composed_pages_and_are_recorded(beside):
    assert "../leaders/example-leaders/#positions" in text(beside, "gone/index.html")
    assert "url=../about/" in text(beside, "old/index.html")
    assert "/gone/\n" in text(beside.parent, "content/.ledger")


def test_minified_pages_keep_their_words_and_the_policy_allows_their_scripts(beside):
    page = text(beside, "matches/example-matches/index.html")
    assert "Only words that somebody said are quoted" in page
    assert page.count("\n") < 60
    assert (beside / "assets" / "site.min.css").is_file()
    assert "assets/site.min.css" in page


def test_dates_of_git_stand_on_pages_written_by_hand(beside):
    assert re.search(r"git-revision-date[^<]*\d{4}-\d\d-\d\d", text(beside, "about/index.html"))
    assert "git-revision-date" not in text(
        beside, "leaders/example-leaders/index.html"
    )  # it would be that of the build


def test_pictures_of_pages_written_by_hand_are_in_the_lightbox(beside):
    assert 'class="glightbox"' in text(beside, "about/index.html").replace("class=glightbox ", 'class="glightbox" ')
    assert (beside / "assets" / "javascripts" / "glightbox.min.js").is_file()


def test_tags_of_pages_written_by_hand_work(beside):
    assert "by-hand" in text(beside, "about/index.html")


@contextmanager
def opened(browser, folder, home=HOME, **headers):  # noqa: F811
    """Show a site at its address, and yield a page and what is said on its console."""
    page = browser.new_page()
    said = []
    page.on("console", lambda message: said.append((message.text, message.location)))
    page.on("pageerror", lambda error: said.append((str(error), {"url": ""})))

    def answer(route):
        path = urlsplit(route.request.url).path.removeprefix(urlsplit(home).path)
        file = folder / (f"{path}index.html" if not path or path.endswith("/") else path)
        route.fulfill(path=file, headers=headers) if file.is_file() else route.fulfill(status=404)

    page.route("**/*", answer)
    yield page, said
    page.close()


def test_all_of_it_runs_under_the_policy(beside, browser):  # noqa: F811
    policy = re.search(r"Content-Security-Policy: (.*)", text(beside, "_headers"))[1]
    with opened(browser, beside, **{"content-security-policy": policy}) as (page, said):
        page.goto(f"{HOME}about/")
        page.click("a.glightbox")
        page.wait_for_selector(".glightbox-container img")
        page.goto(f"{HOME}matches/example-matches/")
        page.wait_for_load_state("networkidle")
        assert not said


@pytest.mark.parametrize(
    "change",
    [
        lambda config: config["theme"]["features"].extend(
            ["navigation.sections", "navigation.indexes", "navigation.expand", "navigation.path", "navigation.footer"]
        ),
        lambda config: config["theme"]["features"].extend(
            ["navigation.instant", "navigation.prune", "navigation.tracking", "toc.integrate", "header.autohide"]
        ),
        lambda config: config["theme"].update(font={"text": "Noto Sans"}, language="ar", direction="rtl"),
        lambda config: config["plugins"].append("offline"),
        lambda config: config["plugins"].insert(0, "offline"),
        lambda config: config.update(use_directory_urls=False),
        lambda config: config["plugins"].extend(["meta", {"social": {"enabled": False}}]),
        lambda config: config["markdown_extensions"].extend(
            ["admonition", "pymdownx.details", "pymdownx.superfences"]
        ),
    ],
    ids=["navigation", "instant", "language", "offline", "offline first", "files", "plugins", "extensions"],
)
def test_options_of_material_leave_a_site_whose_links_lead_somewhere(change, site, tmp_path):
    by_hand(site)
    configure(site, change)
    result = mkdocs_build(site, tmp_path / "out")
    assert result.returncode == 0, result.stderr
    assert follow(tmp_path / "out", HOME) > 500


def test_what_pages_do_by_script_they_do_where_they_were_not_loaded_whole(site, browser):  # noqa: F811
    by_hand(site)
    configure(site, lambda config: config["theme"]["features"].append("navigation.instant"))
    result = mkdocs_build(site, site / "site")
    assert result.returncode == 0, result.stderr
    with opened(browser, site / "site") as (page, said):
        page.goto(f"{HOME}about/", wait_until="networkidle")
        page.evaluate("window.stayed = true")
        page.locator(".md-tabs a", has_text="Subscribe").click()
        page.wait_for_selector(".briefing-copy")
        page.locator(".md-tabs a", has_text="Matches").click()
        page.locator(".md-content a", has_text="Example match").first.click()
        page.wait_for_selector(".briefing-page--summit")
        page.locator(".briefing-records a[href*='example-leaders']").first.hover()
        page.wait_for_selector(".briefing-preview-title")
        assert page.evaluate("window.stayed")
        # Of a page that it did not load whole, Material takes feeds for translations, and looks for sitemaps there.
        assert not [words for words, place in said if not place["url"].endswith("/sitemap.xml")]


@pytest.fixture
def remote(site, tmp_path):
    git(tmp_path, "init", "-q", "--bare", "remote.git")
    git(site, "remote", "add", "origin", str(tmp_path / "remote.git"))
    by_hand(site)
    return tmp_path / "remote.git"


def deploy(site):
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "GIT_AUTHOR_NAME": "E", "GIT_AUTHOR_EMAIL": "e@example.org"}
    env |= {"GIT_COMMITTER_NAME": "E", "GIT_COMMITTER_EMAIL": "e@example.org"}
    return subprocess.run(
        [*MKDOCS, "gh-deploy", "--strict"], cwd=site, env=env, capture_output=True, encoding="utf-8", check=False
    )


def test_gh_deploy_publishes_the_whole_site_and_records_it(site, remote):
    result = deploy(site)
    assert result.returncode == 0, result.stderr
    published = set(git(remote, "ls-tree", "-r", "--name-only", "gh-pages").splitlines())
    assert {".nojekyll", "index.html", "rss.xml", "leaders/example-leaders/index.html", "_headers"} <= published
    assert "/leaders/example-leaders/" in text(site, "content/.ledger")
    there = {path.relative_to(site / "site").as_posix() for path in (site / "site").rglob("*") if path.is_file()}
    assert published - {".nojekyll"} == there


def test_gh_deploy_publishes_nothing_where_the_build_fails(site, remote):
    assert deploy(site).returncode == 0
    before = git(remote, "rev-parse", "gh-pages")
    (site / "content" / "about.md").write_text("---\ntitle: About\n---\n\n[nowhere](nowhere.md)\n", "utf-8")
    assert deploy(site).returncode != 0
    assert git(remote, "rev-parse", "gh-pages") == before
