"""Changing a record's file: the value as intended, and nothing else touched.

`REMIT_EDITS=5000 pytest tests/test_yaml_edit.py -k random` runs the random edits at length.
"""

from __future__ import annotations

import copy
import os
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from registers import ROOT
from remit.load.guidance import rewrite_front_matter
from remit.load.yaml_edit import CannotEdit, rewrite, same
from remit.load.yaml_nodes import Node, read_nodes
from remit.load.yaml_reader import read_yaml
from remit.load.yaml_text import document
from remit.model.fields import written_order
from remit.model.records import Guidance, MandateVersion
from remit.model.shape import Path

FILES = [
    file.read_text("utf-8")
    for folder in ("content", "mandates")
    for file in sorted((ROOT / folder).rglob("*.yml"))
]


def value_of(text: str) -> Any:
    reading = read_yaml(text.encode(), "")
    assert not reading.problems, text
    return reading.value


def edited(text: str, change: Callable[[Any], object], order: list[str] | None = None) -> str:
    value = value_of(text)
    change(value)
    data = rewrite(text.encode(), value, lambda path, fields: order or list(fields))
    assert same(value_of(data.decode()), value)
    return data.decode()


def put(*path: str | int, to: Any) -> Callable[[Any], object]:
    def change(value: Any) -> None:
        for step in path[:-1]:
            value = value[step]
        value[path[-1]] = to

    return change


# --- one change, one look ------------------------------------------------------------------

CASES: dict[str, tuple[str, Callable[[Any], object], str]] = {
    "plain": ("a: one # why\nb: two\n", put("a", to="three"), "a: three # why\nb: two\n"),
    "spaces stay": ("a:   one   # why\n", put("a", to="three"), "a:   three   # why\n"),
    "single quotes stay": ("a: 'one'\n", put("a", to="it's"), "a: 'it''s'\n"),
    "double quotes stay": ('a: "one"\n', put("a", to='"x"'), 'a: "\\"x\\""\n'),
    "quotes where needed": ("a: one\n", put("a", to="no: yes"), 'a: "no: yes"\n'),
    "what others take for false": ("a: one\n", put("a", to="no"), 'a: "no"\n'),
    "a number as text": ("a: one\n", put("a", to="012"), 'a: "012"\n'),
    "a date stays plain": ("a: 2019-09-11\n", put("a", to="2020-01-01"), "a: 2020-01-01\n"),
    "a number": ("a: 1 # n\n", put("a", to=2), "a: 2 # n\n"),
    "true": ("a: 1\n", put("a", to=True), "a: true\n"),
    "one and true are two": ("a: true\n", put("a", to=1), "a: 1\n"),
    "from nothing": ("a: # why\nb: 1\n", put("a", to="x"), "a: x # why\nb: 1\n"),
    "a folded word": (
        "a: >-\n  one two\n  three four\n  five\n\nb: 1\n",
        put("a", to="one two 3 four five"),
        "a: >-\n  one two\n  3 four\n  five\n\nb: 1\n",
    ),
    "the first word of a line is gone": (
        "a: >-\n  one two\n  three four\n  five\n",
        put("a", to="one two four five"),
        "a: >-\n  one two\n  four\n  five\n",
    ),
    "words at the end of a line": (
        "a: >- # c\n  one two\n  three\n",
        put("a", to="one two and more three"),
        "a: >- # c\n  one two and more\n  three\n",
    ),
    "folded paragraphs": (
        "a: >-\n  one two\n\n  three\n  four\n",
        put("a", to="one two\nthree 4\nfive"),
        "a: >-\n  one two\n\n  three\n  4\n\n  five\n",
    ),
    "literal": ("a: |-\n  one\n  two\n", put("a", to="one\n2"), "a: |-\n  one\n  2\n"),
    "plain over two lines": (
        "a: one two\n  three four # c\nb: 1\n",
        put("a", to="one two three 4"),
        "a: one two\n  three 4 # c\nb: 1\n",
    ),
    "quoted over two lines": (
        "a: 'one two\n  it''s four'\n",
        put("a", to="one two it's 4"),
        "a: 'one two\n  it''s 4'\n",
    ),
    "lines to a text": (
        "a: one # c\nb: 1\n",
        put("a", to="one\ntwo"),
        "a: |- # c\n  one\n  two\nb: 1\n",
    ),
    "item added": ("a:\n  - x\n  - y\n", lambda v: v["a"].append("z"), "a:\n  - x\n  - y\n  - z\n"),
    "item added in between": (
        "a:\n  - x # 1\n  # about y\n  - y\n",
        lambda v: v["a"].insert(1, "z"),
        "a:\n  - x # 1\n  - z\n  # about y\n  - y\n",
    ),
    "item added first": (
        "a:\n- x\nb: 1\n",
        lambda v: v["a"].insert(0, {"id": "new", "t": "x"}),
        "a:\n- id: new\n  t: x\n- x\nb: 1\n",
    ),
    "item removed": (
        "a:\n  - x # 1\n  - y # 2\n  - z\n",
        lambda v: v["a"].pop(1),
        "a:\n  - x # 1\n  # 2\n  - z\n",
    ),
    "the last item removed": (
        "a:\n  # all\n  - x # 1\nb: 1\n",
        lambda v: v["a"].pop(),
        "# all\na: [] # 1\nb: 1\n",
    ),
    "item with an id changed": (
        "a:\n  - id: p\n    t: one\n  - id: q\n    t: two\n",
        put("a", 1, "t", to="three"),
        "a:\n  - id: p\n    t: one\n  - id: q\n    t: three\n",
    ),
    "item with an id replaced": (
        "a:\n  - id: p\n    t: one # c\n  - id: q\n    t: two\n",
        put("a", 0, to={"id": "r", "t": "new"}),
        "a:\n  # c\n  - id: r\n    t: new\n  - id: q\n    t: two\n",
    ),
    "item moved": (
        "a:\n  - id: p # 1\n    t: 'x'\n  # about q\n  - id: q\n    t: >-\n      one\n      two\n"
        "  - id: r\n    t: z\nb: 1\n",
        lambda v: v["a"].insert(0, v["a"].pop(1)),
        "a:\n  # about q\n"
        "  - id: q\n    t: >-\n      one\n      two\n  - id: p # 1\n    t: 'x'\n"
        "  - id: r\n    t: z\nb: 1\n",
    ),
    "item moved down, one added, one removed": (
        "a:\n  - x # 1\n  - p\n  - z # 3\n",
        put("a", to=["new", "z", "x"]),
        "a:\n  - new\n  - z # 3\n  - x # 1\n",
    ),
    "field of an item removed": (
        "a:\n  - id: p # c\n    t: one\n",
        lambda v: v["a"][0].pop("id"),
        "a:\n  # c\n  - t: one\n",
    ),
    "field before the first of an item": (
        "a:\n  - c: 1\n",
        put("a", 0, "b", to="x"),
        "a:\n  - b: x\n    c: 1\n",
    ),
    "field in its place": (
        "a: 1\n# about c\nc: 2\n",
        put("b", to={"nb": "x"}),
        "a: 1\nb:\n  nb: x\n# about c\nc: 2\n",
    ),
    "into an empty list": ("a: [] # c\n", put("a", to=["x"]), "a: # c\n  - x\n"),
    "in brackets": ("a: [x, p] # c\n", lambda v: v["a"].append("z, w"), 'a: [x, p, "z, w"] # c\n'),
    "in braces": ("a: {nb: x, sv: y}\n", put("a", "sv", to="z"), "a: {nb: x, sv: z}\n"),
    "a list for a text": ("a: x # c\nb: 1\n", put("a", to=["x"]), "a: # c\n  - x\nb: 1\n"),
    "no line break at the end": ("a: x\nb: 1", put("b", to=2), "a: x\nb: 2"),
    "added after no line break": ("a: x", put("b", to=2), "a: x\nb: 2"),
    "carriage returns": (
        "a: >-\r\n  one\r\n  two\r\nb:\r\n  - x\r\n",
        lambda v: (put("a", to="one 2")(v), v["b"].append("z")),
        "a: >-\r\n  one\r\n  2\r\nb:\r\n  - x\r\n  - z\r\n",
    ),
    "a byte order mark": ("\ufeffa: x\n", put("a", to="z"), "\ufeffa: z\n"),
}


