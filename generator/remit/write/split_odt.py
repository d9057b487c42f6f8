"""Takes an ODT that pandoc made of many documents apart: each as if it had been made alone.

Pandoc counts the automatic styles through all of them. Here each document has only those it uses,
counted anew in the order they come in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from remit.write.archive import read_parts

CONTENT = "content.xml"

# Pandoc writes < > and " of a text as entities, so none of these can match inside one.
_RULE = re.compile(rb'\s*<text:p text:style-name="Horizontal_20_Line" ?/>')
_STYLES = re.compile(rb"<office:automatic-styles ?/?>")
_STYLES_END = b"</office:automatic-styles>"
_STYLE = re.compile(
    rb'<(text:list-style|style:style) style:name="([^"]*)"[^<>]*(?:/>|>.*?</\1>)', re.S
)
_NAME = re.compile(
    rb'( (?:(?:text|table|draw):style-name|style:list-style-name|style:name|table:name)=")'
    rb'([^"]*)'
)
_PARTS_OF_NAME = re.compile(rb"([A-Za-z]+)(\d+)(.*)")


def split_odt(data: bytes) -> Iterator[dict[str, bytes]]:
    """The parts of each document in turn. Before each of them stands a horizontal rule."""
    parts = read_parts(data)
    head, *bodies = _RULE.split(parts[CONTENT])
    end = bodies[-1].rindex(b"</office:text>")
    tail, bodies[-1] = bodies[-1][end:], bodies[-1][:end]
    opening = _STYLES.search(head)
    assert opening is not None
    closing = head.index(_STYLES_END)
    styles = {match[2]: match[0] for match in _STYLE.finditer(head, opening.end(), closing)}
    before, after = head[: opening.end()], head[closing:]
    for body in bodies:
        names = _Names(styles)
        renamed = names.in_body(body)
        yield {**parts, CONTENT: before + names.styles() + after + renamed.rstrip() + tail}


class _Names:
    """The names of a document's own styles, given as they are met: P7 is P1 when it comes first."""

    def __init__(self, styles: dict[bytes, bytes]) -> None:
        self.all = styles
        self.used: dict[bytes, None] = {}
        self.numbers: dict[tuple[bytes, bytes], int] = {}
        self.counts: dict[bytes, int] = {}

    def in_body(self, body: bytes) -> bytes:
        return _NAME.sub(self._renamed, body)

    def styles(self) -> bytes:
        """The styles used, and those that they use in turn."""
        made = []
        seen: set[bytes] = set()
        while waiting := [name for name in self.used if name not in seen]:
            seen.update(waiting)
            made += [_NAME.sub(self._renamed, self.all[name]) for name in waiting]
        return b"".join(made)

    def _renamed(self, match: re.Match[bytes]) -> bytes:
        name = match[2]
        if name not in self.all:
            return match[0]
        self.used[name] = None
        parts = _PARTS_OF_NAME.fullmatch(name)
        if parts is None:
            return match[0]
        letters, number, rest = parts.groups()
        if (letters, number) not in self.numbers:
            self.counts[letters] = self.counts.get(letters, 0) + 1
            self.numbers[letters, number] = self.counts[letters]
        return b"%s%s%d%s" % (match[1], letters, self.numbers[letters, number], rest)
