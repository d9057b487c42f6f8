"""One file → its record, in this process or a second one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from remit.cache import Stamp
from remit.diagnostics import Diagnostic, Location
from remit.load.early_reading import EarlyFile, EarlyFiles
from remit.load.faults import validate
from remit.load.files import Entry
from remit.load.origins import YamlOrigin
from remit.load.packing import unpack
from remit.load.reading import FileReading, read_file
from remit.load.source import Source
from remit.load.store import Packed, packed, packed_outward
from remit.model.records import Mandate, Organisation, Record
from remit.model.register import Origin
from remit.model.shape import Found, look_through, outward

Life = tuple[str, str]
"""The first and the last day of a time as they are written; empty where it is open."""


class Made(NamedTuple):
    """What was made of a file, as another process can do with it."""

    digest: bytes
    fingerprint: str
    packed: Packed
    life: Life


class Whole(NamedTuple):
    """The same in the process that has made it."""

    record: Record
    found: Found
    origin: Origin


Result = tuple[Stamp | None, FileReading | Made | None]
"""The file's stamp before it was read, and what was made of it: None for what is wrong, which who
asks for it reports. Of an organisation with a letterhead only what was read: its mark is another
file."""


class Making:
    """Makes records of files, and holds them."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.whole: dict[str, Whole] = {}
        """By the file's path as shown."""
        self.early: EarlyFiles = {}
        """What was read before."""

    def make(self, entries: Sequence[Entry]) -> list[Result]:
        """One step after the other, each for all of them: that takes a fifth less than one file
        after the other, since the processor knows its way."""
        stamps = [self.source.stamp(entry.file) for entry in entries]
        known = list(map(self._known, entries, stamps))
        readings = [
            FileReading(b"", unpack(early.packed).whole, [])
            if early
            else read_entry(self.source, entry)
            for entry, early in zip(entries, known, strict=True)
        ]
        made = list(map(self._record, entries, readings, known))
        found = [look_through(one[0]) if one else None for one in made]
        results: list[Result] = []
        for entry, stamp, early, reading, one, inside in zip(
            entries, stamps, known, readings, made, found, strict=True
        ):
            if one is None or inside is None:
                is_whole = _has_letterhead(entry, reading)
                results.append((stamp, reading if is_whole else None))
                continue
            record, origin = one
            self.whole[entry.shown] = Whole(record, inside, origin)
            if early:
                points_to = packed_outward(outward(inside))
                pack = Packed(*points_to, early.packed, early.digest_packed)
            else:
                pack = packed(reading.value, outward(inside))
            made_of = Made(origin.digest, origin.fingerprint(), pack, life_of(record))
            results.append((stamp, made_of))
        return results

    def _known(self, entry: Entry, stamp: Stamp | None) -> EarlyFile | None:
        """What was read before of the file as it is now."""
        early = self.early.get(entry.shown)
        return early if early and early.stamp == stamp else None

    def _record(
        self, entry: Entry, reading: FileReading, early: EarlyFile | None
    ) -> tuple[Record, YamlOrigin] | None:
        if reading.data is None or reading.problems or _has_letterhead(entry, reading):
            return None
        if early:
            again = partial(self.source.read, entry.file, entry.shown, [])
            origin = YamlOrigin.kept(
                entry.shown, early.digest, early.fingerprint, again, has_drawing=False
            )
        else:
            origin = YamlOrigin.read(entry.shown, reading.data)
        record = record_of(entry, reading.value, origin, [])
        return (record, origin) if record else None


def _has_letterhead(entry: Entry, reading: FileReading) -> bool:
    """Of what could be read."""
    return (
        entry.cls is Organisation
        and not reading.problems
        and isinstance(reading.value, dict)
        and "letterhead" in reading.value
    )


def life_of(record: Record) -> Life:
    life = record.life
    return (life.from_.text if life.from_ else "", life.to.text if life.to else "")


def read_entry(source: Source, entry: Entry) -> FileReading:
    return read_file(entry.file, entry.shown, source.read)


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
        value = {**value, "mandate": entry.mandate}
    return validate(entry.cls, value, origin, problems)
