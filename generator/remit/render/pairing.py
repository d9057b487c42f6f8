"""Which parts of an older text are which parts of a newer one, and which of them moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from remit.model.words import compare_words, words_in

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Unit(Generic[T]):
    """A part that stays whole when it moves: a heading, a paragraph, an item, a row, a list."""

    content: T
    shape: Hashable
    """What two parts must have in common to be one part in two versions."""
    names: frozenset[str]
    """The permanent ids in it; a part without any is known by its words."""
    owner: str
    """Where it stands: the id it follows."""
    words: str
    weight: int = 1
    """How much would be marked if it counted as moved."""
    is_container: bool = False
    opens_section: bool = False

    @property
    def place(self) -> tuple[Hashable, str]:
        return self.shape, self.owner


def aligned(old: Sequence[Unit[T]], new: Sequence[Unit[T]]) -> Iterator[tuple[T | None, T | None]]:
    """Every part in reading order, with what it was and what it is.

    A part that moved comes twice: alone at its old place, and alone at its new one. What goes or
    comes within a section stays in it, before sections that go or come after it.
    """
    pairs = sorted(_pairs(old, new).items())
    kept = _heaviest_run(pairs, [new[after].weight for _, after in pairs])
    i = j = 0
    for before, after in [*kept, (len(old), len(new))]:
        gone, come = _divided(old[i:before]), _divided(new[j:after])
        for removed, added in zip(gone, come, strict=True):
            yield from ((unit.content, None) for unit in removed)
            yield from ((None, unit.content) for unit in added)
        if before < len(old):
            yield old[before].content, new[after].content
        i, j = before + 1, after + 1


def _divided(units: Sequence[Unit[T]]) -> tuple[Sequence[Unit[T]], Sequence[Unit[T]]]:
    """Those before the first new section, and the others."""
    at = next((index for index, unit in enumerate(units) if unit.opens_section), len(units))
    return units[:at], units[at:]


def _pairs(old: Sequence[Unit[T]], new: Sequence[Unit[T]]) -> dict[int, int]:
    """Old place → new place: by ids, then by the same words, then by order and likeness."""
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for before, after in (
        *_by_name(old, new),
        *_by_place(old, new, exact=True),
        *_by_place(old, new, exact=False),
    ):
        if before in pairs or after in taken:
            continue
        if not _sure(old[before], new[after]) and not _alike(old[before].words, new[after].words):
            continue
        pairs[before] = after
        taken.add(after)
    return pairs


def _sure(old: Unit[T], new: Unit[T]) -> bool:
    return bool(old.names & new.names) or old.is_container or old.words == new.words


def _alike(old: str, new: str) -> bool:
    runs = compare_words(words_in(old), words_in(new), str.isspace)
    return any(run.change == "same" for run in runs)


def _by_name(old: Sequence[Unit[T]], new: Sequence[Unit[T]]) -> list[tuple[int, int]]:
    """Those with ids in common: in the same place first, then those with the most."""
    holders = defaultdict(list)
    for index, unit in enumerate(old):
        for name in unit.names:
            holders[name].append(index)
    common: dict[tuple[int, int], int] = defaultdict(int)
    for after, unit in enumerate(new):
        for name in unit.names:
            for before in holders[name]:
                if old[before].shape == unit.shape:
                    common[before, after] += 1

    def rank(pair: tuple[int, int]) -> tuple[bool, int, tuple[int, int]]:
        before, after = pair
        return old[before].owner != new[after].owner, -common[pair], pair

    return sorted(common, key=rank)


def _by_place(
    old: Sequence[Unit[T]], new: Sequence[Unit[T]], *, exact: bool
) -> Iterator[tuple[int, int]]:
    """Those without ids, or that only hold others, in the same place."""
    there: dict[Hashable, list[int]] = defaultdict(list)
    for index, unit in enumerate(old):
        if unit.is_container or not unit.names:
            there[(unit.place, unit.words if exact else "")].append(index)
    for after, unit in enumerate(new):
        if unit.is_container or not unit.names:
            for before in there[(unit.place, unit.words if exact else "")]:
                yield before, after


def _heaviest_run(
    pairs: Sequence[tuple[int, int]], weights: Sequence[int]
) -> list[tuple[int, int]]:
    """Of pairs in the old order, those that also stand in the new order and weigh the most."""
    best: list[int] = []
    previous: list[int] = []
    for index, (_, after) in enumerate(pairs):
        weight, before = 0, -1
        for earlier in range(index):
            if pairs[earlier][1] < after and best[earlier] > weight:
                weight, before = best[earlier], earlier
        best.append(weight + weights[index])
        previous.append(before)
    kept = []
    at = max(range(len(best)), key=best.__getitem__, default=-1)
    while at >= 0:
        kept.append(pairs[at])
        at = previous[at]
    return kept[::-1]
