"""Whether a build would make what is there already: found out without loading the register.

The check's notes tell whether the register is as it was; beside them stand here the files that the
site was left with, each told by its stamp, and those that its frame is made of.
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from remit.cache import contents_digest, keep, kept, program
from remit.diagnostics import Diagnostic
from remit.load.file_state import is_still
from remit.load.kept_findings import last_check
from remit.load.source_revisions import history_state
from remit.settings import Settings
from remit.write.written_files import Left, WrittenFile, as_left, is_as_left, packed, unpacked


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
    """What is known of a site that was made: `token` names its records, `made_of` are the files and
    folders of its frame with the digests of their contents."""

    token: str
    history: str
    made_of: Sequence[tuple[str, str]]
    records: int
    files: Sequence[Left]

    def keep(self, settings: Settings, site: Path, choice: Choice) -> None:
        plain = (
            self.token,
            self.history,
            list(self.made_of),
            self.records,
            packed(self.files),
        )
        keep(_file(settings, site), _about(settings, choice), marshal.dumps(plain))


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


def unchanged_site(settings: Settings, site: Path, choice: Choice) -> Unchanged | None:
    """What is known of the site, when making it would make the same; else None."""
    data = kept(_file(settings, site), _about(settings, choice))
    if data is None:
        return None
    token, history, made_of, records, files = marshal.loads(data)
    last = last_check(settings)
    if last is None or not token or last.token != token or not is_still(settings, last.state):
        return None
    if not made_of or any(contents_digest(Path(path)) != digest for path, digest in made_of):
        return None
    if history_state(settings.root) != history or not is_as_left(unpacked(*files), site):
        return None
    return Unchanged(records, last.found)


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
