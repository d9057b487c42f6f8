"""A mandate version → the document tree. The site's page and every file format are made of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from remit.model.fingerprint import fingerprint
from remit.model.records import (
    BoundaryBlock,
    CooperationBlock,
    DefinitionBlock,
    Item,
    LegalBasis,
    MandateVersion,
    Organisation,
    Paragraph,
    ReportingBlock,
    Section,
    TaskBlock,
)
from remit.model.register import address_of
from remit.model.site_files import file_name
from remit.model.templates import DEFAULT_KIND
from remit.model.values import LAST_DAY, TranslationState
from remit.render import tree
from remit.render.letterhead import letterhead_of
from remit.render.qr_code import qr_picture
from remit.render.tree import Cell, Heading, ItemList, ListItem, Table, Text
from remit.render.typesetting import running
from remit.render.view import View

SHOWN_DIGITS = 12
"""How much of a git revision is printed; the files' properties have all of it."""


@dataclass(frozen=True, slots=True)
class MandateParts:
    """What the page and the document share."""

    facts: Table
    notices: tree.Blocks
    body: tree.Blocks


def mandate_parts(view: View, version: MandateVersion) -> MandateParts:
    view = view.on(naming_day(view, version))
    return MandateParts(
        facts=_facts(view, version),
        notices=_notices(view, version),
        body=(*_sections(view, version), *_legal_bases(view, version)),
    )


def naming_day(view: View, version: MandateVersion) -> date:
    """The day whose names a version uses: today, or its last day when that is past."""
    last = version.in_force.last
    first = version.in_force.first
    return max(first, min(view.day, last))


def mandate_frame(view: View, version: MandateVersion) -> tree.Document:
    """What stands round the text of a version's document, and in its properties: no blocks yet."""
    labels, mandate = view.labels, view.register.mandate_of(version)
    then = view.on(naming_day(view, version))
    issuers = [
        issuer for id in mandate.issued_by if (issuer := view.register.follow(Organisation, id))
    ]
    letterhead = letterhead_of(then, issuers)
    title, spoken = version.title.best(*then.languages)
    reference = [
        (labels["document_id"], mandate.document_id),
        (labels["case_number"], version.case_numbers[0] if version.case_numbers else None),
        (
            labels["document_date"],
            labels.day(version.document_date) if version.document_date else None,
        ),
    ]
    day = version_day(view, version)
    latest = version.last_changed or version.document_date or version.in_force.first
    return tree.Document(
        address=address_of(version),
        file_name=file_name(DEFAULT_KIND, version, view.language),
        language=view.language,
        document_id=mandate.document_id or address_of(mandate),
        title=title,
        letterhead=letterhead,
        reference=tuple((label, value) for label, value in reference if value),
        running_title=running(title),
        running_id=f"{mandate.document_id} · {day}"
        if mandate.document_id
        else labels.get("version_of", day=day),
        footer=labels["demonstration_short"] if view.settings.demonstration else letterhead.name,
        page_label=labels["page_of"],
        contents_label=labels["contents"],
        show_contents=False,
        subject=labels.enum("document_kind", mandate.document_kind),
        description=view.summary_words(mandate),
        keywords=tuple(
            part
            for part in (
                mandate.document_id,
                *version.case_numbers,
                *(tree.plain(view.party(id)) for id in mandate.holders),
            )
            if part
        ),
        rights=view.settings.rights.get(view.language, ""),
        version=version.id,
        date=(latest if latest.year > 1 else version.in_force.first).isoformat(),
        web_address=web_address(view, version),
        fingerprint=source_fingerprint(view, version),
        revision=source_revision(view, version),
        title_language="" if spoken == view.language else spoken,
    )


def version_day(view: View, version: MandateVersion) -> str:
    """The day the version took force, as precisely as it is known."""
    start = version.in_force.from_
    return view.labels.when(start) if start else version.id


def web_address(view: View, version: MandateVersion) -> str:
    return f"{view.settings.site_url}{view.language}/{address_of(version)}/"


def source_fingerprint(view: View, version: MandateVersion) -> str:
    """Of the bytes of the version's file and its mandate's: 16 hex digits of SHA-256."""
    digest = hashlib.sha256()
    for record in (view.register.mandate_of(version), version):
        digest.update(view.register.fingerprint_of(record).encode())
    return fingerprint(digest.hexdigest())


def source_revision(view: View, *versions: MandateVersion) -> str:
    """The git revision that last changed the versions' files or their mandates'."""
    mandates = [view.register.mandate_of(version) for version in versions]
    return view.register.revision_of(*mandates, *versions)


# --- head ----------------------------------------------------------------------------------


