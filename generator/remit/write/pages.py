"""Pages as files: each made, framed and written by whichever process has time for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from remit.render.pages import Page, PageJob
from remit.write.search_entries import search_entry
from remit.write.workers import divided

SLICE = 48
"""Jobs given to a process at a time."""


@dataclass(frozen=True, slots=True)
class WrittenPage:
    """What is still to be known of a page once it is written: the site map and the search index
    are made of it."""

    language: str
    path: str
    listed: bool
    entry: bytes
    """What search knows of it; nothing when search does not find it."""


def write_pages(
    jobs: Sequence[PageJob], whole: Callable[[Page], str], site: Path
) -> list[WrittenPage]:
    """Writes every page below `site`, in the order of the jobs; `whole` puts the frame round one.

    Raises what making a page raises, WorkerLost and OSError.
    """
    slices = [jobs[start : start + SLICE] for start in range(0, len(jobs), SLICE)]

    def write(number: int, step: Callable[[], None]) -> list[WrittenPage]:
        return [_written(page, whole, site) for job in slices[number] for page in job()]

    made = dict(divided(write, len(slices), lambda: None))
    return [page for number in range(len(slices)) for page in made[number]]


def _written(page: Page, whole: Callable[[Page], str], site: Path) -> WrittenPage:
    file = site / page.file
    data = whole(page).encode()
    try:
        file.write_bytes(data)
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return WrittenPage(page.language, page.path, page.listed, search_entry(page))
