"""Which duties hold for someone: by country, work, the other's age and how urgent it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from remit.model.reading import index
from remit.model.records import AgeGroup, Area, Audience, AudienceKind, Duty, DutyKind, Urgency
from remit.model.values import FIRST_DAY

if TYPE_CHECKING:
    from remit.model.register import Register

EVERYONE = ""
"""Stands for an audience's id where a duty names none."""
FOLDER = "duty"
"""Where the guide lies; the duties themselves lie in their kind's folder."""
OTHERS = "others"
"""Last part of the address for those whose profession is not listed."""


def address_of_work(country: Area, audience: Audience | None) -> str:
    """Where the guide goes on for someone's work in a country."""
    return f"{FOLDER}/{country.id}/{audience.id if audience else OTHERS}"


def address_of_answer(
    country: Area, audience: Audience | None, age: AgeGroup, urgency: Urgency
) -> str:
    """Where the guide says what to do."""
    return f"{address_of_work(country, audience)}/{age.value}-{urgency.value}"


@dataclass(frozen=True)
class DutyGuide:
    """The duties of a register on a day, asked one situation at a time; from `AsOf.duties`."""

    register: Register
    day: date

    @index
    def duties(self) -> list[Duty]:
        """The duties that hold on the day, by id."""
        return [duty for duty in self.register.all(Duty) if duty.period.covers(self.day)]

    @index
    def countries(self) -> list[Area]:
        """The countries that have duties, by id: on any day, so that addresses last."""
        ids = sorted({duty.country for duty in self.register.all(Duty)})
        found = [self.register.get(Area, id) for id in ids]
        return [country for country in found if country]

    @index
    def _by_audience(self) -> dict[tuple[str, str], list[Duty]]:
        """The day's duties by country and by the service or profession they are for."""
        found: dict[tuple[str, str], list[Duty]] = {}
        for duty in self.duties:
            for id in duty.audiences or [EVERYONE]:
                found.setdefault((duty.country, id), []).append(duty)
        return found

    def professions(self, country: Area) -> list[Audience]:
        """The professions found in a country, by id."""
        return [one for one in self.register.all(Audience) if is_found_in(one, country)]

    def audiences(self, country: Area) -> list[Audience | None]:
        """The professions, then None for everyone else."""
        return [*self.professions(country), None]

    def duties_of(self, country: Area, audience: Audience | None) -> list[Duty]:
        """What holds for someone's work in some situation, in order: by profession or service."""
        own = [id for id in (audience.id, audience.within) if id] if audience else []
        found = {
            duty.id: duty
            for id in (EVERYONE, *own)
            for duty in self._by_audience.get((country.id, id), [])
            if not set(own) & set(duty.not_for)
        }
        return sorted(found.values(), key=lambda duty: (duty.order, not duty.must, duty.id))

    def ways(
        self, country: Area, audience: Audience | None, age: AgeGroup, urgency: Urgency
    ) -> dict[DutyKind, list[Duty]]:
        """What to do in one situation: all kinds, in the order to do them."""
        found: dict[DutyKind, list[Duty]] = {kind: [] for kind in DutyKind}
        for duty in self.duties_of(country, audience):
            if duty.holds_for(age, urgency):
                found[duty.kind].append(duty)
        return found

    def situations(self) -> Iterator[tuple[Area, Audience | None, AgeGroup, Urgency]]:
        for country, audience in self.works():
            for age in AgeGroup:
                for urgency in Urgency:
                    yield country, audience, age, urgency

    def works(self) -> Iterator[tuple[Area, Audience | None]]:
        """Everyone's work: the professions of each country, and what is not listed."""
        for country in self.countries:
            for audience in self.audiences(country):
                yield country, audience


def guide_addresses(register: Register) -> set[str]:
    """Every page of the guide; none when there are no duties."""
    guide = register.as_of(FIRST_DAY).duties
    if not guide.countries:
        return set()
    works = {address_of_work(c, one) for c in guide.countries for one in guide.audiences(c)}
    answers = {address_of_answer(*situation) for situation in guide.situations()}
    return {FOLDER, *(f"{FOLDER}/{c.id}" for c in guide.countries), *works, *answers}


def is_found_in(audience: Audience, country: Area) -> bool:
    """Whether the guide offers it there as someone's work."""
    profession = audience.kind is AudienceKind.PROFESSION
    return profession and audience.country in (None, country.id)
