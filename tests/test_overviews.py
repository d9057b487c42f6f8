"""The handbook of the whole register and the follow-up of assignments, in every format."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import openxml_audit
import pytest
from lxml import etree

from document_checks import (
    closed_up,
    docx_words,
    letterhead_words,
    odt_words,
    pdf_faults,
    pdf_words,
    tags,
    words_expected,
)
from registers import REGISTER, ROOT, overlay
from remit.build import load_and_check, load_whole
from remit.build.documents import site_documents
from remit.model.deliveries import DeliveryState, deliveries
from remit.model.records import Assignment, Role, Term
from remit.model.register import Register, address_of
from remit.model.site_files import NO_FILES, WHOLE, SiteFile, SiteFiles
from remit.render.document_kinds import document_of
from remit.render.document_links import bookmark, headings, ids
from remit.render.handbook import CHAPTERS, handbook, inside
from remit.render.labels import labels_for
from remit.render.mandate_document import mandate_parts
from remit.render.pages import site_pages
from remit.render.pandoc import automatic_numbers
from remit.render.tree import Cell, Document, Heading, Paragraph, Table, Text, plain, words_of
from remit.render.view import View
from remit.settings import Settings, read_settings
from remit.write.documents import Format, write_document
from remit.write.pandoc_tool import ConversionFailed
from remit.write.spreadsheet import workbook

LANGUAGES = ("nb", "sv", "en")
DAY = date(2026, 11, 22)
FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    '=HYPERLINK("https://x.example")',
    "\t=1",
    "{=1}",
    "0123",
    "1e3",
)
ROLES = """---
of: register
name: { nb: Roller, en: Roles }
formats: [xlsx]
---
<title>{{ label("role") }}s of {{ site_name }}</title>
<h1>Those who help</h1>
<table>
<tr><th>Role</th><th>For</th></tr>
{% for role in records("role") %}
<tr><td>{{ link("roles/" ~ role.id) }}</td><td>Advises schools</td></tr>
{% endfor %}
</table>
"""
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@cache
def shipped() -> tuple[Register, Settings]:
    settings = read_settings(ROOT)
    return load_whole(settings), settings


@cache
def small() -> tuple[Register, Settings]:
    settings = read_settings(REGISTER)
    return load_whole(settings), settings


@cache
def made(kind: str, language: str, *, of_tests: bool = False) -> Document:
    register, settings = small() if of_tests else shipped()
    return document_of(View(register, settings, language, DAY), kind, None)


def file_of(document: Document, file_format: Format) -> bytes:
    return write_document(document, file_format, f"https://remit.example/{document.language}/")


def with_records(*records: Any) -> Register:
    return Register((*shipped()[0].records, *records), LANGUAGES)


# The handbook


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_handbook_holds_all_that_has_a_chapter(language: str) -> None:
    register, settings = shipped()
    document = made("register", language)
    given = [*ids(document.blocks)]
    assert len(given) == len({bookmark(id).casefold() for id in given})
    in_force = {version.mandate for version in register.as_of(DAY).mandates_in_force()}
    for record in register.records:
        if record.KIND in CHAPTERS:
            expected = record.KIND != "mandate" or record.id in in_force
            assert (address_of(record).replace("/", ".") in given) is expected, record.id
    said = "\n".join(words_of(document.blocks))
    for version in register.as_of(DAY).mandates_in_force():
        view = View(register, settings, language, DAY)
        for block in mandate_parts(view, version).body:
            if not isinstance(block, Heading):
                for words in words_of((block,)):
                    assert words in said, (version.mandate, words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_are_numbered_as_a_word_processor_counts(language: str) -> None:
    document = made("register", language)
    found = [*headings(document.blocks)]
    assert document.show_contents
    level = 0
    for heading in found:
        assert heading.level <= level + 1, heading.id
        level = heading.level
    numbered = {place for place, heading in enumerate(found) if heading.number}
    assert numbered == automatic_numbers(document.blocks)
    assert len(found) - len(numbered) == 1, "the index alone has no number"


def test_links_stay_inside_where_the_handbook_has_what_they_lead_to() -> None:
    places = {"roles/team": "roles.team", "mandates/m": "mandates.m"}
    inner = {"mandates.m.tasks"}
    assert inside("roles/team", places, inner) == "#roles.team"
    assert inside("mandates/m#tasks", places, inner) == "#mandates.m.tasks"
    assert inside("mandates/m#gone", places, inner) == "#mandates.m"
    assert inside("guidance/for-schools", places, inner) == "guidance/for-schools"
    assert inside("https://example.no/#x", places, inner) == "https://example.no/#x"
    assert inside("mailto:a@example.no", places, inner) == "mailto:a@example.no"


def test_the_handbook_follows_the_day() -> None:
    """On an earlier day the names and the text in force are those of that day."""
    register, settings = shipped()
    book = handbook(View(register, settings, "en", date(2018, 1, 1)))
    said = "\n".join(words_of(book.chapters))
    assert "Competence Team against Forced Marriage" in said
    role = next(h for h in headings(book.chapters) if h.id == "roles.minority-advisers")
    assert plain(role.inlines) == "Minority advisers"


def index_of(language: str, *records: Any) -> list[str]:
    _, settings = shipped()
    book = handbook(View(with_records(*records), settings, language, DAY))
    (table,) = [block for block in book.index if isinstance(block, Table)]
    return [plain(row[0].inlines) for row in table.rows]


def term(id: str, name: dict[str, str], **fields: Any) -> Term:
    return Term.model_validate(
        {
            "id": id,
            "authoritative_language": "nb",
            "name": name,
            "definitions": [{"text": {"nb": "Et ord."}}],
            **fields,
        }
    )


@pytest.mark.parametrize(
    ("language", "order"),
    [("nb", ["zz", "æz", "øz", "åz"]), ("sv", ["zz", "åz", "äz", "öz"]), ("en", ["åz", "zz"])],
)
def test_the_index_is_in_the_languages_own_order(language: str, order: list[str]) -> None:
    words = [term(f"t{number}", {language: word}) for number, word in enumerate(order)]
    found = [word for word in index_of(language, *reversed(words)) if word in order]
    assert found == order
    labels = labels_for(language)
    keys = [labels.sort_key(word) for word in index_of(language)]
    assert keys == sorted(keys) and len(keys) > 20


def test_other_words_and_earlier_names_point_to_the_one_in_use() -> None:
    _, settings = shipped()
    word = term("one", {"en": "preferred"}, other_words={"en": ["older"], "nb": ["eldre"]})
    book = handbook(View(with_records(word), settings, "en", DAY))
    (table,) = [block for block in book.index if isinstance(block, Table)]
    lines = {plain(row[0].inlines): plain(row[1].inlines) for row in table.rows}
    numbers = {h.id: h.number for h in headings(book.chapters)}
    assert lines["preferred"] == numbers["terms.one"]
    assert lines["older"] == f"see preferred, {numbers['terms.one']}"
    assert "eldre" not in lines
    assert lines["Minority advisers"] == (
        f"see Diversity advisers, {numbers['roles.minority-advisers']}"
    )


@pytest.mark.parametrize("kind", ["register", "assignments"])
@pytest.mark.parametrize("language", ["nb", "en"])
def test_every_format_has_the_same_words(kind: str, language: str, tmp_path: Path) -> None:
    document = replace(made(kind, language, of_tests=True), show_contents=False)
    docx, odt, pdf = (file_of(document, form) for form in ("docx", "odt", "pdf"))
    expected = words_expected(document)
    assert docx_words(docx) == odt_words(odt) == expected
    assert closed_up(pdf_words(pdf)) == closed_up(letterhead_words(document) + expected)
    assert pdf_faults(pdf, "2a") == pdf_faults(pdf, "ua1") == set()
    for name, data in (("a.docx", docx), ("a.odt", odt)):
        (tmp_path / name).write_bytes(data)
    assert openxml_audit.OpenXmlValidator().validate(str(tmp_path / "a.docx")).errors == []
    assert openxml_audit.OdfValidator().validate(str(tmp_path / "a.odt")).errors == []


def test_the_shipped_handbook_follows_its_standards(tmp_path: Path) -> None:
    document = made("register", "nb")
    docx = file_of(document, "docx")
    (tmp_path / "a.docx").write_bytes(docx)
    assert openxml_audit.OpenXmlValidator().validate(str(tmp_path / "a.docx")).errors == []
    assert docx_words(docx) == words_expected(document)


def test_the_shipped_follow_up_is_read_in_order() -> None:
    document = made("assignments", "nb")
    pdf = file_of(document, "pdf")
    assert pdf_faults(pdf, "2a") == pdf_faults(pdf, "ua1") == set()
    kept = [tag for tag in tags(pdf) if tag in ("H1", "H2", "L", "Table", "Figure")]
    assert kept.index("L") < kept.index("Table") < kept.index("Figure")
    assert kept.count("Table") == 2


# What is overdue


def assignment(**fields: Any) -> Assignment:
    return Assignment.model_validate(
        {
            "id": "made-up",
            "authoritative_language": "en",
            "name": {"en": "Made-up assignment"},
            "country": "norway",
            "letter": {
                "title": {"en": "Letter"},
                "date": "2020-01-01",
                "sender": "kd",
                "receivers": ["imdi"],
            },
            "purpose": {"en": "A purpose."},
            "leads": ["imdi"],
            "state": "under-way",
            "summary": {"en": "Made up."},
            **fields,
        }
    )


def state_on(day: str, **fields: Any) -> DeliveryState | None:
    """How the first deliverable of a made-up assignment stands; None before it was given."""
    register = Register((assignment(**fields),), LANGUAGES)
    found = deliveries(register, date.fromisoformat(day))
    return found[0].state if found else None


def one(**fields: Any) -> list[dict[str, Any]]:
    return [{"id": "report", "text": {"en": "A report"}, **fields}]


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2019-12-31", None),
        ("2020-01-01", DeliveryState.EXPECTED),
        ("2020-06-30", DeliveryState.EXPECTED),
        ("2020-07-01", DeliveryState.OVERDUE),
        ("2020-08-09", DeliveryState.OVERDUE),
        ("2020-08-10", DeliveryState.LATE),
    ],
)
def test_what_is_overdue_follows_the_day(day: str, state: DeliveryState | None) -> None:
    """A month's last day counts, and what is delivered later was overdue until then."""
    assert state_on(day, deliverables=one(due="2020-06", delivered="2020-08-10")) is state


