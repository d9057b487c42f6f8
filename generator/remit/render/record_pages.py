"""A record → its pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

from markupsafe import Markup

from remit.model.addresses import leads_to
from remit.model.history import FOLLOWED, day_of, released_days, versions_of
from remit.model.records import Guidance, Organisation, Record, Redirect, Role
from remit.model.register import address_of
from remit.model.templates import Subject
from remit.model.values import Period
from remit.render import tree
from remit.render.downloads import Downloads, downloads, offered_files
from remit.render.figures import relations_part, time_part
from remit.render.glossary import explained
from remit.render.moved import moved_page, trail_of
from remit.render.page import Page, PageHead, Site
from remit.render.record_views import RecordView, record_view
from remit.render.review_pages import (
    REVIEWS,
    address_of_review,
    review_list,
    review_page,
    reviewed_records,
    shown_name,
)
from remit.render.site_view import SiteView
from remit.render.tree import Text


class RecordPages:
    """The pages about a record: its own, one for each span of its time, its translations and what
    answers at its old addresses."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._views: dict[tuple[str, date], tuple[str, RecordView]] = {}
        self._heads: dict[tuple[str, date], tuple[str, PageHead]] = {}
        self._spans: dict[str, list[tuple[Period, str, str]]] = {}

    @cached_property
    def _released(self) -> Mapping[str, Sequence[date]]:
        return released_days(self.site.register)

    def record(self, record: Record) -> Page:
        if isinstance(record, Guidance):
            return self._guidance(record)
        made = self._record_page(record)
        self._forget()
        return made

    def _forget(self) -> None:
        """What the pages of one record have in common is no other's."""
        self._views.clear()
        self._heads.clear()
        self._spans.clear()

    def _record_page(self, record: Record) -> Page:
        view = self.site.view(address_of(record))
        return self.site.page(view, record, self._record(view, record, self._head(view, record)))

    def _head(self, view: SiteView, record: Record) -> PageHead:
        """Made once for a day."""
        key = address_of(record), view.day
        if key in self._heads:
            up, made = self._heads[key]
            return made.moved(up, view.up)
        made = self.site.head(view, record)
        self._heads[key] = view.up, made
        return made

    def _record(
        self, view: SiteView, record: Record, head: PageHead, shown_version: Period | None = None
    ) -> Markup:
        shown_parts = self._view(view, record)
        if shown_version is None:
            pictures = [*relations_part(view, record), *time_part(view, record)]
            shown_parts = replace(shown_parts, parts=[*shown_parts.parts, *pictures])
        versions = self._record_versions(view, record, shown_version)
        return view.render(
            "record.html",
            record=record,
            page=head,
            shown=shown_parts,
            standing=self._standing(view, record) if shown_version is None else None,
            versions=versions,
            groups=view.named_in(record, shown_parts.hidden_back_links)
            if shown_version is None
            else [],
            downloads=self._role_downloads(view, record)
            if isinstance(record, Role) and shown_version is None
            else None,
        )

    def _view(self, view: SiteView, record: Record) -> RecordView:
        """Made once for a day: the pages of a role or organisation show much the same."""
        key = address_of(record), view.day
        if key in self._views:
            up, made = self._views[key]
            return made.moved(up, view.up)
        made = record_view(view, record)
        self._views[key] = view.up, made
        return made

    def _role_downloads(self, view: SiteView, role: Role) -> Downloads:
        offered = offered_files(view, Subject.ROLE, role)
        return downloads(
            view, self.site.files, address_of(role), offered, self.site.labels["downloads_here"]
        )

    def _standing(self, view: SiteView, record: Record) -> tuple[str, str, str] | None:
        """(style, words, period) of the line that says since when the thing exists."""
        life = self.site.register.life(record)
        if life.is_open or not isinstance(record, FOLLOWED):
            return None
        standing = view.as_of.standing(record)
        style = {"now": "in-force", "past": "past", "future": "draft"}[standing]
        return style, self.site.labels[f"standing_{standing.value}"], self.site.labels.period(life)

    def _record_versions(
        self, view: SiteView, record: Record, shown: Period | None
    ) -> list[tuple[str, str, bool]]:
        """Each span of a role or body: dates and name, its page, whether it is shown."""
        if not isinstance(record, Role | Organisation):
            return []
        versions = self._spans_in_words(view, record)
        if len(versions) < 2:
            return []
        if shown is None:
            shown = next((one for one, _, _ in versions if one.covers(view.day)), None)
        return [(words, view.href(address), one == shown) for one, words, address in versions]

    def _spans_in_words(
        self, view: SiteView, record: Role | Organisation
    ) -> list[tuple[Period, str, str]]:
        """Each span of a role or body, the latest first, with its dates and name and the address of
        its page; found once for all of them."""
        address = address_of(record)
        if address not in self._spans:
            self._spans[address] = [
                (
                    span,
                    f"{self.site.labels.period(span)} – {view.name_on(day_of(span), record)}",
                    f"{address}/{day_of(span)}",
                )
                for span in reversed(self.site.register.spans(record))
            ]
        return self._spans[address]

    def followed(self, record: Role | Organisation) -> Iterator[Page]:
        """The page of a role or organisation, and one for each span of its time."""
        yield self._record_page(record)
        for version, path in versions_of(self.site.register, record, self._released):
            yield self.record_on(record, version, path)
        self._forget()

    def record_on(self, record: Record, version: Period, path: str) -> Page:
        """The page of a role or organisation as it stood in one span of its time."""
        now, labels = self.site.view(path), self.site.labels
        state = "now" if version.covers(now.day) else "past" if version.last < now.day else "future"
        then = now if state == "now" else now.on(day_of(version))
        words = labels.get(f"version_{state}", period=labels.period(version))
        link = now.html((tree.Link((Text(labels["how_it_is_today"]),), address_of(record)),))
        notice = Markup.escape(words) + ("" if state == "now" else " ") + link
        head = self._head(then, record)
        shown = PageHead(
            trail=[*head.trail, (now.html(now.name_inlines(record)), address_of(record))],
            kicker=head.kicker,
            heading=head.heading,
            also=head.also,
            lead=head.lead,
            notices=[("info" if state == "now" else state.replace("future", "info"), notice)],
            sources=head.sources,
            upkeep=head.upkeep,
        )
        inner = self._record(then, record, shown, version)
        title = f"{then.name(record)} ({labels.period(version)})"
        return replace(self.site.page(then, record, inner, title), searched=False)

    def _guidance(self, record: Guidance) -> Page:
        view = self.site.view(address_of(record))
        head = self.site.head(view, record)
        written = view.blocks(record.body, prefix="part-", cards=True)
        blocks, words = explained(view, written)
        headings = [
            (block.id, tree.plain(block.inlines))
            for block in blocks
            if isinstance(block, tree.Heading) and block.level == 1
        ]
        audiences = view.html(view.listed([view.party(id) for id in record.audiences]))
        inner = view.render(
            "guidance.html",
            record=record,
            page=PageHead(
                trail=head.trail,
                kicker=self.site.labels.enum("topic", record.topics[0]),
                heading=head.heading,
                lead=head.lead,
                notices=head.notices,
                sources=head.sources,
                upkeep=head.upkeep,
            ),
            headings=headings,
            body=view.block_html(blocks),
            words=[(view.linked(term), view.html(meaning)) for term, meaning in words],
            audiences=audiences,
            groups=view.named_in(record),
        )
        return self.site.page(view, record, inner)

    def reviews(self) -> Iterator[Page]:
        """For whoever reviews: a page for each record, and what there is to do."""
        title, intro, inner = review_list(self.site.view(REVIEWS))
        yield Page(
            self.site.language,
            REVIEWS,
            title,
            intro,
            "all",
            str(inner),
            listed=False,
            searched=False,
        )
        for record in reviewed_records(self.site.register):
            view = self.site.view(address_of_review(record))
            trail = [
                (self.site.labels["reviews"], REVIEWS),
                (shown_name(view, record), address_of(record)),
            ]
            title, inner = review_page(view, record, trail)
            page = self.site.page(view, record, inner, title)
            yield replace(page, listed=False, searched=False)

    def redirect(self, record: Redirect, path: str) -> Page:
        """What answers at an old address: a way on, or a word on what stood there."""
        view = self.site.view(path)
        target = leads_to(self.site.register, record)
        if target is not None:
            title, html = moved_page(view, record, target)
        else:
            labels = self.site.labels
            words = labels.get("withdrawn_notice", day=labels.day(record.since))
            head = replace(
                self.site.head(view, record),
                trail=trail_of(view),
                kicker=labels["withdrawn"],
                notices=[("past", words), *self.site.language_notices(view, record)],
            )
            title = labels.get("withdrawn_title", name=view.name(record))
            html = str(view.render("withdrawn.html", record=record, page=head))
        return Page(
            self.site.language,
            path,
            title,
            title,
            path.partition("/")[0],
            html,
            self.site.register.path_of(record),
            listed=False,
            framed=target is None,
        )
