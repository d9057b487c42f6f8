"""A load of a register in which a few files say something else than at the last check, and none has
come or gone: nothing is looked for, and what was kept of all others stands where it stood."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from stat import S_ISREG

from remit.diagnostics import Diagnostic
from remit.load.files import Discovered, Entry
from remit.load.kept_findings import RegisterSeen
from remit.load.loading import Loading
from remit.load.records_file import Kept
from remit.load.source import Disk, Source
from remit.load.store import KeptRow, Store
from remit.model.record_list import kind_and_key
from remit.model.records import BY_KIND, Guidance
from remit.settings import Settings

_FEW = 100
"""Files: of more, looking for all of them costs little beside reading them."""


class FewChanged(Loading):
    """The records of such a load."""

    def __init__(
        self,
        settings: Settings,
        source: Source,
        problems: list[Diagnostic],
        store: Store,
        changed: Mapping[int, Entry],
    ) -> None:
        """`changed`: by place, the files that say something else."""
        top = os.fspath(settings.root.absolute())
        super().__init__(settings, source, problems, store, _found(store, top), keeps=True)
        self.changed, self.listings.now = changed, store.folders
        self.kept = _KeptRows(store.rows, changed)
        self.addresses = [row[0] for row in store.rows]
        self.origins.known.update(zip(self.addresses, range(len(store.rows)), strict=True))
        self.top = top

    def entry(self, place: int) -> Entry:
        return _entry(self.kept[place], self.top)

    def digests_of_outward(self) -> list[bytes]:
        column = Kept._fields.index("digest_outward")
        found = [row[column] for row in self.store.rows]
        for place in self.made:
            found[place] = self.digest_of_outward(place)
        return found

    def rows_now(self) -> list[KeptRow]:
        found = [*self.store.rows]
        for place, one in self.rows.items():
            found[place] = tuple(one)
        return found

    def read(self) -> bool:
        """Reads what has changed; whether nothing is wrong with it, and it is still the same
        record's."""
        for place, entry in self.changed.items():
            address, stamp = self.addresses[place], self.source.stamp(entry.file)
            self.place = place
            self._read_or_made(entry, stamp, None)
            if self.problems or place not in self.made or self.addresses[place] != address:
                return False
        return True


def few_changed(
    settings: Settings, problems: list[Diagnostic], store: Store, seen: RegisterSeen
) -> FewChanged | None:
    """What was read, when it can be done so; `seen` are the files as they are."""
    changed = _changed(settings, store, seen)
    if changed is None:
        return None
    found = FewChanged(settings, Disk(settings.root), problems, store, changed)
    if found.read():
        return found
    problems.clear()
    return None


def _changed(settings: Settings, store: Store, seen: RegisterSeen) -> dict[int, Entry] | None:
    """By place, the files that say something else; None when something else has changed too."""
    is_known = seen.last and store.token and store.token == seen.last.token
    if (
        not is_known
        or store.other_files is None
        or seen.changed is None
        or len(seen.changed) > _FEW
    ):
        return None
    found, top = {}, os.fspath(settings.root.absolute())
    for path in seen.changed:
        if not path.startswith((f"{settings.content}/", f"{settings.mandates}/")):
            continue
        place = store.places.get(path)
        kept = None if place is None else Kept._make(store.rows[place])
        if place is None or kept is None or kept.others or kept.path != kept.shown:
            return None
        entry = _entry(kept, top)
        if entry.cls is Guidance or not _is_file(entry.file):
            return None
        found[place] = entry
    return dict(sorted(found.items()))


def _is_file(path: str) -> bool:
    """Itself, and not what a link leads to."""
    try:
        return S_ISREG(os.lstat(path).st_mode)
    except OSError:  # taken away meanwhile
        return False


def _entry(kept: Kept, top: str) -> Entry:
    kind, key = kind_and_key(kept.address)
    mandate, _, id = key.rpartition("@")
    return Entry(BY_KIND[kind], id, f"{top}/{kept.shown}", kept.shown, mandate)


def _found(store: Store, top: str) -> Discovered:
    """The files that are not one record's alone."""
    templates, guidance, drawings = store.other_files or ((), (), ())

    def there(shown: str) -> tuple[str, str]:
        return f"{top}/{shown}", shown

    found = Discovered(templates=[there(shown) for shown in templates])
    for id, language, shown in guidance:
        found.guidance.setdefault(id, {})[language] = there(shown)
    found.drawings = {name: there(shown) for name, shown in drawings}
    return found


class _KeptRows(Mapping[int, Kept]):
    """By place: what was kept of all records but those that are read anew."""

    def __init__(self, rows: Sequence[KeptRow], anew: Mapping[int, object]) -> None:
        self.rows, self.anew = rows, anew

    def __getitem__(self, place: int) -> Kept:
        if place in self.anew:
            raise KeyError(place)
        return Kept._make(self.rows[place])

    def __iter__(self) -> Iterator[int]:
        return (place for place in range(len(self.rows)) if place not in self.anew)

    def __len__(self) -> int:
        return len(self.rows) - len(self.anew)
