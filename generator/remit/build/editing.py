"""What commands that change a register want to know before they write, and the files they make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

from remit.build import (
    Checked,
    load_and_check,
    require_whole,
)
from remit.diagnostics import Diagnostic
from remit.load.records import load_register
from remit.load.source import Adding, Disk, Source
from remit.model.code_owners import code_owners
from remit.model.forges import Forge
from remit.model.new_register import NewRegister
from remit.settings import Settings, build_date, parse_settings

if TYPE_CHECKING:
    pass


def found_with(settings: Settings, files: Mapping[str, bytes], before: Checked) -> list[Diagnostic]:
    """What would be found wrong once these files are written, and is not wrong before."""
    after = load_and_check(settings, Adding(Disk(settings.root), files))
    known = set(_on_new_lines(before.found, settings.root, files))
    return [one for one in after.found if one not in known]


def _on_new_lines(
    found: Iterable[Diagnostic], root: Path, files: Mapping[str, bytes]
) -> Iterator[Diagnostic]:
    """The same findings on the lines that their lines come to stand on in changed files."""
    lines: dict[str, dict[int, int]] = {}
    for path, data in files.items():
        if (root / path).is_file():
            old = (root / path).read_bytes().splitlines()
            matcher = SequenceMatcher(None, old, data.splitlines(), autojunk=False)
            lines[path] = {
                start + step + 1: now + step + 1
                for start, now, length in matcher.get_matching_blocks()
                for step in range(length)
            }
    for one in found:
        place = one.location
        moved = lines.get(place.path, {}).get(place.line, place.line)
        yield replace(one, location=replace(place, line=moved))


def editor_files(settings: Settings, folder: str, source: Source | None = None) -> dict[str, bytes]:
    """Every JSON Schema, by its path from the register's top. Files that cannot be read are
    left out of the known ids."""
    from remit.render.json_schema import schema_files

    register = load_register(settings, source).register
    made = schema_files(register, settings)
    return {f"{folder}/{name}": data for name, data in made.items()}


@dataclass(frozen=True, slots=True)
class Begun:
    """A new register before it is written: its files by path, and what would be wrong with it."""

    files: dict[str, bytes]
    found: list[Diagnostic]


def begin_register(answers: NewRegister, root: Path, schemas: str) -> Begun:
    """All files of a new register that is to lie in `root`, read and checked before any is written.

    Raises SettingsError.
    """
    from remit.render.editor_settings import vscode_files
    from remit.write.new_register import register_files

    files = register_files(answers, schemas, build_date())
    settings = parse_settings(root, files["pyproject.toml"])
    source = Adding(Disk(root), files)
    if answers.forge:
        files |= forge_files(settings, Forge(answers.forge), source)
    editors = {
        **editor_files(settings, schemas, source),
        **{name: make(None) for name, make in vscode_files(schemas, settings).items()},
    }
    return Begun(files | editors, load_and_check(settings, source).found)


def forge_files(
    settings: Settings, forge: Forge, source: Source | None = None, *, program_here: bool = False
) -> dict[str, bytes]:
    """What a forge needs, by its path from the register's top: workflows, and CODEOWNERS when the
    settings name teams. `program_here`: Remit itself is developed in the register's repository.

    Raises DoesNotLoad when the owners are wanted and a record cannot be read.
    """
    from remit.render.workflows import workflow_files

    made = workflow_files(forge, settings, program_here=program_here)
    if settings.owners:
        loaded = load_register(settings, source)
        require_whole("", loaded)
        made[forge.code_owners] = code_owners(loaded.register, settings, forge).encode()
    return made
