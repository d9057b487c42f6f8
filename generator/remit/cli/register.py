"""`remit check`, `build`, `serve` and `release`: the register as a whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from remit.build import Checked, load_and_check, write_release
from remit.build.documents import count_documents
from remit.cli.arguments import (
    CONTENT,
    OK,
    checked_register,
    day_of,
    leave,
    progress,
    require_one_way,
    shard_of,
)
from remit.diagnostics import FORMATS, count_line
from remit.model.shards import Shard
from remit.settings import Settings, read_settings
from remit.write.files import replaced_folder


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(sorted(FORMATS)),
    default="text",
    show_default=True,
    help="github and gitlab are for their CI: findings show beside the changed lines. "
    "lines is for editors: a finding a line.",
)
@click.option("--strict", is_flag=True, help="Warnings fail too.")
@click.option(
    "--as-of",
    "day",
    metavar="DATE",
    help="Check as on that date: which reviews and contact checks are overdue then.",
)
@click.pass_obj
def check(root: Path, form: str, strict: bool, day: str | None) -> None:
    """Find everything that is wrong in the register, all at once.

    Every finding has its place (file, line, column), says what is wrong and, after "help:", what
    to do. Nothing is changed.
    """
    settings = read_settings(root)
    if day is not None:
        settings = replace(settings, today=day_of(day))
    checked = load_and_check(settings)
    click.echo(FORMATS[form](checked.found))
    leave(CONTENT if checked.fails(strict=strict) else OK)


@click.command()
@click.option(
    "--to",
    "target",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Where the site goes. The earlier one is replaced only when all went well. Default: site; "
    "of a share, the file build/shards/site-I-of-N.zip.",
)
@click.option("--strict", is_flag=True, help="Warnings fail too.")
@click.option("--no-documents", is_flag=True, help="Leave out DOCX, ODT and PDF.")
@click.option("--no-search", is_flag=True, help="Leave out the search index.")
@click.option(
    "--shard",
    "share",
    metavar="I/N",
    help="Make only share I of N, as one file; remit merge makes the site of all N.",
)
@click.option(
    "--on",
    "scheduler",
    metavar="ADDRESS",
    help="Divide the work among the workers of a Dask cluster, such as tcp://10.0.0.5:8786.",
)
@click.pass_obj
def build(
    root: Path,
    target: Path | None,
    strict: bool,
    no_documents: bool,
    no_search: bool,
    share: str | None,
    scheduler: str | None,
) -> None:
    """Make the site, with every mandate's documents, in all languages."""
    shard = shard_of(share) if share else None
    require_one_way(shard, scheduler)
    settings = read_settings(root)
    checked = checked_register(settings, strict)
    if shard:
        _build_share(root, target, settings, checked, shard, documents=not no_documents)
        return
    from remit.mkdocs_plugin import build_site

    site = target or Path("site")
    if scheduler:
        _build_on(
            scheduler,
            root,
            site,
            settings,
            checked,
            documents=not no_documents,
            search=not no_search,
        )
        return
    with replaced_folder(root / site) as staging:
        count = 0 if no_documents else count_documents(checked.register, settings)
        with progress(count, "documents") as done:
            build_site(
                root,
                staging,
                settings,
                checked,
                documents=not no_documents,
                search=not no_search,
                done=done,
            )
    click.echo(f"{site}/ is made: {_summary(checked)}", err=True)


def _build_on(
    scheduler: str,
    root: Path,
    site: Path,
    settings: Settings,
    checked: Checked,
    *,
    documents: bool,
    search: bool,
) -> None:
    from remit.build.shards import take_site_share
    from remit.cluster import connected, count_of_shares, shares_made, site_order
    from remit.mkdocs_plugin import build_site

    with connected(scheduler) as client, replaced_folder(root / site) as staging:
        order = site_order(root, settings, checked.register, documents=documents)
        count = count_of_shares(client, checked.register, settings)
        with progress(count, "shares", resumes=False) as step:

            def take(site: Path) -> list[tuple[str, str]]:
                made = shares_made(client, order, count, step)
                return [page for share in made for page in take_site_share(share, settings, site)]

            build_site(root, staging, settings, checked, search=search, made_elsewhere=take)
    click.echo(f"{site}/ is made of {count} shares: {_summary(checked)}", err=True)


def _build_share(
    root: Path,
    target: Path | None,
    settings: Settings,
    checked: Checked,
    shard: Shard,
    *,
    documents: bool,
) -> None:
    from remit.build.shards import count_of_share, make_site_share
    from remit.mkdocs_plugin import frame_of, site_state

    file = target or Path(f"build/shards/site-{shard.number}-of-{shard.count}.zip")
    state = site_state(root, settings, documents=documents)
    whole = frame_of(root, settings, checked)
    count = count_of_share(checked.register, settings, shard) if documents else 0
    with progress(count, "documents") as done:
        files = make_site_share(
            checked.register,
            settings,
            shard,
            whole,
            root / file,
            state,
            done,
            documents=documents,
        )
    click.echo(f"{file} is made: share {shard}, {files} files; {_summary(checked)}", err=True)


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


def _summary(checked: Checked) -> str:
    records = len(checked.register.records)
    warnings = len(checked.found)
    rest = f", {count_line(checked.found)} (remit check tells)" if warnings else ""
    return f"{records} records{rest}"
