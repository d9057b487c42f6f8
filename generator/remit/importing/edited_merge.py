"""What an editor changed, put into the register's file as it is today."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from remit.importing.edited_base import Base
from remit.importing.edited_changes import Edit, Edits, NotTaken
from remit.importing.edited_lines import Line, lines_of, said, words_of
from remit.importing.edited_new import NewBlocks
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
from remit.importing.edited_structure import Structure
from remit.importing.edited_words import CannotReword, Render, Rewording
from remit.model.records import MandateVersion, Paragraph
from remit.model.register import Register
from remit.model.values import LocalText
from remit.render import text, tree
from remit.render.view import View


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
        self.was = owners(self.base.version)

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
        new = NewBlocks(self.base, self.now, self.view, self.rewording, self.edits, self.render)
        structure = Structure(
            self.base,
            self.now,
            self.view,
            self.edits,
            new,
            self.result,
            self.since,
            self.choices,
        )
        if self.is_translation:
            structure.refuse()
        else:
            structure.take()
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

    def holder(self, id: str) -> dict[str, Any] | None:
        """The group of the version, of a section or of a block."""
        if not id:
            return self.result.value
        sections = self.result.value.get("sections", [])
        return by_id(sections, id) or block_in(self.result.value, id)[1]


def _shown(lines: Sequence[Line]) -> str:
    return " ".join(filter(None, map(words_of, lines)))
