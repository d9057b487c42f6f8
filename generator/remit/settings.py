"""The register's settings, `[tool.remit]` in `pyproject.toml`: read once, refused when wrong."""

from __future__ import annotations

import os
import re
import time
import tomllib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from remit.diagnostics import Diagnostic, Location

SETTINGS_FILE = "pyproject.toml"
MAX_BYTES = 1024 * 1024
MOST_JOBS = 50
"""Of one run on a forge that divides the making of a site."""
LOCALES = Path(__file__).parent / "locales"
NEUTRAL_SITES = {
    "nb": "https://www.yr.no/",
    "sv": "https://www.smhi.se/",
    "en": "https://www.yr.no/en",
}
"""Where the quick exit leads when the register does not say: the weather, which anyone looks up."""


@dataclass(frozen=True, slots=True)
class Team:
    """Who on the forge stands for an organisation: names with @, and the line that says so."""

    handle: str
    line: int = 1


class SettingsError(Exception):
    """The settings cannot be used; carries the diagnostic to print."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(str(diagnostic.message))
        self.diagnostic = diagnostic


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for the whole register.

    `languages`: at least two, the first is the default. `site_url` ends with a slash.
    `editor_language`: what fields mean, to who writes them; the first language when left out.
    `contact_check_months`: after how long an unverified contact point is reported.
    `exit_sites`: per language, where the quick exit leads. `feedback`: where readers report faults.
    `review_pages`: whether the site shows translations beside the text that counts.
    `site_summary`: per language, whom the register is for, said on the home page. `rights`: per
    language, on what terms the content may be used, said in the documents' metadata.
    `branch`: the one that the site is made of. `shards`: among how many jobs a forge divides the
    making of the site. `owners`: the teams of the forge that approve, by
    organisation, and `*` for all the rest; empty when the register leaves that open.
    """

    root: Path
    languages: tuple[str, ...]
    site_name: dict[str, str]
    site_summary: dict[str, str] = field(default_factory=dict)
    site_url: str = "https://remit.example/"
    rights: dict[str, str] = field(default_factory=dict)
    content: str = "content"
    mandates: str = "mandates"
    released: str = "released.txt"
    public: bool = True
    demonstration: bool = False
    editor_language: str = ""
    contact_check_months: int = 12
    edit_url: str = ""
    exit_sites: dict[str, str] = field(default_factory=dict)
    feedback: str = ""
    review_pages: bool = False
    cache: str = ".cache/remit"
    branch: str = "main"
    shards: int = 1
    owners: dict[str, Team] = field(default_factory=dict)
    today: date = field(default_factory=lambda: build_date())

    @property
    def default_language(self) -> str:
        return self.languages[0]

    def languages_of(self, reader: str) -> tuple[str, ...]:
        """The reader's language first, then the others in their order."""
        return (reader, *(code for code in self.languages if code != reader))

    @property
    def language_of_editors(self) -> str:
        return self.editor_language or self.default_language

    @property
    def cache_folder(self) -> Path:
        return self.root / self.cache

    def exit_site(self, language: str) -> str:
        """The neutral site that the quick exit of a page in `language` leads to."""
        known = NEUTRAL_SITES | self.exit_sites
        return known.get(language) or known["en"]


