"""What was published stays: each address leads somewhere, and no id changes, or the build fails and says why."""

import re
from dataclasses import replace
from datetime import date

import pytest
from conftest import SETTINGS, mkdocs_build
from feed_parts import parse
from test_cli import run, tree

from generator.build import build, check
from generator.core import urls
from generator.core.errors import GeneratorError
from generator.linking import ledger
from generator.linking.ledger import Entry


def publish(site):
    result = run("build", "-f", site / "mkdocs.yml")
    assert result.exit_code == 0, result.output
    return site / "content" / ".ledger"


def change(site, path, old, new):
    file = site / "content" / path
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def codes(site, settings=SETTINGS):
    return [problem.code for problem in check(site / "content", settings).problems]


def lines(site):
    return set((site / "content" / ".ledger").read_text("utf-8").splitlines())


def test_a_build_records_every_page_and_feed_and_each_id(site):
    publish(site)
    found = lines(site)
    assert "/" in found
    assert "/about/" in found
    assert "/articles/2024/05/" in found
    assert "/watch/calendar.ics" in found
    assert "/articles/drawn-final/\ttag:chess.example.org,2024:article/final-draw" in found
    assert "/players/magnus-berzins/atom.xml\ttag:chess.example.org,2024:leader/magnus-berzins" in found
    pages = {f"/{path.parent.relative_to(site / 'site').as_posix()}/" for path in (site / "site").rglob("index.html")}
    assert {line.partition("\t")[0] for line in found} >= pages - {"/./"}
    assert not [line for line in found if "404" in line or "assets" in line or "search" in line]


def test_nothing_new_leaves_the_ledger_untouched_and_an_addition_adds_lines(site):
    file = publish(site)
    first, written = lines(site), file.stat().st_mtime_ns
    publish(site)
    assert file.stat().st_mtime_ns == written
    change(
        site,
        "articles/early-report.md",
        "kind: opinion",
        "kind: opinion\ncorrections:\n  - {date: 2024-05-09, text: T.}",
    )
    publish(site)
    assert len(lines(site) - first) == 1
    assert not first - lines(site)


def test_a_preview_and_a_check_record_nothing(site):
    build(site / "content", SETTINGS)
    assert run("check", "-f", site / "mkdocs.yml").exit_code == 0
    assert run("export", "-f", site / "mkdocs.yml", site / "out").exit_code == 0
    assert not (site / "content" / ".ledger").exists()


def test_a_failed_build_records_nothing(site):
    (site / "content" / "about.md").write_text("[nowhere](nowhere.md)\n", "utf-8")
    assert mkdocs_build(site, site / "site").returncode != 0
    assert not (site / "content" / ".ledger").exists()


def test_a_ledger_that_cannot_be_written_leaves_the_last_site(site):
    publish(site)
    before, noted = tree(site / "site"), lines(site)
    change(site, "players/magnus-berzins.md", "He plays for Riga.", "He plays for Ogre.")
    (site / "content/themes/another.md").write_text("---\ntitle: Another\nsummary: A theme.\n---\n", "utf-8")
    (site / "content/.ledger.new").mkdir()
    assert run("build", "-f", site / "mkdocs.yml").exit_code == 1
    assert (tree(site / "site"), lines(site)) == (before, noted)


def test_what_somebody_else_has_put_into_a_site_is_carried_over_and_never_promised(site):
    publish(site)
    noted = lines(site)
    (site / "site/.well-known").mkdir()
    (site / "site/.well-known/about.html").write_text("theirs")
    change(site, "players/magnus-berzins.md", "He plays for Riga.", "He plays for Ogre.")
    publish(site)
    assert (site / "site/.well-known/about.html").read_text() == "theirs"
    assert lines(site) == noted


def test_a_folder_with_something_else_in_it_is_never_replaced_by_a_site(site, tmp_path):
    (other := tmp_path / "other").mkdir()
    (other / "thesis.txt").write_text("mine")
    result = run("build", "-f", site / "mkdocs.yml", "-d", other)
    assert result.exit_code == 1
    assert "other would be replaced, and `thesis.txt` in it would be lost" in result.output
    assert "give a folder that is empty" in result.output
    assert tree(other) == {"thesis.txt": b"mine"}
    (other / "thesis.txt").unlink()
    (other / ".htaccess").write_text("mine")
    for _ in range(2):  # a folder that is empty, and then a site
        assert run("build", "-f", site / "mkdocs.yml", "-d", other).exit_code == 0
    assert tree(other)[".htaccess"] == b"mine"


