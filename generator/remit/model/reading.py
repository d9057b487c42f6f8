"""What is read of a register while something is made of it, so that it is made again only when one
of those readings would turn out otherwise.

Four things are noticed: a field of a record; which records of a kind there are; an id or address
that was looked for, found or not; and the answer to a question that goes through many records.
Whatever outlives one making and holds what it read of records must be an `index`, or what is made
with it later reads nothing that anyone could notice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache, update_wrapper
from typing import Any, Concatenate, Generic, NamedTuple, ParamSpec, TypeVar, overload

from remit.model.records import RECORD_CLASSES, MandateVersion, Record, address_of
from remit.model.shape import Outward
from remit.model.values import Value

T = TypeVar("T")
Owner = TypeVar("Owner")
P = ParamSpec("P")

MEMBERS, POINTERS, FILE, PATH, SAID = 1, 2, 4, 8, 16
"""What can change of a record besides its fields: that it is there, what its fields and texts point
to, the bytes of its files, where they lie, what it says of who works with whom. Its fields have the
bits above these."""
_RESERVED = 5
ANY = ""
"""Stands for every kind of record."""
GIT = "git"
"""Stands for the history of the files."""


class Question(NamedTuple):
    """A method of the register, or of what it gives for a day, with its arguments as words."""

    name: str
    day: str
    about: tuple[str, ...]


@dataclass(slots=True)
class Reading:
    """What was read. `by_record`: of which record; else of which kind of records."""

    by_record: bool = True
    bits: dict[int | str, int] = field(default_factory=dict)
    """What of a record (by `id()`), or of all records of a kind."""
    records: list[Record] = field(default_factory=list)
    """Each record of which something was read."""
    sought: set[str] = field(default_factory=set)
    """The ids and addresses that were looked for."""
    answers: dict[Question, str] = field(default_factory=dict)
    """The questions that were asked, each with the digest of its answer."""
    behind: dict[str, dict[str, int]] = field(default_factory=dict)
    """By a question's name: what it reads of all records of which kind."""
    documents: dict[str, str] = field(default_factory=dict)
    """The finished documents that were looked for, by path: the digest, empty where there is
    none."""

    def note(self, key: int | str, bits: int) -> None:
        self.bits[key] = self.bits.get(key, 0) | bits

    def begin(self, key: int | str, record: Record) -> None:
        if self.by_record and key not in self.bits:
            self.records.append(record)


_now: Reading | None = None
_begun = False


def begin_noticing() -> None:
    """From here on, indexes notice what they are made of. Called before one is made, it saves
    making them again for the first reading."""
    global _begun
    _notice_fields()
    _begun = True


@contextmanager
def noticed() -> Iterator[Reading]:
    """Notices what this thread reads. Not for a process in which others read as well."""
    begin_noticing()
    reading = Reading()
    with _into(reading):
        yield reading


@contextmanager
def noticed_of_all() -> Iterator[Reading]:
    """Notices what is read in one go through many records: of which kinds, not of which record."""
    begin_noticing()
    reading = Reading(by_record=False)
    with _into(reading):
        yield reading


def unnoticed() -> AbstractContextManager[None]:
    """What is read meanwhile is not noticed: for one who notes what it comes to."""
    return _into(None)


@contextmanager
def _into(reading: Reading | None) -> Iterator[None]:
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


class _NoticedField:
    """Stands before a field of a class of records."""

    __slots__ = ("bit", "kind", "name")

    def __init__(self, name: str, kind: str, bit: int) -> None:
        self.name, self.kind, self.bit = name, kind, bit

    def __get__(self, record: Record | None, cls: type) -> Any:
        if record is None:
            raise AttributeError(self.name)
        reading = _now
        if reading is not None:
            key = id(record) if reading.by_record else self.kind
            known = reading.bits.get(key)
            if known is None:
                reading.begin(key, record)
            reading.bits[key] = (known or 0) | self.bit
        try:
            return record.__dict__[self.name]
        except KeyError:
            raise AttributeError(self.name) from None

    def __set__(self, record: Record, value: object) -> None:
        raise AttributeError(f"{self.name} cannot be set: records are frozen")


@cache
def _notice_fields() -> None:
    for cls in RECORD_CLASSES:
        for name, bit in field_bits(cls).items():
            type.__setattr__(cls, name, _NoticedField(name, cls.KIND, bit))


# --- records -------------------------------------------------------------------------------


def note_kind(kind: str, bits: int = MEMBERS) -> None:
    """It was read which records of a kind there are, or `bits` of all of them."""
    if _now is not None:
        _now.note(kind, bits)


def note_sought(target: str) -> None:
    """A record was looked for by its id or address."""
    if _now is not None:
        if _now.by_record:
            _now.sought.add(target)
        else:
            _now.note(ANY, MEMBERS)


