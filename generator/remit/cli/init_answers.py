"""The answers for a new register: from options, from questions, and what goes without saying."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import click

from remit.cli.asking import prompt
from remit.model.forges import Forge
from remit.model.new_register import ASKED_NAMES, NewRegister, faults
from remit.model.records import Line, OrganisationKind, RoleKind
from remit.settings import available_languages
from remit.write.new_register import countries

NO_FORGE = "none"
PLACEHOLDER = "https://register.example/"
"""The site's address until there is one."""
COUNTRIES = {"nb": "NO", "sv": "SE"}
"""The country that goes without saying for a register whose first language this is."""

MEANINGS = {
    "languages": "The languages with commas between; the first is the default and counts.",
    "site_name": "What the site is called.",
    "site_url": "Where the site is to be read.",
    "organisation": "The organisation that the register belongs to.",
    "short": "Its short form, such as IMDi; Enter when it has none.",
    "organisation_kind": "What kind of body it is.",
    "country": "Its country, by two letters.",
    "email": "Where readers write to it; Enter to leave it out.",
    "web": "Its own web site; Enter to leave it out.",
    "role": "The first role: a team, a post or a service, never a person.",
    "role_kind": "What kind of role it is.",
    "role_line": "first-line meets people, second-line advises those who do, or national.",
    "mandate": "The title of the role's mandate.",
    "forge": "The forge where the register is to lie and proposals are made.",
    "team": "Who approves changes there, such as @example/editors; Enter to leave it open.",
}
DEFAULTS = {
    "site_url": PLACEHOLDER,
    "organisation_kind": "authority",
    "role_kind": "team",
    "role_line": "second-line",
    "forge": NO_FORGE,
}
CHOICES = {
    "organisation_kind": [kind.value for kind in OrganisationKind],
    "role_kind": [kind.value for kind in RoleKind],
    "role_line": [line.value for line in Line],
    "forge": [*map(str, Forge), NO_FORGE],
}


def given_by(options: Mapping[str, Any]) -> dict[str, Any]:
    """What the options say, by answer; what they do not say is left out."""
    found: dict[str, Any] = {}
    for name, value in options.items():
        if isinstance(value, tuple):
            if value:
                found[name] = _named(name, value)
        elif value is not None:
            found[name] = _codes(value) if name == "languages" else value.strip()
    return found


def _named(option: str, values: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for value in values:
        code, equals, words = value.partition("=")
        if not equals or not re.fullmatch("[A-Za-z-]+", code):
            raise click.UsageError(
                f'{option_of(option)} takes CODE=TEXT, such as "nb=…", not "{value}"'
            )
        found[code] = words.strip()
    return found


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in text.split(",") if code.strip())


def filled(given: dict[str, Any]) -> NewRegister:
    """The answers without asking: what is left out is empty, or what goes without saying."""
    languages = given.get("languages", ())
    empty: dict[str, Any] = {name: {} for name in ASKED_NAMES}
    country = COUNTRIES.get(languages[0], "") if languages else ""
    return NewRegister(**{"languages": (), "country": country, **empty, **DEFAULTS, **given})


def asked(given: dict[str, Any]) -> NewRegister:
    answers = filled({**given, "languages": given.get("languages", ())})
    for name, meaning in MEANINGS.items():
        if name in given or (name == "team" and answers.forge == NO_FORGE):
            continue
        click.echo(f"\n{meaning}")
        if name in ASKED_NAMES:
            for code in answers.languages:
                answers = _ask(answers, name, code)
        else:
            answers = _ask(answers, name)
        if name == "languages" and "country" not in given:
            answers = replace(answers, country=COUNTRIES.get(answers.language, ""))
    return answers


def _ask(answers: NewRegister, name: str, code: str = "") -> NewRegister:
    """The answers with one more, which is asked for until nothing is wrong with it."""

    def read(words: str) -> NewRegister:
        words = words.strip()
        if name in CHOICES and words not in CHOICES[name]:
            raise click.UsageError(f'"{words}" is none of {", ".join(CHOICES[name])}')
        value: Any = _codes(words) if name == "languages" else words
        if code:
            value = {**getattr(answers, name), code: words}
        changed = replace(answers, **{name: value})
        place = f"{name}.{code}" if code else name
        for one in faults(changed, countries()):
            if one.answer == place:
                raise click.UsageError(f"{one.message}; {one.help}" if one.help else one.message)
        return changed

    default = str(getattr(answers, name)) if not code and name != "languages" else ""
    hints = {"languages": ", ".join(available_languages()), **_CHOICE_HINTS}
    label = f"{name.replace('_', ' ')} {code}".strip()
    hint = f" ({hints[name]})" if name in hints else ""
    made: NewRegister = prompt(f"{label}{hint}", read, default or None)
    return made


_CHOICE_HINTS = {name: ", ".join(choices) for name, choices in CHOICES.items()}


def option_of(answer: str) -> str:
    """An answer as the option that gives it: `site_name.nb` → `--site-name nb=…`."""
    name, _, code = answer.partition(".")
    return f"--{name.replace('_', '-')}" + (f" {code}=…" if code else "")
