"""Whether a file says what it said when its record was made: by its stamp, else by its bytes."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from remit.load.files import Discovered, Entry
from remit.load.letterheads import Drawings
from remit.load.one_record import read_entry, record_of
from remit.load.origins import YamlOrigin
from remit.load.records_file import Kept, KeptFile
from remit.load.source import Source
from remit.load.store import Store
from remit.model.records import Guidance, Organisation, Record
from remit.model.register import Origin, Register


class SameFiles:
    """The files of a register, and what an earlier load has kept of them."""

    def __init__(self, source: Source, store: Store, found: Discovered) -> None:
        self.source, self.store, self.found = source, store, found
        self.refreshed = 0
        """Files of which only the stamp is another."""

    def kept(self, entry: Entry) -> Kept | None:
        """What was kept of the record's files, when all of them say what they said."""
        kept = self.store.get(entry.shown)
        if kept is None:
            return None
        if not kept.others and entry.cls is not Guidance:
            if kept.stamp is not None and kept.stamp == self.source.stamp(entry.file):
                return kept
            was = self._same_file(entry.file, (kept.shown, kept.stamp, kept.digest))
            return kept._replace(stamp=was[1]) if was else None
        now = self._files_of(entry, kept)
        before: list[KeptFile] = [(kept.shown, kept.stamp, kept.digest), *kept.others]
        if [shown for _, shown in now] != [known[0] for known in before]:
            return None
        files = []
        for (file, _), known in zip(now, before, strict=True):
            was = self._same_file(file, known)
            if was is None:
                return None
            files.append(was)
        return kept._replace(stamp=files[0][1], others=tuple(files[1:]))

    def _same_file(self, file: str, was: KeptFile) -> KeptFile | None:
        """The file as it was kept, when it says what it said."""
        shown, known, digest = was
        stamp = self.source.stamp(file)
        if stamp is not None and stamp == known:
            return was
        data = self.source.read(file, shown, [])
        if data is None or sha256(data).digest() != digest:
            return None
        self.refreshed += 1
        return shown, self.store.telling(stamp), digest

    def _files_of(self, entry: Entry, kept: Kept) -> list[tuple[str, str]]:
        """The record's files as they are found now, of which the first names it."""
        if entry.cls is Guidance:
            return [file for _, file in sorted(self.found.guidance[entry.id].items())]
        names = (shown.rpartition("/")[2] for shown, _, _ in kept.others)
        drawings = [self.found.drawings[name] for name in names if name in self.found.drawings]
        return [(entry.file, entry.shown), *drawings]


def shared_with(
    entries: list[Entry], source: Source, beside: Register
) -> dict[str, tuple[Record, YamlOrigin]]:
    """By path: the records of `beside` that these files would give once more."""
    known = {
        origin.path: (address, origin)
        for address, origin in beside.origins.items()
        if isinstance(origin, YamlOrigin) and not origin.has_drawing
    }
    found = {}
    for entry in entries:
        address, origin = known.get(entry.shown, (None, None))
        if address is None or origin is None:
            continue
        data = source.read(entry.file, entry.shown, [])
        if data is None or sha256(data).digest() != origin.digest:
            continue
        record = beside.by_address[address]
        if type(record) is entry.cls:
            found[entry.shown] = (record, origin)
    return found


def read_once_more(entry: Entry, found: Discovered, source: Source) -> tuple[Record | None, str]:
    """A record of its files, and their fingerprint."""
    from remit.load.guidance import read_guidance

    value: Any = None
    origin: Origin | None = None
    if entry.cls is Guidance:
        page = read_guidance(found.guidance[entry.id], source.read, [])
        value, origin = page or (None, None)
    else:
        reading = read_entry(source, entry)
        if reading.data is not None:
            value, origin = reading.value, YamlOrigin.read(entry.shown, reading.data)
            if entry.cls is Organisation:
                drawings = Drawings(found.drawings, source.read, [])
                origin.draw(drawings.add_to(value, origin))
    record = record_of(entry, value, origin, []) if origin else None
    return record, origin.fingerprint() if origin else ""
