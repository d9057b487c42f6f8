"""DOCX, ODT and PDF say the same words, follow their standards and never read text as markup."""

from __future__ import annotations

import dataclasses
import io
import json
import re
import sys
import threading
import zipfile
from functools import partial
from pathlib import Path

import openxml_audit
import pikepdf
import pytest

from document_checks import (
    closed_up,
    docx_words,
    fonts_embedded,
    heading_titles,
    languages_of,
    letterhead_words,
    libreoffice_pdf,
    normal,
    odt_words,
    pdf_faults,
    pdf_words,
    printed_words,
    sample,
    soffice,
    tags,
    words_expected,
    xml_part,
)
from remit.render.document_links import bookmark, link_address
from remit.render.pandoc import automatic_numbers, pandoc_block
from remit.render.tree import Document, Heading, Link, Paragraph, Text, plain
from remit.render.typst import typst_data
from remit.write.archive import read_parts
from remit.write.documents import (
    FORMATS,
    ConversionFailed,
    Format,
    ToolMissing,
    tool_versions,
    write_document,
)
from remit.write.look import TEXT_WIDTH, shares, twips

LANGUAGES = ("nb", "sv", "en")
OFFICE: tuple[Format, ...] = ("docx", "odt")
BASE = "https://remit.example/nb/"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
XLINK = "{http://www.w3.org/1999/xlink}"

languages = pytest.mark.parametrize("language", LANGUAGES)
formats = pytest.mark.parametrize("file_format", FORMATS)
_made: dict[tuple[str, str, bool], bytes] = {}


def made(language: str, file_format: Format, *, contents: bool = True) -> bytes:
    key = (language, file_format, contents)
    if key not in _made:
        _made[key] = write_document(sample(language, contents=contents), file_format, BASE)
    return _made[key]


def with_blocks(*blocks: Heading | Paragraph) -> Document:
    return dataclasses.replace(sample("en"), blocks=blocks)


# The same words everywhere


@languages
@pytest.mark.parametrize("contents", [True, False])
def test_docx_and_odt_have_the_words_of_the_tree(language: str, contents: bool) -> None:
    expected = words_expected(sample(language))
    assert docx_words(made(language, "docx", contents=contents)) == expected
    assert odt_words(made(language, "odt", contents=contents)) == expected


@languages
def test_pdf_has_the_words_of_the_letterhead_and_the_tree(language: str) -> None:
    document = sample(language, contents=False)
    expected = letterhead_words(document) + words_expected(document)
    found = pdf_words(made(language, "pdf", contents=False))
    assert closed_up(found) == closed_up(expected)


@languages
def test_contents_list_every_heading_of_two_levels(language: str) -> None:
    document = sample(language)
    titles = heading_titles(document)
    docx = xml_part(made(language, "docx"), "word/document.xml")
    entries = [
        " ".join(normal(" ".join(t.text or "" for t in p.iter(f"{W}t"))))
        for p in docx.iter(f"{W}p")
        if any((s.get(f"{W}val") or "").startswith("TOC") for s in p.iter(f"{W}pStyle"))
    ]
    assert entries == [document.contents_label, *titles]
    odt = xml_part(made(language, "odt"), "content.xml")
    body = next(odt.iter(f"{TEXT}index-body"))
    lines = list(body.iter(f"{TEXT}p"))
    found = [" ".join(normal(" ".join(str(t) for t in p.itertext()))) for p in lines]
    assert found == [document.contents_label, *titles]
    assert tags(made(language, "pdf")).count("TOCI") == len(titles)


def test_contents_are_left_out_when_not_wanted() -> None:
    assert next(xml_part(made("nb", "docx", contents=False), "word/document.xml").iter(f"{W}sdt"),
                None) is None  # fmt: skip
    assert "TOC" not in tags(made("nb", "pdf", contents=False))


# Standards


