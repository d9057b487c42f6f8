"""Which record of the register a row is about, and which rows may be about the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from remit.importing.table_known import Known
from remit.importing.table_rows import Row
from remit.importing.table_values import phone_digits
from remit.importing.table_vocabulary import bare
from remit.model.records import BY_KIND, Record
from remit.model.register import Register, address_of

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_NAMES, _REACH = ("name",), ("short", "phone", "phone_international", "email")


class Matching:
    """Which record of the register a row is about."""

    def __init__(self, kind: str, known: Known, register: Register) -> None:
        self.kind, self.known, self.register = kind, known, register
        self.reached: dict[str, list[str]] = {}
        for record in register.all(BY_KIND[kind]):
            for word in _reach(record):
                self.reached.setdefault(word, []).append(address_of(record))

    def record(self, row: Row) -> Record | None:
        """None for a new one. Raises ValueError where that cannot be told."""
        id = row.words("id").strip()
        if id:
            if not _ID.fullmatch(id):
                raise ValueError(f'"{id}" is no id: it has small letters a–z, digits and hyphens')
            return self.register.get(BY_KIND[self.kind], id)
        names = [row.words(key) for key in row.cells if row.columns[key].field.key in _NAMES]
        sure = [row.values.get("organisation_number", ""), *names]
        found = {one for word in sure if word for one in self.known.called(self.kind, word)}
        if len(found) > 1:
            raise ValueError(
                f"the row fits {' and '.join(sorted(found))}; write the id of the one that is "
                "meant in a column id"
            )
        if found:
            return self.register.by_address[found.pop()]
        for name in names:
            earlier = self.known.earlier(self.kind, name)
            if earlier:
                raise ValueError(
                    f'"{name}" is an earlier name of {earlier}; write that id, or the id of a new '
                    "record, in a column id"
                )
        return self._reached(row, names)

    def _reached(self, row: Row, names: list[str]) -> Record | None:
        """By short form, e-mail or phone: sure only where no name says otherwise."""
        for key in row.cells:
            if row.columns[key].field.key not in _REACH:
                continue
            found = self.reached.get(_reached_by(row.values.get(key)), [])
            if len(found) == 1 and not names:
                return self.register.by_address[found[0]]
            if found:
                raise ValueError(
                    f'"{row.words(key)}" belongs to {" and ".join(sorted(found))}; is it the same? '
                    "write its id in a column id; if it is another, write a new id there"
                )
        return None


def _reach(record: Record) -> set[str]:
    words = [getattr(record, name, None) for name in _REACH[1:]]
    shorts = [*(record.names_ever()[-1].short or {}).values()] if record.names_ever() else []
    return {_reached_by(word) for word in (*words, *shorts) if word}


def _reached_by(words: Any) -> str:
    """A phone by its digits at home, anything else by its letters."""
    said = str(words or "")
    digits = phone_digits(said)
    return digits if digits and not re.search("[^0-9 +()/–-]", said) else bare(said)


def shared_reach(rows: Sequence[Row]) -> Iterator[str]:
    """Phones and e-mail addresses that several rows have: told, for it may be a mistake."""
    places: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        for key in ("phone", "email"):
            if key in row.values:
                places.setdefault((key, _reached_by(row.values[key])), []).append(row.place)
    for (key, _), found in places.items():
        if len(found) > 1:
            told = ", ".join(found[:5]) + (" …" if len(found) > 5 else "")
            yield f"several rows have the same {key}: {told}"
