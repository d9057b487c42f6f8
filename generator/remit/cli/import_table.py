"""`remit import FILE.csv|xlsx`: the rows of a table as new records, members, or changes."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import click

from remit.build import Checked
from remit.build.editing import editor_files, found_with
from remit.cli.arguments import CONTENT, checked_register
from remit.cli.schema import FOLDER, with_modelines_as_used
from remit.diagnostics import Diagnostic, as_text, count_line, has_errors
from remit.importing.table_columns import Problem
from remit.importing.table_fields import KINDS, MEMBERS
from remit.importing.table_import import Asked, Imported, import_sheet
from remit.load.document_facts import NotReadable
from remit.load.table_cells import Sheet
from remit.load.table_file import read_table
from remit.model.records import Network
from remit.model.register import Register
from remit.settings import Settings, read_settings
from remit.write.files import write_file

_MOST_TOLD = 20
"""Warnings that are listed one by one."""
_MOST_PROBLEMS = 200


@dataclass(frozen=True, slots=True)
class TableOptions:
    """As they are given; all may be left out."""

    kind: str | None = None
    sheet: str | None = None
    network: str | None = None
    language: str | None = None
    mapping: tuple[str, ...] = ()
    for_all: tuple[str, ...] = ()


def import_table(root: Path, file: Path, dry_run: bool, options: TableOptions) -> None:
    settings = read_settings(root)
    before = checked_register(settings, strict=False)
    asked = _asked(options, before.register, settings)
    try:
        sheet = _sheet(read_table(file), options.sheet, file)
    except NotReadable as problem:
        click.echo(f"{file.name}: error: {problem}\nnothing was written", err=True)
        sys.exit(CONTENT)
    try:
        made = import_sheet(sheet, before.register, settings, asked)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    _tell_how(made, file, options)
    if made.problems:
        click.echo(_told(made.problems, file), err=True)
        click.echo("nothing was written", err=True)
        sys.exit(CONTENT)
    _finish(made, file, before, settings, root, dry_run)


def _asked(options: TableOptions, register: Register, settings: Settings) -> Asked:
    network = None
    if options.kind is not None and options.kind not in KINDS:
        raise click.UsageError(f'no table is of "{options.kind}"; --as takes {", ".join(KINDS)}')
    if options.network is not None:
        network = register.get(Network, options.network)
        if network is None:
            near = register.nearest(options.network, ("network",))
            hint = f"; did you mean {near}?" if near else ""
            raise click.UsageError(f'there is no network "{options.network}"{hint}')
    if options.language is not None and options.language not in settings.languages:
        known = ", ".join(settings.languages)
        raise click.UsageError(f'the register has no language "{options.language}"; it has {known}')
    return Asked(
        options.kind or (MEMBERS if network else ""),
        options.language or "",
        network,
        _pairs("--map", options.mapping),
        _pairs("--set", options.for_all),
    )


def _pairs(name: str, given: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for one in given:
        left, equals, right = one.rpartition("=") if name == "--map" else one.partition("=")
        if not equals or not left.strip() or not right.strip():
            raise click.UsageError(f'{name} takes NAME=VALUE, not "{one}"')
        found[left.strip()] = right.strip()
    return found


def _sheet(sheets: list[Sheet], wanted: str | None, file: Path) -> Sheet:
    """The one that is meant. What is hidden is only read when it is named."""
    names = ", ".join(f'"{one.name}"{" (hidden)" if one.hidden else ""}' for one in sheets)
    if wanted is not None:
        for one in sheets:
            if one.name == wanted:
                return one
        raise click.UsageError(f'there is no sheet "{wanted}" in {file.name}; there are: {names}')
    filled = [one for one in sheets if one.rows and not one.hidden]
    if len(filled) == 1 or not sheets:
        hidden = [one.name for one in sheets if one.hidden]
        note = f"hidden sheets are not read: {', '.join(hidden)}"
        return replace(filled[0], notes=(note, *filled[0].notes)) if hidden else filled[0]
    if not filled:
        if not sheets[0].name:
            return sheets[0]
        raise NotReadable(f"no sheet holds anything: {names}")
    raise click.UsageError(f"{file.name} has several sheets: {names}; say which: --sheet NAME")


# --- what is told --------------------------------------------------------------------------


def _tell_how(made: Imported, file: Path, options: TableOptions) -> None:
    if made.kind:
        what = "members of networks" if made.kind == MEMBERS else f"records of kind {made.kind}"
        guessed = [name for name, said in (("--as", options.kind), ("--language", options.language))
                   if not said]  # fmt: skip
        told = f" (told by the columns; {' and '.join(guessed)} say otherwise)" if guessed else ""
        rows = "1 row" if made.rows == 1 else f"{made.rows} rows"
        click.echo(f"{file.name}: {rows} as {what}, in {made.language}{told}")
    for note in made.notes:
        click.echo(f"note: {note}")


def _told(problems: list[Problem], file: Path) -> str:
    """As the check prints them: place, what is wrong, what to do."""
    lines = []
    for problem in problems[:_MOST_PROBLEMS]:
        colon = ":" if problem.place[:1].isdigit() else ": "
        lines.append(f"{file.name}{colon}{problem.place}: error: {problem.message}")
        lines.extend(f"  help: {line}" for line in problem.help.splitlines())
    count = len(problems)
    if count > _MOST_PROBLEMS:
        lines.append(f"… and {count - _MOST_PROBLEMS} more, not told here")
    return "\n".join([*lines, "1 error" if count == 1 else f"{count} errors"])


def _finish(
    made: Imported, file: Path, before: Checked, settings: Settings, root: Path, dry_run: bool
) -> None:
    new = {name: data for name, data in made.files.items() if not (root / name).exists()}
    made.files |= with_modelines_as_used(new, before.register, settings)
    found = found_with(settings, made.files, before) if made.files else []
    if has_errors(found):
        errors = [_placed(one, made, file) for one in found if one.is_error]
        click.echo(f"{as_text(errors)}\nnothing was written", err=True)
        sys.exit(CONTENT)
    _tell_what(made)
    if not dry_run:
        for name, data in made.files.items():
            write_file(root / name, data)
        if made.files and (root / FOLDER).is_dir():
            for name, data in editor_files(settings, FOLDER).items():
                write_file(root / name, data)
    files = "1 file" if len(made.files) == 1 else f"{len(made.files)} files"
    if not made.files:
        click.echo("nothing changes")
    elif dry_run:
        click.echo(f"{files} would be written; this was a dry run, and nothing was written")
    else:
        click.echo(f"wrote {files}")
    if found:
        _tell_left(found)


def _tell_what(made: Imported) -> None:
    new = 0
    for one in made.outcomes:
        where = ", ".join(one.places[:3]) + (" …" if len(one.places) > 3 else "")
        click.echo(f"{'changed' if one.changes else 'new':8} {one.address}  {one.name}  ({where})")
        new += not one.changes
        for change in one.changes:
            old = f"{change.old} → " if change.old else "+ "
            click.echo(f"         {change.field}: {old}{change.new}")
    changed = len(made.outcomes) - new
    rows = "1 row says" if made.unchanged == 1 else f"{made.unchanged} rows say"
    click.echo(f"{new} new, {changed} changed; {rows} what is there already")


def _tell_left(found: list[Diagnostic]) -> None:
    """One by one where they are few, else by how many there are of each sort."""
    click.echo("\nStill to do:")
    if len(found) <= _MOST_TOLD:
        click.echo(as_text(found))
        return
    for code, count in sorted(Counter(one.code for one in found).items()):
        first = next(one for one in found if one.code == code)
        click.echo(f"{count} × {first.message} [{code}], first at {first.location}")
    click.echo(f"{count_line(found)}; remit check lists them")


def _placed(one: Diagnostic, made: Imported, file: Path) -> Diagnostic:
    place = made.places.get(one.location.path)
    if place is None:
        return one
    told = f"it comes from {file.name}, {place}"
    return replace(one, help=f"{one.help}\n{told}" if one.help else told)
