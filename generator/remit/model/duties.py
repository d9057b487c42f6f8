"""Which duties hold for someone: by country, work, the other's age and how urgent it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from remit.model.records import AgeGroup, Area, Audience, AudienceKind, Duty, DutyKind, Urgency
from remit.model.register import Register


@dataclass(frozen=True)
class DutyGuide:
    """The duties of a register on a day, asked one situation at a time."""

    register: Register
    day: date

    @cached_property
    def countries(self) -> list[Area]:
        """The countries that have a duty on the day, by id."""
        ids = {duty.country for duty in self._duties}
        found = [self.register.get(Area, id) for id in sorted(ids)]
        return [country for country in found if country]

    @cached_property
    def _duties(self) -> list[Duty]:
        living = [duty for duty in self.register.all(Duty) if duty.period.covers(self.day)]
        return sorted(living, key=lambda duty: (duty.order, not duty.must, duty.id))

    def professions(self, country: Area) -> list[Audience]:
        """The professions found in a country, by id."""
        return [
            audience
            for audience in self.register.all(Audience)
            if audience.kind is AudienceKind.PROFESSION and audience.country in (None, country.id)
        ]

    def audiences(self, country: Area) -> list[Audience | None]:
        """The professions, then None for everyone else."""
        return [*self.professions(country), None]

    def ways(
        self, country: Area, audience: Audience | None, age: AgeGroup, urgency: Urgency
    ) -> dict[DutyKind, list[Duty]]:
        """What to do in one situation: all kinds, in the order to do them."""
        found: dict[DutyKind, list[Duty]] = {kind: [] for kind in DutyKind}
        for duty in self._duties:
            if (
                duty.country == country.id
                and urgency in duty.urgencies
                and (not duty.ages or age in duty.ages)
                and _is_for(duty, audience)
            ):
                found[duty.kind].append(duty)
        return found

    def situations(self) -> Iterator[tuple[Area, Audience | None, AgeGroup, Urgency]]:
        for country in self.countries:
            for audience in self.audiences(country):
                for age in AgeGroup:
                    for urgency in Urgency:
                        yield country, audience, age, urgency


def _is_for(duty: Duty, audience: Audience | None) -> bool:
    """By the profession itself, or by the service it works in."""
    own = {id for id in (audience.id, audience.within) if id} if audience else set()
    if own & set(duty.not_for):
        return False
    return not duty.audiences or bool(own & set(duty.audiences))
