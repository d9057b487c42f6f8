"""The register's Markdown subset → the document tree.

CommonMark by markdown-it-py with only what is listed here switched on; `[[record]]` beside it.
Raw HTML, pictures and attributes are not Markdown here: they stay the text they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from remit.model.links import LINK
from remit.render import tree

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

LinkWords = Callable[[str, str, str], tuple[str, tree.Inlines]]
"""(target, fragment, words) → (address, words shown) of a `[[link]]`."""

_SPECIAL = re.compile(r"[*_\[\]\\<>&`~#|!\n]")
_ITEM = re.compile(r"\s*(?:[-+]|\d+[.)])\s")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SAFE = re.compile(r"(?:https?://[^\s/]|mailto:|tel:\+?\d)", re.I)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # most texts have no need of it

    parser = MarkdownIt("zero")
    parser.enable(
        ["heading", "list", "table", "blockquote", "emphasis", "link", "escape", "entity"]
    )
    parser.enable(["newline", "balance_pairs", "fragments_join"], ignoreInvalid=True)
    parser.inline.ruler.before("link", "record_link", _record_link)
    parser.validateLink = lambda url: bool(_SAFE.match(url))  # type: ignore[method-assign]
    return parser


def _record_link(state: StateInline, silent: bool) -> bool:
    match = LINK.match(state.src, state.pos)
    if not match:
        return False
    if not silent:
        token = state.push("record_link", "", 0)
        target, fragment, words = _link_of(match)
        token.meta = {"target": target, "fragment": fragment, "words": words}
    state.pos = match.end()
    return True


def _is_plain(text: str) -> bool:
    """Whether there is no Markdown in it."""
    return not _SPECIAL.search(text) and not _ITEM.match(text) and "://" not in text


def inlines(text: str, link: LinkWords) -> tree.Inlines:
    """The text of one paragraph; further paragraphs follow after line breaks."""
    if _is_plain(text):
        return words(text)
    pieces = _with_links_only(text)
    if pieces:
        return _linked(pieces, link)
    parts: list[tree.Inline] = []
    for block in blocks(text, link):
        if parts:
            parts.append(tree.Break())
        if isinstance(block, tree.Paragraph | tree.CardLink):
            parts.extend(block.inlines)
        else:
            parts.append(tree.Text(" · ".join(tree.words_of((block,)))))
    return tuple(parts)


@lru_cache(maxsize=16384)
def words(text: str) -> tree.Inlines:
    """Words without any Markdown, however they are divided into lines."""
    return (tree.Text(" ".join(text.split())),)


def blocks(
    text: str, link: LinkWords, *, base_level: int = 1, prefix: str = "", cards: bool = False
) -> tree.Blocks:
    """A text of several paragraphs. `## heading` becomes level `base_level`; heading ids are made
    of `prefix` and their number. `cards`: a paragraph that is one record link becomes a card."""
    if _is_plain(text):
        return (tree.Paragraph(words(text)),)
    pieces = _with_links_only(text)
    if pieces and cards and len(pieces) == 1:
        return (_card(*link(*pieces[0])),)
    if pieces:
        return (tree.Paragraph(_linked(pieces, link)),)
    tokens = _parser().parse(text)
    return _Builder(tokens, link, base_level, prefix, cards).blocks()


_Piece = tuple[str] | tuple[str, str, str]
"""Words, or a link's target, fragment and words."""


@lru_cache(maxsize=4096)
def _with_links_only(text: str) -> tuple[_Piece, ...]:
    """The pieces of one paragraph that has no other Markdown in it than links to records, which
    most texts have no more than; of any other text nothing."""
    if "[[" not in text or _CONTROL.search(text):
        return ()
    pieces: list[_Piece] = []
    end, text = 0, text.strip()
    for match in LINK.finditer(text):
        pieces += [(text[end : match.start()],), _link_of(match)]
        end = match.end()
    pieces.append((text[end:],))
    if not all(_is_plain(piece[0]) for piece in pieces[::2]):
        return ()
    return tuple(piece for piece in pieces if piece != ("",))


def _link_of(match: re.Match[str]) -> tuple[str, str, str]:
    target, _, fragment = match[1].strip().partition("#")
    return target, fragment, (match[2] or "").strip()


