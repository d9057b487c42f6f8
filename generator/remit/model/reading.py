"""What is read of a register while something is made of it, so that it is made again only when one
of those readings would turn out otherwise.

Four things are noticed: a field of a record; which records of a kind there are; an id or address
that was looked for, found or not; and the answer to a question that goes through many records.
Whatever outlives one making and holds what it read of records must be an `index`, or what is made
with it later reads nothing that anyone could notice.
"""

from __future__ import annotations

import hashlib
import marshal
import pickle
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache, partial, update_wrapper
from operator import attrgetter
from typing import Any, Concatenate, Generic, NamedTuple, ParamSpec, TypeVar, cast, overload

from remit.model.record_list import SomeRecords
from remit.model.records import (
    RECORD_CLASSES,
    MandateVersion,
    Record,
    RenamableRecord,
    address_of,
)
from remit.model.shape import Outward
from remit.model.values import Period, Value, When

T = TypeVar("T")
Owner = TypeVar("Owner")
P = ParamSpec("P")

MEMBERS, POINTERS, FILE, PATH, SAID, RENAMED = 1, 2, 4, 8, 16, 32
"""What can change of a record besides its fields: that it is there, what its fields and texts point
to, the bytes of its files, where they lie, what it says of who works with whom, when its names
hold. Its fields have the bits above these."""
_RESERVED = 6
ANY = ""
"""Stands for every kind of record."""
GIT = "git"
"""Stands for the history of the files."""
MOST_HELD = 1_000
"""How many records a reading holds, so that none made later can be taken for one of them."""
MOST_KNOWN = 4_096
"""How many answers and parts are kept at a time, with the records that they are about."""


Behind = dict[str, Mapping[str, int]]
"""By a question's name: what it reads of all records of which kind."""


class Question(NamedTuple):
    """A method of the register, or of what it gives for a day, with its arguments as words. There
    are many, so that they are held as one text each."""

    name: str
    day: str
    about: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\0".join((self.name, self.day, *self.about))

    @classmethod
    def of(cls, text: str) -> Question:
        name, day, *about = text.split("\0")
        return cls(name, day, tuple(about))


class _Known(NamedTuple):
    """An answer. `held`: what was asked, so that nothing else gets its `id()`; not what about, for
    records that nobody needs any more are let go."""

    asked: str
    answer: object
    digest: str
    behind: Mapping[str, int]
    held: object


AllKnown = dict[tuple[object, ...], Any]
"""By the question: its name, the `id()` of what was asked, and what about in words. By a part's own
key: the part."""


class Reading:
    """What was read. `by_record`: of which record; else of which kind of records."""

    __slots__ = (
        "answers",
        "behind",
        "by_record",
        "documents",
        "fields",
        "kinds",
        "known",
        "let_go",
        "records",
        "sought",
    )

    def __init__(self, *, by_record: bool = True) -> None:
        self.by_record = by_record
        self.kinds: dict[str, int] = {}
        """What of all records of a kind."""
        if by_record:  # else it is made for every question, and has no more than its kinds
            self.fields: dict[int, int] = {}
            """What of a record, by `id()`."""
            self.records: list[Record] = []
            """Each record of which something was read, in the order of `fields`."""
            self.let_go: dict[str, int] = {}
            """By address: the same of records that are held no longer, since there were many."""
            self.sought: set[str] = set()
            """The ids and addresses that were looked for."""
            self.answers: dict[str, str] = {}
            """The questions that were asked, each with the digest of its answer."""
            self.behind: Behind = {}
            """By a question's name: what it reads of all records of which kind."""
            self.known: AllKnown = {} if _known is None else _known
            """The answers that need no asking."""
            self.documents: dict[str, str] = {}
            """The finished documents that were looked for, by path: the digest, empty where there
            is none."""

    def note_kind(self, kind: str, bits: int) -> None:
        self.kinds[kind] = self.kinds.get(kind, 0) | bits

    def note_record(self, record: Record, bits: int) -> None:
        if not self.by_record:
            self.note_kind(record.KIND, bits)
            return
        key = id(record)
        known = self.fields.get(key)
        if known is None:
            self.note_first(key, record, bits)
        else:
            self.fields[key] = known | bits

    def note_first(self, key: int, record: Record, bits: int) -> None:
        """The first that is read of a record, whose `id()` is the key."""
        if len(self.records) >= MOST_HELD:
            for one, known in zip(self.records, self.fields.values(), strict=True):
                address = address_of(one)
                self.let_go[address] = self.let_go.get(address, 0) | known
            self.records.clear()
            self.fields.clear()
        self.records.append(record)
        self.fields[key] = bits

    @property
    def has_more_than_fields(self) -> bool:
        return bool(self.kinds or self.sought or self.answers or self.documents or self.let_go)

    def take(self, fields: Iterable[tuple[Record, int, int]], rest: Reading | None) -> None:
        """All that was read for a part: fields of records, by `id()`, and the rest."""
        noted = self.fields
        for record, key, bits in fields:
            known = noted.get(key)
            if known is None:
                self.note_first(key, record, bits)
            elif known & bits != bits:
                noted[key] = known | bits
        if rest is not None:
            self.note_kinds(rest.kinds)
            for address, bits in rest.let_go.items():
                self.let_go[address] = self.let_go.get(address, 0) | bits
            self.sought |= rest.sought
            self.answers |= rest.answers
            self.documents |= rest.documents
            for name, kinds in rest.behind.items():
                self.behind[name] = union(self.behind.get(name), kinds)

    def note_kinds(self, kinds: Mapping[str, int]) -> None:
        """All that an index is made of."""
        if self.kinds:
            for kind, bits in kinds.items():
                self.note_kind(kind, bits)
        else:
            self.kinds.update(kinds)


