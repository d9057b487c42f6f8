"""CODEOWNERS: which team of the forge is asked to approve a change to which file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from remit.model.forges import Forge
from remit.model.records import Mandate, MandateVersion, Record
from remit.model.register import Register, address_of
from remit.settings import Settings

HEAD = (
    "# Written by `remit workflows` from the owners of the records and [tool.remit.owners].\n"
    "# Change those, not this file.\n"
)


class Rule(NamedTuple):
    """Who approves what: a pattern in the forge's own form, and teams."""

    pattern: str
    team: str


@dataclass
class _Folder:
    """A folder with records in it, and the teams that answer for its files."""

    path: str
    files: dict[str, str] = field(default_factory=dict)
    """By name up to the first dot: a page in three languages, a record and its drawing are one."""
    folders: dict[str, _Folder] = field(default_factory=dict)

    def add(self, names: list[str], team: str) -> None:
        if len(names) == 1:
            self.files[names[0].partition(".")[0]] = team
            return
        inner = self.folders.setdefault(names[0], _Folder(f"{self.path}/{names[0]}"))
        inner.add(names[1:], team)

    def teams(self) -> Counter[str]:
        return sum((one.teams() for one in self.folders.values()), Counter(self.files.values()))

    def most(self) -> str:
        """The team with most of the files; of two with as many, the first by name."""
        return min(self.teams().items(), key=lambda one: (-one[1], one[0]))[0]

    def only(self) -> str | None:
        """The team that has them all, if one has."""
        teams = self.teams()
        return next(iter(teams)) if len(teams) == 1 else None


def code_owners(register: Register, settings: Settings, forge: Forge) -> str:
    """The text of the forge's CODEOWNERS. The settings name a team for all the rest (`*`)."""
    rest = settings.owners["*"].handle
    folders = _folders(register, settings)
    rules: Iterable[Rule]
    if forge in (Forge.FORGEJO, Forge.GITEA):
        rules = _matching_rules(folders, settings, rest)
    else:
        rules = [Rule("*", rest), *_overriding_rules(folders, rest)]
    section = "[Register]\n" if forge is Forge.GITLAB else ""
    return HEAD + section + "".join(f"{rule.pattern} {rule.team}\n" for rule in rules)


def _folders(register: Register, settings: Settings) -> list[_Folder]:
    """The folder of each kind of record, and that of the mandates, with the teams of their files.

    A folder's rule counts for new records too, so folders of several kinds have none.
    """
    kinds: dict[str, _Folder] = {}
    for path, team in _teams(register, settings):
        within = settings.mandates if path.startswith(f"{settings.mandates}/") else settings.content
        top, *names = path.removeprefix(f"{within}/").split("/")
        folder = within if within == settings.mandates else f"{within}/{top}"
        kept = [top, *names] if within == settings.mandates else names
        kinds.setdefault(folder, _Folder(folder)).add(kept, team)
    return [kinds[path] for path in sorted(kinds)]


def _teams(register: Register, settings: Settings) -> Iterator[tuple[str, str]]:
    """Every file of a record, and the team of its owner."""
    for record in register.records:
        owner = _owner(record, register).removeprefix("organisations/")
        team = settings.owners.get(owner) or settings.owners["*"]
        origin = register.origins.get(address_of(record))
        for path in origin.sources if origin else ():
            yield path, team.handle


def _owner(record: Record, register: Register) -> str:
    """Its own, or for a version of a mandate that names none, the mandate's; else empty."""
    if record.owner is None and isinstance(record, MandateVersion):
        mandate = register.get(Mandate, record.mandate)
        return mandate.owner or "" if mandate else ""
    return record.owner or ""


def _overriding_rules(folders: Iterable[_Folder], inherited: str) -> Iterator[Rule]:
    """Rules of which the last that fits counts: a folder's, then those of its exceptions."""
    for folder in folders:
        team = folder.most()
        if team != inherited:
            yield Rule(f"/{_glob(folder.path)}/", team)
        for name, other in sorted(folder.files.items()):
            if other != team:
                yield Rule(f"/{_glob(f'{folder.path}/{name}')}.*", other)
        yield from _overriding_rules(_sorted(folder.folders), team)


def _matching_rules(folders: list[_Folder], settings: Settings, rest: str) -> Iterator[Rule]:
    """Rules that all count, as regular expressions: no file may fit those of two teams."""
    tops = "|".join(_regexp(one) for one in sorted({settings.content, settings.mandates}))
    yield Rule(f"!({tops})/.*", rest)
    for folder in folders:
        yield from _rules_within(folder)


def _rules_within(folder: _Folder) -> Iterator[Rule]:
    path = _regexp(folder.path)
    if team := folder.only():
        yield Rule(f"{path}/.*", team)
        return
    for team, names in _by_team(folder.files):
        yield Rule(f"{path}/{_any_of(names)}[.].*", team)
    whole = {name: team for name, one in folder.folders.items() if (team := one.only())}
    for team, names in _by_team(whole):
        yield Rule(f"{path}/{_any_of(names)}/.*", team)
    for name, inner in sorted(folder.folders.items()):
        if name not in whole:
            yield from _rules_within(inner)


def _sorted(folders: Mapping[str, _Folder]) -> list[_Folder]:
    return [folder for _, folder in sorted(folders.items())]


def _by_team(teams: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for name, team in sorted(teams.items()):
        found.setdefault(team, []).append(name)
    return sorted(found.items())


def _any_of(names: list[str]) -> str:
    return "(" + "|".join(_regexp(name) for name in names) + ")"


def _glob(path: str) -> str:
    """A path as a pattern. What forges read differently becomes `?`, which is any one character."""
    return "".join("?" if one in "*?[]!#\\ \t" else one for one in path)


def _regexp(path: str) -> str:
    """A path as a regular expression without backslashes, which forges take out first."""
    return "".join(
        one if one.isalnum() or one in "/_-" else "[.]" if one == "." else "." for one in path
    )
