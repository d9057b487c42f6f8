"""What the checks on a mandate's changes see and let pass, beyond the examples of their pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from registers import REGISTER, found, overlay

FILE = "mandates/team-mandate/2024-01-01.yml"
TEXT = (REGISTER / FILE).read_text("utf-8")
EARLIER = "mandates/team-mandate/2020-01-01.yml"
NOTE = """  note:
    nb: Samarbeid og rapportering er tatt inn.
    en: Cooperation and reporting are added.
"""
UNEXPLAINED = TEXT.replace(NOTE, "")
EDITORIAL = UNEXPLAINED.replace("change: substantive", "change: editorial")


def _codes(register: Path, text: str, file: str = FILE) -> list[str]:
    return [one.code for one in found(overlay(register, {file: text}))]


@pytest.mark.parametrize(
    ("before", "after", "codes"),
    [
        ("", "", ["change-note-missing"]),
        ("change: substantive", "change: new", ["change-note-missing"]),
        ("change: substantive", "change: editorial", []),
        ("status: adopted", "status: draft", ["change-note-missing"]),
    ],
    ids=["substantive", "new", "editorial", "draft of a change of substance"],
)
def test_who_wants_a_note(before: str, after: str, codes: list[str], register_copy: Path) -> None:
    assert _codes(register_copy, UNEXPLAINED.replace(before, after, 1)) == codes


def test_a_version_without_approval_wants_one_but_a_draft_does_not(register_copy: Path) -> None:
    start, end = UNEXPLAINED.index("approval:"), UNEXPLAINED.index("legal_bases:")
    text = UNEXPLAINED[:start] + UNEXPLAINED[end:]
    assert _codes(register_copy, text) == ["change-note-missing"]
    assert _codes(register_copy, text.replace("status: adopted", "status: hearing")) == []


def test_the_first_version_wants_a_note_only_for_a_change_of_substance(register_copy: Path) -> None:
    text = (REGISTER / EARLIER).read_text("utf-8")
    assert _codes(register_copy, text, EARLIER) == []
    changed = text.replace("change: new", "change: substantive")
    assert _codes(register_copy, changed, EARLIER) == ["change-note-missing"]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("          - testdepartementet\n", "          - testdirektoratet\n",
         "tasks-not-supervision points elsewhere"),
        ("        task: guidance-in-cases\n", "", "tasks-guidance points elsewhere"),
        ("      - kind: boundary\n        id: tasks-not-supervision\n",
         "      - kind: boundary\n        id: tasks-not-control\n",
         "boundary tasks-not-control is new; boundary tasks-not-supervision is gone"),
    ],
)  # fmt: skip
def test_what_no_editorial_change_does(
    before: str, after: str, words: str, register_copy: Path
) -> None:
    assert before in EDITORIAL
    overlay(register_copy, {FILE: EDITORIAL.replace(before, after, 1)})
    messages = {one.code: one.message for one in found(register_copy)}
    assert words in messages["editorial-but-substantive"]


def test_words_may_change_in_an_editorial_change(register_copy: Path) -> None:
    text = EDITORIAL.replace("Teamet veileder i enkeltsaker.", "Teamet gir råd i enkeltsaker.")
    assert text != EDITORIAL
    assert _codes(register_copy, text) == []


@pytest.mark.parametrize(
    ("before", "after", "codes"),
    [
        ("  date: 2023-12-10", "  date: 2018-12-10", ["versions-out-of-order"]),
        ("  date: 2023-12-10", "  date: 2019", []),
        ("document_date: 2023-12-10", "document_date: 2019-12-10", []),
        ("status: adopted", "last_changed: 2023-12-10\nstatus: adopted", []),
        ("status: adopted", "withdrawn: 2024-01\nstatus: adopted", ["withdrawal-day"]),
    ],
    ids=[
        "approved before",
        "approved that year",
        "the same date",
        "the same day",
        "adopted",
    ],
)
def test_dates_in_order(before: str, after: str, codes: list[str], register_copy: Path) -> None:
    assert before in TEXT
    assert _codes(register_copy, TEXT.replace(before, after, 1)) == codes
