"""`remit import`: what stands in other files, brought into the register."""

from __future__ import annotations

from pathlib import Path

import click

TABLES = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods")


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--update",
    "updated",
    metavar="MANDATE[@DATE]",
    help="Take over what was edited in a document that remit exported of this mandate.",
)
@click.option("--as", "kind", metavar="KIND", help="A table: what its rows are, if not guessed.")
@click.option("--sheet", metavar="NAME", help="A workbook: which of its sheets.")
@click.option("--network", metavar="ID", help="A table: the network whose members it lists.")
@click.option("--language", metavar="CODE", help="A table: the language of its texts.")
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="COLUMN=FIELD",
    help="A table: what a column is about; COLUMN=- leaves it out.",
)
@click.option(
    "--set",
    "for_all",
    multiple=True,
    metavar="FIELD=VALUE",
    help="A table: what is the same for all new records.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.pass_obj
def import_(
    root: Path,
    file: Path,
    updated: str | None,
    kind: str | None,
    sheet: str | None,
    network: str | None,
    language: str | None,
    mapping: tuple[str, ...],
    for_all: tuple[str, ...],
    dry_run: bool,
) -> None:
    """Bring what stands in FILE into the register."""
    if not file.is_file():
        raise click.UsageError(f"there is no file {file}")
    if updated is not None:
        from remit.cli.import_edited import import_edited

        import_edited(root, file, updated, dry_run)
    elif file.suffix.lower() in TABLES:
        from remit.cli.import_table import TableOptions, import_table

        options = TableOptions(kind, sheet, network, language, mapping, for_all)
        import_table(root, file, dry_run, options)
    else:
        from remit.cli.import_document import import_document

        import_document(root, file, dry_run)
