"""YAML → plain values with a place for each, in a bounded subset; files → records."""

from __future__ import annotations

import os
import re
import shutil
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registers import REGISTER, ROOT, found, overlay, printed
from remit.diagnostics import Diagnostic
from remit.load import yaml_reader
from remit.load.reading import MAX_BYTES
from remit.load.records import load_register
from remit.load.yaml_reader import find_places, read_yaml
from remit.model.records import BY_KIND, Contact, Organisation
from remit.settings import read_settings

TERM = "content/terms/circular.yml"


def _value(text: str) -> Any:
    reading = read_yaml(text.encode(), "f.yml")
    assert reading.problems == []
    return reading.value


def _problems(data: str | bytes, first_line: int = 1) -> list[tuple[str, str]]:
    """(place, code) of each problem."""
    data = data.encode() if isinstance(data, str) else data
    reading = read_yaml(data, "f.yml", first_line)
    assert reading.problems, "nothing was refused"
    return [(str(one.location).removeprefix("f.yml:"), one.code) for one in reading.problems]


@pytest.fixture
def pure_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_reader, "CParser", None)


# --- what a value means ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "written, meant",
    [
        *((word, word) for word in ("no", "NO", "No", "yes", "YES", "on", "off", "y", "n")),
        *((word, True) for word in ("true", "True", "TRUE")),
        *((word, False) for word in ("false", "False", "FALSE")),
        *((word, None) for word in ("", "~", "null", "Null", "NULL")),
        *((word, word) for word in ("tRUE", "nULL", "none", "None")),
        ("0", 0),
        ("7", 7),
        ("-7", -7),
        ("2019", 2019),
        ("012", "012"),
        ("007", "007"),
        ("+47", "+47"),
        ("0o7", "0o7"),
        ("0x1F", "0x1F"),
        ("0b1", "0b1"),
        ("1_000", "1_000"),
        ("1e3", "1e3"),
        ("1.5", "1.5"),
        ("1.0", "1.0"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("12:30", "12:30"),
        ("1:30:00", "1:30:00"),
        ("2019-09-11", "2019-09-11"),
        ("2019-09-11 10:00:00", "2019-09-11 10:00:00"),
        ("=", "="),
        ("<<", "<<"),
        ("12345678901234567890", "12345678901234567890"),
        ('"true"', "true"),
        ("'7'", "7"),
        ('"å"', "å"),
        ('"\\u00e5"', "å"),
        ("478 090 50", "478 090 50"),
        ("§ 196", "§ 196"),
        ("[a, 1, no]", ["a", 1, "no"]),
        ("{a: null, b: no}", {"a": None, "b": "no"}),
        (">-\n  two\n  lines\n", "two lines"),
        ("|\n  two\n  lines\n", "two\nlines\n"),
    ],
)
def test_core_meaning(written: str, meant: object) -> None:
    value = _value(f"field: {written}\n")["field"]
    assert value == meant
    assert type(value) is type(meant)


@pytest.mark.parametrize("key", ["no", "012", "7", "true", "null", "2019-01-01", '""'])
def test_a_key_is_always_text(key: str) -> None:
    assert _value(f"{key}: x\n") == {key.strip('"'): "x"}


def test_merge_keys_do_not_merge() -> None:
    assert _value("<<: {a: 1}\nb: 2\n") == {"<<": {"a": 1}, "b": 2}


def test_a_date_becomes_a_day_and_012_stays_012(register_copy: Path) -> None:
    area = "content/areas/twelve.yml"
    overlay(
        register_copy,
        {
            area: "id: twelve\nauthoritative_language: nb\nname:\n  nb: Tolv\n  en: Twelve\n"
            "level: county\ncode: 012\n"
        },
    )
    register = load_register(read_settings(register_copy)).register
    assert register.by_address["areas/twelve"].code == "012"  # type: ignore[attr-defined]
    contact = register.get(Contact, "specialist-team-phone")
    assert contact is not None
    assert contact.verified == date(2026, 11, 1)
    assert contact.phone == "478 00 000"


