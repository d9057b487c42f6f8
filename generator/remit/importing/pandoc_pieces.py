"""pandoc's reading of a document → pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from remit.importing.markup import is_safe
from remit.importing.pieces import Kind, Piece, Span, joined, plain_piece

_BREAKS = {"Space": " ", "SoftBreak": " ", "LineBreak": "\n"}
_NAVIGATION = {"nav", "navigation", "menu", "breadcrumb", "breadcrumbs", "sidebar"}


def pieces_of(tree: dict[str, Any], addresses: bool = False) -> list[Piece]:
    """The pieces of a document in pandoc's JSON, in reading order.

    `addresses`: those that no text may link to are words of the document, as in Markdown.
    """
    return list(_Reader("paragraph", addresses).document(tree))


class _Reader:
    """Counts the pieces, and keeps the notes of a paragraph until it is over."""

    def __init__(self, unit: str, addresses: bool = False) -> None:
        self.unit, self.count, self.addresses = unit, 0, addresses
        self.waiting: list[Piece] = []

    def document(self, tree: dict[str, Any]) -> Iterator[Piece]:
        for name, value in tree.get("meta", {}).items():
            for number, text in enumerate(_meta_texts(value)):
                kind: Kind = "title" if name == "title" and not number else "beside"
                place = "the file's title" if kind == "title" else f"the file's {name}"
                yield plain_piece(kind, text, place)
        yield from self.blocks(tree["blocks"])

    def place(self) -> str:
        self.count += 1
        return f"{self.unit} {self.count}"

    def piece(self, kind: Kind, inlines: list[Any], **more: Any) -> Iterator[Piece]:
        place = self.place()
        spans = tuple(self.spans(inlines, Span("")))
        if joined(span.words for span in spans):
            yield Piece(kind, spans, place, **more)
        notes, self.waiting = self.waiting, []
        for note in notes:
            yield replace(note, place=f"a note in {place}" if note.kind == "note" else place)

    # --- blocks ---

    def blocks(self, blocks: list[Any], depth: int = 0) -> Iterator[Piece]:
        for block in blocks:
            yield from self.block(block["t"], block.get("c"), depth)

    def block(self, kind: str, content: Any, depth: int) -> Iterator[Piece]:
        if kind in ("Para", "Plain"):
            yield from self.piece("paragraph", content)
        elif kind == "Header":
            yield from self.piece("heading", content[2], level=content[0])
        elif kind in ("BulletList", "OrderedList"):
            items = content if kind == "BulletList" else content[1]
            for number, item in enumerate(items):
                yield from self.item(item, depth, kind == "OrderedList", not number)
        elif kind == "DefinitionList":
            for term, meanings in content:
                texts = [_words([block for meaning in meanings for block in meaning])]
                yield from self.row([_inline_words(term), *texts], False)
        elif kind == "Table":
            yield from self.table(content, depth)
        elif kind == "LineBlock":
            for line in content:
                yield from self.piece("paragraph", line)
        elif kind == "CodeBlock":
            for line in content[1].splitlines():
                yield from self.piece("paragraph", [{"t": "Str", "c": line}])
        elif kind == "RawBlock":
            yield from self.raw(content[1])
        elif kind == "Div":
            beside = bool(_NAVIGATION & {content[0][0].lower(), *map(str.lower, content[0][1])})
            for piece in self.blocks(content[1], depth):
                yield replace(piece, kind="beside") if beside else piece
        elif kind == "Figure":
            yield from self.blocks(content[1][1], depth)
            yield from self.blocks(content[2], depth)
        elif kind == "BlockQuote":
            yield from self.blocks(content, depth)

    def item(self, blocks: list[Any], depth: int, ordered: bool, first: bool) -> Iterator[Piece]:
        """Its first paragraph is the item; what else stands in it follows, further in."""
        begun = False
        for block in blocks:
            for piece in self.block(block["t"], block.get("c"), depth + 1):
                if piece.kind != "paragraph":
                    yield piece
                elif begun:
                    yield replace(piece, kind="item", level=depth + 1, ordered=False)
                else:
                    begun = True
                    yield replace(piece, kind="item", level=depth, ordered=ordered, first=first)

    def table(self, content: list[Any], depth: int) -> Iterator[Piece]:
        _, caption, _, head, bodies, foot = content
        yield from self.blocks(caption[1], depth)
        rows = [*head[1]]
        for body in bodies:
            rows += [*body[2], *body[3]]
        first = True
        for row in [*rows, *foot[1]]:
            cells = [_words(cell[4]) for cell in row[1]]
            yield from self.row(cells, first)
            first = False

    def row(self, cells: list[str], first: bool) -> Iterator[Piece]:
        place = self.place()
        filled = tuple(cell for cell in cells if cell)
        if filled:
            yield Piece("row", (Span(" – ".join(filled)),), place, cells=filled, first=first)

    def raw(self, text: str) -> Iterator[Piece]:
        place = self.place()
        for words, seen in _without_tags(text):
            yield plain_piece(
                "paragraph" if seen else "beside",
                words,
                place,
                reason="HTML around it" if seen else "a program",
            )

    # --- inside a paragraph ---

    def spans(self, inlines: list[Any], look: Span) -> Iterator[Span]:
        for inline in inlines:
            kind, content = inline["t"], inline.get("c")
            if kind == "Str":
                yield replace(look, words=content)
            elif kind in _BREAKS:
                yield replace(look, words=_BREAKS[kind])
            elif kind in ("Emph", "Strong"):
                strong, emphasis = kind == "Strong" or look.strong, kind == "Emph" or look.emphasis
                yield from self.spans(content, replace(look, strong=strong, emphasis=emphasis))
            elif kind == "Link":
                yield from self.link(content[1], content[2], look)
            elif kind == "Quoted":
                marks = "‘’" if content[0]["t"] == "SingleQuote" else "“”"
                yield replace(look, words=marks[0])
                yield from self.spans(content[1], look)
                yield replace(look, words=marks[1])
            elif kind in ("Code", "Math"):
                yield replace(look, words=content[1])
            elif kind == "RawInline":
                yield replace(look, words="".join(words for words, _ in _without_tags(content[1])))
            elif kind == "Image":
                words = joined([_inline_words(content[1])]) or content[2][1]
                if words:
                    self.beside(words, "what a picture shows; texts hold no pictures")
                if self.addresses:
                    self.beside(content[2][0], "the address of a picture")
            elif kind == "Note":
                reader = _Reader(self.unit, self.addresses)
                self.waiting += [replace(one, kind="note") for one in reader.blocks(content)]
            elif kind in ("Span", "Cite"):
                yield from self.spans(content[1], look)
            else:  # Underline, Strikeout, Superscript, Subscript, SmallCaps
                yield from self.spans(content, look)

    def link(self, inlines: list[Any], target: list[str], look: Span) -> Iterator[Span]:
        """Its words; an address that no text may link to is told beside them."""
        address, title = target
        if is_safe(address):
            yield from self.spans(inlines, replace(look, address=address))
        else:
            yield from self.spans(inlines, look)
            if self.addresses or re.match(r"[a-z][a-z0-9+.-]*:", address, re.I):
                self.beside(address, "no text may link to this; the words are kept")
        if title:
            self.beside(title, "what a link shows when it is pointed at")

    def beside(self, text: str, why: str) -> None:
        self.waiting.append(plain_piece("beside", text, "", reason=why))


def _inline_words(inlines: list[Any]) -> str:
    reader = _Reader("")
    words = joined(span.words for span in reader.spans(inlines, Span("")))
    return " ".join([words, *(f"({note.text})" for note in reader.waiting)]).strip()


def _words(blocks: list[Any]) -> str:
    """All words in a table's cell, on one line."""
    return " ".join(piece.text for piece in _Reader("").blocks(blocks))


def _meta_texts(value: dict[str, Any]) -> Iterator[str]:
    kind, content = value["t"], value["c"]
    if kind == "MetaInlines":
        yield _inline_words(content)
    elif kind == "MetaBlocks":
        yield _words(content)
    elif kind in ("MetaList", "MetaMap"):
        for inner in content.values() if isinstance(content, dict) else content:
            yield from _meta_texts(inner)
    elif isinstance(content, str):
        yield content


# --- tags --------------------------------------------------------------------------------------


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, bool]] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("script", "style", "template")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style", "template") and self.hidden > 0

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append((data if self.hidden else joined([data]), not self.hidden))


def _without_tags(text: str) -> list[tuple[str, bool]]:
    """The words between tags, and whether a reader would see them."""
    reader = _Tags()
    reader.feed(text)
    reader.close()
    return [(joined([words]), seen) for words, seen in reader.found]


def looks_like_html(text: str) -> bool:
    return bool(re.search(r"<(?:!doctype html|html|body|p|div|h1)\b", text[:4096], re.I))
