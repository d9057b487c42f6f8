"""How what a file says differs from what a document says."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterator
from urllib.parse import unquote

from remit.load.document_facts import DocumentFacts
from remit.model.text_difference import difference
from remit.render.document_words import Said, normal_words, said_by
from remit.render.tree import Document

_COUNTED = re.compile(r"[\d.•◦–‣\-)(\ufffd]*")
"""Page numbers, marks of list items and the dots before a page number."""


def problems_of(facts: DocumentFacts, document: Document, link_base: str) -> Iterator[str]:
    """Each difference in words, the weightiest first; nothing when the file says the same."""
    said = said_by(document, facts.file_format, link_base)
    expected = [_claimed(word, document, facts) for word in said.words]
    words, before = normal_words(facts.words), ""
    if facts.file_format == "pdf":
        words, before = _without_letterhead(words, normal_words(document.title))
    found = difference(expected, words, spaces=facts.file_format != "pdf")
    if found:
        where = _where(said, found.place)
        yield f"{where} the file says “{found.found}”, the register “{found.expected}”"
    beside = _left_over(f"{before} {facts.beside}", said.beside)
    if beside:
        yield f"a header, a footer or the contents hold words of their own: “{beside}”"
    leads = {_plain_link(link) for link in said.links}
    for link in facts.links:
        if _plain_link(link) not in leads:
            yield f"a link leads to {link}, and the register's document has no such link"
    if facts.pictures > said.pictures:
        yield "a picture was put in"
    sources = {hashlib.sha256(one.content).hexdigest() for one in document.attachments}
    if not sources.issuperset(facts.attached):
        yield "a file is attached that is not the document's source"
    yield from (f"it holds {one}" for one in facts.strange)


def _claimed(word: str, document: Document, facts: DocumentFacts) -> str:
    """The word as it stands in the file when only the source's fingerprint is another."""
    told = facts.properties.get("fingerprint", "")
    return told if told and word == document.fingerprint else word


def _without_letterhead(words: list[str], title: list[str]) -> tuple[list[str], str]:
    """The words from the title on, and those before it."""
    for start in range(len(words) - len(title) + 1):
        if words[start : start + len(title)] == title:
            return words[start:], " ".join(words[:start])
    return words, ""


def _where(said: Said, place: int) -> str:
    index = bisect_right([start for start, _ in said.headings], place) - 1
    return f"under “{said.headings[index][1]}”" if index >= 0 else "before the first heading"


def _left_over(text: str, phrases: list[str]) -> str:
    """What is left when all that may stand there is taken away."""
    rest = "".join(normal_words(text))
    for phrase in sorted({"".join(normal_words(one)) for one in phrases}, key=len, reverse=True):
        rest = rest.replace(phrase, "\0")
    return " ".join(part for part in rest.split("\0") if not _COUNTED.fullmatch(part))[:120]


def _plain_link(link: str) -> str:
    return unquote(link).rstrip("/")
