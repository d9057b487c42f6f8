"""Two versions of a mandate → one document with every change marked, and a summary of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from remit.model.fingerprint import fingerprint
from remit.model.records import MandateVersion
from remit.model.values import Precision
from remit.render import tree
from remit.render.document_links import headings
from remit.render.mandate_document import (
    MandateParts,
    mandate_frame,
    mandate_parts,
    source_fingerprint,
    source_revision,
    version_day,
)
from remit.render.marked_words import mark_words
from remit.render.redline import mark_blocks, without_deleted_ids
from remit.render.tree import Heading, ItemList, Paragraph, Quote, Strong, Table, Text
from remit.render.view import View

Kind = Literal["added", "removed", "moved", "changed"]
KINDS: tuple[Kind, ...] = ("added", "removed", "moved", "changed")


def redline_document(
    view: View, old: MandateVersion, new: MandateVersion, then: View | None = None
) -> tree.Document:
    """The comparison of two versions of a mandate, in the view's language.

    `new` may be the earlier one: then it shows what going back would change. `then` is the view of
    the register that `old` is from, when that is another state of it; both may be states of one
    version.
    """
    labels, base, then = view.labels, mandate_frame(view, new), then or view
    before, after = mandate_parts(then, old), mandate_parts(view, new)
    title = mark_words(view.label_inlines(old.title), view.label_inlines(new.title))
    marked = mark_blocks((before.facts, *before.body), (after.facts, *after.body))
    summary = _summary(view, old, new, changes_by_section(title, marked), before, after)
    is_proposed = old.id == new.id
    days = {"old": version_day(view, old), "new": version_day(view, new)}
    between = labels.get("redline_between" if is_proposed else "changes_between", **days)
    prints = [source_fingerprint(then, old), source_fingerprint(view, new)]
    return replace(
        base,
        file_name=redline_file_name(old, new, view.language),
        reference=(*base.reference, (labels["redline_changes"], between)),
        running_id=f"{base.document_id} · {between}",
        show_contents=False,
        subject=_heading(view, old, new),
        web_address=base.web_address if is_proposed else f"{base.web_address}changes/",
        fingerprint=fingerprint("\0".join(prints)),
        revision=source_revision(view, old, new),
        blocks=(
            *(notice for notice in after.notices if notice in before.notices),
            *without_deleted_ids(marked),
        ),
        kind="redline",
        redline=tree.Redline(
            author=base.letterhead.name,
            moment=f"{_day_of_change(new, base.date)}T00:00:00Z",
            title=title,
            summary=summary,
            said_added=labels["said_added"],
            said_removed=labels["said_removed"],
            said_end=labels["said_end"],
        ),
    )


def redline_file_name(old: MandateVersion, new: MandateVersion, language: str) -> str:
    """Name without ending of the document's files."""
    if old.id == new.id:
        return f"{new.mandate}-{new.id}-proposed-{language}"
    return f"{new.mandate}-{old.id}-to-{new.id}-{language}"


def _heading(view: View, old: MandateVersion, new: MandateVersion) -> str:
    days = {"old": version_day(view, old), "new": version_day(view, new)}
    return view.labels.get("redline_proposed" if old.id == new.id else "changes_heading", **days)


def _day_of_change(version: MandateVersion, otherwise: str) -> str:
    """The day it was approved, when that day is known."""
    approved = version.approval.date if version.approval else None
    if approved and approved.precision is Precision.DAY:
        return approved.first.isoformat()
    return otherwise


# What changed, counted


@dataclass(slots=True)
class SectionChanges:
    """How many headings, paragraphs, items and rows of a section changed. `heading` is None for
    the title and the facts."""

    heading: Heading | None
    count: Counter[Kind] = field(default_factory=Counter)


def changes_by_section(title: tree.Inlines, marked: tree.Blocks) -> list[SectionChanges]:
    """The sections with changes, in order, of a tree that still has the ids of deleted blocks."""
    found = [*_changes(marked)]
    added = {key for _, kind, key in found if kind == "added"}
    removed = {key for _, kind, key in found if kind == "removed"}
    sections: dict[str, SectionChanges] = {}
    head = SectionChanges(None)
    if tree.has_changes(title):
        head.count["changed"] += 1
    for heading, kind, key in found:
        if kind == "removed" and key in added:
            continue
        if kind == "added" and key in removed:
            kind = "moved"
        name = f"{heading.id} {heading.mark}" if heading else ""
        section = sections.setdefault(name, SectionChanges(heading)) if heading else head
        section.count[kind] += 1
    return [one for one in (head, *sections.values()) if one.count]


