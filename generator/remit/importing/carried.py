"""The sections of a further version, with the ids of the version before where they say the same.

So what changed can be followed. A text that is the same to the word keeps its translations and all
else that its block holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from remit.importing.pieces import words_of

LEAST_LIKENESS = 0.6
"""Below this share of common words two blocks are different ones."""

Value = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Carried:
    sections: list[Value]
    tombstones: list[Value]
    renamed: dict[str, str]
    """The ids as they became, by those that the import made."""


def carried(sections: list[Value], before: Value, language: str, start: str) -> Carried:
    """The sections and tombstones of a version that follows one with the value `before`."""
    old_blocks = [block for section in before["sections"] for block in section.get("blocks", ())]
    new_blocks = [block for section in sections for block in section["blocks"]]
    known = [*before["sections"], *old_blocks]
    gone = [*before.get("tombstones", ())]
    taken = {one["id"] for one in (*known, *gone)}
    old_sections = _sections_of(sections, before["sections"], language)
    old = {**old_sections, **_blocks_of(new_blocks, old_blocks, language)}
    made = []
    renamed = {}
    for section in sections:
        whole = _like(section, old.get(section["id"]), taken, "heading", language)
        renamed[section["id"]] = whole["id"]
        blocks = []
        for block in section["blocks"]:
            blocks.append(_like(block, old.get(block["id"]), taken, "text", language))
            renamed[block["id"]] = blocks[-1]["id"]
        made.append({**whole, "blocks": blocks})
    used = {*renamed.values()}
    gone += [{"id": one["id"], "since": start} for one in known if one["id"] not in used]
    return Carried(made, gone, renamed)


def _like(new: Value, old: Value | None, taken: set[str], text: str, language: str) -> Value:
    """The new section or block under its old id, with what else the old one holds if it says the
    same; or under an id that none has had."""
    if old is not None:
        same = _words(new[text][language]) == _words(old[text].get(language, ""))
        kept = {**new, **old} if same and new["kind"] == old["kind"] else new
        return {**kept, "id": old["id"]}
    named, number = new["id"], 2
    while named in taken:
        named, number = f"{new['id']}-{number}", number + 1
    taken.add(named)
    return {**new, "id": named}


def _sections_of(new: list[Value], old: list[Value], language: str) -> dict[str, Value]:
    """By the new section's id: the old one of the same heading, else of the same kind."""
    found: dict[str, Value] = {}
    left = list(old)
    for by_heading in (True, False):
        for section in new:
            if section["id"] in found:
                continue
            for one in left:
                heading = _words(section["heading"][language])
                like = (
                    heading == _words(one["heading"].get(language, ""))
                    if by_heading
                    else section["kind"] == one["kind"] != "other"
                )
                if like:
                    found[section["id"]] = one
                    left.remove(one)
                    break
    return found


def _blocks_of(new: list[Value], old: list[Value], language: str) -> dict[str, Value]:
    """By the new block's id: the old one that says most nearly the same, the likest pairs first."""
    likeness = []
    for number, block in enumerate(new):
        words = _words(block["text"][language])
        for place, one in enumerate(old):
            other = _words(one["text"].get(language, ""))
            shared = SequenceMatcher(None, words, other, autojunk=False)
            if shared.quick_ratio() >= LEAST_LIKENESS and shared.ratio() >= LEAST_LIKENESS:
                likeness.append((-shared.ratio(), number, place))
    found: dict[str, Value] = {}
    done: set[int] = set()
    for _, number, place in sorted(likeness):
        if new[number]["id"] not in found and place not in done:
            found[new[number]["id"]] = old[place]
            done.add(place)
    return found


def _words(text: str) -> list[str]:
    """What a reader reads: of a link its words, and its target where it has none."""
    return words_of(re.sub(r"\[\[(?:[^\]|]*\|)?([^\]]*)\]\]", r"\1", text))
