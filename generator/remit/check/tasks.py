"""Checks on tasks and categories: held by someone, by no two, counted alike."""

from __future__ import annotations

from datetime import date

from remit.check.finding import Finding, Findings
from remit.model.records import (
    CategorySet,
    Mandate,
    MandateVersion,
    Role,
    Task,
)
from remit.model.register import Register, address_of
from remit.model.shape import Path
from remit.model.values import LAST_DAY, ONE_DAY
from remit.settings import Settings


def task_without_holder(register: Register, settings: Settings) -> Findings:
    """A task that no living body or role holds on some day of its life."""
    for task in register.all(Task):
        for day in _days_of_change(register, task):
            as_of = register.as_of(day)
            if not as_of.holders(task) and not _names_unknown(register, task):
                ended = ", ".join(f'"{one.id}"' for one in as_of.charged_with(task)) or "nobody"
                yield Finding(
                    task,
                    ("first_held_by",),
                    f"no one holds the task on {day}: it was held by {ended}",
                    "add a transfer to who has it now, or give the task's period an end",
                    key=True,
                )
                break


def _names_unknown(register: Register, task: Task) -> bool:
    """Whether a holder is named that the register does not have: that is reported elsewhere."""
    named = [*task.first_held_by, *(id for one in register.transfers_of(task) for id in one.to)]
    return any(register.party(id) is None for id in named)


def task_held_twice(register: Register, settings: Settings) -> Findings:
    """A task that is not shared, held by two at once."""
    for task in register.all(Task):
        if task.shared:
            continue
        for day in _days_of_change(register, task):
            holders = [one.id for one in register.as_of(day).charged_with(task)]
            if len(holders) > 1:
                yield Finding(
                    task,
                    ("first_held_by",),
                    f"{len(holders)} hold the task on {day}: {', '.join(holders)}",
                    "write shared: true if that is meant, or correct the transfers",
                    key=True,
                )
                break


def task_claimed_twice(register: Register, settings: Settings) -> Findings:
    """A task that is not shared, given to different holders by two mandates on one day."""
    for id, claims in _claims(register).items():
        task = register.get(Task, id)
        if task is None or task.shared:
            continue
        for index, (version, path, claimants) in enumerate(claims):
            for earlier, earlier_path, others in claims[:index]:
                same = earlier.mandate == version.mandate or claimants == others
                if same or not earlier.in_force.overlaps(version.in_force):
                    continue
                day = max(earlier.in_force.first, version.in_force.first)
                place = register.location(earlier, earlier_path)
                yield Finding(
                    version,
                    path,
                    f'the mandates "{earlier.mandate}" ({place}) and "{version.mandate}" both '
                    f'give the task "{id}" from {day}, to different holders',
                    "end one of the two mandates the day before, or take the task out of it; "
                    "write shared: true on the task if both are meant",
                )


def categories_differ(register: Register, settings: Settings) -> Findings:
    """A shared registration category that is not the same in every service of its scheme."""
    first: dict[tuple[str, str], tuple[CategorySet, object]] = {}
    schemes: dict[str, dict[str, set[str]]] = {}
    for found in register.all(CategorySet):
        shared = {category.id for category in found.categories if category.shared}
        schemes.setdefault(found.scheme, {})[found.id] = shared
        for index, category in enumerate(found.categories):
            if not category.shared:
                continue
            key = (found.scheme, category.id)
            same = (category.name, category.definition)
            other, expected = first.setdefault(key, (found, same))
            if same != expected:
                yield Finding(
                    found,
                    ("categories", index),
                    f'the shared category "{category.id}" differs from that of "{other.id}"',
                    "name and definition of a shared category are identical in all services; "
                    "write shared: false if it is the service's own",
                )
    for found in register.all(CategorySet):
        everyone = set().union(*schemes[found.scheme].values())
        lacking = sorted(everyone - schemes[found.scheme][found.id])
        if lacking:
            yield Finding(
                found,
                ("categories",),
                f"the scheme's shared categories are missing here: {', '.join(lacking)}",
                "copy them from the other services' sets",
                key=True,
            )


def _days_of_change(register: Register, task: Task) -> list[date]:
    """The first day of the task, each day it moves, and each day after a holder's last."""
    days = {task.period.first}
    for transfer in register.transfers_of(task):
        days.add(transfer.date)
    holders = set(task.first_held_by).union(*(t.to for t in register.transfers_of(task)))
    for id in holders:
        holder = register.party(id)
        if holder is not None:
            life = register.life(holder)
            days.add(life.first)
            if life.last < LAST_DAY:
                days.add(life.last + ONE_DAY)
    return sorted(day for day in days if task.period.covers(day) and day > date.min)


_Claim = tuple[MandateVersion, Path, frozenset[str]]


def _claims(register: Register) -> dict[str, list[_Claim]]:
    """By task: the mandate versions that give it, by the day they take force, each with the place
    and who is to do it. What is only proposed claims nothing."""
    claims: dict[str, list[_Claim]] = {}
    for version in sorted(register.all(MandateVersion), key=lambda one: one.in_force.first):
        mandate = register.get(Mandate, version.mandate)
        if mandate is None or not version.status.takes_force:
            continue
        for path, task, named in register.brief(address_of(version)).outline.claims:
            id = task.removeprefix(f"{Task.FOLDER}/")
            who = named or mandate.holders
            claimants = frozenset(one.removeprefix(f"{Role.FOLDER}/") for one in who)
            claims.setdefault(id, []).append((version, (*path, "task"), claimants))
    return claims
