"""The whole run on one page: load → check → render → write. Knows no host.

What makes documents, compares and releases is imported when that is asked for: checking alone
starts in half the time.
"""

from __future__ import annotations

import gc
import hashlib
import pickle
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from remit.check import (
    Row,
    check_alone,
    check_named,
    run_checks,
    run_checks_of_changed,
    run_checks_of_words,
)
from remit.diagnostics import Diagnostic, has_errors
from remit.load.divided import Checks
from remit.load.early_reading import EarlyReading
from remit.load.kept_findings import LastCheck, RegisterSeen, keep_check
from remit.load.records import Loaded, load_register
from remit.load.source import Source
from remit.model.indexes_apart import indexes_apart, take_indexes
from remit.model.register import Register, address_of
from remit.model.released import Released, released_text
from remit.model.word_changes import is_there_alike, only_words_differ
from remit.second_process import done_apart
from remit.settings import Settings

if TYPE_CHECKING:
    from remit.model.register_comparison import RegisterComparison

_NOTHING = pickle.dumps(("", b""))
LARGE = 6_000
"""Files and folders of a register of which not all records are held at once."""
_OF_THE_WHOLE = (
    "released-address-gone",
    "released-id-gone",
    "unknown-owner",
    "code-owners-outdated",
)
"""What is found wrong by comparing with all records, so not said while some cannot be read."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A register and all that was found wrong with it, sorted."""

    register: Register
    found: list[Diagnostic]
    token: str = ""
    """Names the records, where what was found is kept."""
    token_before: str = ""
    changed: Collection[str] | None = None
    """The addresses of the records that are not as in the register that `token_before` names; None
    when that is not known, or one has come or gone."""

    def fails(self, *, strict: bool = False) -> bool:
        return bool(self.found) if strict else has_errors(self.found)


def load_and_check_apart(settings: Settings, seen: RegisterSeen | None = None) -> Checked:
    """The same as `load_and_check`, for who goes on working with the register. A large one is read
    and checked by a process of its own, so that its records are made here only when they are asked
    for, and all that checking takes is free again. `seen` is let go."""
    seen = seen or RegisterSeen(settings)
    if seen.last or len(seen.state()) < LARGE:
        checked = load_and_check(settings, seen=seen)
        seen.let_go()
        return checked
    seen.let_go()
    token, indexes = pickle.loads(done_apart(lambda: _checked_apart(settings)) or _NOTHING)
    checked = load_and_check(settings)
    if token and token == checked.token:
        take_indexes(checked.register, indexes, settings.today)
    return checked


def _checked_apart(settings: Settings) -> bytes:
    checked = load_and_check(settings, sums_up=True)
    indexes = b"" if checked.fails() else indexes_apart(checked.register, settings.today)
    return pickle.dumps((checked.token if indexes else "", indexes))


def load_and_check(
    settings: Settings,
    source: Source | None = None,
    early: EarlyReading | None = None,
    *,
    seen: RegisterSeen | None = None,
    sums_up: bool = False,
) -> Checked:
    """Reads every record and runs every check: only what has changed since the last time is read,
    and nothing is checked again when nothing has. `early` has read some files meanwhile, and
    `seen` are the files as someone has looked at them. With `sums_up`, what a site asks of all
    records is taken of each when it is read."""
    with collector_paused():
        if source is not None:
            return check_loaded(load_register(settings, source), settings)
        seen = seen or RegisterSeen(settings)
        last = seen.last
        if last and seen.is_same:
            loaded = load_register(settings, seen=seen)
            if not loaded.anew:
                return Checked(loaded.register, last.found, last.token, last.token, ())
            return check_loaded(loaded, settings)  # the store is gone, or a file that was the same
        state = None if early else seen.state()
        checks = _checks(settings, sums_up=sums_up)
        loaded = load_register(settings, checks=checks, early=early, seen=None if early else seen)
        others = _others(loaded.register)
        try:
            rows = _rows_again(loaded, settings, last, others) if last else None
            if rows is None:
                rows = run_checks(loaded.register, settings, loaded.divided)
        finally:
            if loaded.divided:
                loaded.divided.end()
                loaded.register.know(*loaded.divided.sums)
        found = _all_found(loaded, settings, rows)
        if early:
            state = early.state()
        if state is not None:
            keep_check(settings, LastCheck(state, found, [*rows], loaded.token, others))
        changed = None if loaded.before is None else loaded.anew
        return Checked(loaded.register, found, loaded.token, loaded.token_before, changed)


def _checks(settings: Settings, *, sums_up: bool) -> Checks[Row]:
    alone, named = partial(check_alone, settings=settings), partial(check_named, settings=settings)
    return Checks(alone, named, sums_up)


