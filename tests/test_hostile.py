"""Files that are malformed or meant to do harm: a problem with its place, or a page that is safe.

`hostile/payloads.txt` has what an attacker would write. Each is put into every field of front matter and every place
of a body of `hostile/stage/`, and all that a site publishes of it is judged.
"""

import json
import os
import re
import shutil
import sys

import pytest
from conftest import HERE, SETTINGS
from hostile.judge import harm

from generator.build import build, check
from generator.core.errors import InvalidContent, is_error

STAGE = HERE / "hostile" / "stage"
PAYLOADS = [
    line
    for line in (HERE / "hostile" / "payloads.txt").read_text("utf-8").split("\n")
    if line and not line.startswith("# ")
]
GOOD = b"---\ntitle: T\noutlet: o\npublished: 2024\nkind: news\nsummary: S\n---\n"


def put(payload, folder, *, front, body):
    """Write the stage with a payload in its front matter, in its bodies, or in both."""
    words = payload if front else "plain words"

    def quoted(match):
        return json.dumps(words + (match[1] or ""), ensure_ascii=False)

    for file in STAGE.rglob("*.md"):
        name = file.relative_to(STAGE).as_posix().replace("-N", "" if file.name.startswith("index") else "-1")
        _, head, text = file.read_text("utf-8").split("---\n", 2)
        head = re.sub(r"PAYLOAD( (?:as )?[a-z]+-N)?", quoted, head)
        text = text.replace("PAYLOAD", payload if body else "plain words")
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"---\n{head}---\n{text}".replace("-N", "-1"), "utf-8")


def judge(folder):
    """Return what is wrong with a site, or with the problems that were reported in its place."""
    problems = [problem for problem in check(folder, SETTINGS).problems if is_error(problem)]
    for problem in problems:
        path = folder / problem.location.path.removeprefix("content/")
        assert path.exists(), problem
        assert problem.location.line <= path.read_text("utf-8", "replace").count("\n") + 1
        assert problem.help or problem.label, problem
    if problems:
        with pytest.raises(InvalidContent):
            build(folder, SETTINGS)
        return []
    return harm(build(folder, SETTINGS))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_an_attacker_writes_is_words_wherever_it_stands(payload, tmp_path):
    put(payload, tmp_path / "front", front=True, body=False)
    assert not judge(tmp_path / "front")
    put(payload, tmp_path / "body", front=False, body=True)
    assert not judge(tmp_path / "body")


def test_most_of_it_reaches_a_page_and_is_not_merely_refused(tmp_path):
    built = 0
    for number, payload in enumerate(PAYLOADS):
        put(payload, tmp_path / str(number), front=True, body=False)
        built += not any(map(is_error, check(tmp_path / str(number), SETTINGS).problems))
    assert built > len(PAYLOADS) * 0.8
    assert len(PAYLOADS) > 100


