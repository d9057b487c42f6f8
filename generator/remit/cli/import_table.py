"""`remit import`: table."""

from __future__ import annotations

from pathlib import Path

import click


def import_table(root: Path, file: Path, dry_run: bool) -> None:
    raise click.UsageError("this is being built")