def test_delivered_in_time_is_delivered() -> None:
    on_time = one(due="2020-06-30", delivered="2020-06-30")
    assert state_on("2021-01-01", deliverables=on_time) is DeliveryState.DELIVERED
    in_the_same_month = one(due="2020-06-10", delivered="2020-06")
    assert state_on("2021-01-01", deliverables=in_the_same_month) is DeliveryState.DELIVERED


def test_nobody_is_said_to_be_late_when_the_register_does_not_know() -> None:
    for state in ("reported", "ended"):
        found = state_on("2021-01-01", state=state, deliverables=one(due="2020-06-30"))
        assert found is DeliveryState.CLOSED
    assert state_on("2021-01-01", deliverables=one()) is DeliveryState.UNDATED
    assert state_on("2021-01-01", deadline="2020-06-30") is DeliveryState.OVERDUE


def test_an_extension_moves_the_last_day_and_not_what_was_due_on_the_way() -> None:
    extended = {"deadline": "2020-06-30", "extensions": [{"until": "2021", "date": "2020-06-01"}]}
    last, midway = one(due="2020-06-30"), one(due="2020-03-01")
    assert state_on("2020-05-31", deliverables=last, **extended) is DeliveryState.EXPECTED
    assert state_on("2021-12-31", deliverables=last, **extended) is DeliveryState.EXPECTED
    assert state_on("2022-01-01", deliverables=last, **extended) is DeliveryState.OVERDUE
    assert state_on("2020-06-30", deliverables=midway, **extended) is DeliveryState.OVERDUE
    later = {"deadline": "2020-06-30", "extensions": [{"until": "2021", "date": "2020-08-01"}]}
    assert state_on("2020-07-15", deliverables=last, **later) is DeliveryState.OVERDUE


