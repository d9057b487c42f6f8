"""What an editor changed, put into the register's file as it is today."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from remit.importing.edited_base import Base
from remit.importing.edited_changes import Edit, Edits, NotTaken
from remit.importing.edited_new import NewBlocks
from remit.importing.edited_order import Position, moved_in, put_at
from remit.importing.edited_places import Line, lines_of, said, words_of
from remit.importing.edited_words import CannotReword, Render, Rewording
from remit.model.records import Block, MandateVersion, Paragraph, Section
from remit.model.register import Register
from remit.model.values import LocalText
from remit.render import text, tree
from remit.render.view import View

EDITED, REGISTER = "edited", "register"
"""Whose text is taken where both have changed it."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Changed in the file and, since the export, in the register too."""

    id: str
    exported: str
    edited: str
    register: str


@dataclass(frozen=True, slots=True)
class Change:
    """What goes into the register. `kind`: "text", "new", "gone", "moved"."""

    kind: str
    id: str
    field: str
    before: str
    after: str
    note: str = ""


@dataclass
class Merged:
    value: dict[str, Any]
    changes: list[Change] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    not_taken: list[NotTaken] = field(default_factory=list)
    translations: dict[str, list[str]] = field(default_factory=dict)
    """By language, the ids of the texts whose translation is now older."""