def test_a_locked_build_publishes_only_what_is_recorded(site):
    config = site / "mkdocs.yml"
    result = run("build", "-f", config, "--locked")
    assert result.exit_code == 1
    assert "content/.ledger does not have every address that this build would publish: /, /about/, " in result.output
    assert "Run and push:\n\n  briefing build\n  git add " in result.output
    assert not (site / "site").exists()
    publish(site)
    assert run("build", "-f", config, "--locked").exit_code == 0


@pytest.mark.parametrize(
    ("line", "why"), [("draft: true", "is a draft"), ("added: 2090-01-01", "is dated 1 January")]
)
def test_a_published_document_that_is_held_back_again_is_told_as_that(line, why, site):
    publish(site)
    change(site, "articles/early-report.md", "---\n", f"---\n{line}\n")
    found = check(site / "content", replace(SETTINGS, today=date(2080, 1, 1))).problems
    (problem,) = [one for one in found if one.code == "vanished-address"]
    assert problem.message.partition("nowhere, since `early-report` ")[2].startswith(why)
    assert problem.help.startswith("publish it as before")


@pytest.mark.parametrize("slug", ["players/magnus-berzins", "articles/early-report", "outlets/unnamed"])
def test_a_file_renamed_by_git_alone_is_noticed_and_the_new_name_is_proposed(site, slug):
    publish(site)
    before = tree(site / "site")
    old = site / "content" / f"{slug}.md"
    old.rename(old.with_name("another-name.md"))
    (problem, *_) = check(site / "content", SETTINGS).problems
    assert problem.code == "vanished-address"
    name = slug.partition("/")[2]
    assert problem.label.endswith("another-name.md?")
    assert problem.help.startswith(f"add `redirect_from: [{name}]` to the document")
    assert run("build", "-f", site / "mkdocs.yml").exit_code == 1
    assert tree(site / "site") == before
    change(site, f"{slug.partition('/')[0]}/another-name.md", "---\n", f"---\nredirect_from: [{name}]\n")
    assert "vanished-address" not in codes(site)
    publish(site)
    assert (site / "site" / slug / "index.html").exists()


def test_what_was_never_published_can_be_taken_out_of_the_ledger(site):
    publish(site)
    match, ledger = site / "content" / "matches" / "youth-cup-2024.md", site / "content" / ".ledger"
    change(site, "articles/early-report.md", ", youth-cup-2024", "")
    match.unlink()
    (problem,) = check(site / "content", SETTINGS).problems
    assert problem.help.endswith("if the address was never published, remove its lines from content/.ledger")
    lines = ledger.read_text("utf-8").splitlines(keepends=True)
    ledger.write_text("".join(line for line in lines if "/youth-cup-2024/" not in line), "utf-8")
    assert codes(site) == []
    publish(site)


def test_each_of_the_three_ways_out_is_one(site):
    publish(site)
    match = site / "content" / "matches" / "youth-cup-2024.md"
    text = match.read_text("utf-8")
    change(site, "articles/early-report.md", ", youth-cup-2024", "")
    match.unlink()
    assert codes(site) == ["vanished-address"]
    change(site, "matches/riga-match-2024.md", "---\n", "---\nredirect_from: [youth-cup-2024]\n")
    assert "vanished-address" not in codes(site)
    change(site, "matches/riga-match-2024.md", "redirect_from: [youth-cup-2024]\n", "")
    match.write_text(text.replace("---\n", "---\nwithdrawn: It was never held.\n", 1), "utf-8")
    assert codes(site) == []
    publish(site)
    feed = parse((site / "site" / "matches" / "youth-cup-2024" / "atom.xml").read_bytes())
    assert feed.feed.id == "tag:chess.example.org,2024:summit/youth-cup-2024"
    assert feed.feed.subtitle == "Withdrawn: It was never held."
    assert not feed.entries
    match.write_text(text, "utf-8")
    assert "vanished-address" not in codes(site)