def test_the_follow_up_says_in_words_what_is_overdue() -> None:
    register, settings = shipped()
    early = document_of(View(register, settings, "en", date(2019, 11, 22)), "assignments", None)
    said = "\n".join(words_of(early.blocks))
    assert "No deadline has passed." in said
    late = "\n".join(words_of(made("assignments", "en").blocks))
    assert "For 6 of them the deadline has passed" in late
    assert "The deadline was 29\u00a0November\u00a02019." in late


# The workbook


def sheet_names(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        book = etree.fromstring(archive.read("xl/workbook.xml"))
    return [str(sheet.get("name")) for sheet in book.iter(f"{S}sheet")]


def sheet(data: bytes, number: int) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))


def cells(data: bytes, number: int) -> list[list[str | float]]:
    """Rows of a sheet: texts as they are, anything else as a number."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        shared = etree.fromstring(archive.read("xl/sharedStrings.xml"))
    texts = ["".join(t.text or "" for t in one.iter(f"{S}t")) for one in shared.iter(f"{S}si")]
    found: list[list[str | float]] = []
    for row in sheet(data, number).iter(f"{S}row"):
        found.append([])
        for cell in row.iter(f"{S}c"):
            value = cell.findtext(f"{S}v")
            text = cell.get("t") == "s"
            found[-1].append("" if value is None else texts[int(value)] if text else float(value))
    return found


def table_document(*rows: tuple[Cell, ...], title: str = "Follow-up") -> Document:
    head = tuple(Cell((Text(f"Column {n}"),)) for n in range(len(rows[0])))
    table = Table(head, rows, (1 / len(rows[0]),) * len(rows[0]))
    return replace(made("assignments", "en"), title=title, blocks=(table,))


def test_no_text_is_ever_a_formula() -> None:
    rows = tuple((Cell((Text(text),)), Cell((Text(f"{text} x"),))) for text in FORMULAS)
    document = table_document(*rows, title="=1+1")
    paragraphs = tuple(Paragraph((Text(text),)) for text in FORMULAS)
    data = workbook(replace(document, blocks=(*paragraphs, *document.blocks)))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            assert b"<f>" not in archive.read(name) and b"<f " not in archive.read(name), name
            assert "externalLink" not in name and "connections" not in name
    for found, text in zip(cells(data, 2)[1:], FORMULAS, strict=True):
        assert found == [text.strip(), f"{text} x".strip()]
    assert [row[0] for row in cells(data, 1)][-len(FORMULAS) :] == [t.strip() for t in FORMULAS]


def test_a_day_is_a_day_and_what_is_less_certain_is_text() -> None:
    register, settings = shipped()
    dates = assignment(
        deliverables=[
            {"id": "a", "text": {"en": "A"}, "due": "2020-02-29", "delivered": "2020-03"},
            {"id": "b", "text": {"en": "B"}, "due": "2020", "delivered": "2020-W36"},
        ]
    )
    view = View(replace(register, records=(*register.records, dates)), settings, "en", DAY)
    data = workbook(document_of(view, "assignments", None))
    found = {row[4]: row for row in cells(data, 2)[1:] if row[0] == "Made-up assignment"}
    assert found["A"][6] == (date(2020, 2, 29) - date(1899, 12, 30)).days
    assert found["A"][7] == "March 2020"
    assert found["B"][6] == "2020"
    assert found["B"][7] == "week 36 of 2020"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_says_the_same_as_the_document(language: str, tmp_path: Path) -> None:
    document = made("assignments", language)
    data = file_of(document, "xlsx")
    tables = [block for block in document.blocks if isinstance(block, Table)]
    names = [plain(h.inlines) for h in headings(document.blocks) if h.id.startswith("in-")]
    assert sheet_names(data) == [document.title, *names]
    for number, table in enumerate(tables, 2):
        expected = [[" ".join(plain(c.inlines).split()) for c in row] for row in table.rows]
        days = {(y, x) for y, row in enumerate(table.rows) for x, c in enumerate(row) if c.day}
        found = cells(data, number)
        assert found[0] == [plain(cell.inlines) for cell in table.head]
        for y, row in enumerate(found[1:]):
            for x, value in enumerate(row):
                if (y, x) in days:
                    assert isinstance(value, float)
                else:
                    assert " ".join(str(value).split()) == expected[y][x]
        made_sheet = sheet(data, number)
        pane = made_sheet.find(f".//{S}pane")
        assert pane is not None and pane.get("state") == "frozen" and pane.get("ySplit") == "1"
        assert made_sheet.find(f"{S}autoFilter") is not None
        setup = made_sheet.find(f"{S}pageSetup")
        assert setup is not None
        assert (setup.get("orientation"), setup.get("paperSize")) == ("landscape", "9")
    said = [str(row[0]) for row in cells(data, 1)]
    for block in document.blocks:
        if isinstance(block, Paragraph):
            assert " ".join(plain(block.inlines).split()) in {" ".join(s.split()) for s in said}
    file = tmp_path / "a.xlsx"
    file.write_bytes(data)
    assert openxml_audit.OpenXmlValidator().validate(str(file)).errors == []


def test_the_workbook_is_the_same_each_time_and_knows_what_it_is() -> None:
    document = made("assignments", "sv")
    data = file_of(document, "xlsx")
    assert data == file_of(document, "xlsx")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        core = archive.read("docProps/core.xml").decode()
        custom = archive.read("docProps/custom.xml").decode()
        book = archive.read("xl/workbook.xml").decode()
    assert "<dc:title>Uppföljning av uppdrag</dc:title>" in core
    assert "2026-11-22T00:00:00Z" in core
    assert document.fingerprint in custom and document.web_address in custom
    assert "_xlnm.Print_Titles" in book


def test_names_of_sheets_are_such_as_the_format_takes() -> None:
    document = table_document((Cell((Text("x"),)),), title="History")
    table = document.blocks[0]
    long = "A heading of more than thirty-one characters: [with] marks / and 'quotes'"
    blocks = tuple(
        block for number in range(3) for block in (Heading(1, f"h{number}", (Text(long),)), table)
    )
    names = sheet_names(workbook(replace(document, blocks=blocks)))
    assert len({name.casefold() for name in names}) == 4
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)
    assert names[0] != "History"


def test_a_text_that_no_cell_can_hold_is_refused() -> None:
    with pytest.raises(ConversionFailed, match="at most 32767 characters"):
        workbook(table_document((Cell((Text("x" * 40000),)),)))


def test_a_template_alone_makes_a_workbook_of_the_registers_records(register_copy: Path) -> None:
    overlay(register_copy, {"content/templates/roles.html": ROLES})
    settings = read_settings(register_copy)
    checked = load_and_check(settings)
    assert checked.found == load_and_check(read_settings(REGISTER)).found
    view = View(checked.register, settings, "en", DAY)
    data = file_of(document_of(view, "roles", None), "xlsx")
    assert sheet_names(data) == ["Roles of Test register", "Those who help"]
    assert cells(data, 2) == [["Role", "For"], ["The specialist team", "Advises schools"]]


# The site


def offered(files: SiteFiles) -> dict[str, str]:
    register, settings = small()
    return {page.path: page.html for page in site_pages(register, settings, "en", files)}


def test_pages_offer_the_documents_that_are_made_and_no_other() -> None:
    paths = [
        "en/roles/specialist-team/specialist-team-role-card-en.pdf",
        *(f"en/all/register-en.{form}" for form in ("pdf", "docx")),
        *(f"en/all/assignments-en.{form}" for form in ("docx", "pdf", "xlsx")),
    ]
    with_files = offered({path: SiteFile(path, 2000, "0" * 64) for path in paths})
    names = [path.rpartition("/")[2] for path in paths]
    for page, held in (
        ("roles/specialist-team", names[:1]),
        ("all", names[1:]),
        ("assignments", names[3:]),
        ("roles/regional-coordinators", []),
    ):
        assert [name for name in names if f'/{name}"' in with_files[page]] == held, page
    without = offered(NO_FILES)
    for page in ("roles/specialist-team", "all", "assignments"):
        assert "remit-downloads" not in without[page]


def test_a_preview_leaves_out_the_documents_that_every_change_makes_anew() -> None:
    register, settings = small()

    def addresses(**choice: bool) -> set[str]:
        jobs = site_documents(register, settings, Path(), **choice)
        return {job.make().address for job in jobs}

    assert addresses() - addresses(of_all=False) == {WHOLE}
    assert address_of(register.all(Role)[0]) in addresses(of_all=False)


def test_every_role_of_the_shipped_register_is_one_that_cards_are_made_for() -> None:
    register, _ = shipped()
    assert {role.id for role in register.all(Role)} == {
        one.rpartition("/")[2] for one in register.made_of(register.templates.kinds["role-card"].of)
    }
