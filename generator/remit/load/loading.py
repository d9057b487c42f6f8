"""One load: each record as an earlier load kept it, as another register has it, or read.

What reads files is imported when one has to be read: mostly all is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from hashlib import sha256
from typing import Any

from remit.cache import Stamp
from remit.diagnostics import Diagnostic
from remit.load.files import Entry, Listings, discover
from remit.load.kept_pointers import KeptPointers
from remit.load.letterheads import Drawings, logo_of
from remit.load.one_record import Made, made_of, read_entry, record_of
from remit.load.origins import KeptOrigin, Origins, YamlOrigin, changed_meanwhile
from remit.load.reading import FileReading
from remit.load.source import Source
from remit.load.store import Kept, KeptFile, Read, open_store, packed, packed_outward, unpacked
from remit.model.record_list import RecordList
from remit.model.records import Guidance, Organisation, Record
from remit.model.register import Origin, Register, address_of
from remit.model.shape import Outward, look_through, outward
from remit.second_process import worked_through
from remit.settings import Settings

ENOUGH = 20
"""Files and folders whose stamps alone have changed: so many are worth keeping anew."""
MANY = 500
"""Of fewer files, starting a second process costs more than it saves."""
SHARE = 0.56
"""Of the files' weight, for a second process."""
_WEIGHT = 2000
"""What a file costs whatever its size, in bytes."""


