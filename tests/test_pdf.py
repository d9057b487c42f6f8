"""Every PDF follows both standards, says what it is, and is read aloud in order."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from conftest import RunRemit
from document_checks import fonts_embedded, marked_text, pdf_faults, pdf_words, sample
from registers import ROOT, copy_of_register
from remit.build import load_whole
from remit.build.documents import Wanted, comparison_jobs, document_jobs, neighbours
from remit.build.exports import export_documents
from remit.model.records import MandateVersion, address_of
from remit.model.templates import Subject
from remit.render.document_links import tables
from remit.render.tree import (
    Cell,
    Deleted,
    Document,
    Foreign,
    Heading,
    Inlines,
    Inserted,
    ItemList,
    Link,
    ListItem,
    Paragraph,
    Picture,
    Quote,
    Redline,
    Strong,
    Table,
    Text,
    plain,
)
from remit.settings import read_settings
from remit.write.document_files import DocumentJob
from remit.write.documents import write_document
from remit.write.pdf_metadata import NAMESPACE
from remit.write.pdf_objects import PdfObjects, text_string
from tag_tree import tag_lines, tag_tree

BASE = "https://remit.example/nb/"
SQUARE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="5mm" height="5mm" viewBox="0 0 5 5">'
    '<path d="M0 0h5v5h-5z"/></svg>'
)
DC = "{http://purl.org/dc/elements/1.1/}"
XMP = "{http://ns.adobe.com/xap/1.0/}"
MM = "{http://ns.adobe.com/xap/1.0/mm/}"


def _row(*texts: str) -> tuple[Cell, ...]:
    return tuple(Cell((Text(text),) if text else ()) for text in texts)


def jobs(root: Path) -> list[DocumentJob]:
    """Every PDF of a register's mandates: each version, and each comparison with the next."""
    settings = read_settings(root)
    register = load_whole(settings)
    versions, languages = register.made_of(Subject.MANDATE), settings.languages
    place = lambda document, _: Path(document.file_name)  # noqa: E731
    return [
        *document_jobs(register, settings, versions, languages, ["pdf"], place),
        *comparison_jobs(register, settings, neighbours(register), languages, ["pdf"], place),
    ]


def pdf_of(job: DocumentJob) -> bytes:
    return write_document(job.make(), "pdf", job.link_base)


@cache
def plain_sample(language: str = "nb") -> bytes:
    return write_document(sample(language, nasty=False), "pdf", BASE)


# Standards


@pytest.mark.parametrize("job", jobs(ROOT), ids=lambda job: job.make().file_name)
def test_every_pdf_of_the_register(job: DocumentJob) -> None:
    pdf = pdf_of(job)
    assert pdf_faults(pdf, "2a") == set()
    assert pdf_faults(pdf, "ua1") == set()
    assert own_faults(pdf, job.make()) == []