def _facts(view: View, version: MandateVersion) -> Table:
    labels, register = view.labels, view.register
    mandate = register.mandate_of(version)
    approval = version.approval

    def parties(ids: Sequence[str]) -> tree.Inlines:
        return view.listed([view.party(id) for id in ids])

    def text(value: str | None) -> tree.Inlines:
        return (Text(value),) if value else ()

    approved: list[tree.Inlines] = []
    if approval:
        if approval.by:
            approved.append(view.party(approval.by))
        if approval.date:
            approved.append(text(labels.when(approval.date)))
        approved.append(text(labels.enum("change_kind", approval.change)))
    rows = [
        (labels["holder"], parties(mandate.holders)),
        (labels["issued_by"], parties(mandate.issued_by)),
        (labels["recipients"], parties(mandate.recipients)),
        (labels["document_id"], text(mandate.document_id)),
        (labels["annex_of"], text(mandate.annex_of)),
        (labels["document_kind"], text(labels.enum("document_kind", mandate.document_kind))),
        (labels["case_numbers"], text(", ".join(version.case_numbers))),
        (
            labels["document_date"],
            text(labels.day(version.document_date) if version.document_date else None),
        ),
        (
            labels["last_changed"],
            text(labels.day(version.last_changed) if version.last_changed else None),
        ),
        (labels["status"], text(labels.enum("status", version.status))),
        (
            labels["withdrawn_on"],
            text(labels.when(version.withdrawn) if version.withdrawn else None),
        ),
        (labels["in_force"], text(labels.period(version.in_force))),
        (labels["approved"], _joined(approved, ", ")),
        (labels["change"], view.inlines(approval.note) if approval and approval.note else ()),
        (
            labels["ordered_by"],
            view.listed(
                [
                    view.link(order)
                    for id in mandate.ordered_by
                    if (order := register.at(f"assignments/{id}"))
                ]
            ),
        ),
        (
            labels["authoritative_text"],
            text(labels.language_name(version.authoritative_language)),
        ),
    ]
    return Table(
        head=(Cell(text(labels["fact"])), Cell(text(labels["value"]))),
        rows=tuple((Cell(text(label)), Cell(value)) for label, value in rows if value),
        widths=(0.32, 0.68),
        id="facts",
        style="facts",
    )


def _joined(items: list[tree.Inlines], separator: str) -> tree.Inlines:
    parts: list[tree.Inline] = []
    for item in items:
        if parts:
            parts.append(Text(separator))
        parts.extend(item)
    return tuple(parts)


def _notices(view: View, version: MandateVersion) -> tree.Blocks:
    labels = view.labels
    notices = []
    if view.is_translation(version):
        translation = version.translations.get(view.language)
        state = translation.state if translation else TranslationState.DRAFT
        if state is not TranslationState.OFFICIAL:
            notices.append(
                labels.get(
                    "unofficial_translation",
                    language=labels.language_name(version.authoritative_language),
                )
            )
    if version.in_force.last < LAST_DAY and version.in_force.last < view.settings.today:
        notices.append(labels.get("no_longer_in_force", day=labels.day(version.in_force.last)))
    return tuple(tree.Paragraph((Text(notice),), id="", style="note") for notice in notices)


# --- sections ------------------------------------------------------------------------------


def _sections(view: View, version: MandateVersion) -> Iterator[tree.Block]:
    for number, section in enumerate(version.sections, 1):
        yield Heading(1, section.id, view.label_inlines(section.heading), str(number))
        yield from _section_blocks(view, section)


def _section_blocks(view: View, section: Section) -> Iterator[tree.Block]:
    """Neighbouring blocks of a kind become one list or one table.

    The form follows the kind alone: were it the number, a block more would change them all.
    """
    for kind, group in groupby(section.blocks, key=type):
        blocks = list(group)
        if kind is Paragraph:
            for block in blocks:
                assert isinstance(block, Paragraph)
                yield from _paragraphs(view, block)
        elif kind is CooperationBlock:
            yield _cooperation_table(view, [b for b in blocks if isinstance(b, CooperationBlock)])
        elif kind is ReportingBlock:
            yield _reporting_table(view, [b for b in blocks if isinstance(b, ReportingBlock)])
        elif kind is DefinitionBlock:
            yield _definition_table(view, [b for b in blocks if isinstance(b, DefinitionBlock)])
        else:
            items = [b for b in blocks if isinstance(b, Item | TaskBlock | BoundaryBlock)]
            yield ItemList(tuple(_item(view, block) for block in items))


def _paragraphs(view: View, block: Paragraph) -> Iterator[tree.Block]:
    for index, part in enumerate(view.blocks(block.text)):
        if isinstance(part, tree.Paragraph) and index == 0:
            yield tree.Paragraph(part.inlines, id=block.id)
        else:
            yield part


def _item(view: View, block: Item | TaskBlock | BoundaryBlock) -> ListItem:
    return _one(block.id, item_words(view, block, view.inlines(block.text)))


def item_words(
    view: View, block: Item | TaskBlock | BoundaryBlock, text: tree.Inlines
) -> tree.Inlines:
    """The text of an item, and on lines of their own who does it, for whom, and with whom."""
    labels = view.labels
    lines: tuple[tuple[str, list[str]], ...] = ()
    if isinstance(block, TaskBlock):
        lines = (
            (labels["task_who"], block.who),
            (labels["task_for"], block.audiences),
            (labels["task_with"], block.with_),
        )
    elif isinstance(block, BoundaryBlock):
        lines = ((labels["refers_to"], block.refers_to),)
    parts = list(text)
    for label, ids in lines:
        if ids:
            parts.append(tree.Break())
            parts.append(Text(f"{label}: "))
            parts.extend(view.listed([view.party(id) for id in ids]))
    return tuple(parts)


