"""A record's file in the register's tidy form: the models' order of fields, no needless quotation
marks, no line that is too long.

Only that. Comments, blank lines, indentation and the line breaks of texts that fit stay, and a tidy
file stays as it is. A field takes the comments above it along when it moves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from remit.load.yaml_edit import same
from remit.load.yaml_nodes import CannotEdit, Entry, Item, Node, Tree, read_nodes
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


@dataclass(slots=True)
class _Piece:
    """A field or item as text: lines above it that go with it, and itself from its first sign."""

    above: list[str]
    text: str


def _in_order(tree: Tree, value: Any, order: KeyOrder, newline: str) -> str:
    above, text = _Ordering(tree, value, order, newline).of(tree.root, ())
    start = tree.root.start
    column = tree.column(start)
    comments = "".join(" " * column + line.strip() + newline for line in above)
    rest = tree.text[tree.line_end(tree.root.end) :]
    first = tree.line_start(start)
    return tree.text[:first] + comments + tree.text[first:start] + text + rest


class _Ordering:
    """Rebuilds the text of nodes with their fields in order; what is not moved is copied."""

    def __init__(self, tree: Tree, value: Any, order: KeyOrder, newline: str) -> None:
        self.tree, self.value, self.order, self.newline = tree, value, order, newline

    def of(self, node: Node, path: Path) -> tuple[list[str], str]:
        """(comments to stand above the node, its text to the end of its last line)."""
        if node.style != "block":
            return [], self.tree.text[node.start : self.tree.line_end(node.end)]
        pieces = self._pieces(node, path)
        if node.entries:
            pieces = [pieces[index] for index in self._order_of(node, path)]
        column = self.tree.column(node.start)
        first, *others = pieces
        lines = [first.text]
        for piece in others:
            lines.extend([*piece.above, " " * column + piece.text])
        return [line for line in first.above if line.strip()], self.newline.join(lines)

    def _order_of(self, node: Node, path: Path) -> list[int]:
        value = self.value
        for step in path:
            value = value[step]
        known = {name: place for place, name in enumerate(self.order(path, value))}
        names = [entry.key.words for entry in node.entries or []]
        return sorted(range(len(names)), key=lambda at: known.get(names[at], len(known)))

    def _pieces(self, node: Node, path: Path) -> list[_Piece]:
        parts: Sequence[Entry | Item] = node.entries or node.items or []
        pieces: list[_Piece] = []
        for index, part in enumerate(parts):
            above = self._above(parts[index - 1], part) if index else []
            column = self.tree.column(part.start)
            while pieces and above and self._is_tail(above[0], column):
                pieces[-1].text += self.newline + above.pop(0)
            step = part.key.words if isinstance(part, Entry) else index
            hoisted, text = self._piece(part, (*path, step))
            pieces.append(
                _Piece([*above, *(" " * column + line.strip() for line in hoisted)], text)
            )
        return pieces

    def _above(self, before: Entry | Item, part: Entry | Item) -> list[str]:
        """The lines between two parts: comments and blank ones, of these one at most."""
        start = self.tree.line_end(before.value.end)
        between = self.tree.text[start : self.tree.line_start(part.start)].splitlines()[1:]
        return [
            line
            for place, line in enumerate(between)
            if line.strip() or (place + 1 == len(between) or between[place + 1].strip())
        ]

    @staticmethod
    def _is_tail(line: str, column: int) -> bool:
        """Whether a comment stands further in, and so belongs to what is above it."""
        return bool(line.strip()) and len(line) - len(line.lstrip(" ")) > column

    def _piece(self, part: Entry | Item, path: Path) -> tuple[list[str], str]:
        node, text = part.value, self.tree.text
        hoisted, below = self.of(node, path)
        line = self.tree.line_start(node.start)
        if not hoisted or line <= part.start:
            return hoisted, text[part.start : node.start] + below
        indent = text[line : node.start]
        comments = "".join(indent + one.strip() + self.newline for one in hoisted)
        return [], text[part.start : line] + comments + indent + below
