"""The whole register → one handbook: a chapter for each kind of record, then an index.

Sections are referred to by their numbers, which are the same in every format, never by pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from remit.model.history import FOLLOWED
from remit.model.records import BY_KIND, Mandate, MandateVersion, Record, Role, Term
from remit.model.register import address_of
from remit.render import tree
from remit.render.document_links import ids
from remit.render.mandate_document import mandate_parts
from remit.render.record_views import record_parts
from remit.render.site_view import SiteView
from remit.render.tree import Cell, Heading, ItemList, Link, ListItem, Paragraph, Table, Text
from remit.render.view import View

CHAPTERS = (
    "mandate",
    "role",
    "contact",
    "duty",
    "organisation",
    "office",
    "network",
    "partner",
    "task",
    "transfer",
    "assignment",
    "legal-basis",
    "category-set",
    "term",
)
"""The kinds of record that have a chapter, in order."""
_FACT_WIDTHS = (0.3, 0.7)
_INDEX_WIDTHS = (0.46, 0.54)


@dataclass(frozen=True, slots=True)
class Handbook:
    chapters: tree.Blocks
    index: tree.Blocks


@dataclass(frozen=True, slots=True)
class _Entry:
    """A record with the number of its section. `version` is the text of a mandate in force."""

    record: Record
    number: str
    version: MandateVersion | None = None

    @property
    def id(self) -> str:
        return address_of(self.record).replace("/", ".")


def handbook(view: View) -> Handbook:
    """The register as it stands on the view's day; what has ended stands last and is marked."""
    view = SiteView(view.register, view.settings, view.language, view.day)
    chapters = [(kind, records) for kind in CHAPTERS if (records := _records(view, kind))]
    entries = [
        [
            _Entry(record, f"{chapter}.{number}", _version(view, record))
            for number, record in enumerate(records, 1)
        ]
        for chapter, (_, records) in enumerate(chapters, 1)
    ]
    writer = _Writer(view, [entry for chapter in entries for entry in chapter])
    blocks: list[tree.Block] = []
    for chapter, (kind, _) in enumerate(chapters, 1):
        heading = (Text(view.labels.kind(kind, "many")),)
        blocks.append(Heading(1, f"chapter.{kind}", heading, str(chapter)))
        blocks.append(Paragraph((Text(view.labels.kind(kind, "intro")),)))
        for entry in entries[chapter - 1]:
            blocks += writer.section(entry)
    return Handbook(tuple(blocks), writer.index())


def _records(view: View, kind: str) -> list[Record]:
    """Those of a kind, by name; of mandates those that are in force."""
    found = [
        record
        for record in view.register.all(BY_KIND[kind])
        if not isinstance(record, Mandate) or view.as_of.version(record.id)
    ]
    return sorted(
        found,
        key=lambda one: (view.has_ended(one), view.labels.sort_key(view.name(one)), one.id),
    )


def _version(view: View, record: Record) -> MandateVersion | None:
    return view.as_of.version(record.id) if isinstance(record, Mandate) else None


