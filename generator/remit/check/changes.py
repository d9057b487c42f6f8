"""Checks on a mandate's changes: explained, called what they are, in the order of their dates."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from remit.check.finding import Finding, Findings
from remit.model.records import (
    Block,
    BoundaryBlock,
    ChangeKind,
    CooperationBlock,
    Mandate,
    MandateVersion,
    ReportingBlock,
    Status,
    TaskBlock,
)
from remit.model.register import Register
from remit.settings import Settings


def change_note_missing(register: Register, settings: Settings) -> Findings:
    """A change of substance to a mandate, and no note that says what changed and why."""
    for mandate in register.all(Mandate):
        before: str | None = None
        for version in register.versions(mandate.id):
            approval = version.approval
            change = approval.change if approval else None
            new_text = before is not None and version.status.takes_force
            wants_note = change is ChangeKind.SUBSTANTIVE or (
                new_text and change is not ChangeKind.EDITORIAL
            )
            if wants_note and (approval is None or approval.note is None):
                after = f"the version {before}" if before else "an earlier text"
                yield Finding(
                    version,
                    ("approval",) if approval else (),
                    f"the version replaces {after}, and nothing says what changed",
                    "write approval: note: what changed and why, for those who follow the "
                    "mandate; or change: editorial, if only the wording is mended",
                    key=approval is not None,
                )
            if version.status.takes_force:
                before = version.id


def editorial_but_substantive(register: Register, settings: Settings) -> Findings:
    """A change called editorial that adds or takes away tasks or limits, or points elsewhere."""
    for before, after in _in_order(register):
        if after.approval is None or after.approval.change is not ChangeKind.EDITORIAL:
            continue
        old, new = _blocks(before), _blocks(after)
        found = [
            *(f"{_what(new[id])} {id} is new" for id in new if id not in old and _what(new[id])),
            *(f"{_what(old[id])} {id} is gone" for id in old if id not in new and _what(old[id])),
            *(
                f"{id} points elsewhere"
                for id in new
                if id in old and _pointers(old[id]) != _pointers(new[id])
            ),
        ]
        if found:
            yield Finding(
                after,
                ("approval", "change"),
                f"the change is called editorial, but since version {before.id} {'; '.join(found)}",
                "write change: substantive, with a note: on what changed and why",
            )


def versions_out_of_order(register: Register, settings: Settings) -> Findings:
    """A version dated or approved before the one that it follows."""
    for before, after in _in_order(register):
        dates = (before.document_date, after.document_date)
        if dates[0] and dates[1] and dates[1] < dates[0]:
            yield Finding(
                after,
                ("document_date",),
                f"the document is dated {dates[1]}, "
                f"before the version {before.id} that it follows ({dates[0]})",
                "correct one of the dates, or the day it takes force",
            )
        approved = [one.approval.date if one.approval else None for one in (before, after)]
        if approved[0] and approved[1] and approved[1].last < approved[0].first:
            yield Finding(
                after,
                ("approval", "date"),
                f"the version was approved {approved[1]}, "
                f"before the version {before.id} that it follows ({approved[0]})",
                "correct one of the dates, or the day it takes force",
            )


def changed_before_dated(register: Register, settings: Settings) -> Findings:
    """A version whose text was last changed before the date that the document bears."""
    for version in register.looked_at(MandateVersion):
        dated, changed = version.document_date, version.last_changed
        if dated and changed and changed < dated:
            yield Finding(
                version,
                ("last_changed",),
                f"the text was last changed on {changed}, before the document's date {dated}",
                "correct one of the two dates",
            )


def withdrawal_day(register: Register, settings: Settings) -> Findings:
    """A withdrawn version without the day it was withdrawn, or that day on another version."""
    for version in register.looked_at(MandateVersion):
        withdrawn = version.status is Status.WITHDRAWN
        if withdrawn and version.withdrawn is None:
            yield Finding(
                version,
                ("status",),
                "the version was withdrawn, and nothing says when",
                "add withdrawn: with the day, or the month or year if that is all that is known",
            )
        elif version.withdrawn is not None and not withdrawn:
            yield Finding(
                version,
                ("withdrawn",),
                f"the version was withdrawn on {version.withdrawn}, but its status is "
                f'"{version.status.value}"',
                "write status: withdrawn, or take the day out; what was in force is repealed",
            )


def _in_order(register: Register) -> Iterator[tuple[MandateVersion, MandateVersion]]:
    """Each version that takes force with the one before it in the same mandate."""
    for mandate in register.all(Mandate):
        yield from pairwise(
            version for version in register.versions(mandate.id) if version.status.takes_force
        )


def _blocks(version: MandateVersion) -> dict[str, Block]:
    return {block.id: block for section in version.sections for block in section.blocks}


def _what(block: Block) -> str:
    """`task` or `boundary`: what a mandate is about; nothing for the other kinds."""
    return block.kind if isinstance(block, TaskBlock | BoundaryBlock) else ""


def _pointers(block: Block) -> tuple[object, ...]:
    """Whom and what a block names in its fields."""
    if isinstance(block, TaskBlock):
        return (block.kind, block.who, block.audiences, block.with_, block.task)
    if isinstance(block, BoundaryBlock):
        return (block.kind, block.refers_to)
    if isinstance(block, CooperationBlock):
        return (block.kind, block.with_, block.mutual)
    if isinstance(block, ReportingBlock):
        return (block.kind, block.to)
    return ()
