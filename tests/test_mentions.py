"""Names in prose become links, and a wrong link is worse than a missing one."""

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.model import ReferenceKind, Statement
from generator.content.names import fold, fold_with_places, inverted, surname_of
from generator.core.errors import Severity
from generator.linking.link import link
from generator.reading.mentions import Finder
from generator.reading.sources import read

PEOPLE = {
    "kim-min-jae": ("Kim Min Jae", "Kim Min Jae", "Coach", "Korea"),
    "kim-so-ra": ("Kim So Ra", "Kim So Ra", "Player", "Korea"),
    "lee-hana": ("Lee Hana", "Lee Hana", "President", "Korea"),
    "tariq-sharif": ("Tariq Sharif", "Sharif, Tariq", "Prime Minister", "Pakistan"),
    "mohammed-al-fahim": ("Mohammed bin Ali al-Fahim", "Fahim, Mohammed bin Ali al-", "Foreign Minister", "Qatar"),
    "wang-jun": ("Wang Jun", "Wang Jun", "Arbiter", "China"),
    "magnus-berzins": ("Magnus Bērziņš", "Bērziņš, Magnus", "Grandmaster", "Latvia"),
    "anna-park": ("Anna Park", "Park, Anna", "Player", "Canada"),
    "ella-may": ("Ella May", "May, Ella", "Player", "Norway"),
}


@pytest.fixture
def linked(tmp_path, settings):
    """Return a function that gives what a digest's body links to by itself: slug and words, in order."""

    def write(name, text):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")

    for slug, (title, sort_name, role, country) in PEOPLE.items():
        front = f"title: {title}\nsort_name: {sort_name}\nrole: {role}\ncountry: {country}\nsummary: s\n"
        aliases = {"magnus-berzins": "aliases: [Magnus the Quick]\n", "mohammed-al-fahim": "aliases: [Al-Fahim]\n"}
        write(f"players/{slug}.md", f"---\n{front}{aliases.get(slug, '')}---\n")
    write(
        "matches/riga.md",
        "---\ntitle: Riga match\naliases: [Riga Open]\nstart: 2024-05-01\ncity: Riga\nsummary: s\n---\n",
    )
    write("themes/clocks.md", "---\ntitle: Chess clocks\naliases: [time control, FIDE]\nsummary: s\n---\n")
    write("outlets/gazette.md", "---\ntitle: Gazette\nkind: newspaper\n---\n")

    def run(body, *leaders, authors=""):
        front = "title: A digest\noutlet: gazette\npublished: 2024-05-02\nkind: news\nsummary: s\n"
        front += f"leaders: [{', '.join(leaders)}]\n" if leaders else ""
        front += f"authors: [{authors}]\n" if authors else ""
        write("articles/digest.md", f"---\n{front}---\n\n{body}\n")
        library, run.notes = link(read(tmp_path, settings))
        run.document = library.documents["digest"]
        references = run.document.body.references
        return [(ref.slug, ref.label) for ref in references if ref.kind is ReferenceKind.MENTION]

    return run


# --- what becomes a link


@pytest.mark.parametrize(
    ("text", "slug", "words"),
    [
        ("Magnus Bērziņš won.", "magnus-berzins", "Magnus Bērziņš"),
        ("Magnus Berzins won.", "magnus-berzins", "Magnus Berzins"),
        ("Then Magnus the Quick won.", "magnus-berzins", "Magnus the Quick"),
        ("The win was Lee Hana’s.", "lee-hana", "Lee Hana"),
        ("President Lee Hana spoke.", "lee-hana", "Lee Hana"),
        ("It was won by Lee\nHana in Riga.", "lee-hana", "Lee Hana"),
        ("A Riga match, then.", "riga", "Riga match"),
        ("The Riga Open began.", "riga", "Riga Open"),
        ("Time control was new.", "clocks", "Time control"),
        ("| a | b |\n|---|---|\n| Wang Jun | 1 |", "wang-jun", "Wang Jun"),
        ("**Wang Jun** and others.", "wang-jun", "Wang Jun"),
        ("So said Tariq Sharif.", "tariq-sharif", "Tariq Sharif"),
        ("Kim Min-jae won.", "kim-min-jae", "Kim Min-jae"),
        ("Grandmaster Magnus Bērziņš won.", "magnus-berzins", "Magnus Bērziņš"),
        (
            "After the game Foreign Minister Mohammed bin Ali al-Fahim left.",
            "mohammed-al-fahim",
            "Mohammed bin Ali al-Fahim",
        ),
    ],
)
def test_a_name_in_prose_becomes_a_link(linked, text, slug, words):
    assert linked(text) == [(slug, words)]


