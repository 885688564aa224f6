"""Writes the pages of `docs/reference/` from the code: what it takes, in the words that it has for it itself.

    python docs/build/reference.py

The pages are in git, so that they can be read where the code is read; `tests/test_docs.py` fails while one is old.
"""

import ast
import inspect
import re
from datetime import date
from pathlib import Path
from typing import get_args, get_origin, get_type_hints

import click

from generator.adapter import options
from generator.assets import calendar as watch
from generator.assets import cards
from generator.commands import scaffold
from generator.commands.cli import main
from generator.composing import views
from generator.content.meta import Coordinates, Correction, Key, Participant, PastSlug, Slug, Url, keys
from generator.content.model import Position
from generator.core import urls
from generator.core.dates import Date
from generator.core.settings import DEFAULT_COLLECTIONS, Kind, Settings
from generator.linking import channels
from generator.linking.channels import CORRECTIONS, PAIR, SIZE
from generator.reading.headings import HEADINGS
from generator.syndication import serialise

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "reference"
MADE = "<!-- Made by `make reference` from the code. What is changed here is lost. -->\n"
VALUES = {
    str: "text",
    bool: "`true` or `false`",
    Slug: "slug",
    PastSlug: "slug",
    Url: "web address",
    Date: "[date](../content.md#front-matter)",
    date: "day",
    Coordinates: "`[latitude, longitude]`",
    Participant: "`leader`, `status`, `cite`",
    Correction: "`date`, `text`",
}
KINDS = {
    Kind.ARTICLE: "An article's digest",
    Kind.SUMMIT: "A summit or meeting",
    Kind.LEADER: "A leader",
    Kind.THEME: "A theme",
    Kind.OUTLET: "An outlet",
    Kind.HOME: "The home page, `index.md`",
}


def table(head, rows):
    """Return a table of Markdown; a bar in a cell is escaped."""
    cells = [[cell.replace("|", r"\|").replace("\n", " ") for cell in row] for row in [head, *rows]]
    cells.insert(1, ["---"] * len(head))
    return "\n".join(f"| {' | '.join(row)} |" for row in cells) + "\n"


def page(title, opening, *parts):
    """Return a page of the reference."""
    return "\n".join([MADE, f"# {title}\n", f"{opening}\n", *parts]).rstrip() + "\n"


# --- commands -----------------------------------------------------------------------------------------------------


def walk(command=main, name="briefing", parent=None):
    """Yield every command as it is called, groups before what is in them."""
    context = click.Context(command, info_name=name, parent=parent, **command.context_settings)
    yield context
    for inner in sorted(getattr(command, "commands", {})):
        yield from walk(command.commands[inner], inner, context)


def _prose(text):
    """Return a help text as Markdown: what is set out in lines of its own becomes a block of code."""
    parts = []
    for block in inspect.cleandoc(text).replace("\b\n", "\b").split("\n\n"):
        if block.startswith("\b"):
            head, _, rest = block.removeprefix("\b").partition("\n")
            parts.append(f"{head}\n\n```text\n{inspect.cleandoc(rest)}\n```")
        else:
            parts.append(" ".join(block.split()))
    return "\n\n".join(parts)


def _default(option, context):
    found = option.get_default(context)
    plain = found is None or isinstance(found, bool) or found == "" or str(found).startswith("Sentinel")
    return "" if plain else f" By default `{found}`."


def _option(option, context):
    names = ", ".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
    kind = option.type
    value = " ".join(f"`{choice}`" for choice in kind.choices) if isinstance(kind, click.Choice) else ""
    if not value and not option.is_flag:
        value = f"`{option.make_metavar(context)}`"
    help_, _, told = (option.help or "").partition("  [default: ")
    return [names, value, help_ + (f" By default `{told.rstrip(']')}`." if told else _default(option, context))]


def _command(context):
    command, name = context.command, context.command_path
    usage = command.get_usage(context).replace("Usage: ", "").replace("\n", " ")
    found = [f"## {name}\n", f"```text\n{re.sub(' +', ' ', usage)}\n```\n", _prose(command.help), ""]
    rows = [_option(option, context) for option in command.get_params(context) if isinstance(option, click.Option)]
    return "\n".join([*found, table(["option", "value", "what it does"], rows)])


