"""The document tree → HTML. Every text is escaped here and nowhere else.

Strings are put together plainly, since this runs for every word of every page: a value enters one
only through `escape`.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from markupsafe import Markup

from remit.render import tree

Href = Callable[[str], str]
"""Link target of the tree → href in the page."""


def inlines(parts: tree.Inlines, href: Href) -> Markup:
    return Markup(_inlines(parts, href))


def _inlines(parts: tree.Inlines, href: Href) -> str:
    return "".join(_inline(part, href) for part in parts)


def _inline(part: tree.Inline, href: Href) -> str:
    if isinstance(part, tree.Text):
        return escape(part.text)
    if isinstance(part, tree.Break):
        return "<br>"
    inner = _inlines(part.inlines, href)
    if isinstance(part, tree.Link):
        return _link(part, inner, href)
    if isinstance(part, tree.Foreign):
        return f'<span lang="{escape(part.language)}">{inner}</span>'
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

    `permalink` is the name of the links to blocks with an id; empty for none. `card` makes the
    card of a record that stands alone.
    """

    def __init__(
        self,
        href: Href,
        *,
        heading_base: int = 2,
        permalink: str = "",
        card: Callable[[str], str] | None = None,
    ) -> None:
        self.href = href
        self.heading_base = heading_base
        self.permalink = escape(permalink)
        self.card = card

    def blocks(self, blocks: tree.Blocks) -> Markup:
        return Markup(self._blocks(blocks))

    def _blocks(self, blocks: tree.Blocks) -> str:
        return "\n".join(self._block(block) for block in blocks)

    def _block(self, block: tree.Block) -> str:
        if isinstance(block, tree.Heading):
            return self._heading(block)
        if isinstance(block, tree.Paragraph):
            return self._paragraph(block)
        if isinstance(block, tree.ItemList):
            return self._list(block)
        if isinstance(block, tree.Table):
            return self._table(block)
        if isinstance(block, tree.Quote):
            return f"<blockquote>{self._blocks(block.blocks)}</blockquote>"
        if self.card:
            return self.card(block.address)
        return f"<p>{_inlines(block.inlines, self.href)}</p>"

    def _place(self, id: str) -> tuple[str, str]:
        """Attributes of a block with an id, and the link to it."""
        if not id:
            return "", ""
        id = escape(id)
        attributes = f' class="remit-block" id="{id}"'
        if not self.permalink:
            return attributes, ""
        link = (
            f' <a class="remit-permalink" href="#{id}" aria-label="{self.permalink}"'
            " data-pagefind-ignore>#</a>"
        )
        return attributes, link

    def _heading(self, block: tree.Heading) -> str:
        level = min(6, block.level - 1 + self.heading_base)
        number = (
            f'<span class="remit-number">{escape(block.number)}</span> ' if block.number else ""
        )
        words = _inlines(block.inlines, self.href)
        return f'<h{level} id="{escape(block.id)}">{number}{words}</h{level}>'

    def _paragraph(self, block: tree.Paragraph) -> str:
        attributes, link = self._place(block.id)
        if block.style and not attributes:
            attributes = f' class="remit-{block.style}"'
        return f"<p{attributes}>{_inlines(block.inlines, self.href)}{link}</p>"

    def _list(self, block: tree.ItemList) -> str:
        items = []
        for item in block.items:
            if len(item.blocks) == 1 and isinstance(item.blocks[0], tree.Paragraph):
                inner = _inlines(item.blocks[0].inlines, self.href)
            else:
                inner = self._blocks(item.blocks)
            attributes, link = self._place(item.id)
            items.append(f"<li{attributes}>{inner}{link}</li>")
        tag = "ol" if block.ordered else "ul"
        start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
        return f"<{tag}{start}>{''.join(items)}</{tag}>"

    def _table(self, block: tree.Table) -> str:
        labels = [escape(tree.plain(cell.inlines)) for cell in block.head]
        head = "".join(
            f'<th scope="col">{_inlines(cell.inlines, self.href)}</th>' for cell in block.head
        )
        rows = []
        for row in block.rows:
            cells = []
            for index, cell in enumerate(row):
                attributes, link = self._place(cell.id)
                words = _inlines(cell.inlines, self.href) + link
                if index == 0:
                    cells.append(f'<th scope="row"{attributes}>{words}</th>')
                else:
                    cells.append(f'<td data-label="{labels[index]}"{attributes}>{words}</td>')
            rows.append(f"<tr>{''.join(cells)}</tr>")
        style = f" remit-table--{block.style}" if block.style else ""
        return (
            f'<div class="remit-table{style}"><table><thead><tr>{head}</tr></thead>'
            f"<tbody>{''.join(rows)}</tbody></table></div>"
        )
