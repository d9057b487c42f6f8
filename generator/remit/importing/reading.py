"""A file that someone hands in → its pieces, read in a process of its own.

What pandoc leaves out is found by `every_word` and put among the pieces, so that no word is lost.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from remit.importing.every_word import (
    Heard,
    Overheard,
    in_docx,
    in_html,
    in_markdown,
    in_odt,
)
from remit.importing.pandoc_pieces import looks_like_html, pieces_of
from remit.importing.pieces import ForeignDocument, Piece, Span, plain_piece, words_of
from remit.importing.plain_text import read_text
from remit.load.apart import contents, tell, told_apart
from remit.load.document_facts import NotReadable
from remit.load.office_parts import OfficeParts
from remit.write.pandoc_tool import pandoc_path

LARGEST_TEXT = 8 * 1024 * 1024
LARGEST_TREE = 64 * 1024 * 1024
MEMORY = 1536 * 1024 * 1024
PANDOC_MEMORY = "-M1g"
SECONDS = 120

ENDINGS = (".docx", ".odt", ".html", ".htm", ".xhtml", ".txt", ".md", ".markdown")
_NOT_TAKEN = {
    b"%PDF-": "the file is a PDF; ask for the Word file, or save its text as .txt",
    b"{\\rtf": "the file is RTF; open it in Word or LibreOffice and save it as DOCX",
    b"\xd0\xcf\x11\xe0": (
        "the file is encrypted or of an old Word; "
        "open it in Word or LibreOffice and save it as DOCX without a password"
    ),
}


def read_foreign(file: Path) -> ForeignDocument:
    """Raises NotReadable."""
    answer = told_apart(__name__, file, "document", SECONDS)
    pieces = tuple(
        Piece(
            **{
                **one,
                "spans": tuple(Span(**span) for span in one["spans"]),
                "cells": tuple(one["cells"]),
            }
        )
        for one in answer["pieces"]
    )
    return ForeignDocument(answer["file_format"], pieces, tuple(answer["notes"]))


# --- in the process of its own -----------------------------------------------------------------


def read_here(file: Path) -> ForeignDocument:
    """In this process, whose memory is not limited. Raises NotReadable."""
    data = contents(file, "document's")
    if not data.strip():
        raise NotReadable("the file is empty")
    for start, why in _NOT_TAKEN.items():
        if data.startswith(start):
            raise NotReadable(why)
    ending = file.suffix.lower()
    if data.startswith(b"PK\x03\x04") or ending in (".docx", ".odt"):
        return _office(data, ending)
    if len(data) > LARGEST_TEXT:
        raise NotReadable("the file is larger than any document's text")
    text, notes = _decoded(data)
    if ending in (".html", ".htm", ".xhtml") or (ending == ".txt" and looks_like_page(text)):
        return _page(text, notes)
    if ending in (".md", ".markdown"):
        return _markdown(text, notes)
    pieces, more = read_text(text)
    return ForeignDocument("txt", tuple(pieces), (*notes, *more))


def looks_like_page(text: str) -> bool:
    return looks_like_html(text) and bool(re.match(r"\s*<(?:!doctype|html)\b", text, re.I))


def _office(data: bytes, ending: str) -> ForeignDocument:
    if not data.startswith(b"PK"):
        raise NotReadable(f"the file is called {ending}, but is none")
    parts = OfficeParts(data)
    is_odt, is_docx = "content.xml" in parts.names, "_rels/.rels" in parts.names
    if is_odt == is_docx or (is_docx and not any(n.startswith("word/") for n in parts.names)):
        raise NotReadable("the file is a zip file, but not just a DOCX or an ODT")
    overheard = in_odt(parts) if is_odt else in_docx(parts)
    file_format = "odt" if is_odt else "docx"
    return _whole(file_format, _by_pandoc(data, file_format), overheard, ())


def _page(text: str, notes: Sequence[str]) -> ForeignDocument:
    overheard = in_html(text)
    return _whole("html", _by_pandoc(text.encode(), "html"), overheard, notes)


def _markdown(text: str, notes: Sequence[str]) -> ForeignDocument:
    front, body = _front_matter(text)
    pieces = [
        plain_piece("paragraph", line, f"line {number}")
        for number, line in enumerate(front.split("\n"), 2)
        if line.strip()
    ]
    pieces += _by_pandoc(body.encode(), "gfm+footnotes+definition_lists")
    return _whole("md", pieces, in_markdown(text), notes)


def _front_matter(text: str) -> tuple[str, str]:
    """The lines between two lines of --- at the top, and the rest."""
    match = re.match(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", text, re.S)
    return (match[1], text[match.end() :]) if match else ("", text)


def _by_pandoc(data: bytes, file_format: str) -> list[Piece]:
    """Raises NotReadable."""
    command = [str(pandoc_path()), "+RTS", PANDOC_MEMORY, "-RTS", "--sandbox"]
    command += ["--from", file_format, "--to", "json"]
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            preexec_fn=_without_limit,
        )
    except subprocess.TimeoutExpired:
        raise NotReadable("it takes more time to read than any document does") from None
    if done.returncode == 251 or b"heap exhausted" in done.stderr.lower():
        raise NotReadable("it takes more memory to read than any document does")
    if done.returncode:
        why = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise NotReadable(f"the file is damaged: {why}")
    if len(done.stdout) > LARGEST_TREE:
        raise NotReadable("it holds more text than any document does")
    return pieces_of(json.loads(done.stdout), addresses=file_format.startswith("gfm"))


def _decoded(data: bytes) -> tuple[str, list[str]]:
    """The text, and what was guessed of its encoding. Raises NotReadable."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _new_lines(data.decode("utf-16", "replace")), ["the text is UTF-16"]
    try:
        return _new_lines(data.decode("utf-8-sig")), []
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    if b"\x00" in data:
        raise NotReadable("the file is no text")
    note = (
        f"line {line} is no UTF-8; the text is read as Windows-1252, "
        "look at the letters å, ä, ö, æ, ø"
    )
    return _new_lines(data.decode("cp1252", "replace")), [note]


