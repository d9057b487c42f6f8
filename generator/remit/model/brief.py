"""What is taken of each record by what goes through all of them, so that none need be held for it.

Reading a brief is noticed as reading its record would be, of the record's kind: briefs are for
indexes, which notice no single record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import Literal, NamedTuple

from remit.model.reading import RENAMED, SAID, field_bits, note_kind, unnoticed
from remit.model.records import (
    BY_KIND,
    BoundaryBlock,
    CooperationBlock,
    Mandate,
    MandateVersion,
    Partner,
    Record,
    RenamableRecord,
    ReportingBlock,
    Role,
    SectionKind,
    TaskBlock,
    address_of,
)
from remit.model.shape import Path
from remit.model.values import Period

RelationKind = Literal["cooperates", "reports", "refers"]
"""How two of those that the register names have to do with each other."""


class Said(NamedTuple):
    """What one place in a record says of who works with whom."""

    block: str
    """The id of the block of a mandate; empty in any other record."""
    who: Sequence[str]
    """Whom it is said of; none where it is said of the record itself, or of a mandate's holders."""
    others: Sequence[str]
    kind: RelationKind
    mutual: bool = False


class Claim(NamedTuple):
    """A block of a mandate that gives a task of the register."""

    path: Path
    task: str
    who: Sequence[str]
    """Who is to do it; none where it is the mandate's holders."""


class Partnership(NamedTuple):
    """A block of a mandate that says to work with someone."""

    path: Path
    with_: str
    mutual: bool


class Outline(NamedTuple):
    """A mandate's text without its words."""

    kinds: Sequence[SectionKind]
    blocks: Sequence[int]
    """For each section, how many it has."""
    all_ids: Sequence[str]
    """Of each section and then of its blocks."""
    has_tasks: bool
    claims: Sequence[Claim]
    partnerships: Sequence[Partnership]

    def ids(self) -> Iterator[tuple[Path, str]]:
        """Of each section and block, with its place."""
        return zip(self._places(), self.all_ids, strict=True)

    def _places(self) -> Iterator[Path]:
        for section, blocks in enumerate(self.blocks):
            yield "sections", section, "id"
            for block in range(blocks):
                yield "sections", section, "blocks", block, "id"


_NO_TEXT = Outline((), (), (), False, (), ())


class Brief:
    """A few things of one record."""

    __slots__ = (
        "_due",
        "_holders",
        "_life",
        "_names",
        "_outline",
        "_reviewed",
        "_said",
        "_takes_force",
        "address",
        "kind",
    )

    def __init__(self, record: Record) -> None:
        with unnoticed():
            self.kind, self.address = record.KIND, address_of(record)
            self._life = record.life.shared
            self._reviewed = record.review.last if record.review else None
            self._due = record.review.due if record.review else None
            self._said = tuple(said_in(record))
            names = record.names if isinstance(record, RenamableRecord) else ()
            self._names = tuple([one.period.shared for one in names])
            self._holders = tuple(record.holders) if isinstance(record, Mandate) else ()
            self._takes_force = isinstance(record, MandateVersion) and record.status.takes_force
            self._outline = _outline(record) if isinstance(record, MandateVersion) else _NO_TEXT

    @property
    def id(self) -> str:
        return self.address.rpartition("/")[2]

    @property
    def life(self) -> Period:
        """As the record itself says."""
        note_kind(self.kind, life_bit(self.kind))
        return self._life

    @property
    def takes_force(self) -> bool:
        """Whether it is a mandate's version that is, was or will be in force."""
        self._note("status")
        return self._takes_force

    @property
    def reviewed(self) -> date | None:
        """When it was last reviewed."""
        self._note("review")
        return self._reviewed

    @property
    def due(self) -> date | None:
        """When it is to be reviewed next."""
        self._note("review")
        return self._due

    @property
    def names(self) -> Sequence[Period]:
        """When each of its names holds, of a record that can be renamed."""
        if self._names:
            note_kind(self.kind, RENAMED)
        return self._names

    @property
    def said(self) -> Sequence[Said]:
        """What it says of who works with whom."""
        note_kind(self.kind, SAID)
        return self._said

    @property
    def outline(self) -> Outline:
        """Of a mandate's version."""
        self._note("sections")
        return self._outline

    @property
    def holders(self) -> Sequence[str]:
        """The roles that hold a mandate, as it names them."""
        self._note("holders")
        return self._holders

    def _note(self, field: str) -> None:
        note_kind(self.kind, _bit(self.kind, field))


def since_when(reviews: Iterable[date | None]) -> date | None:
    """The day since which all have been reviewed, of when each was last; None where one never was,
    or where there is none."""
    oldest: date | None = None
    for day in reviews:
        if day is None:
            return None
        oldest = min(oldest or day, day)
    return oldest


def _outline(version: MandateVersion) -> Outline:
    ids, claims, partnerships, has_tasks = [], [], [], False
    for at, section in enumerate(version.sections):
        ids.append(section.id)
        for number, block in enumerate(section.blocks):
            ids.append(block.id)
            path = ("sections", at, "blocks", number)
            if isinstance(block, TaskBlock):
                has_tasks = True
                if block.task:
                    claims.append(Claim(path, block.task, tuple(block.who)))
            elif isinstance(block, CooperationBlock):
                partnerships.append(Partnership(path, block.with_, block.mutual))
    return Outline(
        tuple([section.kind for section in version.sections]),
        tuple([len(section.blocks) for section in version.sections]),
        tuple(ids),
        has_tasks,
        tuple(claims),
        tuple(partnerships),
    )


@cache
def _bit(kind: str, field: str) -> int:
    """Of a field; none for a kind that does not have it."""
    return field_bits(BY_KIND[kind]).get(field, 0)


@cache
def life_bit(kind: str) -> int:
    """Of the field that says when a record of this kind exists; none where none does."""
    cls = BY_KIND[kind]
    if cls.life is Record.life:
        return 0
    return _bit(kind, "in_force" if cls is MandateVersion else "period")


def said_in(record: Record) -> list[Said]:
    """What the blocks of a mandate's version, a role or a cooperation say of who works with whom;
    any other record says nothing of it."""
    if isinstance(record, MandateVersion):
        blocks = [block for section in record.sections for block in section.blocks]
        return [one for block in blocks if (one := _said_in_block(block)) and one.others]
    if isinstance(record, Role):
        reports = [Said("", (), (line.to,), "reports") for line in record.reports_to]
        refers = [Said("", (), tuple(one.refers_to), "refers") for one in record.does_not]
        return [one for one in (*reports, *refers) if one.others]
    if isinstance(record, Partner):
        return [Said("", (record.between,), (record.and_,), "cooperates", record.mutual)]
    return []


def _said_in_block(block: object) -> Said | None:
    if isinstance(block, CooperationBlock):
        return Said(block.id, (), (block.with_,), "cooperates", block.mutual)
    if isinstance(block, TaskBlock):
        return Said(block.id, tuple(block.who), tuple(block.with_), "cooperates")
    if isinstance(block, ReportingBlock):
        return Said(block.id, (), (block.to,), "reports")
    if isinstance(block, BoundaryBlock):
        return Said(block.id, (), tuple(block.refers_to), "refers")
    return None
