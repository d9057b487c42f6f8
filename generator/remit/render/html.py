"""The document tree → HTML. Every text is escaped here and nowhere else.

Strings are put together plainly, since this runs for every word of every page: a value enters one
only through `escape`.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from remit.render import tree

escape = lru_cache(maxsize=8192)(html.escape)
"""For plain strings alone: the same words are escaped again and again."""
Href = Callable[[str], str]
"""Link target of the tree → href in the page."""


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """What screen readers say of marked words and blocks: before them, and after words."""

    added: str = ""
    removed: str = ""
    end: str = ""

    def before(self, mark: tree.Mark) -> str:
        return _hidden({"inserted": self.added, "deleted": self.removed}.get(mark, ""))

    def after(self) -> str:
        return _hidden(self.end)


def _hidden(words: str) -> str:
    return f'<span class="remit-hidden"> {escape(words)} </span>' if words else ""


def moved_links(made: Markup, up: str, new: str) -> Markup:
    """HTML for a page of another depth: only the way up differs."""
    if up == new or not made:
        return made
    return Markup(str(made).replace(f'href="{up}', f'href="{new}'))


def inlines(parts: tree.Inlines, href: Href) -> Markup:
    return Markup(_inlines(parts, href))


def fact_rows(rows: Iterable[tuple[str, str]]) -> Markup:
    """The rows of a list of facts. A value is words, or HTML already."""
    made = [f"<div><dt>{shown(label)}</dt><dd>{shown(value)}</dd></div>" for label, value in rows]
    return Markup("\n".join(made))


def sections(parts: Iterable[tuple[str, str, str]]) -> Markup:
    """The parts of a page, (id, heading, content) each, with their headings."""
    made = []
    for id, heading, content in parts:
        place, weight = shown(id), ' data-pagefind-weight="5"' if id == "names" else ""
        made.append(
            f'<section aria-labelledby="{place}"{weight}>\n'
            f'<h2 id="{place}">{shown(heading)}</h2>\n{shown(content)}\n</section>'
        )
    return Markup("\n".join(made))


def contents(headings: Iterable[tuple[str, str]]) -> Markup:
    """A list of links to the headings of a page, (id, words) each."""
    made = [f'<li><a href="#{shown(id)}">{shown(words)}</a></li>' for id, words in headings]
    return Markup("\n".join(made))


@lru_cache(maxsize=1024)
def legend(entries: tuple[tuple[Markup, str], ...]) -> Markup:
    """What the shapes in a picture mean: a small picture and words each."""
    return Markup(
        "\n".join([f"<li>{swatch} <span>{shown(words)}</span></li>" for swatch, words in entries])
    )


def shown(words: str) -> str:
    """Words escaped as the templates escape them; HTML as it is."""
    return words if isinstance(words, Markup) else _escaped(words)


@lru_cache(maxsize=8192)
def _escaped(words: str) -> str:
    return str(Markup.escape(words))


def items(lines: Iterable[tree.Inlines], href: Href) -> Markup:
    """The items of a list, each on a line of its own."""
    return Markup("\n".join([f"<li>{_inlines(line, href)}</li>" for line in lines]))


def table(head: Sequence[str], rows: Iterable[str]) -> Markup:
    """A table of rows that `row` has made."""
    heads = "".join([f'<th scope="col">{escape(words)}</th>' for words in head])
    return Markup(_table(_classes("remit-table"), heads, "".join(rows)))


def row(cells: Sequence[tree.Inlines], labels: Sequence[str], href: Href) -> str:
    """A row of a table whose columns are called so."""
    return _row([(_inlines(one, href), "") for one in cells], [escape(one) for one in labels])


def listed(made: Iterable[str]) -> Markup:
    """A list of what is HTML already."""
    return Markup(f"<ul>{''.join([f'<li>{one}</li>' for one in made])}</ul>")


def _inlines(parts: tree.Inlines, href: Href, said: ChangeWords | None = None) -> str:
    if len(parts) == 1:
        return _inline(parts[0], href, said)
    return "".join([_inline(part, href, said) for part in parts])


def _inline(part: tree.Inline, href: Href, said: ChangeWords | None) -> str:
    if isinstance(part, tree.Text):
        return escape(part.text)
    if isinstance(part, tree.Break):
        return "<br>"
    inner = _inlines(part.inlines, href, said)
    if isinstance(part, tree.Link):
        return _link(part, inner, href)
    if isinstance(part, tree.Foreign):
        return f'<span lang="{escape(part.language)}">{inner}</span>'
    if isinstance(part, tree.Inserted | tree.Deleted):
        mark: tree.Mark = "inserted" if isinstance(part, tree.Inserted) else "deleted"
        if said:
            inner = f"{said.before(mark)}{inner}{said.after()}"
        return f"<ins>{inner}</ins>" if mark == "inserted" else f"<del>{inner}</del>"
    tag = "strong" if isinstance(part, tree.Strong) else "em"
    return f"<{tag}>{inner}</{tag}>"


def _link(link: tree.Link, inner: str, href: Href) -> str:
    """A link; a glossary word's meaning stands beside it, shown on hover and focus."""
    address = escape(href(link.target))
    if not link.meaning:
        return f'<a href="{address}">{inner}</a>'
    return (
        f'<span class="remit-term"><a href="{address}" aria-describedby="{link.meaning_id}">{inner}'
        f'</a><span class="remit-term__meaning" role="tooltip" id="{link.meaning_id}"'
        f" data-pagefind-ignore>{_inlines(link.meaning, href)}</span></span>"
    )


