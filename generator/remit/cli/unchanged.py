"""Lets an export that would change nothing end before anything is loaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from remit.settings import SettingsError, read_settings
from remit.write.last_export import LastExport, last_export

if TYPE_CHECKING:
    from remit.write.document_files import MadeFile

_LAST = "remit.last_export"


def unchanged_files(context: click.Context, root: Path, arguments: Sequence[str]) -> int | None:
    """How many files the same command made before, when it would make just the same again.

    What is found out is kept for `keep_export`.
    """
    try:
        last = last_export(read_settings(root), arguments)
    except SettingsError:
        return None  # the command itself says so
    context.meta[_LAST] = last
    return last.up_to_date()


def keep_export(made: Iterable[MadeFile]) -> None:
    """Keeps what the running command made, after all went well."""
    last = click.get_current_context().meta.get(_LAST)
    if isinstance(last, LastExport):
        last.remember((file.path, file.sha256) for file in made)
