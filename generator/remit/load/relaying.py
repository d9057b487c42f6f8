"""A text's new words laid on the lines of its old ones, so that a changed word changes one line."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from remit.load.yaml_nodes import Node
from remit.load.yaml_text import WIDTH, broken, escaped, may_break

TOLERANCE = 20
"""Columns beyond the width that a changed line may grow before it becomes two."""
_GAPS = re.compile(r"( |\n+)")


def relaid(written: str, node: Node, words: str) -> list[str] | None:
    """The lines of a text that is written over several, or after >, with other words in it.

    The first line has the opening mark (`>-`, a quotation mark); all lines have their indentation
    but the first. None where the old lines cannot be told apart.
    """
    source = written.splitlines()
    if node.style == ">":
        body, indent = source[1:], _indent(source[1:])
    else:
        body, indent = source, _indent(source[1:])
        if node.style:
            body = [*body[:-1], body[-1][:-1]]
            body[0] = body[0][1:]
    old = node.words.rstrip("\n") if node.style == ">" else node.words
    new = words.rstrip("\n") if node.style == ">" else words
    ends = len(words) - len(new)
    if not body or not new or new != new.strip(" ") or ends > 1 or "+" in source[0]:
        return None
    starts = _line_starts(body, old)
    if starts is None:
        return None
    widest = max(WIDTH, *(len(line.rstrip()) for line in body)) + TOLERANCE
    lines = [
        part
        for line in _lines(_GAPS.split(old)[::2], starts, new)
        for part in _fitting(_inside(line, node.style), widest, indent)
    ]
    indented = [" " * indent + line if line else "" for line in lines]
    if node.style == ">":
        return [">" if ends else ">-", *indented]
    indented[0] = node.style + lines[0]
    return [*indented[:-1], indented[-1] + node.style]


def _indent(lines: list[str]) -> int:
    return next((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), 0)


def _inside(line: str, style: str) -> str:
    if style == "'":
        return line.replace("'", "''")
    return escaped(line) if style == '"' else line


def _fitting(line: str, widest: int, indent: int) -> list[str]:
    """The line, or several when it has grown too long."""
    if indent + len(line) <= widest:
        return [line]
    return broken(line, WIDTH - indent)


def _line_starts(body: list[str], words: str) -> list[bool] | None:
    """For each word, whether it begins a line; None when the lines do not give these words."""
    starts = [
        index == 0
        for line in body
        if line.strip(" \t")
        for index, _ in enumerate(line.strip(" \t").split(" "))
    ]
    gaps = _GAPS.split(words)
    if len(starts) != len(gaps[::2]):
        return None
    agree = all(starts[place + 1] for place, gap in enumerate(gaps[1::2]) if gap != " ")
    return starts if agree else None


def _lines(old: list[str], starts: list[bool], words: str) -> list[str]:
    """The new words on lines that begin where the old ones did; a blank line per line break."""
    tokens = _GAPS.split(words)
    new, gaps = tokens[::2], ["", *tokens[1::2]]
    breaks = _breaks(old, starts, new)
    lines = [new[0]]
    for word, gap, begins in list(zip(new, gaps, breaks, strict=True))[1:]:
        if gap != " ":
            lines.extend([*[""] * len(gap), word])
        elif begins and may_break(lines[-1], word):
            lines.append(word)
        else:
            lines[-1] += f" {word}"
    return lines


def _breaks(old: list[str], starts: list[bool], new: list[str]) -> list[bool]:
    """For each new word, whether it begins a line, as the old word in its place did."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    middle = SequenceMatcher(
        None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False
    )
    breaks = list(starts[:head])
    pending = False  # a line began at a word that is gone, so the next one begins it
    for what, first, last, new_first, new_last in middle.get_opcodes():
        was = starts[head + first : head + last]
        count = new_last - new_first
        if what == "delete":
            pending = pending or any(was)
            continue
        if len(was) != count:
            was = [*was[:1], *[False] * count][:count] if what == "replace" else [False] * count
            lost = any(starts[head + first + 1 : head + last]) and what == "replace"
        else:
            lost = False
        if pending:
            was[0] = True
        breaks.extend(was)
        pending = lost
    rest = list(starts[len(old) - tail :])
    if rest and pending:
        rest[0] = True
    return [*breaks, *rest]
