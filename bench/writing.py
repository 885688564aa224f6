"""A corpus as plain Markdown, for generators that know nothing of records; and files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import yaml
from model import Cite, Record, Ref, Section, Text

Link = Callable[[Ref | Cite], str]
ROOT = Path(__file__).parent.parent
SITE_URL = "https://bench.example.org/"
EDITED = "This was added in an edit."


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="\n")


def document(meta: dict[str, object], body: str) -> str:
    """Return a file with YAML front matter."""
    return f"---\n{yaml.dump(meta, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000)}---\n\n{body}"


_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def edit(path: Path, said: str = EDITED) -> None:
    """Add a sentence to an article, at the same place in every form."""
    head, heading, rest = path.read_text("utf-8").partition("## About this text\n\n")
    path.write_text(f"{head}{heading}{said} {rest}", "utf-8", newline="\n")


def inline(text: Text, link: Link) -> str:
    return "".join(part if isinstance(part, str) else link(part) for part in text)


def body(sections: Iterable[Section], record: Callable[[str, Record], str]) -> str:
    """Return sections as Markdown: records in paragraphs or in a list. `record` writes one of a kind."""
    return "\n\n".join(f"## {section.heading}\n\n{_section(section, record)}" for section in sections) + "\n"


def _section(section: Section, record: Callable[[str, Record], str]) -> str:
    records = [record(section.kind, one) for one in section.records]
    if section.kind in ("prose", "statement"):
        return "\n\n".join(records)
    return "\n".join(f"- {text}" for text in records)


def plain_markdown(sections: Iterable[Section], link: Link) -> str:
    """Return sections as any Markdown has them; each name and tag is a link, as on a page of Briefing."""
    return body(sections, lambda kind, record: _plain_record(kind, record, link))


def _plain_record(kind: str, record: Record, link: Link) -> str:
    text, tags = inline(record.text, link), " ".join(link(tag) for tag in record.tags)
    if kind == "statement":
        return f"> {text}\n\n— {link(record.who)}, {inline(record.note, link)} {tags}"
    if kind == "position":
        return f"{link(record.who)} on {tags}: {text}"
    lead = f"**{record.lead}** " if record.lead else ""
    return f"{lead}{text} {tags}".rstrip()
