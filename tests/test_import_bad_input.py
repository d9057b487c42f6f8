"""Files that no import should trip over: each gets a clear answer, and nothing is written."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from command_line import Done, run
from remit.importing.pieces import ForeignDocument
from remit.importing.reading import read_foreign, read_here
from remit.load.document_facts import NotReadable
from tables import files_of

CANARY = "canary-51d0c7"
PROSE = "Dette er et mandat for teamet, og det gjelder for alle som skal ha hjelp."
ASKED = ("--holder", "specialist-team", "--set", "issued_by=testdirektoratet", "--no-ask")


def imported(register: Path, file: Path) -> Done:
    """Nothing but the answer: no file is new afterwards."""
    before = files_of(register)
    done = run(register, "import", str(file), *ASKED)
    assert files_of(register) == before
    return done


def zipped(parts: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def word(*paragraphs: str, more: str = "") -> bytes:
    """A DOCX as its bytes; `more`: XML at the end of the body."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if more:
        document.element.body.insert(-1, parse_xml(more))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    return zipped({**parts, name: content})


_DOCX = word(PROSE)
_ENTITY = (
    b'<?xml version="1.0"?><!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    b"<w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>"
)

REFUSED: dict[str, tuple[str, bytes, str]] = {
    "a password": ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "encrypted"),
    "an old Word": ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "save it as DOCX"),
    "RTF": ("a.rtf", rb"{\rtf1 Hei}", "the file is RTF"),
    "a PDF": ("a.docx", b"%PDF-1.7\n", "the file is a PDF"),
    "no zip": ("a.docx", b"Hei", "called .docx, but is none"),
    "half a zip": ("a.docx", _DOCX[: len(_DOCX) // 2], "damaged"),
    "another zip": ("a.docx", zipped({"a.txt": "Hei"}), "not just a DOCX or an ODT"),
    "a workbook": ("a.docx", zipped({"_rels/.rels": "", "xl/a.xml": ""}), "not just a DOCX"),
    "entities": ("a.docx", with_part(_DOCX, "word/document.xml", _ENTITY), "document type"),
    "no XML": ("a.docx", with_part(_DOCX, "word/document.xml", b"<w:p"), "no proper XML"),
    "a bomb": (
        "a.docx",
        with_part(_DOCX, "word/document.xml", b" " * (40 * 1024 * 1024)),
        "larger than any document's",
    ),
    "nothing": ("a.txt", b" \n\n", "the file is empty"),
    "no text": ("a.txt", b"\x7fELF\x00\x01\xff\xfe\x80\x00", "the file is no text"),
    "an encrypted ODT": (
        "a.odt",
        zipped(
            {
                "content.xml": "<a/>",
                "META-INF/manifest.xml": (
                    '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
                    "<m:file-entry><m:encryption-data/></m:file-entry></m:manifest>"
                ),
            }
        ),
        "save it without a password",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_be_read_is_refused_with_the_way_out(case: str, tmp_path: Path) -> None:
    name, data, why = REFUSED[case]
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(NotReadable, match=why):
        read_here(file)


def test_the_refusal_is_said_and_nothing_is_written(register_copy: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.docx"
    file.write_bytes(REFUSED["half a zip"][1])
    done = imported(register_copy, file)
    assert done.returncode == 1
    assert "a.docx: the file is damaged" in done.stderr
    assert done.stderr.endswith("nothing was written\n")


def test_a_language_that_the_register_lacks_is_told(register_copy: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(
        "Uppdraget\n\nUppdraget ska redovisas till regeringen och är en del.\n", "utf-8"
    )
    done = imported(register_copy, file)
    assert done.returncode == 2
    assert 'the document\'s language seems to be "sv"' in done.stderr
    assert "--language: nb, en" in done.stderr


# --- what is read, and what is told of it ------------------------------------------------------


def read(tmp_path: Path, name: str, data: bytes | str) -> ForeignDocument:
    file = tmp_path / name
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_here(file)


def texts(document: ForeignDocument, kind: str = "") -> list[str]:
    return [piece.text for piece in document.pieces if not kind or piece.kind == kind]


def test_a_program_and_pictures_are_left_out_and_told(tmp_path: Path) -> None:
    data = with_part(with_part(_DOCX, "word/vbaProject.bin", b"x"), "word/media/a.png", b"x")
    document = read(tmp_path, "a.docx", data)
    assert texts(document) == [PROSE]
    assert any("macros" in note for note in document.notes)
    assert "1 picture is not taken over: texts hold no pictures" in document.notes


def test_what_pandoc_leaves_out_of_a_docx_is_found(tmp_path: Path) -> None:
    box = (
        f'<w:p {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><w:r><w:pict><v:shape>'
        "<v:textbox><w:txbxContent><w:p><w:r><w:t>I en tekstboks</w:t></w:r></w:p>"
        "</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
    )
    deleted = (
        f'<w:p {nsdecls("w")}><w:r><w:t>Beholdt </w:t></w:r><w:del w:id="1" w:author="A">'
        "<w:r><w:delText>strøket</w:delText></w:r></w:del></w:p>"
    )
    document = docx.Document(io.BytesIO(word(PROSE, more=box)))
    document.element.body.insert(-1, parse_xml(deleted))
    document.sections[0].header.paragraphs[0].text = "Saksnummer 15/05235-23"
    outer = document.add_table(1, 1).cell(0, 0)
    outer.text = "Ytre celle"
    outer.add_table(1, 1).cell(0, 0).text = "Indre celle"
    stream = io.BytesIO()
    document.save(stream)
    made = read(tmp_path, "a.docx", stream.getvalue())
    assert texts(made, "paragraph") == [PROSE, "I en tekstboks", "Beholdt"]
    assert {"Saksnummer 15/05235-23", "strøket"} == set(texts(made, "beside"))
    assert "Ytre celle Indre celle" in texts(made)
    assert "the file has tracked changes; they are read as accepted" in made.notes


def test_footnotes_keep_their_text(tmp_path: Path) -> None:
    made = read(tmp_path, "a.md", f"# Mandat for oss\n\n{PROSE}[^1]\n\n[^1]: Se loven.\n")
    assert texts(made) == ["Mandat for oss", PROSE, "Se loven."]
    assert made.pieces[2].kind == "note"


def test_a_page_brings_no_program_along(tmp_path: Path) -> None:
    page = (
        f"<!doctype html><html><head><title>Tittel</title><style>p{{}}</style></head><body>"
        f"<script>alert('{CANARY}')</script><h1>Mandat for oss</h1>"
        f"<p onclick=\"x()\">{PROSE} <a href='javascript:alert(1)'>Klikk</a></p></body></html>"
    )
    made = read(tmp_path, "a.html", page)
    assert CANARY not in "".join(texts(made))
    assert f"{PROSE} Klikk" in texts(made)
    assert any("scripts or styles" in note for note in made.notes)


def test_html_in_markdown_and_in_text_is_words_only(tmp_path: Path) -> None:
    marked = f"# Mandat\n\n<div onclick='x()'>\n{PROSE}\n</div>\n\n<script>{CANARY}</script>\n"
    made = read(tmp_path, "a.md", marked)
    assert texts(made, "paragraph") == [PROSE]
    plain = read(tmp_path, "a.txt", f"Mandat\n\n<p>{PROSE}</p><ol><li>Ett</li><li>To</li></ol>\n")
    assert texts(plain, "paragraph")[1:] == [PROSE]
    assert texts(plain, "item") == ["Ett", "To"]


def test_a_text_of_another_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    made = read(tmp_path, "a.txt", "Mandat\n\nFormål for øya\n".encode("cp1252"))
    assert texts(made) == ["Mandat", "Formål for øya"]
    assert made.notes[0].startswith("line 3 is no UTF-8; the text is read as Windows-1252")
    assert texts(read(tmp_path, "b.txt", "Formål".encode("utf-16"))) == ["Formål"]


def test_lines_broken_by_a_mail_program_are_one_paragraph(tmp_path: Path) -> None:
    lines = (
        "De regionale koordinatorene skal styrke og samordne den regionale og\n"
        "lokale innsatsen. Dette for å sikre et godt forebyggende arbeid og\n"
        "styrke det lokale hjelpeapparatet.\n\n- gi råd til alle tjenester som møter unge i en\n"
        "  vanskelig tid\n- lytte\n"
    )
    made = read(tmp_path, "a.txt", lines)
    assert [piece.kind for piece in made.pieces] == ["paragraph", "item", "item"]
    assert made.pieces[1].text.endswith("unge i en vanskelig tid")


def test_a_long_document_is_read_in_the_process_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "a.docx"
    file.write_bytes(word(*(f"{number}. avsnitt. {PROSE}" for number in range(600))))
    assert len(read_foreign(file).pieces) == 600


def test_nesting_without_end_is_no_crash(tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    file.write_text(f"<html><body>{'<div>' * 5000}{PROSE}</body></html>", "utf-8")
    try:
        assert PROSE in " ".join(texts(read_foreign(file)))
    except NotReadable as problem:
        assert "more" in str(problem)
