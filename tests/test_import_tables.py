"""`remit import FILE.csv|xlsx`: rows become records, members or changes; all of them or none."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from command_line import Done, run
from registers import REGISTER, ROOT, found, overlay
from remit.build import load_and_check
from remit.importing.table_columns import Problem, columns_of
from remit.importing.table_fields import KINDS, fields_of
from remit.importing.table_import import Asked, import_sheet
from remit.importing.table_values import day_of, hours_of, phone_of, value_of
from remit.importing.table_vocabulary import bare, heading_of, known_words
from remit.load.document_facts import NotReadable
from remit.load.table_cells import Sheet
from remit.load.table_csv import read_csv
from remit.load.table_file import sheets_of
from remit.load.yaml_reader import read_yaml
from remit.model.records import Network, Organisation
from remit.render.directory_files import Sheet as Exported
from remit.render.directory_files import directory_files
from remit.settings import read_settings
from remit.write.directory_files import csv_bytes
from tables import HEAD, NORDBY, SORBY, changed_lines, csv, files_of, part, with_parts

EXAMPLES = int(os.environ.get("REMIT_TABLES", "25"))


def _import(folder: Path, data: bytes, *options: str, name: str = "table.csv") -> Done:
    file = folder.parent / name
    file.write_bytes(data)
    return run(folder, "import", str(file), *options)


def _workbook(
    *rows: tuple[Any, ...], also: Callable[[openpyxl.Workbook], None] | None = None
) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Kommuner"
    for row in rows:
        sheet.append(row)
    if also:
        also(book)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _words(sheet: Sheet) -> list[list[str]]:
    return [[cell.words for cell in row] for row in sheet.rows]


# --- reading CSV ---------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_text_is_read_whatever_its_letters_and_dividers(encoding: str, delimiter: str) -> None:
    rows = [("Navn", "Adresse"), ("Sørby; “Å”", "Postboks 1, 0125 Oslo"), ('Nord"by', "a\tb\nc")]
    sheet = read_csv(csv(*rows, delimiter=delimiter, encoding=encoding))
    assert _words(sheet) == [list(rows[0]), list(rows[1]), ['Nord"by', "a b\nc"]]
    assert bool(sheet.notes) == (encoding in ("cp1252", "utf-16-le"))


def test_places_are_those_of_the_file() -> None:
    sheet = read_csv(b'a;b;c\r\n"x\ny";;"z"\r\n\r\n;;w\r\n')
    places = {cell.words: sheet.place(cell) for row in sheet.rows for cell in row}
    assert places == {"a": "1:1", "b": "1:3", "c": "1:5", "x\ny": "2:1", "z": "3:5", "w": "5:3"}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"Navn\nN\xc3\xb8rby\nS\xf8rby\n", "line 3: the byte 0xf8 is no UTF-8"),
        (b"Navn\nS\xf8rby\nx\x81\n", "line 3: the byte 0x81 is text neither"),
        ("Navn\nSÃ¸rby\n".encode(), 'line 2: "Ã¸" stands where a letter'),
        (b"Navn\nA\0b\n" + b"x" * 400, "line 2: a byte of no text"),
        (b'Navn\na\n"Nordby\n', "line 3: a quotation mark opens a cell that has no end"),
        (b'Navn;B\n"Nord"by;2\n', "line 2: text follows the quotation mark"),
        (b"Navn\n" + b"a\n" * 1_000_000, "more than 20000 rows"),
        (b"a;" * 300, "more than 200 columns"),
        (b"Navn\n" + b"a" * 10_001, "longer than 10000"),
    ],
)
def test_what_is_no_table_of_text_is_refused_with_its_line(data: bytes, says: str) -> None:
    with pytest.raises(NotReadable, match=re.escape(says)):
        read_csv(data)


# --- reading XLSX --------------------------------------------------------------------------


def test_cells_of_a_workbook_are_read_as_they_are_shown() -> None:
    def also(book: openpyxl.Workbook) -> None:
        sheet = book["Kommuner"]
        sheet["B2"].number_format = "00"
        sheet["C2"].number_format = "d. mmmm yyyy"
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["B"].hidden = True
        sheet.merge_cells("E2:E3")
        book.create_sheet("Skjult").sheet_state = "hidden"

    rows = [("Navn", "Kode", "Fra", "Tall", "Nettverk"), ("Ås", 3, 45000, 974761157, "A"),
            ("By", "03", date(2020, 1, 2), 1.5, None), (True, 0, None, 4.0, None)]  # fmt: skip
    sheet, hidden = sheets_of(_workbook(*rows, also=also), ".xlsx")
    assert _words(sheet)[1:] == [
        ["Ås", "03", "2023-03-15", "974761157", "A"],
        ["By", "03", "2020-01-02", "1.5", "A"],
        ["TRUE", "0", "4"],
    ]
    assert sheet.place(sheet.rows[1][2]) == 'sheet "Kommuner", C2'
    told = " ".join(sheet.notes)
    assert "hidden rows are read like the others: 2" in told and "hidden columns" in told
    assert "merged cells E2:E3" in told and hidden.hidden


def test_texts_inside_the_cells_are_read_too() -> None:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"constant_memory": True, "in_memory": False})
    sheet = book.add_worksheet()
    sheet.write_string(0, 0, "Sørby")
    sheet.write_rich_string(1, 0, "Nord", book.add_format({"bold": True}), "by")
    book.close()
    (read,) = sheets_of(made.getvalue(), ".xlsx")
    assert _words(read) == [["Sørby"], ["Nordby"]]


# --- words and values ----------------------------------------------------------------------


def test_every_word_for_a_column_is_known_and_means_one_thing() -> None:
    for kind in KINDS:
        fields = set(fields_of(kind))
        for word, field in known_words(kind, fields).items():
            heading = heading_of(kind, word, fields)
            assert heading is not None, (kind, word)
            assert heading.field == field, (kind, word)


@pytest.mark.parametrize(
    ("heading", "field", "language"),
    [
        ("E-post:", "email", ""),
        ("EPOST", "email", ""),
        ("Org.nr.", "organisation_number", ""),
        ("Navn (engelsk)", "name", "en"),
        ("namn [sv]", "name", "sv"),
        ("name_en", "name", "en"),
        ("name.nb", "name", "nb"),
        ("short.nb", "short", "nb"),
        ("postal_address", "postal_address", ""),
        ("period.from", "period.from", ""),
        ("Län", "area", ""),
    ],
)
def test_headings_are_understood(heading: str, field: str, language: str) -> None:
    read = heading_of("organisation", heading, set(fields_of("organisation")))
    assert read is not None and (read.field, read.language) == (field, language)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2019-09-11", "2019-09-11"),
        ("11.9.2019", "2019-09-11"),
        ("11. september 2019", "2019-09-11"),
        ("11 maj 2019", "2019-05-11"),
        ("mars 2019", "2019-03"),
        ("2019", "2019"),
        ("2019-w36", "2019-W36"),
        ("2019-09-11 00:00:00", "2019-09-11"),
    ],
)
def test_dates_are_read_in_the_forms_of_norway_and_sweden(written: str, day: str) -> None:
    assert day_of(written) == day


@pytest.mark.parametrize(
    ("field", "words", "says"),
    [
        ("period.from", "9/11/2019", "can mean several days"),
        ("period.from", "31.2.2019", "is no date"),
        ("period.from", "11.9.19", "can mean several days"),
        ("phone", "ring oss", "is no phone number"),
        ("phone", "12", "is no phone number"),
        ("email", "post at nordby", "is no e-mail address"),
        ("web", "nordby", "is no web address"),
        ("web", "javascript:alert(1)", "is no web address"),
        ("organisation_number", "974 761 158", "a digit of it is wrong"),
        ("organisation_number", "12345", "is no organisation number"),
        ("collective", "kanskje", "neither yes nor no"),
        ("kind", "Kommun1", "is none of"),
    ],
)
def test_what_is_no_such_value_is_said(field: str, words: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        value_of("organisation", fields_of("organisation")[field], words, lambda *_: "")


@pytest.mark.parametrize(
    ("field", "words", "value"),
    [
        ("phone", "tel:+4747809050", "+4747809050"),
        ("web", "www.nordby.example.org", "https://www.nordby.example.org"),
        ("organisation_number", "NO 974 761 157 MVA", "974761157"),
        ("organisation_number", "202100-2114", "202100-2114"),
        ("collective", "Ja", True),
        ("collective", "nej", False),
        ("kind", "Länsstyrelse", "county-administrative-board"),
        ("kind", "County authority", "county-authority"),
        ("kind", "kommun", "municipality"),
    ],
)
def test_values_are_read(field: str, words: str, value: object) -> None:
    assert value_of("organisation", fields_of("organisation")[field], words, lambda *_: "") == value


def test_opening_hours_are_read() -> None:
    weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday"]
    assert hours_of("man–fre kl. 9.00–15.30; lördag 10-14") == [
        {"days": weekdays, "opens": "09:00", "closes": "15:30"},
        {"days": ["saturday"], "opens": "10:00", "closes": "14:00"},
    ]
    assert hours_of("Mon, Wed and Friday 09:00-15:00")[0]["days"] == weekdays[::2]
    with pytest.raises(ValueError, match="no opening hours"):
        hours_of("når vi er her")


# --- records -------------------------------------------------------------------------------


def test_rows_become_records_that_pass_the_check(register_copy: Path) -> None:
    before = files_of(register_copy)
    dry = _import(register_copy, csv(HEAD, NORDBY, SORBY), "--dry-run")
    assert dry.returncode == 0 and files_of(register_copy) == before
    done = _import(register_copy, csv(HEAD, NORDBY, SORBY))
    assert done.returncode == 0, done.stderr
    folder = register_copy / "content" / "organisations"
    value = read_yaml((folder / "nordby-municipality.yml").read_bytes(), "").value
    assert value == {
        "id": "nordby-municipality",
        "authoritative_language": "nb",
        "names": [{"name": {"nb": "Nordby kommune", "en": "Nordby Municipality"}}],
        "kind": "municipality",
        "country": "testland",
        "area": "nordfylke",
        "organisation_number": "974761157",
        "phone": "55 55 55 55",
        "email": "post@nordby.example.org",
        "summary": {"nb": "Gir råd."},
        "review": {"last": "2026-11-22", "every_months": 12},
    }
    assert {one.code for one in found(register_copy)} == {"missing-text"}
    assert "nothing changes" in _import(register_copy, csv(HEAD, NORDBY, SORBY)).stdout


def test_a_workbook_says_the_same_as_a_text(register_copy: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "register"
    overlay(other, files_of(register_copy))
    title = ("Kommuner i Nordfylke",)
    assert _import(register_copy, csv(HEAD, NORDBY, SORBY)).returncode == 0
    book = _workbook(title, (), HEAD, NORDBY, SORBY)
    done = _import(other, book, name="table.xlsx")
    assert done.returncode == 0, done.stderr
    assert "passed over above the heading: Kommuner i Nordfylke" in done.stdout
    assert files_of(other) == files_of(register_copy)


def test_another_value_is_one_other_line(register_copy: Path) -> None:
    _import(register_copy, csv(HEAD, NORDBY, SORBY))
    file = register_copy / "content" / "organisations" / "nordby-municipality.yml"
    file.write_bytes(b"# by hand\n" + file.read_bytes().replace(b"area:", b"area:   "))
    before = files_of(register_copy)
    changed = (*NORDBY[:3], "55 55 55 56", "", *NORDBY[5:])
    done = _import(register_copy, csv(HEAD, changed, SORBY))
    assert done.returncode == 0, done.stderr
    assert "phone: 55 55 55 55 → 55 55 55 56" in done.stdout
    assert changed_lines(before, files_of(register_copy)) == [
        "content/organisations/nordby-municipality.yml: phone: 55 55 55 56"
    ]


def test_rows_may_point_to_each_other_and_to_what_is_there(register_copy: Path) -> None:
    rows = [("Namn", "Typ", "Hör under", "Sammanfattning"),
            ("Norra byrån", "myndighet", "Södra byrån", "Ger råd."),
            ("Södra byrån", "myndighet", "The Test Ministry", "Ger råd.")]  # fmt: skip
    done = _import(register_copy, csv(*rows), "--language", "nb")
    assert done.returncode == 0, done.stderr
    records = load_and_check(read_settings(register_copy)).register
    north, south = (records.get(Organisation, id) for id in ("norra-byran", "sodra-byran"))
    assert north and south and (north.parent, south.parent) == ("sodra-byran", "testdepartementet")


def test_contacts_are_read_with_hours_and_both_numbers(register_copy: Path) -> None:
    rows = [("Navn", "Hører til", "Telefon", "Åpningstid", "For hvem", "Hjelper med", "Språk"),
            ("Nordtelefonen", "Testdirektoratet", "+47 123 45 678", "man-fre 9-15", "begge", "Råd",
             "norsk, en")]  # fmt: skip
    done = _import(register_copy, csv(*rows))
    assert done.returncode == 0, done.stderr
    value = read_yaml((register_copy / "content/contacts/nordtelefonen.yml").read_bytes(), "").value
    assert (value["phone"], value["phone_international"]) == ("123 45 678", "+4712345678")
    assert (value["of"], value["area"], value["for"]) == ("testdirektoratet", "testland", "both")
    assert value["spoken"] == ["nb", "en"] and value["hours"][0]["opens"] == "09:00"
    before = files_of(register_copy)
    other = csv(("Navn", "Hører til", "Telefon"), ("Nordtelefonen", "Testdirektoratet", "12345679"))
    done = _import(register_copy, other)
    assert changed_lines(before, files_of(register_copy)) == [
        "content/contacts/nordtelefonen.yml: phone: 123 45 679",
        'content/contacts/nordtelefonen.yml: phone_international: "+4712345679"',
    ], done


def test_a_short_form_where_the_name_belongs_is_no_new_name(register_copy: Path) -> None:
    before = files_of(register_copy)
    done = _import(register_copy, csv(("Navn", "Telefon"), ("Testdir", "22 33 44 55")),
                   "--as", "organisation")  # fmt: skip
    assert '"Testdir" is taken as another name of organisations/testdirektoratet' in done.stdout
    assert changed_lines(before, files_of(register_copy)) == [
        "content/organisations/testdirektoratet.yml: phone: 22 33 44 55"
    ]


def test_roles_and_partners_are_read_too(register_copy: Path) -> None:
    rows = (("Rolle", "Plassert i", "Linje", "kind", "Omtale"),
            ("Veilederen", "Testdir", "Nasjonalt", "post", "Gir råd."))  # fmt: skip
    done = _import(register_copy, csv(*rows))
    assert "new      roles/veilederen" in done.stdout, done
    rows = (("Navn", "Mellom", "Og", "Om", "Grunnlag"),
            ("Råd", "Veilederen", "Testdepartementet", "Råd", "Valgt av partene"))  # fmt: skip
    done = _import(register_copy, csv(*rows))
    assert "new      partners/rad" in done.stdout, done
    assert {one.code for one in found(register_copy)} == {"missing-text"}


def test_the_example_of_the_handbook_is_what_happens(tmp_path: Path) -> None:
    register = tmp_path / "register"
    shipped = {name: (ROOT / name).read_bytes() for name in ("pyproject.toml", "released.txt")}
    for folder in ("content", "mandates"):
        shipped |= {f"{folder}/{name}": data for name, data in files_of(ROOT / folder).items()}
    overlay(register, shipped)
    page = (ROOT / "docs" / "handbook" / "importing-tables.md").read_text("utf-8")
    blocks = dict(re.findall(r"```(csv|text)\n(?:organisations\.csv: )?(.*?)```", page, re.S)[1:3])
    done = _import(register, blocks["csv"].encode(), "--dry-run", name="organisations.csv")
    assert done.stdout.startswith(f"organisations.csv: {blocks['text']}\nStill to do:"), done


def test_a_text_with_links_is_the_same_as_its_words(register_copy: Path) -> None:
    head = ("id", "Navn", "Omtale")
    same = ("testdirektoratet", "Testdirektoratet", "Gir råd til tjenestene. Se koordinatorene.")
    assert "nothing changes" in _import(register_copy, csv(head, same)).stdout
    other = (*same[:2], "Gir råd til skolene.")
    assert "1 changed" in _import(register_copy, csv(head, other), "--dry-run").stdout


# --- members -------------------------------------------------------------------------------


def test_members_are_added_and_changed_in_place(register_copy: Path) -> None:
    before = files_of(register_copy)
    rows = [("Medlem", "Deltar som", "Fra og med", "Merknad", "Comment (en)"),
            ("Testdirektoratet", "Medlem", "1.3.2020", "", ""),
            ("Fagteamet", "leder", "", "Kaller inn", "Convenes")]  # fmt: skip
    done = _import(register_copy, csv(*rows), "--network", "testnettverket")
    assert done.returncode == 0, done.stderr
    assert changed_lines(before, files_of(register_copy)) == [
        f"content/networks/testnettverket.yml: {line}"
        for line in (
            "note:",
            "nb: Kaller inn",
            "en: Convenes",
            "- member: testdirektoratet",
            "from: 2020-03-01",
        )
    ]
    done = _import(register_copy, csv(*rows), "--network", "testnettverket")
    assert "nothing changes" in done.stdout
    left = _import(register_copy, csv(*rows[:2]), "--network", "testnettverket").stdout
    assert "1 member is not in the table and left as before: specialist-team" in left


def _exports(root: Path) -> dict[str, bytes]:
    """The tables that the site offers of networks' members, in all languages."""
    own = read_settings(root)
    register = load_and_check(own).register
    return {
        one.path: csv_bytes(one)
        for language in own.languages
        for one in directory_files(register, own, language)
        if isinstance(one, Exported)
    }


