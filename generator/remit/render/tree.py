"""The document tree: one tree of blocks with ids that feeds HTML, DOCX, ODT and PDF alike.

Plain frozen data. Text in it is text: nothing in a `Text` is ever markup of any format.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, TypeVar, dataclass_transform

Node = TypeVar("Node")


@dataclass_transform(frozen_default=True)
def node(cls: type[Node]) -> type[Node]:
    """A part of the tree: frozen to the type checker, and left so by everyone.

    One that guards itself takes three times as long to make, and a site is made of millions.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)


@node
class Text:
    text: str


@node
class Strong:
    inlines: tuple[Inline, ...]


@node
class Emph:
    inlines: tuple[Inline, ...]


@node
class Link:
    """`target`: http(s) or mailto or tel address, `#id` in this document, or a record's address
    (`roles/competence-team`, perhaps with `#block`), which each format makes its own link of.

    `meaning` explains a glossary word where it stands; only the site's guidance pages have it.
    """

    inlines: tuple[Inline, ...]
    target: str
    meaning: tuple[Inline, ...] = ()
    meaning_id: str = ""


@node
class Foreign:
    """Words in another language than the text around them."""

    inlines: tuple[Inline, ...]
    language: str


@node
class Break:
    """A line break inside a paragraph."""


@node
class Inserted:
    """Words that a comparison's newer version added. Stands inside `Strong`, `Link` and the like,
    never round them: no format takes a link in a change."""

    inlines: tuple[Text | Break, ...]


@node
class Deleted:
    """Words that only a comparison's older version has; placed as `Inserted`."""

    inlines: tuple[Text | Break, ...]


Inline = Text | Strong | Emph | Link | Foreign | Break | Inserted | Deleted
Inlines = tuple[Inline, ...]

Mark = Literal["", "inserted", "deleted"]
"""Whether a whole block is new or gone in a comparison; its words are marked one by one too."""
Side = Literal["both", "old", "new"]
"""Which words of a comparison are meant: all, the older version's, the newer version's."""


@node
class Heading:
    """`level` 1 is the first below the title, and none may be skipped: the PDF refuses it.

    `number` is "2.1", or empty for none. `id` is unique in the document, whatever its case, and
    not empty where the document shows its contents.
    """

    level: int
    id: str
    inlines: Inlines
    number: str = ""
    mark: Mark = ""


@node
class Paragraph:
    """`style`: "" running text · "lead" · "note" (small) · "label" (a bold line above a list)."""

    inlines: Inlines
    id: str = ""
    style: Literal["", "lead", "note", "label"] = ""
    mark: Mark = ""


@node
class ListItem:
    blocks: tuple[Block, ...]
    id: str = ""
    mark: Mark = ""


@node
class ItemList:
    items: tuple[ListItem, ...]
    ordered: bool = False
    start: int = 1


@node
class Cell:
    """`day`: the day that the words say, where they say one exactly; spreadsheets keep it."""

    inlines: Inlines
    id: str = ""
    day: date | None = None


@node
class Table:
    """A table with a header row. `widths` are shares of the text width that add up to 1.

    `style`: "" an ordinary table · "facts" label and value, the first column being row headers ·
    "signature" the signature block, with room to write · "form" empty rows for the reader to fill
    in. `mark` is the whole table's, its header row included; `row_marks` has a mark per row, or is
    empty when no row is marked.
    """

    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...]
    id: str = ""
    style: Literal["", "facts", "signature", "form"] = ""
    mark: Mark = ""
    row_marks: tuple[Mark, ...] = ()


@node
class Quote:
    blocks: tuple[Block, ...]


@node
class CardLink:
    """A record named alone in a paragraph: shown as a card on the site, as a link in documents."""

    address: str
    inlines: Inlines


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing: `svg` is the drawing's source, which holds no script, no text and no address.

    Width and height are in millimetres. `alt` says in words what it shows, in the document's
    language; it is spoken and not printed.
    """

    svg: str
    alt: str
    width: float
    height: float
    beside: bool = False
    """At the right margin, beside the small print that follows it."""
    png: bytes = field(default=b"", repr=False)
    """The same drawing for readers that know no SVG; made of it when not given."""


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page. It has no words, and the site leaves it out."""


Block = Heading | Paragraph | ItemList | Table | Quote | CardLink | Picture | PageBreak
Blocks = tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The issuing body, as it stands at the head of the first page."""

    name: str
    address: str = ""
    logo: Picture | None = None
    logo_side: Literal["left", "right"] = "left"
    ink: str = "1f2a3c"
    """Colour of titles and headings, six hex digits."""
    accent: str = "1f2a3c"
    """Colour of the rule under the letterhead and of what is to stand out, six hex digits."""
    language: str = ""
    """The name's language, where it is another than the document's."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A source of the document, to be put inside the PDF that is asked for with its sources."""

    name: str
    """File name, such as competence-team-2018-06-19.yml."""
    content: bytes
    description: str
    """What the file is, in the document's language."""


