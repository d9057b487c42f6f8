"""Sample documents and readers of finished files for `test_documents.py`."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import page
import pikepdf
from lxml import etree

from remit.render.document_links import headings
from remit.render.tree import (
    Blocks,
    Break,
    CardLink,
    Cell,
    Document,
    Emph,
    Foreign,
    Heading,
    ItemList,
    Letterhead,
    Link,
    ListItem,
    Paragraph,
    Quote,
    Strong,
    Table,
    Text,
    words_of,
)

LINK_BASE = "https://remit.example/{language}/"
FONTS = Path(__file__).parent.parent / "generator" / "remit" / "templates" / "fonts"

NASTY = (
    '#read("x")',
    "{{ 7*7 }}",
    "{% raw %}",
    r"\input{x}",
    "<w:p>",
    "<script>alert(1)</script>",
    "*not bold*",
    "_not emphasis_",
    "@ref",
    "$x$",
    "= heading",
    "# heading",
    "- item",
    "1. item",
    "[[",
    "](x)",
    "`code`",
    r"C:\temp\new",
    "\"double\" 'single' “curly” «angled»",
    "AT&T &amp; &#65;",
    "@@title@@",
    "// comment /* comment */",
    "--- -- ...",
    "á č đ ŋ š ŧ ž å ä ö æ ø Á Č Đ Ŋ Š Ŧ Ž Å Ä Ö Æ Ø",
    "§ 13-3 c · 1\u00a0000 kr – 50 %",
)
LONG_WORD = "menneskerettighetsorganisasjonssamarbeidskoordineringsmøtedeltakeroversiktsarkiv"

_WORDS: dict[str, dict[str, str]] = {
    "nb": {
        "title": "Mandat for kompetanseteamet mot negativ sosial kontroll og æresrelatert vold",
        "body": "Integrerings- og mangfoldsdirektoratet",
        "address": "Postboks 1234 Sentrum, 0000 Oslo",
        "page": "Side {page} av {pages}",
        "contents": "Innhold",
        "label": "Opplysning",
        "value": "Innhold i feltet",
        "id": "Dokument",
        "case": "Saksnummer",
        "date": "Dato",
        "day": "19.\u00a0juni 2018",
        "footer": "Demonstrasjon – ikke et gyldig dokument",
        "purpose": "Formål",
        "tasks": "Oppgaver",
        "limits": "Avgrensning",
        "members": "Sammensetning",
        "signature": "Underskrift",
        "colophon": "Om dette dokumentet",
        "prose": "Teamet gir råd til førstelinjen i saker som gjelder negativ sosial kontroll, "
        "æresrelatert vold, tvangsekteskap og kjønnslemlestelse. Rådene bygger på lov og "
        "kunnskap, og de erstatter ikke vedtak i tjenesten som har saken.",
        "task": "Teamet skal svare på henvendelser fra ansatte i kommuner, skoler, politi og "
        "helsetjeneste, og si fra når en sak hører hjemme et annet sted.",
        "name": "Navn",
        "post": "Stilling",
        "sign": "Dato og underskrift",
        "other": "en",
    },
    "sv": {
        "title": "Uppdrag för kompetensteamet mot hedersrelaterat våld och förtryck",
        "body": "Jämställdhetsmyndigheten",
        "address": "Box 73, 424 22 Angered",
        "page": "Sida {page} av {pages}",
        "contents": "Innehåll",
        "label": "Uppgift",
        "value": "Innehåll i fältet",
        "id": "Dokument",
        "case": "Diarienummer",
        "date": "Datum",
        "day": "19\u00a0juni 2018",
        "footer": "Demonstration – inte en giltig handling",
        "purpose": "Syfte",
        "tasks": "Uppgifter",
        "limits": "Avgränsning",
        "members": "Sammansättning",
        "signature": "Underskrift",
        "colophon": "Om den här handlingen",
        "prose": "Teamet ger råd till yrkesverksamma i ärenden om hedersrelaterat våld och "
        "förtryck, barnäktenskap, tvångsäktenskap och könsstympning. Råden bygger på lag och "
        "kunskap, och de ersätter inte beslut i den verksamhet som har ärendet.",
        "task": "Teamet ska svara på frågor från anställda i kommuner, skolor, polis och "
        "hälso- och sjukvård, och säga till när ett ärende hör hemma någon annanstans.",
        "name": "Namn",
        "post": "Befattning",
        "sign": "Datum och underskrift",
        "other": "nb",
    },
    "en": {
        "title": "Mandate for the competence team against negative social control",
        "body": "Directorate of Integration and Diversity",
        "address": "PO Box 1234 Sentrum, 0000 Oslo",
        "page": "Page {page} of {pages}",
        "contents": "Contents",
        "label": "Item",
        "value": "What it says",
        "id": "Document",
        "case": "Case number",
        "date": "Date",
        "day": "19\u00a0June 2018",
        "footer": "Demonstration – not a valid document",
        "purpose": "Purpose",
        "tasks": "Tasks",
        "limits": "Limits",
        "members": "Members",
        "signature": "Signature",
        "colophon": "About this document",
        "prose": "The team advises frontline services in cases of negative social control, "
        "honour-related violence, forced marriage and female genital mutilation. Its advice "
        "rests on law and knowledge; it does not replace decisions of the service in charge.",
        "task": "The team answers questions from staff in municipalities, schools, police and "
        "health services, and says so when a case belongs elsewhere.",
        "name": "Name",
        "post": "Position",
        "sign": "Date and signature",
        "other": "sv",
    },
}


def sample(language: str, *, contents: bool = True, nasty: bool = True) -> Document:
    """A document in which every kind of block and inline occurs, with hostile texts if wanted."""
    words = _WORDS[language]
    blocks = _ordinary_blocks(words)
    if nasty:
        blocks += _nasty_blocks()
    return Document(
        address="mandates/competence-team/2018-06-19",
        file_name=f"competence-team-2018-06-19-{language}",
        language=language,
        document_id="M-2018-021",
        title=words["title"],
        letterhead=Letterhead(words["body"], words["address"]),
        reference=(
            (words["id"], "M-2018-021"),
            (words["case"], "18/01234-7"),
            (words["date"], words["day"]),
        ),
        running_title=words["title"],
        running_id="M-2018-021 · 2018-06-19",
        footer=words["footer"],
        page_label=words["page"],
        contents_label=words["contents"],
        show_contents=contents,
        subject=f"{words['id']} M-2018-021",
        description=words["prose"],
        keywords=("M-2018-021", "18/01234-7", "á & ŋ"),
        rights="CC BY 4.0",
        version="2018-06-19",
        date="2019-02-03",
        web_address=f"https://remit.example/{language}/mandates/competence-team/2018-06-19/",
        fingerprint="0123456789abcdef",
        blocks=blocks + _closing_blocks(words),
    )


def _text(words: str) -> tuple[Text]:
    return (Text(words),)


def _cells(*texts: str) -> tuple[Cell, ...]:
    return tuple(Cell(_text(text) if text else ()) for text in texts)


def _ordinary_blocks(words: dict[str, str]) -> Blocks:
    prose, task = words["prose"], words["task"]
    facts = Table(
        head=_cells(words["label"], words["value"]),
        rows=(
            (Cell(_text(words["id"])), Cell(_text("M-2018-021"), id="document-id")),
            (
                Cell(_text(words["members"])),
                Cell((Link(_text(words["body"]), "organisations/imdi"), Text(", Bufdir, Udir"))),
            ),
            (Cell(_text(words["date"])), Cell(_text(words["day"]))),
            (Cell(_text(words["limits"])), Cell(_text(task))),
        ),
        widths=(0.28, 0.72),
        id="facts",
        style="facts",
    )
    mixed = (
        Text("Se "),
        Strong(_text(words["purpose"])),
        Text(", "),
        Emph((Text(words["tasks"]), Strong(_text(" 2.1")))),
        Text(", "),
        Link(_text(words["limits"]), "#limits"),
        Text(", "),
        Link(_text("www.imdi.no"), "https://www.imdi.no/tema/?a=1&b=2"),
        Text(", "),
        Link(_text("post@example.no"), "mailto:post@example.no"),
        Text(", "),
        Link(_text("478 09 050"), "tel:+47 478 09 050"),
        Text(", "),
        Foreign((Emph(_text(_WORDS[words["other"]]["purpose"])),), words["other"]),
        Text("."),
        Break(),
        Text(task),
    )
    return (
        Paragraph(_text(prose), id="lead", style="lead"),
        facts,
        Heading(1, "purpose", _text(words["purpose"]), "1"),
        Paragraph(_text(prose), id="purpose-1"),
        Paragraph(mixed, id="purpose-2"),
        Heading(1, "tasks", _text(words["tasks"]), "2"),
        Heading(2, "tasks-own", (Text(words["tasks"]), Emph(_text(" 2018"))), "2.1"),
        Paragraph(_text(words["tasks"]), style="label"),
        ItemList(
            (
                ListItem((Paragraph(_text(task)),), id="task-1"),
                ListItem(
                    (
                        Paragraph(_text(task), id="task-2-text"),
                        ItemList(
                            (
                                ListItem((Paragraph(_text(words["name"])),)),
                                ListItem((Paragraph(_text(words["post"])),), id="task-2-b"),
                            )
                        ),
                    ),
                    id="task-2",
                ),
                ListItem((Paragraph(_text(task)), Paragraph(_text(prose)))),
            )
        ),
        Heading(2, "limits", _text(words["limits"]), "2.2"),
        ItemList(
            (
                ListItem((Paragraph(_text(task)),), id="limit-3"),
                ListItem((Paragraph(_text(prose)),)),
            ),
            ordered=True,
            start=3,
        ),
        Heading(3, "limits-detail", _text(words["purpose"]), "2.2.1"),
        Quote((Paragraph(_text(prose)), Paragraph(_text(task), id="quoted"))),
        CardLink("roles/competence-team", _text(words["title"])),
        Heading(1, "members", _text(words["members"]), "3"),
        Table(
            head=_cells(words["members"], words["post"], words["tasks"]),
            rows=tuple(
                (Cell(_text(name)), Cell(_text(words["post"])), Cell(_text(task), id=f"m-{n}"))
                for n, name in enumerate(("IMDi", "Bufdir", "Udir", "Politidirektoratet", "NAV"))
            ),
            widths=(0.25, 0.2, 0.55),
            id="member-table",
        ),
        Table(
            head=_cells(words["members"], words["post"]),
            rows=(_cells(words["body"], ""), _cells("UDI", words["post"])),
            widths=(0.5, 0.5),
        ),
    )


def _nasty_blocks() -> Blocks:
    return (
        Heading(1, "nasty-" + "x" * 60, _text('#read("x") <w:p> *b* $x$ = h'), "9"),
        Heading(2, "nasty-æ ø", _text("@ref [[ {{ 7*7 }}"), "9.1"),
        *(Paragraph(_text(text), id=f"nasty-{n}") for n, text in enumerate(NASTY)),
        Paragraph(_text(LONG_WORD + " " + LONG_WORD)),
        ItemList(tuple(ListItem((Paragraph(_text(text)),)) for text in NASTY)),
        Table(
            head=_cells("<th>", "#strong[x]"),
            rows=tuple(_cells(text, LONG_WORD) for text in NASTY),
            widths=(1 / 3, 2 / 3),
        ),
    )


def _closing_blocks(words: dict[str, str]) -> Blocks:
    return (
        Heading(1, "signature", _text(words["signature"]), ""),
        Table(
            head=_cells(words["name"], words["post"], words["sign"]),
            rows=(_cells("Kari Nordmann", words["post"], ""), _cells("Ola Öberg", "", "")),
            widths=(0.3, 0.3, 0.4),
            style="signature",
        ),
        Heading(2, "colophon", _text(words["colophon"]), ""),
        Paragraph(_text(words["prose"]), id="colophon-1", style="note"),
        Paragraph((Link(_text("https://remit.example/"), "https://remit.example/"),), style="note"),
    )


# Words


def normal(text: str) -> list[str]:
    """Words as they are compared: composed characters, no soft hyphens, white space cut."""
    text = unicodedata.normalize("NFC", text).replace("\u00ad", "").replace("\u200b", "")
    return text.split()


def closed_up(words: list[str]) -> list[str]:
    """Words without the space after hyphens, dashes and slashes: a line of a PDF may end there."""
    return re.sub(r"([-–/])\s+", r"\1", " ".join(words)).split()


def words_expected(document: Document) -> list[str]:
    return normal(" ".join((document.title, *words_of(document.blocks))))


def letterhead_words(document: Document) -> list[str]:
    """Words of the letterhead: in PDF it is part of the text, in DOCX and ODT a header."""
    lines = [document.letterhead.name, document.letterhead.address]
    for label, value in document.reference:
        lines += [label, value]
    return normal(" ".join(lines))


class _Numbers:
    """Counts headings as list numbering does, so that DOCX and ODT can be read with numbers."""

    def __init__(self) -> None:
        self.counts = [0] * 9

    def next(self, level: int) -> str:
        self.counts[level - 1] += 1
        self.counts[level:] = [0] * (9 - level)
        return ".".join(map(str, self.counts[:level]))


_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"


def xml_part(data: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(name))


def docx_words(data: bytes) -> list[str]:
    """Words of the body, without the table of contents, with the numbers Word would show."""
    numbers = _Numbers()
    text = ""
    for paragraph in xml_part(data, "word/document.xml").iter(f"{_W}p"):
        if next(paragraph.iterancestors(f"{_W}sdt"), None) is not None:
            continue
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        heading = re.fullmatch(
            r"Heading([1-3])", "" if style is None else style.get(f"{_W}val", "")
        )
        if heading:
            text += numbers.next(int(heading[1])) + " "
        for piece in paragraph.iter(f"{_W}t", f"{_W}br", f"{_W}tab"):
            text += (piece.text or "") if piece.tag == f"{_W}t" else " "
        text += "\n"
    return normal(text)


def odt_words(data: bytes) -> list[str]:
    """Words of the body, without the table of contents, with the numbers Writer would show."""
    numbers = _Numbers()
    text = ""
    for paragraph in xml_part(data, "content.xml").iter(f"{_TEXT}p", f"{_TEXT}h"):
        if next(paragraph.iterancestors(f"{_TEXT}table-of-content"), None) is not None:
            continue
        if paragraph.tag == f"{_TEXT}h" and paragraph.get(f"{_TEXT}is-list-header") != "true":
            text += numbers.next(int(paragraph.get(f"{_TEXT}outline-level", "1"))) + " "
        text += _odt_text(paragraph) + "\n"
    return normal(text)


def _odt_text(element: etree._Element) -> str:
    text = element.text or ""
    for child in element:
        if child.tag in (f"{_TEXT}line-break", f"{_TEXT}tab", f"{_TEXT}s"):
            text += " "
        elif str(child.tag).startswith(_SVG):
            pass  # what a picture shows, said to those who do not see it
        else:
            text += _odt_text(child)
        text += child.tail or ""
    return text


# PDF


_INLINE = {"/Span", "/Link", "/Em", "/Strong", "/Reference"}


def pdf_words(data: bytes) -> list[str]:
    """Words in the order of the tags, as a screen reader says them, without marks of list items."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        marked = {page.obj.objgen: marked_text(page) for page in pdf.pages}
        text = _tagged(pdf.Root.StructTreeRoot, None, marked, "")
    return normal(re.sub("\u00ad?\n", lambda m: "" if len(m[0]) == 2 else " ", text))