def test_every_table_that_the_site_offers_comes_back_as_it_went() -> None:
    own = read_settings(ROOT)
    register = load_and_check(own).register
    exports = _exports(ROOT)
    assert len(exports) == 3 * (len(register.all(Network)) + 1)
    for path, data in exports.items():
        made = import_sheet(read_csv(data), register, own, Asked())
        assert (made.problems, made.files, made.notes) == ([], {}, []), path
        assert made.rows == made.unchanged > 0 and path.startswith(f"{made.language}/")


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('"Koordinator"', '"Invitert"', "networks/testnettverket.yml: part: invited"),
        ('"2020-01-01"', '"01.02.2020"', "networks/testnettverket.yml: from: 2020-02-01"),
        ('"";"tel:', '"31.12.2027";"tel:', "networks/testnettverket.yml: to: 2027-12-31"),
        ("org/fagteamet", "org/team", "contacts/specialist-team-phone.yml: web: "
         "https://testdirektoratet.example.org/team"),
    ],
)  # fmt: skip
def test_one_edited_cell_of_such_a_table_is_one_line(
    register_copy: Path, old: str, new: str, line: str
) -> None:
    data = _exports(register_copy)["nb/networks/testnettverket/members.csv"].decode()
    assert data.count(old) == 1
    before = files_of(register_copy)
    done = _import(register_copy, data.replace(old, new).encode())
    assert done.returncode == 0, done.stderr
    assert changed_lines(before, files_of(register_copy)) == [f"content/{line}"]


