"""Which records name which: kept in one text, so that what names one record is found without
going through what all records point to."""

from __future__ import annotations

import marshal
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path

from remit.cache import keep, kept, program
from remit.model.shape import Outward

_FILE = "pointers"
_FEW = 16
"""For more words, going through the whole text once is quicker than once for each."""


class KeptPointers:
    """What all records name, in their order, each between two zeros."""

    def __init__(
        self, folder: Path, parts: Iterable[bytes], outward: Callable[[int], Outward]
    ) -> None:
        """`parts`: of each record the digest of what it points to, which `outward` gives."""
        digests = list(parts)
        about = f"pointers {program()} {blake2b(b''.join(digests)).hexdigest()}"
        data = kept(folder / _FILE, about)
        if data is None:
            words = [_named(outward(place)) for place in range(len(digests))]
            ends = array("I", accumulate(map(len, words))).tobytes()
            data = marshal.dumps(("".join(words), ends))
            keep(folder / _FILE, about, data)
        self._text, known = marshal.loads(data)
        self._ends = array("I", known)
        self._asked = 0

    def places(self, target: str) -> Iterable[int]:
        """The places of the records that name something by these words."""
        self._asked += 1
        return self._found(target) if self._asked <= _FEW else self._by_word.get(target, ())

    @cached_property
    def _by_word(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place, (start, end) in enumerate(zip((0, *self._ends), self._ends, strict=False)):
            for word in self._text[start:end].split("\0"):
                if word:
                    found.setdefault(word, []).append(place)
        return found

    def _found(self, target: str) -> Iterator[int]:
        word = f"\0{target}\0"
        at = self._text.find(word)
        while at >= 0:
            place = bisect_right(self._ends, at)
            yield place
            at = self._text.find(word, self._ends[place])


def _named(points_to: Outward) -> str:
    targets = [target for _, target, _ in points_to.references]
    targets += [target for _, target in points_to.links]
    return "".join(f"\0{target}\0" for target in dict.fromkeys(targets))