def _tagged(node: Any, page: Any, marked: dict[Any, dict[int, str]], parent: str) -> str:
    if isinstance(node, int):
        return marked[page.objgen].get(node, "")
    if isinstance(node, pikepdf.Array):
        return "".join(_tagged(kid, page, marked, parent) for kid in node)
    kind = str(node.get("/S", ""))
    page = node.get("/Pg", page)
    if node.get("/Type") == "/MCR":
        return marked[page.objgen].get(int(node.MCID), "")
    if node.get("/Type") == "/OBJR" or kind == "/TOC" or (kind == "/Lbl" and parent == "/LI"):
        return ""
    kids = node.get("/K")
    text = "" if kids is None else _tagged(kids, page, marked, kind)
    return text if kind in _INLINE else f" {text} "


def marked_text(page: pikepdf.Page) -> dict[int, str]:
    """Text of each marked content of a page; a new line is `\\n`."""
    fonts = {name: _unicode(font) for name, font in page.Resources.Font.items()}
    texts: dict[int, str] = {}
    stack: list[tuple[int | None, bool]] = []
    font: dict[int, str] = {}
    height: float | None = None
    place, places = pikepdf.Matrix(), list[pikepdf.Matrix]()
    for operands, name in instructions(page):
        if name == "q":
            places.append(place)
        elif name == "Q":
            place = places.pop()
        elif name == "cm":
            place = pikepdf.Matrix(operands) @ place
        elif name in ("BDC", "BMC"):
            properties = operands[1] if name == "BDC" else {}
            current = stack[-1] if stack else (None, False)
            mark = int(properties["/MCID"]) if "/MCID" in properties else current[0]
            if "/ActualText" in properties and mark is not None:
                texts[mark] = texts.get(mark, "") + str(properties["/ActualText"])
            stack.append((mark, current[1] or "/ActualText" in properties))
        elif name == "EMC":
            stack.pop()
        elif name == "Tf":
            font = fonts[str(operands[0])]
        elif name == "Tm":
            now = (pikepdf.Matrix(operands) @ place).f
            if height is not None and abs(now - height) > 2 and stack and stack[-1][0] is not None:
                texts[stack[-1][0]] = texts.get(stack[-1][0], "") + "\n"
            height = now
        elif name in ("Tj", "TJ") and stack and stack[-1][0] is not None and not stack[-1][1]:
            pieces = operands[0] if name == "TJ" else operands
            texts[stack[-1][0]] = texts.get(stack[-1][0], "") + "".join(
                _decoded(bytes(piece), font)
                for piece in pieces
                if isinstance(piece, pikepdf.String)
            )
    return texts


