"""One YAML file → its nodes with the exact span of text of each: the ground for changing a file.

Only for files that `read_yaml` accepts. Spans are offsets into the text as it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import yaml

from remit.load.yaml_reader import CParser
from remit.model.shape import Path

_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*")
_COMMENT = re.compile(r"(?<![^\s])#[^\r\n]*")


class CannotEdit(Exception):
    """The file cannot be changed safely; the message says why. Nothing was changed."""


@dataclass(slots=True)
class Node:
    """A value in the file. `start` to `end` has all of it, and no comment or space beside it.

    `style`: "" (plain), "'", '"', "|" or ">" for a text, "block" or "flow" for what holds others.
    """

    style: str
    start: int
    end: int
    words: str = ""
    """What a text says."""
    entries: list[Entry] | None = None
    items: list[Item] | None = None

    @property
    def is_scalar(self) -> bool:
        return self.entries is None and self.items is None

    def children(self) -> list[Node]:
        return [part.value for part in (self.entries or self.items or ())]

    def entry(self, name: str) -> Entry | None:
        return next((entry for entry in self.entries or () if entry.key.words == name), None)


@dataclass(slots=True)
class Entry:
    """A field of a group: its name, where its colon stands, its value."""

    key: Node
    mark: int
    value: Node

    @property
    def start(self) -> int:
        return self.key.start


@dataclass(slots=True)
class Item:
    """An item of a list: where its hyphen stands (in `[…]`: where it begins), its value."""

    start: int
    value: Node

    @property
    def mark(self) -> int:
        return self.start


@dataclass
class Tree:
    """A file's text and the nodes in it."""

    text: str
    root: Node
    _lines: list[int]

    def find(self, path: Path) -> Node:
        """Raises CannotEdit for a path that leads nowhere."""
        node = self.root
        for step in path:
            parts = node.entries if isinstance(step, str) else node.items
            found: Entry | Item | None = None
            if isinstance(step, str):
                found = node.entry(step)
            elif parts is not None and 0 <= step < len(parts):
                found = parts[step]
            if found is None:
                raise CannotEdit(f"there is nothing at {'.'.join(map(str, path))}")
            node = found.value
        return node

    def line_start(self, offset: int) -> int:
        return self._lines[bisect_right(self._lines, offset) - 1]

    def line_end(self, offset: int) -> int:
        """Where the line of `offset` ends, before its line break."""
        end = self.text.find("\n", offset)
        end = len(self.text) if end < 0 else end
        return end - 1 if end > offset and self.text[end - 1] == "\r" else end

    def column(self, offset: int) -> int:
        return offset - self.line_start(offset)

    def comments(self, start: int = 0, end: int | None = None) -> list[str]:
        """Every comment between two offsets, with its `#`."""
        stop = len(self.text) if end is None else end
        return [words for place, words in self._comments if start <= place < stop]

    @cached_property
    def _comments(self) -> list[tuple[int, str]]:
        """Comments stand only between texts, and after the | or > of one."""
        found, place = [], 0
        for start, stop in [*sorted(self._texts()), (len(self.text), len(self.text))]:
            for match in _COMMENT.finditer(self.text, place, start):
                found.append((match.start(), match[0].rstrip()))
            place = max(place, stop)
        return found

    def _texts(self) -> Iterator[tuple[int, int]]:
        """What no comment can stand in."""
        for node in _scalars(self.root):
            if node.style in ("|", ">"):
                yield node.start, _block_header_end(self.text, node.start)
                yield self.line_end(node.start), node.end
            else:
                yield node.start, node.end


def read_nodes(text: str) -> Tree:
    """Raises CannotEdit for what has no place in the register's YAML."""
    if re.search(r"\r(?!\n)", text):
        raise CannotEdit("a line ends with a bare carriage return")
    lines = [0, *(match.end() for match in re.finditer(r"\n", text))]
    try:
        root = _Builder(text, lines).build()
    except yaml.YAMLError as error:
        raise CannotEdit("the file is not valid YAML") from error
    return Tree(text, root, lines)


