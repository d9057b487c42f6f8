"""Checks on transfers and successors: from who has it, to who is there, and never in a ring."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from remit.check.finding import Finding, Findings
from remit.model.records import Role, Task, Transfer
from remit.model.register import Register, address_of
from remit.model.values import FIRST_DAY, LAST_DAY, ONE_DAY
from remit.settings import Settings


def transfer_from_other(register: Register, settings: Settings) -> Findings:
    """A transfer of a task from someone who does not hold it."""
    for transfer in register.all(Transfer):
        for index, id in enumerate(transfer.tasks):
            task = register.follow(Task, id)
            if task is None:
                continue
            day_before = max(transfer.date, FIRST_DAY + ONE_DAY) - ONE_DAY
            before = register.as_of(day_before).charged_with(task)
            givers = [register.party(giver) for giver in transfer.from_]
            if before and not any(holder in givers for holder in before):
                names = ", ".join(holder.id for holder in before)
                yield Finding(
                    transfer,
                    ("tasks", index),
                    f'the task "{id}" is held by {names} before {transfer.date}, '
                    f"not by {', '.join(transfer.from_)}",
                    "correct from:, or the task's first_held_by:",
                )


def transfer_cycle(register: Register, settings: Settings) -> Findings:
    """A task that goes round in a ring on one day, or roles that each succeed the other."""
    for task in register.all(Task):
        by_day: dict[date, list[Transfer]] = {}
        for transfer in register.transfers_of(task):
            by_day.setdefault(transfer.date, []).append(transfer)
        for day, transfers in by_day.items():
            ring = _ring_of_day(register, transfers)
            last = transfers[-1]
            if ring:
                yield Finding(
                    last,
                    ("tasks", last.tasks.index(task.id)) if task.id in last.tasks else ("tasks",),
                    f'the task "{task.id}" goes round in a ring on {day}: {_shown(ring)}',
                    "correct the date or the parties of one of that day's transfers",
                )
    following = {
        address_of(role): [_whole(register, one) for one in role.succeeded_by]
        for role in register.all(Role)
    }
    for role in register.all(Role):
        ring = _ring(address_of(role), following)
        if ring and address_of(role) == min(ring):
            yield Finding(
                role,
                ("succeeded_by",),
                f"the successors go round in a ring: {_shown(ring)}",
                "name as successor only who came after; a task that goes back to someone later "
                "is a transfer of its own",
            )


def _ring_of_day(register: Register, transfers: list[Transfer]) -> list[str] | None:
    """A way back to where it began, from who gives a task up to who newly gets it."""
    steps: dict[str, list[str]] = {}
    for transfer in transfers:
        gives = [_whole(register, one) for one in transfer.from_]
        gets = [_whole(register, one) for one in transfer.to]
        if set(gives) == set(gets):
            return [gives[0], gives[0]]
        for giver in gives:
            if giver not in gets:
                steps.setdefault(giver, []).extend(gets)
    return next((ring for start in steps if (ring := _ring(start, steps))), None)


def _whole(register: Register, target: str) -> str:
    """The address of who a pointer names, so that each is called by one name."""
    party = register.party(target)
    return address_of(party) if party else target


def _shown(ring: list[str]) -> str:
    return " → ".join(address.rpartition("/")[2] for address in ring)


def _ring(start: str, following: Mapping[str, list[str]]) -> list[str] | None:
    """The way from `start` back to itself, if there is one."""
    came_from: dict[str, str] = {}
    waiting = [start]
    while waiting:
        here = waiting.pop()
        for after in following.get(here, []):
            if after == start:
                way = [start, here]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return way[::-1]
            if after not in came_from:
                came_from[after] = here
                waiting.append(after)
    return None


def receiver_not_yet(register: Register, settings: Settings) -> Findings:
    """A transfer to a body or role that does not exist yet on its date, or no longer."""
    for transfer in register.all(Transfer):
        for index, target in enumerate(transfer.to):
            receiver = register.party(target)
            if receiver is None:
                continue
            life = register.life(receiver)
            if life.is_inverted or life.covers(transfer.date):
                continue
            early = life.first > transfer.date
            fault = f"begins on {life.first}" if early else f"ended on {life.last}"
            yield Finding(
                transfer,
                ("to", index),
                f'"{receiver.id}" is to receive this on {transfer.date}, but {fault}',
                "correct date:, or name who was there on that day",
            )


def transfer_date_disagrees(register: Register, settings: Settings) -> Findings:
    """What a transfer ends does not end the day before it."""
    for transfer in register.all(Transfer):
        if transfer.date == FIRST_DAY:
            continue
        day_before = transfer.date - ONE_DAY
        for index, target in enumerate(transfer.ends):
            ended = register.resolve(target, ("role", "office", "organisation", "network"))
            if ended is None:
                continue
            end = register.life(ended).to
            if end is None or not end.first <= day_before <= end.last:
                stands = f"its last day is {end}" if end else "its period has no end"
                yield Finding(
                    transfer,
                    ("ends", index),
                    f'"{ended.id}" ends by this transfer on {day_before}, but {stands}',
                    f"write to: {day_before} in its period, or correct date: here",
                )


def ended_without_successor(register: Register, settings: Settings) -> Findings:
    """A role with tasks that ended, and nothing says who has them now."""
    gave = {
        address_of(giver)
        for transfer in register.all(Transfer)
        for giver in map(register.party, transfer.from_)
        if giver is not None
    }
    for role in register.all(Role):
        ended = role.period.last < LAST_DAY and role.period.to is not None
        if not ended or role.succeeded_by or address_of(role) in gave:
            continue
        if _has_tasks(register, role):
            yield Finding(
                role,
                ("period", "to"),
                f'"{role.id}" had tasks and ended on {role.period.to}, '
                "and no one is named who has them now",
                "name the successor under succeeded_by:, or add a transfer of its tasks",
            )


def _has_tasks(register: Register, role: Role) -> bool:
    """Whether a mandate of its own, or a task in the register, gives the role something to do."""
    return any(
        register.brief(address_of(version)).outline.has_tasks
        for mandate in register.mandates_of(role)
        for version in register.versions(mandate.id)
    ) or any(
        register.party(holder) is role
        for task in register.all(Task)
        for holder in task.first_held_by
    )
