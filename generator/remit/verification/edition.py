"""A register, now or at a revision, and how a file differs from the document it would make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import cast

from remit.load.document_facts import DocumentFacts
from remit.model.records import MandateVersion
from remit.model.register import Made, Register
from remit.model.site_files import WHOLE
from remit.model.templates import Subject
from remit.render.document_kinds import document_of
from remit.render.document_sources import with_sources
from remit.render.redline_document import redline_document
from remit.render.tree import Document
from remit.render.view import View
from remit.settings import Settings
from remit.verification.likeness import problems_of


class NotHere(Exception):
    """The register cannot make the document that a file says it is: says why."""


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
    genuine: Register = field(init=False)
    """The same register with what it knows of its history itself."""
    _made: dict[date, Document] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.genuine = self.register
        claimed = _Claimed(self.told("revision"))
        self.register = replace(self.register, revisions=claimed)

    def told(self, name: str) -> str:
        """What the file says of itself."""
        return self.facts.properties.get(name, "")

    @property
    def link_base(self) -> str:
        return f"{self.settings.site_url}{self.told('language')}/"

    @cached_property
    def record(self) -> Made:
        """What the document is made of. Raises NotHere."""
        address, kind = self.told("record"), self.told("kind")
        if not address:
            raise NotHere("it does not say which document of a register it is")
        if self.told("language") not in self.settings.languages:
            raise NotHere(f'this register has no language "{self.told("language")}"')
        template = self.register.templates.kinds.get(kind)
        if template is None and not self.is_redline:
            raise NotHere(f'this register makes no document of the kind "{kind}"')
        subject = template.of if template else Subject.MANDATE
        if subject is Subject.REGISTER and address == WHOLE:
            return None
        if address in self.register.made_of(subject):
            return cast(Made, self.register.by_address[address])
        raise NotHere(f"this register has no {address}")

    @property
    def is_redline(self) -> bool:
        return self.told("kind") == "redline"

    def days(self) -> Iterator[date]:
        """Days on which the document may have been made, so that all its names and notices are
        tried: today, and back through each day on which something changed."""
        today, earlier = self.settings.today, set[date]()
        yield today
        if isinstance(self.record, MandateVersion):
            earlier = {self.record.in_force.first, *self.register.calendar.days}
        else:  # it says itself on which day it was made
            try:
                earlier = {date.fromisoformat(self.told("version"))}
            except ValueError:
                return
        yield from sorted((day for day in earlier if day < today), reverse=True)

    def document(self, day: date | None = None) -> Document:
        """The document as it was made on that day, or is made today."""
        day = day or self.settings.today
        if day not in self._made:
            self._made[day] = document_of(self._view(day), self.told("kind"), self.record)
        return self._made[day]

    def _view(self, day: date) -> View:
        settings = replace(self.settings, today=day)
        return View(self.register, settings, self.told("language"), day)

    @property
    def has_same_sources(self) -> bool:
        return self.document().fingerprint == self.told("fingerprint")

    def to_be_exact(self) -> list[Document]:
        """The documents that the file may be byte for byte: none of other sources."""
        view = View(self.genuine, self.settings, self.told("language"), self.settings.today)
        made = []
        if not self.is_redline:
            made = [document_of(view, self.told("kind"), self.record)]
        elif isinstance(self.record, MandateVersion):
            versions = self.register.versions(self.record.mandate)
            others = [one for one in versions if one is not self.record]
            made = [redline_document(view, other, self.record) for other in others]
        if self.facts.attached:
            made = [with_sources(self.genuine, one) for one in made]
        return [one for one in made if one.fingerprint == self.told("fingerprint")]

    def agrees(self) -> date | None:
        """The day on which the register makes just this text, if there is one."""
        return next((day for day in self.days() if not self.problems(day)), None)

    def problems(self, day: date | None = None) -> tuple[str, ...]:
        """How the file differs from the document of that day; nothing when it says the same."""
        document = with_sources(self.register, self.document(day))
        return tuple(problems_of(self.facts, document, self.link_base))

    def closest(self) -> tuple[str, ...]:
        """How it differs from the document of the day from which it differs least."""
        return min((self.problems(day) for day in self.days()), key=len)