_now: Reading | None = None
_known: AllKnown | None = None
_begun = False


def begin_noticing() -> None:
    """From here on, indexes notice what they are made of. Called before one is made, it saves
    making them again for the first reading."""
    global _begun
    _notice_fields()
    _begun = True


def has_begun() -> bool:
    """Whether indexes notice what they are made of."""
    return _begun


@contextmanager
def noticed() -> Iterator[Reading]:
    """Notices what this thread reads. Not for a process in which others read as well."""
    begin_noticing()
    reading = Reading()
    with reading_into(reading):
        yield reading


@contextmanager
def noticed_of_all() -> Iterator[Reading]:
    """Notices what is read in one go through many records: of which kinds, not of which record."""
    begin_noticing()
    reading = Reading(by_record=False)
    with reading_into(reading):
        yield reading


@contextmanager
def answers_kept(known: AllKnown | None = None) -> Iterator[None]:
    """Meanwhile no register changes, and a question that is asked again has the same answer: two
    languages' pages of one record ask the same. `known`: those of an earlier part of the work."""
    global _known
    outer, _known = _known, {} if known is None else known
    try:
        yield
    finally:
        _known = outer


def unnoticed() -> AbstractContextManager[None]:
    """What is read meanwhile is not noticed: for one who notes what it comes to."""
    return reading_into(None)


@contextmanager
def reading_into(reading: Reading | None) -> Iterator[None]:
    """What is read meanwhile is noticed there."""
    global _now
    outer, _now = _now, reading
    try:
        yield
    finally:
        _now = outer


# --- fields --------------------------------------------------------------------------------


@cache
def field_bits(cls: type[Record]) -> dict[str, int]:
    """By attribute: the bit of each field that can change while the record stays the same one."""
    names = [name for name in cls.model_fields if name not in _identity(cls)]
    return {name: 1 << (_RESERVED + number) for number, name in enumerate(names)}


def _identity(cls: type[Record]) -> tuple[str, ...]:
    return ("id", "mandate") if cls is MandateVersion else ("id",)


def _noticed_field(name: str, kind: str, bit: int) -> property:
    """Stands before a field of a class of records. Called for every reading of it: a property,
    since Python calls no other descriptor as quickly."""

    def read(record: Record) -> Any:
        reading = _now
        if reading is not None:
            if reading.by_record:
                key, fields = id(record), reading.fields
                known = fields.get(key)
                if known is None:
                    reading.note_first(key, record, bit)
                elif not known & bit:
                    fields[key] = known | bit
            else:
                kinds = reading.kinds
                known = kinds.get(kind)
                if known is None or not known & bit:
                    kinds[kind] = (known or 0) | bit
        try:
            return record.__dict__[name]
        except KeyError:
            raise AttributeError(name) from None

    return property(read)


