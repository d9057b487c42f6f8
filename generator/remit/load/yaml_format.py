"""A record's file in the register's tidy form: the models' order of fields, no needless quotation
marks, no line that is too long.

Only that. Comments, blank lines, indentation and the line breaks of texts that fit stay, and a tidy
file stays as it is. A field takes the comments above it along when it moves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from remit.load.yaml_edit import same
from remit.load.yaml_nodes import CannotEdit, Entry, Item, Node, Tree, read_nodes
from remit.load.yaml_order import Rearranging
from remit.load.yaml_reader import read_yaml
from remit.load.yaml_splices import Splice, Splices
from remit.load.yaml_text import STEP, WIDTH, KeyOrder, folded, plain, scalar_lines
from remit.model.shape import Path


def formatted(data: bytes, order: KeyOrder) -> bytes:
    """The tidy form of a file. Raises CannotEdit for one that cannot be read or tidied safely."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise CannotEdit("the file is not UTF-8 text") from None
    begins = "\ufeff" if text.startswith("\ufeff") else ""
    given = text.removeprefix("\ufeff")
    newline = "\r\n" if "\r\n" in given else "\n"
    value, tree = _read(given), read_nodes(given)
    made = _with_tidy_texts(tree, order, newline)
    made = _in_order(read_nodes(made), value, order, newline)
    if not made.endswith("\n"):
        made += newline
    if not same(_read(made), value) or _comments(made) != Counter(tree.comments()):
        raise CannotEdit("its tidy form would not say exactly the same")
    return (begins + made).encode()


def _read(text: str) -> Any:
    reading = read_yaml(text.encode(), "")
    if reading.problems:
        raise CannotEdit(reading.problems[0].message)
    return reading.value


def _comments(text: str) -> Counter[str]:
    return Counter(read_nodes(text).comments())


# --- texts ---------------------------------------------------------------------------------


def _with_tidy_texts(tree: Tree, order: KeyOrder, newline: str) -> str:
    splices = Splices(tree, order)
    text = tree.text
    for part in reversed(list(_parts(tree.root))):
        if not part.value.is_scalar or part.value.start == part.value.end:
            continue
        lines = _tidy(tree, part)
        pieces = splices.laid(part.value, lines) if lines else []
        for start, end, words in sorted(pieces, key=_place, reverse=True):
            text = text[:start] + words.replace("\n", newline) + text[end:]
    return text


def _place(splice: Splice) -> tuple[int, int]:
    return splice[:2]


def _parts(node: Node) -> Iterator[Entry | Item]:
    """Every field and item on lines of its own, in the order of the file."""
    for part in (node.entries or node.items or ()) if node.style == "block" else ():
        yield part
        yield from _parts(part.value)


def _tidy(tree: Tree, part: Entry | Item) -> list[str] | None:
    """How a text is better written, or None where it is well."""
    node = part.value
    source = tree.text[node.start : node.end].splitlines()
    indent = tree.column(part.start) + STEP
    if node.style == "|":
        return None
    if node.style == ">":
        inner = len(source[-1]) - len(source[-1].lstrip(" "))
        if source[0].rstrip() != ">-" or max(map(len, source)) <= WIDTH:
            return None
        return folded(node.words, inner)
    if not node.style and len(source) == 1:
        column = tree.column(node.start)
        if not isinstance(_read(f"a: {source[0]}\n")["a"], str):
            return None
        # what another program could take for a number gets quotation marks
        well = column + len(source[0]) <= WIDTH and plain(node.words) is not None
        return None if well else scalar_lines(node.words, indent, column)
    if len(source) > 1:
        return folded(node.words, indent)
    return scalar_lines(node.words, indent, tree.column(node.start))


# --- order ---------------------------------------------------------------------------------


def _in_order(tree: Tree, value: Any, order: KeyOrder, newline: str) -> str:
    def fields(node: Node, path: Path) -> list[int]:
        if node.entries is None:
            return list(range(len(node.items or ())))
        there = value
        for step in path:
            there = there[step]
        known = {name: place for place, name in enumerate(order(path, there))}
        names = [entry.key.words for entry in node.entries]
        return sorted(range(len(names)), key=lambda at: known.get(names[at], len(known)))

    return Rearranging(tree, fields, newline, fewer_blanks=True).text_with((), tree.root)
