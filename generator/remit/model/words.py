"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Generic, Literal, TypeVar

T = TypeVar("T", bound=Hashable)

LEAST_LIKENESS = 1 / 3
"""Below this share of common words a text reads better as replaced than as a patchwork."""

_WORD = re.compile(r"[ \t\r\n]+|\w+(?:(?:[-–/.,:'’@]|\.?\u00a0)\w+)*|\W")


@dataclass(frozen=True, slots=True)
class Run(Generic[T]):
    """Words in a row with one fate."""

    change: Literal["same", "removed", "added"]
    words: tuple[T, ...]


def words_in(text: str) -> list[str]:
    """Words, single marks and the white space between them, as one space each.

    What is held together is one word: 15/05235-23, or a day with non-breaking spaces.
    """
    return [found if found.strip(" \t\r\n") else " " for found in _WORD.findall(text)]


def compare_words(
    old: Sequence[T], new: Sequence[T], is_space: Callable[[T], bool] = lambda word: word == " "
) -> list[Run[T]]:
    """Runs that give `old` without the added ones and `new` without the removed ones.

    Removed words come before the added ones that replace them. A lone space between two changes
    belongs to them; texts with little in common are replaced as a whole.
    """
    if list(old) == list(new):
        return [Run("same", tuple(new))] if new else []
    runs = _likeness(old, new, is_space) if old and new else None
    if runs is None:
        runs = [Run("removed", tuple(old)), Run("added", tuple(new))]
    return [run for run in runs if run.words]


def _likeness(
    old: Sequence[T], new: Sequence[T], is_space: Callable[[T], bool]
) -> list[Run[T]] | None:
    """The runs, or None when too little is common."""
    spans: Sequence[tuple[str, int, int, int, int]]
    spans = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    kept = sum(
        1
        for change, start, end, *_ in spans
        if change == "equal"
        for word in old[start:end]
        if not is_space(word)
    )
    counted = sum(1 for text in (old, new) for word in text if not is_space(word))
    if counted and 2 * kept / counted < LEAST_LIKENESS:
        return None
    return list(_runs(old, new, list(_joined(spans, old, is_space))))


Span = tuple[bool, int, int, int, int]
"""(whether it is the same, its place in the old text, its place in the new)."""


def _joined(
    spans: Sequence[tuple[str, int, int, int, int]], old: Sequence[T], is_space: Callable[[T], bool]
) -> Iterator[Span]:
    """Changes with nothing but white space between them become one."""
    waiting: Span | None = None
    for index, (change, a, b, c, d) in enumerate(spans):
        between = 0 < index < len(spans) - 1
        same = change == "equal" and not (between and all(is_space(word) for word in old[a:b]))
        if waiting and not waiting[0] and not same:
            waiting = (False, waiting[1], b, waiting[3], d)
            continue
        if waiting:
            yield waiting
        waiting = (same, a, b, c, d)
    if waiting:
        yield waiting


def _runs(old: Sequence[T], new: Sequence[T], spans: list[Span]) -> Iterator[Run[T]]:
    for same, a, b, c, d in spans:
        if same:
            yield Run("same", tuple(new[c:d]))
        else:
            yield Run("removed", tuple(old[a:b]))
            yield Run("added", tuple(new[c:d]))