# --- what is refused, and where --------------------------------------------------------------


@pytest.mark.parametrize(
    "text, problems",
    [
        ("a: 1\nb: 2\na: 3\n", [("3:1", "duplicate-key")]),
        ("a:\n  b: 1\n  b: 1\n", [("3:3", "duplicate-key")]),
        ("a: {b: 1, b: 2}\n", [("1:11", "duplicate-key")]),
        ("1: a\n1: b\n", [("2:1", "duplicate-key")]),
        ("a: 1\n'a': 2\n", [("2:1", "duplicate-key")]),
        ("a: &x 1\n", [("1:4", "yaml-anchor")]),
        ("a: &x [1]\n", [("1:4", "yaml-anchor")]),
        ("&x a: 1\n", [("1:1", "yaml-anchor")]),
        ("a: *x\n", [("1:4", "yaml-anchor")]),
        ("*x : 1\n", [("1:1", "yaml-anchor")]),
        ("a: &x 1\nb: *x\n", [("1:4", "yaml-anchor"), ("2:4", "yaml-anchor")]),
        ("a: !x 1\n", [("1:4", "yaml-tag")]),
        ("a: ! 1\n", [("1:4", "yaml-tag")]),
        ("a: !!str 1\n", [("1:4", "yaml-tag")]),
        ("a: !!python/object/apply:os.system [x]\n", [("1:4", "yaml-tag")]),
        ("!x\na: 1\n", [("1:1", "yaml-tag")]),
        ("a: !<tag:yaml.org,2002:int> 7\n", [("1:4", "yaml-tag")]),
        ("%TAG !e! tag:example.org,2000:\n---\na: !e!x 1\n", [("3:4", "yaml-tag")]),
        ("a: 1\n---\nb: 2\n", [("2:1", "syntax")]),
        ("a: 1\n...\n---\nb: 2\n", [("3:1", "syntax")]),
        ("? [a, b]\n: 1\n", [("1:3", "syntax")]),
        ("? {a: b}\n: 1\n", [("1:3", "syntax")]),
        ("a: b: c\n", [("1:5", "syntax")]),
        ("a:\n\tb: 1\n", [("2:1", "syntax")]),
        ("a: @b\n", [("1:4", "syntax")]),
        ("a: [1, 2\n", [("2:1", "syntax")]),
        ("", [("1:1", "empty-file")]),
        (" \n\n", [("1:1", "empty-file")]),
        ("\ufeff", [("1:1", "empty-file")]),
        ("a: \x07\n", [("1:4", "control-character")]),
        ("å: æ\nø: \x00\n", [("2:4", "control-character")]),
        ("\ufeffå: æ\nø: \x7f\n", [("2:4", "control-character")]),
        ("a: x\x85b: y\n", [("1:5", "control-character")]),
        ("a: x\nb: \u2028y\n", [("2:4", "control-character")]),
    ],
)
def test_refused_at_its_place(text: str, problems: list[tuple[str, str]]) -> None:
    assert _problems(text) == problems


@pytest.mark.parametrize(
    "data, place",
    [
        (b"\xff", "1:1"),
        (b"a: b\nc: d\xe5\n", "2:5"),
        ("a: blåbær".encode() + b"\xe6\n", "1:10"),
        (b"\xef\xbb\xbfa: \xff", "1:4"),
        ("a: å\r\nb: ø".encode() + b"\xf8", "2:5"),
        ("a: b".encode("utf-16"), "1:1"),
        (b"a: \xed\xa0\x80", "1:4"),
        (b"a: \xc0\xaf", "1:4"),
    ],
)
def test_not_utf8_at_the_first_wrong_byte(data: bytes, place: str) -> None:
    assert _problems(data) == [(place, "not-utf8")]


