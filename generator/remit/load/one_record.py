"""One file → its record, in this process or a second one."""

from __future__ import annotations

from typing import Any, NamedTuple

from remit.diagnostics import Diagnostic, Location
from remit.load.faults import validate
from remit.load.files import Entry
from remit.load.origins import YamlOrigin
from remit.load.reading import FileReading, read_file
from remit.load.source import Source
from remit.load.store import packed
from remit.model.records import Mandate, Organisation, Record
from remit.model.register import Origin


class Made(NamedTuple):
    """A record that a second process has made of its file."""

    digest: bytes
    fingerprint: str
    packed: bytes


def read_entry(source: Source, entry: Entry) -> FileReading:
    return read_file(entry.file, entry.shown, source.read)


def made_of(source: Source, entry: Entry) -> FileReading | Made | None:
    """In a second process. None for what is wrong: the first one reports that. An organisation's
    mark is another file, so it is only read here."""
    reading = read_entry(source, entry)
    if reading.data is None or reading.problems:
        return None
    if entry.cls is Organisation:
        return reading
    origin = YamlOrigin.read(entry.shown, reading.data)
    record = record_of(entry, reading.value, origin, [])
    if record is None:
        return None
    return Made(origin.digest, origin.fingerprint(), packed(record))


def record_of(
    entry: Entry, value: Any, origin: Origin, problems: list[Diagnostic]
) -> Record | None:
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