def test_renaming_takes_along_all_that_lay_below_the_page(site):
    publish(site)
    with (site / "content" / ".ledger").open("a") as file:
        file.write("/players/magnus-berzins/statements/\n/players/magnus-berzins/archive/1/rss.xml\n")
    assert run("rename", "-f", site / "mkdocs.yml", "magnus-berzins", "m-b").exit_code == 0
    publish(site)
    pages = site / "site" / "players"
    lists = (pages / "magnus-berzins" / "statements" / "index.html").read_text("utf-8")
    assert 'url=https://chess.example.org/club/players/m-b/"' in lists
    new = (pages / "m-b" / "rss.xml").read_bytes()
    assert (pages / "magnus-berzins" / "rss.xml").read_bytes() == new
    assert (pages / "magnus-berzins" / "archive" / "1" / "rss.xml").read_bytes() == new
    redirects = (site / "site" / "_redirects").read_text("utf-8").splitlines()
    assert "/club/players/magnus-berzins/ /club/players/m-b/ 301" in redirects
    assert "/club/players/magnus-berzins/statements/ /club/players/m-b/ 301" in redirects
    assert "/club/players/magnus-berzins/rss.xml /club/players/m-b/rss.xml 301" in redirects
    assert len(redirects) == len(set(redirects))


def test_an_address_of_another_sort_can_be_led_on_in_the_settings(site):
    publish(site)
    config = site / "mkdocs.yml"
    for name, day in (("drawn-final", "2024-05-02"), ("early-report", "2024-04-30/2024-05-01")):
        change(site, f"articles/{name}.md", f"published: {day}", "published: 2024-07-01")
    (site / "content" / "about.md").unlink()
    config.write_text(re.sub(r".*about\.md.*\n", "", config.read_text("utf-8")), "utf-8")
    result = mkdocs_build(site, site / "site")
    assert result.returncode != 0
    for gone in ("/articles/2024/05/", "/about/"):
        assert f"content/.ledger: {gone}\n" in result.stderr
    assert (site / "site" / "about" / "index.html").exists(), "the last good site stays"
    ways = "  - briefing:\n      redirects: {/articles/2024/05/: articles/2024/07/, about/: 'https://example.org/us'}"
    config.write_text(config.read_text("utf-8").replace("  - briefing:", ways, 1), "utf-8")
    publish(site)
    assert "url=https://example.org/us" in (site / "site" / "about" / "index.html").read_text("utf-8")
    assert "/club/about/ https://example.org/us 301" in (site / "site" / "_redirects").read_text("utf-8")


@pytest.mark.parametrize(
    "entry", ["'https://example.org/': /a/", "/a/../../b/: /a/", "/a/: ''", "'/a b/': /a/", "'': /a/"]
)
def test_a_redirect_that_leads_from_elsewhere_or_nowhere_is_refused(site, entry):
    config = site / "mkdocs.yml"
    text = config.read_text("utf-8")
    config.write_text(text.replace("  - briefing:", f"  - briefing:\n      redirects: {{{entry}}}"), "utf-8")
    result = run("check", "-f", config)
    assert result.exit_code == 1
    assert "must lead from an address of this site" in result.output


def test_another_authority_is_refused(site):
    publish(site)
    problems = check(site / "content", replace(SETTINGS, feed_authority="e.example,2025")).problems
    assert {problem.code for problem in problems} == {"changed-id"}
    (one,) = [
        problem for problem in problems if problem.message.startswith("the feed id of `/articles/drawn-final/` ")
    ]
    assert one.label == "it would become tag:e.example,2025:article/final-draw"


