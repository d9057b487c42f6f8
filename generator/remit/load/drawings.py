"""A drawing in SVG → what of it may be shown: shapes and colours, and nothing that reaches out.

What is kept is written anew, so no byte of the file itself gets into a document or a page.
"""

from __future__ import annotations

import re
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from remit.diagnostics import Diagnostic, Location
from remit.model.values import Drawing

MAX_DRAWING: Final = 64 * 1024
_SVG: Final = "http://www.w3.org/2000/svg"
_XLINK: Final = "http://www.w3.org/1999/xlink"
_SHAPES: Final = frozenset(
    ["path", "rect", "circle", "ellipse", "line", "polyline", "polygon"],
)
_LEFT_OUT: Final = frozenset(["title", "desc", "metadata"])
"""Elements that draw nothing: they and all in them are left out."""
_PLACING: Final = frozenset(
    "viewBox transform d points x y width height rx ry cx cy r x1 y1 x2 y2".split()
)
_PAINTING: Final = frozenset(
    "fill fill-rule fill-opacity opacity stroke stroke-width stroke-opacity stroke-linecap"
    " stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset color".split()
)
_IGNORED: Final = frozenset("id class version baseProfile role preserveAspectRatio".split())
_VALUE: Final = re.compile(r"[A-Za-z0-9#%.,()+\s-]*", re.ASCII)
_MOST: Final = 20
"""Problems after which the rest of a drawing is left."""
_REMEDY: Final = (
    "open it in a drawing program, make paths of its texts and save it as plain SVG; "
    "docs/handbook/letterheads.md says what a mark may hold"
)


def read_drawing(data: bytes, shown: str, problems: list[Diagnostic]) -> Drawing | None:
    """The drawing, or None with what is wrong with it added to the problems."""
    before = len(problems)
    reader = _Reader(shown, problems)
    if len(data) > MAX_DRAWING:
        size = len(data) / 1024
        reader.refuse(
            f"the drawing is {size:.0f} kB; a mark has at most {MAX_DRAWING // 1024} kB",
            "draw it with fewer points, or save it as optimised SVG",
        )
    else:
        reader.read(data)
    if len(problems) > before or reader.size is None:
        return None
    return Drawing("".join(reader.written), *reader.size)


class _Enough(Exception):
    """So many problems are found that the rest is left."""


class _Reader:
    """Follows the drawing's elements and writes those that may stand."""

    def __init__(self, shown: str, problems: list[Diagnostic]) -> None:
        self.shown, self.problems = shown, problems
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.ProcessingInstructionHandler = self.instruction
        self.written: list[str] = []
        self.size: tuple[float, float] | None = None
        self.depth = 0
        self.left_out = 0  # depth of the outermost element that is being left out
        self.shapes = 0
        self.count = 0

    def read(self, data: bytes) -> None:
        try:
            self.parser.Parse(data, True)
        except _Enough:
            return
        except expat.ExpatError as error:
            place = Location(self.shown, error.lineno, error.offset + 1)
            self.refuse(
                f"this is no SVG: {expat.ErrorString(error.code)}",
                "save the drawing as SVG once more",
                place,
            )
            return
        if not self.count and not self.shapes:
            self.refuse("nothing is drawn here", _REMEDY, Location(self.shown))

    def refuse(self, message: str, help: str = _REMEDY, place: Location | None = None) -> None:
        if place is None:
            column = self.parser.CurrentColumnNumber + 1
            place = Location(self.shown, self.parser.CurrentLineNumber, column)
        self.problems.append(Diagnostic(place, "drawing", message, help))
        self.count += 1
        if self.count >= _MOST:
            raise _Enough

    def doctype(self, *_: object) -> None:
        self.refuse("a drawing may have no DOCTYPE and no entities", "delete the line <!DOCTYPE …>")
        raise _Enough

    def instruction(self, target: str, _: str) -> None:
        self.refuse(f"a drawing may have no instruction <?{target} …?>", "delete it")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.left_out:
            return
        space, _, local = name.rpartition(" ")
        if self.depth == 1:
            self.root(space, local, attributes)
        elif space == _SVG and local in _LEFT_OUT:
            self.left_out = self.depth
        elif space == _SVG and (local == "g" or local in _SHAPES):
            self.shapes += local != "g"
            self.written.append(f"<{local}{self.kept(local, attributes)}>")
        else:
            self.refuse(f"a drawing may not hold <{local}>")
            self.left_out = self.depth

    def end(self, name: str) -> None:
        if not self.left_out:
            self.written.append(f"</{name.rpartition(' ')[2]}>")
        elif self.left_out == self.depth:
            self.left_out = 0
        self.depth -= 1

    def root(self, space: str, local: str, attributes: dict[str, str]) -> None:
        if space != _SVG or local != "svg":
            self.refuse(
                f'the drawing begins with <{local}>, not with <svg xmlns="{_SVG}">',
                "save the drawing as SVG once more",
            )
            raise _Enough
        numbers = re.split(r"[\s,]+", attributes.get("viewBox", "").strip())
        try:
            _, _, width, height = map(float, numbers)
        except ValueError:
            width = height = 0
        if 0 < width < 1e6 and 0 < height < 1e6:
            self.size = (width, height)
        else:
            self.refuse(
                "the drawing has no viewBox with a width and a height",
                'write it in the first line, such as <svg viewBox="0 0 120 80" …>',
            )
        sizes = ("width", "height", "x", "y")
        rest = {name: value for name, value in attributes.items() if name not in sizes}
        self.written.append(f'<svg xmlns="{_SVG}"{self.kept("svg", rest)}>')

    def kept(self, element: str, attributes: dict[str, str]) -> str:
        """The attributes that may stand; a style of its own is written as attributes."""
        found: dict[str, str] = {}
        for name, value in attributes.items():
            space, _, local = name.rpartition(" ")
            if space:
                if space == _XLINK and local == "href":
                    self.refuse(f"<{element}> may not lead to {value[:40]}")
            elif name == "style":
                found.update(self.style(element, value))
            elif name in _PLACING or name in _PAINTING:
                found[name] = value
            elif name not in _IGNORED and not name.startswith(("data-", "aria-")):
                self.refuse(f"<{element}> may not have {name}=")
        for name, value in found.items():
            if not _VALUE.fullmatch(value) or re.search(r"url\s*\(", value, re.I):
                self.refuse(f'<{element}> may not have {name}="{value[:40]}"')
        return "".join(f" {name}={quoteattr(value)}" for name, value in found.items())

    def style(self, element: str, value: str) -> dict[str, str]:
        found = {}
        for declaration in value.split(";"):
            name, _, painted = (part.strip() for part in declaration.partition(":"))
            if name in _PAINTING:
                found[name] = painted
            elif name and re.search(r"url\s*\(|@|\\", declaration, re.I):
                self.refuse(f'<{element}> may not have style="{declaration.strip()[:40]}"')
        return found
