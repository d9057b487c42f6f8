"""A share of the work made by itself, and all shares put together: the same bytes as in one go.

Every share reads the whole register; what it makes of it is decided by what each page, document and
feed is about. What needs the whole, such as the search, is made where the shares are put together.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from remit.build.documents import Wanted, exported_documents, site_documents
from remit.build.jobs import JobsByName, job_names, takes_long
from remit.build.shard_state import (
    differences,
    program_state,
    register_files,
    register_state,
)
from remit.cache import digest_of
from remit.model.register import Register
from remit.model.shards import Shard
from remit.model.site_files import NO_FILES, SiteFile, SiteFiles
from remit.render.frame import Frames
from remit.settings import Settings
from remit.write.files import staged_files
from remit.write.shard_files import CannotMerge, Head, head_of, pack, unpack
from remit.write.site_jobs import SearchedPage, do_jobs

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
    return sum(len(job.formats) for job in jobs if shard.holds(job.about))


def make_site_share(
    register: Register,
    settings: Settings,
    shard: Shard,
    frames: Frames,
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
            files = _documents(register, settings, shard, folder, done)
        jobs = JobsByName(files, register, settings, frames)
        every = (*jobs.of_checksums(), *job_names(register, settings))
        names = [name for name in every if _holds(shard, name)]
        listed, searched = list[tuple[str, str]](), list[SearchedPage]()
        for job in do_jobs(names, jobs.job, folder, {}, takes_long=takes_long):
            listed += job.listed
            searched += job.searched
        return pack(folder, target, SITE, shard, state, listed, searched)


def _documents(
    register: Register, settings: Settings, shard: Shard, folder: Path, done: Callable[[], None]
) -> SiteFiles:
    from remit.write.document_files import make_files

    every = site_documents(register, settings, folder)
    jobs = [job for job in every if shard.holds(job.about)]
    made = make_files(jobs, settings.cache_folder, done)
    paths = (one.path.relative_to(folder).as_posix() for one in made)
    return {
        path: SiteFile(path, one.path.stat().st_size, one.sha256)
        for path, one in zip(paths, made, strict=True)
    }


def _holds(shard: Shard, job: str) -> bool:
    """A list of checksums is there with its documents alone, and they are all in one share."""
    kind, _, about = job.partition(" ")
    return kind == "checksums" or shard.holds(about)


def documents_state(settings: Settings, wanted: Wanted) -> dict[str, str]:
    """All that the shares of an export depend on, as it is now."""
    asked = [
        *wanted.addresses,
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
        make_files([job for job in every if shard.holds(job.about)], settings.cache_folder, done)
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


@dataclass(frozen=True, slots=True)
class Taken:
    """What all shares say of their pages: which the site map lists, and which search finds."""

    listed: list[tuple[str, str]] = field(default_factory=list)
    searched: list[SearchedPage] = field(default_factory=list)


def take_site(shares: Iterable[Share], settings: Settings, site: Path) -> Taken:
    """Puts the files of all shares into the site."""
    taken = Taken()
    for share in shares:
        take_site_share(share, settings, site, taken)
    return taken


def take_site_share(share: Share, settings: Settings, site: Path, into: Taken) -> None:
    """Puts a share's files into the site."""

    def may_hold(path: str) -> bool:
        return path.partition("/")[0] in settings.languages and "/" in path

    head, searched = unpack(*share, site, may_hold)
    files = {one.path for one in head.files}
    for language, path in (*head.listed, *(page[:2] for page in searched)):
        if "/".join(part for part in (language, path, "index.html") if part) not in files:
            raise CannotMerge(f"{share[1]} lists pages that it does not hold; make it anew")
    into.listed.extend(head.listed)
    into.searched.extend(searched)


def merge_documents(shares: Iterable[Share], folder: Path) -> int:
    """Puts the documents of all shares into one folder: all of them or none. Returns how many."""
    with staged_files(folder) as staging:
        heads = [unpack(*share, staging, lambda path: "/" not in path)[0] for share in shares]
    return sum(len(head.files) for head in heads)