@languages
def test_office_files_follow_their_schemas(language: str, tmp_path: Path) -> None:
    docx, odt = tmp_path / "a.docx", tmp_path / "a.odt"
    docx.write_bytes(made(language, "docx"))
    odt.write_bytes(made(language, "odt"))
    assert openxml_audit.OpenXmlValidator().validate(str(docx)).errors == []
    assert openxml_audit.OdfValidator().validate(str(odt)).errors == []


@pytest.mark.parametrize("kept", [0, 1, 5])
def test_office_files_with_few_kinds_of_blocks_follow_their_schemas(
    kept: int, tmp_path: Path
) -> None:
    short = dataclasses.replace(sample("nb"), blocks=sample("nb", nasty=False).blocks[:kept])
    document = dataclasses.replace(
        short,
        blocks=tuple(
            b for b in short.blocks if not isinstance(b, Paragraph) or b.id != "purpose-2"
        ),
    )
    docx, odt = tmp_path / "a.docx", tmp_path / "a.odt"
    docx.write_bytes(write_document(document, "docx", BASE))
    odt.write_bytes(write_document(document, "odt", BASE))
    assert openxml_audit.OpenXmlValidator().validate(str(docx)).errors == []
    assert openxml_audit.OdfValidator().validate(str(odt)).errors == []
    assert docx_words(docx.read_bytes()) == odt_words(odt.read_bytes()) == words_expected(document)
    assert write_document(document, "pdf", BASE).startswith(b"%PDF")


@languages
@pytest.mark.parametrize("profile", ["ua1", "2a"])
def test_pdf_follows_its_standards(language: str, profile: str) -> None:
    assert pdf_faults(made(language, "pdf"), profile) == set()


@languages
def test_pdf_facts(language: str) -> None:
    document, data = sample(language), made(language, "pdf")
    with pikepdf.open(io.BytesIO(data)) as pdf:
        root = pdf.Root
        assert str(root.Lang).startswith(f"{language}-")
        assert str(pdf.docinfo["/Title"]) == document.title
        assert str(pdf.docinfo["/Author"]) == document.letterhead.name
        assert str(pdf.docinfo["/CreationDate"]) == "D:20190203000000Z"
        assert bool(root.MarkInfo.Marked)
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert [str(intent.S) for intent in root.OutputIntents] == ["/GTS_PDFA1"]
        assert "/Outlines" in root
        description = root.Metadata.read_bytes().decode()
    assert re.search(r"pdfuaid:part\W+1\b", description)
    assert re.search(r"pdfaid:part\W+2\b", description)
    assert re.search(r"pdfaid:conformance\W+A\b", description)
    found = tags(data)
    assert {"H1", "H2", "H3", "L", "LI", "Table", "TH", "TD", "BlockQuote", "Link"} <= set(found)
    assert found.count("Table") == 5
    assert found.count("TH") == 2 + 3 + 2 + 2 + 3 + 4 + 2  # header rows, then headers of rows
    fonts = fonts_embedded(data)
    assert fonts and all(fonts.values())
    assert all("SourceSans3" in name for name in fonts)


def test_words_in_another_language_say_so() -> None:
    docx = xml_part(made("nb", "docx"), "word/document.xml")
    runs = [run for run in docx.iter(f"{W}r") if run.find(f"{W}rPr/{W}lang") is not None]
    assert [run.findtext(f"{W}t") for run in runs] == ["Purpose"]
    assert b'fo:language="en"' in read_parts(made("nb", "odt"))["content.xml"]
    with pikepdf.open(io.BytesIO(made("nb", "pdf"))) as pdf:
        spoken = {language for page in pdf.pages for language in languages_of(page)}
    assert spoken == {"nb-NO", "en-GB"}


# Files


