"""Documents to import, written by other means than remit's: paragraphs, lists, tables, headings."""

from __future__ import annotations

import html
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import docx

from remit.write.pandoc_tool import pandoc_path

FORMATS = ("docx", "odt", "html", "md", "txt")


@dataclass(frozen=True)
class Bit:
    kind: Literal["title", "heading", "paragraph", "item", "inner", "row"]
    text: str
    more: str = ""
    """The second cell of a row."""


def write_document(file: Path, bits: list[Bit]) -> Path:
    """The same document in the format that the file's name says."""
    if file.suffix == ".docx":
        _docx(bits, file)
    elif file.suffix == ".odt":
        source = file.with_suffix(".docx")
        _docx(bits, source)
        made = subprocess.run(
            [str(pandoc_path()), "--from", "docx", "--to", "odt", str(source), "-o", str(file)],
            check=False,
        )
        assert not made.returncode
    elif file.suffix == ".html":
        lines = "\n".join(map(_html, bits))
        page = f"<!doctype html><html><head><meta charset=utf-8></head><body>{lines}</body></html>"
        file.write_text(page, "utf-8")
    elif file.suffix == ".md":
        file.write_text("\n\n".join(map(_markdown, bits)) + "\n", "utf-8")
    else:
        file.write_text("\n\n".join(map(_text, bits)) + "\n", "utf-8")
    return file


def _docx(bits: list[Bit], file: Path) -> None:
    document = docx.Document()
    for bit in bits:
        if bit.kind == "row":
            table = document.add_table(1, 2)
            table.cell(0, 0).text, table.cell(0, 1).text = bit.text, bit.more
        elif bit.kind in ("title", "heading"):
            document.add_heading(bit.text, 0 if bit.kind == "title" else 1)
        else:
            style = {"item": "List Bullet", "inner": "List Bullet 2"}.get(bit.kind)
            document.add_paragraph(bit.text, style)
    document.save(str(file))


def _html(bit: Bit) -> str:
    text, more = html.escape(bit.text), html.escape(bit.more)
    return {
        "title": f"<h1>{text}</h1>",
        "heading": f"<h2>{text}</h2>",
        "paragraph": f"<p>{text}</p>",
        "item": f"<ul><li>{text}</li></ul>",
        "inner": f"<ul><li><ul><li>{text}</li></ul></li></ul>",
        "row": f"<table><tr><td>{text}</td><td>{more}</td></tr></table>",
    }[bit.kind]


def _markdown(bit: Bit) -> str:
    return {
        "title": f"# {bit.text}",
        "heading": f"## {bit.text}",
        "paragraph": bit.text,
        "item": f"- {bit.text}",
        "inner": f"  - {bit.text}",
        "row": f"| {bit.text} | {bit.more} |\n|---|---|",
    }[bit.kind]


def _text(bit: Bit) -> str:
    return {
        "title": bit.text,
        "heading": f"{bit.text}\n---------",
        "paragraph": bit.text,
        "item": f"• {bit.text}",
        "inner": f"   - {bit.text}",
        "row": f"{bit.text}\t{bit.more}",
    }[bit.kind]
