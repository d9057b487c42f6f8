"""`remit verify`: whether files that someone hands in say what the register says."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from remit.build import load_whole
from remit.cli.arguments import CONTENT, OK
from remit.settings import read_settings

if TYPE_CHECKING:
    from remit.verification import Verdict


@click.command()
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path)
)
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
)
@click.pass_obj
def verify(root: Path, files: tuple[Path, ...], form: str) -> None:
    """Tell whether documents are the current text, an older one, or altered since the export.

    \b
    remit verify mandate.pdf letter.docx
    remit verify --format json *.pdf

    Takes PDF, DOCX and ODT, also saved anew by another program, or signed. A file's words are
    compared with what the register says, now or at an earlier git revision; what the file says of
    itself is not believed. Exit code 0: all are the current text. 1: some are not.
    """
    settings = read_settings(root)
    for file in files:
        if not file.is_file():
            raise click.UsageError(f"there is no file {file}")
    register = load_whole(settings)
    from remit.verification import verify_files

    verdicts = verify_files(register, settings, files)
    if form == "json":
        click.echo(json.dumps([asdict(one) for one in verdicts], ensure_ascii=False, indent=2))
    else:
        for one in verdicts:
            click.echo(_line(one))
    sys.exit(OK if all(one.state == "current" for one in verdicts) else CONTENT)


def _line(verdict: Verdict) -> str:
    """`mandate.pdf: current: the version in force since 2018-06-19; byte for byte …`"""
    return f"{verdict.file}: {verdict.state}: {'; '.join(verdict.reasons)}"
