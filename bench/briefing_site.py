"""A corpus as a site of Briefing: `python bench/briefing_site.py FOLDER ARTICLES` writes one.

`--option cards=true` and the like set options of the plugin; by default cards and history are off, and there is no
search, as `bench/run.py` compares it with other generators.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import yaml
from corpus import SEED, Corpus
from model import Article, Cite, Record, Ref, Section, Term
from writing import ROOT, SITE_URL, inline, put
from writing import body as sections_as_markdown

OPTIONS: dict[str, object] = {"feed_authority": "bench.example.org,2023", "cards": False, "history": False}
PLAIN = "---\ntitle: {}\nsummary: A made-up site.\n---\n\nWhat was said, and by whom.\n"


def write(
    corpus: Corpus, folder: Path, options: Mapping[str, object] = MappingProxyType({}), plugins: tuple[str, ...] = ()
) -> None:
    """Write a site below `folder`, of the theme and the settings of this project's own.

    `options` are those of the plugin, `plugins` others to have beside it.
    """
    config = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    del config["edit_uri"]
    config |= {"site_name": "Bench", "site_url": SITE_URL, "watch": []}
    config["theme"]["custom_dir"] = str(ROOT / "theme_overrides")
    config["plugins"] = [*plugins, {"briefing": OPTIONS | options}]
    put(folder / "mkdocs.yml", yaml.safe_dump(config, sort_keys=False))
    content = folder / "content"
    put(content / "index.md", PLAIN.format("Bench"))
    put(content / "about.md", "# About\n\nA made-up site.\n")
    for outlet in corpus.outlets:
        front = f'title: "{outlet.title}"\nkind: {outlet.kind}\ncountry: {outlet.country}'
        put(content / f"outlets/{outlet.slug}.md", f"---\n{front}\n---\n")
    for term in corpus.terms():
        put(content / f"{term.kind}/{term.slug}.md", term_file(corpus, term))
    for article in corpus.articles:
        put(content / f"articles/{article.slug}.md", article_file(corpus, article))


def term_file(corpus: Corpus, term: Term) -> str:
    facts = "".join(f"{key}: {value}\n" for key, value in term.facts.items())
    if term.kind == "summits":
        facts += f'aliases: ["{term.name}"]\nparticipants:\n{"".join(_participants(corpus, term))}'
    front = f'title: "{term.title}"\nsummary: "{term.summary}"\n{facts}'
    return f"---\n{front}---\n\n{body(corpus.about(term))}"


def _participants(corpus: Corpus, summit: Term) -> Iterator[str]:
    source = corpus.articles_of[summit.slug][0].slug
    for at, number in enumerate(summit.members):
        status = "attended" if at else "host"
        yield f"  - leader: {corpus.leaders[number].slug}\n    status: {status}\n    cite: [{source}]\n"


def article_file(corpus: Corpus, article: Article) -> str:
    return f"{article_head(article)}\n{body(corpus.body(article))}"


def article_head(article: Article, about: bool = True) -> str:
    """Return the front matter of an article, with what it is `about` or without."""
    front = (
        f'title: "{article.title}"\noutlet: {article.outlet.slug}\npublished: {article.published}\n'
        f'kind: {article.kind}\nsummary: "{article.summary}"\nurl: https://press.example/{article.number}\n'
    )
    lists = {"authors": article.authors, **(article.slugs if about else {})}
    front += "".join(f"{key}: [{', '.join(values)}]\n" for key, values in lists.items() if values)
    return f"---\n{front}---\n"


def body(sections: tuple[Section, ...]) -> str:
    """Return sections in the form of docs/content.md."""
    return sections_as_markdown(sections, _record)


def _record(kind: str, record: Record) -> str:
    text, tags = inline(record.text, _link), " ".join(f"#{tag.slug}" for tag in record.tags)
    if kind == "statement":
        return f"> {text}\n\n— {_link(record.who)}, {inline(record.note, _link)} {tags}"
    if kind == "position":
        return f"{_link(record.who)} on {tags}: {text}"
    if kind == "figure":
        return f"**{record.lead}** {text} {tags}"
    lead = f"{record.lead}: " if record.lead else ""
    return f"{lead}{text} {tags}".rstrip()


def _link(part: Ref | Cite) -> str:
    if isinstance(part, Cite):
        return f"[^{part.slug}]"
    return f"[[{part.slug}|{part.text}]]" if part.explicit else part.text


def _option(text: str) -> tuple[str, object]:
    key, _, value = text.partition("=")
    return key, yaml.safe_load(value)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("articles", type=int)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--option", type=_option, action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--plugin", action="append", default=[], help="another plugin, such as search")
    given = parser.parse_args()
    write(Corpus(given.articles, given.seed), given.folder, dict(given.option), tuple(given.plugin))