@pytest.mark.parametrize("name", CASES)
def test_change(name: str) -> None:
    before, change, after = CASES[name]
    assert edited(before, change, ["a", "b", "c"]) == after


REFUSED = {
    "alias": "a: &x one\nb: *x\n",
    "two values": "a: 1\na: 2\n",
    "comment in brackets": "a: [x, # c\n  y]\n",
    "indentation written": "a: x\nb: |2\n    two\n",
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_rather_than_guessed(name: str) -> None:
    value = {"a": ["z"]}
    with pytest.raises(CannotEdit):
        rewrite(REFUSED[name].encode(), value)


def test_a_one_word_change_in_any_text_of_the_register_changes_one_line() -> None:
    for text in FILES[::5]:
        value = value_of(text)
        path, words = max(_texts(value), key=lambda found: len(found[1]))
        first, *rest = words.split(" ")
        put(*path, to=" ".join([first, "endret-ord", *rest[1:]]))(value)
        lines = rewrite(text.encode(), value).decode().splitlines()
        assert len(lines) == len(text.splitlines())
        assert sum(a != b for a, b in zip(lines, text.splitlines(), strict=True)) == 1


def test_what_is_written_anew_reads_as_it_was() -> None:
    for text in FILES:
        assert same(value_of(document(value_of(text)).decode()), value_of(text))


def test_front_matter_is_changed_and_the_text_below_stays() -> None:
    page = (ROOT / "content/guidance/for-schools.nb.md").read_bytes()
    front = value_of(page.split(b"---\n")[1].decode())
    front["order"] = 31
    order = written_order(Guidance, ["nb", "sv", "en"])
    assert rewrite_front_matter(page, front, order) == page.replace(b"order: 30", b"order: 31")
    with pytest.raises(CannotEdit):
        rewrite_front_matter(b"no front matter", front, order)


@pytest.mark.parametrize(
    ("path", "value", "names"),
    [
        ((), {}, ["id", "authoritative_language", "owner", "title"]),
        (("title",), {}, ["nb", "sv"]),
        (("in_force",), {}, ["from", "to"]),
        (("sections", 0, "blocks", 1), {"kind": "task"}, ["kind", "id", "text", "who"]),
        (("sections", 0, "blocks", 1), {"kind": "reporting"}, ["kind", "id", "to", "text"]),
        (("sections", 0, "blocks", 1, "how_often"), {}, ["nb", "sv"]),
        (("sections", 0, "blocks", 1, "unknown"), {}, []),
    ],
)
def test_new_fields_come_in_the_order_of_the_models(
    path: Path, value: dict[str, str], names: list[str]
) -> None:
    assert written_order(MandateVersion, ["nb", "sv"])(path, value)[:4] == names


# --- random changes ------------------------------------------------------------------------

WORDS = st.text(
    st.one_of(
        st.sampled_from("abc åøæäö 019 :#-?*&!|>'\"%@`{}[],.\\\n\t~=<"),
        st.characters(exclude_categories=["Cs"], max_codepoint=0x1F600),
    ),
    max_size=40,
)
LONG = st.lists(WORDS, min_size=10, max_size=40).map(" ".join)
SCALARS = st.one_of(WORDS, LONG, st.booleans(), st.integers(-999, 99999), st.just("2019-09-11"))
NEW = st.one_of(
    SCALARS,
    st.dictionaries(st.sampled_from(["nb", "sv", "no", "en"]), WORDS, min_size=1),
    st.lists(SCALARS, max_size=3),
    st.fixed_dictionaries({"id": st.just("new-one"), "text": st.dictionaries(st.just("nb"), LONG)}),
)


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    if path:
        yield path
    if isinstance(value, (dict, list)):
        for step, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _paths(part, (*path, step))


def _texts(value: Any) -> Iterator[tuple[Path, str]]:
    for path in _paths(value):
        part = value
        for step in path:
            part = part[step]
        if isinstance(part, str) and " " in part:
            yield path, part


@st.composite
def dressed_files(draw: st.DrawFn) -> str:
    """A file of the register with comments in it, its line breaks as they come."""
    text = draw(st.sampled_from(FILES))
    value = value_of(text)
    for number in range(draw(st.integers(0, 4))):
        lines = text.split("\n")
        place = draw(st.integers(0, len(lines) - 2))
        note = f"# note {number}: keep 'it'"
        if draw(st.booleans()):
            lines[place] += "  " + note
        else:
            indent = len(lines[place]) - len(lines[place].lstrip(" "))
            lines.insert(place, " " * indent + note)
        if read_yaml("\n".join(lines).encode(), "").value == value:
            text = "\n".join(lines)
    return text.replace("\n", "\r\n") if draw(st.integers(0, 4)) == 0 else text


def _change(draw: st.DrawFn, value: Any) -> Path:
    """Changes `value` somewhere; returns where."""
    path = draw(st.sampled_from(list(_paths(value))))
    holder = value
    for part in path[:-1]:
        holder = holder[part]
    step: Any = path[-1]
    what = draw(st.sampled_from(["word", "put", "remove", "add", "move"]))
    if what == "word" and isinstance(holder[step], str):
        words = holder[step].split(" ")
        words[draw(st.integers(0, len(words) - 1))] = draw(WORDS)
        holder[step] = " ".join(words)
    elif what == "put":
        holder[step] = draw(NEW)
    elif what == "move" and isinstance(holder, list):
        holder.insert(draw(st.integers(0, len(holder) - 1)), holder.pop(step))
    elif what == "remove" and (len(path) > 1 or len(holder) > 1):
        del holder[step]
    elif isinstance(holder, list):
        holder.insert(step, draw(NEW))
    else:
        holder["added"] = draw(NEW)
        return (*path[:-1], "added")
    return path


@settings(
    max_examples=int(os.environ.get("REMIT_EDITS", "200")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(dressed_files(), st.data())
def test_random_changes_give_the_intended_value_and_keep_all_else(
    text: str, data: st.DataObject
) -> None:
    before = value_of(text)
    value = copy.deepcopy(before)
    changes = st.composite(_change)
    touched = {data.draw(changes(value))[0] for _ in range(data.draw(st.integers(1, 3)))}
    assume(value and not same(value, before))
    made = rewrite(text.encode(), value).decode()

    assert same(value_of(made), value)
    old, new = read_nodes(text), read_nodes(made)
    assert not Counter(old.comments()) - Counter(new.comments())
    for entry in old.root.entries or []:
        name = entry.key.words
        if name not in touched:
            assert _source(text, entry.value) == _source(made, new.find((name,)))


def _source(text: str, node: Node) -> str:
    return text[node.start : node.end]
