"""Whether an export would make what is there already: found out without loading the register.

What an export depends on is compared with what it was: the register's files and its revision, this
program with what it uses, the day, and the command's own words; and so are the files that it made.
Anything else than full agreement means that the export is done as usual.
"""

from __future__ import annotations

import hashlib
import marshal
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from remit import cache
from remit.load.file_state import FileState, as_before, states_of
from remit.load.source_revisions import history_state
from remit.settings import Settings
from remit.write.pandoc_tool import pandoc_state


@dataclass(frozen=True, slots=True)
class LastExport:
    """What is known of the last export that was asked for in the same words."""

    root: Path
    record: Path
    """The file it is kept in."""
    state: str
    """Digest of all that an export depends on beside the register's files, as it is now."""

    def up_to_date(self) -> int | None:
        """How many files it made, when nothing has changed since and each is as it was left."""
        kept = cache.kept(self.record, self.state)
        if kept is None:
            return None
        before: tuple[list[FileState], list[FileState]] = marshal.loads(kept)
        sources = as_before(self.root, before[0])
        files = None if sources is None else as_before(self.root, before[1])
        if sources is None or files is None:
            return None
        if sources is not before[0] or files is not before[1]:
            self._keep(sources, files)
        return len(files)

    def remember(self, sources: Sequence[FileState], made: Iterable[Path]) -> None:
        """Keeps that the export went well and left these files. `sources`: the states of the
        register's files before it began, so that what has changed meanwhile is made again."""
        names = (os.path.relpath(path, self.root) for path in made)
        self._keep(sources, states_of(self.root, names))

    def _keep(self, sources: Sequence[FileState], files: Sequence[FileState]) -> None:
        cache.keep(self.record, self.state, marshal.dumps(([*sources], [*files])))


def last_export(settings: Settings, arguments: Sequence[str]) -> LastExport:
    """`arguments`: the command's words, as they were typed."""
    name = hashlib.sha256("\0".join(arguments).encode()).hexdigest()
    record = settings.cache_folder / "exports" / name[:32]
    surroundings = (
        settings.today.isoformat(),
        history_state(settings.root),  # documents name the revision of their sources
        cache.program(),
        pandoc_state(),
    )
    state = cache.digest_of(part.encode() for part in (*arguments, *surroundings))
    return LastExport(settings.root, record, state)
