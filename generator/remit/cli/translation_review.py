"""`remit translations accept`: a translation is recorded as read through."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from remit.build import Checked
from remit.build.editing import found_with
from remit.cli.arguments import CONTENT, checked_register
from remit.cli.translation_choice import Selection, known_language, selecting
from remit.diagnostics import as_text, has_errors
from remit.model.records import Record
from remit.model.register import address_of
from remit.model.shape import look_through
from remit.model.translations import (
    NotAcceptable,
    TextState,
    place_of,
    reviewed,
    texts_of,
)
from remit.model.values import TranslationState
from remit.settings import Settings, read_settings
from remit.write.files import write_file
from remit.write.translated_files import CannotEdit, TranslationChange, changed_files


@click.command()
@selecting
@click.option("--language", metavar="CODE", required=True, help="The translation's language.")
@click.option(
    "--state",
    type=click.Choice([TranslationState.REVIEWED.value, TranslationState.OFFICIAL.value]),
    default=TranslationState.REVIEWED.value,
    show_default=True,
    help="official: issued by the body itself.",
)
@click.option("--part", "parts", multiple=True, metavar="PART", help="Only a section or a field.")
@click.option("--yes", is_flag=True, help="Record it without asking.")
@click.pass_obj
def accept(
    root: Path,
    records: tuple[str, ...],
    owner: str | None,
    kind: str | None,
    language: str,
    state: str,
    parts: tuple[str, ...],
    yes: bool,
) -> None:
    """Record that you have read a translation through and found it right.

    \b
    remit translations accept roles/competence-team --language en
    remit translations accept competence-team@2018-06-19 --language sv --part purpose

    Shows the text that counts beside its translation, and asks. Then the record's file says that
    it is reviewed, and keeps a fingerprint of each part of the text that counts: when that
    changes, the check says that the translation has gone stale.
    """
    if not (records or owner or kind):
        raise click.UsageError("name the records, or choose them by --owner or --kind")
    settings = read_settings(root)
    checked = checked_register(settings, strict=False)
    known_language(language, settings)
    chosen = Selection(records, owner, kind).chosen(checked.register)
    if not records:
        chosen = [one for one in chosen if one.authoritative_language != language]
    changes = _reviews(chosen, language, TranslationState(state), parts)
    if not changes:
        click.echo("nothing to record: all of it is reviewed already")
        return
    for change in changes:
        click.echo(_side_by_side(change, parts))
    _ask(len(changes), yes)
    files = files_of(changes, checked, settings)
    if write_checked(files, checked, settings):
        sys.exit(CONTENT)


def _reviews(
    records: Sequence[Record], language: str, state: TranslationState, parts: tuple[str, ...]
) -> list[TranslationChange]:
    """One for each record that then stands otherwise; exit 1 with all that cannot be accepted."""
    changes, faults = [], []
    for record in records:
        address = address_of(record)
        if record.authoritative_language == language:
            faults.append(f"{address}: its text in {language} is the one that counts")
            continue
        try:
            standing = reviewed(record, look_through(record), language, state, parts)
        except NotAcceptable as error:
            faults.append(f"{address}: {error}")
            continue
        if standing != record.translations.get(language):
            changes.append(TranslationChange(record, language, standing=standing))
    if faults:
        click.echo("\n".join([*faults, "nothing was written"]), err=True)
        sys.exit(CONTENT)
    return changes


def _side_by_side(change: TranslationChange, parts: tuple[str, ...]) -> str:
    """What is accepted: each text that counts, and below it the translation."""
    record, language = change.record, change.language
    before = record.translations.get(language)
    assert change.standing is not None
    was = before.state if before else TranslationState.DRAFT
    now = change.standing.state
    share = f", {', '.join(parts)} reviewed" if parts else ""
    lines = [f"\n{address_of(record)}: {was if now is was else f'{was} → {now}'}{share}"]
    for text in texts_of(record, look_through(record), language):
        if not parts or text.part in parts:
            stale = "  (stale)" if text.state is TextState.STALE else ""
            lines.append(f"\n  {place_of(record, text.path)}{stale}")
            for code, words in (
                (record.authoritative_language, text.source),
                (language, text.target),
            ):
                indented = words.replace("\n", "\n        ")
                lines.append(f"    {code}  {indented}")
    return "\n".join(lines)


def _ask(count: int, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError("there is nobody to ask; with --yes it is recorded without asking")
    what = "this translation" if count == 1 else f"these {count} translations"
    click.confirm(f"\nRecord {what} as read through?", abort=True)


def files_of(
    changes: Sequence[TranslationChange], checked: Checked, settings: Settings
) -> dict[str, bytes]:
    """The files as they will be, by path; exit 1 with all that cannot be changed."""
    files: dict[str, bytes] = {}
    faults = []
    for change in changes:
        try:
            files |= changed_files(change, checked.register, settings)
        except CannotEdit as error:
            faults.append(f"{address_of(change.record)} cannot be changed: {error}")
    if faults:
        click.echo("\n".join([*faults, "nothing was written"]), err=True)
        sys.exit(CONTENT)
    return files


def write_checked(
    files: Mapping[str, bytes], checked: Checked, settings: Settings, *, dry_run: bool = False
) -> bool:
    """Writes what brings no new error into the register, else shows them. Whether it refused."""
    found = found_with(settings, files, checked)
    if has_errors(found):
        errors = [one for one in found if one.is_error]
        click.echo(f"{as_text(errors)}\nnothing was written", err=True)
        return True
    for name, data in files.items():
        if not dry_run:
            write_file(settings.root / name, data)
        click.echo(f"{'would write' if dry_run else 'wrote'} {name}")
    return False
