"""A share of the work made by itself, and all shares put together: the same bytes as in one go.

Every share reads the whole register; what it makes of it is decided by what each page, document and
feed is about. What needs the whole, such as the search, is made where the shares are put together.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

from remit.build.documents import Wanted, exported_documents, make_these, site_documents
from remit.build.shard_state import (
    differences,
    digest_of,
    program_state,
    register_files,
    register_state,
)
from remit.model.register import Register, address_of
from remit.model.shards import Shard
from remit.model.site_files import NO_FILES, SiteFiles
from remit.settings import Settings
from remit.write.files import staged_files
from remit.write.shard_files import CannotMerge, Head, head_of, pack, unpack

if TYPE_CHECKING:
    from remit.render.pages import Page, PageJob
    from remit.write.pages import WrittenPage

SITE, DOCUMENTS = "site", "documents"
Share = tuple[Path | IO[bytes], str]
"""A share's file, and what it is called in messages."""


# --- one share -----------------------------------------------------------------------------


def count_of_share(
    register: Register, settings: Settings, shard: Shard, wanted: Wanted | None = None
) -> int:
    """How many files of documents the share has."""
    jobs = (
        exported_documents(register, settings, wanted, Path())
        if wanted
        else site_documents(register, settings, Path())
    )
    return sum(len(job.formats) for job in jobs if shard.holds(job.name))


def make_site_share(
    register: Register,
    settings: Settings,
    shard: Shard,
    whole: Callable[[Page], str],
    target: Path,
    state: Mapping[str, str],
    done: Callable[[], None] = lambda: None,
    *,
    documents: bool = True,
) -> int:
    """The share's pages, documents, feeds and lists as one file; how many files it holds."""
    with _making(target) as folder:
        files = NO_FILES
        if documents:  # first, so that the pages know their size and digest
            every = site_documents(register, settings, folder)
            jobs = [job for job in every if shard.holds(job.name)]
            files = make_these(jobs, settings, folder, done)
        pages = _pages(register, settings, shard, files, whole, folder)
        _beside_pages(register, settings, shard, folder)
        listed = [(page.language, page.path) for page in pages if page.listed]
        return pack(folder, target, SITE, shard, state, listed)


def _pages(
    register: Register,
    settings: Settings,
    shard: Shard,
    files: SiteFiles,
    whole: Callable[[Page], str],
    folder: Path,
) -> list[WrittenPage]:
    from remit.render.pages import page_jobs
    from remit.write.pages import write_pages

    jobs: list[PageJob] = [
        job
        for language in settings.languages
        for job in page_jobs(register, settings, language, files)
        if shard.holds(job.name)
    ]
    return write_pages(jobs, whole, folder)


def _beside_pages(register: Register, settings: Settings, shard: Shard, folder: Path) -> None:
    """Feeds, calendars, tables and cards."""
    from remit.render.directory_files import directory_files
    from remit.render.feeds import feeds
    from remit.write.directory_files import write_directory_file
    from remit.write.feeds import write_feed

    for language in settings.languages:
        mine = partial(_holds, shard, language)
        for feed in feeds(register, settings, language, mine):
            write_feed(feed, folder)
        for made in directory_files(register, settings, language):
            if shard.holds(made.path.rpartition("/")[0]):
                write_directory_file(made, folder)


def _holds(shard: Shard, language: str, page: str) -> bool:
    return shard.holds(f"{language}/{page}")


def documents_state(settings: Settings, wanted: Wanted) -> dict[str, str]:
    """All that the shares of an export depend on, as it is now."""
    asked = [
        *(address_of(record) for record in wanted.records if record),
        *wanted.languages,
        *wanted.formats,
        wanted.kind,
        "with sources" if wanted.attach_source else "",
    ]
    return {
        **register_state(settings, register_files(settings)),
        **program_state(),
        "asked": digest_of(one.encode() for one in asked),
    }


def make_documents_share(
    register: Register,
    settings: Settings,
    shard: Shard,
    wanted: Wanted,
    target: Path,
    state: Mapping[str, str],
    done: Callable[[], None] = lambda: None,
) -> int:
    """The share's documents as one file. Returns how many it holds."""
    from remit.write.document_files import make_files

    with _making(target) as folder:
        every = exported_documents(register, settings, wanted, folder)
        make_files([job for job in every if shard.holds(job.name)], settings.cache_folder, done)
        return pack(folder, target, DOCUMENTS, shard, state)


@contextmanager
def _making(target: Path) -> Iterator[Path]:
    """A folder for the files, gone when they are packed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix=f".{target.name}-", dir=target.parent, ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder)


# --- all shares ----------------------------------------------------------------------------


def heads_of(shares: Sequence[Share]) -> list[Head]:
    """What each share says of itself, when together they are one whole. Raises CannotMerge."""
    heads = [head_of(file, shown) for file, shown in shares]
    kinds = {head.of for head in heads}
    if len(kinds) > 1:
        raise CannotMerge("some of the shares are of a site, others of exported documents")
    different = differences([head.state for head in heads])
    if different:
        raise CannotMerge(
            f"the shares were made of different states; they differ in {', '.join(different)}. "
            "Make all of them anew, of one state"
        )
    counts = sorted({head.shard.count for head in heads})
    if len(counts) > 1:
        raise CannotMerge(
            f"the shares are of divisions into {' and '.join(map(str, counts))}; take those of one"
        )
    _require_each_once(heads, [shown for _, shown in shares])
    return heads


def _require_each_once(heads: Sequence[Head], shown: Sequence[str]) -> None:
    known: dict[int, str] = {}
    for head, name in zip(heads, shown, strict=True):
        number = head.shard.number
        if number in known:
            raise CannotMerge(
                f"share {head.shard} is there twice: {known[number]} and {name}; leave one out"
            )
        known[number] = name
    count = heads[0].shard.count
    missing = [f"{number}/{count}" for number in range(1, count + 1) if number not in known]
    if missing:
        word = "share is" if len(missing) == 1 else "shares are"
        raise CannotMerge(
            f"{len(missing)} of {count} {word} missing: {', '.join(missing[:20])}; "
            f"make it with --shard {missing[0]}"
        )


def take_site_share(share: Share, settings: Settings, site: Path) -> list[tuple[str, str]]:
    """Puts a share's files into the site; language and address of the pages that are listed."""

    def may_hold(path: str) -> bool:
        return path.partition("/")[0] in settings.languages and "/" in path

    head = unpack(*share, site, may_hold)
    files = {one.path for one in head.files}
    for language, path in head.listed:
        if "/".join(part for part in (language, path, "index.html") if part) not in files:
            raise CannotMerge(f"{share[1]} lists pages that it does not hold; make it anew")
    return [*head.listed]


def merge_documents(shares: Iterable[Share], folder: Path) -> int:
    """Puts the documents of all shares into one folder: all of them or none. Returns how many."""
    with staged_files(folder) as staging:
        heads = [unpack(*share, staging, lambda path: "/" not in path) for share in shares]
    return sum(len(head.files) for head in heads)