def test_what_such_a_table_cannot_change_is_said(register_copy: Path) -> None:
    data = _exports(register_copy)["nb/networks/testnettverket/members.csv"].decode()
    for old, new, says in (
        ('"Fagteamet"', '"Andre"', 'which is not called "Andre"'),
        ('"Rolle"', '"Etat"', 'is "Rolle", not "Etat"'),
        ("tel:+4747800000", "tel:+4747800000 tel:+4747800001", "change them in a table of"),
    ):
        assert old in data
        _refused(register_copy, data.replace(old, new).encode(), says)


# --- refusing ------------------------------------------------------------------------------


def _refused(
    register: Path, data: bytes, *says: str, name: str = "table.csv", options: tuple[str, ...] = ()
) -> Done:
    before = files_of(register)
    done = _import(register, data, *options, name=name)
    assert done.returncode in (1, 2) and files_of(register) == before, done
    for words in says:
        assert words in done.stderr, done.stderr
    return done


def test_all_problems_are_told_at_once_with_their_places(register_copy: Path) -> None:
    wrong = ("=HYPERLINK(A1)", "x", "1", "ring", "post", "Nordfyke", "koloni", "")
    done = _refused(
        register_copy,
        csv(HEAD, wrong, NORDBY),
        "nothing was written",
    )
    lines = done.stderr.splitlines()
    assert [line for line in lines if not line.startswith("  help: ")] == [
        'table.csv:2:1: error: "=HYPERLINK(A1)" begins with "=", which a spreadsheet may run as a '
        "formula",
        'table.csv:2:1: error: "summary.nb" is missing here: One or two sentences: what the body '
        "does in this field.",
        'table.csv:2:18: error: Organisasjonsnummer: "1" is no organisation number',
        'table.csv:2:20: error: Telefon: "ring" is no phone number',
        'table.csv:2:25: error: E-post: "post" is no e-mail address',
        'table.csv:2:30: error: Fylke: there is no area called "Nordfyke"',
        next(line for line in lines if 'table.csv:2:39: error: Type: "koloni" is none of' in line),
        "7 errors",
        "nothing was written",
    ]
    assert "  help: did you mean Nordfylke (nordfylke)?" in lines
    assert (
        '  help: add a column "Omtale", or say it for all new records: --set "summary.nb=…"'
        in lines
    )
    book = _workbook(HEAD, wrong, NORDBY)
    _refused(register_copy, book, 'table.xlsx: sheet "Kommuner", A2: error: "=HYPERLINK(A1)" holds',
             'sheet "Kommuner", F2: error: Fylke', name="table.xlsx")  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ((HEAD, NORDBY, (*NORDBY[:3], "1234", *NORDBY[4:])), "stands at line 2 too"),
        ((HEAD, ("+1+cmd|'/C calc'!A0", *NORDBY[1:])), 'begins with "+"'),
        ((HEAD, ("@SUM(A1)", *NORDBY[1:])), 'begins with "@"'),
        ((HEAD, ("-2", *NORDBY[1:])), 'begins with "-"'),
        (((*HEAD, "Kontaktperson"), (*NORDBY, "Kari")), "is about persons"),
        (((*HEAD, "Epst"), (*NORDBY, "x")), '--map "Epst=email"'),
        (((*HEAD, "Tlf"), (*NORDBY, "1234")), "are both the column phone"),
        (((*HEAD, "Navn (finsk)"), (*NORDBY, "x")), "is not known"),
        ((HEAD, (*NORDBY, "over")), "stands in a column without a heading"),
        ((("Farge", "Vekt"), ("rød", "3")), "no row is a heading"),
        ((("Navn", "Organisasjon"), ("a", "b")), "several kinds"),
        (((*HEAD, "id"), (*NORDBY, "Nordby!")), "is no id"),
        ((HEAD, ("Testetaten", *NORDBY[1:])), "is an earlier name of testdirektoratet"),
        ((HEAD, ("Testdirektoratet", "The Test Ministry", *NORDBY[2:])), "the row fits"),
        ((HEAD, ("Nord\x1b[2Jby", *NORDBY[1:])), "holds a sign that cannot be seen"),
        ((HEAD, ("Nord\u202eby", *NORDBY[1:])), "holds a sign that cannot be seen"),
        ((), "the table is empty"),
    ],
)
def test_tables_that_cannot_be_understood_are_refused(
    register_copy: Path, rows: tuple[tuple[str, ...], ...], says: str
) -> None:
    _refused(register_copy, csv(*rows), says)


