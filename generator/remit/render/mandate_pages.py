"""A mandate → its pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from markupsafe import Markup

from remit.model.addresses import address_of_changes
from remit.model.events import is_in_calendar
from remit.model.records import Mandate, MandateVersion, Record
from remit.model.register import address_of
from remit.model.templates import Subject
from remit.render import tree
from remit.render.downloads import downloads, in_every_format, offered_files
from remit.render.figures import time_part
from remit.render.html import moved_links
from remit.render.mandate_document import MandateParts, mandate_parts, naming_day, version_day
from remit.render.page import Page, PageHead, Site, follow
from remit.render.site_view import SiteView
from remit.render.tree import Text


class MandatePages:
    """The pages of a mandate: its own, those of its versions and of what changed between them."""

    def __init__(self, site: Site, without_version: Callable[[Mandate], Page]) -> None:
        """`without_version` makes the page of a mandate that has none."""
        self.site, self.without_version = site, without_version
        self._parts: dict[str, MandateParts] = {}
        self._bodies: dict[str, tuple[str, Markup]] = {}
        self._named: dict[str, list[tuple[str, list[Record]]]] = {}

    def mandate(self, mandate: Mandate) -> Iterator[Page]:
        """The mandate's page, those of its versions and of what changed from each to the next."""
        shown = self.site.register.as_of(self.site.settings.today).shown_version(mandate.id)
        if shown is None:
            yield self.without_version(mandate)
        else:
            yield self._mandate(mandate, shown, address_of(mandate))
        for version in self.site.register.versions(mandate.id):
            yield self._mandate(mandate, version, address_of(version))
            before = self.site.register.version_before(version)
            if before:
                yield self._comparison(before, version)
        self._parts.clear()
        self._bodies.clear()
        self._named.clear()

    def _mandate(self, mandate: Mandate, version: MandateVersion, path: str) -> Page:
        view, labels = self.site.view(path), self.site.labels
        parts = self._mandate_parts(view, version)
        is_version_page = path == address_of(version)
        trail = [(labels.kind("mandate", "many"), "mandates")]
        if is_version_page:
            trail.append((view.name(mandate), address_of(mandate)))
        then = view.on(naming_day(view, version))
        title = then.words(version.title)
        badge, words = view.version_badge(version)
        inner = view.render(
            "mandate.html",
            record=version,
            page=PageHead(
                trail=trail,
                kicker=self._kicker(mandate),
                heading=view.html(view.label_inlines(version.title)),
                lead=view.text(mandate.summary),
                notices=self._notices(view, version, badge, is_version_page),
                sources=version.sources,
                upkeep=self.site.upkeep(view, version),
            ),
            badge=badge,
            badge_words=words,
            period=labels.period(version.in_force),
            changes=self._changes_link(view, version),
            downloads=downloads(
                view,
                self.site.files,
                address_of(version),
                offered_files(view, Subject.MANDATE, version),
                labels["downloads"],
            ),
            headings=_headings(parts),
            body=self._body(view, version, parts),
            versions=self._versions(view, mandate, version),
            tombstones=[(one, labels.day(one.since)) for one in version.tombstones],
            follow=follow(
                view,
                address_of(mandate),
                calendar=is_in_calendar(self.site.register, mandate),
            ),
            pictures=[] if is_version_page else time_part(view, mandate),
            groups=self._named_in(view, mandate),
        )
        page = self.site.page(view, version, inner, title)
        if not is_version_page:
            return page
        day = labels.day(version.in_force.first)
        return replace(
            page,
            title=f"{title} ({labels.get('version_of', day=day)})",
            # the mandate's own page says the same
            searched=version is not view.as_of.shown_version(mandate.id),
        )

    def _kicker(self, mandate: Mandate) -> str:
        said = (self.site.labels.kind("mandate"), mandate.document_id)
        return " · ".join(one for one in said if one)

    def _notices(
        self, view: SiteView, version: MandateVersion, badge: str, is_version_page: bool
    ) -> list[tuple[str, str | Markup]]:
        labels = self.site.labels
        notices: list[tuple[str, str | Markup]] = []
        if badge != "in-force":
            day = labels.day(version.in_force.last) if badge == "past" else ""
            said = Markup.escape(labels.get(f"notice_{badge}", day=day))
            in_force = view.as_of.version(version.mandate)
            if in_force:
                link = tree.Link((Text(labels["see_in_force"]),), address_of(in_force))
                said += " " + view.html((link,))
            notices.append(("info" if badge == "draft" else "past", said))
        elif is_version_page:
            notices.append(("info", Markup.escape(labels["notice_in_force"])))
        notices += [*self.site.overdue(version), *self.site.language_notices(view, version)]
        return notices

    def _comparison(self, old: MandateVersion, new: MandateVersion) -> Page:
        """The page on what changed from one version to the next."""
        # with all that compares words, which most updates do without
        from remit.render.comparison_page import ComparisonHead, comparison_page
        from remit.render.redline_document import redline_file_name

        view, labels = self.site.view(address_of_changes(new)), self.site.labels
        mandate = self.site.register.mandate_of(new)
        head = ComparisonHead(
            trail=[
                (labels.kind("mandate", "many"), "mandates"),
                (view.name(mandate), address_of(mandate)),
                (labels.get("version_of", day=version_day(view, new)), address_of(new)),
            ],
            kicker=self._kicker(mandate),
            notices=self.site.language_notices(view, new),
            upkeep=self.site.upkeep(view, new),
        )
        offered = downloads(
            view,
            self.site.files,
            address_of_changes(new),
            in_every_format(view, redline_file_name(old, new, self.site.language)),
            labels["comparison_downloads"],
        )
        sides = [(version, self._mandate_parts(view, version)) for version in (old, new)]
        title, inner = comparison_page(view, sides[0], sides[1], head, offered)
        return replace(self.site.page(view, new, inner, title), searched=False)

    def _changes_link(self, view: SiteView, version: MandateVersion) -> Markup:
        """To what changed since the version before, when there is one."""
        earlier = self.site.register.version_before(version)
        if earlier is None:
            return Markup("")
        words = self.site.labels.get("comparison_since", day=version_day(view, earlier))
        return view.html((tree.Link((Text(words),), address_of_changes(version)),))

    def _mandate_parts(self, view: SiteView, version: MandateVersion) -> MandateParts:
        """Made once: the mandate's page and the version's show the same."""
        address = address_of(version)
        if address not in self._parts:
            self._parts[address] = mandate_parts(view, version)
        return self._parts[address]

    def _named_in(self, view: SiteView, mandate: Mandate) -> list[tuple[str, list[Record]]]:
        """Found once: all of the mandate's pages show the same."""
        if mandate.id not in self._named:
            self._named[mandate.id] = view.named_in(mandate, ("ordered_by",))
        return self._named[mandate.id]

    def _body(self, view: SiteView, version: MandateVersion, parts: MandateParts) -> Markup:
        """Made once: on pages of another depth only the way up differs."""
        address = address_of(version)
        if address not in self._bodies:
            made = view.block_html((parts.facts, *parts.body))
            self._bodies[address] = view.up, made
        up, made = self._bodies[address]
        return moved_links(made, up, view.up)

    def _versions(
        self, view: SiteView, mandate: Mandate, shown: MandateVersion
    ) -> list[tuple[str, str, bool]]:
        return [
            (
                f"{self.site.labels.period(version.in_force)} – "
                f"{self.site.labels.enum('status', version.status)}",
                view.href(address_of(version)),
                version == shown,
            )
            for version in reversed(self.site.register.versions(mandate.id))
        ]


def _headings(parts: MandateParts) -> list[tuple[str, str]]:
    """The id and the words of each heading, for the list of contents."""
    return [
        (block.id, f"{block.number} {tree.plain(block.inlines)}".strip())
        for block in parts.body
        if isinstance(block, tree.Heading)
    ]
