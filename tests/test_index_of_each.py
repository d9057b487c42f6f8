"""Indexes found record by record: after a change only those are found anew that read of it."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pytest

from registers import REGISTER
from remit.build import load_whole
from remit.model.asked_again import answered
from remit.model.index_of_each import index_of_each
from remit.model.reading import (
    Changed,
    PackedIndex,
    Question,
    begin_noticing,
    field_bits,
    noticed_of_all,
)
from remit.model.record_list import SomeRecords
from remit.model.records import Contact, Role
from remit.model.register import Register
from remit.settings import read_settings

TODAY = date(2026, 11, 21)
TEAM = "roles/specialist-team"


def _roles(told: Told) -> SomeRecords[Role]:
    return told.register.all(Role)


@dataclass
class Told:
    register: Register
    found: set[str] = field(default_factory=set)
    """The ids of the records that were gone to."""

    @index_of_each(_roles)
    def lines(self, role: Role) -> str:
        """Reads a field of the record, an answer and an index."""
        self.found.add(role.id)
        contacts = self.register.lifetimes(Contact).all
        return f"{role.name_on(TODAY)} {self.register.spans(role)} {contacts}"


@pytest.fixture(scope="module")
def register() -> Register:
    begin_noticing()
    return load_whole(read_settings(REGISTER))


def _bits(cls: type[Role | Contact], name: str) -> int:
    return field_bits(cls)[name]


def _found_after(
    register: Register, records: Mapping[str, int], kinds: Mapping[str, int]
) -> tuple[set[str], Mapping[str, str], Mapping[str, int]]:
    """Which were found anew after a change, what is known then, and what is read with it."""
    before = Told(register)
    with noticed_of_all():
        data = pickle.dumps(before.lines)
    after = Told(register)
    vars(after)["lines"] = PackedIndex(data, Changed(records, kinds)), {}
    with noticed_of_all() as reading:
        known = after.lines.found
    assert known == before.lines.found and [*known] == [*before.lines.found]
    return after.found, known, reading.kinds


def test_a_field_of_a_record_has_that_one_found_anew(register: Register) -> None:
    names = _bits(Role, "names")
    found, _, read = _found_after(register, {TEAM: names}, {"role": names})
    assert found == {"specialist-team"}
    assert read["role"] & names and read["contact"] & _bits(Contact, "period")


def test_a_field_that_was_not_read_has_none_found_anew(register: Register) -> None:
    summary = _bits(Role, "summary")
    assert _found_after(register, {TEAM: summary}, {"role": summary})[0] == set()


def test_another_answer_has_those_found_anew_that_asked(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:

    def otherwise(asked: Register, question: Question) -> str:
        is_of_team = question == Question("Register.spans", "", (f"r{TEAM}",))
        return "another" if is_of_team else answered(asked, question)

    every = {"transfer": ~0}
    assert _found_after(register, {}, every)[0] == set()
    monkeypatch.setattr("remit.model.index_of_each.answered", otherwise)
    assert _found_after(register, {}, every)[0] == {"specialist-team"}
    assert _found_after(register, {}, {"guidance": ~0})[0] == set(), "nobody asks again"


def test_an_index_that_is_another_has_all_found_anew(register: Register) -> None:
    found, known, _ = _found_after(register, {}, {"contact": _bits(Contact, "period")})
    assert found == {address.partition("/")[2] for address in known}


def test_of_many_records_all_are_found_anew(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("remit.model.index_of_each.MOST", len(register.addresses) - 1)
    names = _bits(Role, "names")
    found, known, read = _found_after(register, {TEAM: names}, {"role": names})
    assert found == {address.partition("/")[2] for address in known}
    assert read["role"] & names and read["contact"] & _bits(Contact, "period")
