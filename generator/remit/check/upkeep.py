"""Checks on upkeep: reviews that are due and contacts that no one has tried."""

from __future__ import annotations

from datetime import timedelta

from remit.check.finding import Finding, Findings
from remit.model.records import Contact
from remit.model.register import Register
from remit.settings import Settings


def review_overdue(register: Register, settings: Settings) -> Findings:
    """A record whose next review is past."""
    for record, _ in register.looked_through:
        if record.review and record.review.due < settings.today:
            yield Finding(
                record,
                ("review", "last"),
                f"the review was due on {record.review.due}",
                "read the record against its sources, then set last: to the day you did",
            )


def contact_not_verified(register: Register, settings: Settings) -> Findings:
    """A contact point in use that no one has confirmed for a year (or as the settings say)."""
    limit = timedelta(days=round(settings.contact_check_months * 365.25 / 12))
    for contact in register.looked_at(Contact):
        if not contact.period.covers(settings.today):
            continue
        if contact.verified is None:
            yield Finding(
                contact,
                ("verified",),
                "number and hours were never confirmed with the service",
                "ring or write to them, then set verified: to the day you did",
                key=True,
            )
        elif settings.today - contact.verified > limit:
            yield Finding(
                contact,
                ("verified",),
                f"number and hours were last confirmed on {contact.verified}",
                "ring or write to them, then set verified: to the day you did",
            )
