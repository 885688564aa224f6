"""Content that is read by several processes, and content that is remembered: the same as when it is simply read."""

import gc
import os
import pickle
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest
from conftest import SITE

from generator.build import check
from generator.content import documents, meta, model
from generator.content.documents import Group, Head, Outline, Passage, alike
from generator.content.model import ReferenceKind
from generator.core import dates, errors, workers
from generator.core import settings as settings_module
from generator.core.errors import GeneratorError
from generator.core.settings import Kind
from generator.reading import sources
from generator.reading.decoding import Source
from generator.reading.memory import _SPOILT, Memory, Parcel, Remembered, _loaded
from generator.reading.mentions import Finder

ARTICLE = "---\ntitle: Match {n}\noutlet: o\npublished: 2024-05-02\nkind: news\nsummary: S\n{more}---\n\n{body}\n"
BODIES = (
    "## Key points\n\n- Jānis Bērziņš won in Riga, as [[janis-berzins|Bērziņš]] said. #riga\n",
    "## Timeline\n\n- 2024-05-02: Bērziņš won.\n- no date\n",
    "## Statements\n\n> We won.\n\n— [[janis-berzins]], at the board, 2024-05-02\n\nand <b>more</b>\n",
    "Jānis Bērziņš met [[nobody]] in Riga, and Bērziņš won.\n",
    "## Positions\n\n- [[janis-berzins]] on #riga: wants more.\n\n## What to watch\n\n- 2025: A match.\n",
    "## Sources differ\n\n- One says so [^match-1]; another [^match-2].\n\n## Key figures\n\n- **2** games\n",
)


@pytest.fixture
def root(tmp_path):
    """A content folder with more files than one process is given at a time, and things wrong in some of them."""
    root = tmp_path / "content"
    files = {
        "players/janis-berzins.md": "---\ntitle: Jānis Bērziņš\nsort_name: Bērziņš, Jānis\nrole: Player\n"
        "country: Latvia\nsummary: S\n---\n",
        "themes/riga.md": "---\ntitle: Riga\nsummary: S\n---\n",
        "outlets/o.md": "---\ntitle: O\nkind: website\n---\n",
        "articles/no-front-matter.md": "Nothing.\n",
        "articles/twice.md": ARTICLE.format(n="twice", more="kind: news\n", body=""),
        "themes/match-1.md": "---\ntitle: Match one\nsummary: S\n---\n\nThe slug is taken.\n",
    }
    more = (
        "",
        "draft: true\n",
        "withdrawn: Why.\n",
        "aliases: [A, B]\n",
        "colour: red\n",
        "redirect_from: [old-{n}]\n",
    )
    for n in range(3 * sources.BATCH):
        given = more[n % 25 % 6 if n % 3 else 0].format(n=n)
        files[f"articles/match-{n}.md"] = ARTICLE.format(n=n, more=given, body=BODIES[n % len(BODIES)])
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    return root


def seen(checked):
    library = checked.library
    parts = (library.documents, library.withdrawn, library.articles, library.redirects, library.fingerprints)
    return (*parts, checked.problems, checked.notes, checked.content.held, checked.content.texts)


@pytest.fixture
def forks(monkeypatch):
    """How many times work was given to other processes."""
    found = []
    fork = workers._gathered
    monkeypatch.setattr(workers, "_gathered", lambda *given: found.append(given[2].processes) or fork(*given))
    return found


@pytest.mark.parametrize("jobs", [2, 3])
def test_several_processes_read_what_one_reads(settings, root, tmp_path, forks, jobs):
    alone = seen(check(root, settings))
    assert {"missing-date", "unknown-link", "raw-html", "unknown-key"} < {problem.code for problem in alone[5]}
    assert alone[6]
    assert not forks
    for _ in range(2):  # once anew, once from memory
        assert seen(check(root, settings, memory=Memory(tmp_path / "documents.db"), jobs=jobs)) == alone
    assert forks[0] == jobs


def test_problems_are_found_in_the_order_of_the_files(settings, root):
    alone, together = (sources.read(root, settings, jobs=jobs).problems for jobs in (1, 2))
    assert alone == together


def test_what_several_processes_found_is_remembered_like_what_one_found(settings, root, tmp_path, monkeypatch):
    for jobs in (1, 2):
        check(root, settings, memory=Memory(tmp_path / f"{jobs}.db"), jobs=jobs)
    parsed = []
    parse = sources.parse
    monkeypatch.setattr(sources, "parse", lambda source, *given: parsed.append(source.path) or parse(source, *given))
    again = []
    for jobs in (1, 2):
        check(root, settings, memory=Memory(tmp_path / f"{jobs}.db"))
        again.append(parsed.copy())
        parsed.clear()
    assert again[0] == again[1]
    assert len(again[0]) < len(list(root.rglob("*.md"))) / 2


