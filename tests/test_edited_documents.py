"""What becomes of an edited document: what is taken, what is told, and what is refused."""

from __future__ import annotations

import copy
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph

from command_line import Done, run
from gits import commit, new_repository
from registers import copy_of_register, overlay
from remit.build import load_and_check
from remit.load.yaml_reader import read_yaml
from remit.model.records import MandateVersion
from remit.render.document_kinds import document_of
from remit.render.redline_document import redline_document
from remit.render.tree import Document
from remit.render.view import View
from remit.settings import read_settings
from remit.write.documents import Format, write_document
from round_trips import document_of_version

VERSION = "mandates/team-mandate/2024-01-01"
FILE = f"{VERSION}.yml"
Change = Callable[[Any], None]


@pytest.fixture
def register(tmp_path: Path) -> Path:
    root = copy_of_register(tmp_path / "register")
    new_repository(root)
    commit(root, "The register as it was exported")
    return root


def export(
    register: Path, language: str = "nb", version: str = VERSION, form: Format = "docx"
) -> bytes:
    settings = read_settings(register)
    found = load_and_check(settings).register
    return document_of_version(found, settings, version, language, form)


def edited(register: Path, change: Change, language: str = "nb") -> Path:
    """The exported document with a change made by python-docx."""
    document = docx.Document(io.BytesIO(export(register, language)))
    change(document)
    file = register.parent / "edited.docx"
    document.save(str(file))
    return file


def update(register: Path, file: Path, *options: str, name: str = "team-mandate") -> Done:
    return run(register, "import", "--update", name, str(file), "--yes", *options)


def value(register: Path, file: str = FILE) -> dict[str, Any]:
    found = read_yaml((register / file).read_bytes(), file).value
    assert isinstance(found, dict)
    return found


def block(register: Path, id: str, file: str = FILE) -> dict[str, Any]:
    blocks = (one for section in value(register, file)["sections"] for one in section["blocks"])
    found = next(one for one in blocks if one["id"] == id)
    assert isinstance(found, dict)
    return found


def at(document: Any, id: str) -> Paragraph:
    """The paragraph with a bookmark, or the next one."""
    start = next(
        one
        for one in document.element.body.iter(qn("w:bookmarkStart"))
        if one.get(qn("w:name")) == f"b-{id}"
    )
    inside = next(start.iterancestors(qn("w:p")), None)
    found = inside if inside is not None else next(start.itersiblings(qn("w:p")))
    return Paragraph(found, document)


def reword(id: str, old: str, new: str) -> Change:
    def change(document: Any) -> None:
        run = next(one for one in at(document, id).runs if old in one.text)
        run.text = run.text.replace(old, new)

    return change


def take_out(document: Any, id: str) -> None:
    paragraph: Any = at(document, id)._p
    paragraph.getparent().remove(paragraph)


def row(document: Any, id: str) -> Any:
    return next(at(document, id)._p.iterancestors(qn("w:tr")))


# --- what is taken -------------------------------------------------------------------------


def test_a_document_that_was_not_edited_changes_nothing(register: Path) -> None:
    before = (register / FILE).read_bytes()
    done = update(register, edited(register, lambda document: None))
    assert (done.returncode, done.stderr) == (0, "")
    assert "nothing to take over" in done.stdout
    assert "Not taken over" not in done.stdout
    assert (register / FILE).read_bytes() == before


def test_a_text_made_of_pointers_is_kept_and_told(register: Path) -> None:
    def change(document: Any) -> None:
        paragraph = at(document, "tasks-not-supervision")
        link = paragraph._p.findall(qn("w:hyperlink"))[-1]
        next(link.iter(qn("w:t"))).text = "Et annet departement"

    done = update(register, edited(register, change))
    assert "tasks-not-supervision: “Viser videre til: Testdepartementet" in done.stdout
    assert "change the record" in done.stdout
    assert "wrote" not in done.stdout


def test_a_heading_the_title_and_a_cell_are_fields(register: Path) -> None:
    def change(document: Any) -> None:
        document.paragraphs[0].runs[0].text = "Mandat for det nye fagteamet"
        at(document, "tasks").runs[0].text = "Hva teamet gjør"
        cells = row(document, "reporting-yearly").findall(qn("w:tc"))
        next(cells[1].iter(qn("w:t"))).text = "Teamet leverer to rapporter."

    done = update(register, edited(register, change))
    assert done.returncode == 0, done.stderr
    now = value(register)
    assert now["title"]["nb"] == "Mandat for det nye fagteamet"
    assert now["sections"][1]["heading"]["nb"] == "Hva teamet gjør"
    assert block(register, "reporting-yearly")["text"]["nb"] == "Teamet leverer to rapporter."
    assert "Look at the translation into en of: title, tasks, reporting-yearly" in done.stdout


