"""The benchmark: its material is what it says, and it notices a generator that does not make what it claims."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from graphlib import TopologicalSorter
from pathlib import Path

import briefing_site
import pytest
import results
import run as bench
import shards
from checking import failures
from conftest import ROOT
from corpus import Corpus
from measuring import LOG, Failed
from measuring import run as measured
from merging import merge
from peers.briefing import Briefing
from results import CLEAN, EDIT, Measurement, Results
from test_browser import CHROMIUM, REQUIRED

from generator.build import check

SIZE = 36
SECTIONS = ("Key points", "Timeline", "Statements", "Key figures", "Positions", "Outcomes", "What to watch")


def files_of(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def corpus():
    return Corpus(SIZE)


@pytest.fixture(scope="module")
def finished(corpus, tmp_path_factory):
    """A site of the corpus, as `briefing build` makes it."""
    folder = tmp_path_factory.mktemp("bench")
    peer = Briefing(folder)
    peer.write(corpus, folder)
    peer.build(folder)
    return folder / peer.output


@pytest.fixture
def output(finished, tmp_path):
    """A copy of that site, to break."""
    return shutil.copytree(finished, tmp_path / "output")


def test_its_modules_import_each_other_in_one_direction():
    sources = {path.stem: path.read_text("utf-8") for path in (ROOT / "bench").glob("*.py")}
    imports = {name: set(re.findall(r"^ *(?:from|import) (\w+)", text, re.M)) for name, text in sources.items()}
    TopologicalSorter(imports).prepare()


def test_the_same_seed_gives_the_same_material(tmp_path):
    command = [sys.executable, str(ROOT / "bench/briefing_site.py")]
    for name, more in (("one", []), ("two", []), ("other", ["--seed", "7"])):
        subprocess.run([*command, str(tmp_path / name), str(SIZE), *more], check=True)
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")
    assert files_of(tmp_path / "one") != files_of(tmp_path / "other")


@pytest.mark.parametrize("size", [SIZE, 300])
def test_nothing_is_wrong_with_the_material(size, tmp_path, real_settings):
    briefing_site.write(Corpus(size), tmp_path)
    checked = check(tmp_path / "content", real_settings)
    assert checked.problems == ()
    assert len(checked.library.articles) == size


def test_articles_are_as_long_as_real_ones_and_have_records_of_each_kind():
    material = Corpus(200)
    texts = [briefing_site.body(material.body(article)) for article in material.articles]
    assert 420 < sum(len(text.split()) for text in texts) / len(texts) < 520
    for section in SECTIONS:
        assert sum(f"## {section}" in text for text in texts) > 100


def test_leaders_follow_zipf_over_three_years():
    material = Corpus(2000)
    counts = sorted((len(material.articles_of[leader.slug]) for leader in material.leaders), reverse=True)
    assert counts[0] > 5 * counts[10] > 20 * counts[100] > 0
    days = [article.published for article in material.articles]
    assert days == sorted(days)
    assert {day.year for day in days} == {2023, 2024, 2025}


def test_terms_grow_with_the_square_root_of_the_articles():
    small, large = Corpus(500), Corpus(2000)
    for kind in ("leaders", "summits", "themes"):
        assert len(getattr(large, kind)) == pytest.approx(2 * len(getattr(small, kind)), rel=0.1)


def test_a_site_that_has_everything_passes(corpus, finished):
    claims = Briefing(Path()).claims(corpus)
    assert failures(claims, corpus, finished) == []
    assert len(claims.articles) == SIZE
    assert all((claims.terms, claims.feeds, claims.site_feed, claims.sitemap, claims.related))


def article_page(corpus, output):
    return output / Briefing(Path()).claims(corpus).articles[corpus.articles[SIZE // 2].slug]


def term_file(corpus, output, name):
    return output / "leaders" / corpus.leaders[0].slug / name


def change(file, pattern, new):
    text = file.read_text("utf-8")
    assert re.search(pattern, text, re.DOTALL)
    file.write_text(re.sub(pattern, new, text, count=1, flags=re.DOTALL), "utf-8")


BREAKS = {
    "a page of an article": lambda corpus, output: article_page(corpus, output).unlink(),
    "a page of a term": lambda corpus, output: term_file(corpus, output, "index.html").unlink(),
    "a feed": lambda corpus, output: term_file(corpus, output, "rss.xml").unlink(),
    "the feed of the site": lambda corpus, output: (output / "rss.xml").unlink(),
    "the sitemap": lambda corpus, output: (output / "sitemap.xml").unlink(),
    "an item of a feed": lambda corpus, output: change(term_file(corpus, output, "rss.xml"), "<item>.*?</item>", ""),
    "the text of an article": lambda corpus, output: change(
        article_page(corpus, output), '(id="about-this-text".*?<p>).*?</p>', r"\1</p>"
    ),
    "related articles": lambda corpus, output: change(article_page(corpus, output), "briefing-related", ""),
    "where a related one leads": lambda corpus, output: change(
        article_page(corpus, output), '(briefing-related.*?)href="', r'\1href="nowhere/'
    ),
    "the articles of a term": lambda corpus, output: term_file(corpus, output, "index.html").write_text("<p>"),
    "an address in the sitemap": lambda corpus, output: change(output / "sitemap.xml", "<url>.*</url>", ""),
}


@pytest.mark.parametrize("what", BREAKS)
def test_it_is_noticed_when_a_site_lacks(what, corpus, output, monkeypatch):
    monkeypatch.setattr("checking.SAMPLE", SIZE)
    BREAKS[what](corpus, output)
    assert failures(Briefing(Path()).claims(corpus), corpus, output)


def test_a_build_without_what_it_claims_is_no_result(corpus, finished, tmp_path, monkeypatch, capsys):
    def lossy(self, folder):
        shutil.copytree(finished, folder / self.output)
        (folder / self.output / "sitemap.xml").unlink()
        return measured([sys.executable, "-c", ""], folder)

    monkeypatch.setattr(Briefing, "build", lossy)
    found = list(bench.Bench(Briefing(tmp_path), corpus, tmp_path / "work").measure(clean_only=False))
    assert [one.problem for one in found] == ["failed"]
    assert "sitemap.xml is missing" in capsys.readouterr().err


def test_a_rebuild_that_does_not_show_the_edit_is_no_result(corpus, finished, tmp_path, monkeypatch, capsys):
    def kept(self, folder):
        shutil.copytree(finished, folder / self.output)
        return measured([sys.executable, "-c", ""], folder)

    monkeypatch.setattr(Briefing, "build", kept)
    monkeypatch.setattr(Briefing, "again", lambda self: [sys.executable, "-c", ""])
    found = list(bench.Bench(Briefing(tmp_path), corpus, tmp_path / "work").measure(clean_only=False))
    assert [(one.scenario, one.problem) for one in found] == [(CLEAN, ""), (EDIT, "failed")]
    assert "does not show the edit" in capsys.readouterr().err


@pytest.mark.parametrize("name", bench.PEERS)
def test_every_generator_is_given_every_article_and_the_edit(name, corpus, tmp_path):
    peer = bench.PEERS[name](tmp_path / "tools")
    peer.write(corpus, tmp_path)
    assert all((tmp_path / peer.source(article)).is_file() for article in corpus.articles)
    file = tmp_path / peer.source(corpus.articles[3])
    before = file.read_text("utf-8")
    bench.edit(file)
    assert file.read_text("utf-8").replace(f"{bench.EDITED} ", "") == before != file.read_text("utf-8")
    assert peer.makes


def test_a_command_is_measured_with_the_processes_that_it_starts(tmp_path):
    work = "import time\nheld = bytearray(60_000_000)\nwhile time.process_time() < 0.5: pass\ntime.sleep(0.6)"
    used = measured(
        [sys.executable, "-c", f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {work!r}])"], tmp_path
    )
    assert used.cpu > 0.5
    assert used.together >= used.largest > 60_000_000


def test_a_command_that_fails_is_no_result(tmp_path):
    with pytest.raises(Failed, match="what went wrong"):
        measured([sys.executable, "-c", "import sys; sys.exit('what went wrong')"], tmp_path)


def test_a_benchmark_that_is_ended_ends_what_it_measures(tmp_path):
    child = f"import os, pathlib, time; pathlib.Path({str(tmp_path / 'pid')!r}).write_text(f'{{os.getpid()}}\\n')"
    command = [sys.executable, "-c", f"{child}; time.sleep(60)"]
    measuring = f"from measuring import run; from pathlib import Path; run({command!r}, Path({str(tmp_path)!r}))"
    with subprocess.Popen([sys.executable, "-c", measuring], cwd=ROOT / "bench") as process:
        child = int(line_of(tmp_path / "pid"))
        process.terminate()
        assert process.wait(30) == 128 + signal.SIGTERM
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def line_of(file):
    """Return what stands in a file, as soon as it is a line."""
    for _ in range(600):
        if file.exists() and (text := file.read_text()).endswith("\n"):
            return text
        time.sleep(0.05)
    raise AssertionError(f"{file} was not written")


@pytest.mark.parametrize("power", [0.5, 1.0, 1.8])
def test_growth_is_fitted_as_a_power(power):
    sizes = [500, 2000, 10_000]
    assert results.exponent(sizes, [3 * size**power for size in sizes]) == pytest.approx(power)


def one(peer, articles, scenario, cpu):
    return Measurement(
        peer, peer.capitalize(), "1", articles, scenario, "2026-01-01", peer == "briefing", cpu, cpu, 1, 1, 1, 1
    )


def test_measurements_are_kept_and_renewed_and_shown_with_ratios(tmp_path):
    store = Results(tmp_path / "results.json", list(bench.PEERS))
    for new in (one("briefing", 500, CLEAN, 9), one("briefing", 500, CLEAN, 2), one("hugo", 500, CLEAN, 5)):
        store.add(new)
    store.add(one("briefing", 500, EDIT, 0.25))
    again = Results(tmp_path / "results.json", list(bench.PEERS))
    assert again.found == store.found
    assert "| Hugo 1 | 5.00 | 2.50 | 5.00 | 2.50 |" in results.comparison(again)
    assert "| Briefing | 2.00 | 0.25 |  |" in results.rebuilds(again)
    assert "| Hugo | 5.00 | as clean | as clean |" in results.rebuilds(again)


def test_a_generator_that_cannot_be_installed_is_said_to_be_missing(corpus, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", "")
    store = Results(tmp_path / "results.json", list(bench.PEERS))
    store.add(one("briefing", SIZE, CLEAN, 9))
    for found in bench.Bench(bench.PEERS["eleventy"](tmp_path), corpus, tmp_path / "work").measure(clean_only=False):
        store.add(found)
    assert re.search(r"\| Eleventy +\| missing \|", results.comparison(store))
    assert "npm is not installed" in capsys.readouterr().err


def test_tables_take_the_place_of_those_before(tmp_path):
    file = tmp_path / "performance.md"
    file.write_text("a\n<!-- growth -->\nold\n<!-- end of growth -->\nb\n")
    results.publish({"growth": "new"}, True, file)
    assert file.read_text() == "a\n<!-- growth -->\nnew\n<!-- end of growth -->\nb\n"
    with pytest.raises(ValueError, match="comparison"):
        results.publish({"comparison": "new"}, True, file)


def test_the_stages_of_a_build_make_up_all_of_it(tmp_path):
    command = [sys.executable, str(ROOT / "bench/stages.py"), "--articles", "30", "--work", str(tmp_path)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=300).stdout
    rows = [line.split("|") for line in said.splitlines() if line.startswith("| ")]
    spent = {row[1].strip(): row[2].strip() for row in rows}
    assert (tmp_path / "stages/site/index.html").is_file()
    for stage in ("Python, imports", "composing pages", "Markdown to HTML, links", "the theme, writing pages"):
        assert float(spent[stage]) > 0
    total = float(spent.pop("all"))
    parts = list(spent.values())[1 : list(spent).index("the floor")]
    assert abs(sum(map(float, parts)) - total) < 0.05 * len(parts) + 0.05, "each is rounded to a tenth"


@pytest.mark.skipif(not CHROMIUM and not REQUIRED, reason="Chromium is not installed")
def test_an_edit_is_awaited_in_a_browser(tmp_path):
    command = [sys.executable, str(ROOT / "bench/serving.py"), "--articles", "30", "--times", "2"]
    said = subprocess.run(
        [*command, "--work", str(tmp_path)], check=True, capture_output=True, text=True, timeout=300
    )
    rows = [line.split("|") for line in said.stdout.splitlines() if line.startswith("| ")]
    assert [row[1].strip() for row in rows[1:]] == ["words", "a title", "the kind of source"]
    assert all(0 < float(row[4]) <= float(row[3]) <= float(row[5]) for row in rows[1:])
    log = (tmp_path / "served" / LOG).read_text("utf-8")
    assert log.count("pages updated by the edit") == 4  # the kind had the site built


def test_the_document_has_a_place_for_every_table(tmp_path):
    copy = tmp_path / "performance.md"
    shutil.copy(ROOT / "docs/performance.md", copy)
    results.publish(dict.fromkeys([*results.parts(Results(tmp_path / "none", [])), "peers"], "TABLE"), True, copy)
    assert copy.read_text("utf-8").count("\nTABLE\n") == 4


@pytest.fixture(scope="module")
def together(corpus, tmp_path_factory):
    """A site of the same articles, put together of three that were built apart."""
    folder, parts = tmp_path_factory.mktemp("shards"), []
    for year in (2023, 2024, 2025):
        parts.append(shards.write_shard(corpus, year, folder / f"{year}"))
        measured(Briefing(folder).command(), folder / f"{year}")
    merge(parts, folder / "whole")
    return folder / "whole"


def test_feeds_of_sites_of_a_year_become_the_feeds_of_one_site(finished, together):
    counts = {row[0]: row[1:] for row in shards.compare(finished, together)}
    same, *others = counts["feeds"]
    assert int(same) > 100
    assert others == ["0", "0", "0"]
    assert counts["articles"][2:] == ["0", "0"]


def test_links_of_a_site_that_was_put_together_lead_somewhere(together):
    assert (together / "timeline/2023/index.html").is_file()
    assert shards.dead_links(together) == []
    (together / "outlets/index.html").unlink()
    assert shards.dead_links(together)


def test_a_site_that_was_put_together_lacks_nothing(corpus, together):
    lost = failures(replace(Briefing(Path()).claims(corpus), related=""), corpus, together)
    assert lost == []


def test_names_are_timed():
    command = [sys.executable, ROOT / "bench/linking.py", "30"]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=300).stdout
    parts = [line.split()[0] for line in said.splitlines()[1:]]
    assert parts == ["reading", "parsing", "names", "backlinks", "related"]


@pytest.mark.skipif(not CHROMIUM and not REQUIRED, reason="Chromium is not installed")
def test_a_search_is_asked_in_a_browser(tmp_path):
    command = [sys.executable, ROOT / "bench/searching.py", "30", tmp_path / "site"]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=300).stdout
    assert re.search(r"of which were made: \d{4}$", said, re.MULTILINE)
    assert len(re.findall(r"KB in \d+ files \(.*\); .*\d+ results?\.", said)) == 5
