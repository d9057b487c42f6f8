"""The text of one page of a PDF, piece by piece: in tags, in headers and footers, or loose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pikepdf

MOST_NESTED = 8
LINE_STEP = 2.0
"""Text set this many points higher or lower begins a new line."""


@dataclass(slots=True)
class PageText:
    marked: dict[int, str] = field(default_factory=dict)
    """By the number under which the tags name it."""
    beside: str = ""
    """In headers, footers and other artifacts."""
    loose: str = ""
    """In neither."""
    images: int = 0
    in_pictures: bool = False
    """Whether a picture on the page holds text."""


class _Mark(NamedTuple):
    number: int | None
    artifact: bool
    spoken: bool
    """Whether the words to be said are given beside what is drawn."""


def page_text(page: pikepdf.Page) -> PageText:
    reader = _Reader(page)
    reader.run()
    return reader.found


class _Reader:
    def __init__(self, page: pikepdf.Page) -> None:
        self.page, self.found = page, PageText()
        resources = page.obj.get("/Resources", pikepdf.Dictionary())
        self.fonts = {
            str(name): _Font(font)
            for name, font in resources.get("/Font", pikepdf.Dictionary()).items()
        }
        self.objects = resources.get("/XObject", pikepdf.Dictionary())
        self.properties = resources.get("/Properties", pikepdf.Dictionary())
        self.marks: list[_Mark] = []
        self.font: _Font | None = None
        self.height: float | None = None
        self.place, self.places = pikepdf.Matrix(), list[pikepdf.Matrix]()

    def run(self) -> None:
        for operands, name in _instructions(self.page):
            if name in ("Tj", "TJ", "'", '"'):
                self.show(operands[-1], new_line=name in ("'", '"'))
            elif name in ("BDC", "BMC"):
                self.begin(operands[0], operands[1] if name == "BDC" else {})
            elif name == "EMC" and self.marks:
                self.marks.pop()
            elif name == "Do":
                self.draw(self.objects.get(str(operands[0])))
            elif name == "INLINE IMAGE":
                self.found.images += 1
            else:
                self.move(name, operands)

    def move(self, name: str, operands: Any) -> None:
        """Keeps the font and the height at which text is set."""
        if name == "q":
            self.places.append(self.place)
        elif name == "Q" and self.places:
            self.place = self.places.pop()
        elif name == "cm":
            self.place = pikepdf.Matrix(operands) @ self.place
        elif name == "Tf":
            self.font = self.fonts.get(str(operands[0]))
        elif name == "Tm":
            now = (pikepdf.Matrix(operands) @ self.place).f
            if self.height is not None and abs(now - self.height) > LINE_STEP:
                self.add("\n")
            self.height = now
        elif name in ("Td", "TD", "T*"):
            self.add("\n")

    def begin(self, tag: Any, properties: Any) -> None:
        above = self.marks[-1] if self.marks else _Mark(None, False, False)
        if isinstance(properties, pikepdf.Name):
            properties = self.properties.get(str(properties), {})
        number = int(properties["/MCID"]) if "/MCID" in properties else above.number
        artifact = above.artifact or str(tag) == "/Artifact"
        spoken = "/ActualText" in properties
        self.marks.append(_Mark(number, artifact, above.spoken or spoken))
        if spoken and not above.spoken:
            self.add(str(properties["/ActualText"]))

    def show(self, operand: Any, *, new_line: bool) -> None:
        if self.marks and self.marks[-1].spoken:
            return
        if new_line:
            self.add("\n")
        pieces = operand if isinstance(operand, pikepdf.Array) else [operand]
        for piece in pieces:
            if isinstance(piece, pikepdf.String):
                codes = bytes(piece)
                self.add(self.font.decoded(codes) if self.font else codes.decode("latin-1"))

    def add(self, text: str) -> None:
        mark = self.marks[-1] if self.marks else _Mark(None, False, False)
        if mark.artifact:
            self.found.beside += text
        elif mark.number is not None:
            self.found.marked[mark.number] = self.found.marked.get(mark.number, "") + text
        else:
            self.found.loose += text

    def draw(self, picture: Any) -> None:
        if picture is None:
            return
        if picture.get("/Subtype") == "/Image":
            self.found.images += 1
        elif picture.get("/Subtype") == "/Form":
            images, words = _in_form(picture, 0)
            self.found.images += images
            self.found.in_pictures |= words


def _in_form(form: Any, depth: int) -> tuple[int, bool]:
    """How many images are drawn inside a picture, and whether it shows text."""
    if depth > MOST_NESTED:
        return 0, True
    images, words = 0, False
    inside = form.get("/Resources", pikepdf.Dictionary()).get("/XObject", pikepdf.Dictionary())
    for operands, name in _instructions(form):
        if name in ("Tj", "TJ", "'", '"'):
            words = True
        elif name == "Do":
            picture = inside.get(str(operands[0]))
            if picture is not None and picture.get("/Subtype") == "/Image":
                images += 1
            elif picture is not None:
                more, also = _in_form(picture, depth + 1)
                images, words = images + more, words or also
    return images, words


def _instructions(source: Any) -> Iterator[tuple[Any, str]]:
    for instruction in pikepdf.parse_content_stream(source):
        if isinstance(instruction, pikepdf.ContentStreamInstruction):
            yield instruction.operands, str(instruction.operator)
        else:
            yield (), "INLINE IMAGE"


class _Font:
    """What the codes of a font mean, by its own table of letters."""

    def __init__(self, font: Any) -> None:
        self.width = 2 if font.get("/Subtype") == "/Type0" else 1
        table = font.get("/ToUnicode")
        self.letters = {} if table is None else _letters(table.read_bytes().decode("latin-1"))

    def decoded(self, codes: bytes) -> str:
        width = self.width
        numbers = (int.from_bytes(codes[n : n + width]) for n in range(0, len(codes), width))
        return "".join(self.letters.get(number) or self._plain(number) for number in numbers)

    def _plain(self, number: int) -> str:
        return "\ufffd" if self.width == 2 else chr(number)


_SINGLE = re.compile(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_RANGE = re.compile(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


def _letters(table: str) -> dict[int, str]:
    letters: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.S):
        for code, text in _SINGLE.findall(block):
            letters[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be", "replace")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", table, re.S):
        for first, last, text in _RANGE.findall(block):
            start, begin = int(text, 16), int(first, 16)
            for offset in range(min(int(last, 16) - begin, 0xFFFF) + 1):
                if start + offset <= 0x10FFFF:
                    letters[begin + offset] = chr(start + offset)
    return letters
