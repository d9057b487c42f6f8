"""The organisation on one day: what exists, what it is called, who holds what, what is in force.

Every view, page and document is made through it, and `remit check --as-of` asks it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from remit.model.brief import since_when
from remit.model.day_lists import DayLists
from remit.model.duties import DutyGuide
from remit.model.events import Happening, happenings_of
from remit.model.history import TurnOf, turns_of
from remit.model.reading import index, question
from remit.model.records import (
    Area,
    AreaLevel,
    Assignment,
    Audience,
    AudienceKind,
    Contact,
    ContactFor,
    Deliverable,
    MandateVersion,
    Membership,
    Network,
    Office,
    Organisation,
    Partner,
    Record,
    RenamableRecord,
    Role,
    SectionKind,
    Task,
    Term,
    Transfer,
    Weekday,
    address_of,
)
from remit.model.values import DatedName, LocalText, When

if TYPE_CHECKING:
    from remit.model.record_list import SomeRecords
    from remit.model.register import Register

R = TypeVar("R", bound=Record)


class Standing(StrEnum):
    PAST = "past"
    NOW = "now"
    FUTURE = "future"


class Step(NamedTuple):
    """One step from what ended to what took over: by a transfer, or as the record itself says."""

    to: Record
    by: Transfer | None


@dataclass(frozen=True)
class Lifetimes:
    """When each record of a class exists, and what happens to it and when; get it from
    `Register.lifetimes`, which keeps it."""

    register: Register
    cls: type[Record]

    @index
    def all(self) -> list[tuple[str, date, date]]:
        """Each record's address, its first day and its last, by id."""
        found = []
        for one in self.register.briefs(self.cls):
            life = self.register.life_of(one)
            found.append((one.address, life.first, life.last))
        return found

    @index
    def turns(self) -> dict[date, list[TurnOf]]:
        """The changes of each day."""
        found: dict[date, list[TurnOf]] = {}
        whens: dict[str, When] = {}
        for one in self.register.briefs(self.cls):
            for day, when, turn in turns_of(one):
                same = whens.setdefault(when.text, when)
                found.setdefault(day, []).append((one.address, same, turn))
        return found

    @index
    def of_several_names(self) -> list[str]:
        """The addresses of those that have been called otherwise, by id."""
        return [one.address for one in self.register.briefs(self.cls) if len(one.names) > 1]

    @index
    def happenings(self) -> list[Happening]:
        """What happens to each by itself, of which events are made."""
        return [*happenings_of(self.register, self.cls)]

    @index
    def reviews(self) -> list[tuple[str, date | None, date | None]]:
        """Each record's address, when it was last reviewed and when it is due next, by id."""
        return [(one.address, one.reviewed, one.due) for one in self.register.briefs(self.cls)]


