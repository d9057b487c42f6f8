"""The register: every record by address, its pointers both ways, and the questions on a date."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple, Protocol, TypeVar, cast

from remit.diagnostics import Location
from remit.model.as_of import AsOf, Lifetimes, Step
from remit.model.back_links import BackLinks, Naming
from remit.model.brief import Brief, since_when
from remit.model.day_lists import Listing
from remit.model.events import Event, all_events
from remit.model.history import Calendar
from remit.model.links import TextLink
from remit.model.reading import (
    ANY,
    FILE,
    GIT,
    MEMBERS,
    PATH,
    POINTERS,
    field_bits,
    index,
    note_kind,
    note_record,
    note_sought,
    question,
    record_digests,
    unnoticed,
)
from remit.model.record_list import (
    NO_PAGE_OF_ITS_OWN,
    ByAddress,
    RecordList,
    SomeRecords,
    address_of_mandate,
    kind_and_key,
)
from remit.model.records import (
    BY_KIND,
    RECORD_CLASSES,
    Area,
    Assignment,
    Contact,
    Guidance,
    Mandate,
    MandateVersion,
    Office,
    Organisation,
    Record,
    Redirect,
    Role,
    Task,
    Transfer,
    address_of,
)
from remit.model.relations import Relations
from remit.model.released import Released
from remit.model.shape import Found, Outward, Path, Reference, look_through, outward
from remit.model.templates import Subject, Template, TemplateHead, Templates
from remit.model.values import ALWAYS, FIRST_DAY, LAST_DAY, LocalText, Period, When

R = TypeVar("R", bound=Record)


class Origin(Protocol):
    """Where a record came from: gives the place of any path in it."""

    path: str

    def locate(self, path: Path, *, key: bool = False) -> Location: ...

    def fingerprint(self) -> str: ...

    @property
    def sources(self) -> Mapping[str, bytes]:
        """The bytes of each of its files, by path."""


class Revisions(Protocol):
    """What is known of the files' history."""

    def latest(self, sources: Mapping[str, bytes]) -> str:
        """The git revision that last changed one of the files; empty when it is not known."""


_MADE_OF: Mapping[Subject, type[Record]] = {
    Subject.MANDATE: MandateVersion,
    Subject.ROLE: Role,
    Subject.ASSIGNMENT: Assignment,
}
PARTIES = ("role", "organisation", "network", "mandate", "audience", "office")
"""The kinds of those who have a part in something."""
Made = MandateVersion | Role | Assignment | None
"""What one formal document is made of; None is the whole register."""


class BackLink(NamedTuple):
    """`source` names the record: in a field, or in a text (`in_text`)."""

    source: Record
    path: Path
    in_text: bool


class Pointer(NamedTuple):
    """A field that names a record, and the place among all of the one it names, if there is one."""

    source: Record
    reference: Reference
    target: int | None


LookedThrough = list[tuple[Record, Found]]
"""Records, each with the pointers, texts and periods in it."""


