"""What is said when a command fails, and the exit code: no traceback reaches a user."""

from __future__ import annotations

import os

import click

from remit.build import DoesNotLoad
from remit.cli.arguments import BUG, CONTENT, USE
from remit.diagnostics import ContentFault, as_text
from remit.load.git import RevisionError
from remit.settings import SettingsError
from remit.write.files import CannotWrite
from remit.write.pandoc_tool import ConversionFailed, ToolMissing
from remit.write.shard_files import CannotMerge
from remit.write.workers import WorkerLost


def explained(error: Exception) -> int:
    """Says what went wrong and returns the exit code; with REMIT_DEBUG, a bug is raised again."""
    if isinstance(error, SettingsError):
        click.echo(as_text([error.diagnostic]), err=True)
        return USE
    if isinstance(error, ContentFault):
        click.echo(as_text([error.diagnostic]), err=True)
        return CONTENT
    if isinstance(error, DoesNotLoad):
        where = f"at {error.state} the register" if error.state else "the register"
        click.echo(f"remit: {where} cannot be read:\n{as_text(error.problems)}", err=True)
        return CONTENT
    if isinstance(error, click.ClickException):
        error.show()
        return USE
    if isinstance(
        error,
        RevisionError | CannotWrite | CannotMerge | ToolMissing | ConversionFailed | WorkerLost,
    ):
        click.echo(f"remit: {error}", err=True)
        return USE
    if isinstance(error, OSError):
        click.echo(f"remit: {error.filename or 'a file'}: {error.strerror}", err=True)
        return USE
    if os.environ.get("REMIT_DEBUG"):
        raise error
    click.echo(
        f"remit has a bug: {type(error).__name__}: {error}\n"
        "Nothing was written. Please report it, with what REMIT_DEBUG=1 prints.",
        err=True,
    )
    return BUG