def test_a_new_row_names_its_body_and_a_new_heading_begins_a_section(register: Path) -> None:
    def change(document: Any) -> None:
        old = row(document, "cooperation-ministry")
        new = copy.deepcopy(old)
        for mark in [*new.iter(qn("w:bookmarkStart")), *new.iter(qn("w:bookmarkEnd"))]:
            mark.getparent().remove(mark)
        cells = new.findall(qn("w:tc"))
        link = next(cells[0].iter(qn("w:hyperlink")))
        link.getparent().replace(link, parse_xml(f"<w:r {nsdecls('w')}><w:t>Testdir</w:t></w:r>"))
        next(cells[1].iter(qn("w:t"))).text = "Teamet møter direktoratet hver måned."
        old.addnext(new)
        heading = at(document, "reporting")
        heading.insert_paragraph_before("Organisering", style="Heading 1")
        heading.insert_paragraph_before("Teamet har to ansatte.")

    done = update(register, edited(register, change))
    assert done.returncode == 0, done.stdout + done.stderr
    sections = value(register)["sections"]
    ids = ["purpose", "tasks", "cooperation", "organisering", "reporting"]
    assert [one["id"] for one in sections] == ids
    assert sections[2]["blocks"][1] == {
        "kind": "cooperation",
        "id": "testdir",
        "with": "testdirektoratet",
        "text": {"nb": "Teamet møter direktoratet hver måned."},
    }
    assert sections[3]["kind"] == "organisation"
    assert sections[3]["blocks"] == [
        {
            "kind": "paragraph",
            "id": "teamet-har-to-ansatte",
            "text": {"nb": "Teamet har to ansatte."},
        }
    ]


def test_links_come_back_as_links(register: Path) -> None:
    source = "Se [[testdirektoratet|direktoratet]], [loven](https://lov.example/a_b) og *TD*."
    text = (register / FILE).read_text("utf-8")
    text = text.replace("nb: Fagteamet skal gi råd til skolene.", f'nb: "{source}"', 1)
    overlay(register, {FILE: text})

    def change(document: Any) -> None:
        paragraph = at(document, "purpose-advice")
        link = paragraph._p.findall(qn("w:hyperlink"))[0]
        next(link.iter(qn("w:t"))).text = "TD selv"
        paragraph.add_run(" *stjerner* [*] 1_2_3 &amp; slutt")

    done = update(register, edited(register, change))
    assert done.returncode == 0, done.stdout + done.stderr
    new = block(register, "purpose-advice")["text"]["nb"]
    assert new.startswith(source.replace("|direktoratet", "|TD selv") + " ")
    assert r"\*stjerner\*" in new
    again = update(register, edited(register, lambda document: None))
    assert "nothing to take over" in again.stdout


def test_a_link_that_strays_over_old_words_is_told_and_not_taken(register: Path) -> None:
    text = (register / FILE).read_text("utf-8")
    source = 'nb: "[[testdirektoratet|Direktoratet]] gir råd til skolene."'
    overlay(register, {FILE: text.replace("nb: Fagteamet skal gi råd til skolene.", source, 1)})
    before = (register / FILE).read_bytes()

    def change(document: Any) -> None:
        link = at(document, "purpose-advice")._p.findall(qn("w:hyperlink"))[0]
        for piece in [one for one in link.itersiblings() if one.tag == qn("w:r")]:
            link.append(piece)

    done = update(register, edited(register, change))
    assert "purpose-advice: “gir råd til skolene.”: the words are the same" in done.stdout
    assert (register / FILE).read_bytes() == before

    def gone(document: Any) -> None:
        link = at(document, "purpose-advice")._p.findall(qn("w:hyperlink"))[0]
        for piece in list(link):
            link.addprevious(piece)

    done = update(register, edited(register, gone))
    assert "purpose-advice: “Direktoratet" in done.stdout
    assert (register / FILE).read_bytes() == before


def test_signs_that_are_not_seen_are_no_edits(register: Path) -> None:
    """Soft hyphens, non-breaking signs and letters in two parts are no edits."""
    change = reword("purpose-advice", "Fagteamet skal", "Fag\u00adteamet\u00a0ska\u200bl")
    done = update(register, edited(register, change))
    assert "nothing to take over" in done.stdout


