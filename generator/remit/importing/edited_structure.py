"""Sections and blocks that an editor put in, took out or moved, in the register's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from remit.importing.edited_base import Base
from remit.importing.edited_changes import Edits, NotTaken
from remit.importing.edited_new import NewBlocks
from remit.importing.edited_order import Position, moved_in, put_at
from remit.importing.edited_result import (
    EDITED,
    REGISTER,
    Change,
    Conflict,
    Merged,
    block_in,
    by_id,
    owners,
)
from remit.model.records import MandateVersion, Section
from remit.model.values import LocalText
from remit.render.view import View


@dataclass
class Structure:
    base: Base
    now: MandateVersion
    view: View
    edits: Edits
    new: NewBlocks
    result: Merged
    since: str
    """The day from which what is taken out is gone."""
    choices: Mapping[str, str]

    def __post_init__(self) -> None:
        self.was, self.models = owners(self.base.version), owners(self.now)

    def refuse(self) -> None:
        main = self.now.authoritative_language
        why = f"what is new, gone or moved is taken from the document in {main}, which counts"
        shown = [one.found.text for one in self.edits.newcomers.values()]
        for words in shown:
            self.result.not_taken.append(NotTaken("", words, f"new; {why}"))
        for id in self.edits.gone:
            self.result.not_taken.append(NotTaken(id, "", f"gone; {why}"))
        for id in moved_in(self.base.version, self.edits):
            self.result.not_taken.append(NotTaken(id, "", f"moved; {why}"))

    def take(self) -> None:
        self.remove()
        moved = moved_in(self.base.version, self.edits)
        sections = self.result.value.setdefault("sections", [])
        before: Position = None
        for outline in self.edits.outline:
            id = outline.id
            if id in self.edits.newcomers:
                section = self.new.section(id)
                put_at(sections, before, section)
                self.added(section["id"], "heading", section["heading"])
                id = section["id"]
                self.blocks(section, outline.blocks, moved)
            elif (known := by_id(sections, id)) is None:
                continue
            else:
                if id in moved:
                    sections.remove(known)
                    put_at(sections, before, known)
                    self.moved(id)
                self.blocks(known, outline.blocks, moved)
            before = id
        self.result.not_taken += self.new.refused

    def blocks(self, section: dict[str, Any], ids: Sequence[str], moved: set[str]) -> None:
        before: Position = None
        for id in ids:
            if id in self.edits.newcomers:
                block = self.new.block(id, section)
                if block is None:
                    continue
                self._list(section, before, block)
                self.added(block["id"], "text", block["text"])
                before = block["id"]
                continue
            holder, place = block_in(self.result.value, id)
            if place is None:
                continue
            if id in moved:
                assert holder is not None
                holder["blocks"].remove(place)
                self._list(section, before, place)
                self.moved(id)
            before = id

    @staticmethod
    def _list(section: dict[str, Any], before: Position, block: dict[str, Any]) -> None:
        put_at(section.setdefault("blocks", []), before, block)

    def added(self, id: str, name: str, local: Mapping[str, str]) -> None:
        lacking = [one for one in self.view.settings.languages if one != self.view.language]
        note = f"still to be translated: {', '.join(lacking)}" if lacking else ""
        self.result.changes.append(Change("new", id, name, "", local[self.view.language], note))

    def moved(self, id: str) -> None:
        self.result.changes.append(Change("moved", id, "", "", ""))

    def remove(self) -> None:
        gone = self.edits.gone
        for id in [one for one in gone if not isinstance(self.was.get(one), Section)]:
            holder, block = block_in(self.result.value, id)
            if holder is None or block is None or not self._may_go(id):
                continue
            holder["blocks"].remove(block)
            if not holder["blocks"]:
                del holder["blocks"]
            self._gone(id)
        sections = self.result.value.get("sections", [])
        for id in [one for one in gone if isinstance(self.was.get(one), Section)]:
            section = by_id(sections, id)
            if section is None:
                continue
            if section.get("blocks"):
                why = "the register has text in it that the file does not have: it stays"
                self.result.not_taken.append(NotTaken(id, "the section is gone", why))
            elif self._may_go(id):
                sections.remove(section)
                self._gone(id)

    def _may_go(self, id: str) -> bool:
        """Whether what the editor took out is still as it was exported."""
        was, now = self.was.get(id), self.models.get(id)
        same = (
            was.heading == now.heading
            if isinstance(was, Section) and isinstance(now, Section)
            else was == now
        )
        choice = self.choices.get(id, self.choices.get("all", ""))
        if same or choice == EDITED:
            return True
        if choice != REGISTER:
            shown = [self._said(was), "taken out", self._said(now)]
            self.result.conflicts.append(Conflict(id, *shown))
        return False

    def _said(self, owner: object) -> str:
        name = "heading" if isinstance(owner, Section) else "text"
        local = getattr(owner, name, None)
        return local.best(self.view.language)[0] if isinstance(local, LocalText) else ""

    def _gone(self, id: str) -> None:
        note = ""
        if self._was_known(id):
            tombs = self.result.value.setdefault("tombstones", [])
            tombs.append({"id": id, "since": self.since})
            note = "its id is kept on a tombstone, so that it is never used again"
        self.result.changes.append(Change("gone", id, "", self._said(self.was[id]), "", note))

    def _was_known(self, id: str) -> bool:
        """Whether others may know the id: from an earlier version, or a version made public."""
        if self.since != self.now.id or self.now.status not in ("draft", "hearing"):
            return True
        earlier = [
            one for one in self.view.register.versions(self.now.mandate) if one.id < self.now.id
        ]
        released = self.view.register.released.lines if self.view.register.released else {}
        address = f"mandates/{self.now.mandate}/{self.now.id}#{id}"
        return address in released or any(id in owners(one) for one in earlier)