@formats
def test_same_document_same_bytes(file_format: Format, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert write_document(sample("sv"), file_format, BASE) == made("sv", file_format)


def test_pdf_can_be_made_in_several_threads() -> None:
    results: list[bytes] = []

    def make() -> None:
        results.append(write_document(sample("en"), "pdf", BASE))

    threads = [threading.Thread(target=make) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [made("en", "pdf")] * 3


def test_odt_names_its_type_first_and_plainly() -> None:
    with zipfile.ZipFile(io.BytesIO(made("nb", "odt"))) as archive:
        first = archive.infolist()[0]
    assert first.filename == "mimetype"
    assert first.compress_type == zipfile.ZIP_STORED


@languages
def test_properties(language: str) -> None:
    document = sample(language)
    core = xml_part(made(language, "docx"), "docProps/core.xml")
    values = {str(element.tag).split("}")[1]: element.text for element in core}
    assert values["title"] == document.title
    assert values["creator"] == document.letterhead.name
    assert values["subject"] == document.subject
    assert values["description"] == document.description
    assert values["keywords"] == ", ".join(document.keywords)
    assert values["created"] == values["modified"] == "2019-02-03T00:00:00Z"
    assert (values["language"] or "").startswith(f"{language}-")
    custom = xml_part(made(language, "docx"), "docProps/custom.xml")
    own = {e.get("name"): "".join(str(t) for t in e.itertext()) for e in custom}
    meta = xml_part(made(language, "odt"), "meta.xml")[0]
    name = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}name"
    assert own == {e.get(name): e.text for e in meta if e.get(name)}
    assert own["document_id"] == "M-2018-021"
    assert own["record"] == document.address
    assert own["fingerprint"] == document.fingerprint
    assert own["rights"] == document.rights
    assert own["web_address"] == document.web_address
    assert own["version"] == document.version


def test_header_and_footer_are_filled() -> None:
    document = sample("nb")
    docx, odt = read_parts(made("nb", "docx")), read_parts(made("nb", "odt"))
    heads = b"".join(docx[name] for name in sorted(docx) if "header" in name or "footer" in name)
    for text in (heads.decode(), odt["styles.xml"].decode()):
        assert "@@" not in text
        for words in (
            document.letterhead.name,
            document.letterhead.address,
            document.running_title,
            document.running_id,
            document.footer,
            "Saksnummer",
            "18/01234-7",
        ):
            assert words in text
    assert " PAGE " in heads.decode() and " NUMPAGES " in heads.decode()
    assert b"text:page-number" in odt["styles.xml"] and b"text:page-count" in odt["styles.xml"]


def test_empty_address_leaves_no_field() -> None:
    letterhead = dataclasses.replace(sample("nb").letterhead, address="")
    document = dataclasses.replace(sample("nb"), letterhead=letterhead)
    parts = read_parts(write_document(document, "docx", BASE))
    assert not any(b"letterhead_address" in part for part in parts.values())
    assert "@@" not in read_parts(write_document(document, "odt", BASE))["styles.xml"].decode()


def test_tables_have_exact_widths_whole_rows_and_repeated_headers() -> None:
    docx = xml_part(made("nb", "docx"), "word/document.xml")
    tables = list(docx.iter(f"{W}tbl"))
    assert len(tables) == 5
    for table in tables:
        columns = [int(c.get(f"{W}w", "0")) for c in table.iter(f"{W}gridCol")]
        assert sum(columns) == twips(TEXT_WIDTH)
        rows = table.findall(f"{W}tr")
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
        headers = [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows]
        assert headers == [True] + [False] * (len(rows) - 1)
    styles = [style.get(f"{W}val") for style in docx.iter(f"{W}tblStyle")]
    assert styles == ["FactsTable", "PlainTable", "PlainTable", "PlainTable", "SignatureTable"]


def test_numbers_are_list_numbers_not_text() -> None:
    docx = xml_part(made("nb", "docx"), "word/document.xml")
    first = [
        "".join(str(t) for t in p.itertext())
        for p in docx.iter(f"{W}p")
        if any(s.get(f"{W}val") == "Heading1" for s in p.iter(f"{W}pStyle"))
    ]
    assert first == ["Formål", "Oppgaver", "Sammensetning"]
    odt = xml_part(made("nb", "odt"), "content.xml")
    bare = [h for h in odt.iter(f"{TEXT}h") if h.get(f"{TEXT}is-list-header") == "true"]
    assert ["".join(str(t) for t in h.itertext()) for h in bare][-2:] == [
        "Underskrift",
        "Om dette dokumentet",
    ]


def test_numbers_that_counting_would_not_reach_stay_as_text() -> None:
    numbers = ["1", "1.1", "3", "2", "2.2", "2.1", "", "2.2", "A", "1.1"]
    levels = [1, 2, 1, 1, 2, 2, 1, 2, 1, 2]
    blocks = tuple(
        Heading(level, f"h{n}", (Text("x"),), number)
        for n, (level, number) in enumerate(zip(levels, numbers, strict=True))
    )
    assert automatic_numbers(blocks) == {0, 1, 3, 5, 7}


def test_bookmarks_reach_every_format() -> None:
    names = {bookmark(i) for i in ("purpose", "purpose-1", "task-1", "task-2-b", "facts", "quoted")}
    names |= {bookmark(i) for i in ("document-id", "m-0", "nasty-" + "x" * 60, "nasty-æ ø", "lead")}
    docx = xml_part(made("nb", "docx"), "word/document.xml")
    found = [e.get(f"{W}name") for e in docx.iter(f"{W}bookmarkStart")]
    assert names <= set(found)
    assert len(found) == len({(name or "").lower() for name in found})
    assert all(name and len(name) < 40 and name[0].isalpha() for name in found)
    odt = xml_part(made("nb", "odt"), "content.xml")
    marks = [e.get(f"{TEXT}name") for e in odt.iter(f"{TEXT}bookmark", f"{TEXT}bookmark-start")]
    assert names <= set(marks)
    assert sorted(map(str, found)) == sorted(map(str, marks))


def test_links_in_every_format() -> None:
    expected = {
        "https://remit.example/nb/organisations/imdi/",
        "https://remit.example/nb/roles/competence-team/",
        "https://www.imdi.no/tema/?a=1&b=2",
        "mailto:post@example.no",
        "tel:+4747809050",
        "https://remit.example/",
    }
    relations = xml_part(made("nb", "docx"), "word/_rels/document.xml.rels")
    outside = {r.get("Target") for r in relations if r.get("TargetMode") == "External"}
    assert outside == expected
    odt = xml_part(made("nb", "odt"), "content.xml")
    inside = {a.get(f"{XLINK}href") or "" for a in odt.iter(f"{TEXT}a")}
    assert {a for a in inside if not a.startswith("#")} == expected
    assert "#b-limits" in inside
    with pikepdf.open(io.BytesIO(made("nb", "pdf"))) as pdf:
        actions = [a.A for p in pdf.pages for a in p.get("/Annots", []) if "/A" in a]
        assert {str(action.URI) for action in actions if "/URI" in action} == expected


# What may not be


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:x",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://example.no",
        "//example.no/x",
        "/etc/passwd",
        "../secret",
        "roles/../../x",
        r"\\server\share",
        "https://a b",
        "https://example.no/\n",
        "#",
        "",
        "roles/x?y=1",
    ],
)
def test_other_links_are_refused(target: str) -> None:
    with pytest.raises(ValueError, match="cannot link"):
        link_address(target, BASE)
    document = with_blocks(Paragraph((Link((Text("x"),), target),)))
    for render in (partial(pandoc_block, file_format="docx"), typst_data):
        with pytest.raises(ValueError):
            render(document, BASE)


