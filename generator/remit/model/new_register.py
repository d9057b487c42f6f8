"""A register that is to be begun: the answers it is made of, and what is wrong with them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from remit.model.drafts import id_of
from remit.model.values import is_colour, is_web_address
from remit.settings import available_languages, is_handle, is_site_address

LONGEST_NAME = 150
ASKED_NAMES = ("site_name", "organisation", "role", "mandate")
"""Answers that are given in every language."""
_REQUIREMENT = re.compile(r"remit(\[[\w, -]+\])?\s*(@\s*\S+|[=<>~!]=?\s*[\w.*+!-]+.*)?", re.ASCII)
_MAIL = re.compile(r"[^@\s<>\"']+@[^@\s<>\"']+\.[^@\s<>\"']+")


class Fault(NamedTuple):
    """What is wrong with an answer, and what to do.

    `answer` is the name of its field, and after a dot the language: `site_name.nb`.
    """

    answer: str
    message: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class NewRegister:
    """The answers. Names are by language; `country` is a code of ISO 3166-1.

    `program`: what is to be installed, as a requirements file says it. `team`: who approves
    changes, as the forge calls them.
    """

    languages: Sequence[str]
    site_name: Mapping[str, str]
    site_url: str
    organisation: Mapping[str, str]
    organisation_kind: str
    country: str
    role: Mapping[str, str]
    role_kind: str
    role_line: str
    mandate: Mapping[str, str]
    short: str = ""
    email: str = ""
    web: str = ""
    logo: bytes = b""
    logo_alt: Mapping[str, str] = field(default_factory=dict)
    ink: str = ""
    accent: str = ""
    program: str = ""
    forge: str = ""
    team: str = ""

    @property
    def language(self) -> str:
        """The first, whose texts count."""
        return self.languages[0]

    @property
    def organisation_id(self) -> str:
        return id_of(self.short) or self._id_of(self.organisation) or "organisation"

    @property
    def role_id(self) -> str:
        return self._id_of(self.role) or "role"

    @property
    def mandate_id(self) -> str:
        return self._id_of(self.mandate) or "mandate"

    def _id_of(self, names: Mapping[str, str]) -> str:
        return id_of(names.get("en") or names[self.language])


def faults(answers: NewRegister, countries: Sequence[str]) -> list[Fault]:
    """All that can be seen to be wrong without making the register."""
    found = [*_faults_of_languages(answers.languages)]
    if not found:
        found += _faults_of_names(answers)
    found += _faults_of_addresses(answers)
    if answers.country not in countries:
        help = "use the two letters of ISO 3166-1, such as NO or SE"
        found.append(Fault("country", f'"{answers.country}" is no country', help))
    for name, colour in (("ink", answers.ink), ("accent", answers.accent)):
        if colour and not is_colour(colour):
            help = "write it as #1f2a3c: red, green and blue, two hexadecimal digits each"
            found.append(Fault(name, f'"{colour}" is no colour', help))
    if answers.team and not is_handle(answers.team):
        help = "write the name that the forge has, such as @directorate/editors"
        found.append(Fault("team", f'"{answers.team}" is no name of a team', help))
    if not answers.program.isprintable() or not _REQUIREMENT.fullmatch(answers.program):
        help = 'write it as in a requirements file: remit==0.1.0, or "remit @ https://…/remit.whl"'
        found.append(Fault("program", f"{answers.program!r} names no version of remit", help))
    return found


def _faults_of_languages(languages: Sequence[str]) -> Iterator[Fault]:
    known = available_languages()
    for code in languages:
        if code not in known:
            yield Fault(
                "languages",
                f'there are no labels for the language "{code}"',
                f"the languages with labels are: {', '.join(known)}; a new one is a file in "
                "generator/remit/locales/ and a folder in generator/remit/templates/register/",
            )
    for code, count in Counter(languages).items():
        if count > 1:
            yield Fault("languages", f'the language "{code}" is named twice')
    if len(languages) < 2:
        help = "name them with commas between, the first is the default: nb,en"
        yield Fault("languages", "a register has at least two languages", help)


def _faults_of_names(answers: NewRegister) -> Iterator[Fault]:
    asked = [*ASKED_NAMES, *(["logo_alt"] if answers.logo else [])]
    for name in asked:
        given: Mapping[str, str] = getattr(answers, name)
        for code in given:
            if code not in answers.languages:
                known = ", ".join(answers.languages)
                help = f"the register's languages are: {known}"
                yield Fault(f"{name}.{code}", "the register does not have this language", help)
        for code in answers.languages:
            yield from _faults_of_name(name, code, given.get(code, ""))
    if not answers.short.isprintable() or len(answers.short) > LONGEST_NAME:
        yield Fault("short", "the short form is too long, or holds characters that do not show")


def _faults_of_name(name: str, code: str, words: str) -> Iterator[Fault]:
    place = f"{name}.{code}"
    if not words.strip():
        yield Fault(place, "nothing is given in this language")
    elif not words.isprintable():
        help = "type it anew; such characters come along when text is pasted"
        yield Fault(place, "there are characters in it that do not show", help)
    elif len(words) > LONGEST_NAME:
        help = f"a name has {LONGEST_NAME} at most: the rest belongs in a summary"
        yield Fault(place, f"it has {len(words)} characters", help)


def _faults_of_addresses(answers: NewRegister) -> Iterator[Fault]:
    if not is_site_address(answers.site_url) or not answers.site_url.isprintable():
        help = "write where the site is to be read, such as https://mandates.example/"
        yield Fault("site_url", f'"{answers.site_url}" is no web address', help)
    if answers.web and not (is_web_address(answers.web) and answers.web.isprintable()):
        help = "write it with https://"
        yield Fault("web", f'"{answers.web}" is no web address', help)
    if answers.email and not (_MAIL.fullmatch(answers.email) and answers.email.isprintable()):
        help = "write it as post@example.org"
        yield Fault("email", f'"{answers.email}" is no e-mail address', help)
