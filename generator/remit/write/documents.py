"""Formal documents as bytes: DOCX and ODT by pandoc, PDF by typst, XLSX by XlsxWriter, all from
one tree."""

from __future__ import annotations

import hashlib
import tempfile
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import typst

from remit.model.templates import DocumentFormat
from remit.render.pandoc import pandoc_json
from remit.render.tree import Document
from remit.render.typst import typst_inputs
from remit.write.finish_docx import finish_docx
from remit.write.finish_odt import finish_odt
from remit.write.finish_pdf import finish_pdf
from remit.write.pandoc_tool import ConversionFailed, ToolMissing, convert, pandoc_version
from remit.write.reference_documents import reference_path
from remit.write.spreadsheet import workbook

__all__ = [
    "FORMATS",
    "ConversionFailed",
    "Format",
    "ToolMissing",
    "tool_versions",
    "write_document",
]

Format = DocumentFormat
FORMATS: tuple[Format, ...] = ("docx", "odt", "pdf")

PDF_STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]
_PACKAGE = Path(__file__).parent.parent
_TEMPLATE = _PACKAGE / "templates" / "documents" / "document.typ"
_FONTS = _PACKAGE / "templates" / "fonts"
_thread = threading.local()


def write_document(document: Document, file_format: Format, link_base: str) -> bytes:
    """The finished file: the same document gives the same bytes, whatever the clock says.

    `link_base` is the address of the site in the document's language, such as
    `https://remit.example/nb/`. Raises ToolMissing when pandoc is needed and absent,
    ConversionFailed when a program refuses the document, ValueError for a link that may not stand
    in a document.
    """
    if file_format == "pdf":
        return _pdf(document, link_base)
    if file_format == "xlsx":
        return workbook(document)
    source = pandoc_json(document, link_base, file_format)
    finish: Callable[[bytes, Document], bytes]
    finish = finish_docx if file_format == "docx" else finish_odt
    head = document.letterhead
    reference = reference_path(file_format, document.language, head.ink, head.accent)
    made = convert(source, file_format, "--wrap=none", f"--reference-doc={reference}")
    return finish(made, document)


def tool_versions() -> str:
    """What a finished file depends on beside its document: programs, templates, fonts, this code.

    A missing pandoc is named as such, so that PDF can be made without it.
    """
    try:
        pandoc = pandoc_version()
    except ToolMissing:
        pandoc = "none"
    return (
        f"pandoc {pandoc}, typst {version('typst')}, lxml {version('lxml')}, "
        f"xlsxwriter {version('xlsxwriter')}, remit {_own_digest()}"
    )


@cache
def _own_digest() -> str:
    files = [
        _TEMPLATE,
        *_FONTS.glob("*.ttf"),
        *(_PACKAGE / "write").glob("*.py"),
        *(_PACKAGE / "render" / f"{name}.py" for name in ("document_links", "pandoc", "typst")),
    ]
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _pdf(document: Document, link_base: str) -> bytes:
    day = datetime.fromisoformat(document.date).replace(tzinfo=UTC)
    try:
        made = _compiler().compile(
            input=_template(),
            format="pdf",
            pdf_standards=[*PDF_STANDARDS],
            sys_inputs=typst_inputs(document, link_base),
            timestamp=int(day.timestamp()),
        )
    except typst.TypstError as error:
        hints = " ".join(error.hints)
        raise ConversionFailed(
            f"{document.file_name}.pdf: {error.message} {hints}".strip()
        ) from error
    if not isinstance(made, bytes):
        raise ConversionFailed(f"{document.file_name}.pdf: typst gave no PDF")
    return finish_pdf(made, document)


def _compiler() -> typst.Compiler:
    """One compiler per thread, in an empty folder so that no file can be read."""
    if not hasattr(_thread, "compiler"):
        _thread.root = tempfile.TemporaryDirectory(prefix="remit-typst-")
        _thread.compiler = typst.Compiler(
            root=_thread.root.name,
            font_paths=[str(_FONTS)],
            ignore_system_fonts=True,
            package_path=_thread.root.name,
            package_cache_path=_thread.root.name,
        )
    compiler: typst.Compiler = _thread.compiler
    return compiler


@cache
def _template() -> bytes:
    return _TEMPLATE.read_bytes()