# The bytes of a digest, and the code of the error that it is answered with; none where it is a good file.
MALFORMED = {
    "empty": (b"", "missing-front-matter"),
    "a line end": (b"\n", "missing-front-matter"),
    "spaces": (b"   \n  ", "missing-front-matter"),
    "a byte order mark alone": (b"\xef\xbb\xbf", "missing-front-matter"),
    "a byte order mark": (b"\xef\xbb\xbf" + GOOD, None),
    "two byte order marks": (b"\xef\xbb\xbf\xef\xbb\xbf" + GOOD, "*"),
    "UTF-16 with a mark": (GOOD.decode().encode("utf-16"), "not-utf8"),
    "UTF-16 without": (GOOD.decode().encode("utf-16-le"), "*"),
    "UTF-32": (GOOD.decode().encode("utf-32"), "not-utf8"),
    "Latin-1": (GOOD.replace(b"T\n", b"Caf\xe9\n", 1), "not-utf8"),
    "Windows-1252": (GOOD + b"\x93q\x94\n", "not-utf8"),
    "an overlong slash": (GOOD + b"\xc0\xaf", "not-utf8"),
    "a lone surrogate": (GOOD + b"\xed\xa0\x80", "not-utf8"),
    "a character cut off": (GOOD + b"\xe4\xb9", "not-utf8"),
    "beyond Unicode": (GOOD + b"\xf4\x90\x80\x80", "not-utf8"),
    "Windows line ends": (GOOD.replace(b"\n", b"\r\n"), None),
    "old Mac line ends": (GOOD.replace(b"\n", b"\r"), None),
    "mixed line ends": (GOOD.replace(b"\n", b"\r\n", 3), None),
    "no line end": (GOOD.rstrip(b"\n"), None),
    "NUL in front matter": (GOOD.replace(b"T\n", b"T\0\n", 1), "control-character"),
    "NUL in the body": (GOOD + b"a\0b", "control-character"),
    "a bell": (GOOD + b"a\x07b", "control-character"),
    "an escape sequence": (GOOD + b"a\x1b[31mb", "control-character"),
    "delete": (GOOD + b"a\x7fb", "control-character"),
    "a right-to-left override": (GOOD + "a\u202eb".encode(), "*"),
    "a line separator": (GOOD + "a\u2028b".encode(), "*"),
    "a form feed": (GOOD + b"a\x0cb", "control-character"),
    "no start": (GOOD[4:], "missing-front-matter"),
    "no end": (GOOD[:-4], "unclosed-front-matter"),
    "only marks": (b"---\n---\n", "missing-key"),
    "a comment alone": (b"---\n# x\n---\n", "missing-key"),
    "a list": (b"---\n- a\n---\n", "invalid-yaml"),
    "a text": (b"---\nhello\n---\n", "invalid-yaml"),
    "two documents": (b"---\ntitle: T\n--- x\nb: c\n---\n", "invalid-yaml"),
    "a tab": (b"---\ntitle:\tT\n\tx: y\n---\n", "*"),
    "a python object": (GOOD.replace(b"T\n", b"!!python/object/apply:os.system ['touch /tmp/x']\n", 1), "*"),
    "a python name": (GOOD.replace(b"T\n", b"!!python/name:os.system\n", 1), "*"),
    "binary": (GOOD.replace(b"T\n", b"!!binary aGVsbG8=\n", 1), "*"),
    "an unknown tag": (GOOD.replace(b"T\n", b"!x T\n", 1), "*"),
    "an anchor": (GOOD.replace(b"T\nou", b"&a T\nou", 1).replace(b"S\n", b"*a\n"), "*"),
    "an unknown alias": (GOOD.replace(b"S\n", b"*nobody\n"), "invalid-yaml"),
    "a cyclic alias": (GOOD.replace(b"---\n", b"---\naliases: &a [*a]\n", 1), "invalid-yaml"),
    "a cyclic mapping": (GOOD.replace(b"---\n", b"---\ncorrections: &a {b: *a}\n", 1), "invalid-yaml"),
    "a bomb": (
        b"---\na: &a [x,x,x,x,x,x,x,x,x]\n"
        + b"".join(b"%c: &%c [%s]\n" % (97 + n, 97 + n, b",".join([b"*%c" % (96 + n)] * 9)) for n in range(1, 9))
        + b"---\n",
        "*",
    ),
    "a merge key": (GOOD.replace(b"---\n", b"---\n<<: {title: X}\n", 1), "*"),
    "a key twice": (GOOD.replace(b"---\n", b"---\ntitle: X\n", 1), "duplicate-key"),
    "a key that is a list": (GOOD.replace(b"---\n", b"---\n? [a, b]\n: c\n", 1), "*"),
    "a key that is a number": (GOOD.replace(b"---\n", b"---\n1: c\n", 1), "unknown-key"),
    "a key of a class": (GOOD.replace(b"---\n", b"---\n__class__: c\n", 1), "unknown-key"),
    "deep lists": (GOOD.replace(b"---\n", b"---\naliases: " + b"[" * 2000 + b"]" * 2000 + b"\n", 1), "*"),
    "deep mappings": (GOOD.replace(b"---\n", b"---\naliases: " + b"{a: " * 2000 + b"}" * 2000 + b"\n", 1), "*"),
    "infinity": (GOOD.replace(b"2024\n", b".inf\n"), "invalid-date"),
    "not a number": (GOOD.replace(b"2024\n", b".nan\n"), "invalid-date"),
    "a huge number": (GOOD.replace(b"2024\n", b"9" * 5000 + b"\n"), "*"),
    "year nought": (GOOD.replace(b"2024\n", b"0000\n"), "invalid-date"),
    "a date before the first": (GOOD.replace(b"2024\n", b"-001\n"), "invalid-date"),
    "a timestamp": (GOOD.replace(b"2024\n", b"2024-01-01 10:00:00\n"), "invalid-date"),
    "a sexagesimal number": (GOOD.replace(b"2024\n", b"190:20:30\n"), "invalid-date"),
    "nothing": (GOOD.replace(b"T\n", b"~\n", 1), "empty-value"),
    "a title of spaces": (GOOD.replace(b"T\n", b"'   '\n", 1), "empty-value"),
    "a title that nobody sees": (GOOD.replace(b"T\n", b'"\\u200b\\u2060"\n', 1), "*"),
    "an endless title": (GOOD.replace(b"T\n", b"x" * 100_000 + b"\n", 1), "too-large"),
    "ten thousand aliases": (GOOD.replace(b"---\n", b"---\naliases: [" + b"x, " * 10_000 + b"y]\n", 1), "too-large"),
    "a slug that climbs": (GOOD.replace(b"---\n", b"---\nredirect_from: [../../etc/passwd]\n", 1), "invalid-slug"),
    "an absolute slug": (GOOD.replace(b"---\n", b"---\nredirect_from: [/etc/passwd]\n", 1), "invalid-slug"),
    "a slug of Windows": (GOOD.replace(b"---\n", b"---\nredirect_from: ['..\\..\\x']\n", 1), "invalid-slug"),
    "an encoded slug": (GOOD.replace(b"---\n", b"---\nredirect_from: ['%2e%2e%2fx']\n", 1), "invalid-slug"),
    "a device": (GOOD.replace(b"---\n", b"---\nredirect_from: [con]\n", 1), "invalid-slug"),
    "an outlet that climbs": (GOOD.replace(b"outlet: o", b"outlet: ../o"), "unknown-term"),
    "a script for an address": (GOOD.replace(b"---\n", b"---\nurl: javascript:alert(1)\n", 1), "invalid-url"),
    "a hostless address": (GOOD.replace(b"---\n", b"---\nurl: 'https://'\n", 1), "invalid-url"),
    "an address with a line": (GOOD.replace(b"---\n", b'---\nurl: "https://e.example/\\nx"\n', 1), "invalid-url"),
    "an endless line": (GOOD + b"x" * 5_000_000, "too-large"),
    "an endless word with marks": (GOOD + b"*a_" * 100_000, "too-large"),
    "brackets": (GOOD + b"[" * 50_000, "*"),
    "quotes in quotes": (GOOD + b"> " * 5_000 + b"x", "*"),
    "lists in lists": (GOOD + b"".join(b"  " * n + b"- x\n" for n in range(400)), "*"),
    "backticks": (GOOD + b"".join(b"`" * n + b" " for n in range(1, 400)), "*"),
    "many headings": (GOOD + b"## x\n" * 5_000, None),
    "many points": (GOOD + b"## Key points\n" + b"- x\n" * 3_000, None),
    "many links to nowhere": (GOOD + b"[[nowhere]] " * 2_000, "*"),
    "an open comment": (GOOD + b"<!-- " * 2_000, "*"),
    "an open block of code": (GOOD + b"```\nx\n", "unclosed-code"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_file_is_answered_with_a_place_or_a_safe_page(name, tmp_path):
    data, code = MALFORMED[name]
    for folder, text in (("articles/d.md", data), ("outlets/o.md", b"---\ntitle: O\nkind: website\n---\n")):
        (tmp_path / folder).parent.mkdir()
        (tmp_path / folder).write_bytes(text)
    errors = {problem.code for problem in check(tmp_path, SETTINGS).problems if is_error(problem)}
    if code != "*":
        assert code in errors if code else not errors, errors
    assert not judge(tmp_path)


# --- where files lie


def test_a_loop_of_links_and_a_link_that_leads_out_are_left_aside(site, tmp_path):
    articles = site / "content" / "articles"
    (tmp_path / "secret.md").write_bytes(GOOD.replace(b"T\n", b"A secret\n", 1))
    (articles / "loop").symlink_to(articles)
    (articles / "secret.md").symlink_to(tmp_path / "secret.md")
    checked = check(site / "content", SETTINGS)
    assert "A secret" not in {document.meta.title for document in checked.library.documents.values()}
    assert all((site / "content").exists() for _ in checked.problems)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_pipe_and_a_folder_with_the_name_of_a_file_do_not_hold_anything_up(site):
    articles = site / "content" / "articles"
    os.mkfifo(articles / "pipe.md")
    (articles / "folder.md").mkdir()
    assert check(site / "content", SETTINGS).library.documents


@pytest.mark.parametrize("name", ["Upper.md", "a b.md", "a--b.md", "é.md", "index.md", "con.md", "a.md.md", "习.md"])
def test_a_name_that_cannot_be_an_address_is_told(name, site):
    try:
        (site / "content" / "themes" / name).write_text("---\ntitle: X\nsummary: s\n---\n", "utf-8")
    except OSError:
        pytest.skip("the file system does not know this name")
    problems = check(site / "content", SETTINGS).problems
    assert [p for p in problems if is_error(p) and p.location.path.endswith(name)], problems


def test_two_forms_of_one_name_are_told(site):
    if sys.platform == "darwin":
        pytest.skip("the file system takes them for one")
    themes = site / "content" / "themes"
    for name in ("e\u0301.md", "\u00e9.md", "CASE.md", "case.md"):
        (themes / name).write_text("---\ntitle: X\nsummary: s\n---\n", "utf-8")
    assert any(is_error(problem) for problem in check(site / "content", SETTINGS).problems)


def test_the_stage_is_whole(tmp_path):
    put("plain words", tmp_path, front=True, body=True)
    shutil.rmtree(tmp_path / "themes", ignore_errors=False)
    assert any(map(is_error, check(tmp_path, SETTINGS).problems))
    put("plain words", tmp_path, front=True, body=True)
    assert not [p for p in check(tmp_path, SETTINGS).problems if is_error(p)]
