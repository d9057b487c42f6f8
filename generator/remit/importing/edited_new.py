"""A paragraph, row or heading that a document did not have → a block or section of the register."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from remit.importing.edited_base import Base
from remit.importing.edited_changes import Edits, Newcomer, NotTaken
from remit.importing.edited_lines import Line, words_of
from remit.importing.edited_matching import FoundCell
from remit.importing.edited_words import CannotReword, Render, Rewording
from remit.model.drafts import id_of
from remit.model.records import (
    Audience,
    Block,
    CooperationBlock,
    DefinitionBlock,
    Item,
    MandateVersion,
    Network,
    Office,
    Organisation,
    Paragraph,
    Record,
    ReportingBlock,
    Role,
    SectionKind,
)
from remit.render.document_links import ids
from remit.render.labels import labels_for
from remit.render.view import View

WORDS_IN_ID = 6


@dataclass
class NewBlocks:
    base: Base
    now: MandateVersion
    view: View
    rewording: Rewording
    edits: Edits
    render: Callable[[object], Render]
    refused: list[NotTaken] = field(default_factory=list)
    given: set[str] = field(default_factory=set)

    def section(self, name: str) -> dict[str, Any]:
        words = self.edits.newcomers[name].found.text
        return {
            "id": self.id_for(words, "section"),
            "kind": self._kind_of_section(words).value,
            "heading": {self.view.language: words},
            "blocks": [],
        }

    def _kind_of_section(self, heading: str) -> SectionKind:
        """The kind whose usual heading it is."""
        labels = labels_for(self.view.language)
        for kind in SectionKind:
            if labels.enum("section_kind", kind).casefold() == heading.casefold():
                return kind
        return SectionKind.OTHER

    def block(self, name: str, section: dict[str, Any]) -> dict[str, Any] | None:
        """None for what the register cannot hold, which is told."""
        new = self.edits.newcomers[name]
        try:
            if new.found.form == "row":
                return self._row(new)
            kind = self._kind(new, section)
            return self._made(kind, new.found.cells[0].lines, {})
        except CannotReword as reason:
            self.refused.append(NotTaken(section["id"], new.found.text, f"new; {reason}"))
            return None

    def _kind(self, new: Newcomer, section: dict[str, Any]) -> str:
        like = self._like(new)
        if new.found.form != "item":
            return "paragraph"
        if new.like is not None and new.like.form == "item" and like is not None:
            return like.kind
        return "task" if section.get("kind") == SectionKind.TASKS else "item"

    def _like(self, new: Newcomer) -> Block | None:
        """The block beside it."""
        owner = new.like.owner if new.like else ""
        blocks = (block for section in self.base.version.sections for block in section.blocks)
        return next((block for block in blocks if block.id == owner), None)

    def _row(self, new: Newcomer) -> dict[str, Any]:
        like, cells = self._like(new), new.found.cells
        if not isinstance(like, CooperationBlock | ReportingBlock | DefinitionBlock):
            raise CannotReword("it stands in a table of its own, which a mandate's text has not")
        first = cells[0].text
        if not first or len(cells) < 2 or not cells[1].text:
            raise CannotReword("both the first and the second column must be filled in")
        if isinstance(like, DefinitionBlock):
            term = {"term": {self.view.language: first}}
            return self._made("definition", cells[1].lines, term, first)
        party = self._party(cells[0])
        if isinstance(like, CooperationBlock):
            return self._made("cooperation", cells[1].lines, {"with": party}, first)
        made = self._made("reporting", cells[1].lines, {"to": party}, first)
        if len(cells) > 2 and cells[2].text.strip(" –-"):
            words = self.rewording.new(cells[2].lines, self.render(like))
            made["how_often"] = {self.view.language: words}
        return made

    def _party(self, cell: FoundCell) -> str:
        """The id of the role or body that a cell names. Raises CannotReword."""
        base = f"{self.view.settings.site_url}{self.view.language}/"
        register = self.view.register
        for one in (part for line in cell.lines for part in line):
            address = one.link.removeprefix(base).strip("/")
            if one.link.startswith(base) and address in register.by_address:
                return self._named(register.by_address[address])
        wanted = cell.text.casefold()
        for cls in (Role, Organisation, Network, Audience, Office):
            for record in register.all(cls):
                if wanted in self._names(record):
                    return self._named(record)
        raise CannotReword(
            f'the register knows no one called "{cell.text}": add the row in the file'
        )

    def _named(self, record: Record) -> str:
        found = self.view.register.party(record.id)
        return record.id if found is record else f"{record.FOLDER}/{record.id}"

    def _names(self, record: Record) -> set[str]:
        return {self.view.name(record).casefold(), self.view.short(record).casefold(), record.id}

    def _made(
        self, kind: str, lines: tuple[Line, ...], more: dict[str, Any], called: str = ""
    ) -> dict[str, Any]:
        words = " ".join(map(words_of, lines))
        owner = Paragraph.model_construct() if kind == "paragraph" else Item.model_construct()
        text = self.rewording.new(lines, self.render(owner))
        id = self.id_for(called or words, kind)
        return {"kind": kind, "id": id, **more, "text": {self.view.language: text}}

    # --- ids -------------------------------------------------------------------------------

    def id_for(self, words: str, otherwise: str) -> str:
        """An id made of the first words, that no version of the mandate has ever had."""
        taken = {*self._known(), *self.given}
        made = id_of(" ".join(words.split()[:WORDS_IN_ID])) or otherwise
        id, number = made, 2
        while id in taken:
            id, number = f"{made}-{number}", number + 1
        self.given.add(id)
        return id

    def _known(self) -> Iterator[str]:
        register = self.view.register
        yield from ids(self.base.document.blocks)
        for version in register.versions(self.now.mandate):
            yield from (tomb.id for tomb in version.tombstones)
            for section in version.sections:
                yield section.id
                yield from (block.id for block in section.blocks)
        page = f"mandates/{self.now.mandate}/"
        for address in register.released.lines if register.released else ():
            if address.startswith(page):
                yield address.partition("#")[2]
