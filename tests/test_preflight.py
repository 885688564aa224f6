"""What stops a build before a feed is published, and what that says."""

import json
import re
from dataclasses import replace

import pytest
from conftest import SITE, mkdocs_build
from feed_parts import documents_of, many, write_all

from generator import preflight
from generator.build import build
from generator.errors import GeneratorError
from generator.urls import ATOM, FORMATS, JSON, RSS


def record_of(settings, root=SITE / "content"):
    return next(file.content for file in build(root, settings).files if file.path == preflight.RECORD)


def test_the_record_has_each_item_with_its_address_below_the_site(settings):
    record = json.loads(record_of(settings))
    assert record["tag:chess.example.org,2024:article/final-draw"] == "articles/drawn-final/"
    assert len(record) == 3
    assert record_of(replace(settings, site_url="https://elsewhere.example/")) == record_of(settings)


def test_a_site_that_changed_no_id_is_built(settings):
    build(SITE / "content", settings, published=record_of(settings))
    build(SITE / "content", replace(settings, site_url="https://e.example/x/"), published=record_of(settings))


def test_another_authority_is_refused(settings):
    with pytest.raises(GeneratorError, match="the id of 3 items") as refused:
        build(SITE / "content", replace(settings, feed_authority="e.example,2025"), published=record_of(settings))
    said = str(refused.value)
    assert "articles/drawn-final/\n  was published as tag:chess.example.org,2024:article/final-draw\n" in said
    assert "would now be tag:e.example,2025:article/final-draw" in said
    assert "`feed_authority`" in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("redirect_from: [final-draw]\n", "", "would now be tag:chess.example.org,2024:article/drawn-final"),
        ("2024-05-06", "2024-05-07", "article/final-draw/correction/2024-05-06\n  and would"),
        (re.compile("corrections:.*?14,000.\n", re.DOTALL), "", "would be there no more"),
    ],
)
def test_the_build_fails_and_the_last_good_site_stays(site, old, new, said):
    target = site / "site"
    assert mkdocs_build(site, target).returncode == 0
    before = {path: path.read_bytes() for path in target.rglob("*") if path.is_file()}
    digest = site / "content" / "articles" / "drawn-final.md"
    text = digest.read_text("utf-8")
    digest.write_text(old.sub(new, text) if isinstance(old, re.Pattern) else text.replace(old, new), "utf-8")
    result = mkdocs_build(site, target)
    assert result.returncode != 0
    assert said in result.stderr
    assert "feed-ids.json" in result.stderr
    assert {path: path.read_bytes() for path in target.rglob("*") if path.is_file()} == before
    (target / "feed-ids.json").unlink()
    assert mkdocs_build(site, target).returncode == 0, "the owner can say that it is meant"


def test_a_digest_that_was_taken_off_the_site_may_go(settings, tmp_path):
    published = json.loads(record_of(settings)) | {"tag:gone": "articles/gone/"}
    build(SITE / "content", settings, published=json.dumps(published).encode())


def test_a_record_that_cannot_be_read_is_refused(settings):
    for broken in (b"", b"[]", b"\xff"):
        with pytest.raises(GeneratorError, match=r"feed-ids\.json in the folder of the site cannot be read"):
            build(SITE / "content", settings, published=broken)


def test_two_items_with_one_id_are_refused(settings):
    one, other = documents_of(many(settings, 2), settings)[""].items
    with pytest.raises(GeneratorError, match=r"its id tag:\S+digest-001 is that of https://\S+ as well"):
        preflight.inspect_items([one, replace(other, id=one.id)])


def test_an_address_that_is_not_absolute_is_refused(settings):
    (item,) = documents_of(many(settings, 1), settings)[""].items
    with pytest.raises(GeneratorError, match=r"the address '\.\./x/' in it is not absolute"):
        preflight.inspect_items([replace(item, html='<a title="y" href="../x/">x</a>')])
    preflight.inspect_items([replace(item, html='<p>it wrote <code>a href="../x/"</code></p>')])


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_a_document_that_does_not_parse_is_refused(settings, form):
    feed = documents_of(many(settings, 2), settings)[""]
    data = write_all([feed], settings)[form.file]
    preflight.inspect(form.file, data, form, feed)
    for broken in (data[:-20], data.replace(b"digest-001", b"digest\x01001"), b""):
        with pytest.raises(GeneratorError, match=f"{re.escape(form.file)}: it cannot be read back"):
            preflight.inspect(form.file, broken, form, feed)


def test_a_document_with_other_items_or_in_another_order_or_size_is_refused(settings):
    for form in (RSS, ATOM, JSON):
        feed = documents_of(many(settings, 31), settings)[""]
        fewer = replace(feed, items=feed.items[1:])
        turned = replace(feed, items=feed.items[::-1])
        longer = replace(feed, items=(*feed.items, documents_of(many(settings, 31), settings)["archive/1"].items[-1]))
        for written, wanted, why in (
            (fewer, feed, "should have"),
            (turned, turned, "order of time"),
            (longer, longer, "31 items"),
        ):
            with pytest.raises(GeneratorError, match=why):
                preflight.inspect("x", write_all([written], settings)[form.file], form, wanted)
