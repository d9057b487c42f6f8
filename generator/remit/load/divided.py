"""A load divided: two processes make a part of the records each, and check what they have made.

Neither needs the other's records: of those that records name, their addresses and lives are known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

from remit.load.files import Entry
from remit.load.loading import Loading, period_of
from remit.load.one_record import Life, Result, life_of
from remit.load.origins import changed_meanwhile
from remit.load.same_files import read_once_more
from remit.model.record_list import RecordList
from remit.model.records import Guidance, Record
from remit.model.register import LookedThrough, Register, address_of
from remit.model.shape import Outward, look_through, outward
from remit.model.values import ALWAYS, Period
from remit.second_process import Receive, SecondProcess
from remit.settings import Settings

T = TypeVar("T")


class Checks(NamedTuple, Generic[T]):
    """What is to be found out of a register that looks only at some of its records."""

    alone: Callable[[Register], T]
    """Without asking for any other record."""
    part: Callable[[Register], T]
    """The same, and what takes addresses and lives of others."""


class Word(NamedTuple):
    """What the second process is told when all files have been read."""

    addresses: Sequence[str]
    lives: dict[int, Life]
    """By place, of those that do not exist at all times."""


class Divided(Generic[T]):
    """The division of a load, with what was found in each part."""

    def __init__(self, loading: Loading, settings: Settings, checks: Checks[T]) -> None:
        self.loading, self.settings, self.checks = loading, settings, checks
        self.checked: LookedThrough = []
        """What was made here, and checked alone."""
        self.early: T | None = None

    # --- in the first process ---

    def here(self) -> None:
        """Checks what this process has made, while the second one makes the last of its part."""
        whole = self.loading.making.whole
        self.checked = [(one.record, one.found) for one in whole.values()]
        records = tuple(record for record, _ in self.checked)
        origins = {address_of(one.record): one.origin for one in whole.values()}
        register = Register(records, self.settings.languages, origins)
        self.early = self.checks.alone(register.looking_only_at(self.checked))

    def tell(self) -> None:
        """Tells the second process what it needs to know of this one's records."""
        loading = self.loading
        lives = {place: life_of(record) for place, record in loading.made.items()}
        lives |= {place: made.life for place, made in loading.elsewhere.items()}
        told = {place: life for place, life in lives.items() if life != ("", "")}
        self._second.tell(Word(loading.addresses, told))

    @property
    def found(self) -> T:
        """What was found in `checked`."""
        assert self.early is not None
        return self.early

    @property
    def own(self) -> LookedThrough:
        """What else was made here."""
        checked = {id(record) for record, _ in self.checked}
        return [pair for pair in self.loading.looked_through() if id(pair[0]) not in checked]

    def others(self) -> LookedThrough:
        """What was made elsewhere, made here as well."""
        records = self.loading.records()
        return [(records[place], look_through(records[place])) for place in self.loading.elsewhere]

    def found_elsewhere(self) -> T | None:
        """What is found there; None when that process was ended before."""
        found: T | None = self._second.answer()
        return found

    def end(self) -> None:
        self._second.end()
        self.checked.clear()
        self.loading.making.whole.clear()

    @property
    def _second(self) -> SecondProcess[Entry, Result]:
        assert self.loading.second is not None
        return self.loading.second

    # --- in the second process ---

    def there(self, receive: Receive) -> T:
        """Checks what that process has made."""
        word: Word = receive()
        whole = {address_of(one.record): one for one in self.loading.making.whole.values()}
        register = Register(
            _known(word, {address: one.record for address, one in whole.items()}, self.loading),
            self.settings.languages,
            {address: one.origin for address, one in whole.items()},
        )
        found = [(one.record, one.found) for one in whole.values()]
        return self.checks.part(register.looking_only_at(found))


def _known(word: Word, own: dict[str, Record], loading: Loading) -> RecordList:
    """All records as the second process knows them: its own, and of the others what it was told."""
    places = {address: at for at, address in enumerate(word.addresses)}

    entries = {entry.address: entry for entry in loading.found.entries}

    def make(place: int) -> Record:  # few findings ask for another record
        address = word.addresses[place]
        page = Entry(Guidance, address.rpartition("/")[2], "", address)
        entry = entries.get(address, page)
        record, _ = read_once_more(entry, loading.found, loading.source)
        if record is None:
            raise changed_meanwhile(entry.shown)
        return record

    def points_to(place: int) -> Outward:
        return outward(look_through(make(place)))

    def naming(target: str) -> Iterable[int]:
        return range(len(word.addresses))

    def life(place: int) -> Period:
        told = word.lives.get(place)
        return ALWAYS if told is None else period_of(told)

    made = {places[address]: record for address, record in own.items() if address in places}
    return RecordList(word.addresses, made, make, points_to, naming, life)