def commands():
    """Return the page of the commands."""
    opening = (
        "Run them in the folder that holds `mkdocs.yml`. `briefing COMMAND --help` shows the same text. Exit codes: 0"
        " if it was done, 1 if Briefing refused, 2 if the command was called wrongly."
    )
    return page("Commands", opening, *map(_command, walk()))


# --- options ------------------------------------------------------------------------------------------------------


def described(config):
    """Return what stands below each option of a class in the source of `options`."""
    (tree,) = ast.parse(inspect.getsource(config)).body
    found = {}
    for node, after in zip(tree.body, tree.body[1:], strict=False):
        if isinstance(node, ast.Assign) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            found[node.targets[0].id] = " ".join(after.value.value.split())
    return found


def every_option(config=options.BriefingOptions, above=()):
    """Yield every option as its path, its default and what it is for."""
    said = described(config)
    for name, option in config._schema:
        inner = getattr(option, "config_class", None) or getattr(option, "_config_class", None)
        yield (*above, name), None if inner else option.default, said[name]
        if inner:
            yield from every_option(inner, (*above, name))


def _shown(default):
    return "" if default is None else f"`{str(default).lower() if isinstance(default, bool) else default}`"


def settings():
    """Return the page of the options."""
    rows = []
    for path, default, says in every_option():
        if path[:2] == ("names", Kind.ARTICLE.value):
            path, says = ("names", "KIND", *path[2:]), says.replace("an article is", "this kind is")
        if path[0] != "names" or path[1:2] in ((), ("KIND",)):  # the others are alike
            rows.append([f"`{': '.join(path)}`", _shown(default), says])
    names = [[f"`{k}`", f"`{d.slug}`", d.singular, d.plural] for k, d in DEFAULT_COLLECTIONS.items()]
    kinds = ", ".join(f"`{kind}`" for kind in DEFAULT_COLLECTIONS)
    opening = (
        "Write them in `mkdocs.yml`, below `plugins: - briefing:`. Of the settings of MkDocs, Briefing also reads"
        " `site_name`, `site_description`, `site_url` (required: the address at which the site is"
        " published), `edit_uri`, `docs_dir`, `site_dir`, `strict`, `use_directory_urls` and `theme: language`."
    )
    parts = (
        table(["option", "by default", "what it is for"], rows),
        f"`KIND` is one of {kinds}. By default they are called:\n",
    )
    return page("Options", opening, *parts, table(["kind", "slug", "singular", "plural"], names))


# --- content ------------------------------------------------------------------------------------------------------


def _value(key):
    kind = ", ".join(f"`{choice}`" for choice in key.choices) or VALUES[key.type]
    return f"list of: {kind}" if key.many else kind


def _inner(kind):
    """Yield the keys of what is in a list, each as a key of front matter."""
    for name, hint in get_type_hints(kind, include_extras=True).items():
        many = get_origin(hint.__origin__) is tuple
        yield (
            name,
            Key(name, hint.__metadata__[0], True, many, get_args(hint.__origin__)[0] if many else hint.__origin__),
        )


def front_matter():
    """Return the page of the keys of front matter."""
    parts = []
    for kind in Kind:
        rows = [[f"`{k.name}`", "yes" if k.required else "", _value(k), k.says] for k in keys(kind)]
        parts += [f"## {KINDS[kind]}\n", table(["key", "required", "value", "what it is for"], rows)]
    for name, inner in (("participants", Participant), ("corrections", Correction)):
        rows = [[f"`{key}`", "yes", _value(found), found.says] for key, found in _inner(inner)]
        parts += [f"## Each of the `{name}`\n", table(["key", "required", "value", "what it is for"], rows)]
    opening = (
        "Every key of every kind of document, in the order in which `briefing check --fix` puts them. An unknown"
        " key, a wrong type, an unknown slug or a duplicate is an error. How to write dates, lists and texts is shown"
        " in [Writing content](../content.md#front-matter); `docs/schemas/` has the same as JSON Schemas."
    )
    return page("Front matter", opening, *parts)


