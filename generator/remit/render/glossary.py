"""Glossary words on a page explain themselves: each link to one gets its meaning beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from remit.model.records import Term
from remit.model.register import address_of
from remit.render import tree
from remit.render.view import View


def explained(
    view: View, blocks: tree.Blocks
) -> tuple[tree.Blocks, list[tuple[Term, tree.Inlines]]]:
    """The blocks with meanings at their glossary words, and the words in the order they come.

    The meanings are those of the view's day. Headings are left as they are.
    """
    explainer = _Explainer(view)
    made = explainer.blocks(blocks)
    return made, list(explainer.found.values())


@dataclass
class _Explainer:
    view: View
    found: dict[str, tuple[Term, tree.Inlines]] = field(default_factory=dict)
    links: int = 0

    def blocks(self, blocks: Iterable[tree.Block]) -> tree.Blocks:
        return tuple(self.block(block) for block in blocks)

    def block(self, block: tree.Block) -> tree.Block:
        if isinstance(block, tree.Paragraph):
            return replace(block, inlines=self.inlines(block.inlines))
        if isinstance(block, tree.ItemList):
            items = (replace(item, blocks=self.blocks(item.blocks)) for item in block.items)
            return replace(block, items=tuple(items))
        if isinstance(block, tree.Quote):
            return tree.Quote(self.blocks(block.blocks))
        if isinstance(block, tree.Table):
            rows = (
                tuple(replace(cell, inlines=self.inlines(cell.inlines)) for cell in row)
                for row in block.rows
            )
            return replace(block, rows=tuple(rows))
        return block

    def inlines(self, inlines: tree.Inlines) -> tree.Inlines:
        return tuple(self._inlines(inlines))

    def _inlines(self, inlines: tree.Inlines) -> Iterator[tree.Inline]:
        for inline in inlines:
            if isinstance(inline, tree.Link):
                yield self.link(inline)
            elif isinstance(inline, tree.Strong | tree.Emph | tree.Foreign):
                yield replace(inline, inlines=self.inlines(inline.inlines))
            else:
                yield inline

    def link(self, link: tree.Link) -> tree.Link:
        term = self.view.register.at(link.target)
        if not isinstance(term, Term):
            return link
        _, meaning = self.found.setdefault(address_of(term), (term, self.meaning(term)))
        self.links += 1
        return replace(link, meaning=meaning, meaning_id=f"meaning-{self.links}")

    def meaning(self, term: Term) -> tree.Inlines:
        """Plain words, since what is shown and gone again is no place for links, marked with their
        language, since they may stand in a page that is shown in another."""
        local = self.view.as_of.meaning(term)
        _, language = local.best(*self.view.languages)
        words = tree.Text(tree.plain(self.view.inlines(local)))
        return (tree.Foreign((words,), language),)
