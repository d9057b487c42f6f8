"""Who must approve a change, and whether it is substantive or editorial: by rule, in one table.

Substantive is what someone shall, may or can do, who, when, and how they are reached. Editorial is
how that is told, translated, sourced and kept. What the table does not name is substantive.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from remit.model.comparison import FieldChange, PartChange, VersionComparison, compare_versions
from remit.model.records import (
    ChangeKind,
    Item,
    Mandate,
    MandateVersion,
    Paragraph,
    Record,
    Redirect,
)
from remit.model.register import Register
from remit.model.register_comparison import RecordChange, RegisterComparison
from remit.model.values import LocalText

EDITORIAL: dict[str, tuple[str, ...]] = {
    "*": ("translations", "sources", "review", "caveats"),
    "mandate": ("summary",),
    "mandate-version": ("case_numbers", "last_changed", "tombstones"),
    "role": ("summary", "figures"),
    "organisation": ("summary", "letterhead"),
    "office": ("summary",),
    "assignment": ("summary",),
    "transfer": ("summary",),
    "category-set": ("summary",),
    "network": ("background",),
    "contact": ("verified",),
    "audience": ("summary", "words"),
    "term": ("other_words", "see"),
    "guidance": ("summary", "topics", "order"),
    "duty": ("order",),
}
"""By kind of record, `*` for all: the fields whose change is editorial, whatever it is."""

EDITORIAL_KINDS = (Redirect.KIND,)
"""Kinds of record of which every change is editorial."""

WORDING = ("title", "heading", "text", "term")
"""Texts of a mandate version whose change is editorial when its `approval.change` says so."""

FOLLOWS_FROM_A_NEW_VERSION = (
    *("in_force", "status", "approval", "document_date", "withdrawn"),
    *EDITORIAL["mandate-version"],
    *EDITORIAL["*"],
)
"""Fields in which a version differs from the one before it in any case."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A record's change. `substantive` names the fields and parts that make it so; none when it
    is editorial. `claim` is what the file itself calls the change, and `is_contradicted` tells
    that it says editorial of what is not."""

    change: RecordChange
    substantive: tuple[str, ...]
    claim: ChangeKind | None = None

    @property
    def is_substantive(self) -> bool:
        return bool(self.substantive)

    @property
    def is_contradicted(self) -> bool:
        return self.claim is ChangeKind.EDITORIAL and self.is_substantive


@dataclass(frozen=True, slots=True)
class Approval:
    """What an organisation must approve; `owner` is empty for records that no one answers for."""

    owner: str
    changes: tuple[Weighed, ...]

    @property
    def substantive(self) -> list[Weighed]:
        return [one for one in self.changes if one.is_substantive]

    @property
    def editorial(self) -> list[Weighed]:
        return [one for one in self.changes if not one.is_substantive]


def approvals(found: RegisterComparison) -> tuple[Approval, ...]:
    """Every owner with the changes to approve: owners of substantive ones first, then by id."""
    owned: dict[str, list[Weighed]] = {}
    for weighed in weigh(found):
        for owner in owners(found, weighed.change):
            owned.setdefault(owner, []).append(weighed)
    made = [Approval(owner, tuple(changes)) for owner, changes in owned.items()]
    return tuple(sorted(made, key=lambda one: (not one.substantive, not one.owner, one.owner)))


def owners(found: RegisterComparison, change: RecordChange) -> list[str]:
    """Who answers for a record: its owner before and after; else its mandate's owner, else those
    who issue the mandate."""
    named: list[str] = []
    for register, record in ((found.old, change.old), (found.new, change.new)):
        named += _owners(register, record) if record else []
    return sorted(set(named)) or [""]


def _owners(register: Register, record: Record) -> list[str]:
    if record.owner:
        return [record.owner.rpartition("/")[2]]
    if isinstance(record, MandateVersion):
        mandate = register.get(Mandate, record.mandate)
        return _owners(register, mandate) if mandate else []
    if isinstance(record, Mandate):
        return [issuer.rpartition("/")[2] for issuer in record.issued_by]
    return []


# --- substantive or editorial --------------------------------------------------------------


def weigh(found: RegisterComparison) -> Iterator[Weighed]:
    """Every change with its weight, in the order of the comparison."""
    for change in found.changes:
        new = change.new
        claim = None
        if isinstance(new, MandateVersion) and new.approval:
            claim = new.approval.change
        yield Weighed(change, tuple(_substantive(found, change, claim)), claim)


def _substantive(
    found: RegisterComparison, change: RecordChange, claim: ChangeKind | None
) -> Iterator[str]:
    record = change.record
    if record.KIND in EDITORIAL_KINDS:
        return
    if isinstance(record, MandateVersion) and change.fate == "new":
        before = found.new.version_before(record)
        if before is None or claim is not ChangeKind.EDITORIAL:
            yield change.fate
            return
        compared = compare_versions(before, record)
        fields = [one for one in compared.fields if one.path[0] not in FOLLOWS_FROM_A_NEW_VERSION]
        yield from _of_fields(record, fields, claim)
        yield from _of_parts(record, compared, claim)
        return
    if change.fate in ("new", "removed"):
        yield change.fate
        return
    yield from _of_fields(record, change.fields, claim)
    if change.version:
        yield from _of_parts(record, change.version, claim)


def _of_fields(
    record: Record, fields: Sequence[FieldChange], claim: ChangeKind | None
) -> Iterator[str]:
    """The top-level fields with a substantive change, each once."""
    named = [str(one.path[0]) for one in fields if _is_substantive(record, one, claim)]
    yield from dict.fromkeys(named)


def _is_substantive(record: Record, change: FieldChange, claim: ChangeKind | None) -> bool:
    top = str(change.path[0])
    if top in EDITORIAL["*"] or top in EDITORIAL.get(record.KIND, ()):
        return False
    if _is_only_translated(record, change):
        return False
    is_wording = isinstance(record, MandateVersion) and change.path[-1] in WORDING
    return not (is_wording and claim is ChangeKind.EDITORIAL)


def _is_only_translated(record: Record, change: FieldChange) -> bool:
    """Whether the text that counts is the same, and only other languages differ."""
    language = record.authoritative_language
    return (
        isinstance(change.old, LocalText)
        and isinstance(change.new, LocalText)
        and change.old.get(language) == change.new.get(language)
    )


def _of_parts(
    record: Record, compared: VersionComparison, claim: ChangeKind | None
) -> Iterator[str]:
    """The ids of sections and blocks with a substantive change."""
    for part in compared.parts:
        if _is_substantive_part(record, part, claim):
            yield part.id


def _is_substantive_part(record: Record, part: PartChange, claim: ChangeKind | None) -> bool:
    """A part that only moves within its section, or a section among sections, is editorial."""
    if "added" in part.changes or "removed" in part.changes:
        is_running_text = isinstance(part.old or part.new, Paragraph | Item)
        return not (is_running_text and claim is ChangeKind.EDITORIAL)
    old, new = part.old_section, part.new_section
    if part.kind != "section" and old and new and old.id != new.id:
        return True
    return any(_is_substantive(record, one, claim) for one in part.fields)
