"""A role's card: one page in every language, the same words in every format, nothing invented."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import openxml_audit
import pikepdf
import pytest

from document_checks import (
    closed_up,
    docx_words,
    letterhead_words,
    libreoffice_pdf,
    odt_words,
    pdf_faults,
    pdf_words,
    soffice,
    tags,
    words_expected,
)
from registers import REGISTER, ROOT
from remit.build import load_whole
from remit.model.records import Contact, Role
from remit.model.register import Register
from remit.render.document_kinds import document_of
from remit.render.role_card import RoleCardParts, role_card_parts
from remit.render.tree import Blocks, Cell, Document, ItemList, Table, plain, words_of
from remit.render.view import View
from remit.settings import Settings, read_settings
from remit.write.documents import Format, write_document

LANGUAGES = ("nb", "sv", "en")
DAY = date(2026, 11, 22)


@cache
def shipped() -> tuple[Register, Settings]:
    settings = read_settings(ROOT)
    return load_whole(settings), settings


def view_in(language: str, day: date = DAY) -> View:
    return View(*shipped(), language, day)


def card(language: str, role: str) -> Document:
    register, _ = shipped()
    return document_of(view_in(language), "role-card", register.get(Role, role))


def file_of(document: Document, file_format: Format) -> bytes:
    return write_document(document, file_format, f"https://remit.example/{document.language}/")


def pages_of(pdf: bytes | Path) -> int:
    with pikepdf.open(io.BytesIO(pdf) if isinstance(pdf, bytes) else pdf) as opened:
        return len(opened.pages)


def parts_of(role: Role, *others: Any, language: str = "en", day: date = DAY) -> RoleCardParts:
    """The card of a role that is put into the shipped register, with other records."""
    register, settings = shipped()
    more = Register((*register.records, role, *others), register.languages)
    return role_card_parts(View(more, settings, language, day), role)


def words(parts: RoleCardParts, name: str) -> str:
    return " ".join(words_of(getattr(parts, name)))


def items(blocks: Blocks) -> list[str]:
    return [
        " ".join(words_of(item.blocks))
        for block in blocks
        if isinstance(block, ItemList)
        for item in block.items
    ]


def rows(blocks: Blocks) -> list[tuple[Cell, ...]]:
    return [row for block in blocks if isinstance(block, Table) for row in block.rows]


def made_up(**fields: Any) -> Role:
    return Role.model_validate(
        {
            "id": "made-up",
            "authoritative_language": "en",
            "names": [{"name": {"en": "Made-up role"}}],
            "kind": "post",
            "holder": "imdi",
            "line": "first-line",
            "summary": {"en": "Helps."},
            **fields,
        }
    )


def made_up_contact(id: str, **fields: Any) -> Contact:
    return Contact.model_validate(
        {
            "id": id,
            "authoritative_language": "en",
            "name": {"en": f"Line {id}"},
            "of": "made-up",
            "phone": "11 22 33 44",
            "for": "professionals",
            "area": "norway",
            "helps_with": {"en": "Advice."},
            **fields,
        }
    )


# One page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_role_of_the_register_has_a_card_of_one_page(language: str) -> None:
    roles = shipped()[0].all(Role)
    assert len(roles) >= 10
    for role in roles:
        assert pages_of(file_of(card(language, role.id), "pdf")) == 1, role.id


def much_of_everything() -> tuple[Role, list[Contact]]:
    """More than ten pages' worth."""
    long = "Gives advice to those who work in schools, in health services and in the police. " * 2
    role = made_up(
        names=[{"name": {"en": "Made-up role with a name that takes two lines of the page " * 2}}],
        summary={"en": long},
        serves=["teacher", "school-leader", "police-officer", "health-worker"] * 9,
        does=[{"en": f"{number} {long}"} for number in range(40)],
        does_not=[{"text": {"en": f"{number} {long}"}} for number in range(40)],
        area="norway",
    )
    contacts = [
        made_up_contact(f"c{number}", email="advice@example.no", leave_out={"en": long})
        for number in range(3)
    ]
    return role, contacts


def much_as_document() -> Document:
    role, contacts = much_of_everything()
    register, settings = shipped()
    more = replace(register, records=(*register.records, role, *contacts))
    return document_of(View(more, settings, "en", DAY), "role-card", role)


def test_what_does_not_fit_the_page_is_counted_and_not_printed_smaller() -> None:
    role, contacts = much_of_everything()
    parts = parts_of(role, *contacts)
    shown = items(parts.does_not)
    assert 0 < len(shown) < 40
    assert [one.split()[0] for one in shown] == [str(number) for number in range(len(shown))]
    told = len(parts.summary) + len(rows(parts.contacts)) + len(rows(parts.facts))
    left = (1 + 3 + 3 + 40 + 40) - told - len(shown) - len(items(parts.does))
    assert words(parts, "more") == f"{left} more points are on the role’s page"
    assert pages_of(file_of(much_as_document(), "pdf")) == 1


@pytest.mark.skipif(soffice() is None, reason="LibreOffice is not installed")
def test_the_fullest_cards_are_one_page_in_word_too(tmp_path: Path) -> None:
    cards = [card("sv", role.id) for role in shipped()[0].all(Role)]
    fullest = max(cards, key=lambda one: len(" ".join(words_of(one.blocks))))
    for number, document in enumerate((much_as_document(), fullest)):
        file = tmp_path / f"{number}.docx"
        file.write_bytes(file_of(document, "docx"))
        assert pages_of(libreoffice_pdf(file, tmp_path)) == 1, document.file_name