def test_the_same_row_twice_is_said_and_taken_once(register_copy: Path) -> None:
    done = _import(register_copy, csv(HEAD, NORDBY, NORDBY))
    assert done.returncode == 0, done.stderr
    assert "line 3 says the same as line 2 and is passed over" in done.stdout
    assert "1 new, 0 changed" in done.stdout


def test_the_same_phone_under_another_name_is_asked_about(register_copy: Path) -> None:
    _import(register_copy, csv(HEAD, NORDBY))
    other = ("Vestby kommune", "", "", "55555555", "", *NORDBY[5:])
    _refused(register_copy, csv(HEAD, other), "is it the same?")
    done = _import(register_copy, csv((*HEAD, "id"), (*other, "vestby")))
    assert "new      organisations/vestby" in done.stdout


def test_columns_are_mapped_or_left_out_as_one_says(register_copy: Path) -> None:
    rows = csv(("Hva", "Farge", "Slag", "Om"), ("Nordby", "rød", "kommune", "Gir råd"))
    options = ("--as", "organisation", "--map", "Hva=name.nb", "--map", "Farge=-", "--map",
               "Slag=type", "--set", "land=Testland")  # fmt: skip
    done = _import(register_copy, rows, *options)
    assert done.returncode == 0, done.stderr
    assert 'the column "Farge" is left out, as you said' in done.stdout
    _refused(register_copy, rows, "takes NAME=VALUE", options=("--map", "Hva"))
    _refused(register_copy, rows, "no table is of", options=("--as", "bil"))
    _refused(register_copy, rows, "did you mean", options=("--network", "testnettverk"))
    _refused(register_copy, rows, 'has no field "lnd"', options=(*options, "--set", "lnd=x"))


