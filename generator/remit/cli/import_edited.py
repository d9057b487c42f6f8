"""`remit import`: edited."""

from __future__ import annotations

from pathlib import Path

import click


def import_edited(root: Path, file: Path, updated: str, dry_run: bool) -> None:
    raise click.UsageError("this is being built")