class TreeToHtml:
    """Blocks → HTML. `heading_base` is the level of the tree's level 1 (2 below a page's h1).

    `card` makes the card of a record that stands alone. `said` announces what a comparison marks: a
    marked block once, marked words in other blocks one by one.
    """

    def __init__(
        self,
        href: Href,
        *,
        heading_base: int = 2,
        card: Callable[[str], str] | None = None,
        said: ChangeWords | None = None,
    ) -> None:
        self.href = href
        self.heading_base = heading_base
        self.card = card
        self.said = said or ChangeWords()

    def blocks(self, blocks: tree.Blocks) -> Markup:
        return Markup(self._blocks(blocks))

    def _blocks(self, blocks: tree.Blocks, within: tree.Mark = "") -> str:
        return "\n".join([self._block(block, within) for block in blocks])

    def _block(self, block: tree.Block, within: tree.Mark) -> str:
        """`within`: the mark of the block round it, which has been announced."""
        if isinstance(block, tree.Heading):
            return self._heading(block, within)
        if isinstance(block, tree.Paragraph):
            return self._paragraph(block, within)
        if isinstance(block, tree.ItemList):
            return self._list(block, within)
        if isinstance(block, tree.Table):
            return self._table(block, within)
        if isinstance(block, tree.Picture | tree.PageBreak):
            return Markup("")
        if isinstance(block, tree.Quote):
            return f"<blockquote>{self._blocks(block.blocks, within)}</blockquote>"
        if self.card:
            return self.card(block.address)
        return f"<p>{_inlines(block.inlines, self.href)}</p>"

    def _words(self, parts: tree.Inlines, mark: tree.Mark) -> str:
        """In a marked block, which is announced as a whole, its words are not."""
        return _inlines(parts, self.href, None if mark else self.said)

    def _announced(self, mark: tree.Mark, within: tree.Mark) -> str:
        return self.said.before(mark) if mark and not within else ""

    def _place(self, id: str, *classes: str) -> str:
        """Attributes of a block."""
        attributes = _classes(*classes)
        return f'{attributes} id="{escape(id)}"' if id else attributes

    def _heading(self, block: tree.Heading, within: tree.Mark) -> str:
        level = min(6, block.level - 1 + self.heading_base)
        number = (
            f'<span class="remit-number">{escape(block.number)}</span> ' if block.number else ""
        )
        words = self._words(block.inlines, block.mark or within)
        attributes = _classes(_mark_class(block.mark))
        if block.id:
            attributes += f' id="{escape(block.id)}"'
        said = self._announced(block.mark, within)
        return f"<h{level}{attributes}>{said}{number}{words}</h{level}>"

    def _paragraph(self, block: tree.Paragraph, within: tree.Mark) -> str:
        style = f"remit-{block.style}" if block.style and not block.id else ""
        attributes = self._place(block.id, style, _mark_class(block.mark))
        words = self._words(block.inlines, block.mark or within)
        return f"<p{attributes}>{self._announced(block.mark, within)}{words}</p>"

    def _list(self, block: tree.ItemList, within: tree.Mark) -> str:
        items = "".join([self._item(item, within) for item in block.items])
        tag = "ol" if block.ordered else "ul"
        start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
        return f"<{tag}{start}>{items}</{tag}>"

    def _item(self, item: tree.ListItem, within: tree.Mark) -> str:
        mark = item.mark or within
        if len(item.blocks) == 1 and isinstance(item.blocks[0], tree.Paragraph):
            inner = self._words(item.blocks[0].inlines, mark)
        else:
            inner = self._blocks(item.blocks, mark)
        attributes = self._place(item.id, _mark_class(item.mark))
        return f"<li{attributes}>{self._announced(item.mark, within)}{inner}</li>"

    def _table(self, block: tree.Table, within: tree.Mark) -> str:
        labels = [escape(tree.plain(cell.inlines)) for cell in block.head]
        whole = block.mark or within
        heads = [self._words(cell.inlines, whole) for cell in block.head]
        heads[:1] = [self._announced(block.mark, within) + words for words in heads[:1]]
        head = "".join([f'<th scope="col">{words}</th>' for words in heads])
        none: tree.Mark = ""
        marks = block.row_marks or (none,) * len(block.rows)
        rows = "".join(
            [
                self._row(row, labels, mark, whole)
                for row, mark in zip(block.rows, marks, strict=True)
            ]
        )
        style = f"remit-table--{block.style}" if block.style else ""
        return _table(_classes("remit-table", style, _mark_class(block.mark)), head, rows)

    def _row(
        self, row: tuple[tree.Cell, ...], labels: list[str], mark: tree.Mark, whole: tree.Mark
    ) -> str:
        cells = [(self._words(cell.inlines, mark or whole), self._place(cell.id)) for cell in row]
        if cells:
            words, place = cells[0]
            cells[0] = self._announced(mark, whole) + words, place
        return _row(cells, labels, _classes(_mark_class(mark)))


def _table(attributes: str, head: str, rows: str) -> str:
    return (
        f"<div{attributes}><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(cells: Sequence[tuple[str, str]], labels: Sequence[str], attributes: str = "") -> str:
    """Of cells with their attributes. The first is the row's header; the others name their column
    for narrow screens."""
    made = []
    for index, (words, place) in enumerate(cells):
        if index == 0:
            made.append(f'<th scope="row"{place}>{words}</th>')
        else:
            made.append(f'<td data-label="{labels[index]}"{place}>{words}</td>')
    return f"<tr{attributes}>{''.join(made)}</tr>"


def _mark_class(mark: tree.Mark) -> str:
    return f"remit-block-{mark}" if mark else ""


@lru_cache(maxsize=1024)
def _classes(*names: str) -> str:
    found = " ".join([name for name in names if name])
    return f' class="{found}"' if found else ""
