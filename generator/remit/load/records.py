"""Files → records. Every problem is returned with its place; nothing here raises over content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from remit.diagnostics import Diagnostic, Location
from remit.load.faults import validate
from remit.load.files import Entry, discover
from remit.load.guidance import read_guidance
from remit.load.reading import read_files
from remit.load.released import read_released
from remit.load.yaml_reader import Places, find_places
from remit.model.records import Guidance, Mandate, Record
from remit.model.register import Origin, Register, address_of
from remit.model.shape import Path
from remit.settings import Settings


@dataclass(slots=True)
class YamlOrigin:
    """A record that is one YAML file. Places are read again when something is to be reported."""

    path: str
    data: bytes
    _places: Places | None = None

    def locate(self, path: Path, *, key: bool = False) -> Location:
        if self._places is None:
            self._places = find_places(self.data)
        return Location(self.path, *self._places.find(path, key=key))

    def fingerprint(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclass(slots=True)
class Loaded:
    register: Register
    problems: list[Diagnostic]


def load_register(settings: Settings) -> Loaded:
    """Reads every record below `content/` and `mandates/`."""
    problems: list[Diagnostic] = []
    entries, guidance = discover(settings, problems)
    records: list[Record] = []
    origins: dict[str, Origin] = {}
    readings = read_files([(entry.file, entry.shown) for entry in entries])
    for entry, reading in zip(entries, readings, strict=True):
        problems.extend(reading.problems)
        if reading.data is None or reading.problems:
            continue
        origin = YamlOrigin(entry.shown, reading.data)
        record = _record(entry, reading.value, origin, problems)
        if record:
            records.append(record)
            origins[address_of(record)] = origin
    for id, files in sorted(guidance.items()):
        page = read_guidance(files, problems)
        if page is None:
            continue
        value, page_origin = page
        page_entry = Entry(Guidance, id, files[page_origin.main][0], page_origin.path)
        record = _record(page_entry, value, page_origin, problems)
        if record:
            records.append(record)
            origins[address_of(record)] = page_origin
    released = read_released(settings, problems)
    return Loaded(Register(tuple(records), settings.languages, origins, released), problems)


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