def test_a_byte_order_mark_is_no_content() -> None:
    assert _value("\ufeffid: x\n") == {"id": "x"}
    assert find_places("\ufeffid: x\n".encode()).keys[("id",)] == (1, 1)


def test_carriage_returns_are_line_ends() -> None:
    assert _value("a: b\r\nc: |\r\n  d\r\n  e\r\n") == {"a": "b", "c": "d\ne\n"}
    assert find_places(b"a: b\r\nc:\r\n  d: e\r\n").values[("c", "d")] == (3, 6)


def test_places_count_from_the_given_line() -> None:
    assert _problems("a: 1\na: 1\n", first_line=2) == [("3:1", "duplicate-key")]
    assert find_places(b"a: b\n", 2).values[("a",)] == (2, 4)


def test_no_more_than_twenty_problems_of_one_file() -> None:
    assert len(_problems("a: 1\n" * 1000)) == 20


# --- files that would bring a program down ---------------------------------------------------


def _laughs() -> str:
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    return "\n".join(lines)


BOMBS = {
    "billion laughs": (_laughs(), "yaml-anchor"),
    "itself": ("a: &a [*a, *a]", "yaml-anchor"),
    "many aliases": ("[" + "*a," * 300_000, "yaml-anchor"),
    "brackets": ("[" * 100_000, "too-deep"),
    "closed brackets": ("[" * 100_000 + "]" * 100_000, "too-deep"),
    "braces": ("{a: " * 100_000, "too-deep"),
    "dashes": ("- " * 100_000, "too-deep"),
    "questions": ("? " * 100_000, "syntax"),
    "steps": ("\n".join(" " * n + "a:" for n in range(1000)), "too-deep"),
    "a megabyte and more": ("a: " + "x" * MAX_BYTES, "too-large"),
    "keys": ("a: 1\n" * 200_000, "duplicate-key"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_at_once(name: str) -> None:
    text, code = BOMBS[name]
    data = text.encode()
    begun = time.process_time()
    reading = read_yaml(data, "f.yml")
    assert time.process_time() - begun < 1
    assert {one.code for one in reading.problems} == {code}

    tracemalloc.start()
    read_yaml(data, "f.yml")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * len(data) + 1_000_000


@pytest.mark.parametrize("name", ["brackets", "dashes", "billion laughs"])
def test_the_python_parser_refuses_it_too(name: str, pure_python: None) -> None:
    text, code = BOMBS[name]
    assert {one.code for one in read_yaml(text.encode(), "f.yml").problems} == {code}


def test_24_levels_are_enough_and_25_too_many() -> None:
    assert _value("[" * 24 + "]" * 24) is not None
    assert _problems("[" * 25 + "]" * 25) == [("1:25", "too-deep")]


def test_a_huge_file_is_not_read_whole(register_copy: Path) -> None:
    with open(register_copy / TERM, "wb") as stream:
        stream.truncate(50 * 1024 * 1024)
    tracemalloc.start()
    diagnostics = found(register_copy)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [one.code for one in diagnostics] == ["too-large"]
    assert peak < 10 * 1024 * 1024


# --- places ----------------------------------------------------------------------------------

KEYS = st.text("abcdefgæøå", min_size=1, max_size=8)
SCALARS = (
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), max_size=20)
    | st.integers(-(10**17), 10**17)
    | st.booleans()
    | st.none()
)
DATA = st.dictionaries(
    KEYS,
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
        max_leaves=20,
    ),
    min_size=1,
    max_size=5,
)