@dataclass(frozen=True)
class Register:
    """All records. Frozen; every answer is a function of the records and a date."""

    records: Sequence[Record]
    languages: tuple[str, ...]
    origins: Mapping[str, Origin] = field(default_factory=dict)
    released: Released | None = None
    templates: Templates = field(default_factory=Templates)
    """What makes its kinds of document."""
    revisions: Revisions | None = None
    code_owners: Mapping[str, str] = field(default_factory=dict)
    """What says on the forge who approves which change: texts by path, where they are kept."""

    # --- finding records ---

    @cached_property
    def addresses(self) -> Sequence[str]:
        """The records' addresses, in their order."""
        if isinstance(self.records, RecordList):
            return self.records.addresses
        return [address_of(record) for record in self.records]

    @cached_property
    def by_address(self) -> Mapping[str, Record]:
        if isinstance(self.records, RecordList):
            return ByAddress(self.records)
        return dict(zip(self.addresses, self.records, strict=True))

    def place_of(self, address: str) -> int:
        """The place of a record among all. Raises KeyError."""
        kind, key = kind_and_key(address)
        return self._by_kind[kind][key]

    @cached_property
    def _by_kind(self) -> dict[str, dict[str, int]]:
        """By kind and id: the record's place among all."""
        kinds: dict[str, dict[str, int]] = {kind: {} for kind in BY_KIND}
        folders = {cls.FOLDER: kinds[kind] for kind, cls in BY_KIND.items()}
        folders[Mandate.FOLDER], versions = kinds[Mandate.KIND], kinds[MandateVersion.KIND]
        for at, address in enumerate(self.addresses):  # as kind_and_key has it
            folder, _, id = address.partition("/")
            if "/" in id:
                versions[id.replace("/", "@")] = at
            else:
                folders[folder][id] = at
        return kinds

    @cached_property
    def _in_order(self) -> dict[str, list[int]]:
        """By kind: the places of its records among all, by their ids."""
        return {kind: [keys[key] for key in sorted(keys)] for kind, keys in self._by_kind.items()}

    @cached_property
    def _by_id(self) -> dict[str, list[int]]:
        ids: dict[str, list[int]] = {}
        for kind, keys in self._by_kind.items():
            if kind not in NO_PAGE_OF_ITS_OWN:
                for id, at in keys.items():
                    ids.setdefault(id, []).append(at)
        for places in ids.values():
            places.sort()
        return ids

    def every(self) -> Sequence[Record]:
        """All records, of every kind."""
        note_kind(ANY)
        return self.records

    def at(self, address: str) -> Record | None:
        """The record of an address."""
        note_sought(address)
        return self.by_address.get(address)

    @index
    def redirects(self) -> dict[str, Redirect]:
        """By the address that they answer for; the first by id where two claim the same."""
        found: dict[str, Redirect] = {}
        for redirect in self.all(Redirect):
            found.setdefault(redirect.from_, redirect)
        return found

    def all(self, cls: type[R]) -> SomeRecords[R]:
        """All records of a class, by id."""
        note_kind(cls.KIND)
        return SomeRecords(self.records, self.addresses, self._in_order[cls.KIND])

    def some(self, addresses: Iterable[str]) -> SomeRecords[Any]:
        """The records of these addresses, which there are; for an answer of many."""
        kinds = self._by_kind
        places = []
        for address in addresses:
            kind, key = kind_and_key(address)
            places.append(kinds[kind][key])
        return SomeRecords(self.records, self.addresses, places)

    def get(self, cls: type[R], id: str) -> R | None:
        note_sought(id)
        at = self._by_kind[cls.KIND].get(id)
        return None if at is None else cast(R, self.records[at])

    def resolve(self, target: str, kinds: Iterable[str]) -> Record | None:
        """The record that a pointer names: by id among `kinds`, or by `folder/id`."""
        note_sought(target)
        at = self._place(target, kinds)
        return None if at is None else self.records[at]

    def _place(self, target: str, kinds: Iterable[str]) -> int | None:
        """The place among all of the record that a pointer names."""
        by_kind = self._by_kind
        if "/" in target:
            kind, key = kind_and_key(target)
            return by_kind[kind].get(key) if kind in kinds else None
        for kind in kinds:
            at = by_kind[kind].get(target)
            if at is not None:
                return at
        return None

    def named(self, target: str) -> list[Record]:
        """Every record that `target` (an id, or `folder/id`) could mean in a text."""
        note_sought(target)
        return [self.records[at] for at in self._named(target)]

    def addresses_named(self, target: str) -> list[str]:
        """Of the same, the addresses: no record is made."""
        note_sought(target)
        return [self.addresses[at] for at in self._named(target)]

    def _named(self, target: str) -> Sequence[int]:
        if "/" in target:
            kind, key = kind_and_key(target)
            at = self._by_kind[kind].get(key) if kind and kind != Redirect.KIND else None
            return () if at is None else (at,)
        return self._by_id.get(target, ())

    def nearest(self, target: str, kinds: Iterable[str]) -> str | None:
        """The id most like `target` among records of `kinds`."""
        _, _, bare = target.rpartition("/")
        ids = [id for kind in kinds for id in self._by_kind[kind]]
        close = difflib.get_close_matches(bare, ids, n=1, cutoff=0.6)
        return close[0] if close else None

    def follow(self, cls: type[R], target: str | None) -> R | None:
        """The record of `cls` that a pointer names, or None for no pointer."""
        if target is None:
            return None
        found = self.resolve(target, (cls.KIND,))
        return cast("R | None", found)

    def party(self, target: str) -> Record | None:
        """The role, organisation, network, mandate, … that a pointer of several kinds names."""
        return self.resolve(target, PARTIES)

    # --- what is taken of all of them ---

    def briefs(self, *classes: type[Record]) -> Iterator[Brief]:
        """Of all records of some classes, by id; of all there are when none is named."""
        for cls in classes:
            note_kind(cls.KIND)
        if not classes:
            note_kind(ANY)
        places: Iterable[int] = range(len(self.records))
        if classes:
            places = chain.from_iterable(self._in_order[cls.KIND] for cls in classes)
        return map(self.brief_at, places)

    def brief(self, address: str) -> Brief:
        """Raises KeyError where there is no record of this address."""
        note_sought(address)
        kind, key = kind_and_key(address)
        return self.brief_at(self._by_kind[kind][key])

    def party_brief(self, target: str) -> Brief | None:
        """Of the same as `party`."""
        note_sought(target)
        at = self._place(target, PARTIES)
        return None if at is None else self.brief_at(at)

    def know(self, briefs: Mapping[str, Brief], digests: Mapping[str, bytes]) -> None:
        """Has these briefs and digests of its records, by address."""
        known = self._briefs
        self._known_digests.update(digests)
        for address, brief in briefs.items():
            kind, key = kind_and_key(address)
            known[self._by_kind[kind][key]] = brief

    def brief_at(self, place: int) -> Brief:
        """Of the record at a place among all; kept."""
        found = self._briefs.get(place)
        if found is None:
            found = self._briefs[place] = Brief(self.records[place])
        return found

    @cached_property
    def _briefs(self) -> dict[int, Brief]:
        return {}

    def life_of(self, one: Brief) -> Period:
        """As `life` says."""
        return self._lives.get(one.id, ALWAYS) if one.kind == Mandate.KIND else one.life

    # --- pointers both ways ---

    @index
    def looked_through(self) -> LookedThrough:
        """Every record with the pointers, texts and periods in it."""
        note_kind(ANY, MEMBERS | POINTERS)
        return [(record, look_through(record)) for record in self.records]

    def looked_at(self, cls: type[R]) -> Iterator[R]:
        """The records of a class among those that are looked through."""
        return (record for record, _ in self.looked_through if isinstance(record, cls))

    def looking_only_at(self, looked_through: LookedThrough) -> Register:
        """The same register, where what is found by looking through records is found in these
        alone."""
        _ = (self.by_address, self._by_kind)  # else each part would make its own
        part = replace(self)
        for name in ("addresses", "by_address", "_by_kind", "_by_id", "_in_order", "_versions"):
            if name in vars(self):
                vars(part)[name] = vars(self)[name]
        Register.looked_through.give(part, looked_through)
        return part

    @index
    def texts_otherwise(self) -> list[tuple[Record, Path, LocalText]]:
        """The texts that are not in just the register's languages, where they were looked for."""
        languages = set(self.languages)
        return [
            (record, path, text)
            for record, found in self.looked_through
            for path, text in found.texts
            if text.keys() != languages
        ]

    @index
    def marked_texts(self) -> list[tuple[Record, Path, str]]:
        """The texts that are more than plain words, where they were looked for."""
        return [
            (record, one.path, one.words)
            for record, found in self.looked_through
            for one in found.marked
        ]

    @index
    def pointers(self) -> list[Pointer]:
        """Every field that names a record."""
        return [
            Pointer(record, reference, self._place(reference.target, reference.to.kinds))
            for record, found in self.looked_through
            for reference in found.references
        ]

    @index
    def timed(self) -> list[tuple[Pointer, Period]]:
        """Of these, those to what does not exist at all times, with when it does. For checks: the
        lives that are read are not noticed."""
        lives: dict[int, Period] = {}
        found = []
        for one in self.pointers:
            if one.target is None or not one.reference.to.timed:
                continue
            life = lives.get(one.target)
            if life is None:
                life = lives[one.target] = self.life_at(one.target)
            if not (life is ALWAYS or life.is_open):
                found.append((one, life))
        return found

    @index
    def text_links(self) -> list[tuple[Record, Path, TextLink]]:
        """Every `[[…]]` in a text: its record, the text's path with the language last, the link."""
        return [
            (record, marked.path, link)
            for record, found in self.looked_through
            for marked in found.marked
            for link in marked.links
        ]

    @index
    def outward(self) -> list[Outward]:
        """What each record points to, in their order."""
        note_kind(ANY, MEMBERS | POINTERS)
        if isinstance(self.records, RecordList):
            return list(map(self.records.outward, range(len(self.records))))
        return [outward(found) for _, found in self.looked_through]

    def points_to(self, place: int) -> Outward:
        """What the record at a place among all points to."""
        note_kind(ANY, MEMBERS | POINTERS)
        records = self.records
        return records.outward(place) if isinstance(records, RecordList) else self.outward[place]

    @index
    def _back_links(self) -> BackLinks:
        note_kind(ANY, MEMBERS | POINTERS)
        every = map(self.points_to, range(len(self.records)))
        return BackLinks(every, self._place, self._named)

    def _naming(self, record: Record) -> Sequence[Naming]:
        """Who names a record. While few are asked for, all need not be found."""
        address = address_of(record)
        kind, key = kind_and_key(address)
        at = self._by_kind[kind].get(key)
        if "_back_links" in vars(self) or not isinstance(self.records, RecordList):
            every = self._back_links
            return () if at is None else every.of(at)
        note_kind(ANY, MEMBERS | POINTERS)
        if at is None:  # a record of another state of the register
            return ()
        sources = {place for word in (address, key) for place in self.records.naming(word)} - {at}
        self._looked_at[0] += len(sources)
        if self._looked_at[0] > len(self.records):
            return self._back_links.of(at)
        of_fields, of_texts = [], []
        for source in sorted(sources):
            references, links = self.records.outward(source)
            for path, target, kinds in references:
                if self._place(target, kinds) == at:
                    of_fields.append((source, path, False))
            for path, target in links:
                if list(self._named(target)) == [at]:
                    of_texts.append((source, path, True))
        return [*of_fields, *of_texts]

    @cached_property
    def _looked_at(self) -> list[int]:
        """How many records `_naming` has looked at: of all of them once, it is no less to find the
        back-links of all."""
        return [0]

    def find_back_links(self) -> None:
        """Finds those of all records at once, for one who will ask for many."""
        _ = self._back_links

    def keep_naming(self) -> None:
        """Has it kept who names whom, where records are made when they are asked for: who edits
        next asks for it."""
        if isinstance(self.records, RecordList):
            self.records.naming("")

    @question
    def back_links(self, record: Record) -> list[BackLink]:
        return [
            BackLink(self.records[source], path, in_text)
            for source, path, in_text in self._naming(record)
        ]

    def location(self, record: Record, path: Path = (), *, key: bool = False) -> Location:
        """The place of `path` in the file that `record` came from."""
        origin = self.origins.get(address_of(record))
        return origin.locate(path, key=key) if origin else Location(address_of(record))

    def path_of(self, record: Record) -> str:
        """The path of the file that a record came from; empty when there is none."""
        note_record(record, PATH)
        origin = self.origins.get(address_of(record))
        return origin.path if origin else ""

    def reviewed(self, record: Record) -> date | None:
        """When a record was last reviewed; it need not be made to tell."""
        note_record(record, field_bits(type(record))["review"])
        with unnoticed():
            return self.brief(address_of(record)).reviewed

    def fingerprint_of(self, record: Record) -> str:
        """Of the record's files: the same for the same bytes. Without files, what it says."""
        note_record(record, FILE)
        origin = self.origins.get(address_of(record))
        return origin.fingerprint() if origin else repr(record)

    # --- documents ---

    def made_of(self, subject: Subject) -> list[str]:
        """The addresses of all that documents of a sort can be made of, by id; empty for the whole
        register. It makes no record."""
        if subject is Subject.REGISTER:
            return [""]
        kind = _MADE_OF[subject].KIND
        note_kind(kind)
        return [self.addresses[at] for at in self._in_order[kind]]

    def place_in_template(self, template: Template, path: Path, *, key: bool = False) -> Location:
        """The place of `path` in a template's front matter."""
        origin = self.origins.get(f"{TemplateHead.FOLDER}/{template.id}")
        return origin.locate(path, key=key) if origin else Location(template.path)

    def revision_of(self, *records: Record) -> str:
        """The git revision that last changed one of the records' files: 40 hex digits, or empty
        when it is not known."""
        for record in records:  # here, so that no other record's file has the question asked again
            note_record(record, FILE)
        return self._revision_of(*records)

    @question
    def _revision_of(self, *records: Record) -> str:
        note_kind(GIT)
        sources: dict[str, bytes] = {}
        for record in records:
            origin = self.origins.get(address_of(record))
            if origin is None or self.revisions is None:
                return ""
            sources.update(origin.sources)
        return self.revisions.latest(sources) if self.revisions else ""

    # --- time ---

    def as_of(self, day: date) -> AsOf:
        """The organisation on a day. Every question of who, what and where on a date goes here."""
        known = self._days.get(day)
        if known is None:
            known = self._days[day] = AsOf(self, day)
        return known

    @cached_property
    def _days(self) -> dict[date, AsOf]:
        return {}

    def make_indexes(self, day: date) -> None:
        """Makes what nearly every page of a day asks, so that processes begin with it."""
        self.make_lasting()
        _ = self._transfers_of_task
        self.as_of(day).make_indexes()

    def make_lasting(self) -> None:
        """Makes what outlives the asking: no day is in it."""
        _ = (
            self._back_links,
            self._versions,
            self._lives,
            self._having_spans,
            self._mandates_by_holder,
            self._reviewed,
            self.in_force,
        )
        self.relations.make_indexes()
        for cls in RECORD_CLASSES:
            lifetimes = self.lifetimes(cls)
            _ = (lifetimes.happenings, lifetimes.reviews, lifetimes.of_several_names)

    def lifetimes(self, cls: type[Record]) -> Lifetimes:
        known = self._lifetimes.get(cls)
        if known is None:
            known = self._lifetimes[cls] = Lifetimes(self, cls)
        return known

    @cached_property
    def _lifetimes(self) -> dict[type[Record], Lifetimes]:
        return {}

    def listing(self, cls: type[Record], languages: str, today: date) -> Listing:
        key = cls, languages, today
        known = self._listings.get(key)
        if known is None:
            known = self._listings[key] = Listing(self, *key)
        return known

    @cached_property
    def _listings(self) -> dict[tuple[type[Record], str, date], Listing]:
        return {}

    def listings(self, today: date) -> list[Listing]:
        """All that there are for this day's readers."""
        return [one for one in self._listings.values() if one.today == today]

    @index
    def in_force(self) -> dict[str, list[tuple[date, date, str]]]:
        """By mandate: first and last day of each version that takes force, with its address, oldest
        first."""
        found: dict[str, list[tuple[date, date, str]]] = {}
        for one in self.briefs(MandateVersion):
            if one.takes_force:
                _, _, mandate = address_of_mandate(one.address).rpartition("/")
                of_one = found.setdefault(mandate, [])
                of_one.append((one.life.first, one.life.last, one.address))
        return found

    @index
    def events(self) -> list[Event]:
        """Every event, by day."""
        return all_events(self)

    @question
    def reviewed_since(self, cls: type[Record] | None = None) -> date | None:
        """The day since which all records, or all of a class, have been reviewed; None where one
        never was, or where there is none."""
        if cls is None:
            return self._reviewed
        return since_when(reviewed for _, reviewed, _ in self.lifetimes(cls).reviews)

    @index
    def _reviewed(self) -> date | None:
        every = (self.lifetimes(cls).reviews for cls in RECORD_CLASSES)
        return since_when(reviewed for one in every for _, reviewed, _ in one)

    @index
    def digests(self) -> dict[str, bytes]:
        """By address: of each thing that can change of a record, one after the other."""
        known = self._known_digests
        return {
            address: known.get(address) or self.digests_of(place)
            for place, address in enumerate(self.addresses)
        }

    @cached_property
    def _known_digests(self) -> dict[str, bytes]:
        return {}

    def digests_of(self, place: int) -> bytes:
        """The digests of the record at a place among all, as `record_digests` says."""
        if "digests" in vars(self):
            return self.digests[self.addresses[place]]
        record, address = self.records[place], self.addresses[place]
        file, path = self.origins[address].fingerprint(), self.origins[address].path
        said = [tuple(one) for one in self.brief_at(place).said]
        return record_digests(record, self.points_to(place), file, path, said)

    def life(self, record: Record) -> Period:
        """When the thing exists; a mandate from its first version's first day to its last's end."""
        if isinstance(record, Mandate):
            return self._life_of(record)
        return record.life

    def life_at(self, place: int) -> Period:
        """The same of the record at a place among all; it is not made where that can be told
        otherwise. For checks: what it reads is not noticed."""
        kind, id = kind_and_key(self.addresses[place])
        if kind == Mandate.KIND:
            versions = self._versions.get(id)
            return _life(list(map(self._own_life_at, versions))) if versions else ALWAYS
        return self._own_life_at(place)

    def _own_life_at(self, place: int) -> Period:
        known = self.records.life(place) if isinstance(self.records, RecordList) else None
        return known or self.records[place].life

    @question
    def _life_of(self, mandate: Mandate) -> Period:
        return self._lives.get(mandate.id, ALWAYS)

    @index
    def _lives(self) -> dict[str, Period]:
        """Of the mandates that have versions."""
        return {
            mandate: _life([self.brief_at(at).life for at in places])
            for mandate, places in self._versions.items()
        }

    @index
    def _versions(self) -> dict[str, list[int]]:
        """By mandate: the places among all of its versions, oldest first."""
        note_kind(MandateVersion.KIND)
        versions: dict[str, list[int]] = {}
        for at in self._in_order[MandateVersion.KIND]:
            mandate = kind_and_key(self.addresses[at])[1].partition("@")[0]
            versions.setdefault(mandate, []).append(at)
        return versions

    def has_versions(self, mandate: str) -> bool:
        return mandate in self._versions

    @question
    def versions(self, mandate: str) -> list[MandateVersion]:
        """A mandate's versions, oldest first."""
        return [cast(MandateVersion, self.records[at]) for at in self._versions.get(mandate, ())]

    def version_before(self, version: MandateVersion) -> MandateVersion | None:
        """The same mandate's version before this one."""
        earlier = [one for one in self.versions(version.mandate) if one.id < version.id]
        return earlier[-1] if earlier else None

    def mandate_of(self, version: MandateVersion) -> Mandate:
        mandate = self.get(Mandate, version.mandate)
        if mandate is None:
            raise KeyError(version.mandate)
        return mandate

    @cached_property
    def calendar(self) -> Calendar:
        """The days on which the organisation changed."""
        return Calendar(self)

    # --- cooperation ---

    @cached_property
    def relations(self) -> Relations:
        """Who works with, reports to and refers to whom."""
        return Relations(self)

    # --- tasks ---

    @index
    def _transfers_of_task(self) -> dict[str, list[Transfer]]:
        moves: dict[str, list[Transfer]] = {}
        for transfer in sorted(self.all(Transfer), key=lambda transfer: transfer.date):
            for task in transfer.tasks:
                moves.setdefault(task, []).append(transfer)
        return moves

    @question
    def transfers_of(self, task: Task) -> list[Transfer]:
        """The transfers that move a task, oldest first."""
        return self._transfers_of_task.get(task.id, [])

    @index
    def _transfers_by_party(self) -> dict[str, list[Transfer]]:
        touched: dict[str, list[Transfer]] = {}
        for transfer in sorted(self.all(Transfer), key=lambda transfer: transfer.date):
            for id in dict.fromkeys((*transfer.from_, *transfer.to, *transfer.ends)):
                party = self.party(id)
                if party:
                    touched.setdefault(address_of(party), []).append(transfer)
        return touched

    @question
    def transfers_touching(self, party: Record) -> list[Transfer]:
        """The transfers that take from, give to or end a role, body or office, oldest first."""
        return self._transfers_by_party.get(address_of(party), [])

    def next_after(self, record: Record) -> list[Step]:
        """Who took over directly: as a role itself says, else by the transfers that ended it."""
        said = [self.party(id) for id in getattr(record, "succeeded_by", ())]
        if any(said):
            return [Step(party, None) for party in said if party]
        return [
            Step(party, transfer)
            for transfer in self.transfers_touching(record)
            if any(self.party(id) is record for id in transfer.ends)
            for id in transfer.to
            if (party := self.party(id))
        ]

    @index
    def _spans(self) -> dict[str, list[Period]]:
        return {
            one.address: _spans_of(one, self._transfers_by_party.get(one.address, ()))
            for one in self.briefs(Role, Organisation)
        }

    @question
    def spans(self, record: Record) -> list[Period]:
        """The spans in which a role or organisation stayed as it was, oldest first.

        A new one begins with a new name, with a transfer that takes from it or gives to it, and
        with the start and end of its life. One span only: it has always been so.
        """
        return self._spans[address_of(record)]

    @question
    def having_spans(self) -> frozenset[str]:
        """The addresses of those that have several: a page that links to most need not ask of
        each."""
        return self._having_spans

    @index
    def _having_spans(self) -> frozenset[str]:
        return frozenset(address for address, spans in self._spans.items() if len(spans) > 1)

    # --- what belongs to what ---

    @question
    def pointing(self, record: Record, cls: type[R], *fields: str) -> list[R]:
        """Records of `cls` that name `record` in one of the top-level `fields`."""
        places = {
            self.addresses[source]: source
            for source, path, in_text in self._naming(record)
            if not in_text
            and path[0] in fields
            and kind_and_key(self.addresses[source])[0] == cls.KIND
        }
        return [cast(R, self.records[places[address]]) for address in sorted(places)]

    @question
    def countries(self) -> list[Area]:
        """The areas that lie in no other, by id."""
        return list(self.some(self._countries))

    @index
    def _countries(self) -> list[str]:
        return [address_of(area) for area in self.all(Area) if area.within is None]

    def area_and_larger(self, area: Area) -> list[Area]:
        """The area, the one it lies in, and so on outwards."""
        found: list[Area] = []
        place: Area | None = area
        while place and place not in found:
            found.append(place)
            place = self.follow(Area, place.within)
        return found

    @question
    def pages_about(self, topic: str) -> Sequence[Guidance]:
        """The guidance pages that are first of all about a topic, in their order."""
        pages = self._pages_by_topic.get(topic, ())
        return self.some(address for address, is_first in pages if is_first)

    @question
    def pages_on(self, topic: str) -> Sequence[Guidance]:
        """The guidance pages that name a topic, in their order."""
        return self.some(address for address, _ in self._pages_by_topic.get(topic, ()))

    @index
    def _pages_by_topic(self) -> dict[str, list[tuple[str, bool]]]:
        """By topic: the addresses of the pages that name it, and whether they name it first."""
        found: dict[str, list[tuple[str, bool]]] = {}
        for page in sorted(self.all(Guidance), key=lambda page: (page.order, page.id)):
            for topic in dict.fromkeys(page.topics):
                is_first = topic == page.topics[0]
                found.setdefault(topic, []).append((address_of(page), is_first))
        return found

    def contacts_of(self, record: Record) -> list[Contact]:
        return self.pointing(record, Contact, "of")

    def offices_of(self, record: Record) -> list[Office]:
        return self.pointing(record, Office, "organisation")

    @index
    def _mandates_by_holder(self) -> dict[str, list[str]]:
        """By a role's id: the addresses of the mandates that it holds."""
        held: dict[str, list[str]] = {}
        for mandate in self.briefs(Mandate):
            for id in dict.fromkeys(mandate.holders):
                of_one = held.setdefault(id.removeprefix(f"{Role.FOLDER}/"), [])
                of_one.append(mandate.address)
        return held

    @question
    def mandates_of(self, role: Role) -> Sequence[Mandate]:
        """The mandates that a role holds, by id."""
        return self.some(self._mandates_by_holder.get(role.id, ()))

    def mandates_ordered_by(self, assignment: Assignment) -> list[Mandate]:
        return self.pointing(assignment, Mandate, "ordered_by")


def _life(of_versions: Sequence[Period]) -> Period:
    first = min(period.first for period in of_versions)
    last = max(period.last for period in of_versions)
    return Period.between(
        None if first == FIRST_DAY else When.on(first),
        None if last == LAST_DAY else When.on(last),
    )


def _spans_of(one: Brief, transfers: Sequence[Transfer]) -> list[Period]:
    life, starts = one.life, [When.on(transfer.date) for transfer in transfers]
    for period in one.names:
        if period.from_:
            starts.append(period.from_)
        if period.to and period.last < LAST_DAY:
            starts.append(period.to.next())
    by_day = {start.first: start for start in starts if life.first < start.first <= life.last}
    order = [by_day[day] for day in sorted(by_day)]
    return [
        Period.between(first, after.previous() if after else life.to)
        for first, after in zip((life.from_, *order), (*order, None), strict=True)
    ]


__all__ = [
    "BackLink",
    "Made",
    "Origin",
    "Pointer",
    "Register",
    "Revisions",
    "address_of",
]
