"""Which records name which: of each record, the places of those that name it, in few bytes."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence

from remit.model.shape import Outward, Path

Naming = tuple[int, Path, bool]
"""The place among all of a record that names another, where it does, and if in a text."""


class BackLinks:
    """Who names each record of a register."""

    __slots__ = ("_last", "_numbers", "_paths")

    def __init__(
        self,
        outward: Iterable[Outward],
        place: Callable[[str, Iterable[str]], int | None],
        named: Callable[[str], Sequence[int]],
    ) -> None:
        """`outward`: what each record points to; `place`: the record that a field names, `named`:
        those that a text may name, by their places."""
        numbers_of: dict[Path, int] = {}
        of_fields: dict[int, array[int]] = {}
        of_texts: dict[int, array[int]] = {}
        for source, (references, links) in enumerate(outward):
            for path, target, kinds in references:
                at = place(target, kinds)
                if at is not None and at != source:
                    number = numbers_of.setdefault(path, len(numbers_of))
                    of_fields.setdefault(at, array("I")).extend((source, number))
            for path, target in links:
                found = named(target)
                if len(found) == 1 and found[0] != source:
                    number = numbers_of.setdefault(path, len(numbers_of))
                    of_texts.setdefault(found[0], array("I")).extend((source, number))
        none = array("I")
        self._numbers = {
            at: (of_fields.get(at, none).tobytes(), of_texts.get(at, none).tobytes())
            for at in of_fields.keys() | of_texts.keys()
        }
        self._paths = [*numbers_of]
        self._last: tuple[int, Sequence[Naming]] = -1, ()

    def of(self, place: int) -> Sequence[Naming]:
        """Who names the record at a place: first in fields, then in texts, each in the order of
        the records."""
        if self._last[0] != place:  # a page asks of one record many times
            of_fields, of_texts = self._numbers.get(place, (b"", b""))
            found = [*self._read(of_fields, False), *self._read(of_texts, True)]
            self._last = place, found
        return self._last[1]

    def _read(self, data: bytes, in_text: bool) -> list[Naming]:
        numbers, paths = array("I", data), self._paths
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        return [(source, paths[number], in_text) for source, number in pairs]
