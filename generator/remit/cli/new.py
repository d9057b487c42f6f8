"""`remit new`: a record begun, with its file in the right place, tidy, and checked beforehand."""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from remit.build import Checked, load_and_check
from remit.build.editing import editor_files, found_with
from remit.cli.arguments import CONTENT, day_of, known_mandate
from remit.cli.asking import ask, ask_id, form_of, known_answer
from remit.cli.schema import FOLDER, with_modelines_as_used
from remit.diagnostics import as_text, has_errors
from remit.load.yaml_edit import CannotEdit
from remit.model.drafts import Question, holds_at, id_of, name_path, put_at, questions
from remit.model.records import BY_KIND, MandateVersion, Record
from remit.model.register import Register
from remit.model.shape import Path as Place
from remit.settings import Settings, read_settings
from remit.write.files import write_file
from remit.write.new_records import new_files, next_version


@click.command()
@click.argument("kind", type=click.Choice(sorted(BY_KIND)), metavar="KIND")
@click.argument("id", required=False)
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="[CODE=]TEXT",
    help="What it is called; with a language's code for another than the first.",
)
@click.option(
    "--set",
    "settings_",
    multiple=True,
    metavar="FIELD=VALUE",
    help="Any field, such as kind=post or summary.nb=…; several ids divided by commas.",
)
@click.option("--language", metavar="CODE", help="The language whose text counts.")
@click.option(
    "--ask/--no-ask",
    "asks",
    default=None,
    help="Ask for what is missing. Default: when there is someone to ask.",
)
@click.pass_obj
def new(
    root: Path,
    kind: str,
    id: str | None,
    names: tuple[str, ...],
    settings_: tuple[str, ...],
    language: str | None,
    asks: bool | None,
) -> None:
    """Begin a record of a KIND: a role, an organisation, a mandate, a page of guidance …

    \b
    remit new role                             asks for all it needs
    remit new role --name Veiledningstelefonen --set kind=service --set holder=bufdir \\
        --set line=national --set "summary.nb=Ring når du trenger råd."
    remit new mandate-version competence-team  a draft of the mandate's next version

    The id is made of the name unless you give one. The record is checked before it is written:
    when it would bring an error into the register, nothing is written, and the error is shown.

    \b
    KIND is one of:
    """
    settings = read_settings(root)
    before = load_and_check(settings)
    asks = sys.stdin.isatty() if asks is None else asks
    cls = BY_KIND[kind]
    main = known_language(language, settings)
    given = given_answers(cls, names, settings_, main, before.register)
    if cls is MandateVersion:
        files = _next_version(id, given, before.register, settings, asks)
    else:
        value = answered(cls, given, main, before.register, settings, asks)
        value["id"] = chosen_id(cls, id, value, main, before.register, asks)
        value["authoritative_language"] = main
        files = new_files(cls, value, before.register, settings)
    _write(files, before, settings, root)


new.help = f"{new.help}{', '.join(sorted(BY_KIND))}."


def known_language(language: str | None, settings: Settings) -> str:
    if language and language not in settings.languages:
        known = ", ".join(settings.languages)
        raise click.UsageError(f'the register has no language "{language}"; it has {known}')
    return language or settings.default_language


# --- answers -------------------------------------------------------------------------------


def given_answers(
    cls: type[Record], names: tuple[str, ...], fields: tuple[str, ...], main: str, known: Register
) -> dict[Place, Any]:
    """What the options say, by field."""
    found: dict[Place, Any] = {}
    for name in names:
        code, equals, words = name.partition("=")
        if not equals or code not in known.languages:
            code, words = main, name
        found[*name_path(cls), code] = words
    for option in fields:
        field, equals, words = option.partition("=")
        if not equals:
            raise click.UsageError(f'--set takes FIELD=VALUE, not "{option}"')
        path = tuple(int(step) if step.isdigit() else step for step in field.strip().split("."))
        try:
            found[path] = known_answer(_holds(cls, path), words, known)
        except ValueError as error:
            raise click.UsageError(f"{field}: {error}") from None
    return found


def _holds(cls: type[Record], path: Place) -> Any:
    """A new mandate's options may name its first version's fields too."""
    try:
        return holds_at(cls, path)
    except ValueError:
        if cls.KIND != "mandate":
            raise
        return holds_at(MandateVersion, path)