def test_tracked_changes_count_as_accepted(register: Path) -> None:
    def change(document: Any) -> None:
        paragraph = at(document, "purpose-advice")
        about = f'{nsdecls("w")} w:author="N. N." w:date="2026-11-01T00:00:00Z"'
        run = paragraph.runs[0]
        run.text = "Fagteamet skal gi råd til "
        run._r.addnext(
            parse_xml(
                f'<w:del w:id="91" {about}><w:r><w:delText>skolene.</w:delText></w:r></w:del>'
            )
        )
        moved = "<w:r><w:t>flyttet </w:t></w:r>"
        run._r.addnext(parse_xml(f'<w:moveFrom w:id="94" {about}>{moved}</w:moveFrom>'))
        run._r.addnext(parse_xml(f'<w:ins w:id="90" {about}><w:r><w:t>alle.</w:t></w:r></w:ins>'))
        gone: Any = at(document, "tasks-not-supervision")._p
        for one in list(gone.iter(qn("w:t"))):
            one.tag = qn("w:delText")
        for one in list(gone.iter(qn("w:r"))):
            wrapped = parse_xml(f'<w:del w:id="92" {about}/>')
            one.addprevious(wrapped)
            wrapped.append(one)
        mark = parse_xml(f'<w:rPr {nsdecls("w")}><w:del {about} w:id="93"/></w:rPr>')
        gone.find(qn("w:pPr")).append(mark)

    done = update(register, edited(register, change))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "tracked changes taken as accepted" in done.stdout
    assert "N. N." not in done.stdout
    assert block(register, "purpose-advice")["text"]["nb"] == "Fagteamet skal gi råd til alle."
    assert value(register)["tombstones"] == [{"id": "tasks-not-supervision", "since": "2024-01-01"}]


def test_comments_notes_and_set_apart_letters_are_told(register: Path) -> None:
    def change(document: Any) -> None:
        run = at(document, "tasks-guidance").runs[0]
        document.add_comment(run, text="Er dette riktig?", author="Kari Nordmann", initials="KN")
        at(document, "purpose-advice").runs[0].bold = True

    done = update(register, edited(register, change))
    assert done.returncode == 0
    assert "tasks · tasks-guidance: “Er dette riktig?”" in done.stdout
    assert "Kari" not in done.stdout + done.stderr
    assert "purpose-advice: “bold”" in done.stdout
    assert "wrote" not in done.stdout


def test_what_is_pasted_in_is_told(register: Path) -> None:
    def change(document: Any) -> None:
        cell = row(document, "cooperation-ministry").findall(qn("w:tc"))[1]
        table = document.add_table(1, 1)
        table.cell(0, 0).text = "Et tall"
        cell.append(table._tbl)
        document.add_paragraph("Skrevet etter slutten.")
        words = "<w:txbxContent><w:p><w:r><w:t>I en boks</w:t></w:r></w:p></w:txbxContent>"
        box = f"<w:r {nsdecls('w')}><w:pict>{words}</w:pict></w:r>"
        at(document, "purpose-advice")._p.append(parse_xml(box))

    done = update(register, edited(register, change))
    assert "a table within a table: “Et tall”" in done.stdout
    assert "a text box: “I en boks”" in done.stdout
    assert "“Skrevet etter slutten.”" in done.stdout
    assert "wrote" not in done.stdout


def test_a_translation_is_changed_alone(register: Path) -> None:
    change = reword("purpose-advice", "advises schools", "gives advice to schools")
    done = update(register, edited(register, change, "en"))
    assert done.returncode == 0, done.stderr
    text = block(register, "purpose-advice")["text"]
    assert text["en"] == "The specialist team gives advice to schools."
    assert text["nb"] == "Fagteamet skal gi råd til skolene."
    assert "Look at the translation" not in done.stdout


def test_a_translation_adds_and_removes_nothing(register: Path) -> None:
    def change(document: Any) -> None:
        take_out(document, "tasks-not-supervision")
        at(document, "cooperation").insert_paragraph_before("Something new.")

    done = update(register, edited(register, change, "en"))
    assert done.stdout.count("taken from the document in nb, which counts") == 2
    assert "wrote" not in done.stdout


# --- the register moved on -----------------------------------------------------------------


