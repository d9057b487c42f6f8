"""`remit import --update`: an exported document that was edited comes back as changes."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from remit.build import Checked, found_with, load_and_check
from remit.cli.arguments import CONTENT, day_of, known_mandate, none_on
from remit.diagnostics import as_text, has_errors
from remit.importing.edited import CannotTake, Update, read_update
from remit.importing.edited_result import EDITED, REGISTER
from remit.importing.edited_summary import summary_of
from remit.load.document_facts import NotReadable
from remit.model.register import Register
from remit.settings import Settings, read_settings
from remit.write.files import write_file


def import_edited(
    root: Path,
    file: Path,
    updated: str,
    dry_run: bool,
    yes: bool = False,
    new_version: str | None = None,
    take_edited: tuple[str, ...] = (),
    keep_register: tuple[str, ...] = (),
) -> None:
    settings = read_settings(root)
    before = load_and_check(settings)
    mandate, version = _named(before.register, updated)
    choices = dict.fromkeys(take_edited, EDITED) | dict.fromkeys(keep_register, REGISTER)
    both = set(take_edited) & set(keep_register)
    if both:
        raise click.UsageError(f"{', '.join(sorted(both))}: choose one of the two texts")
    start = _first_day(new_version, settings)
    try:
        update = read_update(file, mandate, version, before, settings, choices, start)
    except (CannotTake, NotReadable) as reason:
        click.echo(f"{file}: {reason}\nnothing was written", err=True)
        sys.exit(CONTENT)
    click.echo(_printable(summary_of(update)))
    _write(update, before, settings, root, dry_run=dry_run, yes=yes)
    if update.merged.conflicts:
        sys.exit(CONTENT)


def _named(register: Register, updated: str) -> tuple[str, str]:
    """The mandate and the version's id; no version when none is named."""
    id, _, day = updated.partition("@")
    known_mandate(register, id)
    if not day:
        return id, ""
    if any(one.id == day for one in register.versions(id)):
        return id, day
    when = day_of(day)
    version = register.as_of(when).version(id) or none_on(register, id, when)
    return id, version.id


def _first_day(given: str | None, settings: Settings) -> date | None:
    return day_of(given, settings.today.isoformat()) if given is not None else None


def _write(
    update: Update, before: Checked, settings: Settings, root: Path, *, dry_run: bool, yes: bool
) -> None:
    """Writes what brings no error into the register, once it is agreed to."""
    if update.data is None:
        return
    files = {update.path: update.data}
    found = found_with(settings, files, before)
    if has_errors(found):
        errors = [one for one in found if one.is_error]
        click.echo(f"\n{as_text(errors)}\nnothing was written", err=True)
        sys.exit(CONTENT)
    if found:
        click.echo(f"\nStill to do:\n{as_text(found)}")
    click.echo("")
    if dry_run:
        click.echo(f"would write {update.path}; nothing was written")
        return
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError(
                "nothing was written: there is no one to ask; say --yes, or --dry-run to look only"
            )
        if not click.confirm(f"Write {update.path}?"):
            click.echo("nothing was written")
            return
    for name, data in files.items():
        write_file(root / name, data)
        click.echo(f"wrote {name}")


def _printable(text: str) -> str:
    """The same without letters from the file that would steer a terminal."""
    return "".join(one if one.isprintable() or one == "\n" else "\ufffd" for one in text)
