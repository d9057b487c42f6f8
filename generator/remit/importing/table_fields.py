"""Which fields a table can fill: those of records of a kind, or of members of networks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from remit.model.drafts import Holds, holds_at, name_path
from remit.model.fields import fields_in_order, key_of
from remit.model.records import (
    BY_KIND,
    OrganisationKind,
    Part,
    Record,
    RenamableRecord,
)
from remit.model.shape import Path

MEMBERS = "network-member"
KINDS = ("organisation", "contact", MEMBERS, "role", "office", "partner", "network", "area")
"""What a table may be of; the likeliest first."""
KEYS = {
    "organisation": {"name"},
    "contact": {"name", "of"},
    MEMBERS: {"member"},
    "role": {"name", "holder"},
    "office": {"name", "organisation"},
    "partner": {"between", "and"},
    "network": {"name", "convener"},
    "area": {"name", "code"},
}
"""Columns without which a table is not taken for one of the kind by itself."""
_NOT_IN_TABLES = {"authoritative_language", "translations", "sources", "caveats", "review"}
_OF_CONTACTS = {"hours": Holds("hours"), "spoken": Holds("text", many=True)}


@dataclass(frozen=True, slots=True)
class TableField:
    """`path`: where it stands in a new record. `local`: a language follows there."""

    key: str
    path: Path
    holds: Holds
    local: bool = False


@cache
def fields_of(kind: str) -> dict[str, TableField]:
    """By the names that a column may bear."""
    if kind == MEMBERS:
        return {field.key: field for field in _of_members()}
    return {field.key: field for field in _of_records(BY_KIND[kind])}


def _of_records(cls: type[Record]) -> Iterator[TableField]:
    for name, field in fields_in_order(cls):
        key = key_of(name, field)
        if key in _NOT_IN_TABLES:
            continue
        if issubclass(cls, RenamableRecord) and key == "names":
            yield TableField("name", name_path(cls), Holds("text"), True)
            yield TableField("short", (*name_path(cls)[:-1], "short"), Holds("text"), True)
        elif cls.KIND == "contact" and key in _OF_CONTACTS:
            yield TableField(key, (key,), _OF_CONTACTS[key])
        else:
            yield from _plain(cls, key)


def _plain(cls: type[Record], key: str) -> Iterator[TableField]:
    for inner, local in (((), False), (("nb",), True), (("from",), False)):
        try:
            holds = holds_at(cls, (key, *inner))
        except ValueError:
            continue
        if inner == ("from",):
            yield TableField(f"{key}.from", (key, "from"), holds)
            yield TableField(f"{key}.to", (key, "to"), holds)
        else:
            yield TableField(key, (key,), holds, local)
        return


def _of_members() -> Iterator[TableField]:
    parts = tuple(part.value for part in Part)
    kinds = tuple(kind.value for kind in OrganisationKind)
    yield TableField("network", (), Holds("id", kinds=("network",)))
    yield TableField("member", ("member",), Holds("id", kinds=("role", "organisation")))
    yield TableField("part", ("part",), Holds("choice", parts))
    yield TableField("period.from", ("period", "from"), Holds("date"))
    yield TableField("period.to", ("period", "to"), Holds("date"))
    yield TableField("note", ("note",), Holds("text"), True)
    yield TableField("body_kind", (), Holds("choice", kinds))
    yield TableField("phone", (), Holds("text", many=True))
    yield TableField("email", (), Holds("text", many=True))
    yield TableField("web", (), Holds("text", many=True))
    yield TableField("page", (), Holds("text"))