class Loading:
    """The records of one load, in the order of their files: kept, shared or read."""

    def __init__(self, settings: Settings, source: Source, problems: list[Diagnostic]) -> None:
        self.source, self.problems, self.store = source, problems, open_store(settings)
        self.listings = Listings(source, self.store.folders, self.store.telling)
        self.found = discover(settings, source, problems, self.listings)
        self.drawings = Drawings(self.found.drawings, source.read, problems)
        self.origins = Origins(self._origin)
        self.addresses: list[str] = []
        self.made: dict[int, Record] = {}
        """By place among all: what was read or shared."""
        self.packed: dict[int, bytes] = {}
        """What a second process has made of it."""
        self.kept: dict[int, tuple[Kept, Entry]] = {}
        self.to_keep: list[tuple[int, tuple[KeptFile, ...]]] = []
        self.refreshed = 0
        self.many = False
        """Whether so many files are read that their bytes are not to be held."""
        self._pointers: KeptPointers | None = None

    def load(self, beside: Register | None) -> None:
        entries = self.found.entries
        shared = _shared(entries, self.source, beside) if beside else {}
        kept = {
            entry.shown: same
            for entry in entries
            if entry.shown not in shared and (same := self._same(entry))
        }
        unread = [
            entry for entry in entries if entry.shown not in kept and entry.shown not in shared
        ]
        stamps = {entry.shown: self.source.stamp(entry.file) for entry in unread}
        weights = [_WEIGHT + (stamp[0] if stamp else 0) for stamp in stamps.values()]
        self.many = many = len(unread) >= MANY
        here, elsewhere = partial(read_entry, self.source), partial(made_of, self.source)
        readings = worked_through(unread, here, elsewhere, weights, SHARE, many=many)
        for entry in entries:
            if entry.shown in kept:
                self._take(kept[entry.shown], entry)
            elif entry.shown in shared:
                self._add(*shared[entry.shown])
            else:
                self._read_or_made(entry, next(readings), stamps[entry.shown])
        for id, files in sorted(self.found.guidance.items()):
            first = min(files)
            self._read_guidance(Entry(Guidance, id, *files[first]), files)
        self.drawings.report_unnamed()

    # --- what an earlier load has kept ---

    def _same(self, entry: Entry) -> Kept | None:
        """What was kept of the record's files, when all of them say what they said."""
        kept = self.store.kept.get(entry.shown)
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

    def _take(self, kept: Kept, entry: Entry) -> None:
        place = len(self.addresses)
        self.kept[place] = kept, entry
        self.addresses.append(kept.address)
        self.origins.known[kept.address] = place
        if kept.others and entry.cls is Organisation:
            self.drawings.named.update(shown.rpartition("/")[2] for shown, _, _ in kept.others)

    def _origin(self, place: int) -> Origin:
        kept, entry = self.kept[place]
        fingerprint = kept.fingerprint or kept.digest.hex()
        if entry.cls is Guidance:
            return KeptOrigin(kept.path, fingerprint, partial(self._guidance_origin, entry.id))
        read = partial(self.source.read, entry.file, entry.shown, [])
        return YamlOrigin.kept(
            entry.shown, kept.digest, fingerprint, read, has_drawing=bool(kept.others)
        )

    def _make(self, place: int) -> Record:
        """The record as it was kept; read once more where the store is damaged."""
        kept, entry = self.kept[place]
        return self.store.record(kept) or self._make_again(kept, entry)

    def _make_again(self, kept: Kept, entry: Entry) -> Record:
        from remit.load.guidance import read_guidance
        from remit.load.yaml_reader import read_yaml

        value: Any = None
        origin: Origin | None = None
        if entry.cls is Guidance:
            page = read_guidance(self.found.guidance[entry.id], self.source.read, [])
            value, origin = page or (None, None)
        else:
            data = self.source.read(entry.file, entry.shown, [])
            if data is not None:
                value, origin = (
                    read_yaml(data, entry.shown).value,
                    YamlOrigin.read(entry.shown, data),
                )
                if entry.cls is Organisation:
                    drawings = Drawings(self.found.drawings, self.source.read, [])
                    origin.draw(drawings.add_to(value, origin))
        record = record_of(entry, value, origin, []) if origin else None
        known = kept.fingerprint or kept.digest.hex()
        if record is None or origin is None or origin.fingerprint() != known:
            raise changed_meanwhile(entry.shown)
        return record

    def _guidance_origin(self, id: str) -> Origin | None:
        from remit.load.guidance import read_guidance

        page = read_guidance(self.found.guidance[id], self.source.read, [])
        return page[1] if page else None

    def _outward(self, place: int) -> Outward:
        if place in self.kept:
            found = self.store.outward(self.kept[place][0])
            if found is not None:
                return found
        return outward(look_through(self.made.get(place) or self._make(place)))

    # --- what is read ---

    def _stamp(self, file: str) -> Stamp | None:
        return self.store.telling(self.source.stamp(file))

    def _add(self, record: Record, origin: Origin) -> None:
        address = address_of(record)
        self.made[len(self.addresses)] = record
        self.addresses.append(address)
        self.origins[address] = origin

    def _read_or_made(
        self, entry: Entry, found: FileReading | Made | None, stamp: Stamp | None
    ) -> None:
        telling = self.store.telling(stamp)
        if not isinstance(found, Made):
            reading = found or read_entry(self.source, entry)
            self._read(entry, reading, telling)
            return
        again = partial(self.source.read, entry.file, entry.shown, [])
        origin = YamlOrigin.kept(
            entry.shown, found.digest, found.fingerprint, again, has_drawing=False
        )
        self._add(unpacked(found.packed), origin)
        place = len(self.addresses) - 1
        self.packed[place] = found.packed
        self.to_keep.append((place, ((entry.shown, telling, found.digest),)))

    def _read(self, entry: Entry, reading: FileReading, stamp: Stamp | None) -> None:
        before = len(self.problems)
        self.problems.extend(reading.problems)
        if reading.data is None or reading.problems:
            if entry.cls is Organisation:
                self.drawings.has_unread = True
            return
        origin = YamlOrigin.read(entry.shown, reading.data)
        files: list[KeptFile] = [(entry.shown, stamp, origin.digest)]
        if entry.cls is Organisation:
            name = logo_of(reading.value)
            file, shown = self.found.drawings.get(name, ("", ""))
            stamp = self._stamp(file) if file else None
            drawing = self.drawings.add_to(reading.value, origin)
            origin.draw(drawing)
            if file:
                files.append((shown, stamp, sha256(drawing).digest()))
        record = record_of(entry, reading.value, origin, self.problems)
        if record:
            self._add(record, origin)
            if len(self.problems) == before:
                self.to_keep.append((len(self.addresses) - 1, tuple(files)))
                if self.many:
                    origin.let_go(partial(self.source.read, entry.file, entry.shown, []))

    def _read_guidance(self, entry: Entry, files: dict[str, tuple[str, str]]) -> None:
        kept = self._same(entry)
        if kept is not None:
            self._take(kept, entry)
            return
        from remit.load.guidance import read_guidance

        before = len(self.problems)
        stamps = {shown: self._stamp(file) for file, shown in files.values()}
        page = read_guidance(files, self.source.read, self.problems)
        if page is None:
            return
        value, origin = page
        named = Entry(Guidance, entry.id, files[origin.main][0], origin.path)
        record = record_of(named, value, origin, self.problems)
        if record:
            self._add(record, origin)
            if len(self.problems) == before:
                rows = (
                    (shown, stamps[shown], sha256(origin.sources[shown]).digest())
                    for _, (_, shown) in sorted(files.items())
                )
                self.to_keep.append((len(self.addresses) - 1, tuple(rows)))

    # --- what it comes to ---

    def records(self) -> Sequence[Record]:
        if not self.kept:
            return tuple(self.made.values())
        return RecordList(self.addresses, self.made, self._make, self._outward, self._naming)

    def _naming(self, target: str) -> Iterator[int]:
        if self._pointers is None:
            places = range(len(self.addresses))
            parts = map(self._digest_of_outward, places)
            self._pointers = KeptPointers(self.store.folder, parts, self._outward)
        return self._pointers.places(target)

    def _digest_of_outward(self, place: int) -> bytes:
        kept = self.kept.get(place)
        return kept[0].digest_outward if kept else packed_outward(self._outward(place))[1]

    def before(self) -> dict[str, Record] | None:
        """What was read anew as it was kept before; None when a record has come or gone."""
        if len(self.addresses) != len(self.store.kept):
            return None
        found = {}
        for place in self.made:
            address = self.addresses[place]
            kept = self.store.kept.get(self.origins[address].path)
            record = self.store.record(kept) if kept and kept.address == address else None
            if record is None:
                return None
            found[address] = record
        return found

    def keep(self, register: Register) -> None:
        """Keeps for the next load what this one read."""
        refreshed = self.refreshed + self.listings.refreshed
        if self.to_keep or refreshed > ENOUGH or len(self.kept) < len(self.store.kept):
            # of all records the register has use for it too; of a few it is found more quickly
            many = len(self.to_keep) > ENOUGH
            pointing = register.outward.__getitem__ if many else self._outward
            new = []
            for place, files in self.to_keep:
                address = self.addresses[place]
                origin, points_to = self.origins[address], pointing(place)
                record = self.packed.get(place) or packed(self.made[place])
                new.append(
                    Read(address, origin.path, files, origin.fingerprint(), record, points_to)
                )
            self.store.folders = self.listings.now
            self.store.save([kept for kept, _ in self.kept.values()], new)


def _shared(
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