def _new_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


# --- what pandoc left out ----------------------------------------------------------------------


def _whole(
    file_format: str, pieces: list[Piece], overheard: Overheard, notes: Sequence[str]
) -> ForeignDocument:
    """The pieces with all that was overheard and is not among them."""
    left = Counter(
        word
        for piece in pieces
        for word in words_of(" ".join([piece.text, *(span.address for span in piece.spans)]))
    )
    known: dict[str, int] = {}
    for index, piece in enumerate(pieces):
        known.setdefault(_key(piece.text), index)
    placed_after = -1
    extra: dict[int, list[Piece]] = {}
    for heard in sorted(overheard.paragraphs, key=lambda one: bool(one.hidden)):
        words = Counter(words_of(heard.text))
        missing = words - left
        left -= words
        place = known.get(_key(heard.text))
        if place is not None and not heard.part:
            placed_after = place
        if missing:
            extra.setdefault(placed_after, []).append(_left_out(heard, missing, words))
    whole = [*extra.get(-1, ())]
    for index, piece in enumerate(pieces):
        whole += [piece, *extra.get(index, ())]
    return ForeignDocument(file_format, tuple(whole), (*notes, *overheard.notes))


def _key(text: str) -> str:
    return " ".join(words_of(text))


def _left_out(heard: Heard, missing: Counter[str], words: Counter[str]) -> Piece:
    """The paragraph, or where most of it is known, the words that are not."""
    if missing.total() * 2 >= words.total():
        text = heard.text
    else:
        remaining, kept = Counter(missing), []
        for word in words_of(heard.text):
            if remaining[word] > 0:
                remaining[word] -= 1
                kept.append(word)
        text = " ".join(kept)
    if heard.hidden:
        return plain_piece("beside", text, heard.hidden, reason=heard.hidden)
    if heard.part and heard.part != "a text box":
        return plain_piece("beside", text, heard.part, reason=f"it stands in {heard.part}")
    return plain_piece("paragraph", text, heard.part or "the text", reason=heard.part or "left out")


def _without_limit() -> None:
    """pandoc reserves far more addresses than it uses; its memory is limited by itself."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


if __name__ == "__main__":
    tell(
        lambda file: asdict(read_here(file)),
        "document",
        memory=MEMORY,
        spare=SECONDS,
        calls_others=True,
    )
