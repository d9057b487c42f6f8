"""Lets an export that would change nothing end before anything is loaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from remit.load.file_state import state_of
from remit.settings import SettingsError, read_settings
from remit.write.last_export import last_export

if TYPE_CHECKING:
    from remit.write.document_files import MadeFile

_BEGUN = "remit.begun_export"


def unchanged_files(context: click.Context, root: Path, arguments: Sequence[str]) -> int | None:
    """How many files the same command made before, when it would make just the same again.

    What is found out is kept for `keep_export`.
    """
    try:
        settings = read_settings(root)
    except SettingsError:
        return None  # the command itself says so
    last = last_export(settings, arguments)
    count = last.up_to_date()
    if count is None:
        context.meta[_BEGUN] = last, state_of(settings)
    return count


def keep_export(made: Iterable[MadeFile]) -> None:
    """Keeps what the running command made, after all went well."""
    begun = click.get_current_context().meta.get(_BEGUN)
    if begun:
        last, sources = begun
        last.remember(sources, (file.path for file in made))
