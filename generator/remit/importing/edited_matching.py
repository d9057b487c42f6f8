"""The places of an exported document, and the paragraphs of the edited one: which became which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from remit.importing.edited_lines import Line, Words, tidy, words_of
from remit.importing.edited_places import Unit
from remit.load.edited_parts import EditedFile, EditedParagraph

ALIKE = 0.5
"""How like two texts are that are taken for the same paragraph when its bookmark is gone."""

FIRST = 0.25
"""How much it counts that a bookmark begins in a paragraph."""


@dataclass(frozen=True, slots=True)
class FoundCell:
    lines: tuple[Line, ...]
    forms: frozenset[str]

    @property
    def text(self) -> str:
        return " ".join(filter(None, map(words_of, self.lines)))


@dataclass(frozen=True, slots=True)
class Found:
    """A paragraph or a table's row of the edited document. `first`: its first paragraph there."""

    cells: tuple[FoundCell, ...]
    anchors: tuple[str, ...]
    form: str
    first: int
    last: int

    @property
    def text(self) -> str:
        return " ".join(filter(None, (cell.text for cell in self.cells)))


@dataclass(frozen=True, slots=True)
class Pair:
    """`guessed`: the bookmark was gone, and the words told."""

    unit: Unit | None
    found: Found
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Matching:
    """What became of each paragraph, in the edited order, and the places that are gone."""

    pairs: tuple[Pair, ...]
    gone: tuple[Unit, ...]
    anchored: int
    """How many sections and blocks were found by their bookmarks."""


def found_in(file: EditedFile) -> list[Found]:
    """The edited document's paragraphs and rows that have words or a bookmark."""
    numbered = list(enumerate(file.paragraphs))
    units = []
    for row, group in groupby(numbered, key=lambda one: one[1].cell and one[1].cell[:2]):
        paragraphs = list(group)
        if row is None:
            units += [_paragraph(at, one) for at, one in paragraphs]
        else:
            units.append(_row(paragraphs))
    return [one for one in units if one.text or one.anchors]


def _paragraph(at: int, one: EditedParagraph) -> Found:
    return Found((_cell([one]),), one.anchors, one.style, at, at)


def _row(paragraphs: Sequence[tuple[int, EditedParagraph]]) -> Found:
    cells = [
        [one for _, one in group]
        for _, group in groupby(paragraphs, key=lambda one: one[1].cell and one[1].cell[2])
    ]
    anchors = tuple(name for _, one in paragraphs for name in one.anchors)
    return Found(tuple(map(_cell, cells)), anchors, "row", paragraphs[0][0], paragraphs[-1][0])


def _cell(paragraphs: Sequence[EditedParagraph]) -> FoundCell:
    lines: list[list[Words]] = []
    forms: set[str] = set()
    for paragraph in paragraphs:
        lines.append([])
        for run in paragraph.runs:
            if run.text.strip():
                forms.update(run.forms if not run.link else set(run.forms) - {"underlined"})
            first, *others = run.text.split("\n")
            lines[-1].append(Words(first, run.link))
            lines += [[Words(other, run.link)] for other in others]
    return FoundCell(tuple(filter(None, map(tidy, lines))), frozenset(forms))


# --- matching ------------------------------------------------------------------------------


def match(units: Sequence[Unit], found: Sequence[Found]) -> Matching:
    """By bookmark; where there is none by the same words in the same order; between those by
    likeness."""
    by_anchor = _anchored(units, found)
    owners = {at for at, unit in by_anchor.items() if unit.owner}
    matched = {id(unit) for unit in by_anchor.values()}
    paired = dict(by_anchor)
    guessed: set[int] = set()
    old = [_key(unit.anchor if id(unit) in matched else "", unit.text) for unit in units]
    new = [
        _key(by_anchor[at].anchor if at in by_anchor else "", one.text)
        for at, one in enumerate(found)
    ]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            for i, j in zip(range(i1, i2), range(j1, j2), strict=True):
                if j not in paired:
                    paired[j] = units[i]
                    matched.add(id(units[i]))
        elif tag == "replace":
            left = [unit for unit in units[i1:i2] if id(unit) not in matched]
            free = [j for j in range(j1, j2) if j not in paired and found[j].text]
            for unit, j in _likely(left, free, found):
                paired[j] = unit
                matched.add(id(unit))
                if unit.owner and not unit.further:
                    guessed.add(j)
    pairs = tuple(
        Pair(paired.get(at), one, at in guessed)
        for at, one in enumerate(found)
        if at in paired or one.text
    )
    return Matching(pairs, tuple(one for one in units if id(one) not in matched), len(owners))


def _key(anchor: str, text: str) -> tuple[str, str]:
    return (anchor, "") if anchor else ("", text)


def _anchored(units: Sequence[Unit], found: Sequence[Found]) -> dict[int, Unit]:
    """Of each paragraph with bookmarks of ours, the unit that it is.

    Several bookmarks come together in one paragraph when others are joined with it or deleted, and
    one goes on over several when a paragraph is divided: then the words tell.
    """
    known = {unit.anchor: unit for unit in units if unit.anchor}
    begun: set[str] = set()
    chances: list[tuple[float, int, Unit]] = []
    for at, one in enumerate(found):
        for name in one.anchors:
            if name in known and _may_be(known[name], one):
                first = FIRST if name not in begun else 0
                chances.append((likeness(known[name].text, one.text) + first, at, known[name]))
            begun.add(name)
    taken: dict[int, Unit] = {}
    used: set[str] = set()
    for _, at, unit in sorted(chances, key=lambda chance: (-chance[0], chance[1])):
        if at not in taken and unit.anchor not in used:
            taken[at] = unit
            used.add(unit.anchor)
    return taken


def _may_be(unit: Unit, one: Found) -> bool:
    """A heading's bookmark goes on to the next paragraph when the heading is deleted."""
    is_row = unit.form in ("row", "row head")
    if is_row != (one.form == "row"):
        return False
    if unit.form == "heading" and one.form != "heading":
        return likeness(unit.text, one.text) >= ALIKE
    return True


def _likely(
    units: Sequence[Unit], free: Sequence[int], found: Sequence[Found]
) -> Iterator[tuple[Unit, int]]:
    """Pairs in the same order, as like as they can be; of headings, one for one."""
    headings = [unit for unit in units if unit.form == "heading"]
    free_headings = [at for at in free if found[at].form == "heading"]
    if len(headings) == len(free_headings):
        yield from zip(headings, free_headings, strict=True)
        units = [unit for unit in units if unit.form != "heading"]
        free = [at for at in free if at not in free_headings]
    left = list(free)
    for unit in units:
        scored = [
            (likeness(unit.text, found[at].text), -at)
            for at in left
            if (unit.form in ("row", "row head")) == (found[at].form == "row")
        ]
        best = max(scored, default=(0.0, 0))
        if best[0] >= ALIKE:
            yield unit, -best[1]
            left = [at for at in left if at > -best[1]]


def likeness(one: str, other: str) -> float:
    """From 0, no word in common, to 1, the same words."""
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio()
