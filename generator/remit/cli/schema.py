"""`remit schema`: what editors need to complete and check records while they are written."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from remit.build.editing import editor_files
from remit.cli.arguments import CONTENT
from remit.load.files import discover, kind_at
from remit.load.modelines import has_modeline, with_modeline
from remit.load.origins import YamlOrigin
from remit.load.source import Disk
from remit.model.register import Register
from remit.render.editor_settings import (
    NotJson,
    vscode_files,
)
from remit.settings import Settings, read_settings
from remit.write.files import write_file

FOLDER = ".remit/schemas"


@click.command()
@click.option(
    "--to",
    "folder",
    metavar="FOLDER",
    default=FOLDER,
    show_default=True,
    help="Where the schemas go, inside the register.",
)
@click.option("--no-vscode", is_flag=True, help="Leave VS Code's settings as they are.")
@click.option(
    "--modelines/--no-modelines",
    default=None,
    help="Name its schema in the first line of each record, for editors other than VS Code. "
    "Default: when some record has the line already.",
)
@click.option("--check", is_flag=True, help="Write nothing; fail when something is out of date.")
@click.pass_obj
def schema(root: Path, folder: str, no_vscode: bool, modelines: bool | None, check: bool) -> None:
    """Write JSON Schemas for editors: completion, hover texts, marks at mistakes.

    They are made from the register and its models: which fields there are and what they mean, the
    values to choose from, and the ids of all records with their names. Commit them, and they work
    from a fresh clone in VS Code (with the YAML extension, which it will offer to install).
    """
    settings = read_settings(root)
    folder = _inside(folder)
    files = editor_files(settings, folder)
    if not no_vscode:
        files.update(_vscode_files(root, folder, settings))
    if modelines is not False:
        files.update(_modelines(root, folder, settings, for_all=bool(modelines)))
    stale = [name for name, data in files.items() if _bytes(root / name) != data]
    if check:
        for name in stale:
            click.echo(f"{name} is out of date; run remit schema", err=True)
        sys.exit(CONTENT if stale else 0)
    for name in stale:
        write_file(root / name, files[name])
    click.echo(f"{len(files)} files are up to date, {len(stale)} of them written now")


def _inside(folder: str) -> str:
    path = Path(folder)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise click.UsageError("--to names a folder inside the register, such as .remit/schemas")
    return path.as_posix()


def _vscode_files(root: Path, folder: str, settings: Settings) -> dict[str, bytes]:
    """VS Code's own files, unless they hold what would be lost by writing them anew."""
    made = {}
    for name, maker in vscode_files(folder, settings).items():
        try:
            made[name] = maker(_bytes(root / name))
        except NotJson:
            click.echo(
                f"{name} is left as it is, since it is not plain JSON (comments, perhaps); "
                "see the handbook's page on editors for what belongs there",
                err=True,
            )
    return made


def _modelines(root: Path, folder: str, settings: Settings, for_all: bool) -> dict[str, bytes]:
    """Every record with its line: `for_all`, or where one of them has it."""
    entries = discover(settings, Disk(root), []).entries
    read = {entry.shown: data for entry in entries if (data := _bytes(Path(entry.file)))}
    if not for_all and not any(map(has_modeline, read.values())):
        return {}
    return _with_modelines(read, folder, settings)


def with_modelines_as_used(
    files: dict[str, bytes], register: Register, settings: Settings
) -> dict[str, bytes]:
    """New files with the line for editors, where the register's own records have it."""
    origins = register.origins.values()
    if not any(isinstance(one, YamlOrigin) and has_modeline(one.data) for one in origins):
        return files
    return _with_modelines(files, FOLDER, settings)


def _with_modelines(files: dict[str, bytes], folder: str, settings: Settings) -> dict[str, bytes]:
    made = dict(files)
    for name, data in files.items():
        if cls := kind_at(name, settings):
            made[name] = with_modeline(data, name, f"{folder}/{cls.KIND}.json")
    return made


def _bytes(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None
