"""What refers to a page, and what is related to it."""

from dataclasses import replace

import pytest

from generator.linking.backlinks import How, collect
from generator.linking.link import link
from generator.linking.related import _Index, relate
from generator.reading.sources import read


@pytest.fixture
def write(tmp_path, settings):
    """Return a function that writes a document, and one that reads and links all of them."""

    def document(path, front, body=""):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(f"---\n{front}\n---\n\n{body}\n", "utf-8")

    document("outlets/gazette.md", "title: Gazette\nkind: newspaper")
    document.library = lambda: link(read(tmp_path, settings))[0]
    return document


def leader(name):
    first, last = name.split()
    return f"title: {name}\nsort_name: '{last}, {first}'\nrole: Player\ncountry: Latvia\nsummary: s"


def article(*terms, day="2024-05-02", **more):
    lists = {"summits": [], "leaders": [], "themes": []}
    for term in terms:
        lists[next(kind for kind in lists if kind[0] == term[0])].append(term)
    front = f"title: About {' '.join(terms)}\noutlet: gazette\npublished: {day}\nkind: news\nsummary: s"
    return front + "".join(f"\n{kind}: [{', '.join(slugs)}]" for kind, slugs in lists.items() if slugs)


def seen(links):
    return [(b.how, b.origin.slug, b.anchor, b.sentence("en").source, b.more) for b in links if not b.participant]


def test_a_page_knows_who_said_took_a_position_attended_mentions_and_cites(write):
    write("players/anna.md", leader("Anna Berzina"))
    write(
        "themes/clocks.md", "title: Chess clocks\nsummary: s", "It was slow. Anna Berzina objected.[^digest] Then no."
    )
    write(
        "matches/riga.md",
        "title: Riga match\nstart: 2024-05-01\nsummary: s\n"
        "participants: [{leader: anna, status: attended, cite: [digest]}]",
    )
    write(
        "articles/digest.md",
        article("themes-x").replace("\nthemes: [themes-x]", ""),
        "## Key points\n- First a point. Anna Berzina won, at last. And more.\n- Anna Berzina again.\n\n"
        "## Statements\n> a fine game\n\n— [[anna]]\n\n## Positions\n- [[anna]] on #clocks: wants slow ones.\n",
    )
    backlinks = collect(write.library())
    ways = [b.how for b in backlinks["anna"]]
    assert ways == [How.SAID, How.POSITION, How.ATTENDED, How.MENTIONED, How.MENTIONED]
    said, position, theme, digest = seen(backlinks["anna"])
    assert said[1:2] == ("digest",)
    assert said[3] == "a fine game"
    assert position[3] == "[[anna]] on #clocks: wants slow ones."
    assert theme[1:] == ("clocks", "", "Anna Berzina objected.[^digest]", 0)
    assert digest[3:] == ("Anna Berzina won, at last.", 1)
    assert digest[2].startswith("point-")
    assert seen(backlinks["digest"]) == [(How.CITED, "clocks", "", "Anna Berzina objected.[^digest]", 0)]
    assert "clocks" in backlinks
    assert "gazette" not in backlinks


def test_a_page_does_not_refer_to_itself(write):
    write("players/anna.md", leader("Anna Berzina"), "[[anna]] is Anna Berzina.")
    assert collect(write.library()) == {}


def test_a_mention_in_prose_leads_to_its_section(write):
    write("players/anna.md", leader("Anna Berzina"))
    write("themes/clocks.md", "title: Clocks\nsummary: s", "## What *she* wants\n\nSo says Anna Berzina.")
    ((_, origin, anchor, sentence, _),) = seen(collect(write.library())["anna"])
    assert (origin, anchor, sentence) == ("clocks", "what-she-wants", "So says Anna Berzina.")


def related(library, slug):
    return [(r.document.slug, [term.slug for term in r.because]) for r in relate(library)[slug]]


@pytest.fixture
def covered(write):
    for slug in ("lea", "leo", "lil", "lou"):
        write(f"players/{slug}.md", leader(f"{slug.capitalize()} Kalns"))
    for slug in ("tempo", "trade"):
        write(f"themes/{slug}.md", f"title: {slug.capitalize()}\nsummary: s")
    return write


def test_related_documents_share_terms_and_say_which(covered):
    covered("articles/one.md", article("lea", "leo", "tempo"))
    covered("articles/two.md", article("lea", "leo", "trade"))
    covered("articles/three.md", article("lil", "lou"))
    library = covered.library()
    assert related(library, "one") == [("two", ["lea", "leo"])]
    assert related(library, "three") == []


def test_a_rare_term_in_common_counts_for_more_than_a_frequent_one(covered):
    covered("articles/one.md", article("lea", "leo", "tempo"))
    covered("articles/rare.md", article("leo", "tempo"))
    for number in range(6):
        covered(f"articles/often-{number}.md", article("lea", "tempo"))
    assert related(covered.library(), "one")[0] == ("rare", ["leo", "tempo"])


def test_of_two_that_share_the_same_the_nearer_in_time_comes_first(covered):
    covered("articles/one.md", article("lea", "leo", day="2024-05-02"))
    covered("articles/far.md", article("lea", "leo", day="2022-05-02"))
    covered("articles/near.md", article("lea", "leo", day="2024-05-09"))
    assert [slug for slug, _ in related(covered.library(), "one")] == ["near", "far"]


def test_what_shares_a_frequent_term_is_found_beyond_those_that_are_nearest_in_time(covered):
    covered("articles/one.md", article("lea", "leo"))
    covered("articles/far.md", article("lea", "leo", day="2022-05-02"))
    for number in range(40):
        covered(f"articles/{'az'[number % 2]}-{number}.md", article("leo"))
    assert related(covered.library(), "one") == [("far", ["lea", "leo"])]


def test_what_shares_two_frequent_terms_is_found_beyond_those_that_share_one(covered):
    covered("articles/one.md", article("lea", "leo"))
    covered("articles/far.md", article("lea", "leo", day="2022-05-02"))
    for number in range(160):
        covered(f"articles/{'az'[number % 2]}-{number}.md", article(("lea", "leo")[number // 2 % 2]))
    assert related(covered.library(), "one") == [("far", ["lea", "leo"])]


def test_related_documents_do_not_depend_on_the_order_of_files(covered, settings, tmp_path):
    for number in range(8):
        covered(f"articles/a-{number}.md", article("lea", "leo", "tempo"))
    library = covered.library()
    content = read(tmp_path, settings)
    turned, _ = link(replace(content, documents=content.documents[::-1]))
    assert [related(turned, f"a-{n}") for n in range(8)] == [related(library, f"a-{n}") for n in range(8)]


def test_a_term_of_thousands_of_documents_does_not_make_all_of_them_candidates(covered, monkeypatch):
    for number in range(300):
        covered(
            f"articles/a-{number}.md", article("lea", "leo", day=f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}")
        )
    library = covered.library()
    compared = []
    score = _Index.score
    monkeypatch.setattr(_Index, "score", lambda self, a, b: compared.append((a, b)) or score(self, a, b))
    dict(relate(library))
    assert 300 < len(compared) < 300 * 90
