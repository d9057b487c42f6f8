"""Records in their order, each made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, overload

from remit.model.records import BY_KIND, Mandate, MandateVersion, Record, Redirect
from remit.model.shape import Outward
from remit.model.values import Period

_KINDS = {cls.FOLDER: kind for kind, cls in BY_KIND.items() if cls is not MandateVersion}
NO_PAGE_OF_ITS_OWN = (MandateVersion.KIND, Redirect.KIND)
"""What no text names by its bare id."""


def kind_and_key(address: str) -> tuple[str, str]:
    """The kind of the record at an address, and its id among its kind: a version's has its
    mandate before it, `mandate@day`. Two empty texts for what is no record's address."""
    folder, _, id = address.partition("/")
    if folder == Mandate.FOLDER and "/" in id:
        return MandateVersion.KIND, id.replace("/", "@")
    kind = _KINDS.get(folder)
    return (kind, id) if kind and "/" not in id else ("", "")


class RecordList(Sequence[Record]):
    """A sequence of records of which only those are made that are asked for."""

    __slots__ = ("_made", "_make", "addresses", "life", "naming", "outward")

    def __init__(
        self,
        addresses: Sequence[str],
        made: Mapping[int, Record],
        make: Callable[[int], Record],
        outward: Callable[[int], Outward],
        naming: Callable[[str], Iterable[int]],
        life: Callable[[int], Period | None] = lambda place: None,
    ) -> None:
        """`made`: those that there are already, by their place; `make` gives the record at a
        place, `outward` what that record points to, `naming` the places of those that point to
        something by a word, `life` when the record at a place exists, where that is known without
        making it."""
        self.addresses, self._make, self.outward = addresses, make, outward
        self.naming, self.life = naming, life
        self._made: list[Record | None] = [None] * len(addresses)
        for at, record in made.items():
            self._made[at] = record

    def at(self, place: int) -> Record:
        record = self._made[place]
        if record is None:
            record = self._made[place] = self._make(place)
        return record

    def __len__(self) -> int:
        return len(self.addresses)

    def __iter__(self) -> Iterator[Record]:
        return map(self.at, range(len(self.addresses)))

    @overload
    def __getitem__(self, place: int) -> Record: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Record]: ...
    def __getitem__(self, place: int | slice) -> Record | Sequence[Record]:
        if isinstance(place, slice):
            return tuple(self.at(one) for one in range(len(self))[place])
        record = self._made[place]
        return record if record is not None else self.at(range(len(self))[place])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RecordList | tuple | list) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash(tuple(self.addresses))


class ByAddress(Mapping[str, Record]):
    """The records by their addresses, each made when it is first asked for."""

    __slots__ = ("_places", "_records")

    def __init__(self, records: RecordList) -> None:
        self._records = records
        self._places = {address: at for at, address in enumerate(records.addresses)}

    def __getitem__(self, address: str) -> Record:
        return self._records.at(self._places[address])

    def get(self, address: str, default: Any = None) -> Any:
        at = self._places.get(address)
        return default if at is None else self._records.at(at)

    def __contains__(self, address: object) -> bool:
        return address in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
