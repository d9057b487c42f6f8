"""Two neighbouring versions of a mandate → the page that shows what changed between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from markupsafe import Markup

from remit.model.comparison import PartChange, VersionComparison, compare_versions
from remit.model.records import CooperationBlock, DefinitionBlock, MandateVersion, Section
from remit.model.register import address_of
from remit.model.values import Source
from remit.render import tree
from remit.render.downloads import Downloads
from remit.render.mandate_document import MandateParts, version_day
from remit.render.marked_words import mark_words
from remit.render.redline import mark_blocks, without_deleted_ids
from remit.render.redline_document import Kind, changes_by_section, count_words
from remit.render.site_view import SiteView
from remit.render.tree import Inlines, Text
from remit.render.view import View

_MARKED_TEXT = "marked-text"


@dataclass(frozen=True, slots=True)
class ComparisonHead:
    """What the page's template needs beside the comparison; notices and upkeep are the newer
    version's."""

    notices: list[tuple[str, str | Markup]]
    upkeep: list[tuple[str, Markup]]
    trail: list[tuple[str, str]] = field(default_factory=list)
    kicker: str = ""
    sources: list[Source] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SectionNote:
    """The changes below one heading, each as a line that leads to its place."""

    heading: Markup
    lines: list[Markup]


def comparison_page(
    view: SiteView,
    old: tuple[MandateVersion, MandateParts],
    new: tuple[MandateVersion, MandateParts],
    head: ComparisonHead,
    downloads: Downloads,
) -> tuple[str, Markup]:
    """(title, inner HTML) of the comparison of two versions."""
    labels = view.labels
    days = {"old": version_day(view, old[0]), "new": version_day(view, new[0])}
    heading = labels.get("changes_heading", **days)
    title = mark_words(view.label_inlines(old[0].title), view.label_inlines(new[0].title))
    marked = mark_blocks((old[1].facts, *old[1].body), (new[1].facts, *new[1].body))
    sections = changes_by_section(title, marked)
    total = sum((section.count for section in sections), Counter[Kind]())
    note = new[0].approval.note if new[0].approval else None
    inner = view.render(
        "comparison.html",
        page=head,
        heading=heading,
        lead=view.block_html((tree.Paragraph(title, style="lead"),)),
        versions=[
            (labels["comparison_old"], _version_line(view, old[0])),
            (labels["comparison_new"], _version_line(view, new[0])),
        ],
        counts=f"{count_words(view, total)}." if total else labels["changes_none"],
        note=view.text(note) if note else "",
        notes=list(_notes(view, compare_versions(old[0], new[0]), marked)),
        downloads=downloads,
        body=view.block_html(without_deleted_ids(marked), heading_base=3),
    )
    return f"{view.words(new[0].title)}: {heading}", inner


def _version_line(view: SiteView, version: MandateVersion) -> Markup:
    """The version's day as a link, whether it is in force, and from when to when."""
    link = view.html((tree.Link((Text(version_day(view, version)),), address_of(version)),))
    style, words = view.version_badge(version)
    return Markup('{} <span class="remit-badge remit-badge--{}">{}</span> {}').format(
        link, style, words, view.labels.period(version.in_force)
    )


# --- in brief ------------------------------------------------------------------------------


def _notes(view: SiteView, found: VersionComparison, marked: tree.Blocks) -> Iterator[SectionNote]:
    facts = _changed_facts(marked)
    if facts:
        line = view.html((tree.Link((Text(view.labels.join(facts)),), f"#{_MARKED_TEXT}"),))
        yield SectionNote(Markup.escape(view.labels["changes_head"]), [line])
    sections: dict[str, list[PartChange]] = {}
    for part in found.parts:
        section = part.new_section or part.old_section
        assert section is not None
        sections.setdefault(section.id, []).append(part)
    for parts in sections.values():
        section = parts[0].new_section or parts[0].old_section
        assert section is not None
        lines = [view.html(tuple(_line(view, part))) for part in _told_apart(parts)]
        yield SectionNote(_section_heading(view, found, section), lines)
    for heading in _made_sections(found, marked):
        words = (Text(f"{heading.number} {tree.plain(heading.inlines, 'new')}"),)
        fate = "comparison_is_added" if heading.mark else "comparison_is_changed"
        line = Markup.escape(_capital(view.labels[fate]))
        yield SectionNote(view.html((tree.Link(words, f"#{heading.id}"),)), [line])


