"""The order of sections and blocks: what was moved, and where what is put in goes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from remit.importing.edited_changes import Edits
from remit.model.records import MandateVersion

Position = str | None
"""The id after which something goes; None for the first place."""


def put_at(items: list[dict[str, Any]], after: Position, one: dict[str, Any]) -> None:
    ids = [item.get("id") for item in items]
    items.insert(ids.index(after) + 1 if after in ids else 0, one)


def moved_in(version: MandateVersion, edits: Edits) -> set[str]:
    """The fewest sections and blocks that must move to come from the one order to the other."""
    places = {block.id: section.id for section in version.sections for block in section.blocks}
    moved = _moved([one.id for one in version.sections], [one.id for one in edits.outline])
    for section in version.sections:
        order = [block.id for block in section.blocks]
        outlines = [one.blocks for one in edits.outline if one.id == section.id]
        moved |= _moved(order, [id for blocks in outlines for id in blocks if id in order])
    for outline in edits.outline:
        moved |= {id for id in outline.blocks if places.get(id, outline.id) != outline.id}
    return moved


def _moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """Those of the known ones that are not of the longest run that kept its order."""
    places = {id: place for place, id in enumerate(old)}
    known = [id for id in new if id in places]
    ends: list[int] = []
    runs: list[list[str]] = []
    for id in known:
        at = bisect_left(ends, places[id])
        run = [*(runs[at - 1] if at else []), id]
        if at == len(ends):
            ends.append(places[id])
            runs.append(run)
        else:
            ends[at], runs[at] = places[id], run
    return set(known) - set(runs[-1] if runs else ())
