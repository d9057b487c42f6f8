"""The site that a build finds where the new one is to go."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from remit.build import Checked
from remit.build.frames import kept_frames
from remit.build.site import Updated, changes_since, site_state, update_site
from remit.render.frame import Frames
from remit.render.labels import keep_labels
from remit.settings import Settings
from remit.write.files import MARKER
from remit.write.last_site import (
    Choice,
    LastSite,
    SiteSeen,
    files_beside,
    forget_site,
    kept_file,
)
from remit.write.site_store import Changes, SiteStore
from remit.write.written_files import is_as_left, packed


@dataclass(frozen=True, slots=True)
class EarlierSite:
    """A folder that a site goes to, with what is kept of the one that was made there last.

    `frames` and `store` are None when the whole site must be made.
    """

    site: Path
    settings: Settings
    choice: Choice
    seen: SiteSeen
    frames: Frames | None = None
    store: SiteStore | None = None
    changes: Changes = field(default_factory=Changes)
    """In the register since the site was made."""

    @classmethod
    def of(
        cls, checked: Checked, settings: Settings, site: Path, choice: Choice, seen: SiteSeen
    ) -> EarlierSite:
        keep_labels(settings)
        site, file = site.absolute(), kept_file(settings, site)
        whole = cls(site, settings, choice, seen)
        is_there = (site / MARKER).exists()
        store = SiteStore.kept(file, str(site), search=choice.search) if is_there else None
        if store is None or store.state != site_state(settings, choice):
            return whole
        if not is_as_left(store.beside, site):
            return whole
        is_of_last = store.name == seen.name and checked.token_before == seen.token != ""
        among = checked.changed if is_of_last else None
        changes = changes_since(store, checked.register, settings, among)  # before frames ask
        frames = kept_frames(checked.register, settings)
        if frames is None or store.frames_state != frames.state:
            return whole
        return cls(site, settings, choice, seen, frames, store, changes)

    def forget(self) -> None:
        """What is kept does not hold from here on, until it is kept anew."""
        forget_site(self.settings, self.site)

    def keep(self, store: SiteStore, checked: Checked) -> None:
        """Keeps what is known of the site as it is now."""
        store.beside = files_beside(self.site, self.settings.languages)
        store.keep(kept_file(self.settings, self.site), str(self.site))
        last = LastSite(
            checked.token,
            store.name,
            store.history,
            store.frame_made_of,
            len(checked.register.records),
            store.whole,
            store.jobs.replaced(),
            packed([*store.jobs.files_since(), *store.beside]),
        )
        last.keep(self.settings, self.site, self.choice)

    def update(self, checked: Checked) -> Updated | None:
        """Makes only what is otherwise than before; None when the whole site must be made."""
        if self.store is None or self.frames is None:
            return None
        updated = update_site(
            self.store,
            self.changes,
            self.frames,
            self.site,
            self.choice,
            self.forget,
            is_as_left=self.store.name == self.seen.name and self.seen.is_as_left(),
        )
        self.keep(self.store, checked)
        return updated
