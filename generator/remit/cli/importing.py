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
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option(
    "--as-new-version",
    "new_version",
    metavar="DATE",
    help="With --update: put the changes into a draft of a version from that day.",
)
@click.option(
    "--take-edited",
    metavar="ID",
    multiple=True,
    help="With --update: where the register changed too, take the file's text; all for all.",
)
@click.option(
    "--keep-register",
    metavar="ID",
    multiple=True,
    help="With --update: where the register changed too, keep its text; all for all.",
)
@click.pass_obj
def import_(
    root: Path,
    file: Path,
    updated: str | None,
    dry_run: bool,
    yes: bool,
    new_version: str | None,
    take_edited: tuple[str, ...],
    keep_register: tuple[str, ...],
) -> None:
    """Bring what stands in FILE into the register."""
    if not file.is_file():
        raise click.UsageError(f"there is no file {file}")
    if updated is not None:
        from remit.cli.import_edited import import_edited

        import_edited(root, file, updated, dry_run, yes, new_version, take_edited, keep_register)
    elif file.suffix.lower() in TABLES:
        from remit.cli.import_table import import_table

        import_table(root, file, dry_run)
    else:
        from remit.cli.import_document import import_document

        import_document(root, file, dry_run)