def instructions(page: pikepdf.Page) -> Iterator[tuple[Any, str]]:
    for instruction in pikepdf.parse_content_stream(page):
        if isinstance(instruction, pikepdf.ContentStreamInstruction):
            yield instruction.operands, str(instruction.operator)


def languages_of(page: pikepdf.Page) -> set[str]:
    """The languages that marked contents of a page declare."""
    marks = (operands[1] for operands, name in instructions(page) if name == "BDC")
    return {str(properties["/Lang"]) for properties in marks if "/Lang" in properties}


def _decoded(codes: bytes, font: dict[int, str]) -> str:
    return "".join(font[int.from_bytes(codes[n : n + 2])] for n in range(0, len(codes), 2))


def _unicode(font: Any) -> dict[int, str]:
    table = font.ToUnicode.read_bytes().decode("ascii")
    letters = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.S):
        for code, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            letters[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", table, re.S):
        for first, last, text in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            start = int(text, 16)
            for offset in range(int(last, 16) - int(first, 16) + 1):
                letters[int(first, 16) + offset] = chr(start + offset)
    return letters


def tags(data: bytes) -> list[str]:
    """Every structure tag of a PDF, in order."""

    def walk(node: Any) -> Iterator[str]:
        if isinstance(node, pikepdf.Array):
            for kid in node:
                yield from walk(kid)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                yield str(node.S)[1:]
            yield from walk(node.get("/K"))

    with pikepdf.open(io.BytesIO(data)) as pdf:
        return list(walk(pdf.Root.StructTreeRoot.get("/K")))


def fonts_embedded(data: bytes) -> dict[str, bool]:
    """Name of every font of a PDF, and whether the file carries it."""
    found = {}
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            for font in page.Resources.Font.values():
                inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
                described = inner.FontDescriptor
                carried = any(f"/FontFile{n}" in described for n in ("", "2", "3"))
                found[str(font.BaseFont)] = carried
    return found


def pdf_faults(data: bytes, profile: str) -> set[str]:
    """The rules of PDF/A-2a ("2a") or PDF/UA-1 ("ua1") that a PDF breaks."""
    return {failure.rule_id for failure in page.validate_pdf_bytes(data, profile=profile).failures}


# LibreOffice


def soffice() -> str | None:
    return shutil.which("soffice")


def libreoffice_pdf(file: Path, folder: Path) -> Path:
    """The file as LibreOffice prints it, with the shipped fonts and a profile of its own."""
    configuration = folder / "fonts.conf"
    configuration.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        "<include ignore_missing='yes'>/etc/fonts/fonts.conf</include>"
        f"<dir>{FONTS}</dir><cachedir>{folder}/cache</cachedir></fontconfig>"
    )
    subprocess.run(
        [
            soffice() or "soffice",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(folder),
            str(file),
        ],
        check=True,
        capture_output=True,
        timeout=180,
        env={**os.environ, "FONTCONFIG_FILE": str(configuration)},
    )
    return folder / f"{file.stem}.pdf"


def printed_words(pdf: Path) -> list[str]:
    """Words of a PDF in the order of its pages, by poppler."""
    done = subprocess.run(["pdftotext", "-raw", str(pdf), "-"], capture_output=True, check=True)
    return normal(done.stdout.decode().replace("\f", " "))


def heading_titles(document: Document) -> list[str]:
    """Number and words of the headings a table of contents shows."""
    return [
        " ".join(normal(" ".join(words_of((heading,)))))
        for heading in headings(document.blocks)
        if heading.level <= 2
    ]
