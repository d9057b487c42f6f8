"""`remit merge`: all shares of a site, or of exported documents, put together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from remit.build import Checked, load_whole
from remit.build.shard_state import differences
from remit.build.shards import SITE, Share, Taken, heads_of, merge_documents, take_site
from remit.cli.arguments import COMPRESS, OK, leave, require_compression
from remit.settings import read_settings
from remit.write.files import replaced_folder
from remit.write.last_site import Choice, forget_site
from remit.write.shard_files import CannotMerge, Head


@click.command()
@click.argument(
    "files", nargs=-1, required=True, metavar="SHARE...", type=click.Path(path_type=Path)
)
@click.option(
    "--to",
    "target",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Where the whole goes. Default: site, or build/documents. What was there is replaced only "
    "when all went well.",
)
@click.option("--no-search", is_flag=True, help="Leave out the search index of a site.")
@click.option("--compress", is_flag=True, help=COMPRESS)
@click.pass_obj
def merge(
    root: Path, files: tuple[Path, ...], target: Path | None, no_search: bool, compress: bool
) -> None:
    """Put shares together: the same files, byte for byte, as without shares.

    \b
    remit build --shard 1/2                      on one machine
    remit build --shard 2/2                      on another
    remit merge build/shards/site-*.zip          where both files are

    For a site, give it where the register is as it was for the shares. Shares of exported documents
    (remit export --shard) need no register.
    """
    if compress:
        require_compression()
    shares: list[Share] = [(file, str(file)) for file in files]
    heads = heads_of(shares)
    if heads[0].of == SITE:
        folder = target or Path("site")
        choice = Choice(search=not no_search, compress=compress)
        count = _merge_site(root, folder, shares, heads[0], choice)
    else:
        folder = target or Path("build/documents")
        count = merge_documents(shares, root / folder)
    word = "share" if len(shares) == 1 else "shares"
    click.echo(f"{folder}/ is made: {count} files of {len(shares)} {word}", err=True)
    leave(OK)


def _merge_site(root: Path, folder: Path, shares: list[Share], head: Head, choice: Choice) -> int:
    """Raises CannotMerge for shares of another state than the register here."""
    from remit.mkdocs_plugin import build_of_shares, shares_state

    try:
        day = date.fromisoformat(head.state.get("day", ""))
    except ValueError:
        raise CannotMerge(f"{shares[0][1]} says no day; make it anew") from None
    settings = replace(read_settings(root), today=day)
    documents = head.state.get("asked") == "build"
    different = differences([head.state, shares_state(root, settings, documents=documents)])
    if different:
        raise CannotMerge(
            f"the shares were made of another state than what is here; they differ in "
            f"{', '.join(different)}. Merge them where the register and remit are the same"
        )

    def take(site: Path) -> Taken:
        return take_site(shares, settings, site)

    checked = Checked(load_whole(settings), [])
    with replaced_folder(root / folder) as staging:
        build_of_shares(root, staging, settings, checked, choice, take)
        forget_site(settings, root / folder)
        return sum(1 for path in staging.rglob("*") if path.is_file())