def test_words_at_the_head_of_a_pdf_stay_whole_and_only_too_long_ones_are_divided() -> None:
    long = "Kunngjøringsmyndighetsstrukturen"
    values = ("IM 2013-00500", "19. september 2018", long)
    document = dataclasses.replace(
        with_blocks(), reference=tuple(("Label", value) for value in values)
    )
    shown = [row["value"] for row in json.loads(typst_data(document, BASE))["reference"]]
    assert [[(node["kind"], node["text"]) for node in value] for value in shown] == [
        *([("text", value)] for value in values[:2]),
        [("long", long)],
    ]


def test_record_addresses_become_addresses_of_the_site() -> None:
    assert link_address("roles/team", BASE) == BASE + "roles/team/"
    assert link_address("mandates/team/2018-06-19#task-1", "https://remit.example/sv") == (
        "https://remit.example/sv/mandates/team/2018-06-19/#task-1"
    )


def test_a_link_to_nowhere_and_an_id_given_twice_are_refused() -> None:
    nowhere = with_blocks(Paragraph((Link((Text("x"),), "#gone"),)))
    twice = with_blocks(Paragraph((Text("x"),), id="a"), Paragraph((Text("y"),), id="A"))
    for document in (nowhere, twice):
        for render in (partial(pandoc_block, file_format="docx"), typst_data):
            with pytest.raises(ValueError):
                render(document, BASE)