def test_a_name_is_linked_once_in_each_section_and_in_each_record(linked):
    body = "Lee Hana won. Lee Hana left.\n\n## More\nLee Hana again.\n"
    body += "\n## Key points\n- Lee Hana won.\n- So Lee Hana left."
    assert linked(body) == [("lee-hana", "Lee Hana")] * 4


def test_a_name_that_the_section_links_to_by_hand_is_not_linked_again(linked):
    assert linked("Lee Hana won, as [[lee-hana]] does.") == []


def test_the_longest_name_wins(linked):
    assert linked("The Riga Open of FIDE.") == [("riga", "Riga Open"), ("clocks", "FIDE")]


def test_a_record_concerns_those_whom_its_text_names_and_a_statement_has_its_speaker(linked):
    linked("## Statements\n> a fine game\n\n— Lee Hana, 2024-05-01\n")
    (statement,) = linked.document.body.records
    assert isinstance(statement, Statement)
    assert (statement.speaker, statement.names) == ("lee-hana", ("lee-hana",))


# --- where nothing is linked


@pytest.mark.parametrize(
    "text",
    [
        "## Lee Hana",
        "> Lee Hana won.",
        "He said “Lee Hana won” and left.",
        'He said "Lee Hana won" and left.',
        "See [Lee Hana](https://example.org/).",
        "See `Lee Hana`.",
        "    Lee Hana",
        "See <https://example.org/Lee Hana>.",
        "See https://example.org/Wang Jun/x.",
        "Lee Hana{.nolink} won.",
        "The win was Lee Hana’s{.nolink}.",
    ],
)
def test_a_name_is_not_linked_in_headings_quotations_links_and_code_nor_where_it_is_switched_off(linked, text):
    assert linked(text) == []


def test_the_mark_that_switches_a_link_off_is_not_shown(linked):
    linked("Lee Hana{.nolink} won.")
    (prose,) = linked.document.body.parts
    ((start, end),) = prose.text.comments
    assert prose.text.source[start:end] == "{.nolink}"


# --- surnames


@pytest.mark.parametrize(
    ("text", "leaders", "expected"),
    [
        ("President Lee spoke.", ["lee-hana"], ["lee-hana"]),
        ("When Lee spoke, all listened.", ["lee-hana"], ["lee-hana"]),
        ("It was over for Lee.", ["lee-hana"], ["lee-hana"]),
        ("| who |\n|---|\n| Lee |", ["lee-hana"], ["lee-hana"]),
        ("Lee’s win, and Sharif's.", ["lee-hana", "tariq-sharif"], ["lee-hana", "tariq-sharif"]),
        ("The Lee–Sharif game.", ["lee-hana", "tariq-sharif"], ["lee-hana", "tariq-sharif"]),
        ("The Lee-Sharif game.", ["lee-hana", "tariq-sharif"], ["lee-hana", "tariq-sharif"]),
        ("In Riga Sharif won.", ["tariq-sharif"], ["tariq-sharif"]),  # a place of a meeting on file
        ("In Oslo Sharif won.", ["tariq-sharif"], []),
        ("In 2024 Prime Minister Sharif won.", ["tariq-sharif"], ["tariq-sharif"]),
        ("On 2 May Sharif won.", ["tariq-sharif"], ["tariq-sharif"]),
        ("Lee spoke.", [], []),
        ("Lee Hana spoke, then Lee left.\n\n## On\n\nLee was gone.", [], ["lee-hana", "lee-hana"]),
        ("[[lee-hana]] spoke.\n\n## On\n\nLee was gone.", [], ["lee-hana"]),
        ("Kim won.", ["kim-min-jae"], ["kim-min-jae"]),
        ("Kim won.", ["kim-min-jae", "kim-so-ra"], []),
        ("Kim won against Kim So Ra.", ["kim-min-jae"], ["kim-so-ra"]),
    ],
)
def test_a_surname_counts_where_the_document_names_the_person_and_nobody_else_of_that_name(
    linked, text, leaders, expected
):
    assert [slug for slug, _ in linked(text, *leaders)] == expected


