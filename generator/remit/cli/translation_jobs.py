"""`remit translations export` and `import`: texts sent out to be translated, and taken back."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from remit.build import load_and_check
from remit.build.documents import translation_job_file
from remit.cli.arguments import CONTENT, USE, checked_register, chosen_of
from remit.cli.translation_choice import Selection, known_language, selecting
from remit.cli.translation_review import files_of, write_checked
from remit.diagnostics import as_text
from remit.importing.translation_job import PlacedJob, changes_of, place_job
from remit.load.document_facts import NotReadable
from remit.load.returned_jobs import read_job
from remit.model.register import Register
from remit.model.translation_jobs import TranslationJob
from remit.model.translations import TO_DO, TextState
from remit.settings import read_settings
from remit.write.files import write_file

FORMATS = (".xlf", ".xliff", ".docx")


@click.command()
@selecting
@click.option("--language", metavar="CODE", required=True, help="Into this language.")
@click.option("--from", "source", metavar="CODE", help="From this language, where there are more.")
@click.option(
    "--state",
    "states",
    metavar="STATE,…",
    help="Default: missing,stale. Also unreviewed, reviewed.",
)
@click.option(
    "--to",
    "target",
    required=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="FILE.xlf for translation programs, FILE.docx for Word and LibreOffice.",
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.pass_obj
def export(
    root: Path,
    records: tuple[str, ...],
    owner: str | None,
    kind: str | None,
    language: str,
    source: str | None,
    states: str | None,
    target: Path,
    force: bool,
) -> None:
    """Write the texts that are to be translated into a FILE for a translator.

    \b
    remit translations export --language sv --from nb --to job.xlf
    remit translations export --language en --state unreviewed roles/competence-team --to job.docx

    XLIFF 1.2 is read by every translation program; a DOCX has what counts on the left and room for
    the translation on the right. The links in texts are kept apart from their words.
    """
    settings = read_settings(root)
    if target.suffix.lower() not in FORMATS:
        raise click.UsageError(f"the name of the file ends with {', '.join(FORMATS)}")
    if target.exists() and not force:
        raise click.UsageError(f"{target} is there already; with --force it is written over")
    checked = checked_register(settings, strict=False)
    known_language(language, settings)
    chosen = chosen_of("state", states or "missing,stale", [*TextState])
    wanted = tuple(TextState(one) for one in chosen)
    selection = Selection(records, owner, kind, wanted)
    job = _job(selection, checked.register, language, source)
    write_file(target, translation_job_file(job, checked.register, settings, target))
    click.echo(f"wrote {target}: {_size(len(job.texts), job.words)}, {_pair(job)}")


def _job(
    selection: Selection, register: Register, language: str, source: str | None
) -> TranslationJob:
    texts = selection.texts(register, language)
    count = Counter(text.record.authoritative_language for text in texts)
    if not texts:
        hint = "" if set(selection.states) >= set(TO_DO) else "; --state unreviewed chooses more"
        raise click.UsageError(f"there is nothing of that to be translated into {language}{hint}")
    if source is None and len(count) > 1:
        told = ", ".join(f"{code} ({number} texts)" for code, number in count.items())
        raise click.UsageError(f"say from which language, with --from; there are: {told}")
    source = source or next(iter(count))
    if source not in count:
        raise click.UsageError(f"nothing of that is to be translated from {source} into {language}")
    mine = [text for text in texts if text.record.authoritative_language == source]
    return TranslationJob(source, language, mine)


def _pair(job: TranslationJob) -> str:
    return f"{job.source_language} → {job.target_language}"


def _size(texts: int, words: int) -> str:
    return f"{texts} text{'' if texts == 1 else 's'}, {words} word{'' if words == 1 else 's'}"


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--reviewed", is_flag=True, help="The translations have been read through.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.pass_obj
def import_(root: Path, file: Path, reviewed: bool, dry_run: bool) -> None:
    """Take the translations in FILE over into the register's files.

    \b
    remit translations import job.xlf --dry-run

    FILE is a job that `export` wrote and a translator filled in. What comes back is a draft, until
    someone reviews it. All that is wrong with it is told at once, and then nothing is written:
    damaged links, texts that are gone, a translation that the register has changed meanwhile.
    """
    if not file.is_file():
        raise click.UsageError(f"there is no file {file}")
    settings = read_settings(root)
    checked = load_and_check(settings)
    if checked.fails():
        click.echo(as_text(checked.found), err=True)
        sys.exit(CONTENT)
    try:
        job = read_job(file)
    except NotReadable as error:
        click.echo(f"{file}: {error}", err=True)
        sys.exit(USE)
    placed = place_job(job, checked.register)
    files = files_of(changes_of(placed, checked.register, read=reviewed), checked, settings)
    for fault in placed.faults:
        click.echo(f"{file.name}: {fault}", err=True)
    for remark in placed.remarks:
        click.echo(f"{file.name}: note: {remark}", err=True)
    refused = write_checked(files, checked, settings, dry_run=dry_run or bool(placed.faults))
    if placed.faults and not refused:
        click.echo("nothing was written", err=True)
    if placed.faults or refused:
        sys.exit(CONTENT)
    click.echo("; ".join(_told(placed, reviewed)))


def _told(placed: PlacedJob, reviewed: bool) -> Iterator[str]:
    stand = "reviewed" if reviewed else "draft" if placed.changed == 1 else "drafts"
    what = "translation" if placed.changed == 1 else "translations"
    yield f"{placed.changed} {what} into {placed.language} new or changed, as {stand}"
    if placed.unchanged:
        yield f"{placed.unchanged} as before"
    if placed.empty:
        yield f"{placed.empty} still empty"
