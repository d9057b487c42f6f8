"""Relations → SVG and a table: a tree around one role, arcs between the names of many.

Lines differ by colour and by dashes; arrows say who points to whom.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from markupsafe import Markup

from remit.model.brief import RelationKind
from remit.model.records import MandateVersion, Network, Record, Role
from remit.model.register import address_of
from remit.model.relations import KINDS, Relation
from remit.render import tree
from remit.render.drawing import (
    KEPT,
    NAME,
    WIDTH,
    element,
    number,
    picture,
    text,
    text_lines,
    wrapped,
)
from remit.render.html import escape
from remit.render.tree import Cell, Table, Text
from remit.render.view import View

Way = Literal["both", "out", "in"]
"""Which side says so, seen from the one in the middle."""
MOST = 60
"""Names in one picture of the whole. Of a larger one only this many are shown."""
HEADINGS: dict[tuple[RelationKind, Way], str] = {
    ("cooperates", "both"): "work_together",
    ("cooperates", "out"): "cooperates_with",
    ("cooperates", "in"): "named_by",
    ("reports", "out"): "reports_to",
    ("reports", "in"): "reports_from",
    ("refers", "out"): "refers_to",
    ("refers", "in"): "referred_by",
}
SHAPES = ("role", "organisation", "network")
NAME_STEP, ROW_GAP, HEADING = 19, 9, 34
TRUNK, BRANCH, NAMES = 12, 54, 78
ARCS = 82


class Neighbour(NamedTuple):
    """The other side of a relation, and where the relation is said."""

    record: Record
    places: tuple[str, ...]


class Ring(NamedTuple):
    """The neighbours of one role in one kind of relation, one way."""

    kind: RelationKind
    way: Way
    heading: str
    neighbours: tuple[Neighbour, ...]


def rings(view: View, middle: Record, relations: Iterable[Relation]) -> list[Ring]:
    """The relations of one party, sorted by kind and by who says so."""
    found: dict[tuple[RelationKind, Way], list[Neighbour]] = {}
    for one in relations:
        out = one.giver is middle
        way: Way = "both" if one.mutual else "out" if out else "in"
        other = one.taker if out else one.giver
        found.setdefault((one.kind, way), []).append(Neighbour(other, one.places))
    return [
        Ring(
            kind,
            way,
            view.labels[heading],
            tuple(sorted(found[kind, way], key=lambda one: _alphabetical(view, one.record))),
        )
        for (kind, way), heading in HEADINGS.items()
        if (kind, way) in found
    ]


def _alphabetical(view: View, record: Record) -> tuple[str, str]:
    return (view.name(record).casefold(), address_of(record))


# --- tables ---


def ring_table(view: View, found: Sequence[Ring]) -> Table:
    rows = [
        (
            Cell(view.link(one.record)),
            Cell((Text(ring.heading),)),
            Cell(_places(view, one.places)),
        )
        for ring in found
        for one in ring.neighbours
    ]
    head = ("relation_who", "relation", "relation_place")
    return Table(_head(view, head), tuple(rows), (0.4, 0.25, 0.35))


def relation_table(view: View, relations: Iterable[Relation]) -> Table:
    rows = [
        (
            Cell(view.link(one.giver)),
            Cell((Text(_words(view, one)),)),
            Cell(view.link(one.taker)),
            Cell(_places(view, one.places)),
        )
        for one in relations
    ]
    head = ("relation_from", "relation", "relation_to", "relation_place")
    return Table(_head(view, head), tuple(rows), (0.25, 0.2, 0.25, 0.3))


def _head(view: View, keys: Sequence[str]) -> tuple[Cell, ...]:
    return tuple(Cell((Text(view.labels[key]),)) for key in keys)


def _words(view: View, relation: Relation) -> str:
    return view.labels[HEADINGS[relation.kind, "both" if relation.mutual else "out"]]


def _places(view: View, places: Iterable[str]) -> tree.Inlines:
    """Links to where it is said: the first place in each record."""
    firsts: dict[str, str] = {}
    for place in places:
        firsts.setdefault(place.partition("#")[0], place)
    links: list[tree.Inlines] = []
    for address, place in firsts.items():
        record = view.register.by_address[address]
        if isinstance(record, MandateVersion):
            record = view.register.mandate_of(record)
        links.append((tree.Link(view.name_inlines(record), place),))
    return view.listed(links)


def relation_legend(view: View, relations: Sequence[Relation]) -> list[tuple[Markup, str]]:
    """What lines, arrows and shapes mean, of those that are in the picture."""
    labels = view.labels
    found: dict[str, str] = {kind: labels[HEADINGS[kind, "out"]] for kind in KINDS}
    shown = {one.kind for one in relations} | {"both" if one.mutual else "out" for one in relations}
    found |= {"out": labels["legend_one_side"], "both": labels["legend_both_sides"]}
    for shape in SHAPES:
        found[shape] = labels.kind(shape)
    shown |= {_shape_of(side) for one in relations for side in (one.giver, one.taker)}
    swatches = _swatches()
    return [(swatches[key], words) for key, words in found.items() if key in shown]


@cache
def _swatches() -> dict[str, Markup]:
    drawn: dict[str, str] = {
        kind: element("path", d="M2 9H52", class_=f"remit-picture__tie {_tie(kind)}")
        for kind in KINDS
    }
    line = element("path", d="M8 9H44", class_="remit-picture__tie")
    drawn["out"] = line + _arrow(52, 9, 1)
    drawn["both"] = line + _arrow(52, 9, 1) + _arrow(2, 9, -1)
    drawn |= {shape: _shape(shape, 27, 9) for shape in SHAPES}
    class_ = "remit-picture__swatch"
    return {
        key: Markup(element("svg", parts, class_=class_, width=54, height=18, aria_hidden="true"))
        for key, parts in drawn.items()
    }


# --- around one role ---


def ring_picture(view: View, middle: Record, found: Sequence[Ring], id: str) -> Markup:
    """The role at the top, its neighbours on branches below it."""
    parts: list[str] = []
    y = 10.0
    names = wrapped(view.name(middle), NAME + 1, WIDTH - 40, bold=True)
    height = len(names) * NAME_STEP + 18
    parts.append(
        element("rect", class_="remit-picture__box", x=0.5, y=0.5, width="99.5%", height=height)
    )
    parts.append(_name(names, 34, y + 16, "remit-picture__heading"))
    parts.append(_shape(_shape_of(middle), 18, y + 11))
    y = end = height
    for ring in found:
        y += HEADING
        parts.append(text(ring.heading, TRUNK + 16, y - 8, class_="remit-picture__heading"))
        for one in ring.neighbours:
            end = y + 10
            names = wrapped(view.name(one.record), NAME, WIDTH - NAMES)
            parts.append(_branch(ring.kind, ring.way, end))
            parts.append(_shape(_shape_of(one.record), BRANCH + 11, end))
            parts.append(_name(names, NAMES, end + 5))
            y += len(names) * NAME_STEP + ROW_GAP
    trunk = element(
        "path", d=f"M{TRUNK} {number(height)}V{number(end)}", class_="remit-picture__tie"
    )
    labels = view.labels
    return Markup(
        picture(
            id,
            labels.get("relations_of", name=view.name(middle)),
            labels.get("relations_shows", day=labels.day(view.day)),
            y + 4,
            [trunk, *parts],
        )
    )


@lru_cache(KEPT)
def _branch(kind: RelationKind, way: Way, y: float) -> str:
    line = element(
        "path",
        d=f"M{TRUNK} {number(y)}H{BRANCH}",
        class_=f"remit-picture__tie {_tie(kind)}",
    )
    out = _arrow(BRANCH, y, 1) if way in ("out", "both") else ""
    back = _arrow(TRUNK + 2, y, -1) if way in ("in", "both") else ""
    return line + out + back


# --- many ---


def shown_in_picture(relations: Sequence[Relation]) -> list[Relation]:
    """All relations of up to MOST parties; of more, those round the one that has most."""
    kept = set(_walk(_related(relations))[:MOST])
    return [one for one in relations if {address_of(one.giver), address_of(one.taker)} <= kept]


def arc_picture(view: View, name: str, relations: Sequence[Relation], id: str) -> Markup:
    """The names below each other, an arc on their left for every relation."""
    order = _arranged(relations)
    parts: list[str] = []
    places: dict[str, float] = {}
    y = 4.0
    for address, record in order.items():
        names = wrapped(view.name(record), NAME, WIDTH - ARCS - 22)
        places[address] = y + 10
        parts.append(_shape(_shape_of(record), ARCS + 8, y + 10))
        parts.append(_name(names, ARCS + 22, y + 15))
        y += len(names) * NAME_STEP + ROW_GAP
    arcs = [
        _arc(one, places[address_of(one.giver)], places[address_of(one.taker)], y)
        for one in relations
    ]
    labels = view.labels
    return Markup(
        picture(
            id,
            labels.get("relations_of", name=name),
            labels.get("relations_shows", day=labels.day(view.day)),
            y,
            [*arcs, *parts],
        )
    )


def _arc(relation: Relation, start: float, end: float, height: float) -> str:
    """Further out the further it reaches; the arrow stands where the arc ends.

    Each kind has a lane of its own, so that none hides another between the same two.
    """
    lane = KINDS.index(relation.kind) - 1
    start, end = start + 4 * lane, end + 4 * lane
    out = number(ARCS - 22 + 7 * lane - ARCS * (abs(end - start) / height) ** 0.6)
    line = element(
        "path",
        d=f"M{ARCS - 2} {number(start)}C{out} {number(start)} {out} {number(end)} "
        f"{ARCS - 2} {number(end)}",
        class_=f"remit-picture__tie {_tie(relation.kind)}",
    )
    back = _arrow(ARCS, start, 1) if relation.mutual else ""
    return line + _arrow(ARCS, end, 1) + back


def _arranged(relations: Sequence[Relation]) -> dict[str, Record]:
    """An order in which related parties are near each other, the same every time.

    Each party moves to the middle of those that it is related to, some rounds in turn.
    """
    related = _related(relations)
    order = _walk(related)
    for _ in range(12):
        place = {address: index for index, address in enumerate(order)}
        middles = {
            address: (place[address] + sum(place[other] for other in others) / len(others)) / 2
            for address, others in related.items()
        }
        order.sort(key=lambda address: (middles[address], address))
    parties = {address_of(side): side for one in relations for side in (one.giver, one.taker)}
    return {address: parties[address] for address in order}


def _related(relations: Iterable[Relation]) -> dict[str, list[str]]:
    """By address: whom each party has a relation with."""
    related: dict[str, list[str]] = {}
    for one in relations:
        giver, taker = address_of(one.giver), address_of(one.taker)
        related.setdefault(giver, []).append(taker)
        related.setdefault(taker, []).append(giver)
    return related


def _walk(related: dict[str, list[str]]) -> list[str]:
    """Everyone, from the party with most relations outward, then from the next one left."""
    order: dict[str, None] = {}
    for start in sorted(related, key=lambda address: (-len(related[address]), address)):
        queue = [start]
        for address in queue:
            if address not in order:
                order[address] = None
                queue += sorted({other for other in related[address] if other not in order})
    return list(order)


# --- shapes ---


def _tie(kind: RelationKind) -> str:
    return f"remit-picture__tie--{kind}"


@lru_cache(KEPT)
def _arrow(x: float, y: float, side: int) -> str:
    """An arrowhead with its tip at `x`."""
    foot = number(x - side * 8)
    shape = f"M{number(x)} {number(y)}L{foot} {number(y - 5)}V{number(y + 5)}z"
    return element("path", d=shape, class_="remit-picture__arrow")


def _shape_of(record: Record) -> str:
    if isinstance(record, Role):
        return "role"
    return "network" if isinstance(record, Network) else "organisation"


@lru_cache(KEPT)
def _shape(shape: str, x: float, y: float) -> str:
    """A round role, a square organisation, a three-cornered network."""
    if shape == "role":
        return element("circle", class_="remit-picture__role", cx=x, cy=y, r=6)
    class_ = "remit-picture__node"
    if shape == "network":
        corners = f"M{number(x)} {number(y - 7)}L{number(x + 7)} {number(y + 6)}H{number(x - 7)}z"
        return element("path", class_=class_, d=corners)
    return element("rect", class_=class_, x=x - 5.5, y=y - 5.5, width=11, height=11)


def _name(names: Sequence[str], x: float, y: float, class_: str = "remit-picture__name") -> str:
    return text_lines([escape(name) for name in names], x, y, NAME_STEP, class_)
