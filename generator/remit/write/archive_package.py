"""What an archive package holds beside its documents: their sources, and metadata of every file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from remit.model.records import MandateVersion
from remit.model.register import Register, address_of
from remit.render.mandate_document import mandate_frame
from remit.render.noark import PROGRAM, ArchivedFile, ArchivedVersion, arkivstruktur
from remit.render.tree import Document
from remit.render.view import View
from remit.settings import Settings
from remit.write.bag import checksum
from remit.write.documents import FORMATS, Format
from remit.write.files import write_file

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


def spoken_in(version: MandateVersion, languages: Sequence[str]) -> list[str]:
    """The languages of a version's documents: the authoritative one, then the others wanted."""
    first = version.authoritative_language
    return [first, *(language for language in languages if language != first)]


def complete(
    register: Register,
    settings: Settings,
    versions: Sequence[MandateVersion],
    languages: Sequence[str],
    payload: Path,
) -> int:
    """Adds the sources and the metadata to the documents that lie there. Returns the number of
    files."""
    archived = []
    for version in versions:
        documents = []
        for language in spoken_in(version, languages):
            view = View(register, settings, language, settings.today)
            document = mandate_frame(view, version)
            files = (place_in(payload, document, file_format) for file_format in FORMATS)
            documents.append((document, tuple(_described(file, payload) for file in files)))
        sources = _write_sources(register, version, payload)
        described = tuple(_described(file, payload) for file in sources)
        archived.append(ArchivedVersion(version, tuple(documents), described))
    view = View(register, settings, "nb", settings.today)
    write_file(payload / STRUCTURE, arkivstruktur(view, archived))
    return 1 + sum(
        len(one.sources) + sum(len(files) for _, files in one.documents) for one in archived
    )


def _write_sources(register: Register, version: MandateVersion, payload: Path) -> list[Path]:
    """The mandate's file and the version's, as they were read."""
    written = []
    for record, name in (
        (register.mandate_of(version), version.mandate),
        (version, f"{version.mandate}-{version.id}"),
    ):
        file = payload / FOLDER / _below(address_of(version)) / f"{name}.yml"
        for content in register.origins[address_of(record)].sources.values():
            write_file(file, content)
        written.append(file)
    return written


def _below(address: str) -> str:
    return address.removeprefix("mandates/")


def _described(file: Path, payload: Path) -> ArchivedFile:
    return ArchivedFile(file.relative_to(payload).as_posix(), file.stat().st_size, checksum(file))