def note_record(record: Record, bits: int) -> None:
    """Something else of a record than a field was read."""
    if _now is not None:
        key = id(record) if _now.by_record else record.KIND
        _now.begin(key, record)
        _now.note(key, bits)


def note_document(path: str, digest: str) -> None:
    """A finished document was looked for; `digest` is empty where there is none."""
    if _now is not None:
        _now.documents[path] = digest


def names_of(record: Record) -> tuple[str, ...]:
    """Everything under which a record can be looked for."""
    if isinstance(record, MandateVersion):
        return (address_of(record), f"{record.mandate}@{record.id}")
    return (address_of(record), record.id)


# --- questions and indexes -----------------------------------------------------------------


def question(method: Callable[Concatenate[Owner, P], T]) -> Callable[Concatenate[Owner, P], T]:
    """The answer is noted as a whole, not what is read to find it.

    For methods of the register and of what it gives for a day; arguments are records, their
    classes, days, plain words or nothing.
    """
    name = method.__qualname__

    def ask(self: Owner, /, *args: P.args, **kwargs: P.kwargs) -> T:
        outer = _now
        if outer is None or not outer.by_record:
            return method(self, *args, **kwargs)
        asked = Question(name, _day(self), tuple(map(_argument, args)))
        if asked in outer.answers:
            with _into(None):
                return method(self, *args, **kwargs)
        inner = Reading(by_record=False)
        with _into(inner):
            answer = method(self, *args, **kwargs)
        outer.answers[asked] = digest(answer)
        behind = outer.behind.setdefault(name, {})
        for key, bits in inner.bits.items():
            behind[str(key)] = behind.get(str(key), 0) | bits
        return answer

    update_wrapper(ask, method)
    return ask


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
        made: tuple[T, Mapping[int | str, int] | None] | None = owner.__dict__.get(self.name)
        reading = _now
        if made is None or (made[1] is None and reading is not None):
            made = owner.__dict__[self.name] = self._made(owner)
        if reading is not None and made[1]:
            for key, bits in made[1].items():
                reading.note(key, bits)
        return made[0]

    def give(self, owner: Owner, value: T) -> None:
        """Has it from here on that the property is this."""
        vars(owner)[self.name] = (value, {})

    def _made(self, owner: Owner) -> tuple[T, Mapping[int | str, int] | None]:
        if not _begun:
            return self.make(owner), None
        inner = Reading(by_record=False)
        with _into(inner):
            return self.make(owner), inner.bits


# --- digests -------------------------------------------------------------------------------


def digest(value: object) -> str:
    """The same for the same value in every run; a record counts as its address alone."""
    return hashlib.blake2b(_words(value).encode(), digest_size=12).hexdigest()


def _words(value: object) -> str:
    if isinstance(value, Record):
        return f"@{address_of(value)}"
    if isinstance(value, str) and not isinstance(value, Enum):
        return repr(value)
    if isinstance(value, list | tuple):
        return f"[{','.join(map(_words, value))}]"
    if isinstance(value, set | frozenset):
        return f"{{{','.join(sorted(map(_words, value)))}}}"
    if isinstance(value, Mapping) and not isinstance(value, Value):
        return f"{{{','.join(f'{_words(key)}:{_words(one)}' for key, one in value.items())}}}"
    if is_dataclass(value) and not isinstance(value, type):
        return _words([getattr(value, one.name) for one in fields(value)])
    return repr(value)


def record_digests(
    record: Record, pointers: Outward, file: str, path: str, said: object
) -> dict[int, str]:
    """The digest of each thing that can change of a record, by its bit."""
    values = record.model_dump()
    found = {name: repr(values[name]) for name in field_bits(type(record))}
    digests = {bit: found[name] for name, bit in field_bits(type(record)).items()}
    digests |= {POINTERS: _words(pointers), FILE: file, PATH: path, SAID: _words(said)}
    return {
        bit: hashlib.blake2b(words.encode(), digest_size=8).hexdigest()
        for bit, words in digests.items()
    }


def changed_bits(before: Mapping[int, str], after: Mapping[int, str]) -> int:
    """What of a record is otherwise than before."""
    found = 0
    for bit in before.keys() | after.keys():
        if before.get(bit) != after.get(bit):
            found |= bit
    return found


__all__: Sequence[str] = [
    "ANY",
    "FILE",
    "GIT",
    "MEMBERS",
    "PATH",
    "POINTERS",
    "SAID",
    "Question",
    "Reading",
    "begin_noticing",
    "changed_bits",
    "digest",
    "field_bits",
    "index",
    "names_of",
    "note_document",
    "note_kind",
    "note_record",
    "note_sought",
    "noticed",
    "noticed_of_all",
    "question",
    "record_digests",
    "unnoticed",
]