def test_names_that_change_are_looked_for_by_several_processes(settings, root, tmp_path, forks):
    store = tmp_path / "documents.db"
    check(root, settings, memory=Memory(store), jobs=2)
    (root / "themes/riga.md").write_text("---\ntitle: Board\nsummary: S\n---\n", "utf-8")
    forks.clear()
    assert seen(check(root, settings, memory=Memory(store), jobs=2)) == seen(check(root, settings))
    assert forks


def test_a_small_site_is_read_by_one_process(settings, tmp_path, forks):
    check(SITE / "content", settings, memory=Memory(tmp_path / "documents.db"), jobs=2)
    assert not forks


def test_a_file_that_was_edited_is_read_by_one_process(settings, root, tmp_path, forks):
    for name in [path.name for path in root.glob("articles/match-*.md")][10:]:
        (root / "articles" / name).unlink()
    check(root, settings, memory=Memory(tmp_path / "documents.db"), jobs=2)
    assert not forks


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_is_raised_wherever_it_happened(settings, root, monkeypatch, jobs):
    def fails(source, *_):
        if source.slug == "match-77":
            raise GeneratorError("this cannot be read")
        return None, ()

    monkeypatch.setattr(sources, "parse", fails)
    with pytest.raises(GeneratorError, match="this cannot be read"):
        sources.read(root, settings, jobs=jobs)


def test_a_process_that_is_ended_is_told_of(settings, root, monkeypatch):
    own = os.getpid()
    monkeypatch.setattr(sources, "parse", lambda *_: os._exit(9) if os.getpid() != own else (None, ()))
    with pytest.raises(GeneratorError, match="is there enough memory"):
        sources.read(root, settings, jobs=2)


# --- packed values


def content_types():
    found = [value for module in (dates, documents, errors, meta, model) for value in vars(module).values()]
    return sorted({one for one in found if isinstance(one, type) and is_dataclass(one)}, key=lambda one: one.__name__)


@pytest.mark.parametrize("kind", content_types(), ids=lambda kind: kind.__name__)
def test_a_value_of_content_is_packed_as_its_fields_alone(kind):
    given = {item.name: f"of {item.name}" for item in fields(kind)}
    value = kind(**given)
    assert value.__reduce_ex__(5)[2] == tuple(given.values())
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(value, protocol))
        assert type(again) is kind
        assert {item.name: getattr(again, item.name) for item in fields(kind)} == given


def test_documents_of_the_small_site_are_the_same_when_they_are_unpacked(settings):
    library = check(SITE / "content", settings).library
    for document in library.documents.values():
        parcel = Parcel(Remembered(document, b"names", (), library.fingerprints[document.path]))
        words = document.body.parts
        again = pickle.loads(pickle.dumps(parcel))
        assert again.found == parcel.found
        assert again.found.document.body.parts == words
        assert pickle.loads(pickle.dumps(again)).packed() == again.packed() == parcel.packed()


def test_what_a_process_sends_is_looked_at_like_a_cache(settings):
    document = next(iter(check(SITE / "content", settings).library.documents.values()))
    # a function is nothing that content is made of
    parcel = Parcel(Remembered(replace(document, slug=print)))
    with pytest.raises(pickle.UnpicklingError):
        pickle.loads(pickle.dumps(parcel))


def documents_that_are_parsed(*bodies):
    for body in bodies:
        text = f"---\ntitle: A\nsummary: s\n---\n\n{body}\n"
        yield sources.parse(Source("themes/a.md", "content/themes/a.md", text), Kind.THEME)[0]


def recalled(memory, data):
    return memory.recall("themes/a.md", "theme", "content/themes/a.md", data)


def test_what_another_process_has_written_meanwhile_is_not_taken_for_what_was_there(tmp_path):
    one, two = documents_that_are_parsed("First words.", "Second words.")
    for other in (b"one", b"two"):  # another file, and the same file made of something else
        path = tmp_path / f"{other!r}.db"
        server = Memory(path, b"basis")
        assert recalled(server, b"one") is None
        server.remember([Parcel(Remembered(one, b"names"))])
        server.forget("themes/a.md")
        beside = Memory(path, b"basis" if other == b"two" else b"another basis")
        assert recalled(beside, other) is None
        beside.remember([Parcel(Remembered(two, b"names"))])
        assert recalled(server, b"one") is None


