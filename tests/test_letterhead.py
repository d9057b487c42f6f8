"""Letterheads: what a mark may hold, and how marks, pictures and codes come into documents."""

from __future__ import annotations

import dataclasses
import io
import re
import subprocess
from functools import cache
from itertools import pairwise
from pathlib import Path

import openxml_audit
import pikepdf
import pytest
import segno
from lxml import etree

from document_checks import pdf_faults, sample, xml_part
from registers import ROOT, found, overlay
from remit.build import load_and_check
from remit.check.letterheads import contrast_to_white
from remit.diagnostics import Diagnostic
from remit.load.drawings import MAX_DRAWING, read_drawing
from remit.load.revision import load_revision
from remit.model.records import MandateVersion, Organisation
from remit.model.register_comparison import compare_registers
from remit.model.values import Drawing
from remit.render.comparison_json import registers_as_json
from remit.render.document_kinds import mandate_document
from remit.render.qr_code import MASK, QUIET_ZONE, qr_picture
from remit.render.tree import Document, Letterhead, Paragraph, Picture, Text
from remit.render.typesetting import LONGEST_RUNNING_TITLE, bound, running
from remit.render.view import View
from remit.settings import read_settings
from remit.write.archive import read_parts
from remit.write.documents import FORMATS, Format, write_document

BASE = "https://remit.example/nb/"
SVG = "http://www.w3.org/2000/svg"
SQUARE = '<rect width="9" height="9" fill="#12395b"/>'
ORGANISATION = "content/organisations/testdirektoratet.yml"
MARK = "content/organisations/testdirektoratet.svg"
LOGO = Picture(
    f'<svg xmlns="{SVG}" viewBox="0 0 9 9">{SQUARE}</svg>', 'Et merke & "en" <firkant>', 14.5, 12.25
)
COLOURED = Letterhead(
    "Testdirektoratet",
    "Postboks 1, 0101 Oslo",
    logo=LOGO,
    ink="123456",
    accent="654321",
)
formats = pytest.mark.parametrize("file_format", FORMATS)


# What a mark may hold


def drawn(content: str, head: str = 'viewBox="0 0 9 9"') -> tuple[Drawing | None, list[Diagnostic]]:
    problems: list[Diagnostic] = []
    data = f'<svg xmlns="{SVG}" {head}>{content}</svg>'.encode()
    return read_drawing(data, "mark.svg", problems), problems


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<script>alert(1)</script>", "may not hold <script>"),
        ("<text>UDI</text>", "may not hold <text>"),
        ("<foreignObject><p>x</p></foreignObject>", "may not hold <foreignObject>"),
        ('<image href="https://example.no/x.png"/>', "may not hold <image>"),
        ('<use href="other.svg#a"/>', "may not hold <use>"),
        ("<style>rect { fill: red }</style>", "may not hold <style>"),
        ('<a href="https://example.no/"><rect/></a>', "may not hold <a>"),
        ("<animate/>", "may not hold <animate>"),
        ('<x:script xmlns:x="http://www.w3.org/1999/xhtml"/>', "may not hold <script>"),
        ('<rect onload="alert(1)"/>', "<rect> may not have onload="),
        ('<rect ONCLICK="alert(1)"/>', "<rect> may not have ONCLICK="),
        ('<rect href="https://example.no/"/>', "<rect> may not have href="),
        (
            '<rect xmlns:l="http://www.w3.org/1999/xlink" l:href="https://example.no/"/>',
            "<rect> may not lead to https://example.no/",
        ),
        ('<rect fill="url(#a)"/>', '<rect> may not have fill="url(#a)"'),
        ('<rect fill="URL (https://example.no/)"/>', "<rect> may not have fill="),
        ('<rect style="fill:url(https://example.no/)"/>', '<rect> may not have fill="url('),
        ('<rect style="cursor:url(https://example.no/)"/>', "<rect> may not have style="),
        ('<rect style="fill:\\75rl(x)"/>', "<rect> may not have "),
        ('<rect fill="&quot;&gt;&lt;script&gt;"/>', "<rect> may not have fill="),
        ('<rect clip-path="x"/>', "<rect> may not have clip-path="),
        ("<?xml-stylesheet href='x'?><rect/>", "no instruction <?xml-stylesheet"),
        ("<g></g>", "nothing is drawn here"),
        ("<rect>", "this is no SVG: mismatched tag"),
        ("<rect/>&nbsp;", "this is no SVG: undefined entity"),
    ],
)
def test_what_a_mark_may_not_hold_is_refused_at_its_place(content: str, said: str) -> None:
    drawing, problems = drawn(SQUARE * ("nothing" not in said) + "\n" + content)
    assert drawing is None
    assert said in problems[0].message
    assert problems[0].code == "drawing"
    assert problems[0].location.line == 2 or "nothing" in said
    assert problems[0].help


