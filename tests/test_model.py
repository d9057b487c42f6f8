"""Values and the register: dates as precise as they are, periods, pointers both ways, tasks."""

from __future__ import annotations

import re
from datetime import date

import pytest

from registers import REGISTER, ROOT
from remit.build import load_and_check
from remit.model.records import (
    RECORD_CLASSES,
    Mandate,
    Organisation,
    Paragraph,
    Role,
    Section,
    Task,
)
from remit.model.register import Register
from remit.model.values import LocalText, Period, Precision, Review, Value, When
from remit.settings import read_settings


@pytest.fixture(scope="module")
def shipped() -> Register:
    return load_and_check(read_settings(ROOT)).register


@pytest.mark.parametrize(
    ("text", "precision", "first", "last"),
    [
        ("2019-09-11", Precision.DAY, date(2019, 9, 11), date(2019, 9, 11)),
        ("2020-02", Precision.MONTH, date(2020, 2, 1), date(2020, 2, 29)),
        ("2019-W36", Precision.WEEK, date(2019, 9, 2), date(2019, 9, 8)),
        ("2008", Precision.YEAR, date(2008, 1, 1), date(2008, 12, 31)),
    ],
)
def test_when_is_as_precise_as_its_text(
    text: str, precision: Precision, first: date, last: date
) -> None:
    when = When.parse(text)
    assert (when.precision, when.first, when.last) == (precision, first, last)


@pytest.mark.parametrize("text", ["", "19", "2019-13", "2019-02-30", "2019-W54", "11.9.2019"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        When.parse(text)


def test_periods_include_both_ends() -> None:
    period = Period.between(When.parse("2013-04-09"), When.parse("2019-12-31"))
    assert period.covers(date(2013, 4, 9)) and period.covers(date(2019, 12, 31))
    assert not period.covers(date(2013, 4, 8)) and not period.covers(date(2020, 1, 1))
    later = Period.between(When.parse("2020-01-01"), None)
    assert not period.overlaps(later)
    assert Period().contains(period) and not period.contains(Period())
    assert Period.between(When.parse("2020"), When.parse("2019")).is_inverted
    assert not Period.between(When.parse("2020"), When.parse("2020-06")).is_inverted


def test_a_review_is_due_on_the_same_day_of_the_month_or_its_last() -> None:
    assert Review(last=date(2026, 11, 22), every_months=12).due == date(2027, 11, 22)
    assert Review(last=date(2026, 8, 31), every_months=6).due == date(2027, 2, 28)
    assert Review(last=date(2026, 12, 1), every_months=12).due == date(2027, 12, 1)


def test_a_text_is_shown_in_another_language_when_one_lacks() -> None:
    text = LocalText({"nb": "hei", "sv": "hej"})
    assert text.best("sv", "nb") == ("hej", "sv")
    assert text.best("en", "nb") == ("hei", "nb")
    assert text.best("en") == ("hei", "nb")


def test_names_follow_the_date(shipped: Register) -> None:
    role = shipped.get(Role, "minority-advisers")
    assert role is not None
    assert "minority" in role.name_on(date(2019, 5, 1))["en"].lower()
    assert "diversity" in role.name_on(date(2025, 1, 1))["en"].lower()


def test_a_task_is_followed_to_who_has_it_now(shipped: Register) -> None:
    """Question 4: who had this task before 2020-01-01, and who has it now?"""
    task = shipped.get(Task, "regional-prevention")
    assert task is not None
    assert [one.id for one in shipped.as_of(date(2019, 12, 31)).holders(task)] == ["imdi"]
    assert [one.id for one in shipped.as_of(date(2020, 1, 1)).holders(task)] == [
        "county-authorities"
    ]


def test_the_version_in_force_on_a_day(shipped: Register) -> None:
    """Question 3: what did the mandate say on a given date?"""
    days = {
        date(2013, 4, 8): None,
        date(2013, 4, 9): "2013-04-09",
        date(2018, 6, 18): "2013-04-09",
        date(2018, 6, 19): "2018-06-19",
        date(2026, 11, 22): "2018-06-19",
    }
    for day, expected in days.items():
        version = shipped.as_of(day).version("competence-team")
        assert (version.id if version else None) == expected, day
    coordinators = shipped.get(Mandate, "regional-coordinators")
    assert coordinators is not None
    assert shipped.as_of(date(2020, 1, 1)).version("regional-coordinators") is None
    assert shipped.life(coordinators).last == date(2019, 12, 31)


def test_pointers_are_followed_back(shipped: Register) -> None:
    bufdir = shipped.get(Organisation, "bufdir")
    assert bufdir is not None
    sources = {(link.source.KIND, link.source.id) for link in shipped.back_links(bufdir)}
    assert ("role", "competence-team") in sources
    assert ("assignment", "imdi-2019-022") in sources


def test_a_pointer_can_name_the_folder_and_the_nearest_id_is_found() -> None:
    register = load_and_check(read_settings(REGISTER)).register
    assert register.resolve("roles/specialist-team", ("role", "organisation"))
    assert register.resolve("organisations/specialist-team", ("role", "organisation")) is None
    assert register.nearest("specialist-tem", ("role",)) == "specialist-team"
    assert register.nearest("zzzzzz", ("role",)) is None


def test_no_text_with_a_pattern_can_hold_a_mark() -> None:
    """So those are not looked through."""
    classes: list[type[Value]] = [*RECORD_CLASSES, Section, Paragraph]
    found = [
        item.pattern.removesuffix("$") + r"\Z"  # as pydantic takes it: the very end
        for cls in classes
        for field in cls.model_fields.values()
        if field.annotation is str
        for item in field.metadata
        if getattr(item, "pattern", None)
    ]
    assert found
    for pattern in found:
        for mark in ("]", "<", "{", "}", "\u202e", "\u4e2d", "\n"):
            for text in (mark, f"a{mark}", f"a{mark}b", f"2026-01-01{mark}x"):
                assert not re.search(pattern, text), pattern