def build_date() -> date:
    """The day the register is read on: `SOURCE_DATE_EPOCH` when set, else today (UTC).

    Raises SettingsError for a value that is no number of seconds.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "").strip()
    try:
        return datetime.fromtimestamp(int(epoch or time.time()), UTC).date()
    except (ValueError, OverflowError, OSError):
        raise _refuse(
            "",
            f'the environment\'s SOURCE_DATE_EPOCH is "{epoch}", which is no time',
            "it is a number of seconds since 1970-01-01, such as 1795305600; or leave it unset",
        ) from None


_FIELDS: dict[str, type] = {
    "languages": list,
    "site_name": dict,
    "site_summary": dict,
    "site_url": str,
    "rights": dict,
    "content": str,
    "mandates": str,
    "released": str,
    "public": bool,
    "demonstration": bool,
    "editor_language": str,
    "contact_check_months": int,
    "edit_url": str,
    "exit_sites": dict,
    "feedback": str,
    "review_pages": bool,
    "cache": str,
    "branch": str,
    "shards": int,
    "owners": dict,
}


def read_settings(root: Path) -> Settings:
    """Raises SettingsError with a place and a remedy; never a bare parse error."""
    path = root / SETTINGS_FILE
    try:
        with open(path, "rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _refuse(
            "",
            f"no {SETTINGS_FILE} in {_shown(root)}",
            "run remit in the register's top folder, or name it with --register FOLDER",
        ) from None
    except OSError as error:
        raise _refuse("", f"{SETTINGS_FILE} cannot be read: {error.strerror or error}") from None
    return parse_settings(root, data)


def parse_settings(root: Path, data: bytes) -> Settings:
    """The settings that the bytes of a pyproject.toml give. Raises SettingsError."""
    if len(data) > MAX_BYTES:
        raise _refuse("", f"{SETTINGS_FILE} is larger than 1 MiB", "is this the right file?")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        raise SettingsError(
            Diagnostic(
                Location(SETTINGS_FILE, line, column),
                "settings",
                "the file is not UTF-8 text",
                "save it again with the encoding UTF-8",
            )
        ) from None
    try:
        document = tomllib.loads(text)
    except RecursionError:
        raise _refuse("", "not valid TOML: the nesting is too deep") from None
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(match[1]), int(match[2])) if match else (1, 1)
        message = re.sub(r" \(at .*\)$", "", str(error))
        raise SettingsError(
            Diagnostic(
                Location(SETTINGS_FILE, line, column), "settings", f"not valid TOML: {message}"
            )
        ) from None
    tools = document.get("tool")
    table = tools.get("remit") if isinstance(tools, dict) else None
    if not isinstance(table, dict):
        raise _refuse(
            text,
            "there is no [tool.remit] table",
            'add one:\n[tool.remit]\nlanguages = ["nb", "en"]\nsite_name = { nb = "…", en = "…" }',
        )
    return _settings(root, text, table)


def _settings(root: Path, text: str, table: dict[str, Any]) -> Settings:
    _refuse_unknown(text, table)
    languages = _languages(text, table)
    _refuse_half_told(text, table, languages)
    _refuse_wrong_addresses(text, table, languages)
    _refuse_wrong_paths(text, table)
    _refuse_wrong_numbers(text, table)
    url = table.get("site_url", "https://remit.example/")
    values = dict(table, languages=tuple(languages), site_url=url.rstrip("/") + "/")
    values["owners"] = _owners(text, table.get("owners", {}))
    return Settings(root=root, **values)


def _refuse_unknown(text: str, table: dict[str, Any]) -> None:
    for key, value in table.items():
        expected = _FIELDS.get(key)
        if expected is None:
            known = ", ".join(sorted(_FIELDS))
            raise _refuse(text, f'unknown setting "{key}"', f"the settings are: {known}", key)
        if type(value) is not expected:
            raise _refuse(text, f'"{key}" must be a {_WORDS[expected]}', "", key)


def _languages(text: str, table: dict[str, Any]) -> list[str]:
    """The register's, each with labels and a name of the site."""
    languages: list[str] = table.get("languages", [])
    if len(languages) < 2 or not all(isinstance(code, str) for code in languages):
        raise _refuse(
            text,
            "a register has at least two languages",
            'write languages = ["nb", "en"]; the first is the default',
            "languages",
        )
    if len(set(languages)) != len(languages):
        raise _refuse(text, "a language is named twice", "", "languages")
    labelled = ", ".join(available_languages())
    for code in languages:
        if not (LOCALES / f"{code}.toml").is_file():
            raise _refuse(
                text,
                f'there are no labels for the language "{code}"',
                f"the languages with labels are: {labelled}; "
                "a new one is one file in generator/remit/locales/",
                "languages",
            )
    if table.get("editor_language") not in (None, *available_languages()):
        raise _refuse(
            text,
            f'"editor_language" is "{table["editor_language"]}", which has no labels',
            f"the languages with labels are: {labelled}",
            "editor_language",
        )
    names = table.get("site_name", {})
    for code in languages:
        if not isinstance(names.get(code), str) or not names[code].strip():
            raise _refuse(text, f'the site has no name in "{code}"', "", "site_name")
    return languages


def _refuse_wrong_paths(text: str, table: dict[str, Any]) -> None:
    for key in ("content", "mandates", "released", "cache"):
        folder = Path(table.get(key, "x"))
        if folder.is_absolute() or ".." in folder.parts or not folder.parts:
            raise _refuse(text, f'"{key}" must lie inside the register', "", key)
    if not re.fullmatch(r"[\w./-]+", table.get("cache", "x"), re.ASCII):
        help = "forges read it: write letters, digits, dots, hyphens and slashes"
        raise _refuse(text, '"cache" is no plain path', help, "cache")
    if not re.fullmatch(r"\w[\w.-]*(/\w[\w.-]*)*", table.get("branch", "main"), re.ASCII):
        help = "the name of the branch that the site is made of, such as main"
        raise _refuse(text, '"branch" is not the name of a branch', help, "branch")


