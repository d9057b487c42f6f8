"""The register as it stands in a git revision: read from git's store, never checked out.

Neither the work tree nor the index is touched, no link is followed and nothing is fetched.
"""

from __future__ import annotations

import difflib
import subprocess
from dataclasses import dataclass, field, replace
from pathlib import Path

from remit.diagnostics import Diagnostic, Location
from remit.load.git import RevisionError, git
from remit.load.reading import MAX_BYTES, too_large
from remit.load.records import Loaded, load_register
from remit.load.released import MAX_BYTES as MOST_RELEASED
from remit.load.released import no_link, released_in
from remit.load.source import Row, What
from remit.model.register import Register
from remit.settings import SETTINGS_FILE, SettingsError, parse_settings

_KINDS: dict[str, What] = {"100644": "file", "100755": "file", "100664": "file", "120000": "link"}


def load_revision(
    root: Path, name: str, beside: Register | None = None, *, released: bool = False
) -> Loaded:
    """The register in `root` as it was at the revision `name`, with what is wrong with it there.

    `beside` is another state of it: what both have is read once. `released` reads the list of
    released addresses too, which only checks need. Raises RevisionError.
    """
    commit = _commit(root, name)
    files = _listed(root, commit)
    settings_file = files.get(SETTINGS_FILE)
    if settings_file is None:
        message = f"there is no {SETTINGS_FILE}, so no register, in this folder then"
        return _unread(Diagnostic(Location(SETTINGS_FILE), "settings", message))
    data = _contents(root, {SETTINGS_FILE: settings_file}).get(SETTINGS_FILE, b"")
    try:
        settings = parse_settings(root, data)
    except SettingsError as error:
        return _unread(error.diagnostic)
    tops = tuple(f"{Path(top).as_posix()}/" for top in (settings.content, settings.mandates))
    inside = {path: one for path, one in files.items() if path.startswith(tops)}
    loaded = load_register(settings, Revision(inside, _contents(root, inside), commit), beside)
    if released and settings.released in files:
        _add_released(loaded, root, settings.released, files[settings.released])
    return replace(loaded, settings=settings)


def _add_released(loaded: Loaded, root: Path, shown: str, file: _File) -> None:
    if file.what != "file":
        loaded.problems.append(no_link(shown))
        return
    data = _contents(root, {shown: file}, MOST_RELEASED).get(shown)
    if data is None:
        loaded.problems.append(too_large(shown, file.size))
        return
    loaded.register = replace(loaded.register, released=released_in(data, shown, loaded.problems))


def merge_base(root: Path, old: str, new: str) -> str:
    """The commit in which two revisions last had all in common: where `new` left `old`.

    Raises RevisionError, which says what to fetch when that commit is not in this copy.
    """
    commits = [_commit(root, name) for name in (old, new)]
    found = git(root, "merge-base", *commits)
    if found.returncode == 0:
        return found.stdout.decode("ascii").split()[0]
    message = f'"{old}" and "{new}" have no commit in common'
    if _says_yes(_shallow(root)):
        raise RevisionError(
            f"{message} here; this copy of the repository is shallow, so the commit in which "
            "they parted is left out: run git fetch --unshallow, or in CI fetch the whole history"
        )
    raise RevisionError(f"{message}; write {old}..{new} to compare the two as they are")


def _unread(problem: Diagnostic) -> Loaded:
    return Loaded(Register((), ()), [problem])


@dataclass(frozen=True, slots=True)
class _File:
    """A file in the revision: `blob` is git's name of its bytes."""

    what: What
    blob: str
    size: int


