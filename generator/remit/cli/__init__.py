"""The command line: arguments → build → exit code. The only package that prints.

Exit codes: 0 fine, 1 problems in the content, 2 wrong use, 3 a bug in remit.

A command's module is imported when the command is called for: an export that has nothing to do
ends sooner than all of remit is loaded.
"""

from __future__ import annotations

import gc
import keyword
import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import click

from remit import __version__

_SELDOM = 100_000
"""Objects made before the collector looks through them: nearly none of those that modules are made
of ever dies, and looking takes a tenth of the time of importing."""
_MODULES = {
    "check": "check",
    "build": "register",
    "serve": "register",
    "release": "register",
    "export": "export",
    "merge": "merge",
    "archive": "archive",
    "sign": "sign",
    "verify": "verify",
    "diff": "diff",
    "report": "report",
    "explain": "explain",
    "schema": "schema",
    "fmt": "fmt",
    "new": "new",
    "init": "init",
    "import": "importing",
    "translations": "translations",
    "workflows": "workflows",
}
"""The module of each command; its function bears the command's name, `import_` for `import`."""


class _Commands(click.Group):
    def list_commands(self, context: click.Context) -> list[str]:
        return list(_MODULES)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in _MODULES:
            return None
        function = f"{name}_" if keyword.iskeyword(name) else name
        command = getattr(import_module(f"remit.cli.{_MODULES[name]}"), function)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, context: click.Context, arguments: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if arguments[:1] == ["export"]:
            from remit.cli.unchanged import unchanged_files

            count = unchanged_files(context, context.params["root"], arguments)
            if count is not None:
                files = "1 file is" if count == 1 else f"{count} files are"
                click.echo(f"nothing has changed: {files} up to date", err=True)
                context.exit()
        return super().resolve_command(context, arguments)


@click.group(
    cls=_Commands,
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


def main() -> None:
    """The entry point: no traceback reaches a user."""
    gc.set_threshold(_SELDOM)
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    # else pydantic looks through all installed packages for plugins, of which remit wants none
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    if not os.environ.get("SOURCE_DATE_EPOCH", "").strip():
        os.environ.pop("SOURCE_DATE_EPOCH", None)  # MkDocs stumbles over an empty one
    first = os.getpid()

    def interrupt(number: int, frame: object) -> NoReturn:
        """A machine that stops a command leaves things as Ctrl+C does. Processes that this one
        has made just end."""
        if os.getpid() != first:
            os._exit(0)
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    try:
        remit.main(standalone_mode=False)
    except BrokenPipeError:
        sys.stderr.close()
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(130)
    except Exception as error:
        from remit.cli.failures import explained

        sys.exit(explained(error))