Change = tuple[Heading | None, Kind, tuple[str, str]]


def _changes(blocks: tree.Blocks) -> Iterator[Change]:
    """Each change with the section it stands in: what is removed, in the older version's."""
    before: Heading | None = None
    after: Heading | None = None
    for block in blocks:
        if isinstance(block, Heading) and block.level == 1:
            before = before if block.mark == "inserted" else block
            after = after if block.mark == "deleted" else block
        for mark, id, parts in _units(block):
            if mark == "deleted":
                yield before, "removed", _key(block, id, parts)
            elif mark == "inserted":
                yield after, "added", _key(block, id, parts)
            elif any(tree.has_changes(part) for part in parts):
                yield after, "changed", ("", "")


def _key(block: tree.Block, id: str, parts: tuple[tree.Inlines, ...]) -> tuple[str, str]:
    """What a removed part and an added one have in common when it has only moved."""
    return type(block).__name__, id or " ".join(tree.plain(part) for part in parts)


def _units(block: tree.Block) -> Iterator[tuple[tree.Mark, str, tuple[tree.Inlines, ...]]]:
    """Mark, id and words of each heading, paragraph, item and row."""
    if isinstance(block, Heading | Paragraph):
        yield block.mark, block.id, (block.inlines,)
    elif isinstance(block, ItemList):
        for item in block.items:
            inner = [unit for part in item.blocks for unit in _units(part)]
            yield item.mark, item.id, tuple(words for *_, parts in inner for words in parts)
    elif isinstance(block, Quote):
        for part in block.blocks:
            yield from _units(part)
    elif isinstance(block, Table):
        marks = block.row_marks or (block.mark,) * len(block.rows)
        for row, mark in zip(block.rows, marks, strict=True):
            id = row[0].id or tree.plain(row[0].inlines)
            yield mark, id, tuple(cell.inlines for cell in row)


def change_counts(
    view: View, old: MandateVersion, new: MandateVersion, then: View | None = None
) -> Counter[Kind]:
    """How many headings, paragraphs, items and rows changed from one version to another."""
    before, after = mandate_parts(then or view, old), mandate_parts(view, new)
    title = mark_words(view.label_inlines(old.title), view.label_inlines(new.title))
    marked = mark_blocks((before.facts, *before.body), (after.facts, *after.body))
    return sum((one.count for one in changes_by_section(title, marked)), Counter())


# What changed, told


def _summary(
    view: View,
    old: MandateVersion,
    new: MandateVersion,
    sections: list[SectionChanges],
    before: MandateParts,
    after: MandateParts,
) -> tree.Blocks:
    labels = view.labels
    heading = Heading(1, "", (Text(_heading(view, old, new)),))
    if not sections:
        return (heading, Paragraph((Text(labels["changes_none"]),)))
    total: Counter[Kind] = sum((one.count for one in sections), Counter())
    blocks: list[tree.Block] = [heading, Paragraph((Text(f"{count_words(view, total)}."),))]
    if new.approval and new.approval.note and (old.id != new.id or old.approval != new.approval):
        note = view.inlines(new.approval.note)
        blocks.append(Paragraph((Strong((Text(f"{labels['change']}:"),)), Text(" "), *note)))
    names = {
        one.id: one.inlines for one in (*headings(before.body), *headings(after.body)) if one.id
    }
    items = []
    for one in sections:
        place: tree.Inlines = (Text(labels["changes_head"]),)
        if one.heading:
            place = (Text(f"{one.heading.number} "), *names.get(one.heading.id, ()))
            if one.heading.mark != "deleted":
                place = (tree.Link(place, f"#{one.heading.id}"),)
        counted = Text(f": {count_words(view, one.count)}")
        items.append(tree.ListItem((Paragraph((*place, counted)),)))
    blocks += [ItemList(tuple(items)), Paragraph((Text(labels["changes_key"]),), style="note")]
    return tuple(blocks)


def count_words(view: View, count: Counter[Kind]) -> str:
    """`2 points added and 1 point moved`, in the view's language."""
    labels = view.labels
    return labels.join(
        [labels.count(f"changes_{kind}", count[kind]) for kind in KINDS if count[kind]]
    )
