"""One load: each record as an earlier load kept it, as another register has it, or read.

What reads files is imported when one has to be read: mostly all is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property, partial
from hashlib import sha256
from itertools import chain
from typing import Any, Protocol

from remit.cache import Stamp
from remit.diagnostics import Diagnostic
from remit.load.early_reading import EarlyReading
from remit.load.files import Discovered, Entry, Listings, discover
from remit.load.guidance_pages import GuidancePages
from remit.load.kept_pointers import KeptPointers
from remit.load.letterheads import Drawings, logo_of
from remit.load.one_record import Made, Making, Result, Whole, read_entry, record_of
from remit.load.origins import KeptOrigin, Origins, YamlOrigin, changed_meanwhile
from remit.load.packing import Unpacked
from remit.load.reading import FileReading
from remit.load.records_file import (
    Kept,
    KeptFile,
    New,
    RecordsFile,
    made_partly,
    made_whole,
    new_of,
    packed_outward,
)
from remit.load.same_files import SameFiles, read_once_more, shared_with
from remit.load.source import Source
from remit.load.store import KeptRow, Store
from remit.model.partly_made import Later, PartlyMade
from remit.model.record_list import RecordList
from remit.model.records import (
    Area,
    Assignment,
    CategorySet,
    Duty,
    Guidance,
    Mandate,
    MandateVersion,
    Organisation,
    Record,
    Role,
    Task,
    Transfer,
)
from remit.model.register import LookedThrough, Origin, Register, address_of
from remit.model.shape import Found, Outward, look_through, outward
from remit.model.values import Period
from remit.second_process import Receive, SecondProcess, can_fork
from remit.settings import Settings

ENOUGH = 20
"""Files and folders whose stamps alone have changed: so many are worth keeping anew."""
MANY = 500
"""Of fewer files, starting a second process costs more than it saves."""
PART = 32
"""Files that one of two processes takes at a time."""
_ASKED_FOR = (Mandate, MandateVersion, Task, Transfer, Role, Assignment, Duty, CategorySet, Area)
"""Kinds of which checks of other records ask: these are made here first, and by a second process
last."""


class Division(Protocol):
    """What two processes do with the records that each has made, besides making them."""

    def portion(self, whole: list[Whole]) -> list[Whole]:
        """In either process, for what it has made at a time; gives what is to be held of it."""

    def there(self, receive: Receive) -> Any:
        """In the second one, when all is made; what it gives is sent."""


class Loading:
    """The records of one load, in the order of their files: kept, shared or read."""

    def __init__(
        self,
        settings: Settings,
        source: Source,
        problems: list[Diagnostic],
        store: Store,
        found: Discovered | None = None,
        *,
        keeps: bool,
        early: EarlyReading | None = None,
    ) -> None:
        """`found`: the files, when they need not be looked for. `keeps`: what is read will be
        kept. `early`: what has read meanwhile."""
        self.source, self.problems, self.store = source, problems, store
        self.keeps, self.early = keeps, early
        self.listings = Listings(source, self.store.folders, self.store.telling)
        self.found = found or discover(settings, source, problems, self.listings)
        self.same = SameFiles(source, self.store, self.found)
        self.drawings = Drawings(self.found.drawings, source.read, problems)
        self.origins = Origins(self._origin)
        self.addresses: list[str] = []
        self.made: dict[int, Record] = {}
        """By place among all: what was read or shared."""
        self.looked: dict[int, Found] = {}
        """By place, of those that were read: what is in them, as far as it is held."""
        self.elsewhere: dict[int, tuple[Made, Entry]] = {}
        """What a second process has made."""
        self.making = Making(source, self.store.telling)
        self.guidance = GuidancePages(self.found.guidance, source, self.store.telling)
        self.second: SecondProcess[Entry, Result] | None = None
        self.kept: Mapping[int, Kept] = {}
        """By place among all: what was taken as it was kept."""
        self.entries: dict[int, Entry] = {}
        """By place: where that lies."""
        self.place = -1
        """Where the next record belongs; below zero, after all others."""
        self.room: RecordsFile | None = None
        """Where what is read lies packed, if anywhere."""
        self.rows: dict[int, Kept] = {}
        """By place among all: where in that."""
        self.to_keep: dict[int, New] = {}
        """What is to lie there and does not yet."""
        self._pointers: KeptPointers | None = None

    def load(self, beside: Register | None, division: Division | None = None) -> None:
        """`division`: what two processes do with the records that each has made, if there are
        two."""
        entries = self.found.entries
        shared = shared_with(entries, self.source, beside) if beside else {}
        kept = {
            entry.shown: same
            for entry in entries
            if entry.shown not in shared and (same := self.same.kept(entry))
        }
        unread = [
            entry for entry in entries if entry.shown not in kept and entry.shown not in shared
        ]
        self.making.many = len(unread) >= MANY
        self.kept = taken = dict[int, Kept]()
        results = self._results(unread, division if len(kept) + len(shared) == 0 else None)
        for entry in entries:
            if entry.shown in kept:
                self._take(taken, kept[entry.shown], entry)
            elif entry.shown in shared:
                self._add(*shared[entry.shown])
            else:
                self._read_or_made(entry, *next(results))
        for id, files in sorted(self.found.guidance.items()):
            first = min(files)
            self._read_guidance(taken, Entry(Guidance, id, *files[first]))
        self.drawings.report_unnamed()

    def _results(self, unread: list[Entry], division: Division | None) -> Iterator[Result]:
        """What is made of each file, in their order."""
        rooms = self._rooms() if unread and (self.keeps or self.making.many) else None
        if rooms is None:
            return map(self._only_read, unread)
        self.room = rooms[0]
        make, make_there = (partial(self.making.make, room) for room in rooms)
        if not self.making.many or not can_fork():
            starts = range(0, len(unread), PART)
            return chain.from_iterable(make(unread[at : at + PART]) for at in starts)
        order = sorted(range(len(unread)), key=lambda at: _rank(unread[at]))
        things = [unread[at] for at in order]
        afterwards = division.there if division else None
        if division:
            self.making.portion = division.portion
        if self.early:
            self.making.early = self.early.files()
        self.second = SecondProcess(things, make_there, part=PART, afterwards=afterwards)
        self.guidance.read_unless(self.store.places)  # few: not worth dividing
        self._hold_pages(rooms[0])
        made = self.second.results(make)
        if not division:
            self.second.end()
        self.making.early.clear()
        results = dict(zip(order, made, strict=True))
        return map(results.__getitem__, range(len(unread)))

    def _hold_pages(self, room: RecordsFile) -> None:
        """As what is made of other files."""
        pages = self.guidance.there
        with suppress(OSError):
            kept = room.keep([page.new for page in pages])
            self.making.hold(
                {
                    page.origin.path: Whole(page.record, page.found, page.origin, one)
                    for page, one in zip(pages, kept, strict=True)
                }
            )

    def _rooms(self) -> tuple[RecordsFile, RecordsFile] | None:
        """Where two processes put what they make; None where nothing can be written."""
        if self.keeps:
            try:
                return self.store.room()
            except OSError:
                self.keeps = False
        try:
            return RecordsFile.passing() if self.making.many else None
        except OSError:
            return None

    # --- what an earlier load has kept ---

    def entry(self, place: int) -> Entry:
        """Where what was taken as it was kept lies."""
        return self.entries[place]

    def _take(self, taken: dict[int, Kept], kept: Kept, entry: Entry) -> None:
        place = len(self.addresses)
        taken[place], self.entries[place] = kept, entry
        self.addresses.append(kept.address)
        self.origins.known[kept.address] = place
        if kept.others and entry.cls is Organisation:
            self.drawings.named.update(shown.rpartition("/")[2] for shown, _, _ in kept.others)

    def _origin(self, place: int) -> Origin:
        kept, entry = self._where(place)
        fingerprint = kept.fingerprint or kept.digest.hex()
        if entry.cls is Guidance:
            return KeptOrigin(kept.path, fingerprint, partial(self.guidance.origin, entry.id))
        read = partial(self.source.read, entry.file, entry.shown, [])
        return YamlOrigin.kept(
            entry.shown, kept.digest, fingerprint, read, has_drawing=bool(kept.others)
        )

    def _where(self, place: int) -> tuple[Kept, Entry]:
        """Where a record that is not held lies."""
        if place in self.elsewhere:
            made, entry = self.elsewhere[place]
            return made.kept, entry
        return self.kept[place], self.entry(place)

    def _make(self, place: int) -> Record:
        """The record as it was kept; read once more where the store is damaged."""
        kept, entry = self._where(place)
        found = self._unpacked(place)
        if found is None:
            return self._make_again(kept, entry)
        return made_partly(kept.address, found, self._later)

    @cached_property
    def _later(self) -> Later:
        return self._make_whole

    def _make_whole(self, made: PartlyMade) -> Record:
        assert isinstance(made, Record)
        place = self.origins.known[address_of(made)]
        assert isinstance(place, int)
        kept, entry = self._where(place)
        found = self._unpacked(place)
        return self._make_again(kept, entry) if found is None else made_whole(kept.address, found)

    def _unpacked(self, place: int) -> Unpacked | None:
        kept, _ = self._where(place)
        if place in self.elsewhere:
            return self.room.unpacked(kept) if self.room else None
        return self.store.unpacked(kept)

    def _make_again(self, kept: Kept, entry: Entry) -> Record:
        record, fingerprint = read_once_more(entry, self.found, self.source)
        if record is None or fingerprint != (kept.fingerprint or kept.digest.hex()):
            raise changed_meanwhile(entry.shown)
        return record

    def read_again(self, kept: Kept, _: PartlyMade) -> Record:
        """One that was read, of what it was packed as."""
        found = self.room.unpacked(kept) if self.room else None
        if found is None:
            raise changed_meanwhile(kept.shown)
        return made_whole(kept.address, found)

    def _outward(self, place: int) -> Outward:
        if place in self.kept:
            found = self.store.outward(self.kept[place])
            if found is not None:
                return found
        if self.room and place in self.rows:
            found = self.room.outward(self.rows[place])
            if found is not None:
                return found
        return outward(look_through(self.made.get(place) or self._make(place)))

    # --- what is read ---

    def _stamp(self, file: str) -> Stamp | None:
        return self.store.telling(self.source.stamp(file))

    def _add(self, record: Record, origin: Origin, found: Found | None = None) -> int:
        """Its place."""
        address, place = address_of(record), self.place
        if place < 0:
            place = len(self.addresses)
            self.addresses.append(address)
        self.addresses[place] = address
        self.made[place] = record
        if found:
            self.looked[place] = found
        self.origins[address] = origin
        return place

    def _only_read(self, entry: Entry) -> Result:
        return None, read_entry(self.source, entry)

    def _read_or_made(
        self, entry: Entry, stamp: Stamp | None, found: FileReading | Made | None
    ) -> None:
        telling = self.store.telling(stamp)
        if not isinstance(found, Made):
            self._read(entry, found or read_entry(self.source, entry), telling)
            return
        place = len(self.addresses)
        whole = self.making.whole.get(entry.shown)
        if whole is not None:
            self._add(whole.record, whole.origin, whole.found)
        else:
            self.origins.known[found.kept.address] = place
            self.addresses.append(found.kept.address)
            self.elsewhere[place] = found, entry
        self.rows[place] = found.kept

    def _read(self, entry: Entry, reading: FileReading, stamp: Stamp | None) -> None:
        before = len(self.problems)
        self.problems.extend(reading.problems)
        if reading.data is None or reading.problems:
            if entry.cls is Organisation:
                self.drawings.has_unread = True
            return
        again = partial(self.source.read, entry.file, entry.shown, [])
        origin = YamlOrigin.read(entry.shown, reading.data, again)
        files: list[KeptFile] = [(entry.shown, stamp, origin.digest)]
        if entry.cls is Organisation:
            name = logo_of(reading.value)
            file, shown = self.found.drawings.get(name, ("", ""))
            stamp = self._stamp(file) if file else None
            drawing = self.drawings.add_to(reading.value, origin)
            origin.draw(drawing)
            if file:
                files.append((shown, stamp, sha256(drawing).digest()))
        self._add_read(entry, reading.value, origin, files, before)
        if self.making.many:
            origin.let_go()

    def _add_read(
        self, entry: Entry, value: Any, origin: Origin, files: list[KeptFile], before: int
    ) -> None:
        """`before`: how many problems there were before anything of the record was read."""
        record = record_of(entry, value, origin, self.problems)
        if record:
            found = look_through(record)
            place = self._add(record, origin, found)
            if len(self.problems) == before:
                self.to_keep[place] = new_of(record, origin, files, value, found)

    def _read_guidance(self, taken: dict[int, Kept], entry: Entry) -> None:
        kept = self.same.kept(entry)
        if kept is not None:
            self._take(taken, kept, entry)
            return
        page, problems = self.guidance.taken(entry.id)
        self.problems.extend(problems)
        if page:
            whole = self.making.whole.get(page.origin.path)
            place = self._add(page.record, page.origin, whole.found if whole else page.found)
            if whole:
                self.rows[place] = whole.kept
            else:
                self.to_keep[place] = page.new

    # --- what it comes to ---

    @property
    def is_all_made(self) -> bool:
        return not self.kept and not self.elsewhere

    def records(self) -> Sequence[Record]:
        if self.is_all_made:
            return tuple(self.made.values())
        return RecordList(
            self.addresses, self.made, self._make, self._outward, self._naming, self.life
        )

    def looked_through(self) -> LookedThrough:
        """What was read here, and what is in it: found when it was read, to be kept."""
        return [
            (record, self.looked.get(place) or look_through(record))
            for place, record in self.made.items()
        ]

    def forget_parts(self) -> None:
        """Holds no longer what is in the records."""
        self.making.whole.clear()
        self.looked.clear()

    def life(self, place: int) -> Period | None:
        """When a record that a second process has made exists."""
        found = self.elsewhere.get(place)
        return None if found is None else Period.written(*found[0].life)

    def _naming(self, target: str) -> Iterable[int]:
        if self._pointers is None:
            parts = self.digests_of_outward()
            self._pointers = KeptPointers(self.store.folder, parts, self._outward)
        return self._pointers.places(target)

    def digests_of_outward(self) -> list[bytes]:
        """Of each record: of what it points to."""
        return [self.digest_of_outward(place) for place in range(len(self.addresses))]

    def digest_of_outward(self, place: int) -> bytes:
        kept = self.kept.get(place) or self.rows.get(place)
        return kept.digest_outward if kept else packed_outward(self._outward(place))[1]

    @property
    def anew(self) -> list[str]:
        """The addresses of what was read or shared, not taken as it was kept."""
        return [self.addresses[place] for place in sorted((*self.made, *self.elsewhere))]

    def before(self) -> dict[str, Record] | None:
        """What was read anew as it was kept before; None when a record has come or gone."""
        if len(self.addresses) != len(self.store.rows):
            return None
        found = {}
        for address in self.anew:
            kept = self.store.get(self.origins[address].path)
            there = self.store.unpacked(kept) if kept and kept.address == address else None
            if there is None:
                return None
            found[address] = made_whole(address, there)
        return found

    def keep(self) -> None:
        """Keeps for the next load what this one read."""
        if not self.keeps:
            return
        if self.to_keep:
            self._keep_rest()
        refreshed = self.same.refreshed + self.listings.refreshed
        is_new = bool(self.rows) or len(self.kept) < len(self.store.rows)
        file = self.room or self.store.file
        if file and (is_new or refreshed > ENOUGH):
            self._learn_files()
            self.store.save(self.rows_now(), file, is_new=is_new)

    def rows_now(self) -> list[KeptRow]:
        """What is kept of each record, in their order."""
        places = range(len(self.addresses))
        found = (self.rows.get(place) or self.kept.get(place) for place in places)
        return [tuple(one) for one in found if one]

    def _learn_files(self) -> None:
        """What the store keeps of where files lie."""
        found, self.store.folders = self.found, self.listings.now
        self.store.other_files = None
        if not self.problems:
            pages = found.guidance.items()
            self.store.other_files = (
                [shown for _, shown in found.templates],
                [(id, code, shown) for id, of in pages for code, (_, shown) in of.items()],
                [(name, shown) for name, (_, shown) in found.drawings.items()],
            )

    def _keep_rest(self) -> None:
        if self.room is None:
            self.room, _ = self._rooms() or (None, None)
        if self.room and self.keeps:
            with suppress(OSError):
                kept = self.room.keep(list(self.to_keep.values()))
                self.rows.update(zip(self.to_keep, kept, strict=True))
        self.to_keep.clear()


def _rank(entry: Entry) -> int:
    """Where among all a file is read when two processes do so."""
    return _ASKED_FOR.index(entry.cls) if entry.cls in _ASKED_FOR else len(_ASKED_FOR)