def test_sheets_are_chosen_by_name(register_copy: Path) -> None:
    def also(book: openpyxl.Workbook) -> None:
        book.create_sheet("Andre").append(("Navn",))

    book = _workbook(HEAD, NORDBY, also=also)
    _refused(register_copy, book, 'several sheets: "Kommuner", "Andre"', name="table.xlsx")
    _refused(register_copy, book, "there is no sheet", name="t.xlsx", options=("--sheet", "X"))
    done = _import(register_copy, book, "--sheet", "Kommuner", name="table.xlsx")
    assert done.returncode == 0, done.stderr


def test_an_error_that_the_register_would_get_is_told_with_its_row(register_copy: Path) -> None:
    table = csv((*HEAD, "Til og med", "Fra og med"), (*NORDBY, "2019", "2020"))
    done = _refused(register_copy, table, "it comes from table.csv, line 2")
    assert "content/organisations/nordby-municipality.yml" in done.stderr


def _bomb() -> bytes:
    row = b'<row><c t="inlineStr"><is><t>' + b"a" * 9000 + b"</t></is></c></row>"
    return b"<worksheet><sheetData>" + row * 12_000 + b"</sheetData></worksheet>"


def _external() -> bytes:
    return (
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        b'<worksheet><sheetData><row><c t="inlineStr"><is><t>&e;</t></is></c></row></sheetData>'
        b"</worksheet>"
    )


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (lambda book: with_parts(book, {SHEET: _bomb()}), "a.xlsx", "larger than any"),
        (lambda book: with_parts(book, {SHEET: _external()}), "a.xlsx", "a document type"),
        (lambda book: with_parts(book, {SHEET: b"<worksheet><row>"}), "a.xlsx", "no proper XML"),
        (lambda book: with_parts(book, {"xl/vbaProject.bin": b"x"}), "a.xlsx", "holds macros"),
        (lambda book: book[:3000], "a.xlsx", "the file is damaged"),
        (lambda book: book.replace(b"xl/workbook.xml", b"xl/bookwork.xml"), "a.xlsx",
         "the file has no part xl/workbook.xml"),
        (lambda book: b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "a.xlsx",
         "has a password"),
        (lambda book: b"\xd0\xcf\x11\xe0" + bytes(600), "a.xls", "an old Excel"),
        (lambda book: book, "a.csv", "a table is CSV or XLSX, not .csv"),
        (lambda book: b"Navn;Telefon\n", "a.xlsx", "is no workbook"),
        (lambda book: b"Navn\n" + b"a\n" * 13_000_000, "a.csv", "larger than any table"),
        (lambda book: with_parts(book, {SHEET: part(book, SHEET).replace(
            b"</row>", b'<c t="s"><v>999</v></c></row>')}),
         "a.xlsx", "names a text that the workbook does not hold"),
    ],
)  # fmt: skip
def test_files_that_are_no_proper_workbook_are_refused(
    register_copy: Path, data: Callable[[bytes], bytes], name: str, says: str
) -> None:
    _refused(register_copy, data(_workbook(HEAD, NORDBY)), says, name=name)