@cache
def _notice_fields() -> None:
    for cls in RECORD_CLASSES:
        for name, bit in field_bits(cls).items():
            type.__setattr__(cls, name, _noticed_field(name, cls.KIND, bit))


# --- records -------------------------------------------------------------------------------


def note_kind(kind: str, bits: int = MEMBERS) -> None:
    """It was read which records of a kind there are, or `bits` of all of them."""
    if _now is not None:
        _now.note_kind(kind, bits)


def note_sought(target: str) -> None:
    """A record was looked for by its id or address."""
    if _now is not None:
        if _now.by_record:
            _now.sought.add(target)
        else:
            _now.note_kind(ANY, MEMBERS)


def note_record(record: Record, bits: int) -> None:
    """Something else of a record than a field was read."""
    if _now is not None:
        _now.note_record(record, bits)


def note_document(path: str, digest: str) -> None:
    """A finished document was looked for; `digest` is empty where there is none."""
    if _now is not None and _now.by_record:
        _now.documents[path] = digest


# --- questions and indexes -----------------------------------------------------------------


def question(method: Callable[Concatenate[Owner, P], T]) -> Callable[Concatenate[Owner, P], T]:
    """The answer is noted as a whole, not what is read to find it.

    For methods of the register and of what it gives for a day; arguments are records, their
    classes, days, plain words or nothing.
    """
    return _asking(method, is_kept=True)


def asked_once(
    method: Callable[Concatenate[Owner, P], T],
) -> Callable[Concatenate[Owner, P], T]:
    """A question that one page asks, and no other: its answer is not kept for the next."""
    return _asking(method, is_kept=False)


def _asking(
    method: Callable[Concatenate[Owner, P], T], *, is_kept: bool
) -> Callable[Concatenate[Owner, P], T]:
    name = method.__qualname__

    def ask(self: Owner, /, *args: P.args, **kwargs: P.kwargs) -> T:
        global _now
        outer = _now
        if outer is None or not outer.by_record:
            return method(self, *args, **kwargs)
        about = tuple([_argument(one) for one in args])
        key = (name, id(self), *about)
        known: _Known | None = outer.known.get(key)
        if known is None:
            asked = Question(name, _day(self), about).text
            inner = Reading(by_record=False)
            _now = inner
            try:
                answer = method(self, *args, **kwargs)
            finally:
                _now = outer
            known = _Known(asked, answer, digest(answer), inner.kinds, self)
            if is_kept:
                _remember(outer.known, key, known)
        if known.asked not in outer.answers:
            outer.answers[known.asked] = known.digest
            outer.behind[name] = union(outer.behind.get(name), known.behind)
        return cast(T, known.answer)

    update_wrapper(ask, method)
    return ask


def _remember(known: AllKnown, key: tuple[object, ...], value: object) -> None:
    if len(known) == MOST_KNOWN:
        known.clear()
    known[key] = value


class _Part(NamedTuple):
    """What was made once, and what was read for it. `held`: what it is about, so that nothing else
    gets its `id()`."""

    value: object
    fields: tuple[tuple[Record, int, int], ...]
    """Each record of which something was read, its `id()`, the bits."""
    rest: Reading | None
    """All that was read, where it is more than fields."""
    held: object


def once(key: tuple[object, ...], make: Callable[P, T], *about: P.args, **more: P.kwargs) -> T:
    """What `make` makes of its arguments; made once for all that have the same `key`. Each of them
    has then read what was read for it.

    The key tells apart all that the part depends on besides what is read of the register: records
    and views stand in it by what tells them apart.
    """
    global _now
    outer = _now
    if outer is None and _known is not None:
        return cast(T, _once_unnoticed(_known, ("", *key), make, about, more).value)
    if outer is None or not outer.by_record:
        return make(*about, **more)
    part: _Part | None = outer.known.get(key)
    if part is None:
        _now = inner = Reading()
        try:
            value = make(*about, **more)
        finally:
            _now = outer
        pairs = zip(inner.fields.items(), inner.records, strict=True)
        fields = tuple([(record, key, bits) for (key, bits), record in pairs])
        rest = inner if inner.has_more_than_fields else None
        part = _Part(value, fields, rest, (about, more))
        _remember(outer.known, key, part)
    outer.take(part.fields, part.rest)
    return cast(T, part.value)


