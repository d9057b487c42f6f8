"""`remit export`: formal documents as files."""

from __future__ import annotations

from pathlib import Path

import click

from remit.build import export_comparison, export_documents
from remit.cli.arguments import (
    checked_register,
    chosen_of,
    known_mandate,
    progress,
    spans,
    version_on,
    versions_named,
)
from remit.cli.unchanged import keep_export
from remit.model.records import MandateVersion
from remit.model.register import Register
from remit.settings import read_settings


@click.command()
@click.argument("mandates", nargs=-1, metavar="[MANDATE[@DATE]]...")
@click.option(
    "--format",
    "formats",
    default="docx,odt,pdf",
    show_default=True,
    metavar="LIST",
    help="Any of docx, odt, pdf, with commas between.",
)
@click.option(
    "--language",
    "languages",
    metavar="LIST",
    help="Languages, with commas between. Default: all of the register's.",
)
@click.option(
    "--to",
    "folder",
    default="build/documents",
    show_default=True,
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Where the files go.",
)
@click.option(
    "--compare",
    "days",
    nargs=2,
    metavar="DATE DATE",
    help="What changed in one mandate from one day to another, marked to be taken or refused.",
)
@click.pass_obj
def export(
    root: Path,
    mandates: tuple[str, ...],
    formats: str,
    languages: str | None,
    folder: Path,
    days: tuple[str, str] | None,
) -> None:
    """Make formal documents of mandates, to sign, send for hearing or archive.

    \b
    remit export                                  every version of every mandate
    remit export competence-team                  the version in force today
    remit export competence-team@2018-06-19       the version in force on that day
    remit export --format pdf --language nb       one format, one language
    remit export competence-team --compare 2013-04-09 2018-06-19
                                                  tracked changes between two versions
    """
    settings = read_settings(root)
    checked = checked_register(settings, strict=False)
    from remit.write.documents import FORMATS as DOCUMENT_FORMATS

    chosen = chosen_of("format", formats, DOCUMENT_FORMATS)
    spoken = chosen_of("language", languages, settings.languages)
    register = checked.register
    pair = _compared(register, mandates, days) if days else None
    versions = [] if pair else versions_named(register, mandates, settings)
    files = (1 if pair else len(versions)) * len(chosen) * len(spoken)
    with progress(files, "documents") as done:
        if pair:
            made = export_comparison(register, settings, pair, spoken, chosen, root / folder, done)
        else:
            made = export_documents(
                register, settings, versions, spoken, chosen, root / folder, done
            )
    keep_export(made)
    click.echo(f"{files} file{'' if files == 1 else 's'} in {folder}/", err=True)


def _compared(
    register: Register, wanted: tuple[str, ...], days: tuple[str, str]
) -> tuple[MandateVersion, MandateVersion]:
    """The versions of one mandate on the two days, in the order given.

    A version's own day names it, though it be a draft; any other day, the version in force.
    """
    example = "remit export competence-team --compare 2013-04-09 2018-06-19"
    if len(wanted) != 1:
        raise click.UsageError(f"--compare is for one mandate; write {example}")
    if "@" in wanted[0]:
        raise click.UsageError(f"--compare takes its dates after it; write {example}")
    known_mandate(register, wanted[0])
    old, new = (
        register.get(MandateVersion, f"{wanted[0]}@{day}") or version_on(register, wanted[0], day)
        for day in days
    )
    if old is new:
        raise click.UsageError(
            f'both days fall in one version of "{wanted[0]}", so nothing changed; '
            f"its versions are in force: {spans(register, wanted[0])}"
        )
    return old, new
