"""`remit export`: formal documents as files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from remit.build.documents import Wanted, export_comparison
from remit.build.exports import export_documents
from remit.cli.arguments import (
    OK,
    addresses_named,
    checked_register,
    chosen_of,
    known_kind,
    known_mandate,
    leave,
    progress,
    require_one_way,
    shard_of,
    spans,
    version_on,
)
from remit.cli.unchanged import keep_export
from remit.model.records import MandateVersion
from remit.model.register import Register
from remit.model.shards import Shard
from remit.model.templates import DEFAULT_KIND, Subject
from remit.settings import Settings, read_settings

if TYPE_CHECKING:
    from remit.write.document_files import MadeFile


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME[@DATE]]...")
@click.option(
    "--kind",
    default=DEFAULT_KIND,
    show_default=True,
    metavar="KIND",
    help="Kind of document: the name of its template.",
)
@click.option(
    "--format",
    "formats",
    metavar="LIST",
    help="Any of docx, odt, pdf, with commas between. Default: all that the kind has.",
)
@click.option(
    "--language",
    "languages",
    metavar="LIST",
    help="Languages, with commas between. Default: all of the register's.",
)
@click.option(
    "--to",
    "target",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Where the files go. Default: build/documents; of a share, the file "
    "build/shards/documents-I-of-N.zip.",
)
@click.option(
    "--compare",
    "days",
    nargs=2,
    metavar="DATE DATE",
    help="What changed in one mandate from one day to another, marked to be taken or refused.",
)
@click.option(
    "--attach-source",
    is_flag=True,
    help="Put the register's files that a PDF is made of inside it, which makes it PDF/A-3.",
)
@click.option(
    "--shard",
    "share",
    metavar="I/N",
    help="Make only share I of N, as one file; remit merge makes the folder of all N.",
)
@click.option(
    "--on",
    "scheduler",
    metavar="ADDRESS",
    help="Divide the work among the workers of a Dask cluster, such as tcp://10.0.0.5:8786.",
)
@click.pass_obj
def export(
    root: Path,
    names: tuple[str, ...],
    kind: str,
    formats: str | None,
    languages: str | None,
    target: Path | None,
    days: tuple[str, str] | None,
    attach_source: bool,
    share: str | None,
    scheduler: str | None,
) -> None:
    """Make formal documents, to sign, send for hearing or archive.

    \b
    remit export                                  every version of every mandate
    remit export competence-team                  the version in force today
    remit export competence-team@2018-06-19       the version in force on that day
    remit export --format pdf --language nb       one format, one language
    remit export competence-team --kind hearing   another kind of document
    remit export competence-team --compare 2013-04-09 2018-06-19
                                                  tracked changes between two versions
    """
    shard = shard_of(share) if share else None
    require_one_way(shard, scheduler)
    if days and (shard or scheduler):
        raise click.UsageError("--compare makes one document, which has no shares")
    settings = read_settings(root)
    register = checked_register(settings, strict=False).register
    asked = _Asked(names, kind, formats, languages, days, attach_source)
    wanted, folder = asked.wanted(register, settings), target or Path("build/documents")
    if shard:
        _export_share(root, target, settings, register, shard, wanted)
    elif scheduler:
        _export_on(scheduler, root, folder, settings, register, wanted)
    elif days:
        pair = _compared(register, names, days)
        _export_comparison(root, folder, settings, register, wanted, pair)
    else:
        _export_here(root, folder, settings, register, wanted)
    leave(OK)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the command line asks for, as it was typed."""

    names: tuple[str, ...]
    kind: str
    formats: str | None
    languages: str | None
    days: tuple[str, str] | None
    attach_source: bool

    def wanted(self, register: Register, settings: Settings) -> Wanted:
        """The documents asked for; of a comparison, all but the versions. Raises UsageError."""
        template = known_kind(register, self.kind)
        if self.days and self.kind != DEFAULT_KIND:
            raise click.UsageError("--compare is for mandates; leave --kind out")
        formats = chosen_of("format", self.formats, template.formats)
        of_versions = template.of is Subject.MANDATE and not self.days
        if self.attach_source and not (of_versions and "pdf" in formats):
            raise click.UsageError(
                "--attach-source is for the PDF of a version; leave out --compare and have pdf "
                "among the formats"
            )
        languages = chosen_of("language", self.languages, settings.languages)
        named = () if self.days else addresses_named(register, template.of, self.names, settings)
        return Wanted(named, languages, formats, self.kind, self.attach_source)


def _export_here(
    root: Path, folder: Path, settings: Settings, register: Register, wanted: Wanted
) -> None:
    files = len(wanted.addresses) * len(wanted.formats) * len(wanted.languages)
    with progress(files, "documents") as done:
        made = export_documents(register, settings, wanted, root / folder, done)
    _say_done(made, folder)


def _export_comparison(
    root: Path,
    folder: Path,
    settings: Settings,
    register: Register,
    wanted: Wanted,
    pair: tuple[MandateVersion, MandateVersion],
) -> None:
    languages, formats = wanted.languages, wanted.formats
    with progress(len(formats) * len(languages), "documents") as done:
        made = export_comparison(register, settings, pair, languages, formats, root / folder, done)
    _say_done(made, folder)


def _say_done(made: Sequence[MadeFile], folder: Path) -> None:
    keep_export(made)
    click.echo(f"{len(made)} file{'' if len(made) == 1 else 's'} in {folder}/", err=True)


def _export_on(
    scheduler: str,
    root: Path,
    folder: Path,
    settings: Settings,
    register: Register,
    wanted: Wanted,
) -> None:
    from remit.build.shards import merge_documents
    from remit.cluster import connected, count_of_shares, export_order, shares_made

    with connected(scheduler) as client:
        order = export_order(settings, register, wanted)
        count = count_of_shares(client, register, settings)
        with progress(count, "shares", resumes=False) as step:
            files = merge_documents(shares_made(client, order, count, step), root / folder)
    click.echo(f"{files} file{'' if files == 1 else 's'} in {folder}/", err=True)


def _export_share(
    root: Path,
    target: Path | None,
    settings: Settings,
    register: Register,
    shard: Shard,
    wanted: Wanted,
) -> None:
    from remit.build.shards import count_of_share, documents_state, make_documents_share

    file = target or Path(f"build/shards/documents-{shard.number}-of-{shard.count}.zip")
    state = documents_state(settings, wanted)
    with progress(count_of_share(register, settings, shard, wanted), "documents") as done:
        files = make_documents_share(register, settings, shard, wanted, root / file, state, done)
    word = "file" if files == 1 else "files"
    click.echo(f"{file} is made: share {shard}, {files} {word}", err=True)


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