class _Dumper(yaml.SafeDumper):
    """Writes every text in quotation marks, so that YAML 1.1 and 1.2 agree on it."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _quoted(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')


_Dumper.add_representer(str, _quoted)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.S)


def _walk(
    value: Any, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _walk(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _walk(inner, (*path, index))


@given(DATA, st.booleans(), st.sampled_from([40, 1000]))
def test_values_come_back_and_every_place_points_at_its_text(
    data: dict[str, Any], flow: bool, width: int
) -> None:
    text = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, default_flow_style=flow, width=width)
    assert _value(text) == data
    places = find_places(text.encode())
    lines = text.split("\n")

    def rest(place: tuple[int, int]) -> str:
        return "\n".join([lines[place[0] - 1][place[1] - 1 :], *lines[place[0] :]])

    for path, value in _walk(data):
        there = rest(places.values[path])
        if isinstance(value, dict | list):
            assert there[0] in ("{[" if flow or not value else '"-')
        elif isinstance(value, str):
            written = _QUOTED.match(there)
            assert written
            assert yaml.safe_load(written[0]) == value
        else:
            assert there.startswith(yaml.safe_dump(value).split("\n")[0])
        if path and isinstance(path[-1], str):
            assert rest(places.keys[path]).startswith('"')
    assert set(places.values) == {path for path, _ in _walk(data)}


def test_the_place_of_what_is_not_written_is_that_of_what_holds_it() -> None:
    places = find_places(b"a:\n  - b: 1\n")
    assert places.find(("a", 0, "c")) == (2, 5)
    assert places.find(("a", 7)) == (2, 3)
    assert places.find(("z",)) == (1, 1)
    assert places.find(("a", 0, "b"), key=True) == (2, 5)
    assert places.find(("a", 0, "b")) == (2, 8)


# --- both parsers ----------------------------------------------------------------------------

SHIPPED = sorted([*ROOT.glob("content/**/*.yml"), *ROOT.glob("mandates/**/*.yml")])
PAGES = sorted((ROOT / "docs" / "checks").glob("*.md"))
_EXAMPLE = re.compile(r'^```yaml title="[^"]+"\n(.*?)^```$', re.M | re.S)


def _read_both(
    data: bytes, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Any, list[Diagnostic], Any]]:
    parsers = (yaml_reader.CParser, None)
    assert parsers[0], "PyYAML lacks its C part here, so there is nothing to compare"
    for parser in parsers:
        with monkeypatch.context() as patch:
            patch.setattr(yaml_reader, "CParser", parser)
            reading = read_yaml(data, "f.yml")
            yield reading.value, reading.problems, find_places(data)


@pytest.mark.parametrize("folder", sorted({file.parent for file in SHIPPED}), ids=lambda f: f.name)
def test_python_parser_reads_the_shipped_register_alike(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in sorted(folder.glob("*.yml")):
        with_c, with_python = _read_both(file.read_bytes(), monkeypatch)
        assert with_c == with_python, file.name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_python_parser_reads_the_broken_examples_alike(
    page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in _EXAMPLE.findall(page.read_text("utf-8")):
        with_c, with_python = _read_both(text.encode(), monkeypatch)
        assert with_c == with_python


@pytest.mark.parametrize("parser", ["with C", "pure Python"])
@pytest.mark.parametrize(
    "text, place, words",
    [
        ('a: "x\nb: y\n', "3:1", "a quotation mark is opened and not closed"),
        ('a: "x" y\n', "1:8", "not indented like its neighbours, or text follows"),
        ("a: 'it's'\n", "1:8", "not indented like its neighbours, or text follows"),
        ("a:\n  b: x\n c: y\n", "3:2", "not indented like its neighbours"),
        ("a:\n  - x\n - y\n", "3:2", "not indented like its neighbours"),
        ("- a\nb: c\n", "2:1", "not indented like its neighbours"),
        ("a: x\n b: y\n", "2:3", "a colon followed by a space"),
        ("a: x\nb\nc: d\n", "3:1", "neither a field nor part of a text"),
        ("a: [x, y\nb: c\n", "2:2", "is not closed, or lacks a comma"),
        ("a: {x: y\nb: c\n", "2:2", "is not closed, or lacks a comma"),
        ("a: %x\n", "1:4", "a tab, %, @ or `"),
        ("a: x\n\tb: y\n", "2:1", "a tab, %, @ or `"),
        ("a: |x\n", "1:5", "on the same line as > or |"),
        ("a: ]\n", "1:4", "a closing bracket where a text belongs"),
        ("a: - b\n", "1:4", "a hyphen followed by a space"),
        ("a: &\n", "1:5", "this is not valid YAML"),
    ],
)
def test_common_slips_are_named_in_plain_words(
    text: str, place: str, words: str, parser: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if parser == "pure Python":
        monkeypatch.setattr(yaml_reader, "CParser", None)
    (one,) = read_yaml(text.encode(), "f.yml").problems
    assert (str(one.location), one.code) == (f"f.yml:{place}", "syntax")
    assert words in one.message
    assert one.help


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(text=st.text("ab12:- \n'\",>|&*é", max_size=30))
def test_python_parser_refuses_the_same(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a text is no YAML, the parsers may see it at another place, but both see it."""
    readings = []
    for value, problems, _ in _read_both(text.encode(), monkeypatch):
        readings.append((None if problems else value, sorted({one.code for one in problems})))
    assert readings[0] == readings[1]


