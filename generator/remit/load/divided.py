"""A load divided: two processes make a part of the records each, and check what they have made.

Neither needs the other's records: of those that records name, their addresses and lives are known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Generic, NamedTuple, TypeVar

from remit.load.files import Entry
from remit.load.loading import Loading
from remit.load.one_record import Life, Result, Whole, life_of
from remit.load.origins import changed_meanwhile
from remit.load.same_files import read_once_more
from remit.model.brief import Brief
from remit.model.record_list import RecordList
from remit.model.records import Guidance, MandateVersion, Record
from remit.model.register import LookedThrough, Register, address_of
from remit.model.shape import Outward, look_through, naming_others, outward
from remit.model.values import ALWAYS, Period
from remit.second_process import Receive, SecondProcess
from remit.settings import Settings

T = TypeVar("T")
MOST_WITH_SECTIONS = 15_000
"""Records: of more, versions do not hold their sections once they have been checked alone."""


class Checks(NamedTuple, Generic[T]):
    """What is to be found out of a register that looks only at some of its records."""

    alone: Callable[[Register], list[T]]
    """Without asking for any other record."""
    named: Callable[[Register], list[T]]
    """What takes addresses and lives of others."""
    sums_up: bool = False
    """Whether it is to be taken of each record what a site asks of all."""


class Word(NamedTuple):
    """What the second process is told when all files have been read."""

    addresses: Sequence[str]
    lives: dict[int, Life]
    """By place, of those that do not exist at all times."""


class Sums(NamedTuple):
    """What was taken of records while they were whole, by their addresses."""

    briefs: dict[str, Brief]
    """Of a mandate's versions at least."""
    digests: dict[str, bytes]


class Divided(Generic[T]):
    """The division of a load, with what was found in each part."""

    def __init__(self, loading: Loading, settings: Settings, checks: Checks[T]) -> None:
        self.loading, self.settings, self.checks = loading, settings, checks
        self.alone: list[T] = []
        """What was found in what this process has made, without asking for any other record."""
        self.sums = Sums({}, {})

    # --- in either process ---

    def portion(self, whole: list[Whole]) -> list[Whole]:
        """Checks each alone, and lets go what no other check asks for: of a large register a
        version's sections too, but for its brief."""
        records = tuple(one.record for one in whole)
        origins = {address_of(one.record): one.origin for one in whole}
        register = Register(records, self.settings.languages, origins)
        part = register.looking_only_at([(one.record, one.found) for one in whole])
        self.alone += self.checks.alone(part)
        is_large = len(self.loading.found.entries) > MOST_WITH_SECTIONS
        for place, one in enumerate(whole):
            is_version = isinstance(one.record, MandateVersion)
            address = address_of(one.record)
            if self.checks.sums_up:
                self.sums.digests[address] = part.digests_of(place)
            if self.checks.sums_up or is_version:
                self.sums.briefs[address] = part.brief_at(place)
            if is_large and is_version:
                one.record.let_go(partial(self.loading.read_again, one.kept))
        return [one._replace(found=naming_others(one.found)) for one in whole]

    # --- in the first process ---

    def tell(self) -> None:
        """Tells the second process what it needs to know of this one's records."""
        loading = self.loading
        lives = {place: life_of(record) for place, record in loading.made.items()}
        lives |= {place: made.life for place, (made, _) in loading.elsewhere.items()}
        told = {place: life for place, life in lives.items() if life != ("", "")}
        self._second.tell(Word(loading.addresses, told))

    @property
    def checked(self) -> LookedThrough:
        """What was made here, and checked alone."""
        return [(one.record, one.found) for one in self.loading.making.whole.values()]

    @property
    def own(self) -> LookedThrough:
        """What else was made here."""
        checked = {id(record) for record, _ in self.checked}
        return [pair for pair in self.loading.looked_through() if id(pair[0]) not in checked]

    def others(self) -> LookedThrough:
        """What was made elsewhere, made here as well."""
        records = self.loading.records()
        return [(records[place], look_through(records[place])) for place in self.loading.elsewhere]

    def found_elsewhere(self) -> list[T] | None:
        """What is found there; None when that process was ended before."""
        answer: tuple[list[T], Sums] | None = self._second.answer()
        if answer is None:
            return None
        found, sums = answer
        self.sums.briefs.update(sums.briefs)
        self.sums.digests.update(sums.digests)
        return found

    def end(self) -> None:
        self._second.end()
        self.loading.forget_parts()

    @property
    def _second(self) -> SecondProcess[Entry, Result]:
        assert self.loading.second is not None
        return self.loading.second

    # --- in the second process ---

    def there(self, receive: Receive) -> tuple[list[T], Sums]:
        """Checks what that process has made."""
        word: Word = receive()
        whole = {address_of(one.record): one for one in self.loading.making.whole.values()}
        register = Register(
            _known(word, {address: one.record for address, one in whole.items()}, self.loading),
            self.settings.languages,
            {address: one.origin for address, one in whole.items()},
        )
        found = [(one.record, one.found) for one in whole.values()]
        all_found = [*self.alone, *self.checks.named(register.looking_only_at(found))]
        return all_found, self.sums if self.checks.sums_up else Sums({}, {})


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
        return ALWAYS if told is None else Period.written(*told)

    made = {places[address]: record for address, record in own.items() if address in places}
    return RecordList(word.addresses, made, make, points_to, naming, life)