def _examples():
    """Return the records under each heading of the digest that a new site has as its example."""
    settings = Settings("x", "https://x.example/", "x.example,2025", today=date(2025, 9, 1))
    (text,) = (file.content.decode() for file in scaffold.files(settings) if "/articles/" in file.path)
    return dict(re.findall(r"^## ([^\n]+)\n\n(.*?)\n*(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))


def body():
    """Return the page of the headings that hold records."""
    listed = {view.record: f"`/{view.slug}/`" for view in views.VIEWS if view.record} | {Position: "`/positions/`"}
    examples, parts = _examples(), []
    for heading, record in HEADINGS.items():
        says = inspect.getdoc(record).split(".")[0]
        where = f" All of them are listed at {listed[record]}." if record in listed else ""
        example = f"```markdown\n## {heading}\n\n{examples[heading]}\n```\n" if heading in examples else ""
        parts.append(f"## {heading}\n\n{says}.{where}\n\n{example}")
    opening = (
        "Under these headings every item is a record, which appears on the page of its document and on the pages of"
        " everything that it names. The rules of each form are in [Writing content](../content.md#body); the examples"
        " are those of a new site. Text under any other heading is prose."
    )
    return page("Records", opening, *parts)


def problems():
    """Return the page that has every problem in a line, from the cases that the tests hold the code to."""
    rows = [["[not-utf8](../errors.md#not-utf8)", "error", "the file is not UTF-8"]]  # its case cannot be a text
    for case in sorted([*(ROOT / "tests" / "invalid").glob("*.txt")]):
        headline = rf": (error|warning|note)\[{case.stem}\]: (.*)$"
        severity, message = re.search(headline, case.read_text("utf-8"), re.MULTILINE).groups()
        rows.append([f"[{case.stem}](../errors.md#{case.stem})", severity, message])
    opening = (
        "Every problem that `briefing check` reports: its code, which leads to how to fix it; whether it stops the"
        " build (error), stops a strict build only (warning) or is only shown with `--verbose` (note); and an example"
        " of the message."
    )
    return page("Problems at a glance", opening, table(["code", "severity", "for example"], sorted(rows)))


# --- feeds --------------------------------------------------------------------------------------------------------


def feeds():
    """Return the page of the feeds and of what else a site has for programs."""
    formats = [[form.name, f"`{form.file}`", f"`{form.type}`"] for form in urls.FORMATS]
    places = [
        ["the whole site", "`/`", "always"],
        ["corrections alone", f"`/{CORRECTIONS}/`", "always"],
        *([f"each {kind}", f"`/{DEFAULT_COLLECTIONS[kind].slug}/SLUG/`", "always"] for kind in channels.TAXONOMIES),
        ["a leader and a theme", "`/leaders/SLUG/THEME/`", f"with `feeds: pairs`, from {PAIR} digests in common on"],
    ]
    others = [
        [f"`/{serialise.OPML}`", "all feeds, for import into a feed reader (OPML)"],
        [f"`/{watch.PATH}`", "what to watch, as a calendar (iCalendar)"],
        [f"`/{cards.FOLDER}/`", "pictures that stand for pages where they are shared"],
    ]
    opening = (
        f"A document of a feed has the newest {SIZE} items, and leads to archives with all others (RFC 5005). Items"
        " are whole digests, and corrections of any document. Ids are `tag:` URIs (RFC 4151) made of"
        " `feed_authority`, the kind and the first slug of a document, and never change."
    )
    parts = ("## Formats\n", table(["format", "file", "media type"], formats), "## Which feeds there are\n")
    rest = (table(["of", "below", "there is one"], places), "## Beside the feeds\n", table(["file", "what"], others))
    return page("Feeds", opening, *parts, *rest)


PAGES = {
    "commands.md": commands,
    "options.md": settings,
    "front-matter.md": front_matter,
    "records.md": body,
    "problems.md": problems,
    "feeds.md": feeds,
}

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, make in PAGES.items():
        (FOLDER / name).write_text(make(), "utf-8")
    print(f"{len(PAGES)} pages in {FOLDER}")
