"""Whether a build would make what is there already: found out without loading the register.

The check's notes tell whether the register is as it was; beside them stand here the files that the
site was left with, each told by its stamp, and those that its frame is made of.
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from remit.cache import contents_digest, keep, kept, program
from remit.diagnostics import Diagnostic
from remit.load.kept_findings import RegisterSeen
from remit.load.source_revisions import history_state
from remit.second_process import Apart, TwoEnds
from remit.settings import Settings
from remit.write.written_files import Columns, WrittenFile, as_left, columns, is_as_left

_SAME, _OTHER = b"same", b"other"
_PARTS = 64
"""So many parts of a site's files are looked at one after the other."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a site is to have. `whole`: documents of the whole register too."""

    documents: bool = True
    whole: bool = True
    search: bool = True
    compress: bool = False


def kept_file(settings: Settings, site: Path) -> Path:
    """Where it is kept what is known of the site in a folder; other files begin with its name."""
    name = hashlib.sha256(str(site.absolute()).encode()).hexdigest()[:16]
    return settings.cache_folder / "sites" / name


@dataclass(frozen=True, slots=True)
class LastSite:
    """What is known of a site that was made: `token` names its records, `name` what else is kept of
    it, `made_of` are the files and folders of its frame with the digests of their contents. Most
    of its files are those of when the `whole` was kept, but for the `replaced` ones: from which to
    before which."""

    token: str
    name: str
    history: str
    made_of: Sequence[tuple[str, str]]
    records: int
    whole: str
    replaced: list[tuple[int, int]]
    files: tuple[str, bytes]
    """All others as they were left, packed."""

    def keep(self, settings: Settings, site: Path, choice: Choice) -> None:
        made_of = list(self.made_of)
        files = (self.whole, self.replaced, self.files)
        plain = (self.token, self.name, self.history, made_of, self.records, *files)
        keep(_file(settings, site), _about(settings, choice), marshal.dumps(plain))


def keep_whole(file: Path, about: str, whole: str, paths: str, stamps: bytes) -> None:
    """Keeps of all files of a site how they were left; `file` and `about` as the store has them."""
    keep(_whole_file(file), f"{whole} {about}", marshal.dumps((paths, stamps)))


def kept_whole(file: Path, about: str, whole: str) -> tuple[str, bytes] | None:
    """What `keep_whole` kept."""
    data = kept(_whole_file(file), f"{whole} {about}")
    if data is None:
        return None
    paths, stamps = marshal.loads(data)
    return paths, stamps


def _whole_file(file: Path) -> Path:
    return file.with_name(f"{file.name}.written")


def forget_site(settings: Settings, site: Path) -> None:
    """What is kept of the site in a folder does not hold from here on: what lies beside these two
    files does only with them."""
    kept_file(settings, site).unlink(missing_ok=True)
    _file(settings, site).unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A site that is up to date, and what was found wrong with its register."""

    records: int
    found: list[Diagnostic]


class SiteSeen:
    """A site as it is before anything is made: whether anyone has touched its files is found out
    by a process of its own meanwhile. Whoever asks before it has come to the end takes a part."""

    def __init__(self, settings: Settings, site: Path, choice: Choice) -> None:
        self.settings, self.site = settings, site
        self._last = _last_site(settings, site, choice)
        self._left: bool | None = None
        self._parts = TwoEnds(_PARTS)
        look = partial(self._look, self._parts.from_the_first())
        self._looking = Apart(look) if self._last else None

    @property
    def name(self) -> str:
        """Names what was kept of the site; empty when nothing was."""
        return self._last.name if self._last else ""

    @property
    def token(self) -> str:
        """Names the records that the site was made of."""
        return self._last.token if self._last else ""

    def is_as_left(self) -> bool:
        """Whether no one has touched any of its files."""
        if self._left is None:
            self._left = self._looking is not None and self._is_same(self._looking)
        return self._left

    def _is_same(self, looking: Apart) -> bool:
        are_two = looking.is_under_way
        found = self._look(self._parts.from_the_last())
        beside = looking.result()
        if are_two and not beside:  # it has failed
            found = self._look(range(_PARTS))
        return _OTHER not in (found, beside)

    def _look(self, parts: Iterable[int]) -> bytes:
        """Whether the files of these parts are as they were left; none is taken when one is not."""
        site, files = self.site.absolute(), None
        for number in parts:
            files = self._files(site) if files is None else files
            start, end = (len(files.paths) * at // _PARTS for at in (number, number + 1))
            if not files.paths or not is_as_left(files.of(start, end), site):
                self._parts.leave()
                return _OTHER
        return _SAME

    def _files(self, site: Path) -> Columns:
        """As they were left; none where that is not known."""
        last = self._last
        whole = last and kept_whole(kept_file(self.settings, site), str(site), last.whole)
        if not last or not whole:
            return columns("", b"")
        files = columns(*whole)
        files.replace(last.replaced, columns(*last.files))
        return files

    def unchanged(self, seen: RegisterSeen) -> Unchanged | None:
        """What is known of the site, when making it would make the same; else None. `seen` are the
        register's files."""
        last, check = self._last, seen.last
        if last is None or check is None or not seen.is_same:
            return None
        if not last.token or check.token != last.token or not last.made_of:
            return None
        if any(contents_digest(Path(path)) != digest for path, digest in last.made_of):
            return None
        if history_state(self.settings.root) != last.history or not self.is_as_left():
            return None
        return Unchanged(last.records, check.found)


def _last_site(settings: Settings, site: Path, choice: Choice) -> LastSite | None:
    data = kept(_file(settings, site), _about(settings, choice))
    if data is None:
        return None
    return LastSite(*marshal.loads(data))


def files_beside(site: Path, languages: Sequence[str]) -> list[WrittenFile]:
    """The files of a site that no job of its register makes: the theme's, the search's, the
    host's."""
    found = [site / language / "404.html" for language in languages]
    for entry in sorted(site.iterdir()):
        if entry.name not in languages:
            found += [one for one in (entry, *sorted(entry.rglob("*"))) if one.is_file()]
    return [as_left(file, site) for file in found]


def _file(settings: Settings, site: Path) -> Path:
    file = kept_file(settings, site)
    return file.with_name(f"{file.name}.files")


def _about(settings: Settings, choice: Choice) -> str:
    parts = [f"site of {program()}", str(choice), repr(replace(settings, root=Path()))]
    if choice.documents:
        from remit.write.pandoc_tool import pandoc_state

        parts.append(pandoc_state())
    return ", ".join(parts)
