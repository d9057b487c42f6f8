"""Files → records. Every problem is returned with its place; nothing here raises over content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from remit.diagnostics import Diagnostic
from remit.load.code_owners import read_code_owners
from remit.load.divided import Checks, Divided
from remit.load.early_reading import EarlyReading
from remit.load.few_changed import few_changed
from remit.load.kept_findings import RegisterSeen
from remit.load.loading import Loading
from remit.load.released import read_released
from remit.load.shipped_templates import ShippedTemplates
from remit.load.source import Disk, Source
from remit.load.source_revisions import SourceRevisions
from remit.load.store import open_store
from remit.model.records import Record
from remit.model.register import Register
from remit.model.templates import Templates
from remit.settings import Settings


@dataclass(slots=True)
class Loaded:
    register: Register
    problems: list[Diagnostic]
    settings: Settings | None = None
    """The register's own, when it is not of now."""
    anew: frozenset[str] = frozenset()
    """The addresses of the records that were read from their files, not taken as an earlier load
    had kept them."""
    before: Mapping[str, Record] | None = None
    """Those records as the earlier load had kept them; None where one of them was not there, or
    where another is gone."""
    token_before: str = ""
    token: str = ""
    """Names what was kept before, and what is now."""
    divided: Divided[Any] | None = None
    """Of a cold load that two processes did: the second one goes on till it is ended."""


def load_register(
    settings: Settings,
    source: Source | None = None,
    beside: Register | None = None,
    checks: Checks[Any] | None = None,
    early: EarlyReading | None = None,
    seen: RegisterSeen | None = None,
) -> Loaded:
    """Reads every record below `content/` and `mandates/`, on disk or in another source.

    What `beside` has read from the same bytes is shared with it and not read again, nor is what
    an earlier load has kept of the same bytes. When two processes do a cold load, each
    goes on with the `checks` of what it has made, and what `early` has read is not read again.
    Files on disk are told by the stamps that they were `seen` with.
    """
    problems: list[Diagnostic] = []
    store, divided, few = open_store(settings), None, None
    if seen and not source and not beside:
        few = few_changed(settings, problems, store, seen)
    stamps = seen.stamps() if seen and not few else {}
    source = source or Disk(settings.root, stamps=stamps)
    on_disk = isinstance(source, Disk)
    loading = few or Loading(settings, source, problems, store, keeps=on_disk, early=early)
    if not few:
        divided = Divided(loading, settings, checks) if checks else None
        loading.load(beside, divided)
    if divided and loading.second and loading.second.afterwards:
        divided.tell()
    else:
        divided = None
    register = _register(loading, settings, source, problems, on_disk=on_disk)
    if divided:
        register.know(*divided.sums)
    else:
        if checks and on_disk and loading.is_all_made:
            found = loading.looked_through()
            Register.looked_through.give(register, found, until_noticed=True)
        loading.forget_parts()
    loaded = Loaded(
        register,
        problems,
        anew=frozenset(loading.anew),
        before=loading.before(),
        token_before=store.token,
        divided=divided,
    )
    if on_disk:
        loading.keep()
    loaded.token = store.token
    stamps.clear()  # what is read from here on is looked at again
    return loaded


def _register(
    loading: Loading,
    settings: Settings,
    source: Source,
    problems: list[Diagnostic],
    *,
    on_disk: bool,
) -> Register:
    """All that was loaded, and what is read beside the records."""
    folders = (settings.content, settings.mandates)
    return Register(
        loading.records(),
        settings.languages,
        loading.origins,
        read_released(settings, problems) if on_disk else None,
        _templates(loading, source, problems),
        SourceRevisions(settings.root, folders, source.commit),
        read_code_owners(settings, problems) if on_disk else {},
    )


def _templates(loading: Loading, source: Source, problems: list[Diagnostic]) -> Templates:
    if not loading.found.templates:
        return Templates({}, ShippedTemplates())
    from remit.load.templates import read_templates

    return read_templates(loading.found.templates, source, loading.origins, problems)
