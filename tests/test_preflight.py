"""What stops a build before a feed is published, and what that says."""

import re
from dataclasses import replace

import pytest
from feed_parts import documents_of, many

from generator.core.errors import GeneratorError
from generator.core.urls import ATOM, FORMATS, JSON, RSS
from generator.syndication import preflight
from generator.syndication.serialise import Document, write


def test_two_items_with_one_id_are_refused(settings):
    one, other = documents_of(many(settings, 2), settings)[""].items
    with pytest.raises(GeneratorError, match=r"its id tag:\S+digest-001 is that of https://\S+ as well"):
        preflight.inspect_items([one, replace(other, id=one.id)])


def test_an_address_that_is_not_absolute_is_refused(settings):
    (item,) = documents_of(many(settings, 1), settings)[""].items
    with pytest.raises(GeneratorError, match=r"its address is not absolute"):
        preflight.inspect_items([replace(item, url="articles/x/")])
    with pytest.raises(GeneratorError, match=r"the address '\.\./x/' in it is not absolute"):
        preflight.inspect_content("articles/x.md", '<a title="y" href="../x/">x</a>')
    preflight.inspect_content("articles/x.md", '<p>it wrote <code>a href="../x/"</code></p>')


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_a_document_that_does_not_parse_is_refused(settings, form):
    feed = documents_of(many(settings, 2), settings)[""]
    document = write(feed, form, settings, {})
    preflight.inspect(form.file, document, form, feed, {})
    one, other = document.items
    for broken in (
        replace(document, end=document.end[:-20]),
        replace(document, items=(one, other.replace(b"digest-000", b"digest\x01000"))),
        replace(document, items=(one, other[:-20])),
        Document(b"", (), b"", b""),
    ):
        with pytest.raises(GeneratorError, match=f"{re.escape(form.file)}: it cannot be read back"):
            preflight.inspect(form.file, broken, form, feed, {})


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_a_document_is_refused_though_its_items_were_read_back_in_another(settings, form):
    feed, known = documents_of(many(settings, 3), settings)[""], {}
    document = write(feed, form, settings, {})
    preflight.inspect(form.file, document, form, feed, known)
    for broken, why in (
        (replace(document, head=document.head[20:]), "cannot be read back"),
        (replace(document, end=document.end[:-20]), "cannot be read back"),
        (replace(document, items=document.items[1:]), "should have"),
        (replace(document, items=document.items[::-1]), "should have"),
        (replace(document, items=(*document.items, b"")), "read back"),
    ):
        with pytest.raises(GeneratorError, match=why):
            preflight.inspect(form.file, broken, form, feed, known)


def test_an_item_is_read_back_in_the_first_document_that_has_it_and_is_not_read_again(settings):
    feeds, known, kept = documents_of(many(settings, 95), settings), {}, {}
    for feed in (feeds[""], feeds["archive/3"]):
        preflight.inspect("x", write(feed, RSS, settings, kept), RSS, feed, known)
    assert {found for found, _ in known.values()} == {i.id for i in (*feeds[""].items, *feeds["archive/3"].items)}
    document = write(feeds["archive/1"], RSS, settings, kept)
    broken = document.items[4][:-20]
    document = replace(document, items=(*document.items[:4], broken, *document.items[5:]))
    with pytest.raises(GeneratorError, match="cannot be read back"):
        preflight.inspect("x", document, RSS, feeds["archive/1"], known)
    assert hash(broken) not in known


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
                preflight.inspect("x", write(written, form, settings, {}), form, wanted, {})