def _once_unnoticed(
    known: AllKnown, key: tuple[object, ...], make: Callable[..., object], about: Any, more: Any
) -> _Part:
    """While nobody is to know what is read. No one who is has such a part."""
    part: _Part | None = known.get(key)
    if part is None:
        part = _Part(make(*about, **more), (), None, (about, more))
        _remember(known, key, part)
    return part


def union(one: Mapping[str, int] | None, other: Mapping[str, int]) -> Mapping[str, int]:
    """All that either reads, by kind: most often both are the same."""
    if one is None or one == other:
        return other
    return {kind: one.get(kind, 0) | other.get(kind, 0) for kind in {**one, **other}}


def _day(owner: object) -> str:
    day = getattr(owner, "day", None)
    return day.isoformat() if isinstance(day, date) else ""


def _argument(value: object) -> str:
    if isinstance(value, Record):
        return f"r{address_of(value)}"
    if isinstance(value, type) and issubclass(value, Record):
        return f"k{value.KIND}"
    if isinstance(value, date):
        return f"d{value.isoformat()}"
    if isinstance(value, str):
        return f"s{value}"
    if value is None:
        return "n"
    raise TypeError(f"a question cannot be asked about {value!r}")


class Changed(NamedTuple):
    """What is otherwise than it was."""

    records: Mapping[str, int]
    """By address: the bits of what has changed of a record that was there before."""
    kinds: Mapping[str, int]
    """By kind: of any of its records."""

    def touches(self, kinds: Mapping[str, int]) -> bool:
        """Whether it is anything of what was read of all records of these kinds."""
        return any(self.kinds.get(kind, 0) & bits for kind, bits in kinds.items())


class PackedIndex(NamedTuple):
    """The value of an index as `pickle` has it: made when it is asked for. `changed`: what is
    otherwise than it was then, where that is something of what it is made of."""

    data: bytes
    changed: Changed | None = None


class index(Generic[Owner, T]):
    """A property made once, that notices what of all records it is made of whenever it is read."""

    def __init__(self, make: Callable[[Owner], T]) -> None:
        self.make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __set__(self, owner: Owner, value: T) -> None:
        raise AttributeError(f"{self.name} cannot be set")

    @overload
    def __get__(self, owner: None, cls: type) -> index[Owner, T]: ...

    @overload
    def __get__(self, owner: Owner, cls: type) -> T: ...

    def __get__(self, owner: Owner | None, cls: type) -> index[Owner, T] | T:
        if owner is None:
            return self
        made: tuple[T, Mapping[str, int] | None] | None = owner.__dict__.get(self.name)
        reading = _now
        if made is None or (made[1] is None and reading is not None):
            made = owner.__dict__[self.name] = self._made(owner)
        elif made[0].__class__ is PackedIndex:
            packed = cast(PackedIndex, made[0])
            made = owner.__dict__[self.name] = self._unpacked(owner, packed, made[1])
        if reading is not None and made[1]:
            reading.note_kinds(made[1])
        return made[0]

    def give(self, owner: Owner, value: T, *, until_noticed: bool = False) -> None:
        """Has it from here on that the property is this; with `until_noticed`, it is made all the
        same once someone is to know what it is made of."""
        vars(owner)[self.name] = (value, None if until_noticed else {})

    def _made(self, owner: Owner) -> tuple[T, Mapping[str, int] | None]:
        return self._noticed(lambda: self.make(owner))

    def _noticed(self, make: Callable[[], T]) -> tuple[T, Mapping[str, int] | None]:
        if not _begun:
            return make(), None
        inner = Reading(by_record=False)
        with reading_into(inner):
            return make(), inner.kinds

    def _unpacked(
        self, owner: Owner, packed: PackedIndex, kinds: Mapping[str, int] | None
    ) -> tuple[T, Mapping[str, int] | None]:
        return (pickle.loads(packed.data), kinds) if packed.changed is None else self._made(owner)


# --- digests -------------------------------------------------------------------------------


class InWords:
    """A value that knows quickly what all of it is in words, alike for what is alike."""

    __slots__ = ()

    @abstractmethod
    def in_words(self) -> str:
        """The words."""


