"""`remit check`: everything that is wrong in the register."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from remit.cli.arguments import CONTENT, OK, day_of, leave
from remit.diagnostics import FORMATS, Diagnostic, has_errors
from remit.load.kept_findings import RegisterSeen
from remit.settings import Settings, read_settings


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(sorted(FORMATS)),
    default="text",
    show_default=True,
    help="github and gitlab are for their CI: findings show beside the changed lines. "
    "lines is for editors: a finding a line.",
)
@click.option("--strict", is_flag=True, help="Warnings fail too.")
@click.option(
    "--as-of",
    "day",
    metavar="DATE",
    help="Check as on that date: which reviews and contact checks are overdue then.",
)
@click.pass_obj
def check(root: Path, form: str, strict: bool, day: str | None) -> None:
    """Find everything that is wrong in the register, all at once.

    Every finding has its place (file, line, column), says what is wrong and, after "help:", what
    to do. Nothing is changed.
    """
    settings = read_settings(root)
    if day is not None:
        settings = replace(settings, today=day_of(day))
    seen = RegisterSeen(settings)
    found = seen.found()
    if found is None:
        found = _found(settings, seen)
    click.echo(FORMATS[form](found))
    leave(CONTENT if has_errors(found) or (strict and found) else OK)


def _found(settings: Settings, seen: RegisterSeen) -> list[Diagnostic]:
    """Files are read already while what it takes to load and check them is imported."""
    from remit.load.early_reading import reading_early

    with reading_early(settings) as early:
        from remit.build import load_and_check

        return load_and_check(settings, early=early, seen=seen).found