@dataclass
class Merge:
    """`value`: what the file to be changed holds. `now`: the version as the register has it."""

    base: Base
    now: MandateVersion
    view: View
    edits: Edits
    value: dict[str, Any]
    since: str
    choices: Mapping[str, str]
    result: Merged = field(init=False)

    def __post_init__(self) -> None:
        self.result = Merged(copy.deepcopy(self.value))
        self.result.not_taken = list(self.edits.not_taken)
        self.link_base = f"{self.view.settings.site_url}{self.language}/"
        self.rewording = Rewording(self.register, self.link_base)
        self.was = _owners(self.base.version)
        self.models = _owners(self.now)

    @property
    def register(self) -> Register:
        return self.view.register

    @property
    def language(self) -> str:
        return self.view.language

    @property
    def is_translation(self) -> bool:
        return self.language != self.now.authoritative_language

    def run(self) -> Merged:
        for edit in self.edits.texts:
            self.text(edit)
        if self.is_translation:
            self.refuse_structure()
        else:
            self.structure()
        return self.result

    # --- texts -----------------------------------------------------------------------------

    def text(self, edit: Edit) -> None:
        id, name = edit.field.owner, edit.field.name
        holder = self.holder(id)
        then = getattr(self.was.get(id), name, None)
        was = then.get(self.language, "") if isinstance(then, LocalText) else ""
        if holder is None:
            self.conflict(id or "title", edit, "the register has it no longer", None)
            return
        local = holder.get(name)
        now = local.get(self.language, "") if isinstance(local, dict) else ""
        render = self.render(self.was.get(id))
        if now and said(render(now)) == said(edit.new):
            return
        old = edit.old if was else ()
        source = was
        if now != was:
            choice = self.conflict(id or "title", edit, now, now)
            if choice != EDITED:
                return
            source, old = now, render(now)
        try:
            if name in ("heading", "term", "title"):
                made = self.rewording.label(edit.new)
            else:
                made = self.rewording.text(source, old, edit.new, render) if edit.new else ""
        except CannotReword as reason:
            shown = f"{_shown(edit.old)} → {_shown(edit.new)}"
            why = f"{reason}: change the record"
            self.result.not_taken.append(NotTaken(id or "title", shown, why))
            return
        self.put(holder, name, made)
        note = "its bookmark was gone: known again by its words" if edit.guessed else ""
        self.result.changes.append(
            Change("text", id or "title", name, _shown(edit.old), _shown(edit.new), note)
        )
        self.note_translations(id or "title", local)

    def put(self, holder: dict[str, Any], name: str, words: str) -> None:
        local = dict(holder.get(name) or {})
        if words:
            local[self.language] = words
        else:
            local.pop(self.language, None)
        if local:
            holder[name] = local
        else:
            holder.pop(name, None)

    def note_translations(self, id: str, local: object) -> None:
        if self.is_translation or not isinstance(local, dict):
            return
        for language in local:
            if language != self.language:
                self.result.translations.setdefault(language, []).append(id)

    def conflict(self, id: str, edit: Edit, shown: str, now: str | None) -> str:
        """Whose words are taken; a conflict that no one has decided is kept for the report."""
        choice = self.choices.get(id, self.choices.get("all", ""))
        if now is None or not choice:
            found = Conflict(id, _shown(edit.old), _shown(edit.new), shown)
            self.result.conflicts.append(found)
            return ""
        if choice == REGISTER:
            kept = NotTaken(id, _shown(edit.new), "the register's own words are kept, as you chose")
            self.result.not_taken.append(kept)
        return choice

    def render(self, owner: object) -> Render:
        """How a block's text is shown in a document."""

        def as_inlines(words: str) -> tuple[Line, ...]:
            return lines_of(text.inlines(words, self.view.link_words), self.link_base)

        def as_paragraphs(words: str) -> tuple[Line, ...]:
            blocks = text.blocks(words, self.view.link_words)
            return tuple(line for one in blocks for line in self._lines(one))

        return as_paragraphs if isinstance(owner, Paragraph) else as_inlines

    def _lines(self, block: tree.Block) -> tuple[Line, ...]:
        if isinstance(block, tree.Paragraph | tree.CardLink | tree.Heading):
            return lines_of(block.inlines, self.link_base)
        if isinstance(block, tree.ItemList):
            return tuple(
                line for item in block.items for one in item.blocks for line in self._lines(one)
            )
        return lines_of((tree.Text(" ".join(tree.words_of((block,)))),), self.link_base)

    # --- what is new, gone or elsewhere ----------------------------------------------------

    def refuse_structure(self) -> None:
        main = self.now.authoritative_language
        why = f"what is new, gone or moved is taken from the document in {main}, which counts"
        shown = [one.found.text for one in self.edits.newcomers.values()]
        for words in shown:
            self.result.not_taken.append(NotTaken("", words, f"new; {why}"))
        for id in self.edits.gone:
            self.result.not_taken.append(NotTaken(id, "", f"gone; {why}"))
        for id in moved_in(self.base.version, self.edits):
            self.result.not_taken.append(NotTaken(id, "", f"moved; {why}"))

    def structure(self) -> None:
        self.remove()
        moved = moved_in(self.base.version, self.edits)
        new = NewBlocks(self.base, self.now, self.view, self.rewording, self.edits, self.render)
        sections = self.result.value.setdefault("sections", [])
        before: Position = None
        for outline in self.edits.outline:
            id = outline.id
            if id in self.edits.newcomers:
                section = new.section(id)
                put_at(sections, before, section)
                self.added(section["id"], "heading", section["heading"])
                id = section["id"]
                self.blocks(section, outline.blocks, moved, new)
            elif (known := _by_id(sections, id)) is None:
                continue
            else:
                if id in moved:
                    sections.remove(known)
                    put_at(sections, before, known)
                    self.moved(id)
                self.blocks(known, outline.blocks, moved, new)
            before = id
        self.result.not_taken += new.refused

    def blocks(
        self, section: dict[str, Any], ids: Sequence[str], moved: set[str], new: NewBlocks
    ) -> None:
        before: Position = None
        for id in ids:
            if id in self.edits.newcomers:
                block = new.block(id, section)
                if block is None:
                    continue
                self._list(section, before, block)
                self.added(block["id"], "text", block["text"])
                before = block["id"]
                continue
            holder, place = self.holder_of_block(id)
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
        lacking = [one for one in self.view.settings.languages if one != self.language]
        note = f"still to be translated: {', '.join(lacking)}" if lacking else ""
        self.result.changes.append(Change("new", id, name, "", local[self.language], note))

    def moved(self, id: str) -> None:
        self.result.changes.append(Change("moved", id, "", "", ""))

    def remove(self) -> None:
        gone = self.edits.gone
        for id in [one for one in gone if not isinstance(self.was.get(one), Section)]:
            holder, block = self.holder_of_block(id)
            if holder is None or block is None or not self._may_go(id):
                continue
            holder["blocks"].remove(block)
            if not holder["blocks"]:
                del holder["blocks"]
            self._gone(id)
        sections = self.result.value.get("sections", [])
        for id in [one for one in gone if isinstance(self.was.get(one), Section)]:
            section = _by_id(sections, id)
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
        return local.best(self.language)[0] if isinstance(local, LocalText) else ""

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
        earlier = [one for one in self.register.versions(self.now.mandate) if one.id < self.now.id]
        released = self.register.released.lines if self.register.released else {}
        address = f"mandates/{self.now.mandate}/{self.now.id}#{id}"
        return address in released or any(id in _owners(one) for one in earlier)

    # --- the value -------------------------------------------------------------------------

    def holder(self, id: str) -> dict[str, Any] | None:
        """The group of the version, of a section or of a block."""
        if not id:
            return self.result.value
        sections = self.result.value.get("sections", [])
        return _by_id(sections, id) or self.holder_of_block(id)[1]

    def holder_of_block(self, id: str) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        """The section that a block stands in, and the block."""
        for section in self.result.value.get("sections", []):
            block = _by_id(section.get("blocks", []), id)
            if block is not None:
                return section, block
        return None, None


def _owners(version: MandateVersion) -> dict[str, MandateVersion | Section | Block]:
    """Sections and blocks by their ids; the version itself by the empty one."""
    found: dict[str, MandateVersion | Section | Block] = {"": version}
    for section in version.sections:
        found[section.id] = section
        found.update({block.id: block for block in section.blocks})
    return found


def _by_id(items: Sequence[dict[str, Any]], id: str) -> dict[str, Any] | None:
    return next((one for one in items if one.get("id") == id), None)


def _shown(lines: Sequence[Line]) -> str:
    return " ".join(filter(None, map(words_of, lines)))
