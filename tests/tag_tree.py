"""The tags of a PDF as lines of text, in the order in which a screen reader says them.

    Table
      TR
        TH(Column) Opplysning
        TH(Row) Saksnummer
    P Se <Link #b-limits: Avgrensning> og <en-GB: Purpose>.
    Figure "Strekkode med adressen til siden"
    Form signature-1 "Underskrift for Integrerings- og mangfoldsdirektoratet"

A line is a block with the words in it; what stands out in them is between angle brackets.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf

from document_checks import instructions, marked_text

INLINE = {"Span", "Em", "Strong", "Link", "Reference", "Quote", "Code"}


def tag_tree(pdf: bytes) -> str:
    """All tags below the document's, each block on a line of its own, indented by its depth."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return "\n".join(_Reader(file).lines(file.Root.StructTreeRoot.K, 0))


def tag_lines(pdf: bytes, kind: str) -> list[str]:
    """The lines of one kind of tag, without their indent: `tag_lines(pdf, "TH")`."""
    lines = (line.strip() for line in tag_tree(pdf).splitlines())
    return [line for line in lines if re.match(rf"{re.escape(kind)}\b", line)]


class _Reader:
    def __init__(self, file: pikepdf.Pdf) -> None:
        self.language = str(file.Root.Lang)
        self.words_of = {page.obj.objgen: marked_text(page) for page in file.pages}
        self.languages_of = {page.obj.objgen: _languages(page) for page in file.pages}

    def lines(self, node: Any, depth: int) -> Iterator[str]:
        if isinstance(node, pikepdf.Array):
            for kid in node:
                yield from self.lines(kid, depth)
            return
        head, words = "  " * depth + _title(node), ""
        below: list[str] = []
        for kid in _kids(node):
            if _is_block(kid):
                below += self.lines(kid, depth + 1)
            else:
                words += self.words(kid, node.get("/Pg"), str(node.get("/Lang", self.language)))
        yield f"{head} {' '.join(words.split())}".rstrip()
        yield from below

    def words(self, node: Any, page: Any, language: str) -> str:
        """The words of marked content, or of an inline tag and those in it."""
        if isinstance(node, int) or node.get("/Type") == "/MCR":
            page = page if isinstance(node, int) else node.get("/Pg", page)
            mark = node if isinstance(node, int) else int(node.MCID)
            text = (
                self.words_of[page.objgen]
                .get(mark, "")
                .replace("\u00ad\n", "")
                .replace("\u2060", "")
            )
            own = self.languages_of[page.objgen].get(mark, language)
            text = text.replace("\n", " ")
            return text if own == self.language or not text.strip() else f"<{own}: {text}>"
        if node.get("/Type") == "/OBJR":
            return ""
        page, language = node.get("/Pg", page), str(node.get("/Lang", language))
        text = "".join(self.words(kid, page, language) for kid in _kids(node))
        if "/Alt" in node:
            return f"<{node.Alt}>"
        if node.S == "/Link":
            return f"<Link {self.target(node)}: {text}>"
        return text

    def target(self, link: Any) -> str:
        for kid in _kids(link):
            if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR":
                annotation = kid.Obj
                if "/A" in annotation:
                    return str(annotation.A.URI)
                return f"#{annotation.Dest}"
        return "nowhere"


def _title(node: Any) -> str:
    """The tag's name, with the scope of a header cell, an alternative text, a field's name."""
    kind = str(node.S)[1:]
    if kind == "TH":
        scopes = [str(a.Scope)[1:] for a in node.get("/A", []) if "/Scope" in a]
        return f"TH({scopes[0]})" if scopes else "TH"
    if kind == "Form":
        field = next(kid.Obj for kid in _kids(node) if not isinstance(kid, int))
        return f'Form {field.get("/T", "")} "{field.get("/TU", "")}"'
    return f'{kind} "{node.Alt}"' if "/Alt" in node else kind


def _is_block(node: Any) -> bool:
    return isinstance(node, pikepdf.Dictionary) and "/S" in node and str(node.S)[1:] not in INLINE


def _kids(node: Any) -> list[Any]:
    kids = node.get("/K", [])
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _languages(page: pikepdf.Page) -> dict[int, str]:
    """The language that each marked content of a page declares."""
    found = {}
    for operands, name in instructions(page):
        if name == "BDC" and "/MCID" in operands[1] and "/Lang" in operands[1]:
            found[int(operands[1]["/MCID"])] = str(operands[1]["/Lang"])
    return found
