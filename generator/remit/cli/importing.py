"""`remit import`: what stands in other files, brought into the register."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

TABLES = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods")
EDITED, TABLE, DOCUMENT = "an edited export", "a table", "a document"
_FOR = {
    "yes": {EDITED},
    "new_version": {EDITED},
    "take_edited": {EDITED},
    "keep_register": {EDITED},
    "kind": {TABLE},
    "sheet": {TABLE},
    "network": {TABLE},
    "mapping": {TABLE},
    "language": {TABLE, DOCUMENT},
    "fields": {TABLE, DOCUMENT},
    "id": {DOCUMENT},
    "version_of": {DOCUMENT},
    "names": {DOCUMENT},
    "holder": {DOCUMENT},
    "report": {DOCUMENT},
    "asks": {DOCUMENT},
}
"""What each option is for; one that is not here is for all."""


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--language", metavar="CODE", help="The language of its texts. Default: told by it.")
@click.option(
    "--set",
    "fields",
    multiple=True,
    metavar="FIELD=VALUE",
    help="A field that the file does not tell; in a table, of all new records. Several ids are "
    "divided by commas.",
)
@click.option("--id", metavar="ID", help="A document: the new mandate's id, if not of its title.")
@click.option(
    "--version-of", metavar="MANDATE", help="A document: make a version of a mandate that is there."
)
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="[CODE=]TEXT",
    help="A document: the mandate's name; with a language's code for another than its own.",
)
@click.option("--holder", metavar="ROLE", help="A document: short for --set holders=ROLE.")
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A document: write what became of every paragraph, as Markdown or (.json) JSON.",
)
@click.option(
    "--ask/--no-ask",
    "asks",
    default=None,
    help="A document: ask for what it does not say. Default: when there is someone to ask.",
)
@click.option("--as", "kind", metavar="KIND", help="A table: what its rows are, if not guessed.")
@click.option("--sheet", metavar="NAME", help="A workbook: which of its sheets.")
@click.option("--network", metavar="ID", help="A table: the network whose members it lists.")
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="COLUMN=FIELD",
    help="A table: what a column is about; COLUMN=- leaves it out.",
)
@click.option(
    "--update",
    "updated",
    metavar="MANDATE[@DATE]",
    help="Take over what was edited in a document that remit exported of this mandate.",
)
@click.option("--yes", is_flag=True, help="With --update: write without asking.")
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
@click.pass_context
def import_(
    context: click.Context, /, file: Path, updated: str | None, dry_run: bool, **given: Any
) -> None:
    """Bring what stands in FILE into the register.

    \b
    remit import mandate.docx --dry-run         what would become of it, paragraph by paragraph
    remit import mandate.docx --holder competence-team --report report.md
    remit import contacts.xlsx --dry-run        what the rows would make or change
    remit import --update competence-team edited.docx

    A document (docx, odt, html, txt, md) becomes a mandate: two new files, never over others. The
    rows of a table (csv, xlsx) become organisations, contacts or members of a network, or changes
    of those that are there. With --update, a document that remit exported and someone edited comes
    back as changes of just what was edited.

    Nothing is written when it would bring an error into the register.
    """
    root: Path = context.obj
    if not file.is_file():
        raise click.UsageError(f"there is no file {file}")
    if updated is not None:
        _refuse_others(context, EDITED)
        from remit.cli.import_edited import import_edited

        import_edited(
            root,
            file,
            updated,
            dry_run,
            given["yes"],
            given["new_version"],
            given["take_edited"],
            given["keep_register"],
        )
    elif file.suffix.lower() in TABLES:
        _refuse_others(context, TABLE)
        from remit.cli.import_table import TableOptions, import_table

        options = TableOptions(
            given["kind"],
            given["sheet"],
            given["network"],
            given["language"],
            given["mapping"],
            given["fields"],
        )
        import_table(root, file, dry_run, options)
    else:
        _refuse_others(context, DOCUMENT)
        from remit.cli.import_document import DocumentOptions, import_document

        holders = (f"holders={given['holder']}",) if given["holder"] else ()
        import_document(
            root,
            file,
            DocumentOptions(
                given["id"],
                given["version_of"],
                given["names"],
                (*given["fields"], *holders),
                given["language"],
                given["report"],
                given["asks"],
                dry_run,
            ),
        )


def _refuse_others(context: click.Context, what: str) -> None:
    """Raises UsageError for options that mean nothing for what is imported."""
    wrong = list(_not_for(context, what))
    if wrong:
        raise click.UsageError(f"{', '.join(wrong)}: not for {what}; leave it out")


def _not_for(context: click.Context, what: str) -> Iterator[str]:
    for parameter in context.command.params:
        name = parameter.name or ""
        given = context.get_parameter_source(name) is not ParameterSource.DEFAULT
        if given and what not in _FOR.get(name, {what}):
            yield parameter.opts[0]