def _told_apart(parts: list[PartChange]) -> list[PartChange]:
    """Without the blocks that are new or gone together with their section."""
    whole = parts[0].changes if parts[0].kind == "section" else ()
    fate = "added" if "added" in whole else "removed" if "removed" in whole else ""
    return [part for part in parts if part.kind == "section" or part.changes != (fate,)]


def _made_sections(found: VersionComparison, marked: tree.Blocks) -> Iterator[tree.Heading]:
    """The headings of sections that are made of fields, such as the legal bases, and differ."""
    own = {section.id for version in (found.old, found.new) for section in version.sections}
    heading: tree.Heading | None = None
    for block in marked:
        if isinstance(block, tree.Heading):
            heading = block if block.id and block.id not in own else None
        elif heading and list(tree.words_of((block,), "old")) != list(
            tree.words_of((block,), "new")
        ):
            yield heading
            heading = None


def _changed_facts(marked: tree.Blocks) -> list[str]:
    """The labels of the facts that differ."""
    table = marked[0]
    assert isinstance(table, tree.Table)
    marks = table.row_marks or ("",) * len(table.rows)
    return [
        tree.plain(row[0].inlines)
        for row, mark in zip(table.rows, marks, strict=True)
        if mark or any(_is_marked(cell.inlines) for cell in row)
    ]


def _is_marked(inlines: Inlines) -> bool:
    return any(
        isinstance(one, tree.Inserted | tree.Deleted)
        or (not isinstance(one, Text | tree.Break) and _is_marked(one.inlines))
        for one in inlines
    )


def _section_heading(view: SiteView, found: VersionComparison, section: Section) -> Markup:
    """`3 Tasks`, with the number that the section has, or had."""
    for version in (found.new, found.old):
        for number, one in enumerate(version.sections, 1):
            if one.id == section.id:
                words = view.label_inlines(section.heading)
                inlines: Inlines = (Text(f"{number} "), *words)
                is_here = version is found.new
                return view.html((tree.Link(inlines, f"#{one.id}"),) if is_here else inlines)
    raise KeyError(section.id)


def _line(view: SiteView, part: PartChange) -> Iterator[tree.Inline]:
    """`Added: the first words …`, leading to the place unless it is gone."""
    labels = view.labels
    words = {
        "added": labels["comparison_is_added"],
        "removed": labels["comparison_is_removed"],
        "moved": labels["comparison_is_moved"],
        "changed": labels["comparison_is_changed"],
    }
    told = labels.join([words[change] for change in part.changes])
    old, new = part.old_section, part.new_section
    if part.kind != "section" and old and new and old.id != new.id:
        told = labels.get("comparison_from", change=told, section=view.words(old.heading))
    yield tree.Strong((Text(f"{_capital(told)}:"),))
    yield Text(" ")
    shown: Inlines = (Text(_first_words(view, part)),)
    yield from (tree.Link(shown, f"#{part.id}"),) if part.new else shown


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


MOST_WORDS = 10


def _first_words(view: View, part: PartChange) -> str:
    """Enough of a block to know it by; of a section, whether it is all of it or its heading."""
    block = part.new or part.old
    assert block is not None
    if isinstance(block, Section):
        key = "comparison_own_heading" if part.fields else "comparison_whole"
        return view.labels[key]
    before = ""
    if isinstance(block, CooperationBlock):
        before = f"{tree.plain(view.party(block.with_))}: "
    elif isinstance(block, DefinitionBlock):
        before = f"{view.words(block.term)}: "
    words = " ".join(tree.words_of(view.blocks(block.text))).split()
    return before + " ".join(words[:MOST_WORDS]) + (" …" if len(words) > MOST_WORDS else "")
