"""What is taken of an edited document, what is not, and where two have changed the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from remit.importing.edited_changes import NotTaken
from remit.model.records import Block, MandateVersion, Section

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


def owners(version: MandateVersion) -> dict[str, MandateVersion | Section | Block]:
    """Sections and blocks by their ids; the version itself by the empty one."""
    found: dict[str, MandateVersion | Section | Block] = {"": version}
    for section in version.sections:
        found[section.id] = section
        found.update({block.id: block for block in section.blocks})
    return found


def by_id(items: Sequence[dict[str, Any]], id: str) -> dict[str, Any] | None:
    return next((one for one in items if one.get("id") == id), None)


def block_in(value: dict[str, Any], id: str) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """The section that a block stands in, and the block."""
    for section in value.get("sections", []):
        block = by_id(section.get("blocks", []), id)
        if block is not None:
            return section, block
    return None, None
