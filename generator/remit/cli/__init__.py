"""The command line: arguments → build → exit code. The only package that prints.

Exit codes: 0 fine, 1 problems in the content, 2 wrong use, 3 a bug in remit.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from remit import __version__
from remit.build import DoesNotLoad
from remit.cli.arguments import BUG, CONTENT, USE
from remit.cli.diff import diff
from remit.cli.explain import explain
from remit.cli.export import export
from remit.cli.fmt import fmt
from remit.cli.new import new
from remit.cli.register import build, check, release, serve
from remit.cli.schema import schema
from remit.diagnostics import as_text
from remit.load.revision import RevisionError
from remit.settings import SettingsError
from remit.write.files import CannotWrite
from remit.write.pandoc_tool import ConversionFailed, ToolMissing


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


for command in (check, build, serve, release, export, diff, explain, schema, fmt, new):
    remit.add_command(command)


def main() -> None:
    """The entry point: no traceback reaches a user."""
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    if not os.environ.get("SOURCE_DATE_EPOCH", "").strip():
        os.environ.pop("SOURCE_DATE_EPOCH", None)  # MkDocs stumbles over an empty one
    try:
        remit.main(standalone_mode=False)
    except SettingsError as error:
        click.echo(as_text([error.diagnostic]), err=True)
        sys.exit(USE)
    except DoesNotLoad as error:
        where = f"at {error.state} the register" if error.state else "the register"
        click.echo(f"remit: {where} cannot be read:\n{as_text(error.problems)}", err=True)
        sys.exit(CONTENT)
    except BrokenPipeError:
        sys.stderr.close()
    except click.ClickException as error:
        error.show()
        sys.exit(USE)
    except (RevisionError, CannotWrite, ToolMissing, ConversionFailed) as error:
        click.echo(f"remit: {error}", err=True)
        sys.exit(USE)
    except OSError as error:
        click.echo(f"remit: {error.filename or 'a file'}: {error.strerror}", err=True)
        sys.exit(USE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(130)
    except Exception as error:
        if os.environ.get("REMIT_DEBUG"):
            raise
        click.echo(
            f"remit has a bug: {type(error).__name__}: {error}\n"
            "Nothing was written. Please report it, with what REMIT_DEBUG=1 prints.",
            err=True,
        )
        sys.exit(BUG)