def digest(value: object) -> str:
    """The same for the same value in every run; a record counts as its address alone."""
    return hashlib.blake2b(_words(value).encode(), digest_size=12).hexdigest()


def _words(value: object) -> str:
    make = _MAKERS.get(type(value))
    return make(value) if make is not None else _maker(type(value))(value)


def _days(period: Period) -> str:
    first, last = period.from_, period.to
    return f"{first.text if first else ''}/{last.text if last else ''}"


_MAKERS: dict[type, Callable[[Any], str]] = {Period: _days, When: attrgetter("text")}
"""What makes words of the values of a type, for those that there have been."""


def _maker(cls: type) -> Callable[[Any], str]:
    """Which it is takes longer to find out than to make the words, so it is found out once."""
    found: Callable[[Any], str] = repr
    if issubclass(cls, Record):
        found = _address
    elif issubclass(cls, InWords):
        found = cls.in_words
    elif issubclass(cls, SomeRecords):
        found = _addresses
    elif issubclass(cls, Sequence) and not issubclass(cls, str | bytes):
        found = _all_words
    elif issubclass(cls, set | frozenset):
        found = _sorted_words
    elif issubclass(cls, Mapping):
        found = _pairs
    elif issubclass(cls, Value):
        found = partial(_fields, tuple(cls.model_fields))
    elif is_dataclass(cls):
        found = partial(_fields, tuple([one.name for one in fields(cls)]))
    return _MAKERS.setdefault(cls, found)


def _address(record: Record) -> str:
    return f"@{address_of(record)}"


def _addresses(records: SomeRecords[Any]) -> str:
    return f"[{','.join([f'@{address}' for address in records.addresses()])}]"


def _all_words(values: Iterable[object]) -> str:
    return f"[{','.join([_words(one) for one in values])}]"


def _sorted_words(values: Iterable[object]) -> str:
    return f"{{{','.join(sorted([_words(one) for one in values]))}}}"


def _pairs(values: Mapping[object, object]) -> str:
    made = [f"{_words(key)}:{_words(one)}" for key, one in values.items()]
    return f"{{{','.join(made)}}}"


def _fields(names: Sequence[str], value: object) -> str:
    return _all_words([getattr(value, name) for name in names])


def record_digests(record: Record, pointers: Outward, file: str, path: str, said: object) -> bytes:
    """The digest of each thing that can change of a record, one after the other, in the order of
    their bits."""
    with unnoticed():
        values = record.model_dump(mode="json")
    found = {bit: _plain(values[name]) for name, bit in field_bits(type(record)).items()}
    names = values["names"] if isinstance(record, RenamableRecord) else ()
    renamed = [one["period"] for one in names]
    found |= {RENAMED: _plain(renamed), POINTERS: _plain(tuple(pointers)), SAID: _plain(said)}
    found |= {FILE: file.encode(), PATH: path.encode()}
    made = (hashlib.blake2b(found[bit], digest_size=8) for bit in sorted(found))
    return b"".join(one.digest() for one in made)


def _plain(value: Any) -> bytes:
    """The same for the same value; from its third version on, marshal's bytes depend on who else
    holds it."""
    return marshal.dumps(value, 2)


def other_bits(cls: type[Record], before: bytes, now: bytes) -> int:
    """What of a record is otherwise than before, by the digests."""
    bits = sorted({*field_bits(cls).values(), POINTERS, FILE, PATH, SAID, RENAMED})
    found, size = 0, len(now) // len(bits)
    for place, bit in enumerate(bits):
        if before[place * size : (place + 1) * size] != now[place * size : (place + 1) * size]:
            found |= bit
    return found


__all__: Sequence[str] = [
    "ANY",
    "FILE",
    "GIT",
    "MEMBERS",
    "PATH",
    "POINTERS",
    "RENAMED",
    "SAID",
    "AllKnown",
    "Behind",
    "Changed",
    "InWords",
    "PackedIndex",
    "Question",
    "Reading",
    "answers_kept",
    "asked_once",
    "begin_noticing",
    "digest",
    "field_bits",
    "has_begun",
    "index",
    "note_document",
    "note_kind",
    "note_record",
    "note_sought",
    "noticed",
    "noticed_of_all",
    "once",
    "other_bits",
    "question",
    "reading_into",
    "record_digests",
    "union",
    "unnoticed",
]