def test_a_workbook_of_a_million_rows_is_refused() -> None:
    rows = b"<row><c><v>1</v></c></row>" * 1_000_000
    sheet = b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>"
    sheet += b"<sheetData>" + rows + b"</sheetData></worksheet>"
    with pytest.raises(NotReadable, match="more than 20000 rows"):
        sheets_of(with_parts(_workbook(HEAD, NORDBY), {SHEET: sheet}), ".xlsx")


# --- any table -----------------------------------------------------------------------------

_LETTERS = st.text("abcdefghijklmnopqrstuvwxyzæøåäöABCÆØÅ 0123456789-.,;:#&'\"/()", max_size=40)
_TEXT = _LETTERS.map(lambda words: " ".join(["Ord", *words.split()]))
_NAMES = st.lists(_TEXT, min_size=1, max_size=6, unique_by=lambda words: bare(words))
_PHONES = st.integers(10**7, 10**8 - 1).map(str)


@settings(max_examples=EXAMPLES)
@given(data=st.data(), names=_NAMES, delimiter=st.sampled_from(";,\t"))
def test_any_table_says_in_the_register_what_it_said(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, names: list[str], delimiter: str
) -> None:
    cells = {
        name: (data.draw(_TEXT), data.draw(st.sampled_from(("kommune", "Etat", "Ministry"))),
               data.draw(st.one_of(st.just(""), _PHONES)))
        for name in names
    }  # fmt: skip
    rows = [(name, *rest) for name, rest in cells.items()]
    table = csv(("Navn", "Omtale", "Type", "Telefon"), *rows, delimiter=delimiter)
    register = overlay(tmp_path_factory.mktemp("any"), files_of(REGISTER))
    own = read_settings(register)
    before = load_and_check(own).register
    made = import_sheet(read_csv(table), before, own, Asked("organisation"))
    phones = [phone for _, _, phone in cells.values() if phone]
    assert not made.problems, (table, made.problems)
    assert bool(len(set(phones)) < len(phones)) == any("same phone" in one for one in made.notes)
    after = load_and_check(own_with(register, made.files)).register
    records = {one.names[0].name["nb"]: one for one in after.all(Organisation)}
    for name, (summary, _, phone) in cells.items():
        record = records[name]
        assert (record.summary["nb"], record.phone or "") == (summary, phone)
    again = import_sheet(read_csv(table), after, own, Asked("organisation"))
    assert (again.problems, again.files, again.unchanged) == ([], {}, len(rows))


def own_with(register: Path, files: dict[str, bytes]) -> Any:
    return read_settings(overlay(register, files))


def test_a_phone_is_told_from_a_formula() -> None:
    for words in ("+47 478 090 50", "+46 (0)8-405 50 05"):
        (row,) = read_csv(words.encode()).rows
        assert not row[0].fault and phone_of(words)
    assert isinstance(columns_of(Sheet("", ()), ("nb",)), Problem)
