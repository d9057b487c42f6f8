"""A role → its card: one page for service staff, with whom to call and what the role does not do.

The card is read on paper, by someone in a hurry. What does not fit on the page is left out and
counted, and never printed smaller.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Literal

from remit.model.records import Area, Contact, ContactFor, Organisation, ReportingBlock, Role
from remit.model.register import address_of
from remit.render import tree
from remit.render.contact_table import WIDTHS as CONTACT_WIDTHS
from remit.render.contact_table import bare_address, contact_row, table_of_contacts
from remit.render.tree import Break, Cell, ItemList, Link, ListItem, Paragraph, Strong, Table, Text
from remit.render.view import View

ROOM = 182.0
"""Millimetres between a title of one line and what stands at the foot of the page."""
_TABLE, _TEXT = 160.0, 126.0
"""Widths in millimetres: of a table, and of running text, which is kept narrower."""
_LETTER = 0.157
"""Width of a letter in millimetres per point of its size, with some to spare."""
_TITLE_LINE, _LINE, _ROW_LINE, _HEADING = 10.0, 5.4, 4.5, 15.0
"""Heights in millimetres."""
_FACT_WIDTHS = (0.26, 0.74)

_Part = Literal["summary", "contacts", "does", "does_not", "facts"]
_Piece = tuple[tree.Inlines, ...]
"""What is shown or left out as a whole: the words of an item, or those of a row's cells."""
_TURNS: tuple[tuple[_Part, int | None], ...] = (
    ("contacts", 1),
    ("summary", None),
    ("does_not", 1),
    ("contacts", 3),
    ("does_not", 3),
    ("does", 3),
    ("contacts", None),
    ("facts", None),
    ("does_not", None),
    ("does", None),
)
"""What comes first when room is short, up to how many."""


@dataclass(frozen=True, slots=True)
class RoleCardParts:
    """The card's parts from the top; each is empty where there is nothing to say."""

    notices: tree.Blocks
    danger: tree.Blocks
    summary: tree.Blocks
    contacts: tree.Blocks
    does: tree.Blocks
    does_not: tree.Blocks
    facts: tree.Blocks
    more: tree.Blocks
    """How much was left out, and where it stands."""


def role_card_parts(view: View, role: Role) -> RoleCardParts:
    """What the card says on the view's day, shortened until it fits one page."""
    pieces: dict[_Part, list[_Piece]] = {
        "summary": [(view.inlines(role.summary),)],
        "contacts": [contact_row(view, contact) for contact in contacts_shown(view, role)],
        "does": [(view.inlines(text),) for text in role.does],
        "does_not": [(view.boundary(one),) for one in role.does_not],
        "facts": list(_facts(view, role)),
    }
    notices, danger = tuple(_notices(view, role)), tuple(_danger(view, role))
    instead = () if pieces["contacts"] else tuple(_no_contact(view, role))
    fixed = (*notices, *danger, *instead)
    room = ROOM - _TITLE_LINE * (_lines(view.name(role), 23, _TABLE) - 1)
    room -= sum(_lines(words, 11) * _LINE + 3 for words in tree.words_of(fixed))
    room -= _HEADING if instead else 0
    shown, left = _fitting(pieces, room)
    return RoleCardParts(
        notices=notices,
        danger=danger,
        summary=tuple(Paragraph(words, style="lead") for (words,) in shown["summary"]),
        contacts=table_of_contacts(view, shown["contacts"]) or instead,
        does=_items(shown["does"]),
        does_not=_items(shown["does_not"]),
        facts=_fact_table(view, shown["facts"]),
        more=(_more(view, role, left),) if left else (),
    )


# --- what fits -----------------------------------------------------------------------------


def _fitting(
    pieces: dict[_Part, list[_Piece]], room: float
) -> tuple[dict[_Part, list[_Piece]], int]:
    """The pieces that fit in `room` millimetres, and how many do not.

    A part is cut at its end only, so nothing in the middle of a list is missing.
    """
    shown: dict[_Part, list[_Piece]] = {part: [] for part in pieces}
    full: set[_Part] = set()
    for part, most in _TURNS:
        for piece in pieces[part][len(shown[part]) : most]:
            height = _height(part, piece) + (0 if shown[part] else _beginning(part))
            if part in full or height > room:
                full.add(part)
                break
            room -= height
            shown[part].append(piece)
    return shown, sum(len(found) - len(shown[part]) for part, found in pieces.items())


def _height(part: _Part, piece: _Piece) -> float:
    if part == "summary":
        return 4 + _lines(tree.plain(piece[0]), 12) * 6
    if part in ("does", "does_not"):
        return 1.2 + _lines(tree.plain(piece[0]), 11, _TEXT - 6) * _LINE
    widths = CONTACT_WIDTHS if part == "contacts" else _FACT_WIDTHS
    rows = (
        sum(_lines(line, 9.5, _TABLE * share - 4) for line in _broken(inlines))
        for inlines, share in zip(piece, widths, strict=True)
    )
    return 4 + max(rows) * _ROW_LINE