@dataclass(frozen=True, slots=True)
class Redline:
    """What makes a document a comparison of two versions: its changes can be taken or refused."""

    author: str
    """Who the changes are attributed to in the formats that track them: the issuing body."""
    moment: str
    """When they were made, ISO 8601 in UTC with seconds: 2018-06-19T00:00:00Z."""
    title: Inlines
    """The title with its changed words marked; `Document.title` is the newer version's."""
    summary: Blocks
    """What changed, in words: printed where the format tracks no changes itself."""
    said_added: str = ""
    """Spoken and not printed before added words, where the format tracks no changes itself."""
    said_removed: str = ""
    said_end: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A formal document in one language: what is printed, and what its properties say."""

    address: str
    """Address of the record, such as mandates/competence-team/2018-06-19."""
    file_name: str
    """Name of the files without ending, such as competence-team-2018-06-19-nb."""
    language: str
    """Language code of the text: nb, sv, en."""
    document_id: str
    """The issuing body's id of the document; the record's address where it has none."""
    title: str
    letterhead: Letterhead
    reference: tuple[tuple[str, str], ...]
    """Label and value of what stands beside the letterhead: document id, case number, date."""
    running_title: str
    """Short line in the header of the pages after the first."""
    running_id: str
    """Document id and version in the header of the pages after the first."""
    footer: str
    """Left part of the footer: the demonstration notice, or the body's name."""
    page_label: str
    """Label of page numbers, with the places {page} and {pages}: "Side {page} av {pages}"."""
    contents_label: str
    """Heading of the table of contents."""
    show_contents: bool
    subject: str
    description: str
    keywords: tuple[str, ...]
    rights: str
    version: str
    """The version's day, ISO 8601."""
    date: str
    """Day for the file's own dates, ISO 8601: last change, or the version's day."""
    web_address: str
    fingerprint: str
    """SHA-256 of the sources, shortened to 16 hex digits."""
    blocks: Blocks = field(default=())
    redline: Redline | None = None
    kind: str = "mandate"
    """Id of the document's kind, which is the name of its template."""
    revision: str = ""
    """The git revision that last changed the sources, 40 hex digits; empty when it is not known."""
    line_numbers: bool = False
    """Whether the lines are numbered in the margin, so that a hearing can refer to them."""
    landscape: bool = False
    title_language: str = ""
    """The title's language, where it is another than the document's."""
    attachments: tuple[Attachment, ...] = ()
    """Put inside the PDF, which then follows PDF/A-3a instead of PDF/A-2a."""

    @property
    def shown_title(self) -> Inlines:
        """The title as it is printed: marked in a comparison, and with its own language."""
        if self.redline:
            return self.redline.title
        words: Inlines = (Text(self.title),)
        return (Foreign(words, self.title_language),) if self.title_language else words


def plain(inlines: Inlines, side: Side = "both") -> str:
    """The words of inlines."""
    parts = []
    for inline in inlines:
        if isinstance(inline, Text):
            parts.append(inline.text)
        elif isinstance(inline, Break):
            parts.append(" ")
        elif not _belongs_to_other(inline, side):
            parts.append(plain(inline.inlines, side))
    return "".join(parts)


def _belongs_to_other(inline: Inline, side: Side) -> bool:
    other = {"old": Inserted, "new": Deleted}.get(side)
    return other is not None and isinstance(inline, other)


def has_changes(inlines: Inlines) -> bool:
    """Whether any of the words is marked in a comparison."""
    return any(
        isinstance(inline, Inserted | Deleted)
        or (not isinstance(inline, Text | Break) and has_changes(inline.inlines))
        for inline in inlines
    )


def in_language(blocks: Blocks, language: str) -> Blocks:
    """The same blocks, every text in them marked as being in `language`."""

    def marked(inlines: Inlines) -> Inlines:
        return (Foreign(inlines, language),)

    def one(block: Block) -> Block:
        if isinstance(block, ItemList):
            items = tuple(
                replace(item, blocks=in_language(item.blocks, language)) for item in block.items
            )
            return replace(block, items=items)
        if isinstance(block, Quote):
            return Quote(in_language(block.blocks, language))
        if isinstance(block, Table):
            rows = tuple(
                tuple(replace(cell, inlines=marked(cell.inlines)) for cell in row)
                for row in (block.head, *block.rows)
            )
            return replace(block, head=rows[0], rows=rows[1:])
        if isinstance(block, Picture | PageBreak):
            return block
        return replace(block, inlines=marked(block.inlines))

    return tuple(one(block) for block in blocks)


def words_of(blocks: Blocks, side: Side = "both") -> Iterator[str]:
    """The text of every block in reading order: the yardstick for every format.

    With a `side`, a comparison's blocks that the other version alone has are left out.
    """
    gone = {"old": "inserted", "new": "deleted"}.get(side)
    for block in blocks:
        if isinstance(block, Heading):
            if block.mark != gone:
                number = f"{block.number} " if block.number else ""
                yield number + plain(block.inlines, side)
        elif isinstance(block, Paragraph):
            if block.mark != gone:
                yield plain(block.inlines, side)
        elif isinstance(block, CardLink):
            yield plain(block.inlines, side)
        elif isinstance(block, ItemList):
            for item in block.items:
                if item.mark != gone:
                    yield from words_of(item.blocks, side)
        elif isinstance(block, Quote):
            yield from words_of(block.blocks, side)
        elif isinstance(block, Table) and block.mark != gone:
            rows = [block.head]
            for index, row in enumerate(block.rows):
                if not block.row_marks or block.row_marks[index] != gone:
                    rows.append(row)
            for row in rows:
                for cell in row:
                    yield plain(cell.inlines, side)
