"""Matched paragraphs → what the editor changed: texts, what is new, gone or moved, and the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from remit.importing.edited_lines import Line, relinked, said, words_of
from remit.importing.edited_matching import Found, FoundCell, Matching, Pair
from remit.importing.edited_places import Field, Place, Unit


@dataclass(frozen=True, slots=True)
class Edit:
    """A text with other words. `old` and `new`: the lines that the document showed and shows."""

    field: Field
    old: tuple[Line, ...]
    new: tuple[Line, ...]
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A section or block that the document did not have. `id` is one for the time being."""

    id: str
    found: Found
    like: Unit | None = None
    """The unit beside it, whose form it has."""


@dataclass
class Outline:
    """A section in the edited order: its id, and those of its blocks."""

    id: str
    blocks: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Something in the edited document that does not go into the register, and why."""

    where: str
    words: str
    why: str


@dataclass
class Edits:
    texts: list[Edit] = field(default_factory=list)
    newcomers: dict[str, Newcomer] = field(default_factory=dict)
    outline: list[Outline] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    """Ids of sections and blocks."""
    not_taken: list[NotTaken] = field(default_factory=list)
    places: dict[int, str] = field(default_factory=dict)
    """Where each of the edited paragraphs stands, in words."""


POINTERS = "it is made of what the record points to: change the record"
FIXED = "it is no text of the mandate: a label, or made of other fields"
LINK = "the words are the same and only the link is another: change the record"
FORM = "letters set apart are written with * in the record"


def edits_of(matching: Matching, units: Sequence[Unit]) -> Edits:
    return _Reading(matching, units).edits


class _Reading:
    def __init__(self, matching: Matching, units: Sequence[Unit]) -> None:
        self.edits = Edits()
        self.matching = matching
        self.sections = {unit.owner for unit in units if _is_section(unit)}
        self.found_sections = {
            one.unit.owner for one in matching.pairs if one.unit and _is_section(one.unit)
        }
        self.last: Unit | None = None
        self.outline()
        self.texts(units)
        self.gone()

    # --- order -----------------------------------------------------------------------------

    def outline(self) -> None:
        """Which section each block stands in now."""
        here: Outline | None = None
        for pair in self.matching.pairs:
            unit = pair.unit
            if unit is None:
                here = self.newcomer(pair.found, here)
            elif _is_section(unit):
                here = self.begin(unit.owner)
            elif unit.form == "heading" and not unit.part_of:
                here = None
            elif unit.owner and not unit.further:
                if unit.part_of not in self.found_sections and unit.part_of in self.sections:
                    self.found_sections.add(unit.part_of)
                    here = self.begin(unit.part_of)
                if here is None:
                    here = self.outline_of(unit.part_of)
                here.blocks.append(unit.owner)
            self.last = unit or self.last
            name = " · ".join(filter(None, (here.id if here else "", unit.owner if unit else "")))
            for at in range(pair.found.first, pair.found.last + 1):
                self.edits.places[at] = name

    def begin(self, id: str) -> Outline:
        self.edits.outline.append(Outline(id))
        return self.edits.outline[-1]

    def outline_of(self, id: str) -> Outline:
        """Where a block goes that was moved out of all sections: back to its own."""
        return next((one for one in self.edits.outline if one.id == id), None) or self.begin(id)

    def newcomer(self, found: Found, here: Outline | None) -> Outline | None:
        if here is None:
            self.refuse("outside the mandate's sections", found.text, FIXED)
            return None
        id = f"new {len(self.edits.newcomers) + 1}"
        beside = self.last if self.last and self.last.owner and not _is_section(self.last) else None
        if beside is None or beside.part_of != here.id:
            beside = self._following(found, here.id)
        self.edits.newcomers[id] = Newcomer(id, found, beside)
        if found.form == "heading":
            return self.begin(id)
        here.blocks.append(id)
        return here

    def _following(self, found: Found, section: str) -> Unit | None:
        pairs = iter(self.matching.pairs)
        for one in pairs:
            if one.found is found:
                break
        following = next((one.unit for one in pairs if one.unit), None)
        return following if following and following.part_of == section else None

    def gone(self) -> None:
        for unit in self.matching.gone:
            if unit.owner and not unit.further:
                if not (_is_section(unit) and any(o.id == unit.owner for o in self.edits.outline)):
                    self.edits.gone.append(unit.owner)
                else:
                    self.refuse(
                        unit.owner,
                        unit.text,
                        "the heading is gone and its text is not: the section stays as it is",
                    )
            elif unit.part_of and not unit.owner and unit.text:
                self.refuse(unit.part_of, unit.text, f"taken out; {FIXED}")

    # --- texts -----------------------------------------------------------------------------

    def texts(self, units: Sequence[Unit]) -> None:
        pairs = {id(one.unit): one for one in self.matching.pairs if one.unit}
        for owner, group in groupby(units, key=lambda unit: (unit.owner, unit.form == "row")):
            own = list(group)
            if owner == ("", False) or not owner[0]:
                for unit in own:
                    self.unowned(unit, pairs.get(id(unit)))
            elif id(own[0]) in pairs:
                self.owned(own, [pairs.get(id(unit)) for unit in own])

    def unowned(self, unit: Unit, pair: Pair | None) -> None:
        if pair is None:
            return
        if unit.form == "title" and unit.places[0].field:
            self.compare(unit.places[0], pair.found.cells[0], pair)
        elif _differ(unit, pair.found):
            where = "beside the mandate's text" if not unit.part_of else unit.part_of
            self.refuse(where, f"{unit.text} → {pair.found.text}", FIXED)

    def owned(self, units: Sequence[Unit], pairs: Sequence[Pair | None]) -> None:
        """A section's heading or a block: its first unit, and further paragraphs of it."""
        first, pair = units[0], pairs[0]
        assert pair is not None
        if len(units) == 1:
            if len(pair.found.cells) != len(first.places):
                self.refuse(first.owner, pair.found.text, "a column was put in or taken out")
                return
            for place, cell in zip(first.places, pair.found.cells, strict=True):
                self.compare(place, cell, pair)
            return
        old = [line for unit in units for place in unit.places for line in place.lines]
        shown = [line for one in pairs if one for cell in one.found.cells for line in cell.lines]
        place = first.places[0]
        assert place.field is not None
        new, other = relinked(old, shown)
        for words in other:
            self.refuse(first.owner, words, LINK)
        if said(old) != said(new):
            self.edits.texts.append(Edit(place.field, tuple(old), new, pair.guessed))

    def compare(self, place: Place, cell: FoundCell, pair: Pair) -> None:
        owner = pair.unit.owner if pair.unit else ""
        lines, other = relinked(place.lines, cell.lines)
        for words in other:
            self.refuse(owner, words, LINK)
        if place.field is None:
            if said(place.lines) != said(lines):
                self.refuse(owner, f"{place.text} → {cell.text}", POINTERS)
            return
        own, rest = _divided(place, lines)
        tail = place.lines[place.own :]
        if said(tail) != said(rest):
            shown = " → ".join(
                " / ".join(filter(None, map(words_of, lines))) or "nothing"
                for lines in (tail, rest)
            )
            self.refuse(owner, shown, POINTERS)
        old = place.lines[: place.own]
        if not own and place.field.name in ("text", "heading", "term", "title"):
            if (
                len(pair.unit.places if pair.unit else ()) == 1
                and owner
                and place.field.name == "text"
            ):
                self.edits.gone.append(owner)
                self._forget(owner)
            else:
                self.refuse(owner, place.text, "the words are gone, and something must stand there")
        elif said(old) != said(own):
            self.edits.texts.append(Edit(place.field, old, tuple(own), pair.guessed))
        extra = cell.forms - place.forms
        if extra and place.field.name == "text":
            self.refuse(owner, ", ".join(sorted(extra)), FORM)

    def _forget(self, owner: str) -> None:
        for section in self.edits.outline:
            if owner in section.blocks:
                section.blocks.remove(owner)

    def refuse(self, where: str, words: str, why: str) -> None:
        self.edits.not_taken.append(NotTaken(where, words, why))


def _is_section(unit: Unit) -> bool:
    return unit.form == "heading" and bool(unit.owner)


def _differ(unit: Unit, found: Found) -> bool:
    if len(unit.places) != len(found.cells):
        return unit.text != found.text
    pairs = zip(unit.places, found.cells, strict=True)
    return any(place.text != cell.text for place, cell in pairs)


def _divided(place: Place, lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The lines of the field, and those made of pointers, which begin with their labels."""
    tail = [words_of(line) for line in place.lines[place.own :]]
    labels = tuple(line.partition(":")[0] + ":" for line in tail if ":" in line)
    if not tail:
        return list(lines), []
    for at, line in enumerate(lines):
        if words_of(line) in tail or words_of(line).startswith(labels):
            return list(lines[:at]), list(lines[at:])
    return list(lines[: place.own]), list(lines[place.own :])
