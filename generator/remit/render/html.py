"""The document tree → HTML. Every text is escaped here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup, escape

from remit.render import tree

Href = Callable[[str], str]
"""Link target of the tree → href in the page."""


def inlines(parts: tree.Inlines, href: Href) -> Markup:
    return Markup("").join(_inline(part, href) for part in parts)


def _inline(part: tree.Inline, href: Href) -> Markup:
    if isinstance(part, tree.Text):
        return escape(part.text)
    if isinstance(part, tree.Break):
        return Markup("<br>")
    inner = inlines(part.inlines, href)
    if isinstance(part, tree.Strong):
        return Markup("<strong>{}</strong>").format(inner)
    if isinstance(part, tree.Emph):
        return Markup("<em>{}</em>").format(inner)
    if isinstance(part, tree.Foreign):
        return Markup('<span lang="{}">{}</span>').format(part.language, inner)
    return Markup('<a href="{}">{}</a>').format(href(part.target), inner)


class TreeToHtml:
    """Blocks → HTML. `heading_base` is the level of the tree's level 1 (2 below a page's h1)."""

    def __init__(
        self,
        href: Href,
        *,
        heading_base: int = 2,
        permalink: str = "",
        card: Callable[[str], Markup] | None = None,
    ) -> None:
        self.href, self.heading_base, self.permalink, self.card = (
            href,
            heading_base,
            permalink,
            card,
        )

    def blocks(self, blocks: tree.Blocks) -> Markup:
        return Markup("\n").join(self.block(block) for block in blocks)

    def block(self, block: tree.Block) -> Markup:
        if isinstance(block, tree.Heading):
            return self._heading(block)
        if isinstance(block, tree.Paragraph):
            return self._paragraph(block)
        if isinstance(block, tree.ItemList):
            return self._list(block)
        if isinstance(block, tree.Table):
            return self._table(block)
        if isinstance(block, tree.Quote):
            return Markup("<blockquote>{}</blockquote>").format(self.blocks(block.blocks))
        if self.card:
            return self.card(block.address)
        return Markup("<p>{}</p>").format(inlines(block.inlines, self.href))

    def _link_to_itself(self, id: str) -> Markup:
        if not (id and self.permalink):
            return Markup("")
        return Markup(' <a class="remit-permalink" href="#{}" aria-label="{}">#</a>').format(
            id, self.permalink
        )

    def _heading(self, block: tree.Heading) -> Markup:
        level = min(6, block.level - 1 + self.heading_base)
        number = (
            Markup('<span class="remit-number">{}</span> ').format(block.number)
            if block.number
            else Markup("")
        )
        words = inlines(block.inlines, self.href)
        return Markup('<h{} id="{}">{}{}</h{}>').format(level, block.id, number, words, level)

    def _paragraph(self, block: tree.Paragraph) -> Markup:
        words = inlines(block.inlines, self.href)
        kind = Markup(' class="remit-{}"').format(block.style) if block.style else Markup("")
        if not block.id:
            return Markup("<p{}>{}</p>").format(kind, words)
        return Markup('<p class="remit-block" id="{}">{}{}</p>').format(
            block.id, words, self._link_to_itself(block.id)
        )

    def _list(self, block: tree.ItemList) -> Markup:
        items = []
        for item in block.items:
            if len(item.blocks) == 1 and isinstance(item.blocks[0], tree.Paragraph):
                inner = inlines(item.blocks[0].inlines, self.href)
            else:
                inner = self.blocks(item.blocks)
            if item.id:
                items.append(
                    Markup('<li class="remit-block" id="{}">{}{}</li>').format(
                        item.id, inner, self._link_to_itself(item.id)
                    )
                )
            else:
                items.append(Markup("<li>{}</li>").format(inner))
        tag = "ol" if block.ordered else "ul"
        start = (
            Markup(' start="{}"').format(block.start)
            if block.ordered and block.start != 1
            else Markup("")
        )
        return Markup("<{}{}>{}</{}>").format(tag, start, Markup("").join(items), tag)

    def _table(self, block: tree.Table) -> Markup:
        heads = [inlines(cell.inlines, self.href) for cell in block.head]
        labels = [tree.plain(cell.inlines) for cell in block.head]
        head = Markup("").join(Markup('<th scope="col">{}</th>').format(words) for words in heads)
        rows = []
        for row in block.rows:
            cells = []
            for index, cell in enumerate(row):
                words = inlines(cell.inlines, self.href)
                anchor = (
                    Markup(' id="{}" class="remit-block"').format(cell.id)
                    if cell.id
                    else Markup("")
                )
                words += self._link_to_itself(cell.id)
                if index == 0:
                    cells.append(Markup('<th scope="row"{}>{}</th>').format(anchor, words))
                else:
                    cells.append(
                        Markup('<td data-label="{}"{}>{}</td>').format(labels[index], anchor, words)
                    )
            rows.append(Markup("<tr>{}</tr>").format(Markup("").join(cells)))
        return Markup(
            '<div class="remit-table{}"><table><thead><tr>{}</tr></thead>'
            "<tbody>{}</tbody></table></div>"
        ).format(
            f" remit-table--{block.style}" if block.style else "", head, Markup("").join(rows)
        )
