"""Plain text → pieces: paragraphs, lists and headings told by their shape."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from remit.importing.pieces import Piece, plain_piece

WIDEST = 110
"""Columns of a text whose lines were broken by hand or by a mail program."""
BULLET = re.compile(r"^[ \t]*([•▪◦‣●○■□➢✓\uf0b7\uf0a7·*+–—-])(?:[ \t\u00a0]+)(?=\S)")
NUMBER = re.compile(r"^[ \t]*(?:\d{1,2}|[a-zæøåäö])[.)][ \t\u00a0]+(?=\S)")
_UNDERLINE = re.compile(r"^\s*([=\-_~*])\1{2,}\s*$")
_LIST_IN_LINE = re.compile(r"(?<=\S)[ \t]+[•▪◦‣][ \t]+(?=\S)")
# a word, a tab and its value, as in a form; the colon is no word
_TABULATED = re.compile(r"^([^\t:]{2,40}[^\t: ])[ ]*\t+[ ]*(?=\S)")
_TAG = re.compile(r"</?(p|ol|ul|li|em|strong|b|i|u|br|span|div|h[1-6]|a)(\s[^<>]*)?/?>", re.I)
_NEW_LINE = {"p", "li", "br", "div", "ol", "ul", "h1", "h2", "h3", "h4", "h5", "h6"}


def read_text(text: str) -> tuple[list[Piece], list[str]]:
    """The pieces, each with its line, and what was noticed."""
    notes = []
    tags = len(_TAG.findall(text))
    if tags:
        notes.append(f"{tags} HTML tags stand in the text; they are left out, the words are kept")
        text = _TAG.sub(_without_tag, text)
    lines = _LIST_IN_LINE.sub("\v• ", text).split("\n")
    return list(_pieces(lines, _width(lines))), notes


def _without_tag(tag: re.Match[str]) -> str:
    """A break that counts no line, or nothing."""
    name = tag[1].lower()
    if name == "li" and not tag[0].startswith("</"):
        return "\v• "
    return "\v" if name in _NEW_LINE else ""


def _width(lines: list[str]) -> int:
    """The width at which lines were broken; 0 when each paragraph is one line."""
    lengths = sorted(len(line.rstrip()) for line in lines if line.strip())
    if not lengths or lengths[-1 - len(lengths) // 20] > WIDEST:
        return 0
    return lengths[-1 - len(lengths) // 20]


def _pieces(lines: list[str], width: int) -> Iterator[Piece]:
    for block in _blocks(lines):
        yield from _in_block(block, width)


def _blocks(lines: list[str]) -> Iterator[list[tuple[int, str]]]:
    """Lines without an empty one between them, each with its number."""
    block: list[tuple[int, str]] = []
    for number, line in enumerate(lines, 1):
        for part in re.split("[\v\f]", line):
            if part.strip():
                block.append((number, part.rstrip()))
            elif block and not line.strip("\v\f "):
                yield block
                block = []
        if "\v" in line and block:
            yield block
            block = []
    if block:
        yield block


def _in_block(block: list[tuple[int, str]], width: int) -> Iterator[Piece]:
    held: Piece | None = None
    last = ""
    numbers = sum(1 for _, line in block if NUMBER.match(line)) > 1
    for number, line in block:
        if held and _UNDERLINE.match(line) and held.kind == "paragraph":
            level = 1 if line.strip()[0] == "=" else 2
            yield replace(held, kind="heading", level=level)
            held = None
            continue
        if _UNDERLINE.match(line):
            continue
        if held and _goes_on(last, line, width, held.kind == "item"):
            text = held.text.removesuffix("\u00ad") + " " + line.strip()
            held = plain_piece(held.kind, text, held.place, level=held.level, ordered=held.ordered)
        else:
            if held:
                yield held
            held = _begun(line, number, numbers)
        last = line
    if held:
        yield held


def _goes_on(last: str, line: str, width: int, in_item: bool) -> bool:
    """Whether a line continues the one before it."""
    if BULLET.match(line) or NUMBER.match(line):
        return False
    if in_item and _indent(line) > _indent(last):
        return True
    first_word = line.split(maxsplit=1)[0]
    return bool(width) and len(last.rstrip()) + 1 + len(first_word) > width


def _begun(line: str, number: int, numbers: bool) -> Piece:
    place = f"line {number}"
    bullet = BULLET.match(line)
    if bullet:
        level = min(_indent(line) // 2, 8) if _indent(line) > 1 else 0
        return plain_piece("item", line[bullet.end() :], place, level=level)
    if numbers and NUMBER.match(line):
        return plain_piece("item", line.strip(), place, level=0, ordered=True)
    return plain_piece("paragraph", _TABULATED.sub(r"\1: ", line.strip(), count=1), place)


def _indent(line: str) -> int:
    wide = line.expandtabs(4)
    return len(wide) - len(wide.lstrip())
