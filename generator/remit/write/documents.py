"""Formal documents as bytes: DOCX and ODT by pandoc, PDF by typst, XLSX by XlsxWriter, all from
one tree."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from remit.model.templates import DocumentFormat
from remit.render.pandoc import pandoc_block, pandoc_json
from remit.render.tree import Document
from remit.render.typst import typst_data
from remit.write.pandoc_tool import ConversionFailed, ToolMissing, convert, pandoc_version
from remit.write.typst_tool import FONTS, TEMPLATES, typeset

__all__ = [
    "FORMATS",
    "ConversionFailed",
    "Format",
    "ToolMissing",
    "style_key",
    "tool_versions",
    "write_document",
    "write_documents",
]

Format = DocumentFormat
OfficeFormat = Literal["docx", "odt"]
FORMATS: tuple[Format, ...] = ("docx", "odt", "pdf")

_PACKAGE = Path(__file__).parent.parent
_RENDERED = ("document_links", "pandoc", "typesetting", "typst")


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
        from remit.write.spreadsheet import workbook  # with all of XlsxWriter

        return workbook(document)
    return next(write_documents([(document, link_base)], file_format))


def write_documents(
    documents: Sequence[tuple[Document, str]], file_format: OfficeFormat
) -> Iterator[bytes]:
    """Documents that have `style_key` in common, by one call of pandoc: each has the same bytes
    as if it were made alone.

    Raises as `write_document` does. When pandoc refuses them, each is tried alone, so that the
    message is about the one that is at fault.
    """
    from remit.write.reference_documents import reference_path

    blocks = [pandoc_block(document, base, file_format) for document, base in documents]
    first = documents[0][0]
    reference = reference_path(file_format, *style_key(first))
    try:
        made = convert(
            pandoc_json(blocks, first.language),
            file_format,
            "--wrap=none",
            f"--reference-doc={reference}",
        )
    except ConversionFailed as error:
        if len(documents) == 1:
            raise ConversionFailed(f"{first.file_name}.{file_format}: {error}") from error
        for one in documents:
            yield next(write_documents([one], file_format))
        return
    split, finish = _office(file_format)
    for parts, (document, _) in zip(split(made), documents, strict=True):
        yield finish(parts, document)


def _office(
    file_format: OfficeFormat,
) -> tuple[
    Callable[[bytes], Iterator[dict[str, bytes]]], Callable[[dict[str, bytes], Document], bytes]
]:
    """What takes pandoc's file apart, and what finishes each document; with all of lxml."""
    if file_format == "docx":
        from remit.write.finish_docx import finish_docx
        from remit.write.split_docx import split_docx

        return split_docx, finish_docx
    from remit.write.finish_odt import finish_odt
    from remit.write.split_odt import split_odt

    return split_odt, finish_odt


def style_key(document: Document) -> tuple[str, str, str]:
    """What the styles of an office file depend on: its language and the letterhead's colours."""
    return document.language, document.letterhead.ink, document.letterhead.accent


@cache
def tool_versions(file_format: Format) -> str:
    """What a finished file depends on beside its document: programs, templates, fonts, this code.

    Raises ToolMissing for what pandoc makes when it is absent.
    """
    if file_format == "pdf":
        tools = f"typst {version('typst')}"
    elif file_format == "xlsx":
        tools = f"xlsxwriter {version('xlsxwriter')}"
    else:
        tools = f"pandoc {pandoc_version()}, lxml {version('lxml')}"
    return f"{tools}, remit {_own_digest()}"


@cache
def _own_digest() -> str:
    files = [
        TEMPLATES / "document.typ",
        *FONTS.glob("*.ttf"),
        *(_PACKAGE / "write").glob("*.py"),
        *(_PACKAGE / "render" / f"{name}.py" for name in _RENDERED),
    ]
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _pdf(document: Document, link_base: str) -> bytes:
    from remit.write.finish_pdf import finish_pdf

    made = typeset(
        "document.typ",
        typst_data(document, link_base),
        ["a-3a" if document.attachments else "a-2a", "ua-1"],
        document.date,
        f"{document.file_name}.pdf",
    )
    return finish_pdf(made, document)
