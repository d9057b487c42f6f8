"""Checks on duties: the guide to them leaves no one without a way to go."""

from __future__ import annotations

from remit.check.finding import Finding, Findings
from remit.model.records import AgeGroup, Duty, Urgency
from remit.model.register import Register
from remit.settings import Settings


def duty_gap(register: Register, settings: Settings) -> Findings:
    """A country's duties leave someone, in some situation, without anyone to turn to."""
    guide = register.as_of(settings.today).duties
    told: set[str] = set()
    for country, audience in guide.works():
        if country.id in told:
            continue
        telling = [
            duty for duty in guide.duties_of(country, audience) if duty.contacts or duty.turns_to
        ]
        gap = _first_without(telling)
        if gap is None:
            continue
        told.add(country.id)
        age, urgency = gap
        who = f'"{audience.id}"' if audience else "someone of no listed profession"
        yield Finding(
            country,
            ("id",),
            f"no duty tells {who} whom to turn to: {age.value}, {urgency.value}",
            "add a duty for everyone in this country, with contacts: or turns_to:",
        )


def _first_without(duties: list[Duty]) -> tuple[AgeGroup, Urgency] | None:
    """The first situation in which none of the duties holds."""
    for age in AgeGroup:
        for urgency in Urgency:
            if not any(duty.holds_for(age, urgency) for duty in duties):
                return age, urgency
    return None