def _rows_again(
    loaded: Loaded, settings: Settings, last: LastCheck, others: str
) -> list[Row] | None:
    """What all checks find when little has changed since the last; None when more has."""
    known = loaded.token_before and loaded.token_before == last.token and others == last.others
    if not known or loaded.before is None or loaded.problems:
        return None
    changed = [loaded.register.by_address[address] for address in sorted(loaded.anew)]
    pairs = [(loaded.before[address_of(one)], one) for one in changed]
    before, rows = [Row(*row) for row in last.rows], None
    if all(only_words_differ(*pair) for pair in pairs):
        rows = run_checks_of_words(loaded.register, settings, before, changed)
    if rows is None and all(is_there_alike(*pair) for pair in pairs):
        rows = run_checks_of_changed(loaded.register, settings, before, changed)
    return rows


def _others(register: Register) -> str:
    """Digest of what is checked besides the records."""
    parts = (register.released, register.code_owners, register.templates.own)
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()


def check_loaded(loaded: Loaded, settings: Settings) -> Checked:
    """Files that cannot be read are reported, and what points to them is not reported as dangling
    too."""
    rows = run_checks(loaded.register, settings)
    return Checked(loaded.register, _all_found(loaded, settings, rows))


def _all_found(loaded: Loaded, settings: Settings, rows: list[Row]) -> list[Diagnostic]:
    found = [*(row.found for row in rows), *_template_faults(loaded, settings)]
    if has_errors(loaded.problems):
        found = [one for one in found if one.code not in _OF_THE_WHOLE]
        unread = {problem.location.path for problem in loaded.problems if problem.is_error}
        found = [one for one in found if not _caused_by_unread(one, unread)]
    return sorted({*loaded.problems, *found})


def _template_faults(loaded: Loaded, settings: Settings) -> list[Diagnostic]:
    """Of the register's own templates; those shipped are tested."""
    if not loaded.register.templates.own:
        return []
    from remit.render.document_kinds import template_faults

    return template_faults(loaded.register, settings)


def _caused_by_unread(found: Diagnostic, unread: set[str]) -> bool:
    if found.code not in (
        "dangling-ref",
        "wrong-kind",
        "unresolved-link",
        "redirect-nowhere",
        "mandate-without-version",
    ):
        return False
    words = found.message.replace("[[", '"').replace("]]", '"').split('"')
    ids = {word.rpartition("/")[2].partition("#")[0] for word in words[1::2]}
    return any(
        path.rpartition("/")[2].partition(".")[0] in ids or path.split("/")[-2:-1] == [id]
        for path in unread
        for id in ids
    )


class DoesNotLoad(Exception):
    """A state of the register that is to be compared cannot be read whole.

    `state` names it: a git revision, or nothing for the files as they are now.
    """

    def __init__(self, state: str, problems: list[Diagnostic]) -> None:
        super().__init__(state)
        self.state, self.problems = state, problems


def compare_revisions(settings: Settings, old: str, new: str = "") -> RegisterComparison:
    """What changed from one git revision to another, or to the files as they are now.

    Raises RevisionError and DoesNotLoad.
    """
    from remit.load.revision import load_revision
    from remit.model.register_comparison import compare_registers

    with collector_paused():
        later = load_revision(settings.root, new) if new else load_register(settings)
        require_whole(new, later)
        earlier = load_revision(settings.root, old, beside=later.register)
        require_whole(old, earlier)
        return compare_registers(earlier.register, later.register)


def load_whole(settings: Settings) -> Register:
    """The register as its files are now, unchecked. Raises DoesNotLoad when one cannot be read."""
    with collector_paused():
        loaded = load_register(settings)
    require_whole("", loaded)
    return loaded.register


def require_whole(state: str, loaded: Loaded) -> None:
    if has_errors(loaded.problems):
        raise DoesNotLoad(state, sorted(loaded.problems))


@contextmanager
def collector_paused() -> Iterator[None]:
    """Millions of small live objects are made and none dies: collecting would only cost time,
    then as later, so the collector is told to leave them alone for good."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


@dataclass(frozen=True, slots=True)
class Release:
    """What a release keeps: how many addresses, and which came and went since the one before."""

    count: int
    earlier: Released | None
    new: list[str]
    gone: list[str]


def write_release(register: Register, settings: Settings) -> Release:
    """Writes the list of all addresses that answer now. Nothing else ever writes it."""
    from remit.model.addresses import addresses
    from remit.write.files import write_file

    now = addresses(register)
    earlier = register.released
    text = released_text(now, settings.today)
    write_file(settings.root / settings.released, text.encode())
    before = earlier.lines if earlier else {}
    return Release(
        len(now),
        earlier,
        [one for one in now if one not in before],
        sorted(before.keys() - set(now)),
    )
