"""Where two texts first part and where they meet again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

CONTEXT, LONGEST = 3, 14
"""Words shown on each side of what differs, and at most."""


@dataclass(frozen=True, slots=True)
class Difference:
    """`place`: the first word of the expected text that is not as expected."""

    place: int
    expected: str
    found: str


def difference(
    expected: Sequence[str], found: Sequence[str], *, spaces: bool = True
) -> Difference | None:
    """From the first word that differs to the last; None when the texts are the same.

    Without `spaces` it does not count where words are divided, as at the ends of lines.
    """
    mark = "\0" if spaces else ""
    old, new = mark.join(expected), mark.join(found)
    if old == new:
        return None
    same = _alike(old, new)
    tail = min(_alike(old[::-1], new[::-1]), min(len(old), len(new)) - same)
    place, said = _shown(expected, same, len(old) - tail, len(mark))
    return Difference(place, said, _shown(found, same, len(new) - tail, len(mark))[1])


def _alike(one: str, other: str) -> int:
    """How many letters are the same from the start."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _shown(words: Sequence[str], start: int, end: int, gap: int) -> tuple[int, str]:
    """The first word of the span of letters, and the words of the span with some beside them."""
    ends = list(accumulate(len(word) + gap for word in words))
    first = next((index for index, at in enumerate(ends) if at > start), len(words))
    last = next((index for index, at in enumerate(ends) if at >= end), len(words))
    begin, stop = max(0, first - CONTEXT), min(len(words), last + 1 + CONTEXT)
    shown = list(words[begin:stop])
    if len(shown) > LONGEST or stop < len(words):
        shown = [*shown[:LONGEST], "…"]
    if begin:
        shown.insert(0, "…")
    return first, " ".join(shown)
