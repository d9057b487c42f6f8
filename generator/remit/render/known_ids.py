"""The ids that each pointing field may name, with what the records are called: for editors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, get_args

from remit.model.records import RECORD_CLASSES, Record
from remit.model.register import Register, address_of
from remit.model.values import RefTo, Value
from remit.render.labels import Labels


def ids_name(to: RefTo) -> str:
    return "-or-".join(to.kinds)


def known_ids(register: Register, day: date, labels: Labels) -> dict[str, Any]:
    """For each set of kinds that a field accepts: the ids to write, and what they are called."""
    definitions = {}
    for to in _pointers():
        pointed = [record for record in register.every() if record.KIND in to.kinds]
        written = sorted(
            ((_shortest(register, record, to), record) for record in pointed),
            key=lambda pair: pair[0],
        )
        definitions[ids_name(to)] = {
            "enum": [id for id, _ in written],
            "errorMessage": labels["editor_no_id"],
            "enumDescriptions": [_called(register, record, day, labels) for _, record in written],
        }
    return dict(sorted(definitions.items()))


def _shortest(register: Register, record: Record, to: RefTo) -> str:
    """The id, or `folder/id` where two of the kinds have a record of this id."""
    same = [one for one in register.named(record.id) if one.KIND in to.kinds]
    return record.id if len(same) == 1 else address_of(record)


def _called(register: Register, record: Record, day: date, labels: Labels) -> str:
    name = record.name_on(day)
    names = dict.fromkeys(name[code] for code in register.languages if code in name)
    return f"{' · '.join(names)} ({labels.kind(record.KIND).lower()})"


def _pointers() -> list[RefTo]:
    """Every set of kinds that some field points to."""
    found: dict[tuple[str, ...], RefTo] = {}
    seen: set[Any] = set()

    def look(annotation: Any, metadata: Sequence[Any] = ()) -> None:
        for item in [*metadata, *getattr(annotation, "__metadata__", ())]:
            if isinstance(item, RefTo):
                found.setdefault(item.kinds, item)
        if isinstance(annotation, type) and issubclass(annotation, Value):
            if annotation not in seen:
                seen.add(annotation)
                for field in annotation.model_fields.values():
                    look(field.annotation, field.metadata)
            return
        for argument in get_args(annotation):
            look(argument)

    for cls in RECORD_CLASSES:
        look(cls)
    return list(found.values())
