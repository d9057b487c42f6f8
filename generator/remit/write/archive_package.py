"""What an archive package holds beside its documents: their sources, and metadata of every file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from remit.model.records import MandateVersion
from remit.model.register import Register, address_of
from remit.render.noark import PROGRAM, ArchivedFile, ArchivedVersion, arkivstruktur
from remit.render.tree import Document
from remit.render.view import View
from remit.settings import Settings
from remit.write.bag import checksum
from remit.write.documents import FORMATS, Format
from remit.write.files import CannotWrite, write_file

STRUCTURE = "arkivstruktur.xml"
FOLDER = "dokumenter"


def information(settings: Settings) -> list[tuple[str, str]]:
    """What the package says about itself in `bag-info.txt`."""
    return [
        ("Source-Organization", settings.site_name[settings.default_language]),
        ("External-Identifier", settings.site_url),
        ("External-Description", "Mandates as PDF/A, DOCX and ODT, their sources, and metadata"),
        ("Bagging-Date", settings.today.isoformat()),
        ("Bag-Software-Agent", PROGRAM),
    ]


def place_in(payload: Path, document: Document, file_format: Format) -> Path:
    """Where a document's file lies in the package."""
    return payload / FOLDER / _below(document.address) / f"{document.file_name}.{file_format}"


def complete(
    register: Register,
    settings: Settings,
    made: Sequence[tuple[MandateVersion, Sequence[Document]]],
    payload: Path,
) -> int:
    """Adds the sources and the metadata to the documents that lie there. Returns the number of
    files. Raises CannotWrite when a source is no longer what the documents were made of."""
    archived = [
        ArchivedVersion(
            version,
            tuple(
                (
                    document,
                    tuple(_described(place_in(payload, document, f), payload) for f in FORMATS),
                )
                for document in documents
            ),
            tuple(
                _described(file, payload)
                for file in _write_sources(register, settings, version, payload)
            ),
        )
        for version, documents in made
    ]
    view = View(register, settings, "nb", settings.today)
    write_file(payload / STRUCTURE, arkivstruktur(view, archived))
    return 1 + sum(
        len(one.sources) + sum(len(files) for _, files in one.documents) for one in archived
    )


def _write_sources(
    register: Register, settings: Settings, version: MandateVersion, payload: Path
) -> list[Path]:
    """The mandate's file and the version's, as they were read."""
    written = []
    for record, name in (
        (register.mandate_of(version), version.mandate),
        (version, f"{version.mandate}-{version.id}"),
    ):
        origin = register.origins[address_of(record)]
        content = (settings.root / origin.path).read_bytes()
        if hashlib.sha256(content).hexdigest() != origin.fingerprint():
            raise CannotWrite(f"{origin.path} was changed while the package was made; try again")
        file = payload / FOLDER / _below(address_of(version)) / f"{name}.yml"
        write_file(file, content)
        written.append(file)
    return written


def _below(address: str) -> str:
    return address.removeprefix("mandates/")


def _described(file: Path, payload: Path) -> ArchivedFile:
    return ArchivedFile(file.relative_to(payload).as_posix(), file.stat().st_size, checksum(file))
