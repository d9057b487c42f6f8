"""Shares made by the workers of a Dask cluster. The only importer of distributed.

The workers get the register's files as bytes, so they need neither its folder nor git, but the same
remit. What they make is looked at like any share, and written by the process that asked for it.
"""

from __future__ import annotations

import io
import pickle
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from remit.build import Checked, load_whole
from remit.build.documents import Wanted
from remit.build.shard_state import differences, program_state, register_files
from remit.build.shards import (
    Share,
    documents_state,
    make_documents_share,
    make_site_share,
)
from remit.load.source_revisions import SourceRevisions
from remit.mkdocs_plugin import frame_files, frame_state, frames_of, shares_state
from remit.model.register import Register
from remit.model.shards import MOST_SHARDS, Shard
from remit.render.frame import Frames
from remit.settings import SETTINGS_FILE, Settings, read_settings
from remit.write.pandoc_tool import ToolMissing
from remit.write.shard_files import CannotMerge, head_of
from remit.write.workers import WorkerLost

if TYPE_CHECKING:
    from distributed import Client

R = TypeVar("R")

PATIENCE = 10.0
"""Seconds that a scheduler has to answer."""
SHARES_PER_THREAD = 4
"""So many that a worker that is slow, or is lost, holds up the others little."""
PAGES_PER_SHARE = 1000
"""At most, about: what a share holds is in a worker's memory as a whole."""


@dataclass(frozen=True, slots=True)
class Order:
    """All that a worker needs to make any share. `files`: the register's, packed together."""

    files: bytes
    revisions: SourceRevisions | None
    today: date
    state: Mapping[str, str]
    documents: bool
    wanted: Wanted | None = None
    """What is exported; None for a site."""


def site_order(root: Path, settings: Settings, register: Register, *, documents: bool) -> Order:
    state = shares_state(root, settings, documents=documents)
    files = {**_files_of(settings), **frame_files(root)}
    return _order(files, register, settings, state, documents)


def export_order(settings: Settings, register: Register, wanted: Wanted) -> Order:
    state = documents_state(settings, wanted)
    made = _order(_files_of(settings), register, settings, state, documents=True)
    return replace(made, wanted=wanted)


def _files_of(settings: Settings) -> dict[str, bytes]:
    return {
        **register_files(settings),
        SETTINGS_FILE: (settings.root / SETTINGS_FILE).read_bytes(),
    }


def _order(
    files: Mapping[str, bytes],
    register: Register,
    settings: Settings,
    state: Mapping[str, str],
    documents: bool,
) -> Order:
    revisions = register.revisions
    known = revisions.answered() if isinstance(revisions, SourceRevisions) else None
    packed = zlib.compress(pickle.dumps(dict(files)), 1)
    return Order(packed, known, settings.today, state, documents)


# --- where the work is asked for -----------------------------------------------------------


@contextmanager
def connected(address: str) -> Iterator[Client]:
    """A scheduler that has workers. Raises ToolMissing, WorkerLost and OSError."""
    try:
        from distributed import Client
    except ImportError as error:
        raise ToolMissing(
            "--on needs Dask, which is not installed. Install it with "
            '`pip install "remit[distributed]"`, or divide the work with --shard.'
        ) from error
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise WorkerLost(f"no scheduler answers at {address}: {error}") from None
    with client:
        if not client.nthreads():
            raise WorkerLost(f"the scheduler at {address} has no workers; start some: dask worker")
        yield client


def count_of_shares(client: Client, register: Register, settings: Settings) -> int:
    threads = sum(client.nthreads().values())
    about = 3 * len(register.records) * len(settings.languages)  # pages
    return int(min(MOST_SHARDS, max(SHARES_PER_THREAD * threads, about // PAGES_PER_SHARE)))


def shares_made(
    client: Client, order: Order, count: int, step: Callable[[], None]
) -> Iterator[Share]:
    """Every share as it is made. Raises CannotMerge when a worker has another remit than this one,
    WorkerLost, and what making a share raises."""
    for number, data in divided_on(client, made_share, order, count, step):
        shown = f"share {number + 1}/{count}"
        head = head_of(io.BytesIO(data), shown)
        different = differences([order.state, head.state])
        if different or head.shard != Shard(number + 1, count):
            raise CannotMerge(
                f"a worker made {shown} otherwise than it would be made here; it differs in "
                f"{', '.join(different)}. Install the same there as here"
            )
        yield io.BytesIO(data), shown


def divided_on(
    client: Client,
    work: Callable[[Any, int, int], R],
    given: object,
    count: int,
    step: Callable[[], None],
) -> Iterator[tuple[int, R]]:
    """The numbers below `count` with what `work` makes of each, as they come to an end: the same as
    `write.workers.divided`, with workers elsewhere.

    A share whose worker is lost is made by another. Each worker has one share at hand besides the
    one it makes, so that memory stays bounded, here as there.
    """
    from distributed import Future, KilledWorker, as_completed

    # A task rather than a scattered value: the scheduler can make it anew when its holder is lost.
    sent = client.submit(_same, given, pure=False)
    numbers = iter(range(count))
    asked: dict[Future[Any], int] = {}
    finished = as_completed(loop=client.loop)

    def ask() -> None:
        number = next(numbers, None)
        if number is not None:
            future = client.submit(work, sent, number, count, pure=False)
            asked[future] = number
            finished.add(future)

    for _ in range(2 * sum(client.nthreads().values())):
        ask()
    try:
        for future in finished:
            made = future.result()
            step()
            yield asked.pop(future), made
            ask()
    except KilledWorker:
        raise WorkerLost(
            "several workers ended by themselves while they made the same share; perhaps they have "
            "too little memory"
        ) from None
    except ModuleNotFoundError as error:
        raise WorkerLost(
            f"a worker lacks what remit needs ({error}); install remit there"
        ) from None
    finally:
        client.cancel([sent, *asked])


# --- what a worker does --------------------------------------------------------------------


def _same(given: object) -> object:
    return given


class _Opened:
    """An order with its files in a folder and the register loaded: kept for the shares to come."""

    def __init__(self, order: Order) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="remit-", ignore_cleanup_errors=True)
        root = Path(self.folder.name)
        for path, data in pickle.loads(zlib.decompress(order.files)).items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        self.root = root
        self.settings = replace(read_settings(root), today=order.today)
        self.register = replace(load_whole(self.settings), revisions=order.revisions)
        self.frames: Frames | None = None
        self.state = {**order.state, **program_state()}
        if order.wanted is None:
            self.frames = frames_of(root, self.settings, Checked(self.register, []))
            self.state |= frame_state(root)


_one_at_a_time = Lock()
_opened: dict[tuple[tuple[str, str], ...], _Opened] = {}


def made_share(order: Order, number: int, count: int) -> bytes:
    """Share `number`, counted from 0, as one file. A process makes one at a time."""
    state = (*sorted(order.state.items()),)
    with _one_at_a_time:
        if state not in _opened:
            _opened.clear()
            _opened[state] = _Opened(order)
        return _made(_opened[state], order, Shard(number + 1, count))


def _made(opened: _Opened, order: Order, shard: Shard) -> bytes:
    register, settings = opened.register, opened.settings
    target = opened.root / ".shares" / f"{shard.number}.zip"
    if order.wanted:
        make_documents_share(register, settings, shard, order.wanted, target, opened.state)
    else:
        assert opened.frames
        make_site_share(
            register,
            settings,
            shard,
            opened.frames,
            target,
            opened.state,
            documents=order.documents,
        )
    data = target.read_bytes()
    target.unlink()
    return data