@pytest.mark.parametrize(
    "head",
    ["", 'width="9" height="9"', 'viewBox="0 0 9"', 'viewBox="0 0 0 9"', 'viewBox="0 0 nan inf"'],
)
def test_a_mark_needs_a_view_box(head: str) -> None:
    drawing, problems = drawn(SQUARE, head)
    assert drawing is None
    assert [problem.message for problem in problems] == [
        "the drawing has no viewBox with a width and a height"
    ]


@pytest.mark.parametrize(
    "data",
    [
        f'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="{SVG}" viewBox="0 0 9 9">{SQUARE}</svg>',
        f'<svg viewBox="0 0 9 9">{SQUARE}</svg>',
        "<html/>",
        "",
        "PNG",
    ],
)
def test_what_is_no_plain_svg_is_refused(data: str) -> None:
    problems: list[Diagnostic] = []
    assert read_drawing(data.encode(), "mark.svg", problems) is None
    assert [problem.code for problem in problems] == ["drawing"]


def test_bytes_that_are_no_utf8_are_refused() -> None:
    problems: list[Diagnostic] = []
    data = f'<svg xmlns="{SVG}" viewBox="0 0 9 9">{SQUARE}<!-- å --></svg>'.encode("latin-1")
    assert read_drawing(data, "mark.svg", problems) is None
    assert len(problems) == 1


def test_a_large_mark_is_refused_unread() -> None:
    drawing, problems = drawn(SQUARE + " " * MAX_DRAWING)
    assert drawing is None
    assert problems[0].message == "the drawing is 64 kB; a mark has at most 64 kB"


def test_a_mark_is_written_anew_with_shapes_and_colours_alone() -> None:
    drawing, problems = drawn(
        "<!-- a --><title>t</title><metadata><x:script xmlns:x='y'>1</x:script></metadata>"
        '<g id="a" class="b" data-x="y" style="fill:#ff0000; font-family: serif">words'
        '<path d="M0 0h9v9z" inkscape:label="z" xmlns:inkscape="i"/></g>'
    )
    assert problems == []
    assert drawing == Drawing(
        f'<svg xmlns="{SVG}" viewBox="0 0 9 9"><g fill="#ff0000"><path d="M0 0h9v9z"></path></g>'
        "</svg>",
        9,
        9,
    )


def test_a_broken_mark_is_not_followed_for_ever() -> None:
    _, problems = drawn("<script/>" * 500)
    assert len(problems) == 20


# Its record


def letterhead(fields: str) -> dict[str, str | bytes]:
    text = (ROOT / "tests/register" / ORGANISATION).read_text("utf-8")
    return {ORGANISATION: f"{text}letterhead:\n{fields}"}


ALT = "  logo: testdirektoratet.svg\n  logo_alt:\n    nb: En firkant\n    en: A square\n"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ("  ink: 1f2a3c\n", '"ink" is no colour'),
        ("  ink: #1f2a3c\n", '"ink" is no colour'),
        ("  accent: navy\n", '"accent" is no colour'),
        ('  ink: "#ffffff"\n', "the colour #ffffff is too faint"),
        ("  logo: mark.png\n", '"logo" is no name of an SVG file: "mark.png"'),
        ("  logo: ../udi.svg\n", '"logo" is no name of an SVG file: "../udi.svg"'),
        ("  logo: testdirektoratet.svg\n", '"logo_alt" is missing'),
        (f"{ALT}  logo_height: 60\n", '"logo_height" must be at most 30'),
        (f"{ALT}  logo_side: top\n", '"logo_side" cannot be "top"'),
        (f"{ALT}  drawing: <svg/>\n", 'unknown field "drawing"'),
        (ALT.replace("direktoratet.svg", ".svg"), 'there is no drawing "test.svg"'),
    ],
)
def test_a_letterhead_that_cannot_be_used_is_refused(
    register_copy: Path, fields: str, said: str
) -> None:
    mark = {MARK: LOGO.svg} if "testdirektoratet.svg" in fields else {}
    problems = found(overlay(register_copy, {**letterhead(fields), **mark}))
    assert [problem for problem in problems if said in problem.message], problems
    if "test.svg" not in fields:
        assert len(problems) == 1
    assert problems[0].location.path == ORGANISATION
    assert problems[0].location.line > 20


