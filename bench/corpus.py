"""A made-up site of any size: the same content for the same numbers, on no subject in particular.

python bench/corpus.py FOLDER ARTICLES [LEADERS SUMMITS THEMES]
"""

from __future__ import annotations

import random
import sys
from datetime import date, timedelta
from pathlib import Path


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SYLLABLES = _words(
    "ba da fa ga ka la ma na pa ra sa ta va za ber dor fel gim kor lun mor nel por rin sol tam vel zan"
)
WORDS = _words(
    "the of and to in a is that for it as was with be by on not he his but at are this have from or had an"
    " they which  one you were all her she there would their we him been has when who will no more if out so up"
    " said what its about  than into them can only other time new some could these two may first then do any"
    " like my now over such our man  me even most made after also did many must before through back years where"
    " much your way well down should because  long each just state those people too mister little good world"
    " make very year still see own work men day get here  agreement talks proposal measure border trade meeting"
    " minister government statement plan report figure bank grant"
)


def name(number: int, parts: int, seed: str) -> str:
    """Return a name of several capitalised words, another for each number."""
    chance = random.Random(f"{seed}-{number}")
    words = [
        "".join(chance.choice(SYLLABLES) for _ in range(chance.randint(2, 3))).capitalize() for _ in range(parts)
    ]
    return " ".join(words) + (f"{chance.choice(SYLLABLES)}" if number % 3 == 0 else "")


def write_site(folder: Path, articles: int, leaders: int, summits: int, themes: int) -> None:
    """Write the content of a site below `folder`."""

    def put(path: str, front: str, body: str = "") -> None:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"---\n{front}\n---\n\n{body}\n", "utf-8")

    people = [name(n, 2, "leader") + f" {n:x}".replace(" ", "") for n in range(leaders)]
    for n, person in enumerate(people):
        first, last = person.split()
        front = f"title: {person}\nrole: Minister\ncountry: {name(n % 60, 1, 'country')}\nsummary: s"
        put(f"leaders/leader-{n}.md", f"{front}\nsort_name: '{last}, {first}'")
    for n in range(summits):
        day = date(2015, 1, 1) + timedelta(days=n * 17)
        put(f"summits/summit-{n}.md", f"title: Summit of {name(n, 1, 'place')} {n}\nstart: {day}\nsummary: s")
    for n in range(themes):
        put(f"themes/theme-{n}.md", f"title: {name(n, 1, 'theme').lower()} question {n}\nsummary: s")
    put("outlets/outlet.md", "title: Outlet\nkind: newspaper\ncountry: Nowhere")
    for n in range(articles):
        chance = random.Random(n)
        day = date(2015, 1, 1) + timedelta(days=n * 3650 // articles)
        who = [chance.randrange(leaders) for _ in range(4)]
        front = (
            f"title: Report number {n}\noutlet: outlet\npublished: {day}"
            f"\nkind: news\nsummary: Report number {n} in a sentence.\nsummits: [summit-{chance.randrange(summits)}]"
            f"\nleaders: [{', '.join(dict.fromkeys(f'leader-{w}' for w in who[:3]))}]"
            f"\nthemes: [theme-{chance.randrange(themes)}]"
        )
        put(
            f"articles/article-{n}.md",
            front,
            _body(chance, [people[w] for w in who], who[0], chance.randrange(themes)),
        )


def _body(chance: random.Random, people: list[str], leader: int, theme: int) -> str:
    def sentence(length: int) -> str:
        words = chance.choices(WORDS, k=length)
        words.insert(chance.randrange(1, length), chance.choice(people))
        words.insert(chance.randrange(1, length), chance.choice(people).split()[-1])
        words[0] = words[0][0].upper() + words[0][1:]
        return " ".join(words) + "."

    prose = "\n\n".join(" ".join(sentence(14) for _ in range(4)) for _ in range(4))
    points = "\n".join(f"- {sentence(16)} #theme-{theme}" for _ in range(4))
    events = "\n".join(
        f"- 20{chance.randint(15, 24)}-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}: {sentence(12)}"
        for _ in range(3)
    )
    return (
        f"{prose}\n\n## Key points\n{points}\n\n## Timeline\n{events}\n\n## Statements\n> {sentence(12)}\n\n"
        f"— [[leader-{leader}]], at a meeting\n\n## Key figures\n- **{chance.randint(2, 900)}** {sentence(10)}\n\n"
        f"## Positions\n- [[leader-{leader}]] on #theme-{theme}: {sentence(10)}"
    )


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[2:]]
    write_site(Path(sys.argv[1]), *numbers, *(500, 200, 60)[len(numbers) - 1 :])
