"""A load divided: what a second process checks of the records that it has made, while the first
one goes on without making them.

Neither needs the other's records: of those that records name, their addresses and lives are known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from remit.load.loading import Loading, period_of
from remit.load.one_record import Life, life_of
from remit.model.record_list import RecordList
from remit.model.records import Record
from remit.model.register import Register, address_of
from remit.model.shape import Found, Outward, look_through, outward
from remit.model.values import ALWAYS, Period
from remit.second_process import Receive
from remit.settings import Settings

T = TypeVar("T")

Check = Callable[[Register], T]
"""Finds something out of a register that looks only at some of its records."""


class Word(NamedTuple):
    """What the second process is told when all files have been read."""

    addresses: Sequence[str]
    lives: dict[int, Life]
    """By place, of those that do not exist at all times."""


@dataclass(frozen=True)
class Elsewhere(Generic[T]):
    """The first process's view of it."""

    loading: Loading

    def tell(self) -> None:
        loading = self.loading
        lives = {place: life_of(record) for place, record in loading.made.items()}
        lives |= {place: made.life for place, (made, _) in loading.elsewhere.items()}
        told = {place: life for place, life in lives.items() if life != ("", "")}
        assert loading.second is not None
        loading.second.tell(Word(loading.addresses, told))

    @property
    def own(self) -> list[tuple[Record, Found]]:
        return self.loading.looked_through()

    def others(self) -> list[tuple[Record, Found]]:
        records = self.loading.records()
        return [(records[place], look_through(records[place])) for place in self.loading.elsewhere]

    def found(self) -> T | None:
        assert self.loading.second is not None
        found: T | None = self.loading.second.answer()
        return found

    def end(self) -> None:
        assert self.loading.second is not None
        self.loading.second.end()


class There(Generic[T]):
    """The second process's."""

    def __init__(self, loading: Loading, settings: Settings, check: Check[T]) -> None:
        self.loading, self.settings, self.check = loading, settings, check
        self.addresses: Sequence[str] = ()
        self.lives: dict[int, Life] = {}

    def answer(self, receive: Receive) -> T:
        """What the check finds of the records that were made here."""
        self.addresses, self.lives = receive()
        whole = {address_of(one.record): one for one in self.loading.making.whole.values()}
        places = {address: at for at, address in enumerate(self.addresses)}
        made = {places[address]: one.record for address, one in whole.items() if address in places}
        records = RecordList(
            self.addresses, made, self._make, self._outward, self._naming, self._life
        )
        origins = {address: one.origin for address, one in whole.items()}
        register = Register(records, self.settings.languages, origins)
        found = [(one.record, one.found) for one in whole.values()]
        return self.check(register.looking_only_at(found))

    def _make(self, place: int) -> Record:
        """One of the first process's, which few findings ask for."""
        return self.loading.read_again(self.addresses[place])

    def _outward(self, place: int) -> Outward:
        return outward(look_through(self._make(place)))

    def _naming(self, target: str) -> Iterable[int]:
        return range(len(self.addresses))

    def _life(self, place: int) -> Period:
        life = self.lives.get(place)
        return ALWAYS if life is None else period_of(life)