@pytest.mark.parametrize("block_id", ["a", "a" * 200, "æøå", "1", "x y", "a" * 36, "a" * 37])
def test_bookmark_names_suit_word(block_id: str) -> None:
    assert re.fullmatch(r"b-[A-Za-z0-9_.-]{1,37}", bookmark(block_id))


def test_long_bookmarks_stay_apart() -> None:
    assert bookmark("a" * 50 + "1") != bookmark("a" * 50 + "2")


def test_what_typst_refuses_is_reported_with_the_file(tmp_path: Path) -> None:
    document = with_blocks(Heading(1, "a", (Text("a"),)), Heading(3, "b", (Text("b"),)))
    with pytest.raises(ConversionFailed, match=r"competence-team-2018-06-19-en\.pdf"):
        write_document(document, "pdf", BASE)


def test_missing_pandoc_is_said_kindly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYPANDOC_PANDOC", "/nowhere/pandoc")
    for file_format in OFFICE:
        with pytest.raises(ToolMissing, match=r"PYPANDOC_PANDOC names /nowhere/pandoc"):
            write_document(sample("nb"), file_format, BASE)
    assert write_document(sample("nb"), "pdf", BASE) == made("nb", "pdf")
    assert "pandoc" not in tool_versions("pdf")


def test_missing_package_is_said_kindly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYPANDOC_PANDOC", raising=False)
    monkeypatch.setitem(sys.modules, "pypandoc", None)
    with pytest.raises(ToolMissing, match="pip install pypandoc-binary"):
        write_document(sample("nb"), "docx", BASE)


@pytest.mark.parametrize(
    ("file_format", "tools"),
    [
        ("docx", r"pandoc [\d.]+, lxml [\d.]+"),
        ("odt", r"pandoc [\d.]+, lxml [\d.]+"),
        ("pdf", r"typst [\d.]+"),
        ("xlsx", r"xlsxwriter [\d.]+"),
    ],
)
def test_tool_versions_name_all_that_matters(file_format: Format, tools: str) -> None:
    assert re.fullmatch(rf"{tools}, remit [0-9a-f]{{16}}", tool_versions(file_format))


def test_shares_add_up() -> None:
    assert shares((1 / 3, 1 / 3, 1 / 3), 100) == [33, 34, 33]
    assert sum(shares((0.28, 0.72), twips(TEXT_WIDTH))) == twips(TEXT_WIDTH)


# In LibreOffice


@pytest.mark.skipif(soffice() is None, reason="LibreOffice (soffice) is not installed")
@pytest.mark.parametrize("file_format", ["docx", "odt"])
def test_libreoffice_prints_every_word(file_format: Format, tmp_path: Path) -> None:
    document = sample("nb")
    file = tmp_path / f"sample.{file_format}"
    file.write_bytes(made("nb", file_format))
    printed = printed_words(libreoffice_pdf(file, tmp_path))
    glued = "".join(printed)
    missing = [word for word in words_expected(document) if word not in glued]
    assert missing == []
    assert normal("Side 1 av")[0] in printed
    for block in document.blocks:
        if isinstance(block, Heading) and block.number:
            assert "".join(normal(block.number + plain(block.inlines))) in glued
