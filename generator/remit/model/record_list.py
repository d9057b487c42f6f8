"""Records in their order, each made when it is asked for, and a bounded number held at a time."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar, overload
from weakref import WeakValueDictionary

from remit.model.records import BY_KIND, Mandate, MandateVersion, Record, Redirect
from remit.model.shape import Outward
from remit.model.values import Period

R = TypeVar("R", bound=Record)
T = TypeVar("T")

_KINDS = {cls.FOLDER: kind for kind, cls in BY_KIND.items() if cls is not MandateVersion}
NO_PAGE_OF_ITS_OWN = (MandateVersion.KIND, Redirect.KIND)
"""What no text names by its bare id."""

MOST_HELD = 60_000
"""How many made records are held at a time: some 100 MB. Besides those that someone else holds."""


def kind_and_key(address: str) -> tuple[str, str]:
    """The kind of the record at an address, and its id among its kind: a version's has its
    mandate before it, `mandate@day`. Two empty texts for what is no record's address."""
    folder, _, id = address.partition("/")
    if folder == Mandate.FOLDER and "/" in id:
        return MandateVersion.KIND, id.replace("/", "@")
    kind = _KINDS.get(folder)
    return (kind, id) if kind and "/" not in id else ("", "")


def address_of_mandate(version: str) -> str:
    """Of the mandate that the version at an address is of."""
    return version.rpartition("/")[0]


class _Held:
    """The places of the records that were asked for last, in two halves of which the earlier goes
    when the later is full."""

    __slots__ = ("before", "half", "now")

    def __init__(self, most: int) -> None:
        self.half = max(1, most // 2)
        self.now: list[int] = []
        self.before: dict[int, Record] = {}


class Lazy(Sequence[T]):
    """A sequence of things that are made when they are asked for."""

    __slots__ = ()

    @abstractmethod
    def at(self, place: int) -> T:
        """The one at a place, from 0 to the length."""

    def __iter__(self) -> Iterator[T]:
        return map(self.at, range(len(self)))

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...
    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        places = range(len(self))[place]
        return self.at(places) if isinstance(places, int) else tuple(map(self.at, places))


class RecordList(Lazy[Record]):
    """A sequence of records of which only those are made that are asked for.

    Of more than `MOST_HELD` it holds the ones asked for last, at most so many. One that it has let
    go is made again, but not while anyone holds it: there are never two of the same record.
    """

    __slots__ = (
        "_alive",
        "_held",
        "_is_bounded",
        "_made",
        "_make",
        "addresses",
        "life",
        "naming",
        "outward",
    )

    def __init__(
        self,
        addresses: Sequence[str],
        made: Mapping[int, Record],
        make: Callable[[int], Record],
        outward: Callable[[int], Outward],
        naming: Callable[[str], Iterable[int]],
        life: Callable[[int], Period | None] = lambda place: None,
    ) -> None:
        """`made`: those that there are already, by their place, which are held for good; `make`
        gives the record at a place, `outward` what that record points to, `naming` the places of
        those that point to something by a word, `life` when the record at a place exists, where
        that is known without making it."""
        self.addresses, self._make, self.outward = addresses, make, outward
        self.naming, self.life = naming, life
        self._made: list[Record | None] = [None] * len(addresses)
        for at, record in made.items():
            self._made[at] = record
        self._is_bounded = len(addresses) > MOST_HELD
        self._held = _Held(MOST_HELD)
        self._alive: WeakValueDictionary[int, Record] = WeakValueDictionary()

    def at(self, place: int) -> Record:
        record = self._made[place]
        if record is None and not self._is_bounded:
            record = self._made[place] = self._make(place)
        elif record is None:
            held = self._held
            record = held.before.get(place) or self._alive.get(place)
            if record is None:
                record = self._alive[place] = self._make(place)
            if len(held.now) >= held.half:
                self._let_go(held)
            self._made[place] = record
            held.now.append(place)
        return record

    def _let_go(self, held: _Held) -> None:
        made = self._made
        held.before = {place: record for place in held.now if (record := made[place])}
        for place in held.now:
            made[place] = None
        held.now = []

    def __len__(self) -> int:
        return len(self.addresses)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RecordList | tuple | list) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash(tuple(self.addresses))


class SomeRecords(Lazy[R]):
    """Some of the records, of one class; each made when it is asked for. Many can be named by what
    outlives the asking, without being held."""

    __slots__ = ("_addresses", "_places", "_records")

    def __init__(
        self, records: Sequence[Record], addresses: Sequence[str], places: Sequence[int]
    ) -> None:
        """`places`: of these among all records, of which `addresses` has all addresses."""
        self._records: Any = records
        self._addresses, self._places = addresses, places

    def addresses(self) -> list[str]:
        """Their addresses, which makes none of them."""
        return [self._addresses[place] for place in self._places]

    def __len__(self) -> int:
        return len(self._places)

    def at(self, place: int) -> R:
        found: R = self._records[self._places[place]]
        return found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SomeRecords | tuple | list) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash(tuple(self._places))


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