def test_a_mark_that_no_letterhead_names_is_told(register_copy: Path) -> None:
    problems = found(overlay(register_copy, {MARK: LOGO.svg}))
    assert [(problem.code, problem.location.path) for problem in problems] == [("stray-file", MARK)]
    assert found(overlay(register_copy, letterhead(ALT))) == []


def test_a_mark_belongs_to_its_record(register_copy: Path) -> None:
    settings = read_settings(overlay(register_copy, {**letterhead(ALT), MARK: LOGO.svg}))

    def read() -> tuple[Organisation, str]:
        register = load_and_check(settings).register
        body = register.get(Organisation, "testdirektoratet")
        assert body
        return body, register.origins["organisations/testdirektoratet"].fingerprint()

    first, mark = read()
    assert first.letterhead and first.letterhead.drawing
    assert "<rect " in first.letterhead.drawing.svg
    overlay(register_copy, {MARK: LOGO.svg.replace("12395b", "654321")})
    second, other_mark = read()
    assert second != first
    assert mark != other_mark


def test_a_mark_is_read_from_an_earlier_revision(register_copy: Path) -> None:
    def git(*arguments: str) -> None:
        author = ("-c", "user.name=t", "-c", "user.email=t@example.org")
        subprocess.run(("git", "-C", register_copy, *author, *arguments), check=True)

    overlay(register_copy, {**letterhead(ALT), MARK: LOGO.svg})
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "one")
    overlay(register_copy, {MARK: LOGO.svg.replace("12395b", "654321")})
    now = load_and_check(read_settings(register_copy)).register
    then = load_revision(register_copy, "HEAD", now).register
    colours = []
    for register in (then, now):
        body = register.get(Organisation, "testdirektoratet")
        assert body and body.letterhead and body.letterhead.drawing
        colours += re.findall('fill="(.*?)"', body.letterhead.drawing.svg)
    assert colours == ["#12395b", "#654321"]


def test_another_mark_is_told_by_the_comparison_without_its_lines(register_copy: Path) -> None:
    registers = [load_and_check(read_settings(register_copy)).register]
    for mark in (LOGO.svg, LOGO.svg.replace("12395b", "654321")):
        overlay(register_copy, {**letterhead(ALT), MARK: mark})
        registers.append(load_and_check(read_settings(register_copy)).register)
    for old, new in pairwise(registers):
        told = registers_as_json(compare_registers(old, new), "then", "now")
        assert re.search(r'"(drawing|new)": "drawing [0-9a-f]{8}"', told)
        assert "<svg" not in told


def test_contrast_is_that_of_wcag() -> None:
    assert round(contrast_to_white("#000000"), 2) == 21
    assert round(contrast_to_white("#767676"), 2) == 4.54
    assert contrast_to_white("#ffffff") == 1


# In documents


@cache
def lettered(file_format: Format) -> bytes:
    return write_document(with_head(COLOURED), file_format, BASE)


def with_head(head: Letterhead) -> Document:
    code = qr_picture("https://remit.example/nb/x/", "QR-kode med adressen")
    note = Paragraph((Text("Nettside"),), style="note")
    blocks = (
        Paragraph((Text("Ord"),), id="first"),
        code,
        Paragraph((Text("Flere ord"),)),
        dataclasses.replace(code, alt="Ved siden", beside=True),
        note,
        note,
    )
    return dataclasses.replace(sample("nb"), letterhead=head, blocks=blocks, show_contents=False)


