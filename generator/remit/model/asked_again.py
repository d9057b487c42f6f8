"""Questions to a register that were asked before, asked again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from remit.model.reading import Question, digest
from remit.model.records import BY_KIND

if TYPE_CHECKING:
    from remit.model.register import Register


def answered(register: Register, question: Question) -> str:
    """The digest of the answer now; empty where the question has lost what it is about."""
    owner, _, name = question.name.partition(".")
    try:
        found = _OWNERS[owner](register, question.day)
        arguments = [_argument(register, words) for words in question.about]
    except LookupError:
        return ""
    return digest(getattr(found, name)(*arguments))


def _as_of(register: Register, day: str) -> object:
    return register.as_of(date.fromisoformat(day))


_OWNERS: Mapping[str, Callable[[Register, str], object]] = {
    "Register": lambda register, day: register,
    "AsOf": _as_of,
    "DayLists": lambda register, day: register.as_of(date.fromisoformat(day)).lists,
    "Calendar": lambda register, day: register.calendar,
    "Relations": lambda register, day: register.relations,
}


def _argument(register: Register, words: str) -> object:
    sort, rest = words[:1], words[1:]
    if sort == "r":
        return register.by_address[rest]
    if sort == "k":
        return BY_KIND[rest]
    if sort == "d":
        return date.fromisoformat(rest)
    return rest if sort == "s" else None