# --- files → records -------------------------------------------------------------------------

ROLE = (REGISTER / "content/roles/specialist-team.yml").read_text("utf-8")


def _one(register: Path) -> Diagnostic:
    diagnostics = found(register)
    assert len(diagnostics) == 1, printed(diagnostics)
    return diagnostics[0]


def test_an_unknown_field_is_refused_with_the_nearest(register_copy: Path) -> None:
    overlay(register_copy, {"content/roles/specialist-team.yml": ROLE + "suceeded_by: []\n"})
    one = _one(register_copy)
    assert (one.code, one.help) == ("unknown-field", 'did you mean "succeeded_by"?')
    assert one.location.line == ROLE.count("\n") + 1


def test_a_fault_hides_no_other_and_no_pointer_dangles_for_it(register_copy: Path) -> None:
    """A record that cannot be read is reported itself; what points to it is not."""
    broken = ROLE.replace("kind: team", "kind: teem").replace("line: national\n", "")
    overlay(register_copy, {"content/roles/specialist-team.yml": broken, TERM: "id: [\n"})
    assert sorted(one.code for one in found(register_copy)) == [
        "missing-field",
        "syntax",
        "wrong-value",
    ]


@pytest.mark.parametrize(
    "name, code",
    [
        ("content/roles/notes.txt", "stray-file"),
        ("content/role/x.yml", "stray-file"),
        ("content/x.yml", "stray-file"),
        ("content/roles/old/x.yml", "stray-file"),
        ("content/guidance/page.md", "stray-file"),
        ("content/guidance/page.nb.txt", "stray-file"),
        ("content/guidance/page.sv.md", "unknown-language"),
        ("mandates/team-mandate/notes.md", "stray-file"),
        ("mandates/x.yml", "stray-file"),
    ],
)
def test_files_that_are_no_records_are_named(name: str, code: str, register_copy: Path) -> None:
    overlay(register_copy, {name: "x"})
    one = _one(register_copy)
    assert one.code == code
    assert name.startswith(one.location.path)


@pytest.mark.parametrize(
    "name", ["content/README.md", "content/roles/README.md", "content/.hidden", "mandates/.x/y"]
)
def test_readmes_and_hidden_files_are_left_alone(name: str, register_copy: Path) -> None:
    overlay(register_copy, {name: "x"})
    assert found(register_copy) == []


def test_a_version_is_named_by_a_day(register_copy: Path) -> None:
    overlay(register_copy, {"mandates/team-mandate/draft.yml": "id: draft\n"})
    assert "bad-date" in {one.code for one in found(register_copy)}


