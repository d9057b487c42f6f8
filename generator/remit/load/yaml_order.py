"""Fields and items as pieces of text, put in another order; what is in a piece is copied."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from remit.load.yaml_nodes import Entry, Item, Node, Tree
from remit.model.shape import Path

Order = Callable[[Node, Path], list[int]]
"""The order in which a group's fields or a list's items are to stand, by where they stand now."""


@dataclass(slots=True)
class _Piece:
    """A field or item as text: lines above it that go with it, and itself from its first sign."""

    above: list[str]
    text: str


class Rearranging:
    """The text of nodes with their parts in order. A part takes the comments above it along."""

    def __init__(
        self, tree: Tree, order: Order, newline: str, *, fewer_blanks: bool = False
    ) -> None:
        self.tree, self.order, self.newline = tree, order, newline
        self.fewer_blanks = fewer_blanks  # of several blank lines, one is kept

    def text_with(self, path: Path, node: Node) -> str:
        """The whole file with what is in `node`, which stands at `path`, in order."""
        above, text = self._of(node, path)
        start = node.start
        first = self.tree.line_start(start)
        line = self.tree.text[first:start]
        indent = " " * (len(line) - len(line.lstrip(" ")))
        comments = "".join(indent + one.strip() + self.newline for one in above)
        rest = self.tree.text[self.tree.line_end(node.end) :]
        return self.tree.text[:first] + comments + line + text + rest

    def _of(self, node: Node, path: Path) -> tuple[list[str], str]:
        """(comments to stand above the node, its text to the end of its last line)."""
        if node.style != "block":
            return [], self.tree.text[node.start : self.tree.line_end(node.end)]
        pieces = self._pieces(node, path)
        column = self.tree.column(node.start)
        first, *others = [pieces[index] for index in self.order(node, path)]
        lines = [first.text]
        for piece in others:
            lines.extend([*piece.above, " " * column + piece.text])
        return [line for line in first.above if line.strip()], self.newline.join(lines)

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
            above.extend(" " * column + line.strip() for line in hoisted)
            pieces.append(_Piece(above, text))
        return pieces

    def _above(self, before: Entry | Item, part: Entry | Item) -> list[str]:
        """The lines between two parts: comments and blank ones."""
        start = self.tree.line_end(before.value.end)
        between = self.tree.text[start : self.tree.line_start(part.start)].splitlines()[1:]
        return [
            line
            for place, line in enumerate(between)
            if line.strip()
            or not self.fewer_blanks
            or place + 1 == len(between)
            or between[place + 1].strip()
        ]

    @staticmethod
    def _is_tail(line: str, column: int) -> bool:
        """Whether a comment stands further in, and so belongs to what is above it."""
        return bool(line.strip()) and len(line) - len(line.lstrip(" ")) > column

    def _piece(self, part: Entry | Item, path: Path) -> tuple[list[str], str]:
        node, text = part.value, self.tree.text
        hoisted, below = self._of(node, path)
        line = self.tree.line_start(node.start)
        if not hoisted or line <= part.start:
            return hoisted, text[part.start : node.start] + below
        indent = text[line : node.start]
        comments = "".join(indent + one.strip() + self.newline for one in hoisted)
        return [], text[part.start : line] + comments + indent + below
