"""A register, now or at a revision, and how a file differs from the document it would make."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import unquote

from remit.load.document_facts import DocumentFacts
from remit.model.history import change_dates
from remit.model.records import MandateVersion
from remit.model.register import Register
from remit.model.text_difference import difference
from remit.render.document_kinds import mandate_document
from remit.render.document_words import Said, normal_words, said_by
from remit.render.tree import Document
from remit.render.view import View
from remit.settings import Settings

_COUNTED = re.compile(r"[\d.•◦–‣\-)(\ufffd]*")
"""Page numbers, marks of list items and the dots before a page number."""


@dataclass(frozen=True, slots=True)
class _Claimed:
    """The revision that a file names, so that the same line is printed."""

    revision: str

    def latest(self, sources: Mapping[str, bytes]) -> str:
        return self.revision


@dataclass
class Edition:
    """What `facts` is compared with. `commit`: the revision, or nothing for the files as now."""

    register: Register
    settings: Settings
    facts: DocumentFacts
    commit: str = ""
    _made: dict[tuple[str, date], Document] = field(default_factory=dict)

    def __post_init__(self) -> None:
        claimed = _Claimed(self.facts.properties.get("revision", ""))
        self.register = replace(self.register, revisions=claimed)

    @property
    def link_base(self) -> str:
        return f"{self.settings.site_url}{self.language}/"

    @property
    def language(self) -> str:
        return self.facts.properties["language"]

    def version(self, address: str) -> MandateVersion | None:
        found = self.register.by_address.get(address)
        return found if isinstance(found, MandateVersion) else None

    def days(self, version: MandateVersion) -> Iterator[date]:
        """Days on which the document may have been made, so that all its names and notices are
        tried: today, and back through each day on which something changed."""
        today = self.settings.today
        yield today
        earlier = {version.in_force.first, *change_dates(self.register)}
        yield from sorted((day for day in earlier if day < today), reverse=True)

    def document(self, version: MandateVersion, day: date) -> Document:
        """The document as it was made on that day."""
        key = (version.id, day)
        if key not in self._made:
            settings = replace(self.settings, today=day)
            view = View(self.register, settings, self.language, day)
            self._made[key] = mandate_document(view, version)
        return self._made[key]

    def fingerprint(self, version: MandateVersion) -> str:
        return self.document(version, self.settings.today).fingerprint

    def agrees(self, version: MandateVersion) -> date | None:
        """The day on which the register makes just this text, if there is one."""
        return next((day for day in self.days(version) if not self.problems(version, day)), None)

    def problems(self, version: MandateVersion, day: date) -> tuple[str, ...]:
        """How the file differs from the document of that day; nothing when it says the same."""
        document = self.document(version, day)
        said = said_by(document, self.facts.file_format, self.link_base)
        return tuple(_problems(self.facts, document, said))


def _problems(facts: DocumentFacts, document: Document, said: Said) -> Iterator[str]:
    expected = [_claimed(word, document, facts) for word in said.words]
    words, before = normal_words(facts.words), ""
    if facts.file_format == "pdf":
        words, before = _without_letterhead(words, normal_words(document.title))
    found = difference(expected, words, spaces=facts.file_format != "pdf")
    if found:
        yield (
            f"{_where(said, found.place)} the file says “{found.found}”, "
            f"the register “{found.expected}”"
        )
    beside = _left_over(f"{before} {facts.beside}", said.beside)
    if beside:
        yield f"a header, a footer or the contents hold words of their own: “{beside}”"
    expected_links = {_plain_link(link) for link in said.links}
    for link in facts.links:
        if _plain_link(link) not in expected_links:
            yield f"a link leads to {link}, where the register has no such link"
    if facts.pictures > said.pictures:
        yield "a picture was put in"
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
