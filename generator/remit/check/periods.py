"""Checks on time: periods that run backwards, names and versions that overlap."""

from __future__ import annotations

from itertools import pairwise

from remit.check.finding import Finding, Findings
from remit.model.records import Mandate, MandateVersion, RenamableRecord
from remit.model.register import Register
from remit.settings import Settings


def inverted_period(register: Register, settings: Settings) -> Findings:
    """A period that ends before it begins."""
    for record, found in register.looked_through:
        for path, period in found.periods:
            if period.is_inverted:
                yield Finding(
                    record,
                    path,
                    f"the period ends ({period.to}) before it begins ({period.from_})",
                    "exchange the two dates, or correct one",
                )


def overlapping_names(register: Register, settings: Settings) -> Findings:
    """Two names that were used at the same time."""
    for record in register.looked_at(RenamableRecord):
        order = sorted(range(len(record.names)), key=lambda i: record.names[i].period.first)
        for before, after in pairwise(order):
            if record.names[before].period.overlaps(record.names[after].period):
                yield Finding(
                    record,
                    ("names", after, "period"),
                    "this name and the one before it were used on the same days",
                    "give the earlier name a last day: to: the day before the new name",
                )


def overlapping_versions(register: Register, settings: Settings) -> Findings:
    """Two versions of a mandate that are in force on one day."""
    for mandate in register.all(Mandate):
        versions = [
            version for version in register.versions(mandate.id) if version.status.takes_force
        ]
        versions.sort(key=lambda version: version.in_force.first)
        for before, after in pairwise(versions):
            if before.in_force.overlaps(after.in_force):
                yield Finding(
                    after,
                    ("in_force",),
                    f"the versions {before.id} and {after.id} are both in force "
                    f"on {max(before.in_force.first, after.in_force.first)}",
                    f"give the version {before.id} a last day: to: the day before",
                )


def version_day(register: Register, settings: Settings) -> Findings:
    """A version whose file is not named by the day it takes force."""
    for version in register.looked_at(MandateVersion):
        start = version.in_force.from_
        if start is None or not start.first.isoformat() <= version.id <= start.last.isoformat():
            yield Finding(
                version,
                ("in_force",),
                f'the file is named "{version.id}", but the version takes force '
                f"{'on ' + str(start) if start else 'on no day given'}",
                "name the file by the day in in_force: from:",
            )
