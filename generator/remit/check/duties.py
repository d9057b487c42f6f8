"""Checks on duties: the guide to them leaves no one without a way to go."""

from __future__ import annotations

from remit.check.finding import Finding, Findings
from remit.model.register import Register
from remit.settings import Settings


def duty_gap(register: Register, settings: Settings) -> Findings:
    """A country's duties leave someone, in some situation, without anyone to turn to."""
    guide = register.as_of(settings.today).duties
    told: set[str] = set()
    for country, audience, age, urgency in guide.situations():
        ways = guide.ways(country, audience, age, urgency)
        if country.id in told or any(
            duty.contacts or duty.turns_to for duties in ways.values() for duty in duties
        ):
            continue
        told.add(country.id)
        who = f'"{audience.id}"' if audience else "someone of no listed profession"
        yield Finding(
            country,
            ("id",),
            f"no duty tells {who} whom to turn to: {age.value}, {urgency.value}",
            "add a duty for everyone in this country, with contacts: or turns_to:",
        )
