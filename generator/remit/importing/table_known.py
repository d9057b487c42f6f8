"""Which record words in a table name: by id, page, name, short form, number or code."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from remit.importing.table_vocabulary import area_words, bare
from remit.model.records import BY_KIND, Area, Organisation, Record
from remit.model.register import Register, address_of
from remit.settings import Settings


class Known:
    """The records of the register, and those that the same table begins."""

    def __init__(self, register: Register, settings: Settings) -> None:
        self.register, self.day = register, settings.today
        self.site = settings.site_url
        self._called: dict[str, dict[str, list[str]]] = {}
        self._earlier: dict[str, dict[str, str]] = {}
        self._new: dict[str, dict[str, str]] = {}

    def begins(self, kind: str, id: str, names: list[str]) -> None:
        """The table begins a record: rows may name it from now on."""
        for name in (id, *names):
            self._new.setdefault(kind, {}).setdefault(bare(name), id)

    def find(self, words: str, kinds: tuple[str, ...], country: str = "") -> str:
        """The id, with its folder where two kinds have it. Raises ValueError.

        `country`: where the area lies, as two countries may use the same code.
        """
        said = " ".join(words.split())
        if kinds == ("area",) and re.fullmatch("[0-9]", said):
            said = f"0{said}"  # a spreadsheet took the code for a number
        record = self.on_page(said) or self.register.resolve(said, kinds)
        if record is not None and record.KIND in kinds:
            return self._pointer(record, kinds)
        for kind in kinds:
            if bare(said) in self._new.get(kind, {}):
                return self._new[kind][bare(said)]
        found = [address for kind in kinds for address in self.called(kind, said)]
        living = [one for one in found if self._lives(one)] or found
        if country and len(living) > 1:
            living = [one for one in living if self._lies_in(one, country)] or living
        if len(living) == 1:
            return self._pointer(self.register.by_address[living[0]], kinds)
        kinds_told = " or ".join(kinds)
        if living:
            raise ValueError(
                f'"{said}" can be {" or ".join(sorted(living))}; write the id in its place'
            )
        for kind in kinds:
            earlier = self.earlier(kind, said)
            if earlier:
                raise ValueError(f'"{said}" is an earlier name of {earlier}; write the id')
        near = self._near(said, kinds)
        hint = f"; did you mean {near}?" if near else ""
        raise ValueError(f'there is no {kinds_told} called "{said}"{hint}')

    def on_page(self, words: str) -> Record | None:
        """The record whose page has this address."""
        if not words.startswith(("https://", "http://", "/")):
            return None
        path = words.removeprefix(self.site).strip("/").split("/")
        if path[0] in self.register.languages:
            path = path[1:]
        return self.register.by_address.get("/".join(path))

    def called(self, kind: str, words: str) -> list[str]:
        """The addresses of the records of a kind with that id, name, short form or number."""
        if kind not in self._called:
            self._called[kind] = {}
            for record in self.register.all(BY_KIND[kind]):
                for name in {bare(name) for name in self._names(record)} - {""}:
                    self._called[kind].setdefault(name, []).append(address_of(record))
        return self._called[kind].get(bare(words), [])

    def earlier(self, kind: str, words: str) -> str:
        """The record that once bore the name and does no longer."""
        if kind not in self._earlier:
            self._earlier[kind] = {
                bare(name): record.id
                for record in self.register.all(BY_KIND[kind])
                for dated in record.names_ever()
                for name in dated.name.values()
            }
        return "" if self.called(kind, words) else self._earlier[kind].get(bare(words), "")

    def _names(self, record: Record) -> Iterator[str]:
        yield record.id
        yield from record.name_on(self.day).values()
        yield from (record.short_on(self.day) or {}).values()
        if isinstance(record, Organisation) and record.organisation_number:
            yield record.organisation_number
        if isinstance(record, Area):
            yield record.code
            for name in record.name.values():
                yield from _without_area_words(name)

    def _lives(self, address: str) -> bool:
        return self.register.by_address[address].life.covers(self.day)

    def _lies_in(self, address: str, country: str) -> bool:
        area = self.register.by_address[address]
        larger = self.register.area_and_larger(area) if isinstance(area, Area) else []
        return any(one.id == country for one in larger)

    def _pointer(self, record: Record, kinds: tuple[str, ...]) -> str:
        found = [kind for kind in kinds if self.register.get(BY_KIND[kind], record.id)]
        return record.id if len(found) < 2 else address_of(record)

    def _near(self, words: str, kinds: tuple[str, ...]) -> str:
        names = {
            name: record.id
            for kind in kinds
            for record in self.register.all(BY_KIND[kind])
            for name in self._names(record)
        }
        close = difflib.get_close_matches(words, names, n=1, cutoff=0.75)
        return f"{close[0]} ({names[close[0]]})" if close else ""


def _without_area_words(name: str) -> Iterator[str]:
    words = name.split()
    kept = [word for word in words if word.casefold() not in area_words()]
    if kept and len(kept) < len(words):
        yield " ".join(kept)
        yield " ".join(kept).removesuffix("s")  # Skåne län, Västmanlands län
    elif len(words) == 1:
        for word in area_words():
            yield f"{name} {word}"
