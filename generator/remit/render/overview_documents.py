"""What stands round the text of a document that is made of a role, an assignment, or all."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from remit.model.fingerprint import fingerprint
from remit.model.records import Assignment, Organisation, Record, Redirect, Role
from remit.model.register import address_of
from remit.model.site_files import WHOLE
from remit.render import tree
from remit.render.qr_code import qr_picture
from remit.render.role_card import contacts_shown
from remit.render.tree import Paragraph, Text
from remit.render.typesetting import running
from remit.render.view import View


def role_frame(view: View, role: Role) -> tree.Document:
    """Of a document made of a role, as it is on the view's day."""
    t, page = view.labels, address_of(role)
    frame = _frame(view, page, view.name(role), role_sources(view, role))
    return replace(
        frame,
        description=view.summary_words(role),
        keywords=tuple(view.words(dated.name) for dated in role.names_ever()),
        subject=t.kind("role"),
        title_language=view.other_language(role),
    )


def assignment_frame(view: View, assignment: Assignment) -> tree.Document:
    """Of a document made of an assignment."""
    t, page = view.labels, address_of(assignment)
    frame = _frame(view, page, view.name(assignment), [assignment])
    return replace(
        frame,
        document_id=assignment.number or page,
        description=view.summary_words(assignment),
        subject=t.kind("assignment"),
    )


def register_frame(view: View, _: None) -> tree.Document:
    """Of a document made of the whole register, as it is on the view's day."""
    name = view.settings.site_name[view.language]
    return _frame(view, WHOLE, name, register_sources(view))


def role_sources(view: View, role: Role) -> list[Record]:
    """The records that a role's card is made of."""
    holder = view.register.follow(Organisation, role.holder)
    return [role, *([holder] if holder else []), *contacts_shown(view, role)]


def register_sources(view: View) -> list[Record]:
    return [one for one in view.register.every() if not isinstance(one, Redirect)]


def colophon(view: View, page: str, sources: Sequence[Record]) -> tree.Blocks:
    """The page's address in words and as a QR code, the day, and what the text was made of."""
    t, address = view.labels, _address(view, page)
    words: list[tree.Inlines] = [
        (
            Text(t.get("true_on", day=t.day(view.day))),
            tree.Break(),
            tree.Link((Text(address),), address),
        ),
        (Text(t.get("colophon_fingerprint", value=_fingerprint(view, sources))),),
    ]
    if view.settings.demonstration:
        words.append((Text(t["demonstration"]),))
    code = replace(qr_picture(address, t.get("qr_code", address=address)), beside=True)
    return (code, *(Paragraph(one, style="note") for one in words))


def _frame(view: View, page: str, title: str, sources: Sequence[Record]) -> tree.Document:
    t, day = view.labels, view.labels.day(view.day)
    name = view.settings.site_name[view.language]
    return tree.Document(
        address=page,
        file_name="",
        language=view.language,
        document_id=page,
        title=title,
        letterhead=tree.Letterhead(name),
        reference=((t["as_of"], day),),
        running_title=running(title),
        running_id=day,
        footer=t["demonstration_short"] if view.settings.demonstration else name,
        page_label=t["page_of"],
        contents_label=t["contents"],
        show_contents=False,
        subject="",
        description="",
        keywords=(),
        rights=view.settings.rights.get(view.language, ""),
        version=view.day.isoformat(),
        date=view.day.isoformat(),
        web_address=_address(view, page),
        fingerprint=_fingerprint(view, sources),
        revision=view.register.revision_of(*sources),
    )


def _address(view: View, page: str) -> str:
    return f"{view.settings.site_url}{view.language}/{page}/"


def _fingerprint(view: View, sources: Sequence[Record]) -> str:
    """Of the bytes of all the records' files: 16 hex digits of SHA-256."""
    digest = hashlib.sha256()
    for record in sorted(sources, key=address_of):
        digest.update(view.register.fingerprint_of(record).encode())
    return fingerprint(digest.hexdigest())
