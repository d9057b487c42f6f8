"""One YAML file in the register's tidy form → plain values, three times as fast as by PyYAML.

Only the forms that `yaml_text` writes are read here, and comments between them or behind a field
whose value stands below. Whatever else a file holds, right or wrong, is left to `yaml_reader`,
which alone says what is wrong and where. So nothing is guessed: a file has the value that
`yaml_reader` gives it, or is `UNTIDY`.
"""

from __future__ import annotations

import re
from sys import intern
from typing import Any

MAX_BYTES = 256 * 1024
"""All parts of a file are held at once, so a large one is left to who reads them one by one."""
MAX_DEPTH = 20
"""Groups and lists in one another: fewer than `yaml_reader` bears."""
UNTIDY = object()
"""In place of the value of a file that is left to `yaml_reader`."""
_BELOW = object()
"""In place of a value that stands on the lines below."""

# How far in a line begins, an item's hyphen, a field's name.
_HEAD = re.compile(r"( *+)(- )?+([A-Za-z_][A-Za-z0-9_-]{0,80}+)")
# Bytes that are never a control, nor the first of one: of them are nearly all files.
_HARMLESS = bytes({0x0A, *range(0x20, 0x100)} - {0x7F, 0xC2, 0xE2, 0xEF})
_CONTROL = re.compile(
    rb"[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9]|\xef\xbb\xbf|\xef\xbf[\xbe\xbf]"
)
_LONGEST_WORD = 5
"""No longer is what looks like text and is none: `null`, `true`, `false`, `~`."""
_SIGNS = frozenset(" \"'>|&*!%@`{}[],?:#-")
"""What text without quotes never begins with."""
_NO_LETTERS = _SIGNS | frozenset("0123456789")
_INT = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)
_NO_TEXT = {"~": None} | {
    written: value
    for word, value in (("null", None), ("true", True), ("false", False))
    for written in (word, word.capitalize(), word.upper())
}
Head = tuple[int, str]
"""The place and the field's name. A place is twice the column in which something begins, and one
more for an item: so the parts of a group stand at an even place, those of a list at an odd one."""
_fields: dict[str, Head] = {}
_groups: dict[str, Head] = {}
"""By how lines begin, and by whole lines of which the value stands below: thousands of files have
few of either."""
_MOST_HEADS = 10_000


def read_tidy(data: bytes) -> Any:
    """What a file says, or `UNTIDY`."""
    if len(data) > MAX_BYTES or not data.strip():
        return UNTIDY
    if data.translate(None, _HARMLESS) and _CONTROL.search(data):
        return UNTIDY
    try:
        return _value(data.decode())
    except (UnicodeDecodeError, _Untidy):
        return UNTIDY


def _value(text: str) -> dict[str, Any]:
    lines = text.split("\n")
    if lines[-1]:
        raise _Untidy
    root: dict[str, Any] = {}
    here: Any = root  # the group or list whose parts come now
    place = 0  # where they begin
    around: list[tuple[Any, int]] = []
    below = ""  # the field whose value is to stand on the lines below
    number, end, fields, groups = 0, len(lines) - 1, _fields, _groups
    while number < end:
        line = lines[number]
        number += 1
        value: Any
        start, colon, value = line.partition(": ")
        head = fields.get(start) if colon else groups.get(line)
        if head is None:
            if not line or _is_note(line):
                continue
            head, value = _head_and_value(line)
        at, name = head
        if below:
            if at <= place + 1 or len(around) > MAX_DEPTH:
                raise _Untidy
            around.append((here, place))
            here[below] = here = [] if at & 1 else {}
            place, below = at, ""
        elif at != place:
            while at < place:
                here, place = around.pop()
            if at != place:
                raise _Untidy
        if at & 1 and name:
            around.append((here, place))
            here.append({})
            here, place = here[-1], at + 3
        if not value:
            value = _BELOW
        elif value[0] in _NO_LETTERS:
            value, number = _other(value, lines, number, place)
        elif len(value) <= _LONGEST_WORD or ": " in value or " #" in value or value[-1] in " :":
            value = _plain(value)
        if value is _BELOW:
            if not name or name in here or line[-1] == " ":
                raise _Untidy
            below = name
            continue
        if not name:
            here.append(value)
        elif name in here:
            raise _Untidy
        else:
            here[name] = value
    if below or not root:
        raise _Untidy
    return root


def _is_note(line: str) -> bool:
    return line.lstrip(" ")[:1] == "#"


def _head_and_value(line: str) -> tuple[Head, str]:
    """Of a line that begins as none has before, or is an item that is no group."""
    start, colon, value = line.partition(": ")
    name = start if colon else line[:-1]
    if found := _HEAD.fullmatch(name) if colon or line[-1] == ":" else None:
        indent, item, name = found.groups()
        known = _fields if colon else _groups
        if len(known) >= _MOST_HEADS:
            known.clear()
        known[start] = head = 2 * len(indent) + bool(item), intern(name)
        return head, value
    indent, _, value = line.partition("- ")
    if not value or indent.strip(" "):
        raise _Untidy
    return (2 * len(indent) + 1, ""), value


def _other(value: str, lines: list[str], number: int, place: int) -> tuple[Any, int]:
    """What a value is that does not begin with a letter, and the number of the line behind it."""
    if value == ">-":
        return _block(lines, number, place)
    sign = value[0]
    if sign in "'\"":
        words = value[1:-1]
        if len(value) < 2 or value[-1] != sign or sign in words or (sign == '"' and "\\" in words):
            raise _Untidy
        return words, number
    if sign not in _SIGNS:
        return _plain(value), number
    if not _is_note(value):
        raise _Untidy
    return _BELOW, number


def _plain(value: str) -> Any:
    """What it says without quotes."""
    if ": " in value or " #" in value or value[-1] in " :":
        raise _Untidy
    if value in _NO_TEXT:
        return _NO_TEXT[value]
    return int(value) if _INT.fullmatch(value) else value


def _block(lines: list[str], number: int, place: int) -> tuple[str, int]:
    """What a block of one paragraph says, and the number of the line behind it."""
    line = lines[number]
    words = line.lstrip(" ")
    width = len(line) - len(words)
    if not words or 2 * width <= place:
        raise _Untidy
    indent, parts = line[:width], [words]
    number += 1
    while lines[number].startswith(indent):
        words = lines[number][width:]
        if not words or words[0] == " ":
            raise _Untidy
        parts.append(words)
        number += 1
    while number < len(lines) and not lines[number]:
        number += 1
    if number < len(lines) and lines[number].startswith(indent):  # a second paragraph
        raise _Untidy
    return " ".join(parts), number


class _Untidy(Exception):
    """Something that is left to `yaml_reader`."""