def _refuse_wrong_numbers(text: str, table: dict[str, Any]) -> None:
    for key, usual, most in (("contact_check_months", 12, 120), ("shards", 1, MOST_JOBS)):
        if not 1 <= table.get(key, usual) <= most:
            raise _refuse(text, f'"{key}" must be 1 to {most}', "", key)


def _refuse_half_told(text: str, table: dict[str, Any], languages: list[str]) -> None:
    """A sentence for readers stands in every language of the register, or is left out."""
    for key in ("site_summary", "rights"):
        words = table.get(key, {})
        for code in words:
            if code not in languages:
                help = f"the register's languages are: {', '.join(languages)}"
                raise _refuse(text, f'"{key}" names the language "{code}"', help, key)
        for code in languages if words else []:
            if not isinstance(words.get(code), str) or not words[code].strip():
                help = "say it in every language of the register, or leave it out"
                raise _refuse(text, f'"{key}" says nothing in "{code}"', help, key)


def _refuse_wrong_addresses(text: str, table: dict[str, Any], languages: list[str]) -> None:
    if not is_site_address(table.get("site_url", "https://remit.example/")):
        raise _refuse(text, '"site_url" is not a web address', "", "site_url")
    for code, address in table.get("exit_sites", {}).items():
        if code not in languages:
            help = f"the register's languages are: {', '.join(languages)}"
            raise _refuse(text, f'"exit_sites" names the language "{code}"', help, "exit_sites")
        if not isinstance(address, str) or not re.match(r"^https://[^/\s]+(/\S*)?$", address):
            help = "the quick exit leads to a neutral site: write its address with https://"
            raise _refuse(text, f'the exit for "{code}" is no web address', help, "exit_sites")
    feedback = table.get("feedback", "")
    if feedback and not re.match(r"^(https://[^/\s]+(/\S*)?|mailto:[^@\s]+@[^@\s]+)$", feedback):
        help = "write https://… for a form, or mailto:… for an e-mail address"
        raise _refuse(
            text, '"feedback" is neither a web address nor an e-mail link', help, "feedback"
        )


def is_site_address(text: str) -> bool:
    """Whether a site can lie there."""
    return bool(re.fullmatch(r"https?://[^/\s]+(/\S*)?", text))


def is_handle(text: str) -> bool:
    """Whether it names teams or people of a forge: `@directorate/editors`."""
    handle = r"@[\w-][\w.-]*(/[\w-][\w.-]*)*"
    return bool(re.fullmatch(f"{handle}( {handle})*", text, re.ASCII))


def _owners(text: str, table: dict[str, Any]) -> dict[str, Team]:
    found = {}
    for organisation, team in table.items():
        if not isinstance(team, str) or not is_handle(team):
            help = 'write the name that the forge has, such as "@directorate/editors"'
            message = f'"owners" has no name of a team for "{organisation}"'
            raise _refuse(text, message, help, "owners")
        found[organisation] = Team(team, _line_of(text, organisation))
    if found and "*" not in found:
        help = 'add "*" = "@directorate/editors", with the name of your team'
        raise _refuse(text, '"owners" has no team for all the rest', help, "owners")
    return found


def _line_of(text: str, organisation: str) -> int:
    """The first line after the beginning of `owners` that bears the organisation's name."""
    within = False
    for number, line in enumerate(text.splitlines(), 1):
        within = within or bool(re.match(r"\s*(\[tool\.remit\.owners\]|owners\s*=)", line))
        if within and re.search(rf"(?<![\w-]){re.escape(organisation)}(?![\w-])", line):
            return number
    return 1


def available_languages() -> list[str]:
    return sorted(path.stem for path in LOCALES.glob("*.toml"))


_WORDS = {
    str: "text in quotes",
    int: "whole number",
    bool: "true or false",
    list: "list",
    dict: "table",
}


def _refuse(text: str, message: str, help: str = "", key: str = "") -> SettingsError:
    line = 1
    for number, content in enumerate(text.splitlines(), 1):
        if content.strip() == "[tool.remit]" or (key and re.match(rf"\s*{key}\s*=", content)):
            line = number
            if key and content.strip() != "[tool.remit]":
                break
    return SettingsError(Diagnostic(Location(SETTINGS_FILE, line), "settings", message, help))


def _shown(root: Path) -> str:
    return "this folder" if root.resolve() == Path.cwd() else str(root)