@pytest.mark.parametrize(
    ("text", "leaders"),
    [
        ("Kim Tae-woo won, and Kim lost.", ["kim-min-jae"]),
        ("Hyun-jin Kim won, and Kim lost.", ["kim-min-jae"]),
        ("Lee Kuan Yew was there; Lee spoke.", ["lee-hana"]),
        ("Wang Xiaohong was there. Wang spoke.", ["wang-jun"]),
        ("Omar Sharif was there. Sharif spoke.", ["tariq-sharif"]),
        ("Sharif University was there.", ["tariq-sharif"]),
        ("Omar al-Sharif spoke.", ["tariq-sharif"]),
        ("Sharif bin Omar spoke.", ["tariq-sharif"]),
        ("The University of Sharif was there.", ["tariq-sharif"]),
        ("Lake Park is near.", ["anna-park"]),
        ("Lee-Ann was there.", ["lee-hana"]),
        ("O’Lee was there.", ["lee-hana"]),
        ("They went to the park with Park.", ["anna-park"]),
        ("It was in May.", ["ella-may"]),
        ("May was cold.", ["ella-may"]),
        ("Leeds is far from Sharifabad.", ["lee-hana", "tariq-sharif"]),
        ("lee and sharif, in small letters.", ["lee-hana", "tariq-sharif"]),
    ],
)
def test_a_surname_is_not_taken_for_a_person_where_it_may_be_another_or_none(linked, text, leaders):
    assert linked(text, *leaders) == []


@pytest.mark.parametrize(
    "text",
    [
        "The Lee Hana Stadium was full.",
        "Park Lee Hana won.",
        "Mohammed bin Ali al-Fahim Foundation.",
        "Mohammed bin Salman spoke.",
        "Wang Junior won.",
        "Anna Parker won.",
    ],
)
def test_a_name_inside_a_longer_one_is_not_linked(linked, text):
    assert linked(text) == []


def test_an_author_of_the_same_surname_makes_it_ambiguous(linked):
    assert linked("Kim won.", "kim-min-jae", authors="Kim Tae-woo") == []


def test_a_title_before_a_common_word_tells_that_it_is_a_name(linked):
    assert linked("In the park President Park spoke.", "anna-park") == [("anna-park", "Park")]


def test_check_can_say_why_a_name_is_no_link_and_where(linked):
    linked("One line.\nThen Kim won.", "kim-min-jae", "kim-so-ra")
    (note,) = linked.notes
    assert note.severity is Severity.NOTE
    assert str(note.location) == "content/articles/digest.md:11:6"
    assert note.message == (
        "“Kim” is not linked to `kim-min-jae` or `kim-so-ra`: the document names several people of that name"
    )


# --- other scripts


def test_names_are_found_in_scripts_that_set_no_spaces():
    class Meta:
        title, aliases, sort_name, redirect_from, role = "丁立人", ("이재명",), "", (), "棋手"

    class Document:
        kind, slug, meta = "leader", "ding", Meta

    finder = Finder([Document])
    source = "冠军丁立人获胜。 이재명은 왔다."
    assert [source[o.start : o.end] for o in finder.occurrences(source)] == ["丁立人", "이재명"]
    source = normalize("NFD", source)
    assert [normalize("NFC", source[o.start : o.end]) for o in finder.occurrences(source)] == ["丁立人", "이재명"]


def test_folding_keeps_the_place_of_every_character():
    folded, places = fold_with_places("Ein Straßenfest, İstanbul")
    assert folded == "ein strassenfest, istanbul"
    assert places is not None
    assert "Straßenfest, İstanbul"[places[folded.index("istanbul")] - 4] == "İ"
    assert fold_with_places("plain")[1] is None
    assert fold("Jong-un\nKim") == "jong un kim"


def test_the_surname_is_told_by_the_sort_name():
    assert [surname_of(name) for name in ("Lee Hana", "Park, Anna", "Pelé", "")] == ["Lee", "Park", "", ""]


def test_an_index_shows_a_sort_name_that_is_the_title_in_another_order():
    names = (
        ("Anna Park", "Park, Anna"),
        ("Majed al-Ansari", "Ansari, Majed al-"),
        ("Lee Hana", None),
        ("石破 茂", "いしば, しげる"),
    )
    shown = [inverted(title, sort_name) for title, sort_name in names]
    assert shown == ["Park, Anna", "Ansari, Majed al-", "Lee Hana", "石破 茂"]


@pytest.mark.parametrize("text", ["한국", "Bērziņš", "Việt Nam", "কো", "ガ", "İstanbul"])
def test_a_name_is_the_same_however_its_characters_are_composed(text):
    assert fold(normalize("NFD", text)) == fold(normalize("NFC", text))


@given(st.text(st.sampled_from("aße\u0301\u0323\u1100\u1161\u11a8가각한\u09c7\u09be …½-\n")))
def test_every_character_of_a_folded_text_has_a_place_in_the_text_in_order(text):
    folded, places = fold_with_places(text)
    assert folded == fold(text)
    assert places is None or (len(places) == len(folded) + 1 and places == sorted(places))
    assert places is not None or len(folded) == len(text)


def test_the_accent_that_a_decomposed_name_ends_with_is_part_of_it(linked):
    text = normalize("NFD", "Then Magnus Bērziņš won.")
    assert linked(text) == [("magnus-berzins", text[len("Then ") : -len(" won.")])]
