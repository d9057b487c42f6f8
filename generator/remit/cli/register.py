"""`remit build`, `serve` and `release`: the register as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from remit.cli.arguments import OK, checked_register, leave, progress
from remit.diagnostics import Diagnostic, count_line, has_errors
from remit.settings import Settings, read_settings
from remit.write.files import replaced_folder
from remit.write.last_site import Choice, unchanged_site

if TYPE_CHECKING:
    from remit.build import Checked
    from remit.build.earlier_site import EarlierSite


@click.command()
@click.option(
    "--to",
    "site",
    default="site",
    show_default=True,
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Where the site goes. The earlier one is replaced only when all went well.",
)
@click.option("--strict", is_flag=True, help="Warnings fail too.")
@click.option("--no-documents", is_flag=True, help="Leave out DOCX, ODT and PDF.")
@click.option("--no-search", is_flag=True, help="Leave out the search index.")
@click.option(
    "--compress",
    is_flag=True,
    help="Write compressed copies (.br, .gz) beside the files, for hosts that send them as they "
    "are. Needs remit[compress].",
)
@click.pass_obj
def build(
    root: Path, site: Path, strict: bool, no_documents: bool, no_search: bool, compress: bool
) -> None:
    """Make the site, with every mandate's documents, in all languages."""
    settings = read_settings(root)
    if compress:
        from remit.write.compressed import require_brotli

        require_brotli()
    choice = Choice(not no_documents, search=not no_search, compress=compress)
    same = unchanged_site(settings, root / site, choice)
    if same and not has_errors(same.found) and not (strict and same.found):
        said = _summary(same.records, same.found)
        click.echo(f"nothing has changed: {site}/ is up to date: {said}", err=True)
        leave(OK)
    _build(root, site, settings, choice, strict=strict)
    leave(OK)


def _build(root: Path, site: Path, settings: Settings, choice: Choice, *, strict: bool) -> None:
    from remit.build.earlier_site import EarlierSite
    from remit.model.reading import begin_noticing

    begin_noticing()
    checked = checked_register(settings, strict)
    earlier = EarlierSite.of(checked, settings, root / site, choice)
    updated = earlier.update(checked)
    if updated is None:
        _build_whole(root, settings, checked, earlier)
        done = "is made"
    else:
        files = f"{updated.written} files written, {updated.removed} removed"
        done = f"is up to date ({files})"
    said = _summary(len(checked.register.records), checked.found)
    click.echo(f"{site}/ {done}: {said}", err=True)


def _build_whole(root: Path, settings: Settings, checked: Checked, earlier: EarlierSite) -> None:
    from remit.build.documents import count_documents
    from remit.mkdocs_plugin import build_site

    earlier.forget()
    with replaced_folder(earlier.site) as staging:
        count = count_documents(checked.register, settings) if earlier.choice.documents else 0
        with progress(count, "documents") as done:
            store = build_site(root, staging, settings, checked, earlier.choice, done)
    earlier.keep(store, checked)


@click.command()
@click.option(
    "--address",
    default="127.0.0.1:8000",
    show_default=True,
    metavar="HOST:PORT",
    help="Where to serve.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open the browser too.")
@click.pass_obj
def serve(root: Path, address: str, open_browser: bool) -> None:
    """Show the site while you write: a saved change shows in the browser.

    Search is left out here, and so are the documents of the whole register, such as the handbook,
    which every change makes anew; all others are made as in the real site. Stop with Ctrl+C.
    """
    settings = read_settings(root)
    checked_register(settings, strict=False)
    from remit.mkdocs_plugin import serve_site

    serve_site(root, address, open_browser=open_browser)


@click.command()
@click.pass_obj
def release(root: Path) -> None:
    """Keep the addresses of what is published now: none may vanish unnoticed from here on.

    Writes released.txt, to be committed with the release. From then on, remit check fails when a
    page, section or block listed there is gone and no redirect or tombstone answers for it. Prints
    what is new (+) and gone (-) since the release before.
    """
    from remit.build import write_release

    settings = read_settings(root)
    made = write_release(checked_register(settings, strict=False).register, settings)
    if made.earlier:
        for sign, addresses in (("+", made.new), ("-", made.gone)):
            for address in addresses:
                click.echo(f"{sign} {address}")
        since = f" since the release of {made.earlier.day}" if made.earlier.day else ""
        rest = f", {len(made.new)} new and {len(made.gone)} gone{since}"
    else:
        rest = ", the first release"
    click.echo(f"{settings.released}: {made.count} addresses{rest}", err=True)


def _summary(records: int, found: list[Diagnostic]) -> str:
    rest = f", {count_line(found)} (remit check tells)" if found else ""
    return f"{records} records{rest}"
