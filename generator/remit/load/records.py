"""Files → records. Every problem is returned with its place; nothing here raises over content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from remit.diagnostics import Diagnostic, Location
from remit.load.code_owners import read_code_owners
from remit.load.faults import validate
from remit.load.files import Entry, discover
from remit.load.guidance import read_guidance
from remit.load.letterheads import Drawings
from remit.load.reading import read_files
from remit.load.released import read_released
from remit.load.source import Disk, Source
from remit.load.source_revisions import SourceRevisions
from remit.load.templates import read_templates
from remit.load.yaml_reader import Places, find_places
from remit.model.records import Guidance, Mandate, Organisation, Record
from remit.model.register import Origin, Register, address_of
from remit.model.shape import Path
from remit.settings import Settings


@dataclass(slots=True)
class YamlOrigin:
    """A record that is one YAML file. Places are read again when something is to be reported."""

    path: str
    data: bytes
    drawing: bytes = b""
    """The bytes of the SVG file that belongs to it, when it has a letterhead with one."""
    _places: Places | None = None

    def locate(self, path: Path, *, key: bool = False) -> Location:
        if self._places is None:
            self._places = find_places(self.data)
        return Location(self.path, *self._places.find(path, key=key))

    def fingerprint(self) -> str:
        return hashlib.sha256(self.data + self.drawing).hexdigest()

    @property
    def sources(self) -> dict[str, bytes]:
        return {self.path: self.data}


@dataclass(slots=True)
class Loaded:
    register: Register
    problems: list[Diagnostic]
    settings: Settings | None = None
    """The register's own, when it is not of now."""


def load_register(
    settings: Settings, source: Source | None = None, beside: Register | None = None
) -> Loaded:
    """Reads every record below `content/` and `mandates/`, on disk or in another source.

    What `beside` has read from the same bytes is shared with it and not read again.
    """
    source = source or Disk(settings.root)
    problems: list[Diagnostic] = []
    found = discover(settings, source, problems)
    entries = found.entries
    shared = _shared(entries, source, beside) if beside else {}
    drawings = Drawings(found.drawings, source.read, problems)
    records: list[Record] = []
    origins: dict[str, Origin] = {}

    def keep(record: Record | None, origin: Origin) -> None:
        if record:
            records.append(record)
            origins[address_of(record)] = origin

    unread = [(entry.file, entry.shown) for entry in entries if entry.shown not in shared]
    readings = read_files(unread, source.read)
    for entry in entries:
        if entry.shown in shared:
            keep(*shared[entry.shown])
            continue
        reading = next(readings)
        problems.extend(reading.problems)
        if reading.data is not None and not reading.problems:
            origin = YamlOrigin(entry.shown, reading.data)
            if entry.cls is Organisation:
                origin.drawing = drawings.add_to(reading.value, origin)
            keep(_record(entry, reading.value, origin, problems), origin)
        elif entry.cls is Organisation:
            drawings.has_unread = True
    for id, files in sorted(found.guidance.items()):
        page = read_guidance(files, source.read, problems)
        if page is not None:
            value, page_origin = page
            page_entry = Entry(Guidance, id, files[page_origin.main][0], page_origin.path)
            keep(_record(page_entry, value, page_origin, problems), page_origin)
    drawings.report_unnamed()
    released = read_released(settings, problems) if isinstance(source, Disk) else None
    code_owners = read_code_owners(settings, problems) if isinstance(source, Disk) else {}
    templates = read_templates(found.templates, source, origins, problems)
    folders = (settings.content, settings.mandates)
    revisions = SourceRevisions(settings.root, folders, source.commit)
    register = Register(
        tuple(records), settings.languages, origins, released, templates, revisions, code_owners
    )
    return Loaded(register, problems)


def _shared(
    entries: list[Entry], source: Source, beside: Register
) -> dict[str, tuple[Record, YamlOrigin]]:
    """By path: the records of `beside` that these files would give once more."""
    known = {
        origin.path: (beside.by_address[address], origin)
        for address, origin in beside.origins.items()
        if isinstance(origin, YamlOrigin)
    }
    found = {}
    for entry in entries:
        record, origin = known.get(entry.shown, (None, None))
        if record is None or origin is None or type(record) is not entry.cls:
            continue
        if origin.drawing:
            continue  # the drawing may be another one
        if source.read(entry.file, entry.shown, []) == origin.data:
            found[entry.shown] = (record, origin)
    return found


def _record(entry: Entry, value: Any, origin: Origin, problems: list[Diagnostic]) -> Record | None:
    if not isinstance(value, dict):
        problems.append(
            Diagnostic(
                Location(entry.shown),
                "wrong-type",
                "a record is a group of fields (field: value), not a list or a text",
                "begin with id: and authoritative_language:",
            )
        )
        return None
    if "id" in value and str(value["id"]) != entry.id:
        where = "the folder" if entry.cls is Mandate else "the file"
        problems.append(
            Diagnostic(
                origin.locate(("id",)),
                "id-mismatch",
                f'the id "{value["id"]}" and the name of {where}, "{entry.id}", differ',
                "make them the same; an id that is in use stays, so rename the file",
            )
        )
        return None
    if entry.mandate:
        if "mandate" in value:
            problems.append(
                Diagnostic(
                    origin.locate(("mandate",), key=True),
                    "unknown-field",
                    'unknown field "mandate"',
                    "delete it; the folder says which mandate it is",
                )
            )
            return None
        value["mandate"] = entry.mandate
    return validate(entry.cls, value, origin, problems)