def own_faults(pdf: bytes, document: Document) -> list[str]:
    """What our own check finds: a second opinion beside the checker's."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        root, about = file.Root, dict(file.docinfo)
        with file.open_metadata(set_pikepdf_as_editor=False) as meta:
            xmp = dict(meta)
        facts = {
            "syntax": not file.check_pdf_syntax(),
            "tags": bool(root.MarkInfo.Marked) and "/StructTreeRoot" in root,
            "language": str(root.Lang).startswith(f"{document.language}-"),
            "title shown": bool(root.ViewerPreferences.DisplayDocTitle),
            "colours": [str(intent.S) for intent in root.OutputIntents] == ["/GTS_PDFA1"],
            "PDF/A": xmp["{http://www.aiim.org/pdfa/ns/id/}part"] == "2"
            and xmp["{http://www.aiim.org/pdfa/ns/id/}conformance"] == "A",
            "PDF/UA": xmp["{http://www.aiim.org/pdfua/ns/id/}part"] == "1",
            "title": str(about["/Title"]) == xmp[f"{DC}title"] == document.title,
            "author": [str(about["/Author"])] == xmp[f"{DC}creator"] == [document.letterhead.name],
            "subject": str(about["/Subject"]) == xmp[f"{DC}description"],
            "keywords": str(about["/Keywords"]) == xmp["{http://ns.adobe.com/pdf/1.3/}Keywords"],
            "tools": str(about["/Creator"]) == xmp[f"{XMP}CreatorTool"]
            and str(about["/Producer"]) == xmp["{http://ns.adobe.com/pdf/1.3/}Producer"],
            "created": str(about["/CreationDate"]) == f"D:{document.date.replace('-', '')}000000Z",
            "page order of fields": all(page.get("/Tabs", "/S") == "/S" for page in file.pages),
        }
    fonts = fonts_embedded(pdf)
    facts["fonts"] = bool(fonts) and all(fonts.values())
    facts["rows headed"] = [
        " ".join(re.sub("<.*?>", "", line).split()[1:])
        for line in tag_lines(pdf, "TH")
        if "(Row)" in line
    ] == row_headers(document)
    return [name for name, holds in facts.items() if not holds]


def row_headers(document: Document) -> list[str]:
    """Words of the first column of the tables in which it says what the row is about."""
    return [
        " ".join(plain(row[0].inlines).split())
        for table in tables(document.blocks)
        if table.style in ("facts", "signature")
        for row in table.rows
    ]


# What a file says about itself


def properties(pdf: bytes) -> dict[str, Any]:
    with (
        pikepdf.open(io.BytesIO(pdf)) as file,
        file.open_metadata(set_pikepdf_as_editor=False) as meta,
    ):
        return dict(meta)


def test_a_pdf_says_what_it_is_of() -> None:
    document = replace(sample("nb", nasty=False), revision="a" * 40, title="A <b> & (c) \\ 'd'")
    pdf = write_document(document, "pdf", BASE)
    found = properties(pdf)
    assert {
        name.removeprefix(f"{{{NAMESPACE}}}"): value
        for name, value in found.items()
        if NAMESPACE in name
    } == {
        "record": document.address,
        "document_id": "M-2018-021",
        "version": "2018-06-19",
        "language": "nb",
        "kind": "mandate",
        "fingerprint": document.fingerprint,
        "revision": "a" * 40,
        "web_address": document.web_address,
    }
    assert found[f"{DC}title"] == document.title
    assert found[f"{DC}identifier"] == document.document_id
    assert found[f"{DC}source"] == document.web_address
    assert found[f"{DC}publisher"] == {document.letterhead.name}
    assert found[f"{DC}subject"] == set(document.keywords)
    assert found[f"{DC}language"] == {"nb-NO"}
    assert found[f"{DC}rights"] == document.rights
    assert found[f"{DC}date"] == [document.version]
    assert found[f"{MM}VersionID"] == document.version
    assert own_faults(pdf, document) == []
    assert pdf_faults(pdf, "2a") == set()


def test_the_checker_knows_a_property_that_is_not_declared() -> None:
    pdf = plain_sample().replace(b"<pdfaProperty:name>record<", b"<pdfaProperty:name>rekord<")
    assert pdf_faults(pdf, "2a") != set()


def test_a_document_keeps_its_identifier_and_each_file_has_its_own() -> None:
    document = sample("nb", nasty=False)
    later = replace(document, fingerprint="f" * 16)
    before, after = properties(plain_sample()), properties(write_document(later, "pdf", BASE))
    assert before[f"{MM}DocumentID"] == after[f"{MM}DocumentID"]
    assert before[f"{MM}InstanceID"] != after[f"{MM}InstanceID"]


# Structure


def test_cells_name_the_headers_of_their_row_and_column() -> None:
    with pikepdf.open(io.BytesIO(plain_sample())) as file:
        names = pikepdf.NameTree(file.Root.StructTreeRoot.IDTree)
        facts = {str(name): str(element.S) for name, element in names.items()}
        cells = [one for one in file.objects if isinstance(one, pikepdf.Dictionary)]
        pointed = {
            str(header)
            for cell in cells
            if cell.get("/S") in ("/TD", "/TH")
            for attribute in cell.get("/A", [])
            for header in attribute.get("/Headers", [])
        }
    assert set(facts.values()) == {"/TH"}
    assert list(facts) == sorted(facts)
    assert pointed == set(facts)
    assert {"U1x0y0", "U1x0y4", "U4x0y2"} <= pointed


def test_each_row_of_the_signature_table_has_a_field_to_sign_in() -> None:
    pdf = plain_sample()
    assert tag_lines(pdf, "Form") == [
        'Form signature-1 "Dato og underskrift: Kari Nordmann"',
        'Form signature-2 "Dato og underskrift: Ola Öberg"',
    ]
    with pikepdf.open(io.BytesIO(pdf)) as file:
        form = file.Root.AcroForm
        assert "/NeedAppearances" not in form
        for field in form.Fields:
            assert (str(field.FT), str(field.Subtype), int(field.F)) == ("/Sig", "/Widget", 4)
            assert "/V" not in field
            assert field.objgen in {one.objgen for one in field.P.Annots}
            left, bottom, right, top = (float(one) for one in field.Rect)
            assert right - left > 120 and top - bottom > 30
    assert b"remit:signature" not in pdf


def test_a_cell_with_words_is_not_signed_in() -> None:
    table = Table(
        _row("For", "Sign"), (_row("A", "signed"), _row("B", "")), (0.5, 0.5), style="signature"
    )
    document = replace(sample("nb"), blocks=(table, Paragraph((Text("x"),))))
    assert tag_lines(write_document(document, "pdf", BASE), "Form") == [
        'Form signature-1 "Sign: B"'
    ]


def test_what_changed_is_said_in_the_line_and_printed_nowhere() -> None:
    base = sample("nb", contents=False)
    words: Inlines = (
        Text("Teamet gir "),
        Deleted((Text("hjelp"),)),
        Inserted((Text("råd"),)),
        Strong((Text(" til "), Inserted((Text("alle"),)))),
        Text("."),
    )
    blocks = (Paragraph(words), Picture(SQUARE, "lagt til: et rutemønster", 5, 5))
    redline = Redline("Direktoratet", "2018-06-19T00:00:00Z", (Text(base.title),), ())
    silent = replace(base, blocks=blocks, redline=redline)
    end = "slutt på endring"
    said = replace(redline, said_added="lagt til:", said_removed="fjernet:", said_end=end)
    pdf = write_document(replace(silent, redline=said), "pdf", BASE)
    assert tag_lines(pdf, "P")[-1] == (
        "P Teamet gir <fjernet:>hjelp<slutt på endring><lagt til:>råd<slutt på endring> til "
        "<lagt til:>alle<slutt på endring>."
    )
    assert tag_lines(pdf, "Figure") == ['Figure "lagt til: et rutemønster"']
    assert pdf_words(pdf) == pdf_words(write_document(silent, "pdf", BASE))
    assert pdf_faults(pdf, "2a") == pdf_faults(pdf, "ua1") == set()


def test_a_file_that_is_not_as_typst_writes_it_is_refused() -> None:
    pdf = plain_sample()
    for broken in (
        b"",
        pdf[:-10],
        pdf.replace(b"xref\n0 ", b"xref\n1 "),
        pdf.replace(b"\n9 0 obj", b"\n8 0 obj"),
    ):
        with pytest.raises(ValueError, match=r"PDF|object"):
            PdfObjects(broken)


@pytest.mark.parametrize("text", ["", "plain", "(a) \\ )", "æ", "a\nb", "𝄞"])
def test_texts_are_read_as_written(text: str) -> None:
    assert str(pikepdf.Object.parse(text_string(text))) == text


# Sources inside


def test_the_sources_lie_in_the_pdf_as_they_are(tmp_path: Path) -> None:
    folder = copy_of_register(tmp_path / "register")
    settings = read_settings(folder)
    register = load_whole(settings)
    version = register.all(MandateVersion)[-1]
    files = [folder / "mandates/team-mandate" / f"{name}.yml" for name in (version.id, "mandate")]
    wanted = Wanted([address_of(version)], ["nb"], ["pdf", "odt"], attach_source=True)
    made = export_documents(register, settings, wanted, tmp_path / "out")
    pdf = tmp_path / "out" / f"team-mandate-{version.id}-nb.pdf"
    assert len(made) == 2
    assert pdf_faults(pdf.read_bytes(), "3a") == set()
    assert pdf_faults(pdf.read_bytes(), "ua1") == set()
    with pikepdf.open(pdf) as file:
        attached = dict(file.attachments.items())
        assert list(attached) == [f"team-mandate-{version.id}.yml", "team-mandate.yml"]
        for spec, source in zip(attached.values(), files, strict=True):
            assert spec.get_file().read_bytes() == source.read_bytes()
            assert spec.get_file().mime_type == "application/yaml"
            assert str(spec.obj.AFRelationship) == "/Source"
            assert spec.description.startswith("Kilden til ")
        assert len(file.Root.AF) == 2


def test_only_the_pdf_of_a_version_takes_its_sources(remit: RunRemit) -> None:
    for wrong in (["--format", "docx"], ["team-mandate", "--compare", "2020-01-01", "2024-01-01"]):
        refused = remit("export", "--attach-source", *wrong)
        assert refused.returncode == 2
        assert "--attach-source is for the PDF of a version" in refused.stderr
    done = remit("export", "team-mandate", "--attach-source", "--format", "pdf", "--language", "nb")
    assert done.returncode == 0, done.stderr


# Read aloud

EVERY_BLOCK = (
    Paragraph((Text("Først "), Strong((Text("dette"),)), Text(".")), style="lead"),
    Heading(1, "one", (Text("Formål"),), "1"),
    Paragraph(
        (
            Text("Se "),
            Link((Text("punkt to"),), "#two"),
            Text(" og "),
            Foreign((Link((Text("the directorate"),), "organisations/imdi"),), "en"),
            Text(", "),
            Foreign((Text("på svenska"),), "sv"),
            Text("."),
        )
    ),
    Heading(2, "two", (Text("Oppgaver"),), "1.1"),
    ItemList(
        (
            ListItem((Paragraph((Text("gi råd"),)),), "a"),
            ListItem(
                (
                    Paragraph((Text("skrive"),)),
                    ItemList((ListItem((Paragraph((Text("rapport"),)),)),), ordered=True, start=4),
                )
            ),
        )
    ),
    Quote((Paragraph((Text("Det som er sagt."),)),)),
    Heading(1, "three", (Text("Tall"),), "2"),
    Table(_row("År", "Saker"), (_row("2024", "117"), _row("2025", "130")), (0.5, 0.5)),
    Picture(SQUARE, "Et rutemønster", 5, 5),
    Table(_row("For", "Underskrift"), (_row("IMDi", ""),), (0.5, 0.5), style="signature"),
)
READ_ALOUD = """
  Title Mandat
  P Først dette.
  H1 Innhold
  TOC
    TOCI <Link #b-one: 1 Formål 1>
    TOC
      TOCI <Link #b-two: 1.1 Oppgaver 1>
    TOCI <Link #b-three: 2 Tall 1>
  H1 1 Formål
  P Se <Link #b-two: punkt to> og <Link ORG: <en-GB: the directorate>>, <sv-SE: på svenska>.
  H2 1.1 Oppgaver
  L
    LI
      Lbl •
      LBody
        P gi råd
    LI
      Lbl •
      LBody
        P skrive
    L
      LI
        Lbl 4.
        LBody
          P rapport
  BlockQuote
    P Det som er sagt.
  H1 2 Tall
  Table
    THead
      TR
        TH(Column) År
        TH(Column) Saker
    TBody
      TR
        TD 2024
        TD 117
      TR
        TD 2025
        TD 130
  Figure "Et rutemønster"
  Table
    THead
      TR
        TH(Column) For
        TH(Column) Underskrift
    TBody
      TR
        TH(Row) IMDi
        TD
          Form signature-1 "Underskrift: IMDi"
