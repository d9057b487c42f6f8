"""`remit archive`: mandates as a package for an archive, and the check of such a package."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from remit.build.documents import archive_faults, archive_mandates
from remit.cli.arguments import CONTENT, checked_register, chosen_of, progress, versions_named
from remit.model.records import MandateVersion
from remit.settings import read_settings


@click.command()
@click.argument("mandates", nargs=-1, metavar="[MANDATE[@DATE]]...")
@click.option(
    "--language",
    "languages",
    metavar="LIST",
    help="Languages, with commas between; the authoritative one is always packed. "
    "Default: all of the register's.",
)
@click.option(
    "--to",
    "target",
    default="build/archive",
    show_default=True,
    metavar="FOLDER|FILE.zip",
    type=click.Path(path_type=Path),
    help="Where the package goes: a folder, or one zip file.",
)
@click.option("--replace", is_flag=True, help="Put the package in an earlier one's stead.")
@click.option(
    "--check",
    "checked_path",
    metavar="FOLDER|FILE.zip",
    type=click.Path(path_type=Path, exists=True),
    help="Make nothing: say whether this package is whole and unaltered.",
)
@click.pass_obj
def archive(
    root: Path,
    mandates: tuple[str, ...],
    languages: str | None,
    target: Path,
    replace: bool,
    checked_path: Path | None,
) -> None:
    """Pack mandates for an archive: documents, sources, metadata and checksums.

    \b
    remit archive                                 every version of every mandate
    remit archive competence-team                 the version in force today
    remit archive competence-team@2018-06-19 --to mandate.zip
                                                  one version, as a zip file
    remit archive --check mandate.zip             whole and unaltered?
    """
    if checked_path:
        if mandates:
            raise click.UsageError("--check takes a package, and no mandates beside it")
        _check(checked_path)
        return
    settings = read_settings(root)
    register = checked_register(settings, strict=False).register
    spoken = chosen_of("language", languages, settings.languages)
    named = versions_named(register, mandates, settings)
    versions = named if mandates else register.all(MandateVersion)
    if not versions:
        raise click.UsageError("the register has no mandate to pack")
    documents = sum(len({one.authoritative_language, *spoken}) for one in versions)
    with progress(3 * documents, "documents") as done:
        files = archive_mandates(
            register, settings, versions, spoken, root / target, replacing=replace, done=done
        )
    click.echo(f"{files} files in {target}", err=True)


def _check(package: Path) -> None:
    faults = archive_faults(package)
    for fault in faults:
        click.echo(f"{package.name}: {fault}", err=True)
    if faults:
        sys.exit(CONTENT)
    click.echo(f"{package.name} is whole: every file is what it was when it was packed")
