"""`remit import` of documents: heads, sections, blocks, the report; nothing half written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from command_line import Done, run
from foreign_documents import FORMATS, Bit, write_document
from registers import found
from remit.importing.markup import says, written
from remit.importing.pieces import Span
from remit.importing.vocabulary import (
    LANGUAGES,
    date_in,
    is_number,
    label_of,
    language_of,
    section_kind,
    vocabulary,
)
from remit.load.yaml_reader import read_yaml
from remit.model.records import DocumentKind, SectionKind

MANDATE = [
    Bit("title", "Mandat for rådgiverne"),
    Bit("paragraph", "Saksnummer: 15/05235-23"),
    Bit("paragraph", "Dokument-ID: IM 2024-003V2"),
    Bit("paragraph", "Dato: 9. april 2024"),
    Bit("paragraph", "Gjelder fra: 01.06.2024"),
    Bit("heading", "1. Formål"),
    Bit("paragraph", "Rådgiverne skal gjøre det lettere for skolene å få hjelp i tide."),
    Bit("heading", "2. Oppgaver"),
    Bit("paragraph", "Rådgiverne har disse oppgavene i sitt daglige arbeid ved skolene:"),
    Bit("item", "gi råd til lærere sammen med Fagteamet"),
    Bit("item", "skrive ned erfaringer"),
    Bit("heading", "Uventet overskrift"),
    Bit("paragraph", "Testdirektoratets ansatte kan lese om a * b og {{ kode }}."),
]
ASKED = ("--holder", "specialist-team", "--set", "issued_by=testdirektoratet", "--no-ask")


def imported(register: Path, file: Path, *more: str) -> Done:
    return run(register, "import", str(file), *ASKED, *more)


def version(register: Path, mandate: str) -> Any:
    (file,) = list((register / "mandates" / mandate).glob("2*.yml"))
    return read_yaml(file.read_bytes(), "").value


def written_files(register: Path) -> set[Path]:
    return set(register.rglob("*.yml"))


# --- a whole document ------------------------------------------------------------------------


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_mandate_is_read_alike_from_every_format(
    file_format: str, register_copy: Path, tmp_path: Path
) -> None:
    file = write_document(tmp_path / f"mandat.{file_format}", MANDATE)
    done = imported(register_copy, file)
    assert done.returncode == 0, done.stderr
    made = version(register_copy, "mandat-for-radgiverne")
    assert made["id"] == "2024-06-01"
    assert made["status"] == "draft"
    assert made["case_numbers"] == ["15/05235-23"]
    assert made["document_date"] == "2024-04-09"
    assert [(one["id"], one["kind"]) for one in made["sections"]] == [
        ("purpose", "purpose"),
        ("tasks", "tasks"),
        ("uventet-overskrift", "other"),
    ]
    assert made["sections"][0]["heading"] == {"nb": "Formål", "en": "Purpose"}
    assert [one["kind"] for one in made["sections"][1]["blocks"]] == ["paragraph", "task", "task"]
    texts = [one["text"]["nb"] for section in made["sections"] for one in section["blocks"]]
    assert texts[2] == "gi råd til lærere sammen med Fagteamet"  # the holder itself is no link
    assert texts[4] == (
        "[[testdirektoratet|Testdirektoratets]] ansatte kan lese om a \\* b og "
        "&#123;&#123; kode &#125;&#125;."
    )
    mandate = read_yaml(
        (register_copy / "mandates/mandat-for-radgiverne/mandate.yml").read_bytes(), ""
    ).value
    assert mandate["document_id"] == "IM 2024-003V2"
    assert mandate["sources"][0]["publisher"] == "Testdirektoratet"
    assert not [one for one in found(register_copy) if one.is_error]
    files = [str(one) for one in (register_copy / "mandates/mandat-for-radgiverne").iterdir()]
    assert run(register_copy, "fmt", "--check", *files).returncode == 0


def test_a_dry_run_shows_the_files_and_writes_none(register_copy: Path, tmp_path: Path) -> None:
    before = written_files(register_copy)
    done = imported(register_copy, write_document(tmp_path / "m.md", MANDATE), "--dry-run")
    assert done.returncode == 0
    assert "--- mandates/mandat-for-radgiverne/2024-06-01.yml (not written)" in done.stdout
    assert "kind: task" in done.stdout
    assert written_files(register_copy) == before


def test_no_file_is_written_over(register_copy: Path, tmp_path: Path) -> None:
    file = write_document(tmp_path / "m.txt", MANDATE)
    assert imported(register_copy, file).returncode == 0
    kept = {one: one.read_bytes() for one in written_files(register_copy)}
    assert imported(register_copy, file, "--id", "mandat-for-radgiverne").returncode == 2
    again = imported(register_copy, file)
    assert "wrote mandates/mandat-for-radgiverne-2/mandate.yml" in again.stdout
    assert 'the register has a mandate "mandat-for-radgiverne" of this id or name' in again.stderr
    assert {one: one.read_bytes() for one in kept} == kept


def test_all_that_is_missing_is_asked_for_at_once(register_copy: Path, tmp_path: Path) -> None:
    before = written_files(register_copy)
    file = write_document(tmp_path / "m.md", MANDATE)
    done = run(register_copy, "import", str(file), "--no-ask")
    assert done.returncode == 2
    assert "--set holders=…" in done.stderr
    assert "--set issued_by=…" in done.stderr
    assert written_files(register_copy) == before


def test_what_options_say_has_its_way(register_copy: Path, tmp_path: Path) -> None:
    file = write_document(tmp_path / "m.md", MANDATE)
    more = ("--set", "in_force.from=2025-01-01", "--name", "Rådgivermandat", "--id", "advisers")
    assert imported(register_copy, file, *more).returncode == 0
    assert version(register_copy, "advisers")["title"] == {"nb": "Rådgivermandat"}
    assert version(register_copy, "advisers")["id"] == "2025-01-01"


def test_what_would_bring_an_error_is_shown_and_not_written(
    register_copy: Path, tmp_path: Path
) -> None:
    before = written_files(register_copy)
    bits = [*MANDATE[:1], *MANDATE[5:7]]  # without tasks, which the assignment behind it requires
    file = write_document(tmp_path / "m.md", bits)
    done = run(register_copy, "import", str(file), "--no-ask", "--version-of", "team-mandate")
    assert done.returncode == 1
    assert 'requires a section of kind "tasks"' in done.stderr
    assert done.stderr.endswith("nothing was written\n")
    assert written_files(register_copy) == before


# --- the report ------------------------------------------------------------------------------


def fates(register: Path, file: Path, tmp_path: Path, *more: str) -> dict[str, tuple[str, str]]:
    """(outcome, where) of each paragraph, from the report as JSON."""
    report = tmp_path / "report.json"
    done = imported(register, file, "--report", str(report), *more)
    assert report.exists(), done.stderr
    told = json.loads(report.read_text("utf-8"))
    assert sum(told["words"].values()) == sum(one["words"] for one in told["paragraphs"])
    return {one["text"]: (one["outcome"], one["where"]) for one in told["paragraphs"]}


def test_the_report_tells_of_every_paragraph(register_copy: Path, tmp_path: Path) -> None:
    bits = [*MANDATE, Bit("paragraph", "Med hilsen"), Bit("paragraph", "avdelingsdirektør")]
    told = fates(register_copy, write_document(tmp_path / "m.docx", bits), tmp_path)
    assert {bit.text for bit in bits} == set(told)
    assert told["Saksnummer: 15/05235-23"] == ("placed", "case_numbers")
    assert told["1. Formål"] == ("placed", "section purpose")
    assert told["skrive ned erfaringer"] == ("placed", "tasks › skrive-ned-erfaringer (task)")
    assert told["Uventet overskrift"] == ("guessed", "section uventet-overskrift")
    assert told["avdelingsdirektør"] == ("not placed", "")


def test_the_report_as_markdown_holds_no_markup_of_the_document(
    register_copy: Path, tmp_path: Path
) -> None:
    bits = [*MANDATE, Bit("paragraph", "Se | her: <script>alert(1)</script> og [lenke](x).")]
    report = tmp_path / "report.md"
    file = write_document(tmp_path / "m.docx", bits)
    assert imported(register_copy, file, "--report", str(report)).returncode == 0
    text = report.read_text("utf-8")
    assert "Se \\| her: &lt;script>alert(1)&lt;/script> og \\[lenke\\](x)." in text
    assert "<script" not in text


# --- sections and blocks ---------------------------------------------------------------------


def blocks_of(register: Path, tmp_path: Path, *bits: Bit) -> list[dict[str, Any]]:
    padding = Bit("paragraph", "Dette er og blir et mandat som skal gjelde for alle ved skolen.")
    whole = [Bit("title", "Mandat for prøven"), Bit("heading", "Innledning"), padding, *bits]
    done = imported(register, write_document(tmp_path / "p.docx", whole), "--id", "tried")
    assert done.returncode == 0, done.stderr
    sections = version(register, "tried")["sections"][1:]
    return [block for section in sections for block in section["blocks"]]


def test_definitions_have_a_word_and_its_meaning(register_copy: Path, tmp_path: Path) -> None:
    blocks = blocks_of(
        register_copy,
        tmp_path,
        Bit("heading", "Begreper"),
        Bit("paragraph", "Lokal: fylke, kommune og bydel"),
        Bit("row", "Sak", "en henvendelse som skal registreres"),
    )
    assert [(one["kind"], one["term"]["nb"], one["text"]["nb"]) for one in blocks] == [
        ("definition", "Lokal", "fylke, kommune og bydel"),
        ("definition", "Sak", "en henvendelse som skal registreres"),
    ]


def test_who_one_works_with_is_a_reference(register_copy: Path, tmp_path: Path) -> None:
    blocks = blocks_of(
        register_copy,
        tmp_path,
        Bit("heading", "Samarbeid"),
        Bit("item", "Testdepartementet, om budsjettet"),
        Bit("item", "Testdepartementet og Testdir i fellesskap"),
    )
    assert blocks[0]["kind"] == "cooperation"
    assert blocks[0]["with"] == "testdepartementet"
    assert blocks[1]["kind"] == "item"
    assert "[[testdirektoratet|Testdir]]" in blocks[1]["text"]["nb"]


def test_what_is_not_done_is_a_boundary(register_copy: Path, tmp_path: Path) -> None:
    text = "Rådgiverne skal ikke behandle enkeltsaker. De viser videre."
    blocks = blocks_of(register_copy, tmp_path, Bit("heading", "Oppgaver"), Bit("item", text))
    assert [(one["kind"], one["text"]["nb"]) for one in blocks] == [("boundary", text)]


def test_a_list_in_a_list_stays_one_with_its_item(register_copy: Path, tmp_path: Path) -> None:
    page = (
        "<html><body><h1>Mandat for prøven</h1><h2>Innledning</h2><p>Dette er et mandat som skal "
        "gjelde for alle ved skolen.</p><h2>Oppgaver</h2><ol><li>gi råd<ul><li>til lærere</li>"
        "<li>til <em>alle</em> andre</li></ul></li><li>lytte</li></ol></body></html>"
    )
    file = tmp_path / "p.html"
    file.write_text(page, "utf-8")
    assert imported(register_copy, file, "--id", "tried").returncode == 0
    blocks = version(register_copy, "tried")["sections"][1]["blocks"]
    assert [one["text"]["nb"] for one in blocks] == [
        "gi råd\n\n- til lærere\n- til *alle* andre",
        "lytte",
    ]


@pytest.mark.parametrize(
    "words",
    [
        "- ikke en liste",
        "1. ikke et punkt",
        "+ pluss",
        "# ikke overskrift",
        "a * b * c _d_ `e` ~f~",
        "[[roles/specialist-team]] [a](javascript:b) [c]: d",
        "a &amp; b &lt; c < d > e <b>f</b> \\ \\*",
        "{{ kode }} {% for %} {# nei #}",
        "| a | b |",
        "=== --- ***",
        "> sitat",
        "1986. Et år.",
    ],
)
def test_no_sign_means_anything_by_accident(words: str) -> None:
    made = written((Span(words),), None, lambda _: False)
    assert says(made.text, words)
    for sign in ("{{", "}}", "{%", "{#", "](", "<b>"):
        assert sign not in made.text


# --- words that the import knows --------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_vocabulary_names_known_things_and_nothing_twice(language: str) -> None:
    words = vocabulary()[language]
    assert set(words["sections"]) == {kind.value for kind in SectionKind}
    assert set(words["documents"]) <= {kind.value for kind in DocumentKind}
    for group in ("sections", "labels"):
        listed = [word for kind in words[group].values() for word in kind]
        twice = sorted({word for word in listed if listed.count(word) > 1})
        assert not twice, f"{group} of {language}: {twice}"
        assert all(word == word.strip().lower() and not word.endswith(":") for word in listed)
    assert len(words["phrases"]["months"]) == 12
    for kind, phrases in words["sections"].items():
        for phrase in phrases:
            guess = section_kind(f"2.1 {phrase.capitalize()}:", language)
            assert guess and (guess.kind, guess.whole) == (kind, True)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("9. april 2013", "2013-04-09"),
        ("den 1 juni 2020", "2020-06-01"),
        ("Oslo, 19.06.2018", "2018-06-19"),
        ("28.08. 2019", "2019-08-28"),
        ("June 1, 2020", "2020-06-01"),
        ("1 June 2020", "2020-06-01"),
        ("2022-10-01", "2022-10-01"),
        ("3. desember 1999 kl. 12", "1999-12-03"),
    ],
)
def test_days_are_read_as_documents_write_them(words: str, day: str) -> None:
    found_day = date_in(words)
    assert found_day and found_day[0].isoformat() == day


def test_what_is_no_day_is_none() -> None:
    assert date_in("31. februar 2020") is None
    assert date_in("punkt 3.1.2 i 2020") is None


def test_numbers_of_documents_and_cases_are_known() -> None:
    for number in ("IM 2013-005V2", "RS 2010-011", "SFS 2007:825", "G-06/2020"):
        assert is_number("document_id", number), number
    for number in ("15/05235-23", "13/156-1", "18/5716-26", "2019/123", "U2013/5290/JÄM"):
        assert is_number("case_number", number), number
    assert not is_number("case_number", "22 24 90 90")


def test_labels_are_known_in_three_languages() -> None:
    assert label_of("Vår ref.") == label_of("Diarienummer:") == label_of("Case number")
    assert label_of("Saksnummer ") == "case_number"
    assert label_of("Rådgiverne") is None


def test_languages_are_told_apart() -> None:
    assert language_of("Stillingene skal ligge til direktoratet og er en del av det.") == "nb"
    assert language_of("Uppdraget ska redovisas till regeringen och är en del av det.") == "sv"
    assert language_of("The posts are part of the directorate and shall report to it.") == "en"
    assert language_of("xyz 123") is None


# --- a further version -------------------------------------------------------------------------


def test_a_further_version_keeps_the_ids_of_what_stays(register_copy: Path, tmp_path: Path) -> None:
    before = read_yaml((register_copy / "mandates/team-mandate/2024-01-01.yml").read_bytes(), "")
    kept, changed, *gone = [
        (section, block)
        for section in before.value["sections"]
        for block in section["blocks"]
        if "[[" not in block["text"]["nb"]
    ]
    bits = [
        Bit("title", "Mandat for fagteamet"),
        Bit("heading", kept[0]["heading"]["nb"]),
        Bit("paragraph", kept[1]["text"]["nb"]),
        Bit("heading", "Oppgaver"),
        Bit("paragraph", f"{changed[1]['text']['nb']} Herunder mer."),
        Bit("paragraph", "Her står en setning som mandatet aldri har hatt før."),
    ]
    file = write_document(tmp_path / "m.docx", bits)
    more = ("--set", "in_force.from=2027-01-01", "--version-of", "team-mandate")
    done = run(register_copy, "import", str(file), "--no-ask", *more)
    assert done.returncode == 0, done.stderr
    made = read_yaml(
        (register_copy / "mandates/team-mandate/2027-01-01.yml").read_bytes(), ""
    ).value
    first, second = made["sections"]
    assert (first["id"], first["heading"]) == (kept[0]["id"], kept[0]["heading"])
    assert first["blocks"] == [kept[1]]  # with its translations
    assert second["blocks"][0]["id"] == changed[1]["id"]
    assert list(second["blocks"][0]["text"]) == ["nb"]
    ids = {one["id"] for section in made["sections"] for one in (section, *section["blocks"])}
    vanished = {one["id"] for one in made["tombstones"]}
    assert {block["id"] for _, block in gone} <= vanished
    assert not ids & vanished
    assert not [one for one in found(register_copy) if one.is_error]
    again = run(register_copy, "import", str(file), "--no-ask", *more)
    assert again.returncode == 2
    assert "has a version of 2027-01-01 already" in again.stderr
