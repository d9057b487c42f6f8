"""One file → its record, in this process or a second one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from remit.cache import Stamp
from remit.diagnostics import Diagnostic, Location
from remit.load.early_reading import EarlyFile, EarlyFiles
from remit.load.faults import validate
from remit.load.files import Entry, Telling
from remit.load.origins import YamlOrigin
from remit.load.packing import unpack
from remit.load.reading import FileReading, read_file
from remit.load.records_file import Kept, New, Packed, RecordsFile, packed_outward, packed_value
from remit.load.source import Source
from remit.model.records import Mandate, Organisation, Record
from remit.model.register import Origin
from remit.model.shape import Found, look_through, outward

Life = tuple[str, str]
"""The first and the last day of a time as they are written; empty where it is open."""


class Made(NamedTuple):
    """What was made of a file, as another process can do with it."""

    kept: Kept
    life: Life


class Whole(NamedTuple):
    """The same in the process that has made it."""

    record: Record
    found: Found
    origin: Origin
    kept: Kept


Result = tuple[Stamp | None, FileReading | Made | None]
"""The file's stamp before it was read, and what was made of it: None for what is left to who asks
for it, since something is wrong with it. Of an organisation with a letterhead only what was read:
its mark is another file."""


class Making:
    """Makes records of files, and holds them."""

    def __init__(self, source: Source, telling: Telling) -> None:
        self.source, self.telling = source, telling
        self.whole: dict[str, Whole] = {}
        """By the file's path as shown."""
        self.early: EarlyFiles = {}
        """What was read before."""
        self.many = False
        """Whether so many files are read that their bytes are not to be held."""
        self.portion: Callable[[list[Whole]], list[Whole]] = list
        """Takes what was made at a time, and gives what is to be held of each."""

    def make(self, room: RecordsFile, entries: Sequence[Entry]) -> list[Result]:
        """What is made lies in the file of records then; where that has no room, all is left.

        One step after the other, each for all of them: that takes a fifth less than one file
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
        new = [
            self._new(entry, stamp, one[1], inside, early, reading)
            for entry, stamp, early, reading, one, inside in zip(
                entries, stamps, known, readings, made, found, strict=True
            )
            if one and inside
        ]
        try:
            kept = iter(room.keep(new))
        except OSError:
            return [(stamp, None) for stamp in stamps]
        results: list[Result] = []
        whole: dict[str, Whole] = {}
        for entry, stamp, reading, one, inside in zip(
            entries, stamps, readings, made, found, strict=True
        ):
            if one and inside:
                record, origin = one
                row = next(kept)
                whole[entry.shown] = Whole(record, inside, origin, row)
                results.append((stamp, Made(row, life_of(record))))
            else:
                results.append((stamp, reading if _has_letterhead(entry, reading) else None))
        self.hold(whole)
        for one in made:
            if one and self.many:
                one[1].let_go()
        return results

    def hold(self, whole: Mapping[str, Whole]) -> None:
        """Of what was made at a time, by the file's path as shown."""
        self.whole.update(zip(whole, self.portion(list(whole.values())), strict=True))

    def _new(
        self,
        entry: Entry,
        stamp: Stamp | None,
        origin: YamlOrigin,
        found: Found,
        early: EarlyFile | None,
        reading: FileReading,
    ) -> New:
        says = (early.packed, early.digest_packed) if early else packed_value(reading.value)
        file = entry.shown, self.telling(stamp), origin.digest
        packed = Packed(*packed_outward(outward(found)), *says)
        return New(entry.address, entry.shown, (file,), origin.fingerprint(), packed)

    def _known(self, entry: Entry, stamp: Stamp | None) -> EarlyFile | None:
        """What was read before of the file as it is now."""
        early = self.early.get(entry.shown)
        return early if early and early.stamp == stamp else None

    def _record(
        self, entry: Entry, reading: FileReading, early: EarlyFile | None
    ) -> tuple[Record, YamlOrigin] | None:
        if reading.data is None or reading.problems or _has_letterhead(entry, reading):
            return None
        again = partial(self.source.read, entry.file, entry.shown, [])
        if early:
            origin = YamlOrigin.kept(
                entry.shown, early.digest, early.fingerprint, again, has_drawing=False
            )
        else:
            origin = YamlOrigin.read(entry.shown, reading.data, again)
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
