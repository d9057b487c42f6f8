"""The command line: arguments → build → exit code. The only module that prints.

Exit codes: 0 fine, 1 problems in the content, 2 wrong use, 3 a bug in remit.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from remit import __version__
from remit.build import load_and_check
from remit.diagnostics import FORMATS, as_text
from remit.settings import Settings, SettingsError, read_settings

OK, CONTENT, USE, BUG = 0, 1, 2, 3


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 fine, 1 problems in the content, 2 wrong use, 3 a bug in remit.",
)
@click.version_option(__version__, prog_name="remit")
@click.option(
    "--register",
    "root",
    default=".",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="The register's top folder, where pyproject.toml lies. Default: this folder.",
)
@click.pass_context
def remit(context: click.Context, root: Path) -> None:
    """Who does what, from one source.

    Remit reads mandates, roles and networks from small YAML files, checks them, and makes a
    guidance site and formal documents of them.
    """
    context.obj = root


@remit.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(sorted(FORMATS)),
    default="text",
    show_default=True,
    help="github and gitlab are for their CI: findings show beside the changed lines.",
)
@click.option("--strict", is_flag=True, help="Warnings fail too.")
@click.pass_obj
def check(root: Path, form: str, strict: bool) -> None:
    """Find everything that is wrong in the register, all at once.

    Every finding has its place (file, line, column), says what is wrong and, after "help:", what
    to do. Nothing is changed.
    """
    checked = load_and_check(_settings(root))
    click.echo(FORMATS[form](checked.found))
    sys.exit(CONTENT if checked.fails(strict=strict) else OK)


def _settings(root: Path) -> Settings:
    return read_settings(root)


def main() -> None:
    """The entry point: no traceback reaches a user."""
    try:
        remit.main(standalone_mode=False)
    except SettingsError as error:
        click.echo(as_text([error.diagnostic]), err=True)
        sys.exit(USE)
    except click.ClickException as error:
        error.show()
        sys.exit(USE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(OK)
    except Exception as error:
        if os.environ.get("REMIT_DEBUG"):
            raise
        click.echo(
            f"remit has a bug: {type(error).__name__}: {error}\n"
            "Nothing was written. Please report it, with what REMIT_DEBUG=1 prints.",
            err=True,
        )
        sys.exit(BUG)
