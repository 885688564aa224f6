"""Parts of the theme that are kept from one page to the next are those that each page would have got."""

from itertools import product
from types import SimpleNamespace

import jinja2
import pytest
from mkdocs.utils import get_relative_url
from mkdocs.utils.templates import url_filter

from generator.adapter import shell
from generator.adapter.mending import filled, frame
from generator.adapter.structure import address
from generator.adapter.theming import introduce

ADDRESSES = ("./", "a/", "a/b/", "a/b/c/", "a/c/", "a/x/c/", "b/", "a.html", "a/b.html", "a/c.html", "index.html")
BASE = """{% block styles %}<{{ 'style.css' | url }}>{% endblock %}{% include "partials/nav.html" %}
{%- include "partials/top.html" %}{% block config %}{{ base_url }}{% endblock %}"""


class Page(SimpleNamespace):
    __hash__ = object.__hash__


def rendered(urls, nav="[{{ 'a/c/' | url }}]", top="", in_nav=(), kept=True):
    """Return what each page is rendered as, and how often the navigation was rendered for all of them."""
    made = []
    templates = {
        "base.html": BASE,
        "main.html": '{% extends "base.html" %}{% block styles %}{{ super() }}!{% endblock %}',
        "partials/nav.html": "{{ made() }}" + nav,
        "partials/top.html": top,
    }
    env = jinja2.Environment(loader=jinja2.DictLoader(templates), auto_reload=False)
    env.filters["url"] = url_filter
    env.globals["made"] = lambda: made.append(1) or ""
    pages = [Page(url=url, title=f"<{url}>", meta={}) for url in urls]
    if kept:
        shell.keep(env, [page for page in pages if page.url in in_nav])
    found = [
        env.get_template("main.html").render(page=page, base_url=get_relative_url(".", page.url), pages=pages)
        for page in pages
    ]
    return found, len(made)


def test_a_part_is_rendered_once_for_the_pages_of_a_folder():
    urls = ["a/x/", "a/y/", "a/z/", "b/x/", "b/y/", "c/"]
    found, made = rendered(urls)
    assert found == rendered(urls, kept=False)[0]
    assert made == 3


@pytest.mark.parametrize(
    "asks",
    [
        "{{ page.title }}",
        "{% if page.meta %}{{ page.url }}{% endif %}",
        "{% if page == pages[1] %}here{% endif %}",
        "{% if page in pages[1:2] %}here{% endif %}",
        "{{ pages.index(page) }}",
        "{% if page.absent %}{% endif %}",
        '{% include "partials/top.html" %}',
    ],
)
def test_a_part_that_asks_of_its_page_is_rendered_for_each(asks):
    urls = ["a/x/", "a/y/", "a/z/"]
    found, made = rendered(urls, nav=asks, top="{{ page.title }}")
    assert found == rendered(urls, nav=asks, top="{{ page.title }}", kept=False)[0]
    assert made == 3 or "pages[1" in asks


@pytest.mark.parametrize("link", ["a/c/", "a/c/d/", "b/c.css", "./", "/a/b/", "https://a.example/b/", "#x"])
def test_links_lead_where_they_would_from_each_page(link):
    nav = f"[{{{{ '{link}' | url }}}}]"
    for urls in (ADDRESSES, ADDRESSES[::-1]):
        assert rendered(urls, nav)[0] == rendered(urls, nav, kept=False)[0]


def test_a_page_in_the_navigation_has_a_part_of_its_own():
    _, made = rendered(["a/x/", "a/y/", "a/z/"], in_nav=("a/x/", "a/y/"))
    assert made == 3


def test_the_address_of_a_page_as_seen_from_another_is_that_of_mkdocs():
    for target, page in product(ADDRESSES, ADDRESSES):
        assert address(target, page) == get_relative_url(target, page)


def test_a_page_without_its_text_is_what_stands_around_it():
    page = "<html><p>a</p><p>b</p></html>"
    assert frame(page, "<p>b</p>") == "<html><p>a</p>\0</html>"
    assert filled(frame(page, "<p>b</p>"), "<p>c</p>") == "<html><p>a</p><p>c</p></html>"
    assert frame(page, "<p>c</p>") == frame(page, "") == page
    assert frame("\0a", "a") == "\0a"


def test_the_foot_of_a_page_leads_to_what_the_owner_has_written_about_the_site_if_anything(settings, tmp_path):
    env = jinja2.Environment()
    introduce(env, settings, (), tmp_path, searched=False)
    links = [("Corrections", "corrections/"), ("Subscribe", "subscribe/")]
    assert env.globals["site_links"] == links
    (tmp_path / "about.md").write_text("# About\n", "utf-8")
    introduce(env, settings, (), tmp_path, searched=False)
    assert env.globals["site_links"] == [("About", "about/"), *links]
