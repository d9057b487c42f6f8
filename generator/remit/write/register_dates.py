"""The dates in the calendar of a whole register as they are written, kept from one build of its
site to the next: an update writes those alone anew of which something else is said."""

from __future__ import annotations

import hashlib
import pickle
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from remit import cache
from remit.model.events import with_own_events
from remit.model.index_of_each import index_of_each
from remit.model.reading import PackedIndex, has_begun
from remit.model.record_list import SomeRecords
from remit.model.records import Record
from remit.model.register import Register
from remit.render.feeds import Feed, dated_entries, register_feed
from remit.settings import Settings
from remit.write.feeds import calendar_path, feed_files, written_event
from remit.write.site_jobs import EarlierSite

Written = tuple[date, str, bytes]
"""A date in the calendar: the day and the identity by which it has its place."""


def _records(dates: RegisterDates) -> SomeRecords[Record]:
    return with_own_events(dates.register)


@dataclass(frozen=True)
class RegisterDates:
    """The feed of the whole register, with the dates of its calendar found record by record."""

    register: Register
    settings: Settings
    feed: Feed

    @index_of_each(_records)
    def own(self, record: Record) -> list[Written]:
        """What happens to each record by itself."""
        return self._written(record)

    def _written(self, record: Record | None) -> list[Written]:
        found = dated_entries(self.register, self.settings, self.feed.language, record)
        return [(day, name, written_event(self.feed, entry)) for day, name, entry in found]

    @cached_property
    def in_order(self) -> list[bytes]:
        """All dates of the calendar."""
        every = [one for of_one in self.own.found.values() for one in of_one]
        return [written for *_, written in sorted([*every, *self._written(None)])]

    def files(self, earlier: EarlierSite) -> list[tuple[str, bytes]]:
        """The feed's files; what they were made of is kept."""
        made = [*feed_files(self.feed, self.in_order)]
        if has_begun():
            data = pickle.dumps(self.own, pickle.HIGHEST_PROTOCOL)
            cache.keep(self._file, _about(earlier, dict(made).get(calendar_path(self.feed))), data)
        return made

    @property
    def _file(self) -> Path:
        return self.settings.cache_folder / f"dates-{self.feed.language}"

    def take_kept(self, earlier: EarlierSite) -> None:
        """Has what is kept, where it is what the calendar of the earlier site was made of."""
        if earlier.changed is None:
            return
        try:
            calendar = (earlier.site / calendar_path(self.feed)).read_bytes()
        except OSError:
            return
        data = cache.kept(self._file, _about(earlier, calendar))
        if data is not None:
            vars(self)["own"] = PackedIndex(data, earlier.changed), {}


def _about(earlier: EarlierSite, calendar: bytes | None) -> str:
    return f"dates {earlier.state} {hashlib.sha256(calendar or b'').hexdigest()}"


def register_dates(
    register: Register, settings: Settings, language: str, earlier: EarlierSite
) -> RegisterDates:
    """What the files of the whole register's feed are made of in a language."""
    feed = register_feed(register, settings, language, dates=False)
    made = RegisterDates(register, settings, feed)
    made.take_kept(earlier)
    _ = made.in_order  # here, where what is read is noticed
    return made
