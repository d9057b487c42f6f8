"""`remit report`: one comment for those who are to approve a proposal."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from remit.cli.arguments import CONTENT, OK, chosen_of
from remit.settings import Settings, available_languages
from remit.write.files import write_file

MOST = 65_000
"""Characters that forges take in a comment (GitHub 65,536), and a little less."""


@click.command()
@click.argument("states", metavar="BASE..[HEAD]")
@click.option(
    "--format",
    "form",
    type=click.Choice(("markdown", "json")),
    default="markdown",
    show_default=True,
)
@click.option(
    "--language",
    metavar="CODE",
    help="Language of the report and of the register's texts. Default: the register's first.",
)
@click.option(
    "--to",
    "target",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where the report goes. Default: it is printed.",
)
@click.option(
    "--redlines",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="Make documents there, DOCX and PDF, that show what changes in each mandate.",
)
@click.option(
    "--source-url",
    "source",
    default="",
    metavar="URL",
    help="Where the proposal's files can be seen, such as https://forge.example/blob/SHA/{path}"
    "#L{line}.",
)
@click.option(
    "--preview-url",
    "preview",
    default="",
    metavar="URL",
    help="Where a site made of the proposal lies.",
)
@click.option(
    "--explain-url",
    "explanation",
    default="",
    metavar="URL",
    help="Where the pages on the check's codes lie, such as https://forge.example/docs/{code}.md.",
)
@click.option(
    "--length",
    default=MOST,
    show_default=True,
    type=click.IntRange(min=4000),
    metavar="CHARACTERS",
    help="The report is no longer than that; it says what is left out. Not for json.",
)
@click.pass_obj
def report(
    root: Path,
    states: str,
    form: str,
    language: str | None,
    target: Path | None,
    redlines: Path | None,
    source: str,
    preview: str,
    explanation: str,
    length: int,
) -> None:
    """Tell those who are to approve a proposal what it changes, and who must approve it.

    \b
    remit report main...HEAD       what the proposal changes since it left main
    remit report v1.0..v1.1        from one state to another
    remit report main...           since leaving main, with the files as they are now

    What the check finds anew, what changes in each mandate and record, word by word, the pages and
    documents that show it, and the translations that are left behind. Nothing of the proposal is
    executed. Exit code 1 when the check finds errors that were not there before.
    """
    from remit.render.labels import labels_for
    from remit.render.report_json import as_data
    from remit.render.report_links import ReportLinks, is_template
    from remit.render.report_markdown import as_comment
    from remit.reporting import report_on, view_of, with_redlines

    found = re.fullmatch(r"(.+?)(\.{2,3})(.*)", states)
    if found is None or found[3].startswith("."):
        raise click.UsageError(
            f'write two git revisions with two or three dots between, not "{states}": '
            "remit report main...HEAD"
        )
    for name, url in (("source", source), ("preview", preview), ("explain", explanation)):
        if url and not is_template(url):
            raise click.UsageError(
                f"--{name}-url is no web address: it begins with https:// and has no spaces, "
                "quotation marks or brackets"
            )
    links = ReportLinks(source, preview, explanation)
    reported = report_on(root, found[1], found[3], from_parting=found[2] == "...")
    if redlines is not None:
        settings = reported.settings
        reported = with_redlines(reported, root / redlines, settings.languages if settings else ())
        if reported.has_errors:
            click.echo("no redlines are made of a register with errors", err=True)
    spoken = _language(reported.settings, language)
    if form == "json":
        text = as_data(reported.report) + "\n"
    else:
        view = view_of(reported, spoken)
        text = as_comment(reported.report, view, labels_for(spoken), links, length)
    if target is None:
        click.echo(text, nl=False)
    else:
        write_file(root / target, text.encode())
    sys.exit(OK if reported.report.passes else CONTENT)


def _language(settings: Settings | None, language: str | None) -> str:
    """The wanted language; of a register that cannot be read, any that there are labels for."""
    known = settings.languages if settings else available_languages()
    if language is None:
        return settings.default_language if settings else "en"
    return chosen_of("language", language, known)[0]