def test_a_register_that_moved_on_is_merged(register: Path) -> None:
    file = edited(register, reword("purpose-advice", "råd", "gode råd"))
    text = (register / FILE).read_text("utf-8").replace("veileder i", "veileder alltid i")
    overlay(register, {FILE: text})
    commit(register, "Another text")
    done = update(register, file)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "compared with the text at revision" in done.stdout
    assert (
        block(register, "purpose-advice")["text"]["nb"] == "Fagteamet skal gi gode råd til skolene."
    )
    assert (
        block(register, "tasks-guidance")["text"]["nb"] == "Teamet veileder alltid i enkeltsaker."
    )


def conflicting(register: Path) -> Path:
    file = edited(register, reword("purpose-advice", "råd", "gode råd"))
    text = (register / FILE).read_text("utf-8").replace("råd til skolene", "råd til alle skoler")
    overlay(register, {FILE: text})
    commit(register, "The same text")
    return file


def test_a_text_changed_in_both_is_a_conflict_until_someone_chooses(register: Path) -> None:
    file = conflicting(register)
    before = (register / FILE).read_bytes()
    done = update(register, file)
    assert done.returncode == 1
    for words in ("råd til skolene.", "gode råd til skolene.", "råd til alle skoler."):
        assert f"Fagteamet skal gi {words}" in done.stdout
    assert (register / FILE).read_bytes() == before
    assert update(register, file, "--keep-register", "purpose-advice").returncode == 0
    assert (register / FILE).read_bytes() == before
    assert update(register, file, "--take-edited", "purpose-advice").returncode == 0
    text = block(register, "purpose-advice")["text"]["nb"]
    assert text == "Fagteamet skal gi gode råd til skolene."


def test_what_is_gone_from_the_file_and_changed_in_the_register_stays(register: Path) -> None:
    def change(document: Any) -> None:
        take_out(document, "tasks-guidance")

    file = edited(register, change)
    text = (register / FILE).read_text("utf-8").replace("veileder i", "veileder alltid i")
    overlay(register, {FILE: text})
    commit(register, "Another text")
    done = update(register, file)
    assert done.returncode == 1
    assert "conflict tasks-guidance" in done.stdout
    assert (
        block(register, "tasks-guidance")["text"]["nb"] == "Teamet veileder alltid i enkeltsaker."
    )


def test_a_name_that_changed_since_the_export_is_no_edit(register: Path) -> None:
    organisation = "content/organisations/testdepartementet.yml"
    file = edited(register, reword("purpose-advice", "råd", "gode råd"))
    text = (register / organisation).read_text("utf-8")
    overlay(register, {organisation: text.replace("Testdepartementet", "Prøvedepartementet")})
    commit(register, "Another name")
    done = update(register, file)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Not taken over" not in done.stdout


def test_the_changes_go_into_a_draft_of_a_next_version(register: Path) -> None:
    def change(document: Any) -> None:
        reword("purpose-advice", "råd", "gode råd")(document)
        take_out(document, "tasks-not-supervision")

    before = (register / FILE).read_bytes()
    file = edited(register, change)
    assert "is adopted: its words bind" in update(register, file, "--dry-run").stdout
    done = update(register, file, "--as-new-version", "2027-01-01")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "its words bind" not in done.stdout
    assert (register / FILE).read_bytes() == before
    draft = "mandates/team-mandate/2027-01-01.yml"
    now = value(register, draft)
    assert now["status"] == "draft"
    assert now["tombstones"] == [{"id": "tasks-not-supervision", "since": "2027-01-01"}]
    text = block(register, "purpose-advice", draft)["text"]["nb"]
    assert text == "Fagteamet skal gi gode råd til skolene."


def test_nothing_is_written_unless_it_is_agreed_to(register: Path) -> None:
    file = edited(register, reword("purpose-advice", "råd", "gode råd"))
    before = (register / FILE).read_bytes()
    asked = run(register, "import", "--update", "team-mandate", str(file), answers="y\n")
    assert asked.returncode == 2
    assert "--yes" in asked.stderr
    assert "would write" in update(register, file, "--dry-run").stdout
    assert (register / FILE).read_bytes() == before


def test_an_error_it_would_bring_is_shown_and_nothing_written(register: Path) -> None:
    file = edited(register, reword("purpose-advice", "råd", "<b>råd</b>"))
    before = (register / FILE).read_bytes()
    done = update(register, file)
    assert done.returncode == 1
    assert "[raw-html]" in done.stderr
    assert (register / FILE).read_bytes() == before


# --- what is refused -----------------------------------------------------------------------