@pytest.mark.parametrize("target", ["/etc/hostname", "specialist-team.yml", "/nonexistent"])
def test_a_symbolic_link_is_never_followed(target: str, register_copy: Path) -> None:
    (register_copy / "content/roles/linked.yml").symlink_to(target)
    (register_copy / "content/linked").symlink_to("roles")
    (register_copy / "mandates/linked").symlink_to("team-mandate")
    assert [one.code for one in found(register_copy)] == ["symbolic-link"] * 3


def test_names_that_are_no_text_are_shown_as_escapes(register_copy: Path) -> None:
    (register_copy / "content/roles" / "a\udcff\n.txt").write_bytes(b"")
    one = _one(register_copy)
    assert one.location.path == "content/roles/a\\udcff\\n.txt"


def test_a_pipe_is_not_waited_for(register_copy: Path) -> None:
    os.mkfifo(register_copy / "content/roles/pipe.yml")
    assert _one(register_copy).code == "stray-file"


def test_an_unreadable_folder_is_reported(
    register_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = os.scandir

    def scandir(folder: Path) -> Any:
        if Path(folder).name == "terms":
            raise PermissionError(13, "Permission denied")
        return scan(folder)

    monkeypatch.setattr("remit.load.source.os.scandir", scandir)
    one = _one(register_copy)
    assert (one.location.path, one.code) == ("content/terms", "unreadable")


# --- guidance --------------------------------------------------------------------------------

NB, EN = "content/guidance/whom-to-contact.nb.md", "content/guidance/whom-to-contact.en.md"
NB_TEXT = (REGISTER / NB).read_text("utf-8")
EN_TEXT = (REGISTER / EN).read_text("utf-8")


@pytest.mark.parametrize(
    "file, text, place, code",
    [
        (EN, "Only words.\n", "1:1", "guidance-front-matter"),
        (EN, "---\n---\nOnly words.\n", "1:1", "guidance-front-matter"),
        (EN, "---\n- a\n- b\n---\nOnly words.\n", "2:1", "guidance-front-matter"),
        (
            EN,
            EN_TEXT.replace("---\n\n", "topics: [contact]\n---\n\n"),
            "2:1",
            "guidance-front-matter",
        ),
        (EN, EN_TEXT.replace("---\n\n", "body: x\n---\n\n"), "4:1", "unknown-field"),
        (EN, "", "1:1", "empty-file"),
        (EN, EN_TEXT.replace("title: ", "title: a: "), "2:9", "syntax"),
        (NB, NB_TEXT.replace("  - contact", "  - contacts"), "7:5", "wrong-value"),
        (NB, NB_TEXT.replace("id: whom", "id: who"), "2:5", "id-mismatch"),
        (NB, NB_TEXT.replace("topics:\n  - contact\n", ""), "2:1", "missing-field"),
        (NB, NB_TEXT.replace("language: nb", "language: en"), "3:25", "guidance-front-matter"),
        (NB, NB_TEXT.replace("title: Hvem", "title: !x Hvem"), "4:8", "yaml-tag"),
    ],
)
def test_front_matter_at_its_place(
    file: str, text: str, place: str, code: str, register_copy: Path
) -> None:
    overlay(register_copy, {file: text})
    assert (f"{file}:{place}", code) in {
        (str(one.location), one.code) for one in found(register_copy)
    }


def test_guidance_that_is_not_utf8(register_copy: Path) -> None:
    overlay(register_copy, {NB: NB_TEXT.encode().replace("å".encode(), b"\xe5", 1)})
    one = _one(register_copy)
    before = NB_TEXT.partition("å")[0]
    column = len(before) - before.rfind("\n")
    assert (one.code, one.location.line, one.location.column) == (
        "not-utf8",
        before.count("\n") + 1,
        column,
    )


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("---\n", "---  \n"),
    ],
    ids=["byte order mark", "carriage returns", "spaces after the dashes"],
)
def test_guidance_from_other_editors(edit: Callable[[str], str], register_copy: Path) -> None:
    overlay(register_copy, {NB: edit(NB_TEXT).encode(), EN: edit(EN_TEXT).encode()})
    assert found(register_copy) == []