@dataclass(frozen=True)
class AsOf:
    """All questions about one day; get it from `Register.as_of`, which keeps one per day."""

    register: Register
    day: date

    def make_indexes(self) -> None:
        """Makes what nearly every page asks."""
        _ = (self._tasks_by_holder, self._contacts_by_audience, self._roles_by_audience)
        _ = self._emergency_numbers

    # --- what exists, and under which name ---

    def standing(self, record: Record) -> Standing:
        """Whether the thing is past, existing or yet to come on the day."""
        life = self.register.life(record)
        if life.to is not None and life.to.last < self.day:
            return Standing.PAST
        is_to_come = life.from_ is not None and life.from_.first > self.day
        return Standing.FUTURE if is_to_come else Standing.NOW

    def exists(self, record: Record) -> bool:
        return self.standing(record) is Standing.NOW

    @question
    def living(self, cls: type[R]) -> Sequence[R]:
        """The records of a class that exist on the day, by id."""
        day = self.day
        every = self.register.lifetimes(cls).all
        return self.register.some(one for one, first, last in every if first <= day <= last)

    def number_living(self, cls: type[Record]) -> int:
        """How many there are of them."""
        day = self.day
        return sum(first <= day <= last for _, first, last in self.register.lifetimes(cls).all)

    @question
    def reviewed_since(self, cls: type[Record]) -> date | None:
        """The day since which all of a class that exist on the day have been reviewed; None where
        one never was, or where there is none."""
        lifetimes = self.register.lifetimes(cls)
        found = zip(lifetimes.reviews, lifetimes.all, strict=True)
        return since_when(
            reviewed for (_, reviewed, _), (_, first, last) in found if first <= self.day <= last
        )

    @cached_property
    def duties(self) -> DutyGuide:
        """What someone must or may do on the day when another is at risk."""
        return DutyGuide(self.register, self.day)

    def name(self, record: Record) -> LocalText:
        return record.name_on(self.day)

    def short(self, record: Record) -> LocalText | None:
        return record.short_on(self.day)

    def called(self, record: Record, languages: Sequence[str], words: str = "") -> tuple[str, str]:
        """The record's name, or the words that stand for it, for a reader of the first of these
        languages, and the language they are in: a body that keeps its own name in a translation
        keeps that name's language."""
        language, names = languages[0], list[LocalText]()
        if not words:
            names.append(self.name(record))
            words, language = names[0].best(*languages)
        own = record.authoritative_language
        if own != language and _keeps_its_name(record):
            short = self.short(record)
            names = [*(names or [self.name(record)]), *([short] if short else ())]
            language = own if any(words == one[own] for one in names if own in one) else language
        return words, language

    @property
    def lists(self) -> DayLists:
        """What the page of the day lists."""
        return DayLists(self)

    def other_names(self, record: Record) -> list[DatedName]:
        """The names it had or gets on other days than this one."""
        if not isinstance(record, RenamableRecord):
            return []
        now = record.dated_name_on(self.day)
        return [dated for dated in record.names if dated is not now]

    def meaning(self, term: Term) -> LocalText:
        """What a word means on the day; where no definition holds, what it meant last before."""
        holding = [one for one in term.definitions if one.period.covers(self.day)]
        earlier = [one for one in term.definitions if one.period.first <= self.day]
        return (holding or earlier or term.definitions[:1])[-1].text

    # --- mandates ---

    def version(self, mandate: str) -> MandateVersion | None:
        """The version in force. Drafts, hearings and withdrawn ones never are."""
        for version in self.register.versions(mandate):
            if version.status.takes_force and version.in_force.covers(self.day):
                return version
        return None

    def shown_version(self, mandate: str) -> MandateVersion | None:
        """What a reader is shown first: the version in force, else the last before the day."""
        current = self.version(mandate)
        if current:
            return current
        versions = self.register.versions(mandate)
        past = [
            version
            for version in versions
            if version.status.takes_force and version.in_force.first <= self.day
        ]
        return past[-1] if past else (versions[0] if versions else None)

    @question
    def mandates_in_force(self) -> SomeRecords[MandateVersion]:
        """The version in force of each mandate that has one, by the mandates' ids."""
        found, in_force = list[str](), self.register.in_force
        for mandate in sorted(in_force):
            holding = (one for first, last, one in in_force[mandate] if first <= self.day <= last)
            found.extend(islice(holding, 1))
        return self.register.some(found)

    # --- assignments ---

    def outstanding(self, assignment: Assignment) -> list[Deliverable]:
        """What was to be handed in and is not known to have been, up to and including the day.

        Nothing before the assignment was given.
        """
        return [
            one
            for one in assignment.deliverables
            if self._is_given(assignment)
            and (one.delivered is None or one.delivered.first > self.day)
        ]

    def _is_given(self, assignment: Assignment) -> bool:
        given = assignment.letter.date or assignment.start
        return given is None or given.first <= self.day

    def missing_sections(self, assignment: Assignment) -> dict[str, list[SectionKind]]:
        """By mandate that the assignment ordered: the required kinds of section it lacks.

        A mandate without a version in force lacks them all. Nothing is missing before the
        assignment was given.
        """
        missing: dict[str, list[SectionKind]] = {}
        if not self._is_given(assignment):
            return missing
        for mandate in self.register.mandates_ordered_by(assignment):
            version = self.version(mandate.id)
            present = {section.kind for section in version.sections} if version else set()
            lacking = [kind for kind in assignment.requires_sections if kind not in present]
            if lacking:
                missing[mandate.id] = lacking
        return missing

    # --- tasks ---

    def holders(self, task: Task) -> list[Record]:
        """Who holds a task, of those that exist on the day."""
        return [holder for holder in self.charged_with(task) if self.exists(holder)]

    def charged_with(self, task: Task) -> list[Record]:
        """Its first holders, moved along by each transfer up to the day, whether they live or not:
        a task may have been left with a body that has ended."""
        if not task.period.covers(self.day):
            return []
        party = self.register.party
        holders = _known(party(id) for id in task.first_held_by)
        for transfer in self.register.transfers_of(task):
            if transfer.date > self.day:
                break
            givers = _known(party(id) for id in transfer.from_)
            kept = [holder for holder in holders if holder not in givers]
            receivers = _known(party(id) for id in transfer.to)
            holders = kept + [holder for holder in receivers if holder not in kept]
        return holders

    @question
    def tasks_of(self, party: Record) -> list[Task]:
        """The tasks that a role or body holds, by id."""
        return self._tasks_by_holder.get(address_of(party), [])

    @index
    def _tasks_by_holder(self) -> dict[str, list[Task]]:
        """By the holder's address."""
        held: dict[str, list[Task]] = {}
        for task in self.register.all(Task):
            for holder in self.holders(task):
                held.setdefault(address_of(holder), []).append(task)
        return held

    def successors(self, record: Record) -> list[Step]:
        """Who took over from what has ended, through any number of steps: those that exist.

        Empty while the record itself exists, and where no one took over.
        """
        found: dict[str, Step] = {}
        seen = {address_of(record)}
        waiting = [] if self.standing(record) is not Standing.PAST else [record]
        while waiting:
            for step in self.register.next_after(waiting.pop(0)):
                address = address_of(step.to)
                if address in seen:
                    continue
                seen.add(address)
                if self.standing(step.to) is Standing.PAST:
                    waiting.append(step.to)
                else:
                    found[address] = step
        return list(found.values())

    # --- cooperation ---

    def members(self, record: Network | Role) -> list[Membership]:
        """Who takes part in a network or team on the day."""
        return [one for one in record.members if one.period.covers(self.day)]

    def networks_of(self, party: Record) -> list[Network]:
        """The networks that a role or body takes part in or convenes on the day, by id."""
        return [
            network
            for network in self.register.pointing(party, Network, "members", "convener")
            if self.exists(network)
            and (
                self.register.party(network.convener) is party
                or any(self.register.party(m.member) is party for m in self.members(network))
            )
        ]

    def networks_covering(self, area: Area) -> list[Network]:
        """The networks whose area is this one or holds it, the nearest first."""
        found = []
        for place in self.register.area_and_larger(area):
            found += [
                network
                for network in self.register.pointing(place, Network, "area")
                if self.exists(network)
            ]
        return found

    def working_in(self, area: Area) -> list[Record]:
        """The contacts, networks, offices, roles and bodies of the area, or of one within it."""
        places = [area, *self.register.pointing(area, Area, "within")]
        kinds: tuple[type[Record], ...] = (Contact, Network, Office, Role, Organisation)
        found = [
            record
            for place in places
            if self.exists(place)
            for cls in kinds
            for record in self.register.pointing(place, cls, "area")
        ]
        return [record for record in found if self.exists(record)]

    # --- contact ---

    def contacts_of(self, record: Record) -> list[Contact]:
        """The contact points of a role or body that are in use, by id."""
        return [one for one in self.register.contacts_of(record) if self.exists(one)]

    @question
    def emergency_numbers(self) -> Sequence[Contact]:
        """The emergency services' contact points in use that have a number, by id."""
        return self.register.some(self._emergency_numbers)

    @index
    def _emergency_numbers(self) -> list[str]:
        every = self.living(Contact)
        return [address_of(one) for one in every if one.emergency and one.phone]

    def contacts_for(
        self, area: Area, audience: str, *, spoken: str = "", at: time | None = None
    ) -> list[Contact]:
        """Whom someone of `audience` (an id) can turn to in `area`, nearest first.

        `spoken` (a language code) leaves out those not known to speak it; `at` (local time) those
        not known to be open then.
        """
        places = {address: rank for rank, address in enumerate(self._places(area))}
        found = [
            contact
            for contact in self.contacts_meant_for(audience)
            if contact.area in places
            and (not spoken or spoken in contact.spoken)
            and (at is None or self.is_open(contact, at))
        ]
        return sorted(found, key=lambda contact: (places[contact.area], contact.id))

    def _places(self, area: Area) -> list[str]:
        """Every way a pointer may name the area and those it lies in, nearest first."""
        larger = self.register.area_and_larger(area)
        return [name for one in larger for name in (one.id, f"{Area.FOLDER}/{one.id}")]

    @question
    def contacts_meant_for(self, audience: str) -> list[Contact]:
        """The contact points in use that are for an audience: as they say, or as their role serves.

        Who is affected is not sent to lines for professionals, nor the other way round.
        """
        record = self.register.follow(Audience, audience)
        affected = record is not None and record.kind is AudienceKind.AFFECTED
        wrong = ContactFor.PROFESSIONALS if affected else ContactFor.AFFECTED
        wanted = self._audiences(record)
        found = {
            contact.id: contact
            for name in ("", *wanted)
            for contact in self._contacts_by_audience.get(name, ())
            if contact.for_ is not wrong
        }
        return [found[id] for id in sorted(found)]

    @index
    def _contacts_by_audience(self) -> dict[str, list[Contact]]:
        """By an audience's id; those that are meant for everyone under no id."""
        found: dict[str, list[Contact]] = {}
        for contact in self.living(Contact):
            role = self.register.follow(Role, contact.of)
            meant = contact.audiences or (role.serves if role else [])
            for one in meant or ("",):
                found.setdefault(one.rpartition("/")[2], []).append(contact)
        return found

    def _audiences(self, audience: Audience | None) -> set[str]:
        """The ids under which an audience is served: its own and its service's."""
        found: set[str] = set()
        while audience and audience.id not in found:
            found.add(audience.id)
            audience = self.register.follow(Audience, audience.within)
        return found

    @question
    def roles_serving(self, audience: Audience) -> Sequence[Role]:
        """The roles that an audience, or the service it works in, may turn to, by id."""
        serving = {
            address
            for name in self._audiences(audience)
            for address in self._roles_by_audience.get(name, ())
        }
        return self.register.some(sorted(serving))

    @index
    def _roles_by_audience(self) -> dict[str, list[str]]:
        """By an audience's id: the addresses of the roles that serve it."""
        found: dict[str, list[str]] = {}
        for role in self.living(Role):
            for one in role.serves:
                found.setdefault(one.rpartition("/")[2], []).append(address_of(role))
        return found

    def is_open(self, contact: Contact, at: time) -> bool:
        """Whether the contact point is known to answer at a local time on the day."""
        if not self.exists(contact):
            return False
        for exception in contact.exceptions:
            if exception.date == self.day:
                opens, closes = exception.opens, exception.closes
                return opens is not None and closes is not None and opens <= at <= closes
        weekday = list(Weekday)[self.day.weekday()]
        return contact.always_open or any(
            weekday in hours.days
            and hours.period.covers(self.day)
            and hours.opens <= at <= hours.closes
            for hours in contact.hours
        )


def _known(records: Iterable[Record | None]) -> list[Record]:
    return [record for record in records if record is not None]


def _keeps_its_name(record: Record) -> bool:
    """Whether it may be called by its own name in a text of another language. Other words that are
    alike in two languages, such as mandat, are words of both."""
    if isinstance(record, Area):
        return record.level is not AreaLevel.COUNTRY
    return isinstance(record, Network | Office | Organisation | Partner | Role)
