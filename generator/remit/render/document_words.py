"""What a file of a document says: the yardstick for a file that someone hands in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from remit.render.document_links import headings, link_address, link_targets, tables
from remit.render.labels import labels_for
from remit.render.pandoc import automatic_numbers
from remit.render.tree import Blocks, Document, Heading, ItemList, Picture, Quote, plain, words_of

_BETWEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_HYPHENS = {ord("\u2010"): "-", ord("\u2011"): "-"}


def normal_words(text: str) -> list[str]:
    """Words as they are compared: composed letters, one kind of hyphen, white space cut."""
    return unicodedata.normalize("NFC", text).translate(_BETWEEN | _HYPHENS).split()


@dataclass(frozen=True, slots=True)
class Said:
    """`words` of the body, with where each heading begins; what may stand beside the body; every
    address that a link leads to; how many pictures there are."""

    words: list[str]
    headings: list[tuple[int, str]]
    beside: list[str]
    links: set[str]
    pictures: int


def said_by(document: Document, file_format: str, link_base: str) -> Said:
    """What a file of this format says. DOCX and ODT count the numbers of headings themselves."""
    automatic = automatic_numbers(document.blocks) if file_format != "pdf" else frozenset[int]()
    position = 0
    words = normal_words(document.title)
    places: list[tuple[int, str]] = []
    for block in document.blocks:
        shown = block
        if isinstance(block, Heading):
            if file_format == "pdf" and document.show_contents and not places:
                words += normal_words(document.contents_label)
            places.append((len(words), " ".join([*words_of((block,))])))
            if position in automatic:
                shown = replace(block, number="")
        position += sum(1 for _ in headings((block,)))
        words += normal_words(" ".join(words_of((shown,))))
    targets = (target for target in link_targets(document.blocks) if not target.startswith("#"))
    pictures = sum(1 for _ in _pictures(document.blocks))
    return Said(
        words,
        places,
        _beside(document),
        {link_address(target, link_base) for target in targets},
        pictures + (document.letterhead.logo is not None),
    )


def same_but_for_the_day(one: Document, day: date, other: Document, other_day: date) -> bool:
    """Whether two documents say the same when each calls its own day "today"."""
    label = labels_for(one.language).day
    first, second = (
        " ".join(normal_words(" ".join(words_of(document.blocks)))).replace(
            " ".join(normal_words(label(made_on))), "today"
        )
        for document, made_on in ((one, day), (other, other_day))
    )
    return first.replace(one.fingerprint, "") == second.replace(other.fingerprint, "")


def _beside(document: Document) -> list[str]:
    """Everything that headers, footers, the letterhead, the table of contents and the head of a
    table on its further pages may say."""
    phrases = [
        document.letterhead.name,
        document.letterhead.address,
        document.title,
        document.running_title,
        document.running_id,
        document.footer,
        document.contents_label,
        *re.split(r"\{pages?\}", document.page_label),
        *(phrase for label, value in document.reference for phrase in (label, value)),
        *(words for heading in headings(document.blocks) for words in words_of((heading,))),
        *(plain(cell.inlines) for table in tables(document.blocks) for cell in table.head),
        *(
            words
            for heading in headings(document.blocks)
            for words in words_of((replace(heading, number=""),))
        ),
    ]
    return [phrase for phrase in phrases if phrase.strip()]


def _pictures(blocks: Blocks) -> Iterator[Picture]:
    for block in blocks:
        if isinstance(block, Picture):
            yield block
        elif isinstance(block, Quote):
            yield from _pictures(block.blocks)
        elif isinstance(block, ItemList):
            for item in block.items:
                yield from _pictures(item.blocks)