# --- every field of every kind ---------------------------------------------------------------

ODD: list[Any] = [
    None, True, 7, -1, "", " ", "x", "2019-13-01", "9999-W52", "0000", "٢٠١٩", "0001-01-01",
    "9999-12-31", [], {}, [[]], [{}], [None], {"nb": 7}, {"nb": None}, {"from": []},
    {"from": "9999-12-31"}, {"from": "9999-W52"}, {"kind": "x"}, [{"kind": "task"}],
    {"last": "9999-12-31", "every_months": 120},
    {"last": "2019-01-01", "every_months": "x"}, [{"blocks": [7, {}]}],
]  # fmt: skip


def _fields() -> Iterator[tuple[str, str]]:
    for kind, cls in BY_KIND.items():
        for name, field in cls.model_fields.items():
            if name not in ("id", "body", "mandate"):
                yield kind, field.alias or name


@pytest.mark.parametrize("kind, name", list(_fields()), ids=lambda part: part)
def test_odd_values_are_refused_in_a_registrars_words(
    kind: str, name: str, register_copy: Path
) -> None:
    """Whatever is written in a field: no crash, a place, and no wording of a library."""
    head, body = _sample(kind)
    value = yaml.load(head, yaml.BaseLoader)
    for number, odd in enumerate(ODD):
        value["id"], file = _id_and_file(kind, number)
        value[name] = odd
        front = yaml.safe_dump(value, allow_unicode=True)
        overlay(register_copy, {file: f"---\n{front}---\n{body}" if body else front})
    for one in found(register_copy):
        assert "Input should" not in one.message and "cannot be read:" not in one.message, one
        assert one.location.line >= 1


def _sample(kind: str) -> tuple[str, str]:
    """A record of the kind as (fields, text below them)."""
    pattern = {
        "mandate": "mandates/*/mandate.yml",
        "mandate-version": "mandates/*/2*.yml",
        "guidance": "content/guidance/*.nb.md",
    }.get(kind, f"content/{BY_KIND[kind].FOLDER}/*.yml")
    text = sorted(REGISTER.glob(pattern))[0].read_text("utf-8")
    if kind != "guidance":
        return text, ""
    head, _, body = text.removeprefix("---\n").partition("\n---\n")
    return head, body


def _id_and_file(kind: str, number: int) -> tuple[str, str]:
    if kind == "mandate-version":
        return f"20{number:02}-02-03", f"mandates/team-mandate/20{number:02}-02-03.yml"
    id = f"odd-{number}"
    if kind == "mandate":
        return id, f"mandates/{id}/mandate.yml"
    return id, f"content/{BY_KIND[kind].FOLDER}/{id}{'.nb.md' if kind == 'guidance' else '.yml'}"


def test_the_small_register_has_a_record_of_every_kind(register_copy: Path) -> None:
    records = load_register(read_settings(register_copy)).register.records
    assert {record.KIND for record in records} == set(BY_KIND)
    assert any(isinstance(record, Organisation) for record in records)


def test_a_large_register_is_read_alike_by_two_processes(
    register_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overlay(register_copy, {TERM: "id: [\n"})
    before = load_register(read_settings(register_copy))
    shutil.rmtree(register_copy / ".cache")
    monkeypatch.setattr("remit.load.loading.MANY", 2)
    monkeypatch.setattr("remit.load.loading.can_fork", lambda: True)
    monkeypatch.setattr("remit.load.loading.PART", 4)
    after = load_register(read_settings(register_copy))
    assert after.register.records == before.register.records
    assert after.problems == before.problems


def test_a_register_is_found_by_a_path_from_elsewhere(
    register_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(register_copy.parent)
    loaded = load_register(read_settings(Path(register_copy.name)))
    assert not loaded.problems
    assert loaded.register.records
