"""Values → lines of YAML in the register's own style: two spaces in, hyphens below their field.

What is written here, `read_yaml` reads as the same value; other YAML programs do too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from remit.load.yaml_reader import read_yaml
from remit.model.shape import Path

WIDTH = 100
"""Columns that a new line has at most, where its words allow it."""
STEP = 2

KeyOrder = Callable[[Path, Any], list[str]]
"""The names of a group's fields in the order they are written, from its path and value."""

_DATE = re.compile(r"\d{4}-(?:W\d{2}|\d{2}(?:-\d{2})?)")
# Another program may take these for numbers, times or truth values, though remit reads text.
_AMBIGUOUS = re.compile(
    r"[-+.]?[0-9][0-9_.,:eExXoO+-]*|[-+]?\.(?:inf|nan)|y|n|yes|no|on|off|true|false|null|~|=|<<",
    re.I,
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def as_written_order(path: Path, value: Any) -> list[str]:
    """A group's fields as they come: for values that no model knows."""
    return list(value)


# --- one text ------------------------------------------------------------------------------


def plain(words: str, *, flow: bool = False) -> str | None:
    """The text without quotes, or None where it needs them."""
    if not words or words != words.strip() or _CONTROL.search(words):
        return None
    if _AMBIGUOUS.fullmatch(words) and not _DATE.fullmatch(words):
        return None
    if flow and re.search(r"[\[\]{},]", words):
        return None
    if words[0] in "-?:,[]{}#&*!|>'\"%@`" or ": " in words or " #" in words or words[-1] == ":":
        return None
    reading = read_yaml(f"a: {words}\n".encode(), "")
    return words if not reading.problems and reading.value == {"a": words} else None


def single_quoted(words: str) -> str | None:
    return None if _CONTROL.search(words) else "'" + words.replace("'", "''") + "'"


def double_quoted(words: str) -> str:
    return '"' + escaped(words) + '"'


def escaped(words: str) -> str:
    """The inside of a text in double quotes."""
    for sign, escape in (("\\", "\\\\"), ('"', '\\"')):
        words = words.replace(sign, escape)
    return _CONTROL.sub(
        lambda match: _SHORT_ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04x}", words
    )


def folded(words: str, indent: int) -> list[str] | None:
    """The text after `>-`, broken between words; None where folding would change it."""
    if not words or words != words.strip() or _CONTROL.search(words.replace("\n", "")):
        return None
    if re.search(r"\n[ \t]|[ \t]\n", words):
        return None
    lines = [">-"]
    for number, paragraph in enumerate(re.split(r"(\n+)", words)):
        if number % 2:
            lines.extend([""] * len(paragraph))
        else:
            lines.extend(" " * indent + line for line in broken(paragraph, WIDTH - indent))
    return lines


def literal(words: str, indent: int) -> list[str] | None:
    """The text after `|-`, line by line; None where that cannot hold it."""
    if not words or words[0] in " \n\t" or _CONTROL.search(words.replace("\n", "")):
        return None
    body = words.rstrip("\n")
    ends = len(words) - len(body)
    header = "|-" if not ends else "|" if ends == 1 else "|+"
    lines = body.split("\n") + [""] * max(0, ends - 1)
    return [header, *(" " * indent + line if line else "" for line in lines)]


def broken(words: str, width: int) -> list[str]:
    """Lines of at most `width`, broken only at a single space between two words.

    A line does not begin with what YAML or Markdown could take for a sign of its own.
    """
    lines: list[str] = []
    line = ""
    for word in words.split(" "):
        if line and word and len(line) + 1 + len(word) > width and may_break(line, word):
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line or lines else word
    return [*lines, line]


def may_break(before: str, after: str) -> bool:
    """Whether a line may end with `before` and the next one begin with `after`."""
    return not before.endswith(" ") and bool(after) and not re.match(r"[-#?:|>&*!%@`]", after)


# --- any value -----------------------------------------------------------------------------


def scalar_lines(value: Any, indent: int, column: int, *, flow: bool = False) -> list[str]:
    """How a text, number or truth value is written: after its name, and on the lines below it.

    `indent`: where lines below it begin. `column`: where the text itself would begin.
    """
    if value is None:
        return ["null"]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, int):
        return [str(value)]
    unbreakable = flow or " " not in str(value)
    for form in forms(str(value), indent, flow=flow):
        if len(form) > 1 or column + len(form[0]) <= WIDTH or unbreakable:
            return form
    return [double_quoted(str(value))]


def forms(words: str, indent: int, *, flow: bool = False) -> Iterator[list[str]]:
    """The ways to write a text that may hold it, the best first."""
    one = plain(words, flow=flow)
    if one is not None:
        yield [one]
    elif "\n" not in words:
        single = single_quoted(words) if re.search(r'[\\"]', words) and "'" not in words else None
        yield [single or double_quoted(words)]
    if not flow:
        for lines in (literal if "\n" in words else folded, folded, literal):
            made = lines(words, indent)
            if made:
                yield made
    yield [double_quoted(words)]


def value_lines(value: Any, column: int, path: Path, order: KeyOrder) -> list[str]:
    """A value as it stands below a field: every line but the first indented by `column`."""
    if isinstance(value, dict) and value:
        return _group(value, column, path, order)
    if isinstance(value, list) and value:
        lines: list[str] = []
        for index, item in enumerate(value):
            inner = column + STEP
            if isinstance(item, (dict, list)) and item:
                below = value_lines(item, inner, (*path, index), order)
            else:
                below = _empty(item) or scalar_lines(item, inner, inner)
            lines.append((" " * column if lines else "") + "- " + below[0])
            lines.extend(below[1:])
        return lines
    return _empty(value) or scalar_lines(value, column, column)


def _group(value: dict[str, Any], column: int, path: Path, order: KeyOrder) -> list[str]:
    lines: list[str] = []
    known = order(path, value)
    for name in sorted(value, key=lambda key: known.index(key) if key in known else len(known)):
        made = field_lines(name, value[name], column, (*path, name), order)
        lines.extend([(" " * column if lines else "") + made[0], *made[1:]])
    return lines


def field_lines(name: str, value: Any, column: int, path: Path, order: KeyOrder) -> list[str]:
    """`name: value`, every line but the first indented."""
    head = f"{key_text(name)}:"
    if isinstance(value, (dict, list)) and value:
        inner = column + STEP
        below = value_lines(value, inner, path, order)
        return [head, " " * inner + below[0], *below[1:]]
    first, *rest = _empty(value) or scalar_lines(value, column + STEP, column + len(head) + 1)
    return [f"{head} {first}", *rest]


def flow_text(value: Any) -> str:
    """A value on one line, inside brackets."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key_text(k)}: {flow_text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow_text(item) for item in value) + "]"
    return scalar_lines(value, 0, 0, flow=True)[0]


def key_text(name: str) -> str:
    made = plain(name, flow=True)
    return made if made is not None and ":" not in name else double_quoted(name)


def document(value: dict[str, Any], order: KeyOrder = as_written_order) -> bytes:
    """A new file that holds `value`."""
    return ("\n".join(value_lines(value, 0, (), order)) + "\n").encode()


def _empty(value: Any) -> list[str] | None:
    if isinstance(value, (dict, list)):
        return ["{}" if isinstance(value, dict) else "[]"]
    return None
