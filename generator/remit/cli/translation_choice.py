"""Which texts and records the commands on translations are about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from remit.model.records import BY_KIND, Record
from remit.model.register import Register, address_of
from remit.model.translations import (
    TO_DO,
    TextState,
    TranslatedText,
    record_named,
    translated_texts,
)
from remit.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Selection:
    """Which texts are meant."""

    records: tuple[str, ...] = ()
    owner: str | None = None
    kind: str | None = None
    states: tuple[TextState, ...] = TO_DO

    def texts(self, register: Register, language: str) -> list[TranslatedText]:
        """Raises UsageError for what is not known."""
        wanted = {address_of(one) for one in self.chosen(register)}
        found = translated_texts(register, language, wanted)
        return [one for one in found if one.state in self.states]

    def chosen(self, register: Register) -> list[Record]:
        if self.owner and not register.named(f"organisations/{self.owner}"):
            near = register.nearest(self.owner, ("organisation",))
            hint = f"; did you mean {near}?" if near else ""
            raise click.UsageError(f'there is no organisation "{self.owner}"{hint}')
        records = [_named(register, name) for name in dict.fromkeys(self.records)]
        return [
            one
            for one in (records or register.records)
            if (self.owner is None or one.owner == self.owner)
            and (self.kind is None or self.kind == one.KIND)
        ]


def _named(register: Register, name: str) -> Record:
    found = record_named(register, name)
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(address_of(one) for one in found)
        raise click.UsageError(f'several records are called "{name}": {ids}')
    near = register.nearest(name, BY_KIND)
    raise click.UsageError(
        f'there is no record "{name}"' + (f"; did you mean {near}?" if near else "")
    )


def selecting(command: F) -> F:
    """The arguments that choose texts."""
    for option in (
        click.option("--kind", type=click.Choice(sorted(BY_KIND)), metavar="KIND"),
        click.option("--owner", metavar="ID", help="Only records that this body answers for."),
        click.argument("records", nargs=-1, metavar="[RECORD]..."),
    ):
        command = option(command)
    return command


def known_language(code: str, settings: Settings) -> str:
    """Raises UsageError for one that the register does not have."""
    if code not in settings.languages:
        known = ", ".join(settings.languages)
        raise click.UsageError(f'the register has no language "{code}"; it has {known}')
    return code
