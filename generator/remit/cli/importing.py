"""`remit import`: what stands in other files, brought into the register."""

from __future__ import annotations

from pathlib import Path

import click

TABLES = (".csv", ".xlsx")


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--update",
    "updated",
    metavar="MANDATE[@DATE]",
    help="Take over what was edited in a document that remit exported of this mandate.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.pass_obj
def import_(root: Path, file: Path, updated: str | None, dry_run: bool) -> None:
    """Bring what stands in FILE into the register."""
    if not file.is_file():
        raise click.UsageError(f"there is no file {file}")
    if updated is not None:
        from remit.cli.import_edited import import_edited

        import_edited(root, file, updated, dry_run)
    elif file.suffix.lower() in TABLES:
        from remit.cli.import_table import import_table

        import_table(root, file, dry_run)
    else:
        from remit.cli.import_document import import_document

        import_document(root, file, dry_run)
