"""What stops a build before a feed is published, and what that says."""

import re
from dataclasses import replace

import pytest
from feed_parts import documents_of, many, write_all

from generator import preflight
from generator.errors import GeneratorError
from generator.urls import ATOM, FORMATS, JSON, RSS


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
