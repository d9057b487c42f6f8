"""A kind of document and what it is made of → the document: its template fills the frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from remit.diagnostics import ContentFault, Diagnostic, Location
from remit.model.records import MandateVersion
from remit.model.register import Made, Register
from remit.model.site_files import file_name
from remit.model.templates import DEFAULT_KIND, Contents, Subject, Template
from remit.render import tree
from remit.render.document_links import check_links
from remit.render.document_templates import SHOW, room_of
from remit.render.document_values import Pieces, Values
from remit.render.labels import labels_for
from remit.render.mandate_document import mandate_frame
from remit.render.mandate_values import MandateValues
from remit.render.overview_documents import assignment_frame, register_frame, role_frame
from remit.render.overview_values import AssignmentValues, RegisterValues, RoleValues
from remit.render.template_faults import faults
from remit.render.typesetting import running
from remit.render.view import View
from remit.settings import Settings

LONG = 12
"""Numbered headings of the first level from which a table of contents helps."""

FRAMES: dict[Subject, Callable[[View, Any], tree.Document]] = {
    Subject.MANDATE: mandate_frame,
    Subject.ROLE: role_frame,
    Subject.ASSIGNMENT: assignment_frame,
    Subject.REGISTER: register_frame,
}
"""What stands round the text, by what the document is made of."""
VALUES: dict[Subject, type[Values]] = {
    Subject.MANDATE: MandateValues,
    Subject.ROLE: RoleValues,
    Subject.ASSIGNMENT: AssignmentValues,
    Subject.REGISTER: RegisterValues,
}
"""What a template is given, by the same."""


@cache
def names_given(subject: Subject) -> frozenset[str]:
    """The names that a template has."""
    return frozenset(name for name in dir(VALUES[subject]) if not name.startswith("_"))


def document_of(view: View, kind: str, record: Made) -> tree.Document:
    """The document of a kind, in the view's language. Raises ContentFault."""
    templates = view.register.templates
    template = templates.kinds[kind]
    room = room_of(templates)
    pieces = Pieces()
    wanted = room.wanted(template)
    values = VALUES[template.of](view, template, wanted.words, pieces, record)
    names = wanted.names & names_given(template.of)
    given = {name: getattr(values, name) for name in names | {SHOW}}
    printed = room.print(template, given, pieces.printed)
    frame = FRAMES[template.of](view, record)
    document = replace(
        frame,
        kind=kind,
        file_name=file_name(kind, record, view.language),
        show_contents=_shows_contents(template, printed.blocks),
        line_numbers=template.line_numbers,
        landscape=template.landscape,
        blocks=printed.blocks,
    )
    if printed.title:
        document = replace(document, title=printed.title, running_title=running(printed.title))
    if template.letter:
        dated = view.labels["document_date"]
        kept = tuple(row for row in document.reference if row[0] != dated)
        document = replace(document, reference=kept)
    if kind != DEFAULT_KIND:
        document = replace(document, subject=view.words(template.name))
        _refuse_broken_links(document, template)
    return document


def mandate_document(view: View, version: MandateVersion) -> tree.Document:
    """The formal document of a version, in the view's language."""
    return document_of(view, DEFAULT_KIND, version)


def _shows_contents(template: Template, blocks: tree.Blocks) -> bool:
    if template.contents is not Contents.AUTO:
        return template.contents is Contents.ALWAYS
    numbered = sum(
        isinstance(block, tree.Heading) and block.level == 1 and bool(block.number)
        for block in blocks
    )
    return numbered >= LONG


def _refuse_broken_links(document: tree.Document, template: Template) -> None:
    try:
        check_links(document)
    except ValueError as error:
        message = str(error).removeprefix(f"{document.file_name}: ")
        help = "each id names one place of the document, and #id leads to one"
        place = Location(template.path, template.body_line)
        raise ContentFault(Diagnostic(place, "template-markup", message, help)) from None


def template_faults(register: Register, settings: Settings) -> list[Diagnostic]:
    """What can be seen to be wrong with the register's own templates, before they make anything."""
    labels = frozenset(labels_for(settings.default_language).table)
    return [
        fault
        for template in register.templates.own.values()
        for fault in faults(register.templates, template, names_given(template.of), labels)
    ]
