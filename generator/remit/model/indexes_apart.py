"""What goes through all records and holds none: found by one process for another that has the same
register."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping
from datetime import date

from remit.model.history import FOLLOWED
from remit.model.index_of_each import IndexOfEach
from remit.model.reading import Changed, PackedIndex, index
from remit.model.records import BY_KIND, RECORD_CLASSES
from remit.model.register import Register

_HOLDING = frozenset(
    (
        "redirects",
        "looked_through",
        "texts_otherwise",
        "marked_texts",
        "pointers",
        "timed",
        "text_links",
        "outward",
        "events",
        "_transfers_of_task",
        "_transfers_by_party",
        "_tasks_by_holder",
        "_contacts_by_audience",
    )
)
"""The indexes that hold records, or what is said of each."""
_NOT_KEPT = frozenset(("digests", "_back_links", "statements"))
"""Those that nearly every change makes others, and one that is asked for only to make another."""
PackedIndexes = dict[tuple[str, str], tuple[Mapping[str, int], bytes]]
"""By whose index it is, and its name: what of all records of which kind it is made of, and the
value."""


def indexes_apart(register: Register, day: date) -> bytes:
    """The indexes that most pages ask for, on a day where they are of one."""
    _ = register.digests  # first, since that makes each record, of which the others take little
    register.make_lasting()
    _ = (register.in_force, register.calendar.turns)
    for cls in FOLLOWED:
        _ = register.lifetimes(cls).all
    register.as_of(day).make_indexes()
    return pickle.dumps(
        [(where, _indexes_of(one)) for where, one in _owners(register, day)],
        pickle.HIGHEST_PROTOCOL,
    )


def take_indexes(register: Register, data: bytes, day: date) -> None:
    """Has what `indexes_apart` found of the same records."""
    owners = dict(_owners(register, day))
    for where, found in pickle.loads(data):
        vars(owners[where]).update(found)


def _owners(register: Register, day: date) -> Iterator[tuple[str, object]]:
    yield from (("", register), ("relations", register.relations), ("calendar", register.calendar))
    yield "day", register.as_of(day)
    for cls in RECORD_CLASSES:
        yield cls.KIND, register.lifetimes(cls)
    for listing in register.listings(day):
        yield f"{listing.cls.KIND} {listing.languages}", listing


def _indexes_of(owner: object) -> dict[str, tuple[object, Mapping[str, int] | None]]:
    """The indexes that it has, but for those that hold records."""
    of_class = {name for name, one in vars(type(owner)).items() if isinstance(one, index)}
    return {name: vars(owner)[name] for name in sorted((of_class - _HOLDING) & vars(owner).keys())}


def packed_indexes(register: Register, day: date, known: PackedIndexes) -> PackedIndexes:
    """The indexes that there are by now, to be kept. `known`: those that were given."""
    found: PackedIndexes = {}
    for where, owner in _owners(register, day):
        for name, (value, kinds) in _indexes_of(owner).items():
            if not kinds or name in _NOT_KEPT:
                continue
            there = known.get((where, name))
            if isinstance(value, PackedIndex):  # given, and not asked for
                if value.changed is not None:
                    continue
                there = dict(kinds), value.data
            elif there is None:
                there = dict(kinds), pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
            found[where, name] = there
    return found


def give_packed(
    register: Register, day: date, packed: PackedIndexes, changed: Changed
) -> PackedIndexes:
    """Has indexes of a register with the same records. Returns those of them that are as they
    were, for nothing that they are made of has changed since; of others those alone are had that
    need not be found anew as a whole."""
    right = {}
    for where, _ in packed:
        kind, _, languages = where.partition(" ")
        if languages:
            register.listing(BY_KIND[kind], languages, day)
    owners = dict(_owners(register, day))
    for (where, name), (kinds, data) in packed.items():
        owner = owners[where]
        if not changed.touches(kinds):
            vars(owner)[name], right[where, name] = (PackedIndex(data), kinds), (kinds, data)
        elif isinstance(getattr(type(owner), name), IndexOfEach):
            vars(owner)[name] = PackedIndex(data, changed), kinds
    return right
