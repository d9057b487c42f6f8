"""The bodies, roles and networks that the register knows, found by their names in a text."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from remit.importing.pieces import words_of
from remit.model.records import Network, Organisation, Record, Role
from remit.model.register import Register

SHORTEST = 2
_LIKE = 0.9


@dataclass(frozen=True, slots=True)
class Mention:
    start: int
    end: int
    record: Record


@dataclass(frozen=True)
class KnownNames:
    """Every name that organisations, roles and networks have had, in every language.

    A name that several of them bear is nobody's: it would be a guess.
    """

    register: Register

    @cached_property
    def _by_name(self) -> dict[str, Record]:
        found: dict[str, list[Record]] = {}
        for cls in (Organisation, Role, Network):
            for record in self.register.all(cls):
                for name in _names(record):
                    known = found.setdefault(_key(name), [])
                    if record not in known:
                        known.append(record)
        return {name: records[0] for name, records in found.items() if len(records) == 1}

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        names = {name for record in self._by_name.values() for name in _names(record)}
        known = sorted((one for one in names if _key(one) in self._by_name), key=_longest_first)
        if not known:
            return None
        # the genitive: IMDis, KT:s, BUP's
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(_either, known))})(?:[:'’]?s)?(?!\w)")

    def in_text(self, text: str) -> Iterator[Mention]:
        """From left to right, the longest name first where several fit."""
        if self._pattern is None:
            return
        for match in self._pattern.finditer(text):
            record = self.named(match[0]) or self.named(re.sub(r"[:'’]?s$", "", match[0]))
            if record:
                yield Mention(match.start(), match.end(), record)

    def named(self, words: str) -> Record | None:
        """The record of exactly this name."""
        return self._by_name.get(_key(words))

    def on_line(self, line: str) -> Record | None:
        """The record that a line of a letter's head names, also under a slightly other name."""
        words = re.sub(r"^(?:det kongelige|kungliga)\s+", "", line.strip(), flags=re.I)
        exact = self.named(words)
        if exact or len(words) < 8:
            return exact
        near = difflib.get_close_matches(_key(words), self._by_name, n=1, cutoff=_LIKE)
        return self._by_name[near[0]] if near else None

    def role_in_title(self, title: str) -> Role | None:
        """The role whose name's words all begin as words of the title do; the longest such name."""
        words = [word[:6] for word in words_of(title.lower())]
        best: tuple[int, str, Role] | None = None
        for role in self.register.all(Role):
            for name in _names(role):
                begins = [word[:6] for word in words_of(name.lower())]
                if len(name) < 5 or not all(begin in words for begin in begins):
                    continue
                if best is None or len(begins) > best[0]:
                    best = (len(begins), role.id, role)
        return best[2] if best else None


def _names(record: Record) -> Iterator[str]:
    for dated in record.names_ever():
        for text in (dated.name, dated.short):
            for words in (text or {}).values():
                if len(words) >= SHORTEST:
                    yield words


def _key(name: str) -> str:
    """Short forms keep their capitals: IR is no "ir"; names may begin small inside a sentence."""
    words = " ".join(name.split())
    return words if len(words) <= 6 else words.lower()


def _either(name: str) -> str:
    """A pattern for a name; its first letter is large or small when it is no short form."""
    if len(name) <= 6:
        return re.escape(name)
    first = "|".join(re.escape(letter) for letter in (name[0].upper(), name[0].lower()))
    return f"(?:{first}){re.escape(name[1:])}"


def _longest_first(name: str) -> tuple[int, str]:
    return (-len(name), name)
