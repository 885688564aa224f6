"""The house as docs/design.md draws it: what each module may import."""

import ast
import re
import sys

import pytest
from conftest import ROOT

GENERATOR = ROOT / "generator"
# The packages and their modules, in order: each module imports only what stands before it.
HOUSE = {
    "core": "characters packing mappings words errors dates settings urls progress spilling database garbage workers",
    "content": "meta model documents names quoting cutting fingerprints",
    "reading": (
        "syntax frontmatter refusals schema inline scan markup headings prose records tree places decoding memory "
        "mentions "
        "autolink sources"
    ),
    "linking": "library link channels ledger revisions history aliases integrity backlinks related",
    "composing": (
        "sections facets lines blocks assembling markdown templating pieces wording timeline shares composer "
        "dependencies graph atlas pages views lists tables structured indexes plan"
    ),
    "authoring": "revising renaming fixing extracting originals beginning days segments findings drafts",
    "syndication": "sanitise feeds serialise preflight websub",
    "assets": "calendar previews cards search indexing",
    "output": "exchange spare ahead staging writer store redirects",
    "": "sites build",
    "edits": "rows shelf shelving recalling splicing amending",
    "hosting": "headers hosts",
    "adapter": (
        "cache searching mending theming shell options neighbours structure basis unchanged noticing "
        "enduring rendering browsers incremental serving resuming publication plugin"
    ),
    "commands": "reporting manual portable exporting scaffold runner console starting editing publishing cli",
}
FILES = {name: GENERATOR / package / f"{name}.py" for package, names in HOUSE.items() for name in names.split()}
ORDER = tuple(FILES)
# The door of each foreign library. markdown-it has five: `inline` and `scan` read Markdown, `lines`, `blocks` and
# `assembling` write HTML of it. lxml has two: `serialise` writes feeds and `preflight` reads them back. mkdocs has a
# wing of the house.
DOORS = {
    "yaml": {"frontmatter"},
    "pydantic": {"schema"},
    "pydantic_core": {"schema", "refusals"},
    "markdown_it": {"inline", "scan", "lines", "blocks", "assembling"},
    "mdit_py_plugins": {"lines"},
    "jinja2": {"templating"},
    "ahocorasick": {"mentions"},
    "sentencex": {"backlinks"},
    "icalendar": {"calendar"},
    "trafilatura": {"extracting"},
    "feedgen": {"serialise"},
    "lxml": {"serialise", "preflight"},
    "nh3": {"sanitise"},
    "PIL": {"cards"},
    "font_source_serif_pro": {"cards"},
    "filelock": {"staging"},
    "mkdocs": {
        *(
            "options",
            "neighbours",
            "structure",
            "basis",
            "unchanged",
            "noticing",
            "enduring",
            "rendering",
            "browsers",
        ),
        *("serving", "resuming", "plugin", "runner"),
    },
    "watchdog": {"noticing"},
    "click": {"console", "starting", "editing", "publishing", "cli"},
    "anyascii": {"urls"},
    "pagefind_bin": {"indexing"},
    "cbor2": {"indexing"},
}


def imports(module):
    """Return the modules of the generator and the foreign packages that a module imports."""
    own, foreign = set(), set()
    for node in ast.walk(ast.parse(FILES[module].read_text("utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            top, *rest = name.split(".")
            if top == "generator":
                own.update(set(rest[:2]) & set(ORDER))
            elif top not in sys.stdlib_module_names:
                foreign.add(top)
    return own, foreign


def test_every_module_has_its_place_in_the_order():
    found = {path for path in GENERATOR.rglob("*.py") if not path.stem.startswith("__")}
    assert found == set(FILES.values())


def test_no_two_modules_have_the_same_name():
    names = [name for names in HOUSE.values() for name in names.split()]
    assert len(names) == len(set(names))
    assert not set(names) & set(HOUSE)


@pytest.mark.parametrize("module", ORDER)
def test_a_module_imports_only_what_stands_before_it(module):
    own, _ = imports(module)
    assert own <= set(ORDER[: ORDER.index(module)])


@pytest.mark.parametrize("module", ORDER)
def test_a_foreign_library_has_one_door(module):
    _, foreign = imports(module)
    for package in foreign:
        assert module in DOORS[package], f"{module} imports {package}"


def test_pages_and_feeds_do_not_know_each_other():
    assert not {"feeds", "serialise"} & (imports("pages")[0] | imports("composer")[0])
    assert not {"pages", "composer"} & (imports("feeds")[0] | imports("serialise")[0])


@pytest.mark.parametrize("module", ORDER)
def test_a_module_fits_in_a_head(module):
    assert len(FILES[module].read_text("utf-8").splitlines()) <= 350


def test_the_order_is_the_one_that_the_design_draws():
    design = (ROOT / "docs" / "design.md").read_text("utf-8")
    assert tuple(re.findall(r"^\| `(\w+)`", design, re.MULTILINE)) == ORDER


def test_the_engine_knows_nothing_of_the_subject_of_the_site():
    names = [
        path.stem for kind in ("summits", "leaders", "themes") for path in (ROOT / "content" / kind).glob("*.md")
    ]
    words = {word for name in names for word in name.split("-") if len(word) > 4 and not word.isdigit()}
    words -= {"between", "relations", "borders", "response", "meeting", "summit", "finance", "house", "white"}
    words -= {"membership", "development", "security", "order", "trade", "north", "energy"}
    assert len(words) > 50
    own = [*GENERATOR.rglob("*.py"), *GENERATOR.rglob("*.j2"), *(ROOT / "theme_overrides").rglob("*.*")]
    text = "\n".join(path.read_text("utf-8") for path in own).lower()
    assert not [word for word in sorted(words) if re.search(rf"\b{word}\b", text)]
