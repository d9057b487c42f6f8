"""Checks on tasks, transfers and categories: held by someone, by no two, counted alike."""

from __future__ import annotations

from datetime import date

from remit.check.finding import Finding, Findings
from remit.model.records import CategorySet, Mandate, MandateVersion, Task, TaskBlock, Transfer
from remit.model.register import Register
from remit.model.shape import Path
from remit.model.values import FIRST_DAY, LAST_DAY, ONE_DAY
from remit.settings import Settings


def task_without_holder(register: Register, settings: Settings) -> Findings:
    """A task that no living body or role holds on some day of its life."""
    for task in register.all(Task):
        for day in _days_of_change(register, task):
            holders = [register.party(id) for id in register.holders_on(task, day)]
            known = [holder for holder in holders if holder is not None]
            if len(known) == len(holders) and not any(
                register.life(holder).covers(day) for holder in known
            ):
                ended = ", ".join(f'"{holder.id}"' for holder in known) or "nobody"
                yield Finding(
                    task,
                    ("first_held_by",),
                    f"no one holds the task on {day}: it was held by {ended}",
                    "add a transfer to who has it now, or give the task's period an end",
                    key=True,
                )
                break


def task_held_twice(register: Register, settings: Settings) -> Findings:
    """A task that is not shared, held by two at once or given by two mandates on one day."""
    claims = _claims(register)
    for task in register.all(Task):
        if task.shared:
            continue
        for day in _days_of_change(register, task):
            holders = register.holders_on(task, day)
            if len(holders) > 1:
                yield Finding(
                    task,
                    ("first_held_by",),
                    f"{len(holders)} hold the task on {day}: {', '.join(holders)}",
                    "write shared: true if that is meant, or correct the transfers",
                    key=True,
                )
                break
        given = claims.get(task.id, [])
        for index, (version, path) in enumerate(given):
            for earlier, _ in given[:index]:
                if earlier.mandate != version.mandate and earlier.in_force.overlaps(
                    version.in_force
                ):
                    yield Finding(
                        version,
                        path,
                        f'the mandates "{earlier.mandate}" and "{version.mandate}" both give '
                        f'the task "{task.id}" at the same time',
                        "write shared: true on the task if that is meant",
                    )


def transfer_from_other(register: Register, settings: Settings) -> Findings:
    """A transfer of a task from someone who does not hold it."""
    for transfer in register.all(Transfer):
        for index, id in enumerate(transfer.tasks):
            task = register.follow(Task, id)
            if task is None:
                continue
            before = register.holders_on(task, max(transfer.date, FIRST_DAY + ONE_DAY) - ONE_DAY)
            if before and not set(before) & set(transfer.from_):
                yield Finding(
                    transfer,
                    ("tasks", index),
                    f'the task "{id}" is held by {", ".join(before)} before {transfer.date}, '
                    f"not by {', '.join(transfer.from_)}",
                    "correct from:, or the task's first_held_by:",
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


def _claims(register: Register) -> dict[str, list[tuple[MandateVersion, Path]]]:
    """By task: the mandate versions that give it, in their order, and where they do."""
    claims: dict[str, list[tuple[MandateVersion, Path]]] = {}
    for version in register.all(MandateVersion):
        if register.get(Mandate, version.mandate) is None:
            continue
        for section_index, section in enumerate(version.sections):
            for block_index, block in enumerate(section.blocks):
                if isinstance(block, TaskBlock) and block.task:
                    path = ("sections", section_index, "blocks", block_index, "task")
                    id = block.task.removeprefix(f"{Task.FOLDER}/")
                    claims.setdefault(id, []).append((version, path))
    return claims
