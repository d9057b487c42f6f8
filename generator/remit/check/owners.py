"""Checks on owners: the teams that the settings name, and what the forge is told of them."""

from __future__ import annotations

from itertools import zip_longest

from remit.check.finding import PlacedFinding, PlacedFindings
from remit.diagnostics import Location
from remit.model.code_owners import code_owners
from remit.model.forges import Forge
from remit.model.records import Organisation
from remit.model.register import Register
from remit.settings import SETTINGS_FILE, Settings


def unknown_owner(register: Register, settings: Settings) -> PlacedFindings:
    """A team is named for an organisation that the register does not have."""
    for organisation, team in settings.owners.items():
        if organisation == "*" or register.get(Organisation, organisation):
            continue
        near = register.nearest(organisation, (Organisation.KIND,))
        yield PlacedFinding(
            Location(SETTINGS_FILE, team.line),
            f'the team {team.handle} is named for "{organisation}", which is no organisation here',
            f'did you mean "{near}"?' if near else "take the line away, or add the organisation",
        )


def code_owners_outdated(register: Register, settings: Settings) -> PlacedFindings:
    """What tells the forge who approves is not what the records and the settings say."""
    for forge in Forge:
        kept = register.code_owners.get(forge.code_owners)
        if kept is None:
            continue
        made = code_owners(register, settings, forge)
        if kept.replace("\r\n", "\n") != made:
            pairs = zip_longest(kept.splitlines(), made.splitlines())
            line = next((n for n, (a, b) in enumerate(pairs, 1) if a != b), 1)
            yield PlacedFinding(
                Location(forge.code_owners, min(line, kept.count("\n") or 1)),
                "who approves what is not as the records and [tool.remit.owners] say it",
                "run remit workflows, and commit what it writes",
            )
