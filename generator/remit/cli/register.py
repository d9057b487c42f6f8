"""`remit build`, `serve` and `release`: the register as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from remit.cli.arguments import (
    COMPRESS,
    OK,
    checked_register,
    leave,
    progress,
    require_compression,
    require_one_way,
    shard_of,
)
from remit.diagnostics import Diagnostic, count_line, has_errors
from remit.load.kept_findings import RegisterSeen
from remit.settings import Settings, read_settings
from remit.write.files import replaced_folder
from remit.write.last_site import Choice, SiteSeen, forget_site

if TYPE_CHECKING:
    from remit.build import Checked
    from remit.build.earlier_site import EarlierSite
    from remit.model.shards import Shard


@click.command()
@click.option(
    "--to",
    "target",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Where the site goes: site, or what is named. The earlier one is replaced only when all "
    "went well. Of a share, the file: build/shards/site-I-of-N.zip.",
)
@click.option("--strict", is_flag=True, help="Warnings fail too.")
@click.option("--no-documents", is_flag=True, help="Leave out DOCX, ODT and PDF.")
@click.option("--no-search", is_flag=True, help="Leave out the search index.")
@click.option("--compress", is_flag=True, help=COMPRESS)
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
    compress: bool,
    share: str | None,
    scheduler: str | None,
) -> None:
    """Make the site, with every mandate's documents, in all languages."""
    shard = shard_of(share) if share else None
    require_one_way(shard, scheduler)
    if shard and compress:
        raise click.UsageError("--compress is for the whole site: give it to remit merge")
    settings = read_settings(root)
    if shard:
        checked = checked_register(settings, strict)
        _build_share(root, target, settings, checked, shard, documents=not no_documents)
        leave(OK)
    if compress:
        require_compression()
    site = target or Path("site")
    choice = Choice(not no_documents, search=not no_search, compress=compress)
    site_seen = SiteSeen(settings, root / site, choice)
    seen = RegisterSeen(settings)
    same = site_seen.unchanged(seen)
    if same and not has_errors(same.found) and not (strict and same.found):
        said = _summary(same.records, same.found)
        click.echo(f"nothing has changed: {site}/ is up to date: {said}", err=True)
        leave(OK)
    if scheduler:
        checked = checked_register(settings, strict, seen)
        _build_on(scheduler, root, site, settings, checked, choice)
        leave(OK)
    _build(root, site, site_seen, choice, seen, strict=strict)
    leave(OK)


def _build(
    root: Path, site: Path, site_seen: SiteSeen, choice: Choice, seen: RegisterSeen, *, strict: bool
) -> None:
    from remit.build.earlier_site import EarlierSite
    from remit.model.reading import begin_noticing

    begin_noticing()
    settings = seen.settings
    checked = checked_register(settings, strict, seen)
    earlier = EarlierSite.of(checked, settings, root / site, choice, site_seen)
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


def _build_on(
    scheduler: str, root: Path, site: Path, settings: Settings, checked: Checked, choice: Choice
) -> None:
    from remit.build.shards import Taken, take_site
    from remit.cluster import connected, count_of_shares, shares_made, site_order
    from remit.mkdocs_plugin import build_of_shares

    with connected(scheduler) as client, replaced_folder(root / site) as staging:
        order = site_order(root, settings, checked.register, documents=choice.documents)
        count = count_of_shares(client, checked.register, settings)
        with progress(count, "shares", resumes=False) as step:

            def take(site: Path) -> Taken:
                return take_site(shares_made(client, order, count, step), settings, site)

            build_of_shares(root, staging, settings, checked, choice, take)
        forget_site(settings, root / site)
    said = _summary(len(checked.register.records), checked.found)
    click.echo(f"{site}/ is made of {count} shares: {said}", err=True)


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
    from remit.mkdocs_plugin import frames_of, shares_state

    file = target or Path(f"build/shards/site-{shard.number}-of-{shard.count}.zip")
    state = shares_state(root, settings, documents=documents)
    frames = frames_of(root, settings, checked)
    count = count_of_share(checked.register, settings, shard) if documents else 0
    with progress(count, "documents") as done:
        files = make_site_share(
            checked.register,
            settings,
            shard,
            frames,
            root / file,
            state,
            done,
            documents=documents,
        )
    said = _summary(len(checked.register.records), checked.found)
    click.echo(f"{file} is made: share {shard}, {files} files; {said}", err=True)


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