def answered(
    cls: type[Record],
    given: dict[Place, Any],
    main: str,
    register: Register,
    settings: Settings,
    asks: bool,
) -> dict[str, Any]:
    """All that the record is to hold, from options, questions and what goes without saying."""
    value: dict[str, Any] = {}
    missing: list[Question] = []
    asked = questions(cls, main, settings.languages, settings.today)
    for question in asked:
        if question.path in given:
            continue
        if asks:
            answer = ask(question, register, settings.today)
            if answer is not None:
                given[question.path] = answer
        elif question.required and question.default:
            given[question.path] = question.holds.read(question.default)
        elif question.required:
            missing.append(question)
    if missing:
        raise click.UsageError(f"give what is missing too:\n{_told(cls, missing)}")
    order = {question.path: place for place, question in enumerate(asked)}
    for path in sorted(given, key=lambda path: order.get(path, len(order))):
        put_at(value, path, given[path])
    return value


def _told(cls: type[Record], missing: list[Question]) -> str:
    lines = []
    for question in missing:
        field, form = ".".join(map(str, question.path)), form_of(question)
        is_name = question.path[:-1] == name_path(cls)
        option = "--name …" if is_name else f"--set {field}=…"
        lines.append(f"  {option}  {question.meaning}{f' ({form})' if form else ''}")
    return "\n".join(lines)


def chosen_id(
    cls: type[Record],
    given: str | None,
    value: dict[str, Any],
    main: str,
    register: Register,
    asks: bool,
) -> str:
    def wrong(id: str) -> str:
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,79}", id):
            return f'"{id}" is no id: it has small letters a–z, digits and hyphens'
        taken = f"{cls.FOLDER}/{id}" in register.by_address
        return f'there is a {cls.KIND} "{id}" already' if taken else ""

    if given is not None:
        if wrong(given):
            raise click.UsageError(wrong(given))
        return given
    named: Any = value
    for step in name_path(cls):
        named = named[step]
    made = id_of(named.get("en") or named[main]) or cls.KIND
    suggested, number = made, 2
    while wrong(suggested):
        suggested, number = f"{made}-{number}", number + 1
    return ask_id(suggested, wrong) if asks else suggested


def _next_version(
    mandate: str | None,
    given: dict[Place, Any],
    register: Register,
    settings: Settings,
    asks: bool,
) -> dict[str, bytes]:
    if mandate is None:
        raise click.UsageError("name the mandate: remit new mandate-version MANDATE")
    known_mandate(register, mandate)
    (question,) = [
        one
        for one in questions(MandateVersion, "", (), settings.today)
        if one.path == ("in_force", "from")
    ]
    start = given.pop(question.path, None)
    if given:
        fields = ", ".join(".".join(map(str, path)) for path in given)
        raise click.UsageError(f"a next version takes only in_force.from, not {fields}")
    if start is None:
        start = ask(question, register, settings.today) if asks else question.default
    day: date = day_of(str(start), settings.today.isoformat())
    versions = register.versions(mandate)
    if any(version.id == day.isoformat() for version in versions):
        raise click.UsageError(
            f"the mandate has a version of {day} already; give another day: --set in_force.from=…"
        )
    try:
        return next_version(versions[-1], day, settings, settings.root)
    except CannotEdit as error:
        raise click.UsageError(f"{mandate}@{versions[-1].id} cannot be copied: {error}") from None


# --- files ---------------------------------------------------------------------------------


def _write(files: dict[str, bytes], before: Checked, settings: Settings, root: Path) -> None:
    """Writes what brings no error into the register; tells what is still to be done."""
    files = with_modelines_as_used(files, before.register, settings)
    found = found_with(settings, files, before)
    if has_errors(found):
        errors = [one for one in found if one.is_error]
        click.echo(f"{as_text(errors)}\nnothing was written", err=True)
        sys.exit(CONTENT)
    for name, data in files.items():
        write_file(root / name, data)
        click.echo(f"wrote {name}")
    if found:
        click.echo(f"\nStill to do:\n{as_text(found)}")
    if (root / FOLDER).is_dir():
        for name, data in editor_files(settings, FOLDER).items():
            write_file(root / name, data)
