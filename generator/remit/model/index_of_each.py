"""Indexes that are found record by record, so that a change of a few records leaves what was found
of the others."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeVar, cast

from remit.model.asked_again import answered
from remit.model.reading import (
    ANY,
    MEMBERS,
    Behind,
    Changed,
    PackedIndex,
    Question,
    Reading,
    has_begun,
    index,
    note_kind,
    reading_into,
    union,
)
from remit.model.record_list import SomeRecords, kind_and_key
from remit.model.records import Record, address_of

if TYPE_CHECKING:
    from remit.model.register import Register


class OfRegister(Protocol):
    """What is told of a register."""

    @property
    def register(self) -> Register: ...


R = TypeVar("R", bound=Record)
T = TypeVar("T")
Owner = TypeVar("Owner", bound=OfRegister)


MOST = 15_000
"""Of a register with more records than this it is not kept which of them was read for what: of
42,580 records, that took some 20 MB in each process."""


class Each(NamedTuple, Generic[T]):
    """What was found of each record, by its address, and what was read for it."""

    found: dict[str, T]
    fields: dict[str, tuple[int, list[str]]]
    """By the address of a record of which something was read: the bits, and of which records that
    was found."""
    answers: dict[str, tuple[str, list[str]]]
    """By a question that was asked: the digest of its answer, and of which records that was."""
    behind: Behind
    """By a question's name: what it reads of all records of which kind."""
    kinds: dict[str, int]
    """What else was read of all records of a kind."""

    @classmethod
    def none(cls) -> Each[T]:
        return cls({}, {}, {}, {}, {})

    def still_right(self, register: Register, changed: Changed) -> Each[T]:
        """Those that would be found as they were."""
        if changed.touches(self.kinds):
            return Each.none()
        others = set[str]()
        for address, now in changed.records.items():
            bits, of = self.fields.get(address, (0, ()))
            if bits & now:
                others.update(of)
        touched = {name for name, kinds in self.behind.items() if changed.touches(kinds)}
        for asked, (answer, of) in self.answers.items() if touched else ():
            question = Question.of(asked)
            if question.name in touched and answered(register, question) != answer:
                others.update(of)
        return self._replace(found={one: self.found[one] for one in self.found.keys() - others})

    def note_found(self, address: str, reading: Reading) -> None:
        """What was read for what was found of a record."""
        for one, bits in _fields(reading):
            before, of = self.fields.get(one, (0, []))
            self.fields[one] = before | bits, of
            of.append(address)
        for asked, answer in reading.answers.items():
            self.answers.setdefault(asked, (answer, []))[1].append(address)
        for name, kinds in reading.behind.items():
            self.behind[name] = union(self.behind.get(name), kinds)
        for kind, bits in reading.kinds.items():
            self.kinds[kind] = self.kinds.get(kind, 0) | bits
        if reading.sought:  # it would be another one if a record of that name came or went
            self.kinds[ANY] = self.kinds.get(ANY, 0) | MEMBERS

    def note_all(self) -> None:
        """Who reads any of it has read all that it is made of."""
        for one, (bits, _) in self.fields.items():
            note_kind(kind_and_key(one)[0], bits)
        for kinds in (self.kinds, *self.behind.values()):
            for kind, bits in kinds.items():
                note_kind(kind, bits)


def _fields(reading: Reading) -> Iterator[tuple[str, int]]:
    """What was read of each record, by its address."""
    for (_, bits), record in zip(reading.fields.items(), reading.records, strict=True):
        yield address_of(record), bits
    yield from reading.let_go.items()


class index_of_each(Generic[Owner, R]):
    """An index of what a method finds of each of some records, one by one."""

    def __init__(self, of: Callable[[Owner], SomeRecords[R]]) -> None:
        self.of = of

    def __call__(self, find: Callable[[Owner, R], T]) -> IndexOfEach[Owner, R, T]:
        return IndexOfEach(self.of, find)


class IndexOfEach(index[Owner, Each[T]], Generic[Owner, R, T]):
    """See `index_of_each`. One that was kept is found anew for those records alone for which
    something else would be read."""

    def __init__(
        self, of: Callable[[Owner], SomeRecords[R]], find: Callable[[Owner, R], T]
    ) -> None:
        super().__init__(self._all)
        self.of, self.find = of, find
        self.__doc__ = find.__doc__

    def _all(self, owner: Owner) -> Each[T]:
        return self._found(owner, Each.none())

    def _unpacked(
        self, owner: Owner, packed: PackedIndex, kinds: Mapping[str, int] | None
    ) -> tuple[Each[T], Mapping[str, int] | None]:
        known = cast(Each[T], pickle.loads(packed.data))
        if packed.changed is None:
            return known, kinds
        right = known.still_right(owner.register, packed.changed)
        return self._noticed(lambda: self._found(owner, right))

    def _found(self, owner: Owner, known: Each[T]) -> Each[T]:
        """`known`: what need not be found anew."""
        records = self.of(owner)
        addresses = records.addresses()
        if not has_begun() or len(owner.register.addresses) > MOST:
            return self._found_of_all(owner, records)
        kept = known.found.keys() & addresses
        made: Each[T] = Each(
            {},
            _only(known.fields, kept),
            _only(known.answers, kept),
            {**known.behind},
            {**known.kinds},
        )
        for place, address in enumerate(addresses):
            if address in kept:
                made.found[address] = known.found[address]
                continue
            reading = Reading()
            with reading_into(reading):
                made.found[address] = self.find(owner, records.at(place))
            made.note_found(address, reading)
        made.note_all()
        return made

    def _found_of_all(self, owner: Owner, records: SomeRecords[R]) -> Each[T]:
        """Noticed is what is read of all records of a kind: another change has all found anew."""
        made: Each[T] = Each.none()
        reading = Reading(by_record=False)
        with reading_into(reading):
            made.found.update((address_of(one), self.find(owner, one)) for one in records)
        made.kinds.update(reading.kinds)
        made.note_all()
        return made


Known = TypeVar("Known", int, str)


def _only(
    read: dict[str, tuple[Known, list[str]]], kept: Collection[str]
) -> dict[str, tuple[Known, list[str]]]:
    """What was read for these."""
    left = ((one, was, [of for of in every if of in kept]) for one, (was, every) in read.items())
    return {one: (was, of) for one, was, of in left if of}