def _linked(pieces: tuple[_Piece, ...], link: LinkWords) -> tree.Inlines:
    parts: list[tree.Inline] = []
    for piece in pieces:
        if len(piece) == 1:
            parts.append(tree.Text(piece[0]))
            continue
        address, shown = link(*piece)
        parts.extend((tree.Link(shown, address),) if address else shown)
    return tuple(parts)


def _card(address: str, shown: tree.Inlines) -> tree.CardLink:
    return tree.CardLink(address, (tree.Link(shown, address),) if address else shown)


class _Builder:
    def __init__(
        self, tokens: Sequence[Token], link: LinkWords, base_level: int, prefix: str, cards: bool
    ) -> None:
        self.tokens, self.link, self.at = tokens, link, 0
        self.base_level, self.prefix, self.cards, self.headings = base_level, prefix, cards, 0

    def blocks(self, until: str = "") -> tree.Blocks:
        found: list[tree.Block] = []
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            if token.type == until:
                break
            if token.type == "paragraph_open":
                found.append(self._paragraph())
            elif token.type == "heading_open":
                self.headings += 1
                level = max(1, int(token.tag[1]) - 2 + self.base_level)
                words = self._inline()
                found.append(tree.Heading(level, f"{self.prefix}{self.headings}", words))
            elif token.type in ("bullet_list_open", "ordered_list_open"):
                found.append(self._list(token))
            elif token.type == "blockquote_open":
                found.append(tree.Quote(self.blocks("blockquote_close")))
            elif token.type == "table_open":
                found.append(self._table())
            elif token.type == "inline":
                found.append(tree.Paragraph(self._spans(token.children or [])))
        return tuple(found)

    def _inline(self) -> tree.Inlines:
        """The inline token here and the closing token after it."""
        token = self.tokens[self.at]
        self.at += 2
        return self._spans(token.children or [])

    def _paragraph(self) -> tree.Block:
        children = [
            c for c in self.tokens[self.at].children or [] if c.content or c.meta or c.nesting
        ]
        if self.cards and len(children) == 1 and children[0].type == "record_link":
            self.at += 2
            return _card(*self._target(children[0]))
        return tree.Paragraph(self._inline())

    def _target(self, token: Token) -> tuple[str, tree.Inlines]:
        return self.link(token.meta["target"], token.meta["fragment"], token.meta["words"])

    def _list(self, opening: Token) -> tree.ItemList:
        items = []
        ordered = opening.type == "ordered_list_open"
        closing = opening.type.replace("open", "close")
        while self.tokens[self.at].type != closing:
            self.at += 1  # list_item_open
            items.append(tree.ListItem(self.blocks("list_item_close")))
        self.at += 1
        return tree.ItemList(tuple(items), ordered, int(opening.attrGet("start") or 1))

    def _table(self) -> tree.Table:
        head: list[tree.Cell] = []
        rows: list[tuple[tree.Cell, ...]] = []
        row: list[tree.Cell] = []
        while self.tokens[self.at].type != "table_close":
            token = self.tokens[self.at]
            self.at += 1
            if token.type in ("th_open", "td_open"):
                cell = tree.Cell(self._inline())
                (head if token.type == "th_open" else row).append(cell)
            elif token.type == "tr_close" and row:
                rows.append(tuple(row))
                row = []
        self.at += 1
        width = 1 / max(1, len(head))
        return tree.Table(tuple(head), tuple(rows), (width,) * len(head))

    def _spans(self, children: Sequence[Token]) -> tree.Inlines:
        stack: list[tuple[str, list[Any]]] = [("", [])]
        for child in children:
            here = stack[-1][1]
            if child.type in ("text", "text_special", "code_inline"):
                if child.content:
                    here.append(tree.Text(child.content))
            elif child.type == "softbreak":
                here.append(tree.Text(" "))
            elif child.type == "hardbreak":
                here.append(tree.Break())
            elif child.type == "record_link":
                address, words = self._target(child)
                here.extend((tree.Link(words, address),) if address else words)
            elif child.nesting == 1:
                stack.append((str(child.attrGet("href") or ""), []))
            elif child.nesting == -1 and len(stack) > 1:
                href, inner = stack.pop()
                made = tuple(inner)
                node: tree.Inline = (
                    tree.Strong(made)
                    if child.type == "strong_close"
                    else tree.Link(made, href)
                    if child.type == "link_close"
                    else tree.Emph(made)
                )
                stack[-1][1].append(node)
            elif child.content:
                here.append(tree.Text(child.content))
        return tuple(stack[0][1])