@dataclass(frozen=True)
class Revision:
    """The files of a revision, as a source to load from."""

    files: dict[str, _File]
    contents: dict[str, bytes]
    commit: str
    _folders: dict[str, dict[str, Row]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path, file in self.files.items():
            what: What = file.what
            while path:
                folder, _, name = path.rpartition("/")
                self._folders.setdefault(folder, {})[name] = Row(name, path, what)
                path, what = folder, "folder"

    def rows(self, folder: str) -> list[Row] | None:
        found = self._folders.get(Path(folder).as_posix())
        return None if found is None else list(found.values())

    def read(self, file: str, shown: str, problems: list[Diagnostic]) -> bytes | None:
        data = self.contents.get(file)
        if data is None:
            problems.append(too_large(shown, self.files[file].size))
        return data

    def stamp(self, file: str) -> None:
        return None


# --- git -----------------------------------------------------------------------------------


def _commit(root: Path, name: str) -> str:
    """The full name of the commit that `name` means."""
    asked = ("--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    found = git(root, "rev-parse", *asked)
    if found.returncode == 0:
        return found.stdout.decode("ascii").strip()
    inside = _shallow(root)
    if inside.returncode != 0:
        said = inside.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ")
        if "not a git repository" in said:
            raise RevisionError(
                "the register is not in a git repository, so there is no earlier state of it; "
                "compare two versions of a mandate: remit diff MANDATE@DATE MANDATE@DATE"
            )
        raise RevisionError(f"git does not open the repository: {said}")
    message = f'there is no revision "{name}"'
    if _says_yes(inside):
        raise RevisionError(
            f"{message} here; this copy of the repository is shallow, so most of its history is "
            "left out: run git fetch --unshallow, or in CI fetch the whole history"
        )
    listed = git(root, "for-each-ref", "--format=%(refname:short)").stdout.decode("utf-8")
    near = difflib.get_close_matches(name, listed.split(), n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else "git branch --all and git tag list the names"
    raise RevisionError(f"{message}; {hint}")


def _shallow(root: Path) -> subprocess.CompletedProcess[bytes]:
    return git(root, "rev-parse", "--is-shallow-repository")


def _says_yes(answer: subprocess.CompletedProcess[bytes]) -> bool:
    return answer.stdout.strip() == b"true"


def _listed(root: Path, commit: str) -> dict[str, _File]:
    """Every file of the commit in the register's folder, by its path from there."""
    found = git(root, "ls-tree", "-r", "-z", "-l", commit)
    _expect(found)
    files = {}
    for line in found.stdout.split(b"\0"):
        if line:
            about, _, path = line.partition(b"\t")
            mode, _, blob, size = about.decode("ascii").split()
            what = _KINDS.get(mode, "other")
            name = path.decode("utf-8", "surrogateescape")
            files[name] = _File(what, blob, int(size) if size.isdigit() else 0)
    return files


def _contents(root: Path, files: dict[str, _File], most: int = MAX_BYTES) -> dict[str, bytes]:
    """The bytes of every file that is not too large, by its path."""
    wanted = [
        (path, file) for path, file in files.items() if file.what == "file" and file.size <= most
    ]
    names = "".join(f"{file.blob}\n" for _, file in wanted).encode("ascii")
    found = git(root, "cat-file", "--batch", given=names)
    _expect(found)
    contents, place = {}, 0
    for path, file in wanted:
        head_end = found.stdout.index(b"\n", place)
        if found.stdout[place:head_end].endswith(b" missing"):
            raise RevisionError(_INCOMPLETE)
        start, place = head_end + 1, head_end + 1 + file.size + 1
        contents[path] = found.stdout[start : place - 1]
    return contents


_INCOMPLETE = (
    "this copy of the repository does not hold all of its files' earlier states; fetch them "
    "first: git fetch --refetch --no-filter"
)


def _expect(found: subprocess.CompletedProcess[bytes]) -> None:
    if found.returncode != 0:
        said = found.stderr.decode("utf-8", "replace").strip()
        if "promisor" in said or "not allowed" in said:
            raise RevisionError(_INCOMPLETE)
        raise RevisionError(f"git cannot read the revision: {said.removeprefix('fatal: ')}")