def _beginning(part: _Part) -> float:
    """Room for a part's heading and its table's header."""
    return {
        "summary": 0,
        "contacts": _HEADING + 9,
        "does": _HEADING,
        "does_not": _HEADING,
        "facts": 13,
    }[part]


def _lines(text: str, size: float, width: float = _TEXT) -> int:
    return max(1, ceil(len(text) * size * _LETTER / width))


def _broken(inlines: tree.Inlines) -> list[str]:
    """The words of each line, as line breaks divide them."""
    lines = [""]
    for inline in inlines:
        if isinstance(inline, Break):
            lines.append("")
        else:
            lines[-1] += tree.plain((inline,))
    return lines


def _more(view: View, role: Role, left: int) -> Paragraph:
    words = (Text(view.labels.count("card_more", left)),)
    return Paragraph((Link(words, address_of(role)),), style="note")


# --- the parts -----------------------------------------------------------------------------


def _notices(view: View, role: Role) -> Iterator[tree.Block]:
    """That the role has ended, and whom to turn to instead; or that it is still to begin."""
    t, life = view.labels, role.period
    if view.has_ended(role):
        words: tree.Inlines = (Text(t.get("card_ended", day=t.day(life.last))),)
        after = view.as_of.successors(role)
        if after:
            named = view.listed([view.link(step.to) for step in after])
            words = (*words, Text(f" {t['succeeded_by']}: "), *named)
        yield Paragraph((Strong(words),))
    elif view.begins_later(role):
        yield Paragraph((Strong((Text(t.get("later_notice", day=t.day(life.first))),)),))


def _danger(view: View, role: Role) -> Iterator[tree.Block]:
    """The emergency numbers that the register holds for the role's country."""
    country = _country(view, role)
    numbers = dict.fromkeys(
        contact.phone
        for contact in view.as_of.emergency_numbers()
        if contact.phone and country and contact.area == country.id
    )
    if numbers:
        words = view.labels.get("card_danger", phone="\u00a0/\u00a0".join(numbers))
        yield Paragraph((Strong((Text(words),)),), style="lead")


def _country(view: View, role: Role) -> Area | None:
    holder = view.register.follow(Organisation, role.holder)
    area = view.register.follow(Area, role.area or (holder.country if holder else None))
    return view.register.area_and_larger(area)[-1] if area else None


def contacts_shown(view: View, role: Role) -> list[Contact]:
    """The role's own contact points, those for professionals first; else those of its holder."""
    holder = view.register.follow(Organisation, role.holder)
    found = view.as_of.contacts_of(role)
    if not found and holder and view.as_of.exists(role):
        found = [one for one in view.as_of.contacts_of(holder) if not one.emergency]
    return sorted(found, key=lambda one: (one.for_ is ContactFor.AFFECTED, view.name(one)))


def _no_contact(view: View, role: Role) -> Iterator[tree.Block]:
    """Where the register has no number: the body to ask, and how to reach it."""
    t = view.labels
    holder = view.register.follow(Organisation, role.holder)
    if holder is None or not view.as_of.exists(role):
        return
    words: tree.Inlines = (Text(f"{t['help_no_contact']} "), *view.link(holder))
    ways = [one for one in (holder.phone, holder.email) if one]
    if holder.web:
        ways.append(bare_address(holder.web))
    yield Paragraph((*words, Text(f": {', '.join(ways)}" if ways else "")))


def _facts(view: View, role: Role) -> Iterator[_Piece]:
    t = view.labels

    def row(label: str, value: tree.Inlines) -> Iterator[_Piece]:
        if value:
            yield (Text(t[label]),), value

    yield from row("card_serves", view.listed([view.party(id) for id in role.serves]))
    yield from row("area", view.to(Area, role.area) if role.area else ())
    yield from row("held_by", view.party(role.holder))
    yield from row("reports_to", view.listed([view.party(id) for id in _leads(view, role)]))
    names: list[tree.Inline] = []
    for dated in view.as_of.other_names(role):
        if dated.period.last < view.day:
            names += [Text("; ")] if names else []
            names += [*view.label_inlines(dated.name), Text(f" ({t.period(dated.period)})")]
    yield from row("card_names", tuple(names))


def _leads(view: View, role: Role) -> list[str]:
    """Whom it reports to: as the record says, else as its mandates in force do."""
    said = [line.to for line in role.reports_to]
    if not said:
        versions = (view.as_of.version(mandate.id) for mandate in view.register.mandates_of(role))
        said = [
            block.to
            for version in versions
            if version
            for section in version.sections
            for block in section.blocks
            if isinstance(block, ReportingBlock)
        ]
    return list(dict.fromkeys(said))


# --- blocks --------------------------------------------------------------------------------


def _items(pieces: list[_Piece]) -> tree.Blocks:
    items = tuple(ListItem((Paragraph(words),)) for (words,) in pieces)
    return (ItemList(items),) if items else ()


def _fact_table(view: View, pieces: list[_Piece]) -> tree.Blocks:
    if not pieces:
        return ()
    rows = tuple(tuple(Cell(inlines) for inlines in piece) for piece in pieces)
    head = tuple(Cell((Text(view.labels[key]),)) for key in ("fact", "value"))
    return (Table(head, rows, _FACT_WIDTHS, style="facts"),)