def refused(register: Path, file: Path, words: str, name: str = "team-mandate") -> None:
    before = (register / FILE).read_bytes()
    done = update(register, file, name=name)
    assert done.returncode == 1
    assert words in done.stderr
    assert "nothing was written" in done.stderr
    assert (register / FILE).read_bytes() == before


def test_a_document_of_another_version_or_mandate_is_refused(register: Path) -> None:
    file = register.parent / "older.docx"
    file.write_bytes(export(register, version="mandates/team-mandate/2020-01-01"))
    refused(register, file, "--update team-mandate@2020-01-01", "team-mandate@2024-01-01")


def test_a_document_without_its_bookmarks_is_refused(register: Path) -> None:
    def none(document: Any) -> None:
        for mark in list(document.element.body.iter(qn("w:bookmarkStart"))):
            mark.getparent().remove(mark)

    refused(register, edited(register, none), "none of the bookmarks")

    def most(document: Any) -> None:
        for id in ("purpose-advice", "tasks-guidance", "tasks-not-supervision"):
            take_out(document, id)
        for table in document.tables[1:3]:
            table._tbl.getparent().remove(table._tbl)

    refused(register, edited(register, most), "that looks like an accident")


def test_a_text_that_git_does_not_know_is_refused(register: Path) -> None:
    text = (register / FILE).read_text("utf-8")
    overlay(register, {FILE: text.replace("råd", "noen råd", 1)})
    file = edited(register, lambda document: None)
    overlay(register, {FILE: text})
    refused(register, file, "git knows no revision with that text")


def damaged(register: Path, name: str, add: dict[str, bytes]) -> Path:
    file = register.parent / name
    with (
        zipfile.ZipFile(io.BytesIO(export(register))) as old,
        zipfile.ZipFile(file, "w") as new,
    ):
        for part in old.namelist():
            new.writestr(part, add.pop(part, b"") or old.read(part))
        for part, data in add.items():
            new.writestr(part, data)
    return file


def test_files_that_are_no_edited_document_are_refused(register: Path) -> None:
    bomb = b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"
    plain = register.parent / "plain.docx"
    for name, data, words in (
        ("a.docx", b"%PDF-1.7", "the file is a PDF"),
        ("b.docx", b"\xd0\xcf\x11\xe0" + bytes(600), "has a password"),
        ("c.docx", b"PK\x03\x04broken", "damaged"),
        ("d.docx", b"Some words", "no DOCX or ODT"),
    ):
        (register.parent / name).write_bytes(data)
        refused(register, register.parent / name, words)
    macros = damaged(register, "macros.docx", {"word/vbaProject.bin": b"code"})
    refused(register, macros, "holds a program")
    entity = damaged(register, "entity.docx", {"word/document.xml": bomb})
    refused(register, entity, "a document type of its own")
    docx.Document().save(str(plain))
    refused(register, plain, "does not say which document")


def made(register: Path, make: Callable[[View, MandateVersion, MandateVersion], Document]) -> Path:
    settings = read_settings(register)
    found = load_and_check(settings).register
    older, newer = found.versions("team-mandate")
    document = make(View(found, settings, "nb", settings.today), older, newer)
    file = register.parent / "made.docx"
    file.write_bytes(write_document(document, "docx", f"{settings.site_url}nb/"))
    return file


def test_a_redline_is_refused(register: Path) -> None:
    refused(register, made(register, redline_document), "a comparison of two versions")


def test_a_letter_holds_no_text_to_change(register: Path) -> None:
    letter = made(register, lambda view, _, newer: document_of(view, "cover-letter", newer))
    refused(register, letter, "none of the mandate's text")


def test_two_languages_side_by_side_are_refused(register: Path) -> None:
    both = made(register, lambda view, _, newer: document_of(view, "side-by-side", newer))
    refused(register, both, "edit the mandate's own document")


def test_a_hearing_version_comes_back_and_its_filled_form_is_told(register: Path) -> None:
    file = made(register, lambda view, _, newer: document_of(view, "hearing", newer))
    document = docx.Document(str(file))
    document.tables[-1].rows[1].cells[2].paragraphs[0].add_run("Uklart hvem det gjelder.")
    reword("purpose-advice", "råd", "gode råd")(document)
    document.save(str(file))
    done = update(register, file)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Uklart hvem det gjelder." in done.stdout
    text = block(register, "purpose-advice")["text"]["nb"]
    assert text == "Fagteamet skal gi gode råd til skolene."