# The same words, and the standards


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", ["national-support-phone", "operations-centre"])
def test_every_format_has_the_same_words(language: str, role: str, tmp_path: Path) -> None:
    document = card(language, role)
    docx, odt, pdf = (file_of(document, form) for form in ("docx", "odt", "pdf"))
    expected = words_expected(document)
    assert docx_words(docx) == odt_words(odt) == expected
    assert closed_up(pdf_words(pdf)) == closed_up(letterhead_words(document) + expected)
    for name, data in (("card.docx", docx), ("card.odt", odt)):
        (tmp_path / name).write_bytes(data)
    assert openxml_audit.OpenXmlValidator().validate(str(tmp_path / "card.docx")).errors == []
    assert openxml_audit.OdfValidator().validate(str(tmp_path / "card.odt")).errors == []
    assert pdf_faults(pdf, "2a") == pdf_faults(pdf, "ua1") == set()


def test_the_order_a_screen_reader_reads_the_card_in() -> None:
    found = list(tags(file_of(card("nb", "national-support-phone"), "pdf")))
    kept = [tag for tag in found if tag in ("Title", "H1", "H2", "Table", "L", "Figure")]
    assert kept.index("Table") < kept.index("L") < kept.index("Figure")
    assert found.count("TH") >= 3
    assert kept[-1] == "Figure", "the QR code stands at the foot"


# What it says


def test_a_contact_that_was_never_confirmed_is_marked() -> None:
    for language in LANGUAGES:
        view = view_in(language)
        for role in shipped()[0].all(Role):
            for row in rows(role_card_parts(view, role).contacts):
                assert view.labels["never_verified"] in plain(row[0].inlines)
    confirmed = parts_of(made_up(), made_up_contact("a", verified="2026-03-01"))
    assert "Confirmed 1\u00a0March\u00a02026" in words(confirmed, "contacts")
    assert "Not confirmed" not in words(confirmed, "contacts")


def test_the_hours_are_those_of_the_day() -> None:
    hours = [
        {"days": ["monday"], "opens": "09:00", "closes": "11:00", "period": {"to": "2026-12-31"}},
        {"days": ["tuesday"], "opens": "12:00", "closes": "15:00", "period": {"from": "2027"}},
    ]
    exceptions = [{"date": "2026-12-24"}, {"date": "2026-01-01"}]
    contact = made_up_contact("a", hours=hours, exceptions=exceptions, spoken=["nb", "so"])
    now = words(parts_of(made_up(), contact), "contacts")
    assert "Monday: 09:00–11:00" in now
    assert "Tuesday" not in now
    assert "24\u00a0December\u00a02026: Closed" in now
    assert "1\u00a0January\u00a02026" not in now
    assert "Norwegian Bokmål and Somali" in now
    later = words(parts_of(made_up(), contact, day=date(2027, 2, 1)), "contacts")
    assert "Tuesday: 12:00–15:00" in later
    assert "Monday" not in later


def test_a_contact_that_is_no_longer_in_use_is_not_on_the_card() -> None:
    old = made_up_contact("old", phone="99 99 99 99", period={"to": "2026-11-21"})
    assert "99 99 99 99" not in words(parts_of(made_up(), old), "contacts")
    before = words(parts_of(made_up(), old, day=date(2026, 11, 21)), "contacts")
    assert "99 99 99 99" in before


def test_without_a_number_the_card_says_whom_to_ask() -> None:
    said = words(parts_of(made_up()), "contacts")
    assert said.startswith("The register has no phone number. Ask Directorate of Integration")


def test_the_emergency_number_is_the_one_that_the_register_holds_for_the_country() -> None:
    abroad = made_up_contact("abroad", phone="999", area="sweden", emergency=True)
    own = made_up_contact("own", phone="000", emergency=True)
    assert words(parts_of(made_up(), abroad), "danger") == "Is someone in danger now? Call 112."
    assert "112\u00a0/\u00a0000" in words(parts_of(made_up(), own), "danger")
    settings = read_settings(REGISTER)
    register = load_whole(settings)
    role = register.get(Role, "specialist-team")
    assert role is not None
    assert role_card_parts(View(register, settings, "en", DAY), role).danger == ()


def test_the_card_of_a_role_that_has_ended_says_so_and_whom_to_turn_to() -> None:
    ended = made_up(period={"to": "2020-01-31"}, succeeded_by=["competence-team"])
    parts = parts_of(ended, made_up_contact("a", period={"to": "2020-01-31"}))
    assert "Its last day was 31\u00a0January\u00a02020. See now: Competence Team" in words(
        parts, "notices"
    )
    assert parts.contacts == ()
    later = parts_of(made_up(period={"from": "2027-01-01"}))
    assert "1\u00a0January\u00a02027" in words(later, "notices")


def test_whom_it_reports_to_is_taken_from_the_mandate_where_the_role_is_silent() -> None:
    settings = read_settings(REGISTER)
    register = load_whole(settings)
    role = register.get(Role, "specialist-team")
    assert role is not None and not role.reports_to
    facts = role_card_parts(View(register, settings, "en", DAY), role).facts
    assert "Reports to" in " ".join(words_of(facts))