CLASSES = [
    value
    for module in (dates, documents, errors, meta, model, settings_module)
    for value in vars(module).values()
    if isinstance(value, type) and value.__module__ == module.__name__
]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_no_pickle_changes_a_type_of_content(kind):
    before = dict(vars(kind))
    name = f"c{kind.__module__}\n{kind.__name__}\n".encode()
    for state in (b"}\x8c\x07escapes)s", b"N}\x8c\x07escapes)s\x86"):  # as attributes, and as slots
        with pytest.raises(_SPOILT):
            _loaded(b"\x80\x04" + name + state + b"b.")
    assert dict(vars(kind)) == before


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="this system does not tell which files are open")
def test_memories_that_are_gone_hold_no_file_open(settings, tmp_path):
    def opened():
        for number in range(5):
            check(SITE / "content", settings, memory=Memory(tmp_path / f"{number}" / "documents.db"))
        gc.collect()
        return len(list(Path("/proc/self/fd").iterdir()))

    assert opened() == opened()


def test_a_server_whose_names_change_again_and_again_needs_no_more_room(settings, root, tmp_path):
    memory, theme = Memory(tmp_path / "documents.db"), root / "themes/riga.md"
    sizes = []
    for number in range(6):
        theme.write_text(f"---\ntitle: Riga\naliases: [Port {number}]\nsummary: S\n---\n", "utf-8")
        library = check(root, settings, memory=memory).library
        sizes.append(os.fstat(memory._spills._file._file.fileno()).st_size)
    assert max(sizes) < 2 * sizes[0]
    assert all(document.body.parts is not None for document in library.documents.values())


@pytest.mark.parametrize("jobs", [1, 2])
def test_digests_are_parsed_once_where_names_are_added_in_front_of_those_that_are_remembered(
    settings, root, tmp_path, monkeypatch, jobs
):
    front = "---\ntitle: {}\nsort_name: Bērziņš, X\nrole: Player\ncountry: Latvia\nsummary: S\n---\n"
    (root / "players/zane.md").write_text(front.format("Zane Bērziņa-Bērziņš"), "utf-8")
    check(root, settings, memory=Memory(tmp_path / "d.db"))
    (root / "players/aivars.md").write_text(front.format("Aivars Bērziņš"), "utf-8")
    (root / "articles/new.md").write_text(ARTICLE.format(n="new", more="", body=BODIES[0]), "utf-8")
    content = sources.read(root, settings, memory=Memory(tmp_path / "d.db"), jobs=jobs)
    assert content.linked["articles/new.md"].names == Finder(content.documents).fingerprint


def test_outlines_that_are_read_share_what_is_equal_and_only_within_their_sort():
    """A word is equal to the member of an enumeration that has it, and must not stand for it."""
    tag, date = ReferenceKind.TAG, dates.parse_date("2024-05-02")

    def outline(names, leads):
        head = Head(model.KeyPoint, "kp-1", date, names, names, names, names[0], leads)
        return Outline((Passage(tag.value, leads), Group(model.KeyPoint, (head,))), names)

    names, leads = (tag.value, "trade"), ((tag, "trade"),)
    apart = [pickle.loads(pickle.dumps(outline(names, leads))) for _ in range(2)]
    assert apart[0].spelled is not apart[1].spelled
    one, other = map(alike, apart)
    assert one == other == outline(names, leads)
    assert [kind for kind, _ in one.leads()] == [tag, tag]
    assert all(type(kind) is ReferenceKind for kind, _ in one.leads())
    assert {type(name) for name in one.spelled} == {str}
    for this, that in zip(one.heads(), other.heads(), strict=True):
        assert this.tags is this.names is that.citations is one.spelled
        assert this.leads is that.leads is one.passages()[0].leads
        assert this.date is that.date
        assert this.owner is that.owner is one.passages()[0].heading


def test_what_outlines_share_is_forgotten_once_all_documents_are_read():
    one, other = (alike(Outline((), pickle.loads(pickle.dumps(("trade",))))) for _ in range(2))
    assert one.spelled is other.spelled
    Memory().remember(())
    assert alike(Outline((), pickle.loads(pickle.dumps(("trade",))))).spelled is not one.spelled


@pytest.mark.parametrize("again", [False, True])
def test_documents_that_several_processes_read_or_that_are_remembered_share_their_names(
    settings, root, tmp_path, again
):
    memory = tmp_path / "documents.db"
    for _ in range(1 + again):
        library = check(root, settings, memory=Memory(memory), jobs=2).library
    found = {}
    for document in library.documents.values():
        for head in document.body.outline.heads():
            found.setdefault(head.names, set()).add(id(head.names))
    assert max(map(len, found)) > 0
    assert all(len(ids) == 1 for names, ids in found.items() if names)
