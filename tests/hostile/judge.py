"""What is safe: looks at everything that a site publishes for what could run, load, lead astray or break out."""

import html
import json
import re
from html.parser import HTMLParser

import icalendar
import markdown
from conftest import SETTINGS
from lxml import etree

from generator.assets import search
from generator.commands.portable import portable
from generator.composing.assembling import render
from generator.composing.facets import RECORDS
from generator.core.characters import refused

TAGS = {
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "details",
    "div",
    "em",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "ins",
    "li",
    "nav",
    "ol",
    "p",
    "pre",
    "s",
    "section",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
    "svg",
    "circle",
    "line",
    "path",
    "rect",
    "text",
    "title",
    "tspan",
}
ATTRIBUTES = {
    "class",
    "href",
    "id",
    "tabindex",
    "title",
    "start",
    "role",
    "width",
    "height",
    "x",
    "y",
    "x1",
    "x2",
    "y1",
    "y2",
    "d",
    "r",
    "cx",
    "cy",
    "dx",
    "dy",
    "rx",
    "viewbox",
    "text-anchor",
}
PYTHON_MARKDOWN = {*TAGS, "dd", "dl", "dt", "img"}
STYLES = {f"text-align:{side}" for side in ("left", "right", "center")}
FACETS = re.compile(r"(?:[a-z]+:[a-z0-9-]+ ?)*")  # by what a record is found: names of ours, and slugs
SCHEMES = {"http", "https", "mailto"}
URLS = {"href", "src", "action", "formaction", "data", "xlink:href", "poster", "srcset", "background", "cite", "ping"}


def scheme(address):
    """Return the scheme that a browser sees in an address (WHATWG URL, section 4.4), or "//" for another host's."""
    seen = re.sub(r"[\t\n\r]", "", address.strip("".join(map(chr, range(33)))))
    match = re.match(r"[a-z][a-z0-9+.-]*(?=:)", seen, re.IGNORECASE)
    return match[0].lower() if match else "//" if re.match(r"[/\\]{2}", seen) else ""


class Judge(HTMLParser):
    """Reads HTML and notes what is not allowed in it; `tags` are all elements in order."""

    def __init__(self, markup, tags=TAGS, attributes=ATTRIBUTES):
        super().__init__()
        self.allowed, self.attributes = tags, attributes
        self.harm, self.tags, self.words = [], [], []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag not in self.allowed:
            self.harm.append(f"<{tag}>")
        for name, value in attrs:
            fine = name in self.attributes or name.startswith("aria-")
            fine |= (name, value) in {("style", s) for s in STYLES}
            fine |= name == "data-facets" and FACETS.fullmatch(value or "") is not None
            if not fine:
                self.harm.append(f"<{tag} {name}={value!r}>")
            if name in URLS and scheme(value or "") not in {"", *SCHEMES}:
                self.harm.append(f"<{tag} {name}={value!r}>")

    handle_startendtag = handle_starttag

    def handle_data(self, data):
        self.words.append(data)

    def handle_decl(self, decl):
        self.harm.append(f"<!{decl}>")

    def handle_pi(self, data):
        self.harm.append(f"<?{data}>")

    def unknown_decl(self, data):
        self.harm.append(f"<![{data}")


def rendered(page):
    """Return a composed page as the site shows it: its title, its description and its text."""
    title, about = html.escape(page.title), html.escape(page.description)
    return f'<h1 title="{about}">{title}</h1>\n{render(page.markdown).page(str)}'


def exported(page):
    """Return a composed page as an export has it, the way that MkDocs and Zensical read Markdown."""
    text = portable(page.title, page.markdown, lambda href: "" if scheme(href) == "" else href)
    extensions = [
        "abbr",
        "admonition",
        "attr_list",
        "def_list",
        "fenced_code",
        "footnotes",
        "md_in_html",
        "tables",
        "toc",
    ]
    return markdown.markdown(text, extensions=extensions)


def harm(site):
    """Return what is wrong in a site in memory: in its pages, feeds, redirects, previews, calendar and search."""
    found = []
    for page in site.pages:
        found += [(page.path, harm) for harm in Judge(rendered(page)).harm]
        found += [(f"exported {page.path}", harm) for harm in Judge(exported(page), PYTHON_MARKDOWN).harm]
    for file in site.files:
        found += [(file.path, harm) for harm in _FILES[file.path.rpartition(".")[2]](file)]
    for entry in search.entries(site.library, site.pages, SETTINGS):
        tags = {"html", "body", "main", "h1", "p", "by", "end", *(record.word for record in RECORDS)}
        beside = {f"data-pagefind-{name}" for name in ("body", "filter", "meta", "sort")}
        found += [(entry.address, harm) for harm in Judge(entry.html, tags, {"lang", "id", *beside}).harm]
    return found


def _xml(file):
    root = etree.fromstring(file.content)
    for element in root.iter():
        for text in (element.text or "", element.tail or "", *element.attrib.values()):
            if any(refused(text)):
                yield f"characters in {element.tag}"
        local = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if local in ("encoded", "description", "content"):
            yield from Judge(element.text or "", TAGS - {"svg", "details"}).harm
        for name in ("href", "url", "xmlUrl", "htmlUrl"):
            if scheme(element.get(name, "https:")) != "https":
                yield f"{local} {name}={element.get(name)}"
        if local == "link" and element.text and scheme(element.text) != "https":
            yield element.text


def _json(file):
    found = json.loads(file.content)
    for item in found.get("items", ()):
        yield from Judge(item["content_html"]).harm
    if not any(refused(file.content.decode())):
        return
    yield "characters"


def _calendar(file):
    known = {
        *[
            "BEGIN",
            "END",
            "PRODID",
            "VERSION",
            "NAME",
            "X-WR-CALNAME",
            "SUMMARY",
            "DTSTART",
            "DTEND",
            "DTSTAMP",
            "UID",
            "DESCRIPTION",
            "URL",
            "TRANSP",
        ]
    }
    lines = file.content.decode().replace("\r\n ", "").split("\r\n")
    yield from (line for line in lines if line and re.match(r"[A-Z-]*", line)[0] not in known)
    for event in icalendar.Calendar.from_ical(file.content).walk("VEVENT"):
        if scheme(event["URL"]) != "https":
            yield event["URL"]


def _redirect(file):
    text = file.content.decode()
    allowed = {"html", "meta", "title", "link", "p", "a"}
    judged = Judge(
        text.removeprefix("<!doctype html>"), allowed, {"lang", "charset", "rel", "href", "http-equiv", "content"}
    )
    yield from judged.harm


def _hosts(file):
    for line in file.content.decode().splitlines():
        if not re.fullmatch(r"/[^\s\\]* (?:/|https://)[^\s\\]* 301", line) or "/../" in line:
            yield line


_FILES = {"xml": _xml, "opml": _xml, "json": _json, "ics": _calendar, "html": _redirect, "_redirects": _hosts}
