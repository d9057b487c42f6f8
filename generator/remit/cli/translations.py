"""`remit translations`: what is missing, stale or unreviewed; reviews recorded; texts sent out."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from remit.build import Checked, found_with, load_whole
from remit.cli.arguments import CONTENT, checked_register, chosen_of
from remit.diagnostics import as_text, has_errors
from remit.model.records import BY_KIND, Record
from remit.model.register import Register, address_of
from remit.model.shape import look_through
from remit.model.translations import (
    TO_DO,
    NotAcceptable,
    TextState,
    TranslatedText,
    place_of,
    record_named,
    reviewed,
    texts_of,
    translated_texts,
)
from remit.model.values import TranslationState
from remit.settings import Settings, read_settings
from remit.write.files import write_file
from remit.write.translated_files import CannotEdit, TranslationChange, changed_files

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


@click.group(invoke_without_command=True)
@click.pass_context
def translations(context: click.Context) -> None:
    """What is missing, stale or not reviewed in each language, and what to do about it.

    Without a command: a summary. A RECORD is an id, or folder/id where several have it; a
    mandate's version is MANDATE@DATE.
    """
    if context.invoked_subcommand is None:
        context.invoke(list_)


# --- list ----------------------------------------------------------------------------------


@translations.command("list")
@selecting
@click.option("--language", "languages", metavar="CODE,…", help="Into these. Default: all.")
@click.option("--state", "states", metavar="STATE,…", help="missing, stale, unreviewed, reviewed.")
@click.option("--format", "form", type=click.Choice(("text", "json", "csv")), default="text")
@click.pass_obj
def list_(
    root: Path,
    records: tuple[str, ...] = (),
    owner: str | None = None,
    kind: str | None = None,
    languages: str | None = None,
    states: str | None = None,
    form: str = "text",
) -> None:
    """Count the texts to be translated or reviewed, by record and in sum, with their words.

    Words are those of the text that counts. JSON lists every text; CSV has a row for each record
    and language.
    """
    settings = read_settings(root)
    register = load_whole(settings)
    chosen = chosen_of("language", languages, settings.languages)
    narrowed = bool(records or owner or kind or languages or states)
    wanted = tuple(TextState(one) for one in chosen_of("state", states, [*TextState]))
    selection = Selection(records, owner, kind, wanted if states else (*TextState,))
    found = [text for code in chosen for text in selection.texts(register, code)]
    if form == "json":
        click.echo(json.dumps(_as_data(found), ensure_ascii=False, indent=2))
    elif form == "csv":
        click.echo(_as_csv(found), nl=False)
    else:
        click.echo(_as_text(found, chosen, by_record=narrowed))


def _counts(texts: Iterable[TranslatedText]) -> dict[TextState, tuple[int, int]]:
    """Texts and words by state."""
    number: Counter[TextState] = Counter()
    words: Counter[TextState] = Counter()
    for text in texts:
        number[text.state] += 1
        words[text.state] += text.words
    return {state: (number[state], words[state]) for state in TextState}


def _by_record(texts: Sequence[TranslatedText]) -> dict[tuple[str, str], list[TranslatedText]]:
    groups: dict[tuple[str, str], list[TranslatedText]] = {}
    for text in texts:
        groups.setdefault((text.address, text.language), []).append(text)
    return groups


def _as_text(texts: Sequence[TranslatedText], languages: Sequence[str], *, by_record: bool) -> str:
    lines = []
    if by_record:
        for (address, language), group in _by_record(texts).items():
            if any(text.state in TO_DO for text in group):
                source = group[0].record.authoritative_language
                lines.append(f"{address}  {source} → {language}  {_told(_counts(group))}")
        lines += [""] if lines else []
    for language in languages:
        counts = _counts(text for text in texts if text.language == language)
        lines.append(f"into {language}: {_told(counts) or 'nothing'}")
    if not by_record:
        lines.append("\nBy record: remit translations list --language CODE")
    return "\n".join(lines)


def _told(counts: dict[TextState, tuple[int, int]]) -> str:
    return ", ".join(
        f"{state} {texts} ({words} word{'' if words == 1 else 's'})"
        for state, (texts, words) in counts.items()
        if texts
    )


def _as_csv(texts: Sequence[TranslatedText]) -> str:
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    columns = [f"{state}_{what}" for state in TextState for what in ("texts", "words")]
    rows.writerow(["record", "owner", "from", "into", *columns])
    for (address, language), group in _by_record(texts).items():
        record = group[0].record
        numbers = [number for pair in _counts(group).values() for number in pair]
        rows.writerow(
            [address, record.owner or "", record.authoritative_language, language, *numbers]
        )
    return out.getvalue()


def _as_data(texts: Sequence[TranslatedText]) -> dict[str, Any]:
    return {
        "version": 1,
        "texts": [
            {
                "record": text.address,
                "owner": text.record.owner or "",
                "place": place_of(text.record, text.path),
                "part": text.part,
                "from": text.record.authoritative_language,
                "into": text.language,
                "state": text.state.value,
                "words": text.words,
            }
            for text in texts
        ],
    }


# --- accept --------------------------------------------------------------------------------


@translations.command()
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
    if language not in settings.languages:
        known = ", ".join(settings.languages)
        raise click.UsageError(f'the register has no language "{language}"; it has {known}')
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
    _write(changes, checked, settings)


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


def _write(changes: Sequence[TranslationChange], checked: Checked, settings: Settings) -> None:
    """Writes what brings no new error into the register."""
    files: dict[str, bytes] = {}
    for change in changes:
        try:
            files |= changed_files(change, checked.register, settings)
        except CannotEdit as error:
            address = address_of(change.record)
            click.echo(f"{address} cannot be changed: {error}\nnothing was written", err=True)
            sys.exit(CONTENT)
    found = found_with(settings, files, checked)
    if has_errors(found):
        click.echo(f"{as_text(found)}\nnothing was written", err=True)
        sys.exit(CONTENT)
    for name, data in files.items():
        write_file(settings.root / name, data)
        click.echo(f"wrote {name}")