def _scalars(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one.is_scalar:
            yield one
        waiting.extend(entry.key for entry in one.entries or ())
        waiting.extend(one.children())


class _Builder:
    def __init__(self, text: str, lines: list[int]) -> None:
        self.text, self.lines = text, lines
        self.parser = CParser(text) if CParser else yaml.SafeLoader(text)

    def build(self) -> Node:
        """Nodes from the parser's events; what is open lies on a stack of its own."""
        stack: list[tuple[Node, list[Node]]] = []
        root: Node | None = None
        while True:
            event: Any = self.parser.get_event()
            if isinstance(event, yaml.StreamEndEvent) or event is None:
                break
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise CannotEdit("the file has anchors or aliases")
            if isinstance(event, yaml.ScalarEvent):
                done = self._scalar(event)
            elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                style = "flow" if event.flow_style else "block"
                stack.append((Node(style, self._at(event.start_mark), 0), []))
                continue
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                done, parts = stack.pop()
                is_mapping = isinstance(event, yaml.MappingEndEvent)
                self._close(done, parts, self._at(event.end_mark), is_mapping)
            else:
                continue
            if stack:
                stack[-1][1].append(done)
            else:
                root = done
        if root is None:
            raise CannotEdit("the file is empty")
        return root

    def _at(self, mark: Any) -> int:
        if mark.line >= len(self.lines):  # the last line has no line break
            return len(self.text)
        return int(min(self.lines[mark.line] + mark.column, len(self.text)))

    def _scalar(self, event: Any) -> Node:
        start, end = self._at(event.start_mark), self._at(event.end_mark)
        style = event.style or ""
        if style in ("|", ">"):
            end = self._block_end(start, event.value)
        return Node(style, start, end, event.value)

    def _block_end(self, start: int, value: str) -> int:
        """Where the content of a text after | or > ends; blank lines below it are layout."""
        header = _BLOCK_HEADER.match(self.text, start)
        assert header
        end, indent = header.end(), -1
        if not value.strip("\n") and "+" not in header[0]:
            return end
        place = self.text.find("\n", start) + 1
        while 0 < place < len(self.text):
            stop = self.text.find("\n", place)
            stop = len(self.text) if stop < 0 else stop
            line = self.text[place:stop].rstrip("\r")
            if line.strip(" "):
                own = len(line) - len(line.lstrip(" "))
                if indent < 0:
                    indent = own
                    if header[0].strip("|>-+"):
                        raise CannotEdit("a text has its indentation written after | or >")
                if own < indent:
                    break
                end = place + len(line)
            elif "+" in header[0]:
                end = place + len(line)
            place = stop + 1
        return end

    def _close(self, node: Node, parts: list[Node], end: int, is_mapping: bool) -> None:
        """Gives a group or list its parts, and the end of its last one."""
        if is_mapping:
            node.entries = [
                Entry(key, self._colon(key), value)
                for key, value in zip(parts[::2], parts[1::2], strict=True)
            ]
            for entry in node.entries:
                self._empty(entry.value, entry.mark + 1)
        else:
            flow = node.style == "flow"
            column = node.start - self._line_start(node.start)
            starts = [part.start for part in parts] if flow else []
            place = node.start
            for part in [] if flow else parts:
                starts.append(self._dash(place, column))
                self._empty(part, starts[-1] + 1)
                place = part.end
            node.items = [Item(at, part) for at, part in zip(starts, parts, strict=True)]
            for before, after in pairwise(node.items):
                assert before.start < after.start
        children = node.children()
        node.end = end if node.style == "flow" else children[-1].end

    def _empty(self, node: Node, place: int) -> None:
        """A value that is left out stands right after its colon or hyphen."""
        if node.is_scalar and not node.style and node.start == node.end:
            node.start = node.end = place

    def _line_start(self, offset: int) -> int:
        return self.lines[bisect_right(self.lines, offset) - 1]

    def _colon(self, key: Node) -> int:
        place = key.end
        while self.text[place : place + 1] == " ":
            place += 1
        if self.text[place : place + 1] != ":" or not key.is_scalar or "\n" in key.words:
            raise CannotEdit("a field's name is not followed by a colon on the same line")
        return place

    def _dash(self, place: int, column: int) -> int:
        """The hyphen of the item that begins at or after `place`, in the list's column."""
        line = self._line_start(place)
        while line < len(self.text):
            at = line + column
            before = self.text[max(line, place) : at].strip(" ") if at > place else ""
            if at >= place and self.text[at : at + 1] == "-" and not before:
                return at
            following = self.text.find("\n", line) + 1
            if not following:
                break
            line = following
        raise CannotEdit("a list's hyphens do not stand in one column")


def _block_header_end(text: str, start: int) -> int:
    header = _BLOCK_HEADER.match(text, start)
    return header.end() if header else start
