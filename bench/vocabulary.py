"""Words and names for made-up articles: drawn as in real prose, few of them often and most of them seldom."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate


def _list(text: str) -> tuple[str, ...]:
    return tuple(text.split())


class Zipf:
    """Draws numbers below `size`, the n-th in proportion to 1 / (n + shift) ** power (Zipf and Mandelbrot)."""

    def __init__(self, size: int, power: float = 1.0, shift: float = 1.0) -> None:
        self.totals = list(accumulate((n + shift) ** -power for n in range(size)))

    def draw(self, chance: random.Random) -> int:
        return bisect_left(self.totals, chance.random() * self.totals[-1])


class Words:
    """Words of one part of speech, the first of them the most frequent."""

    def __init__(self, text: str) -> None:
        self.words = text.split()
        self.zipf = Zipf(len(self.words), power=0.9, shift=2.7)

    def draw(self, chance: random.Random) -> str:
        return self.words[self.zipf.draw(chance)].replace("_", " ")


NOUNS = Words(
    "government agreement talks proposal border trade market meeting plan report price bank grant minister"
    " parliament ministry company project energy policy industry security committee budget region port export"
    " import tariff statement decision measure programme reform investment pipeline harvest treaty ceasefire"
    " delegation election sanction vote court fund loan debt deficit currency inflation growth supply demand"
    " contract negotiation commission council union alliance coalition opposition majority minority cabinet"
    " embassy envoy mission visit summit declaration communique draft text clause article annex protocol deadline"
    " extension delay crisis conflict dispute claim territory coast river dam reservoir drought flood storm"
    " climate emission carbon gas oil coal uranium electricity grid reactor turbine panel battery mineral copper"
    " lithium nickel steel cement timber grain wheat rice maize sugar fertiliser fish fishery vessel fleet ship"
    " harbour canal strait railway road bridge tunnel airport airline flight corridor customs inspection licence"
    " permit quota subsidy tax levy duty revenue expenditure pension wage strike worker union employer factory"
    " plant mine farm farmer village city province capital resident refugee migrant visa passport camp school"
    " university hospital clinic vaccine disease medicine doctor nurse aid relief convoy shelter food water famine"
    " army soldier officer drone missile radar base exercise patrol frontier observer monitor inspector mediator"
    " guarantor lawyer judge prosecutor prison amnesty exchange hostage detainee archive satellite network cable"
    " server software standard patent research laboratory scientist student teacher newspaper broadcaster"
    " journalist interview briefing speech address letter memorandum footnote translation map survey census"
    " forecast estimate audit ledger bond reserve creditor lender investor shareholder auction tender bid stake"
    " merger venture warehouse container freight insurance broker exporter importer wholesaler retailer consumer"
    " household tenant landlord mortgage housing construction planning zoning landscape forest wetland glacier"
)
ADJECTIVES = Words(
    "new joint national regional foreign public final economic political international common economic annual"
    " military local private bilateral direct open formal early recent senior likely possible difficult small"
    " large long short first second third high low strong weak full partial temporary permanent provisional legal"
    " fiscal monetary industrial agricultural maritime coastal northern southern eastern western central rural"
    " urban civil humanitarian technical nuclear renewable digital commercial strategic financial environmental"
    " judicial electoral diplomatic ambitious cautious modest sweeping narrow binding voluntary unilateral"
    " multilateral independent neutral mutual outstanding unresolved sensitive controversial unexpected gradual"
    " rapid steady sharp slight considerable record seasonal quarterly costly affordable reliable fragile durable"
    " credible reciprocal supplementary preliminary"
)
VERBS = Words(
    "approved rejected proposed discussed delayed signed announced extended reviewed welcomed opposed backed"
    " questioned funded opened closed reopened suspended resumed reduced raised doubled cut expanded limited"
    " replaced drafted amended adopted blocked vetoed endorsed renewed ended began finished presented published"
    " postponed examined inspected monitored financed insured exempted restored rebuilt abandoned revived"
    " negotiated settled contested disputed confirmed denied clarified criticised defended challenged protected"
    " threatened weakened strengthened stabilised undermined complicated simplified accelerated slowed outlined"
    " summarised repeated withdrew offered accepted requested demanded granted refused purchased sold shipped"
    " diverted stored rationed"
)
INFINITIVES = Words(
    "approve reject discuss delay sign extend review support oppose fund open close suspend resume reduce raise"
    " expand limit replace amend adopt block renew end begin present publish postpone examine monitor finance"
    " restore rebuild abandon revive negotiate settle contest confirm clarify defend protect weaken strengthen"
    " stabilise simplify accelerate withdraw offer accept request grant refuse buy sell ship divert store ration"
    " coordinate harmonise"
)
SAYING = Words(
    "said argued warned added insisted suggested noted hoped explained stressed replied conceded predicted"
    " acknowledged maintained complained recalled"
)
ADVERBS = Words(
    "soon again together quickly slowly gradually formally publicly quietly jointly separately carefully openly"
    " unanimously provisionally reluctantly repeatedly eventually partly largely"
)
LINKING = Words(
    "after before while because although once unless until since as where"
)  # how the second clause of a sentence begins
PLACING = Words("in on at near under before after without despite during around within across beyond against")
UNITS = Words("million_euros tonnes billion_crowns members_of_parliament vessels kilometres per_cent megawatts jobs")
QUALITIES = Words("grain border water trade energy port debt rail fishery migration climate mineral data health food")
MATTERS = Words(
    "security exports prices sharing crossings safety finance reform standards tariffs quotas corridors research"
    " monitoring insurance guarantees relief taxation ownership infrastructure storage labelling disputes"
    " licensing"
)
OFFICES = Words(
    "Foreign_Minister President Prime_Minister Finance_Minister Energy_Minister Trade_Minister Defence_Minister"
    " Special_Envoy Ambassador Central_Bank_Governor Agriculture_Minister Chief_Negotiator Secretary-General"
)
GIVEN = _list(
    "Ana Marek Ilse Tomas Leyla Jonas Mira Pavel Sofia Emil Nadia Viktor Elena Omar Greta Luca Irena Samir Katya"
    " Bruno Amina Stefan Lucia Karim Hanna Mateo Zora Filip Yasmin Oskar Clara Anton Selma Hugo Petra Malik Nora"
    " Andrei Rosa Henrik Farah Daniel Ingrid Rafael Olga Tarik Marta Erik Salma Julian Vera Idris Paula Milan"
    " Aisha Felix Dina Georg Layla Simon Tereza Hassan Alma Nikola Beatriz Kamil Freya Diego Sana Roman Edith"
    " Jamal Livia Peter Zeynep Aron Camila Yusuf Helga Marco Nour Dmitri Eva Rashid Silvia Kaspar Mona Adrian Lena"
    " Bashir Carla Jakob Rania Tobias Elif Ivan Judit Walid Mariam Axel Ioana Nabil Astrid Ramon Halina Latif"
    " Bianca Sven Dalia Otto Renata"
)
STEMS = _list(
    "Var Mel Kor Dan Tol Ber Zan Hal Ros Vel Mar Kal Ost Fen Gor Lin Sab Nem Pol Ras Ard Bel Cor Del Esk Far Gal"
    " Hov Ister Jar Kest Lor Mont Nor Orl Pet Quin Rav Sol Tren Ulm Vor Wal Yar Zel Aban Brel Crov Dray Elm Fros"
    " Grin Holt Irm Joss Kram Lund Mirk Nast Oder Prav Rell Stav Thal Umber Vint Wend Yel Zor"
)
SURNAME_ENDS = _list(
    "ić enko ova sen mann berg oğlu ez eira escu ian idze aitis ström zadeh owski elli ard ur ani iou ács ásy dal"
    " houd ulu inen avičius eaux"
)
PLACE_ENDS = _list("burg ava ograd mouth ia stead holm ora anto ey vik abad essa ine by haven ford una elle isk")
LANDS = _list("ia avia onia istan land mark ora enia aria esia")
FAMILY = _list("Tae Seo Lhan Qiu Nao Bui Doh Wen Zhai Mok Ryu Shen Hae Cao Trinh Oda Kwai Pham Jeong Lau")
PERSONAL = _list("Min-jae Haru Lien Soo-ah Jun Thi-mai Ken Bao-yu Hyun Akira Xiu Duc Mei-lin Ren Yuna Khanh")
BODIES = _list("Council Union Assembly Forum League Compact Commission Bank Conference Partnership")
PRESS = _list("Courier Herald Gazette Observer Tribune Chronicle Monitor Dispatch Examiner Review Post Record")


def place(chance: random.Random) -> str:
    return chance.choice(STEMS) + chance.choice(("", "", "a", "o", "en")) + chance.choice(PLACE_ENDS)


def land(chance: random.Random) -> str:
    return chance.choice(STEMS) + chance.choice(("", "a", "o", "er")) + chance.choice(LANDS)


def person(chance: random.Random) -> tuple[str, str]:
    """Return a full name, and the surname in it; one in eight begins with the surname, as in East Asia."""
    if chance.random() < 0.125:
        family = chance.choice(FAMILY)
        return f"{family} {chance.choice(PERSONAL)}", family
    surname = chance.choice(STEMS) + chance.choice(("", "", "a", "i", "in")) + chance.choice(SURNAME_ENDS)
    return f"{chance.choice(GIVEN)} {surname}", surname


class Distinct:
    """Names that were given, so that no other is the same or a letter away from one."""

    def __init__(self) -> None:
        self.forms: set[str] = set()

    def take(self, name: str) -> bool:
        """Take a name, unless it is too much like one that was given. Two names a letter apart share a form."""
        plain = name.casefold()
        forms = {plain, *(plain[:at] + plain[at + 1 :] for at in range(len(plain)))}
        if self.forms & forms:
            return False
        self.forms |= forms
        return True


def pick(chance: random.Random, zipf: Zipf, count: int, among: Sequence[int] = ()) -> list[int]:
    """Return `count` different numbers of a distribution, those `among` first in half of the draws."""
    found: dict[int, None] = {}
    for _ in range(count * 8):
        near = among and chance.random() < 0.5
        found[chance.choice(among) if near else zipf.draw(chance)] = None
        if len(found) == count:
            break
    return list(found)
