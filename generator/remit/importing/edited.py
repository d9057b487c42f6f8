"""An edited document and the register → the changes, the file that holds them, and what to tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from remit.build import Checked
from remit.importing.edited_base import Base, bases_of
from remit.importing.edited_changes import Edits, edits_of
from remit.importing.edited_matching import Matching, found_in, match
from remit.importing.edited_merge import Merge
from remit.importing.edited_result import Merged
from remit.load.edited_file import read_edited
from remit.load.edited_parts import Aside, EditedFile
from remit.load.origins import YamlOrigin
from remit.load.yaml_edit import CannotEdit, rewrite
from remit.load.yaml_reader import read_yaml
from remit.model.fields import written_order
from remit.model.records import Mandate, MandateVersion, Status
from remit.model.register import address_of
from remit.model.templates import Subject
from remit.render.view import View
from remit.settings import Settings
from remit.write.new_records import next_version

MOST_STATES = 8
"""How many states of the register are tried for the one that the file was exported from."""


class CannotTake(Exception):
    """The file as a whole cannot be taken over: says why and what to do."""


@dataclass(frozen=True)
class Update:
    """`path` and `data`: the file of the register that changes; no data when nothing does."""

    version: MandateVersion
    base: Base
    file: EditedFile
    edits: Edits
    merged: Merged
    path: str
    data: bytes | None
    is_new_version: bool
    is_adopted: bool

    @property
    def asides(self) -> list[tuple[str, Aside]]:
        """Comments, notes, pictures … that the export did not have, each with its place."""
        spare = self.base.pictures
        found = []
        for one in self.file.asides:
            if one.kind == "picture" and spare:
                spare -= 1
                continue
            found.append((self.edits.places.get(one.paragraph, ""), one))
        return found


def read_update(
    path: Path,
    mandate: str,
    version_id: str,
    before: Checked,
    settings: Settings,
    choices: Mapping[str, str],
    new_version: date | None,
) -> Update:
    """What an edited file changes in a version. `version_id` is empty for the one that the file
    was exported of. Raises CannotTake and NotReadable."""
    file = read_edited(path)
    version = _version_of(file, mandate, version_id, before)
    base, matching, edits = _base(file, before, settings)
    _refuse_lost_bookmarks(base, matching)
    target, data = _target(version, before, settings, new_version)
    value: dict[str, Any] = read_yaml(data, "").value
    view = View(before.register, settings, file.properties["language"], settings.today)
    since = new_version.isoformat() if new_version else version.id
    merged = Merge(base, version, view, edits, value, since, choices).run()
    if version.status in (Status.REPEALED, Status.WITHDRAWN) and not new_version:
        raise CannotTake(
            f"{address_of(version)} is {version.status.value}: its text stays as it was; "
            "put the changes into a new version: --as-new-version DATE"
        )
    changed = None
    if merged.changes:
        try:
            changed = rewrite(data, merged.value, written_order(MandateVersion, settings.languages))
        except CannotEdit as error:
            raise CannotTake(f"{target} cannot be changed by a program: {error}") from None
    adopted = version.status in (Status.ADOPTED, Status.UNDER_REVISION)
    return Update(
        version, base, file, edits, merged, target, changed, new_version is not None, adopted
    )


def _version_of(file: EditedFile, mandate: str, version_id: str, before: Checked) -> MandateVersion:
    """The version that the file was exported of, if it is the one that is meant."""
    told = file.properties
    record = told.get("record", "")
    if not record or "language" not in told or "kind" not in told:
        raise CannotTake(
            "the file does not say which document of a register it is: take a DOCX or ODT that "
            "remit exported; some programs leave its properties out when they save"
        )
    if told["kind"] == "redline":
        raise CannotTake(
            "the file is a comparison of two versions, with their changes as tracked changes: "
            "edit the plain document of the newer one"
        )
    version = before.register.by_address.get(record)
    if not isinstance(version, MandateVersion):
        raise CannotTake(
            f"the file was exported of {record}, which is no version of a mandate here"
        )
    wanted = f"{Mandate.FOLDER}/{mandate}"
    if version.mandate != mandate or (version_id and version.id != version_id):
        asked = f"{wanted}/{version_id}" if version_id else wanted
        raise CannotTake(
            f"the file was exported of {record}, not of {asked}: "
            f"name that one, --update {version.mandate}@{version.id}, or take the other file"
        )
    template = before.register.templates.kinds.get(told["kind"])
    if template is None or template.of is not Subject.MANDATE:
        raise CannotTake(f'this register makes no document of the kind "{told["kind"]}"')
    return version


def _base(file: EditedFile, before: Checked, settings: Settings) -> tuple[Base, Matching, Edits]:
    """The state of the register that the file differs least from."""
    found = found_in(file)
    best: tuple[int, Base, Matching, Edits] | None = None
    for base in islice(bases_of(file, before, settings), MOST_STATES):
        matching = match(base.units, found)
        edits = edits_of(matching, base.units)
        count = len(edits.texts) + 2 * len(edits.not_taken)
        if best is None or count < best[0]:
            best = count, base, matching, edits
        if not edits.not_taken:
            break
    if best is None:
        raise CannotTake(
            "the register's text is another than when the file was exported, and git knows no "
            "revision with that text: fetch the whole history (git fetch --unshallow), or export "
            "the document again and make the changes in that file"
        )
    return best[1:]


def _refuse_lost_bookmarks(base: Base, matching: Matching) -> None:
    known = [unit for unit in base.units if unit.owner and not unit.further]
    if not known:
        raise CannotTake(
            "the file holds none of the mandate's text that could be changed: "
            "edit the mandate's own document"
        )
    if not matching.anchored:
        raise CannotTake(
            "the file has none of the bookmarks that say which text is which: they are lost when "
            "a document is copied into another or saved as plain text; edit the exported file"
        )
    lost = sum(1 for unit in matching.gone if unit.owner and not unit.further)
    if lost * 2 > len(known):
        raise CannotTake(
            f"{lost} of {len(known)} sections and points are gone from the file: that looks like "
            "an accident; to repeal most of a mandate, change its file"
        )


def _target(
    version: MandateVersion, before: Checked, settings: Settings, start: date | None
) -> tuple[str, bytes]:
    """The file to be changed and its bytes: the version's own, or those of a next version."""
    origin = before.register.origins[address_of(version)]
    assert isinstance(origin, YamlOrigin)
    if start is None:
        return origin.path, origin.data
    known = [one.id for one in before.register.versions(version.mandate)]
    if start.isoformat() <= known[-1]:
        raise CannotTake(
            f"a new version comes after the newest, {known[-1]}: give a later day than {start}"
        )
    if version.id != known[-1]:
        raise CannotTake(
            f"the file was exported of {version.id}, and the newest version is {known[-1]}: a new "
            "version is made of the newest"
        )
    try:
        ((path, data),) = next_version(version, start, settings, settings.root).items()
    except CannotEdit as error:
        raise CannotTake(f"{origin.path} cannot be copied: {error}") from None
    return path, data