""".replace("ORG", "https://remit.example/nb/organisations/imdi/")


@cache
def every_block() -> bytes:
    document = replace(sample("nb"), title="Mandat", blocks=EVERY_BLOCK)
    return write_document(document, "pdf", BASE)


def test_every_block_is_read_in_its_place_as_what_it_is() -> None:
    """A nested list stands after the item it belongs to, in the list: typst has it so."""
    lines = tag_tree(every_block()).splitlines()
    assert lines[lines.index("  Title Mandat") :] == READ_ALOUD.strip("\n").splitlines()


def test_bookmarks_lead_to_the_headings() -> None:
    with pikepdf.open(io.BytesIO(every_block())) as file, file.open_outline() as outline:
        top = [" ".join(one.title.split()) for one in outline.root]
        below = [" ".join(one.title.split()) for one in outline.root[0].children]
    assert top == ["1 Formål", "2 Tall"]
    assert below == ["1.1 Oppgaver"]


def test_every_link_is_announced_with_where_it_leads() -> None:
    with pikepdf.open(io.BytesIO(every_block())) as file:
        links = [
            one for page in file.pages for one in page.get("/Annots", []) if one.Subtype == "/Link"
        ]
        assert len(links) == 5  # three in the table of contents
        parents = pikepdf.NumberTree(file.Root.StructTreeRoot.ParentTree)
        for link in links:
            assert str(link.Contents)
            assert str(parents[int(link.StructParent)].S) == "/Link"


def test_swedish_names_in_a_norwegian_text_say_so() -> None:
    job = next(
        one
        for one in jobs(ROOT)
        if one.make().file_name.startswith("national-centre-") and one.make().language == "nb"
    )
    tree = tag_tree(pdf_of(job))
    assert "<sv-SE: Vårt uppdrag, Länsstyrelsen Östergötland>" in tree
    assert "<nb-NO:" not in tree


def test_only_a_word_too_long_for_its_line_is_divided() -> None:
    for letters, divided in ((20, False), (39, True)):
        word = "samarbeidsorganisasjonssamordningsrådet"[:letters]
        table = Table(_row("a", "b"), (_row("x", word),), (0.6, 0.4))
        pdf = write_document(replace(sample("nb"), blocks=(table,)), "pdf", BASE)
        with pikepdf.open(io.BytesIO(pdf)) as file:
            texts = "".join(marked_text(file.pages[0]).values())
        assert ("\u00ad" in texts or "-\n" in texts) == divided, texts
