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

# Text without quotes: neither ": " nor " #" in it, and no sign of YAML's at its beginning.
_PLAIN = r"""[^\s"'>|&*!%@`{}\[\],?:#-][^:#\n]*+(?:(?::(?=[^ \n])|(?<=[^ ])#)[^:#\n]*+)*+"""
# A block's lines stand equally far in. What follows it is no further line of it.
_BLOCK = r">-\n(( ++)[^ \n][^\n]*+\n(?:\7[^ \n][^\n]*+\n)*+)(?!\n*+\7)"
_PARTS = re.compile(
    r"(?:\n| *+#[^\n]*+\n)*+"
    r"(?:"
    r"( *+)(- )?+(?:([A-Za-z_][\w-]{0,80}+):)?+"  # how far in, an item's hyphen, a field's name
    r"""(?:(?: |(?<=- ))(?:"([^"\\\n]*+)"|'([^'\n]*+)')\n"""
    rf"|(?: |(?<=- )){_BLOCK}"
    rf"|(?: |(?<=- ))({_PLAIN})(?<! )\n"
    r"|(?<=:)(?: ++#[^\n]*+)?+(\n))"  # the value stands below
    r"|([^\n]*+\n|[^\n]++)"  # anything else
    r"|\Z)",
    re.ASCII,
)
# Bytes that are never a control, nor the first of one: of them are nearly all files.
_HARMLESS = bytes({0x0A, *range(0x20, 0x100)} - {0x7F, 0xC2, 0xE2, 0xEF})
_CONTROL = re.compile(
    rb"[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9]|\xef\xbb\xbf|\xef\xbf[\xbe\xbf]"
)
_LONGEST_WORD = 5
"""No longer is what looks like text and is none: `null`, `true`, `false`, `~`."""
_DIGITS = frozenset("0123456789")
_INT = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)
_NO_TEXT = {"~": None} | {
    written: value
    for word, value in (("null", None), ("true", True), ("false", False))
    for written in (word, word.capitalize(), word.upper())
}


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
    root: dict[str, Any] = {}
    here: Any = root  # the group or list whose parts come now
    column = 0  # where they begin
    around: list[tuple[Any, int]] = []
    below = ""  # the field whose value is to stand on the lines below
    for indent, item, name, double, single, block, inner, plain, nothing, other in _PARTS.findall(
        text
    ):
        at = len(indent)
        if below:
            if at <= column or len(around) > MAX_DEPTH:
                raise _Untidy
            around.append((here, column))
            here[below] = here = [] if item else {}
            column, below = at, ""
        elif at != column:
            while at < column:
                here, column = around.pop()
            if at != column:
                raise _Untidy
        if item:
            if type(here) is dict:
                raise _Untidy
            if name:
                around.append((here, column))
                here.append({})
                here, column = here[-1], at + 2
        elif not name:
            if other or below:
                raise _Untidy
            break  # the end
        elif type(here) is list:
            raise _Untidy
        if plain:
            is_text = len(plain) > _LONGEST_WORD and plain[0] not in _DIGITS
            value = plain if is_text else _resolved(plain)
        elif block:
            if len(inner) <= column:
                raise _Untidy
            value = block[len(inner) : -1].replace("\n" + inner, " ")
        elif nothing:
            below = intern(name)
            if below in here:
                raise _Untidy
            continue
        else:
            value = double or single
        if not name:
            here.append(value)
        elif name in here:
            raise _Untidy
        else:
            here[intern(name)] = value
    if not root:
        raise _Untidy
    return root


def _resolved(plain: str) -> Any:
    if plain in _NO_TEXT:
        return _NO_TEXT[plain]
    return int(plain) if _INT.fullmatch(plain) else plain


class _Untidy(Exception):
    """Something that is left to `yaml_reader`."""
