"""One change to a file, as the fewest pieces of text to put in the place of others."""

from __future__ import annotations

from typing import Any

from remit.load.relaying import TOLERANCE, relaid
from remit.load.yaml_nodes import Entry, Item, Node, Tree
from remit.load.yaml_text import (
    STEP,
    WIDTH,
    KeyOrder,
    double_quoted,
    field_lines,
    forms,
    key_text,
    plain,
    scalar_lines,
    single_quoted,
    value_lines,
)
from remit.model.shape import Path

Splice = tuple[int, int, str]
"""From one offset to another, what is to stand there. Line breaks are line feeds."""


class Splices:
    """The pieces for each kind of change to one file as it stands."""

    def __init__(self, tree: Tree, order: KeyOrder) -> None:
        self._tree, self._order = tree, order

    def part(self, path: Path) -> Entry | Item:
        holder, step = self._tree.find(path[:-1]), path[-1]
        part = holder.entry(step) if isinstance(step, str) else (holder.items or [])[step]
        assert part
        return part

    def scalar_ways(
        self, path: Path, node: Node, value: Any, *, in_flow: bool
    ) -> list[list[Splice]]:
        """The ways to write another text, number or truth value, the least change first."""
        part, source = self.part(path), self._tree.text[node.start : node.end]
        indent = self._tree.column(part.start) + STEP
        column = self._tree.column(node.start)
        if not source:
            first, *rest = scalar_lines(value, indent, column + 1, flow=in_flow)
            return [self.laid(node, [" " + first, *rest])]
        if not isinstance(value, str):
            return [self.laid(node, scalar_lines(value, indent, column))]
        ways = []
        if node.style not in ("|", ">") and "\n" not in source:
            one = self._quoted_alike(node.style, value, in_flow)
            fits = len(one or "") <= max(WIDTH - column, len(source)) + TOLERANCE
            if one and (fits or " " not in value):
                ways.append(self.laid(node, [one]))
        elif node.style != "|":
            lines = relaid(source, node, value)
            if lines and node.style == ">":
                ways.append(self.laid(node, lines))
            elif lines:
                ways.append([(node.start, node.end, "\n".join(lines))])
        preferred = scalar_lines(value, indent, column, flow=in_flow)
        made = [*forms(value, indent, flow=in_flow)]
        if node.style == "|":
            made.sort(key=lambda form: not form[0].startswith("|"))
            preferred = made[0]
        return ways + [self.laid(node, lines) for lines in [preferred, *made]]

    @staticmethod
    def _quoted_alike(style: str, value: str, flow: bool) -> str | None:
        if not style:
            return plain(value, flow=flow)
        return single_quoted(value) if style == "'" else double_quoted(value)

    def laid(self, node: Node, lines: list[str]) -> list[Splice]:
        """A text in place of another, the lines below it after a comment on its line."""
        body = "".join("\n" + line for line in lines[1:])
        if node.style in ("|", ">"):
            head = node.start + len(self._tree.text[node.start :].split(None, 1)[0])
            stop = self._tree.line_end(node.start)
            return [(node.start, head, lines[0]), (stop, max(stop, node.end), body)]
        stop = self._tree.line_end(node.end)
        return [(node.start, node.end, lines[0]), (stop, stop, body)]

    def replaced(self, path: Path, node: Node, value: Any) -> list[Splice]:
        """A value of another shape after a field's colon or an item's hyphen."""
        part = self.part(path)
        column = self._tree.column(part.start)
        if isinstance(part, Entry):
            name = part.key.words
            lines = field_lines(name, value, column, path, self._order)
            lines[0] = lines[0][len(key_text(name)) + 1 :]
        else:
            lines = value_lines(value, column + STEP, path, self._order)
            lines[0] = " " + lines[0]
        stop = self._tree.line_end(node.end)
        kept = self._tree.comments(part.mark + 1, node.end)
        return [
            *self._above(part.start, kept),
            (part.mark + 1, node.end, lines[0]),
            (stop, stop, "".join("\n" + line for line in lines[1:])),
        ]

    def _above(self, offset: int, comments: list[str]) -> list[Splice]:
        """Comments on lines of their own above the line of `offset`."""
        start = self._tree.line_start(offset)
        line = self._tree.text[start : self._tree.line_end(offset)]
        indent = " " * (len(line) - len(line.lstrip(" ")))
        return [(start, start, "".join(f"{indent}{one}\n" for one in comments))] if comments else []

    def with_field(self, node: Node, path: Path, value: Any) -> list[Splice]:
        entries, name = node.entries or [], str(path[-1])
        column = self._tree.column(entries[0].start)
        names = [entry.key.words for entry in entries]
        known = self._order(path[:-1], {**dict.fromkeys(names), name: value})
        place = known.index(name) if name in known else len(known)
        earlier = [
            entry
            for entry in entries
            if (known.index(entry.key.words) if entry.key.words in known else -1) < place
        ]
        lines = field_lines(name, value, column, path, self._order)
        if not earlier:
            return self._before(entries[0].start, lines, column)
        last = max(
            earlier,
            key=lambda one: known.index(one.key.words) if one.key.words in known else -1,
        )
        return self._after(last.value.end, lines, column)

    def with_item(self, node: Node, path: Path, value: Any) -> list[Splice]:
        items, index = node.items or [], int(path[-1])
        column = self._tree.column(items[0].start)
        lines = value_lines(value, column + STEP, path, self._order)
        lines[0] = "- " + lines[0]
        if index == 0:
            return self._before(items[0].start, lines, column)
        return self._after(items[index - 1].value.end, lines, column)

    def _before(self, offset: int, lines: list[str], column: int) -> list[Splice]:
        return [(offset, offset, "\n".join(lines) + "\n" + " " * column)]

    def _after(self, offset: int, lines: list[str], column: int) -> list[Splice]:
        """Below the line of `offset`, and below comments that stand further in."""
        stop = self._tree.line_end(offset)
        while stop < len(self._tree.text):
            following = self._tree.text.find("\n", stop) + 1
            end = self._tree.line_end(following)
            line = self._tree.text[following:end]
            indent = len(line) - len(line.lstrip(" "))
            if not following or not line.lstrip(" ").startswith("#") or indent <= column:
                break
            stop = end
        return [(stop, stop, "\n" + " " * column + "\n".join(lines))]

    def without(self, node: Node, step: str | int) -> list[Splice]:
        parts: list[Entry] | list[Item] = node.entries or node.items or []
        part = node.entry(step) if isinstance(step, str) else (node.items or [])[step]
        assert part
        start, end = self._tree.line_start(part.start), self._tree.line_end(part.value.end)
        if self._tree.text[start : part.start].strip(" "):
            following = parts[1].start
            kept = self._tree.comments(part.start, following)
            return [*self._above(part.start, kept), (part.start, following, "")]
        stop = self._tree.text.find("\n", end) + 1 or len(self._tree.text)
        indent = self._tree.text[start : part.start]
        kept = self._tree.comments(start, end)
        return [(start, stop, "".join(f"{indent}{one}\n" for one in kept))]
