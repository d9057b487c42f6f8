"""`remit translations`: what is missing, stale or not reviewed in each language."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from remit.build import load_whole
from remit.cli.arguments import chosen_of
from remit.cli.translation_choice import Selection, selecting
from remit.cli.translation_jobs import export, import_
from remit.cli.translation_review import accept
from remit.model.translations import TO_DO, TextState, TranslatedText, place_of
from remit.settings import read_settings


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


for _command in (accept, export, import_):
    translations.add_command(_command)
