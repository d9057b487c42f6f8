"""`remit fmt`: records in one tidy form, when someone asks for it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from remit.cli.arguments import CONTENT
from remit.load.files import discover
from remit.load.guidance import format_front_matter
from remit.load.source import Disk
from remit.load.yaml_edit import CannotEdit
from remit.load.yaml_format import formatted
from remit.model.fields import written_order
from remit.model.records import Guidance, Record
from remit.settings import Settings, read_settings
from remit.write.files import write_file


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; fail when a file is not tidy.")
@click.pass_obj
def fmt(root: Path, files: tuple[Path, ...], check: bool) -> None:
    """Tidy the records in FILES, or all: order of fields, quotation marks, lines that are too long.

    Fields come in the order of the field reference, texts have quotation marks only where they need
    them, and a text with a line of more than 100 columns is broken anew. Comments, blank lines and
    all other line breaks stay. What the file says is the same, and a tidy file is left untouched.

    A file that cannot be tidied safely stays as it is, and is named.
    """
    settings = read_settings(root)
    found = list(_records(settings, root))
    if files:
        wanted = {file.resolve() for file in files}
        found = [one for one in found if one.file.resolve() in wanted]
    changed, left = [], 0
    for one in found:
        data = one.file.read_bytes()
        try:
            made = _tidy(one, data, settings)
        except CannotEdit as error:
            click.echo(f"{one.shown} is left as it is: {error}", err=True)
            left += 1
            continue
        if made != data:
            changed.append(one.shown)
            if check:
                click.echo(f"{one.shown} is not tidy; run remit fmt", err=True)
            else:
                write_file(one.file, made)
    click.echo(_told(len(found), len(changed), check))
    sys.exit(CONTENT if left or (check and changed) else 0)


@dataclass(frozen=True, slots=True)
class _File:
    cls: type[Record]
    file: Path
    shown: str


def _records(settings: Settings, root: Path) -> Iterator[_File]:
    found = discover(settings, Disk(root), [])
    for entry in found.entries:
        yield _File(entry.cls, Path(entry.file), entry.shown)
    for files in found.guidance.values():
        for file, shown in files.values():
            yield _File(Guidance, Path(file), shown)


def _tidy(one: _File, data: bytes, settings: Settings) -> bytes:
    order = written_order(one.cls, settings.languages)
    return (format_front_matter if one.cls is Guidance else formatted)(data, order)


def _told(all: int, changed: int, check: bool) -> str:
    files = "file" if all == 1 else "files"
    if not changed:
        return f"{all} {files}, all tidy" if all != 1 else "1 file, tidy"
    return f"{all} {files}, {changed} {'not tidy' if check else 'tidied'}"