def _one(id: str, inlines: tree.Inlines) -> ListItem:
    return ListItem((tree.Paragraph(inlines),), id)


def _cooperation_table(view: View, blocks: list[CooperationBlock]) -> Table:
    labels = view.labels
    return Table(
        head=(Cell((Text(labels["cooperates_with"]),)), Cell((Text(labels["about_what"]),))),
        rows=tuple(
            (Cell(view.party(block.with_), block.id), Cell(view.inlines(block.text)))
            for block in blocks
        ),
        widths=(0.36, 0.64),
    )


def _reporting_table(view: View, blocks: list[ReportingBlock]) -> Table:
    labels = view.labels
    how_often = any(block.how_often for block in blocks)
    head = [Cell((Text(labels["reports_to"]),)), Cell((Text(labels["reported"]),))]
    if how_often:
        head.append(Cell((Text(labels["how_often"]),)))
    rows = []
    for block in blocks:
        row = [Cell(view.party(block.to), block.id), Cell(view.inlines(block.text))]
        if how_often:
            row.append(Cell(view.inlines(block.how_often) if block.how_often else (Text("–"),)))
        rows.append(tuple(row))
    widths = (0.3, 0.46, 0.24) if how_often else (0.36, 0.64)
    return Table(tuple(head), tuple(rows), widths)


def _definition_table(view: View, blocks: list[DefinitionBlock]) -> Table:
    labels = view.labels
    return Table(
        head=(Cell((Text(labels["word"]),)), Cell((Text(labels["meaning"]),))),
        rows=tuple(
            (Cell(view.label_inlines(block.term), block.id), Cell(view.inlines(block.text)))
            for block in blocks
        ),
        widths=(0.3, 0.7),
    )


def _legal_bases(view: View, version: MandateVersion) -> Iterator[tree.Block]:
    items = []
    for cited in version.legal_bases:
        basis = view.register.follow(LegalBasis, cited.basis)
        if basis is None:
            continue
        extra = ", ".join(part for part in (basis.number, cited.cited) if part)
        items.append(
            ListItem(
                (tree.Paragraph((*view.link(basis), *((Text(f" ({extra})"),) if extra else ()))),)
            )
        )
    if items:
        yield Heading(
            1,
            "legal-bases",
            (Text(view.labels["legal_bases"]),),
            str(len(version.sections) + 1),
        )
        yield ItemList(tuple(items))


# --- foot ----------------------------------------------------------------------------------


def signature(view: View, version: MandateVersion) -> tree.Blocks:
    """Where those sign who issue the mandate; `view` is of the day whose names it uses."""
    labels = view.labels
    mandate = view.register.mandate_of(version)
    head = tuple(
        Cell((Text(labels[key]),)) for key in ("signature_for", "place_and_date", "signature")
    )
    rows = tuple(
        (Cell(view.name_inlines(body)), Cell(()), Cell(()))
        for id in mandate.issued_by
        if (body := view.register.follow(Organisation, id))
    )
    return (
        Heading(1, "signature", (Text(labels["signature"]),)),
        Table(head, rows, (0.4, 0.25, 0.35), style="signature"),
    )


def colophon(view: View, version: MandateVersion) -> tree.Blocks:
    """What the document is and where it came from, with its page's address as a QR code; `view` is
    of the day whose names it uses."""
    labels = view.labels
    address = web_address(view, version)
    lines: list[tree.Inlines] = []
    if view.settings.demonstration:
        lines.append((Text(labels["demonstration"]),))
    lines.append((Text(labels.get("colophon_version", day=version_day(view, version))),))
    lines.append(
        (Text(labels.get("colophon_fingerprint", value=source_fingerprint(view, version))),)
    )
    revision = source_revision(view, version)
    if revision:
        lines.append((Text(labels.get("colophon_revision", value=revision[:SHOWN_DIGITS])),))
    lines.append((Text(labels["colophon_address"] + " "), tree.Link((Text(address),), address)))
    for source in version.sources:
        cited = view.cited(source, version.authoritative_language)
        lines.append((Text(f"{labels['source']}: "), *cited))
    blocks: list[tree.Block] = [Heading(1, "colophon", (Text(labels["about_document"]),))]
    blocks.append(replace(qr_picture(address, labels.get("qr_code", address=address)), beside=True))
    blocks += [tree.Paragraph(line, style="note") for line in lines]
    if version.caveats:
        blocks.append(tree.Paragraph((Text(labels["caveats"]),), style="label"))
        blocks.append(
            ItemList(
                tuple(
                    ListItem((tree.Paragraph(view.inlines(caveat.text), style="note"),))
                    for caveat in version.caveats
                )
            )
        )
    return tuple(blocks)
