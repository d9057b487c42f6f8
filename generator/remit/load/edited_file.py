"""An edited document that someone hands in, read in a process of its own that has little memory
and time. A file made to use up all memory ends that process and nothing else."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from remit.load.apart import contents, tell, told_apart
from remit.load.document_facts import NotReadable
from remit.load.edited_parts import EditedFile, file_of


def read_edited(file: Path) -> EditedFile:
    """Raises NotReadable, with why."""
    return file_of(told_apart(__name__, file, "document"))


def _read(file: Path) -> EditedFile:
    """Raises NotReadable."""
    data = contents(file, "document's")
    if b"%PDF-" in data[:1024]:
        raise NotReadable(
            "the file is a PDF, which cannot be edited and taken back; edit the DOCX or ODT"
        )
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise NotReadable("the file has a password or is of an old Word; save it as DOCX without")
    if not data.startswith(b"PK\x03\x04"):
        raise NotReadable("the file is no DOCX or ODT")
    from remit.load.edited_docx import read_edited_docx
    from remit.load.edited_odt import read_edited_odt
    from remit.load.office_parts import OfficeParts

    parts = OfficeParts(data)
    is_odt, is_docx = "content.xml" in parts.names, "_rels/.rels" in parts.names
    if is_odt == is_docx:
        raise NotReadable("the file is a zip file, but not just a DOCX or an ODT")
    return read_edited_odt(parts) if is_odt else read_edited_docx(parts)


if __name__ == "__main__":
    tell(lambda file: asdict(_read(file)), "document")