def described(file_format: Format) -> list[str]:
    """Alternative texts of a document's pictures, letterhead first."""
    data = lettered(file_format)
    if file_format == "docx":
        roots = [xml_part(data, f"word/{name}.xml") for name in ("header1", "document")]
        tag = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
        return [one.get("descr", "") for root in roots for one in root.iter(tag)]
    if file_format == "odt":
        roots = [xml_part(data, name) for name in ("styles.xml", "content.xml")]
        tag = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}desc"
        return [one.text or "" for root in roots for one in root.iter(tag)]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [
            str(one.Alt)
            for one in pdf.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"
        ]


@formats
def test_every_picture_is_described(file_format: Format) -> None:
    assert described(file_format) == [LOGO.alt, "QR-kode med adressen", "Ved siden"]


@formats
def test_a_document_with_pictures_follows_its_standard(file_format: Format, tmp_path: Path) -> None:
    file = tmp_path / f"document.{file_format}"
    file.write_bytes(lettered(file_format))
    if file_format == "pdf":
        for profile in ("ua1", "2a"):
            assert pdf_faults(lettered("pdf"), profile) == set()
    elif file_format == "docx":
        assert openxml_audit.OpenXmlValidator().validate(str(file)).errors == []
    else:
        assert openxml_audit.OdfValidator().validate(str(file)).errors == []


@formats
def test_the_same_letterhead_gives_the_same_bytes(file_format: Format) -> None:
    assert write_document(with_head(COLOURED), file_format, BASE) == lettered(file_format)


@pytest.mark.parametrize("file_format", ["docx", "odt"])
def test_pictures_are_png_and_svg_once_each(file_format: Format) -> None:
    parts = read_parts(lettered(file_format))
    pictures = [name for name in parts if name.endswith((".png", ".svg"))]
    assert len(pictures) == 4
    for name in pictures:
        if name.endswith(".png"):
            assert parts[name].startswith(b"\x89PNG")
            assert parts[name.replace(".png", ".svg")].startswith(b"<svg ")
    known = parts["[Content_Types].xml" if file_format == "docx" else "META-INF/manifest.xml"]
    assert b'"image/png"' in known
    assert b'"image/svg+xml"' in known


@pytest.mark.parametrize(
    ("file_format", "part"), [("docx", "word/styles.xml"), ("odt", "styles.xml")]
)
def test_colours_are_in_the_styles(file_format: Format, part: str) -> None:
    styles = read_parts(lettered(file_format))[part].decode()
    assert "123456" in styles
    assert "1f2a3c" not in styles
    head = read_parts(lettered(file_format))["word/header1.xml" if file_format == "docx" else part]
    assert b"654321" in head
    plain = read_parts(write_document(sample("nb"), file_format, BASE))[part].decode()
    assert "1f2a3c" in plain and "123456" not in plain


def test_colours_are_in_the_pdf() -> None:
    with pikepdf.open(io.BytesIO(lettered("pdf"))) as pdf:
        content = pdf.pages[0].Contents.read_bytes()
    shares = [
        " ".join(f"{int(c[i : i + 2], 16) / 255:.3f}"[:4] for i in (0, 2, 4))
        for c in ("123456", "654321")
    ]
    found_colours = {
        " ".join(f"{float(number):.3f}"[:4] for number in match)
        for match in re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) (?:scn|SCN|rg|RG)", content)
    }
    assert set(shares) <= found_colours


def test_the_mark_stands_on_its_side() -> None:
    right = dataclasses.replace(COLOURED, logo_side="right")
    for head, first in ((COLOURED, True), (right, False)):
        document = with_head(head)
        header = xml_part(write_document(document, "docx", BASE), "word/header1.xml")
        namespace = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
        cells = header.xpath("(.//w:tbl)[1]//w:tc", namespaces=namespace)
        assert isinstance(cells, list) and len(cells) == 2
        assert isinstance(cells[0], etree._Element)
        assert cells[0].xpath("boolean(.//w:drawing)", namespaces=namespace) is first
        styles = read_parts(write_document(document, "odt", BASE))["styles.xml"].decode()
        letter = styles[styles.index('table:name="Letterhead"') :]
        assert (letter.index("draw:frame") < letter.index("letterhead_name")) is first


