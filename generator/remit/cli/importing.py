"""`remit import`: what stands in other files, brought into the register."""

from __future__ import annotations

from pathlib import Path

import click

from remit.cli.import_document import DocumentOptions

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
@click.option("--id", metavar="ID", help="A new mandate's id. Default: made of its title.")
@click.option("--version-of", metavar="MANDATE", help="Make a version of a mandate that is there.")
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="[CODE=]TEXT",
    help="A mandate's name; with a language's code for another than the document's.",
)
@click.option(
    "--set",
    "fields",
    multiple=True,
    metavar="FIELD=VALUE",
    help="Any field of a mandate, such as holders=…; several ids divided by commas.",
)
@click.option("--holder", metavar="ROLE", help="Short for --set holders=ROLE.")
@click.option("--language", metavar="CODE", help="The document's language. Default: told by it.")
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write what became of every paragraph: as Markdown, or as JSON when it ends in .json.",
)
@click.option(
    "--ask/--no-ask",
    "asks",
    default=None,
    help="Ask for what the document does not say. Default: when there is someone to ask.",
)
@click.pass_obj
def import_(
    root: Path,
    file: Path,
    updated: str | None,
    dry_run: bool,
    id: str | None,
    version_of: str | None,
    names: tuple[str, ...],
    fields: tuple[str, ...],
    holder: str | None,
    language: str | None,
    report: Path | None,
    asks: bool | None,
) -> None:
    """Bring what stands in FILE into the register.

    \b
    remit import mandate.docx --dry-run     what would become of it, paragraph by paragraph
    remit import mandate.docx --holder competence-team --report report.md

    A document (docx, odt, html, txt, md) becomes a mandate: two new files, never over others.
    Nothing is written when they would bring an error into the register.
    """
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

        holders = (f"holders={holder}",) if holder else ()
        options = DocumentOptions(
            id, version_of, names, (*fields, *holders), language, report, asks, dry_run
        )
        import_document(root, file, options)