def test_another_host_changes_nothing(site):
    publish(site)
    assert codes(site, replace(SETTINGS, site_url="https://elsewhere.example/x/")) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "label"),
    [
        (
            "articles/drawn-final.md",
            "redirect_from: [final-draw]\n",
            "",
            "tag:chess.example.org,2024:article/drawn-final",
        ),
        ("articles/drawn-final.md", "2024-05-06", "2024-05-07", "correction/2024-05-07"),
        (
            "articles/drawn-final.md",
            "  - date: 2024-05-06\n    text: The prize was 40,000 euros, not 14,000.",
            "  []",
            "nothing on the site would have it",
        ),
        ("players/magnus-berzins.md", "---\n", "---\nredirect_from: [m]\n", "2024:leader/m"),
    ],
)
def test_an_id_that_would_change_is_refused(site, path, old, new, label):
    publish(site)
    change(site, path, old, new)
    (problem, *more) = check(site / "content", SETTINGS).problems
    assert problem.code in ("changed-id", "vanished-address")
    assert any(label in found.label for found in (problem, *more) if found.code == "changed-id")


def test_two_documents_put_into_one_break_no_promise(site):
    player = site / "content" / "players" / "magnus-berzins.md"
    player.with_name("m-b.md").write_text(
        player.read_text("utf-8").replace("Magnuss", "Magnus").replace("[Berzins]", "[B.]")
    )
    change(site, "articles/early-report.md", "leaders: [magnus-berzins]", "leaders: [magnus-berzins, m-b]")
    assert run("build", "-f", site / "mkdocs.yml", "--no-strict").exit_code == 0
    assert run("merge", "-f", site / "mkdocs.yml", "m-b", "magnus-berzins").exit_code == 0
    assert not {"changed-id", "vanished-address"} & set(codes(site))


def test_a_reader_of_an_old_feed_goes_on_getting_what_is_new(site):
    publish(site)
    assert run("rename", "-f", site / "mkdocs.yml", "fast-time-controls", "clocks").exit_code == 0
    publish(site)
    old, new = (
        (site / "site" / "themes" / name / "atom.xml").read_bytes() for name in ("fast-time-controls", "clocks")
    )
    assert old == new
    assert parse(old).feed.id == "tag:chess.example.org,2024:theme/fast-time-controls"


def test_a_feed_of_a_pair_that_has_too_little_in_common_now_leads_to_that_of_the_leader(site):
    config = site / "mkdocs.yml"
    pairs = "  - briefing:\n      feeds: {pairs: true}"
    config.write_text(config.read_text("utf-8").replace("  - briefing:", pairs, 1), "utf-8")
    report = site / "content" / "articles" / "early-report.md"
    report.with_name("late-report.md").write_text(report.read_text("utf-8"), "utf-8")
    publish(site)
    feeds = site / "site" / "players" / "magnus-berzins"
    before = parse((feeds / "fast-time-controls" / "atom.xml").read_bytes())
    assert len(before.entries) >= 3
    change(site, "articles/late-report.md", "themes: [fast-time-controls]\n", "")
    publish(site)
    assert (feeds / "fast-time-controls" / "atom.xml").read_bytes() == (feeds / "atom.xml").read_bytes()


def test_two_ledgers_merge_line_by_line():
    one, other = [Entry("/a/"), Entry("/b/", "tag:x:b")], [Entry("/b/"), Entry("/c/")]
    merged = ledger.as_text(one) + ledger.as_text(other)
    found, problems = ledger.parse(merged, "x")
    assert not problems
    assert ledger.as_text(found.entries) == ledger.as_text([*one, Entry("/c/")])


def test_every_address_that_is_gone_is_told_once():
    ledger.inspect(ledger.Ledger(), set())
    with pytest.raises(GeneratorError, match="2 published addresses would lead nowhere"):
        ledger.inspect(ledger.parse("/a/\n/b/\n/b/#c\ttag:x:y\n/d/\n", "x")[0], {"/d/"})


def test_that_many_documents_are_gone_is_found_out_in_one_look_at_the_ledger(site, monkeypatch):
    published = "".join(f"/articles/gone-{number}/\n" for number in range(200))
    (site / "content" / ".ledger").write_text(published, "utf-8")
    asked, is_slug = [], urls.is_slug
    monkeypatch.setattr(urls, "is_slug", lambda text: asked.append(text) or is_slug(text))
    assert codes(site).count("vanished-address") == 200
    assert len([slug for slug in asked if slug.startswith("gone-")]) < 5 * 200
