"""Finishes typst's PDF: what it says about itself, and what typst cannot say of its structure."""

from __future__ import annotations

import hashlib
import re
import uuid

from remit.render.tree import Document
from remit.write.pdf_metadata import information, own_properties, xmp_packet
from remit.write.pdf_objects import PdfObjects
from remit.write.pdf_structure import complete_tables, speak_changes


def finish_pdf(pdf: bytes, document: Document) -> bytes:
    """The finished file; the same document and typst output always give the same bytes.

    Raises ValueError when typst has written something else than this code knows.
    """
    file = PdfObjects(_unmistakable(pdf))
    complete_tables(file, document)
    speak_changes(file, document)
    identifiers = _identifiers(pdf, document)
    _describe(file, document, identifiers)
    return file.to_bytes((identifiers[0].bytes, identifiers[1].bytes))


def _unmistakable(pdf: bytes) -> bytes:
    """The same file with ends of streams that no reader can take for data, or data for an end.

    A compressed stream may by chance end with a carriage return. Then the line feed after it reads
    as one line end with it, and the stream seems a byte too short (ISO 32000-1, 7.3.8.1). Another
    carriage return is a line end as well and leaves no doubt.
    """
    return pdf.replace(b"\r\nendstream", b"\r\rendstream")


def _identifiers(pdf: bytes, document: Document) -> tuple[uuid.UUID, uuid.UUID]:
    """Of the document, whatever it says, and of just this file."""
    lasting = uuid.uuid5(uuid.NAMESPACE_URL, f"{document.web_address}{document.file_name}.pdf")
    digest = hashlib.sha256(pdf + repr(own_properties(document)).encode())
    return lasting, uuid.UUID(bytes=digest.digest()[:16], version=4)


def _describe(
    file: PdfObjects, document: Document, identifiers: tuple[uuid.UUID, uuid.UUID]
) -> None:
    metadata = re.search(rb"/Metadata (\d+) 0 R", file[file.catalog])
    if metadata is None:
        raise ValueError("the PDF has no XMP packet")
    part = 3 if document.attachments else 2
    packet = xmp_packet(document, (f"uuid:{identifiers[0]}", f"uuid:{identifiers[1]}"), part)
    file[int(metadata[1])] = b"<</Type/Metadata/Subtype/XML/Length %d>>\nstream\n%s\nendstream" % (
        len(packet),
        packet,
    )
    file[file.information] = information(document)
