"""Contact points as a table for documents: who answers, how to reach them and when."""

from __future__ import annotations

from collections.abc import Sequence

from remit.model.records import Area, Contact
from remit.render import tree
from remit.render.tree import Break, Cell, Link, Strong, Table, Text
from remit.render.view import View

WIDTHS = (0.4, 0.3, 0.3)
"""Shares of the text's width, column by column."""


def contact_table(view: View, contacts: Sequence[Contact]) -> tree.Blocks:
    """One table with a row for each contact point; nothing for none."""
    return table_of_contacts(view, [contact_row(view, one) for one in contacts])


def table_of_contacts(view: View, rows: Sequence[tuple[tree.Inlines, ...]]) -> tree.Blocks:
    """The table that rows made by `contact_row` are for."""
    if not rows:
        return ()
    head = tuple(Cell((Text(view.labels[key]),)) for key in ("contact", "card_reach", "hours"))
    return (Table(head, tuple(tuple(Cell(words) for words in row) for row in rows), WIDTHS),)


def contact_row(view: View, contact: Contact) -> tuple[tree.Inlines, ...]:
    """Who answers and for whom; number and address; when, and in which languages."""
    t = view.labels
    who: list[tree.Inlines] = [
        (Strong(view.link(contact)),),
        (Text(f"{t.enum('contact_for', contact.for_)} · "), *view.to(Area, contact.area)),
    ]
    if contact.leave_out:
        who.append(view.inlines(contact.leave_out))
    who.append((Text(_confirmed(view, contact)),))
    reach: list[tree.Inlines] = []
    if contact.phone:
        reach.append((Strong((Link((Text(contact.phone),), _phone(contact)),)),))
    if contact.email:
        reach.append((Link((Text(contact.email),), f"mailto:{contact.email}"),))
    if contact.web:
        reach.append((Link((Text(bare_address(contact.web)),), contact.web),))
    when = [f"{days}: {hours}" for days, hours in view.hours(contact)] or [t["hours_unknown"]]
    when += [f"{days}: {hours}" for days, hours in view.other_days(contact)]
    if contact.spoken:
        when.append(f"{t['spoken']}: {view.spoken(contact)}")
    return _on_lines(who), _on_lines(reach), _on_lines([(Text(line),) for line in when])


def _confirmed(view: View, contact: Contact) -> str:
    t = view.labels
    if contact.verified:
        return f"{t['verified']} {t.day(contact.verified)}"
    return t["never_verified"]


def _phone(contact: Contact) -> str:
    return f"tel:{contact.phone_international or contact.phone}"


def bare_address(address: str) -> str:
    """A web address as it is read aloud or typed: without https:// before it."""
    return address.split("//", 1)[1].rstrip("/")


def _on_lines(parts: list[tree.Inlines]) -> tree.Inlines:
    joined: list[tree.Inline] = []
    for part in parts:
        joined += [Break(), *part] if joined else part
    return tuple(joined)