def test_small_print_stays_with_the_picture_beside_it() -> None:
    body = read_parts(lettered("docx"))["word/document.xml"].decode()
    beside = body[body.index("<wp:anchor") :]
    assert body.count("<wp:anchor") == body.count("<wp:inline") == 1
    assert "Nettside" in beside
    assert len(re.findall("<w:keepNext/>", body[body.index("Flere ord") :])) == 1
    content = read_parts(lettered("odt"))["content.xml"].decode()
    assert 'text:style-name="NoteKept"' in content
    assert "\u2060" not in body + content


# The code


def test_the_code_draws_the_modules_of_the_standard() -> None:
    address = "https://remit.example/nb/mandates/competence-team/2018-06-19/"
    svg = qr_picture(address, "").svg
    root = etree.fromstring(svg.encode())
    side = int(root.get("viewBox", "").split()[2])
    drawn_modules = [[0] * side for _ in range(side)]
    path = root[1].get("d", "")
    for x, y, length, back in re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", path):
        assert length == back
        for column in range(int(x), int(x) + int(length)):
            drawn_modules[int(y)][column] = 1
    code = segno.make(address, error="m", micro=False, boost_error=False, mask=MASK)
    assert drawn_modules == [
        [int(one) for one in row] for row in code.matrix_iter(border=QUIET_ZONE)
    ]
    assert set(re.sub(r"[\d Mhvz-]", "", path)) == set()


# The shipped register


SETTINGS = read_settings(ROOT)


@cache
def shipped(mandate: str, language: str) -> Document:
    register = load_and_check(SETTINGS).register
    version = [one for one in register.all(MandateVersion) if one.mandate == mandate][-1]
    return mandate_document(View(register, SETTINGS, language, SETTINGS.today), version)


def test_letterheads_of_two_countries_differ() -> None:
    norwegian = shipped("competence-team", "nb").letterhead
    swedish = shipped("national-centre", "sv").letterhead
    assert norwegian.logo and swedish.logo
    for name in ("ink", "accent", "logo_side"):
        assert getattr(norwegian, name) != getattr(swedish, name)
    assert norwegian.logo.svg != swedish.logo.svg
    assert norwegian.address == "Postboks 2098 Vika, 0125 Oslo · udi.no"


@pytest.mark.parametrize("language", SETTINGS.languages)
def test_every_mandate_has_the_code_of_its_address(language: str) -> None:
    document = shipped("competence-team", language)
    pictures = [block for block in document.blocks if isinstance(block, Picture)]
    assert len(pictures) == 1
    assert document.web_address in pictures[0].alt
    assert pictures[0].svg == qr_picture(document.web_address, "").svg
    assert pictures[0].beside
    other = shipped("competence-team", "en" if language != "en" else "sv").letterhead.logo
    logo = document.letterhead.logo
    assert logo and other and logo.alt != other.alt


# Spaces


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("se § 13 og 9. april 2013", "se §~13 og 9.~april 2013"),
        ("den 1 oktober 2022", "den 1~oktober 2022"),
        ("on 19 June 2018", "on 19~June 2018"),
        ("1 000 000 kronor, 50 %", "1~000~000~kronor, 50~%"),
        ("IM 2013-005 og SFS 2022:1345", "IM~2013-005 og SFS~2022:1345"),
        ("nr. 5 i kap. 3, nr 7", "nr.~5 i kap.~3, nr~7"),
        ("ring 478 09 050 eller 116 111", "ring 478 09 050 eller 116~111"),
        ("i 2019 300 saker", "i 2019 300 saker"),
        ("april og maj", "april og maj"),
    ],
)
def test_a_line_does_not_end_inside_a_number(text: str, shown: str) -> None:
    assert bound(text).replace("\u00a0", "~") == shown
    assert bound(text).split() == text.split()


def test_a_long_title_is_cut_after_a_word_in_the_header() -> None:
    title = "Mandat for samarbeidet " + "mellom direktoratene, " * 9
    assert running("Mandat") == "Mandat"
    words, mark = running(title).rsplit(" ", 1)
    assert mark == "…"
    assert f"{title} ".startswith(f"{words} ") or title.startswith(f"{words},")
    assert len(running(title)) <= LONGEST_RUNNING_TITLE + 2