@dataclass
class _Writer:
    """Writes sections whose ids are their own and whose links stay inside the handbook where what
    they lead to stands in it."""

    view: SiteView
    entries: Sequence[_Entry]

    def __post_init__(self) -> None:
        self.places: dict[str, str] = {}
        for entry in self.entries:
            self.places[address_of(entry.record)] = entry.id
            if entry.version:
                self.places[address_of(entry.version)] = entry.id
        self.bodies = {
            entry.id: mandate_parts(self.view, entry.version)
            for entry in self.entries
            if entry.version
        }
        self.inner = {
            f"{id}.{block}" for id, parts in self.bodies.items() for block in ids(parts.body)
        }

    # --- sections ---

    def section(self, entry: _Entry) -> tree.Blocks:
        name = self.view.name_inlines(entry.record)
        if entry.version:
            name = self.view.label_inlines(entry.version.title)
            told = self._mandate(entry, entry.version)
        else:
            told = self._record(entry.record)
        heading = Heading(2, entry.id, name, entry.number)
        return (heading, *(self._moved(block, entry) for block in told))

    def _mandate(self, entry: _Entry, version: MandateVersion) -> tree.Blocks:
        parts = self.bodies[entry.id]
        return (*parts.notices, parts.facts, *parts.body, *self._foot(version))

    def _record(self, record: Record) -> tree.Blocks:
        view, made = self.view, record_parts(self.view, record)
        summary = view.summary(record)
        blocks: list[tree.Block] = [*self._standing(record)]
        if summary:
            blocks.append(Paragraph(summary))
        if made.facts:
            rows = tuple((Cell((Text(label),)), Cell(value)) for label, value in made.facts)
            head = tuple(Cell((Text(view.labels[key]),)) for key in ("fact", "value"))
            blocks.append(Table(head, rows, _FACT_WIDTHS, style="facts"))
        for part in made.parts:
            if part.printed:
                blocks += [_label(part.heading), *part.printed]
        return (*blocks, *self._foot(record))

    def _standing(self, record: Record) -> Iterator[Paragraph]:
        """That it has ended or is still to begin."""
        view = self.view
        standing = view.as_of.standing(record)
        if isinstance(record, FOLLOWED) and standing != "now":
            words = f"{view.labels[f'standing_{standing.value}']}: "
            words += view.labels.period(view.register.life(record))
            yield Paragraph((tree.Strong((Text(words),)),))

    def _foot(self, record: Record) -> Iterator[tree.Block]:
        """What is not known, and where it is from."""
        view = self.view
        if record.caveats:
            yield _label(view.labels["caveats"])
            yield ItemList(
                tuple(ListItem((Paragraph(view.inlines(one.text)),)) for one in record.caveats)
            )
        for source in record.sources:
            language = source.language or record.authoritative_language
            title: tree.Inlines = (Text(source.title),)
            if language != view.language:
                title = (tree.Foreign(title, language),)
            words = (Text(f"{view.labels['source']}: "), *title, Text(f", {source.publisher}"))
            yield Paragraph(words, style="note")

    # --- index ---

    def index(self) -> tree.Blocks:
        """Roles and terms in the language's own order; other words point to the one used."""
        t = self.view.labels
        lines = {
            (word, entry.id): (t.sort_key(word), word, entry)
            for entry in self.entries
            for word in self._words(entry.record)
        }
        found = sorted(lines.values(), key=lambda line: (line[0], line[1], line[2].id))
        rows = tuple(self._line(word, entry) for _, word, entry in found)
        if not rows:
            return ()
        head = (Cell((Text(t["word"]),)), Cell((Text(t["index_where"]),)))
        return (
            Heading(1, "index", (Text(t["index"]),)),
            Table(head, rows, _INDEX_WIDTHS),
        )

    def _words(self, record: Record) -> list[str]:
        """Everything a role or a term is looked up by: its name first."""
        view = self.view
        words = [view.name(record)]
        if isinstance(record, Term):
            words += record.other_words.get(view.language, [])
        elif isinstance(record, Role):
            short = view.as_of.short(record)
            others = view.as_of.other_names(record)
            words += [view.words(short)] if short else []
            words += [view.words(dated.name) for dated in others]
            words += [view.words(dated.short) for dated in others if dated.short]
        else:
            return []
        return list(dict.fromkeys(words))

    def _line(self, word: str, entry: _Entry) -> tuple[Cell, Cell]:
        target, name = f"#{entry.id}", self.view.name_inlines(entry.record)
        number = Link((Text(entry.number),), target)
        if word == self.view.name(entry.record):
            return Cell(name), Cell((number,))
        see = (Text(f"{self.view.labels['index_see']} "), *name, Text(", "), number)
        return Cell((Text(word),)), Cell(see)

    # --- ids and links ---

    def _moved(self, block: tree.Block, entry: _Entry) -> tree.Block:
        """The block with the handbook's ids and links, and its headings below the section's."""

        def own(id: str) -> str:
            return f"{entry.id}.{id}" if id and entry.version else ""

        def cells(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
            return tuple(
                replace(cell, inlines=self._inlines(cell.inlines), id=own(cell.id)) for cell in row
            )

        if isinstance(block, Heading):
            words = self._inlines(block.inlines)
            if not block.number:
                return Paragraph(words, own(block.id), "label")
            return Heading(3, own(block.id), words, f"{entry.number}.{block.number}")
        if isinstance(block, Paragraph):
            return replace(block, inlines=self._inlines(block.inlines), id=own(block.id))
        if isinstance(block, ItemList):
            items = tuple(
                ListItem(tuple(self._moved(one, entry) for one in item.blocks), own(item.id))
                for item in block.items
            )
            return replace(block, items=items)
        if isinstance(block, Table):
            rows = tuple(cells(row) for row in block.rows)
            return replace(block, head=cells(block.head), rows=rows, id=own(block.id))
        if isinstance(block, tree.Quote):
            return tree.Quote(tuple(self._moved(one, entry) for one in block.blocks))
        if isinstance(block, tree.CardLink):
            return Paragraph(self._inlines(block.inlines))
        return block

    def _inlines(self, inlines: tree.Inlines) -> tree.Inlines:
        moved: list[tree.Inline] = []
        for one in inlines:
            if isinstance(one, tree.Strong | tree.Emph | tree.Foreign):
                moved.append(replace(one, inlines=self._inlines(one.inlines)))
            elif isinstance(one, Link):
                words = self._inlines(one.inlines)
                moved.append(Link(words, inside(one.target, self.places, self.inner)))
            else:
                moved.append(one)
        return tuple(moved)


def inside(target: str, places: Mapping[str, str], inner: set[str]) -> str:
    """Where a link leads in the handbook; what stands in none of its sections is on the site."""
    address, _, block = target.partition("#")
    id = places.get(address.rstrip("/"))
    if id is None:
        return target
    return f"#{id}.{block}" if f"{id}.{block}" in inner else f"#{id}"


def _label(words: str) -> Paragraph:
    return Paragraph((Text(words),), style="label")
