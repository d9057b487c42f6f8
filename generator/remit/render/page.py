"""What a page is, and what the pages of the site have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from markupsafe import Markup

from remit.model.brief import since_when
from remit.model.records import Contact, ContactFor, Guidance, MandateVersion, Record, Redirect
from remit.model.register import Register
from remit.model.site_files import WHOLE, SiteFiles, file_name
from remit.model.templates import Subject
from remit.model.values import Source, TranslationState
from remit.render import tree
from remit.render.downloads import Downloads, downloads, offered_files
from remit.render.feeds import CALENDAR_FILE, FEED_FILE
from remit.render.html import moved_links
from remit.render.labels import labels_for
from remit.render.review_pages import address_of_review
from remit.render.site_view import SiteView
from remit.render.tree import Text
from remit.settings import Settings

LISTED_KINDS = (
    "guidance",
    "duty",
    "contact",
    "role",
    "mandate",
    "organisation",
    "network",
    "partner",
    "task",
    "transfer",
    "assignment",
    "legal-basis",
    "office",
    "category-set",
    "term",
    "audience",
    "area",
)


@dataclass(frozen=True, slots=True)
class Page:
    """One page: where it lies below the language's prefix, its frame's data, its inner HTML."""

    language: str
    path: str
    title: str
    description: str
    section: str
    """Folder of the navigation entry that it belongs to."""
    html: str
    source: str = ""
    """Path of the file that it is made of, for the edit link."""
    listed: bool = True
    """Whether it stands in the site map and search engines may show it."""
    searched: bool = True
    """Whether the site's search finds it."""
    framed: bool = True
    """Whether the site's frame goes round it; else `html` is the whole page."""
    sensitive: bool = False
    """Whether someone at risk may read it over another's shoulder: it has a quick exit."""

    @property
    def depth(self) -> int:
        """Folders between the page and the site's root."""
        return 1 + (self.path.count("/") + 1 if self.path else 0)

    @property
    def file(self) -> str:
        """Path of its file below the site's root."""
        return "/".join(part for part in (self.language, self.path, "index.html") if part)


@dataclass(frozen=True, slots=True)
class PageHead:
    """What every template needs at the page's head and foot."""

    trail: list[tuple[str, str]]
    kicker: str
    heading: Markup
    also: str = ""
    lead: Markup = field(default_factory=Markup)
    notices: list[tuple[str, str | Markup]] = field(default_factory=list)
    sources: Sequence[Source] = ()
    upkeep: list[tuple[str, Markup]] = field(default_factory=list)

    def moved(self, up: str, new: str) -> PageHead:
        """The same for a page from which the way up is another one."""
        return replace(
            self,
            lead=moved_links(self.lead, up, new),
            notices=[
                (style, moved_links(said, up, new) if isinstance(said, Markup) else said)
                for style, said in self.notices
            ],
            upkeep=[(label, moved_links(said, up, new)) for label, said in self.upkeep],
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """A record, or a list, as a list shows it."""

    link: Markup
    summary: Markup
    also: str = ""
    badge: str = ""


class Site:
    """One language of the site: what all its pages are made with, and what those about a record
    begin and end with."""

    def __init__(
        self, register: Register, settings: Settings, language: str, files: SiteFiles
    ) -> None:
        self.register, self.settings, self.language = register, settings, language
        self.files = files
        self.labels = labels_for(language)

    def view(self, path: str) -> SiteView:
        """Of the page at `path`, today."""
        return SiteView(self.register, self.settings, self.language, self.settings.today, path)

    def page(self, view: SiteView, record: Record, inner: Markup, title: str = "") -> Page:
        """The page of `record`, which is called `title` if its name does not do."""
        description = " ".join(view.summary_words(record).split())
        return Page(
            self.language,
            view.path,
            title or view.name(record),
            shortened(description or view.name(record)),
            record.FOLDER,
            str(inner),
            self.register.path_of(record),
            sensitive=is_sensitive(record),
        )

    def head(self, view: SiteView, record: Record) -> PageHead:
        """Of a page about a record: its names, what must be said first, where it comes from."""
        labels = self.labels
        short = view.as_of.short(record)
        also = [view.words(short)] if short else []
        notices: list[tuple[str, str | Markup]] = []
        life = self.register.life(record)
        if view.has_ended(record):
            words = Markup.escape(labels.get("ended_notice", day=labels.day(life.last)))
            notices.append(("past", words + self._successor(view, record)))
        elif view.begins_later(record):
            notices.append(("info", labels.get("later_notice", day=labels.day(life.first))))
        notices += [*self.overdue(record), *self.language_notices(view, record)]
        return PageHead(
            trail=[(labels.kind(record.KIND, "many"), record.FOLDER)],
            kicker=labels.kind(record.KIND),
            heading=view.html(view.name_inlines(record)),
            also=" · ".join(also),
            lead=view.html(view.summary(record)),
            notices=notices,
            sources=record.sources,
            upkeep=self.upkeep(view, record),
        )

    def _successor(self, view: SiteView, record: Record) -> Markup:
        """ " See instead: …", leading to who took over, through any number of steps."""
        steps = view.as_of.successors(record)
        if not steps:
            return Markup("")
        links = view.listed([view.link(step.to) for step in steps])
        return view.html((Text(f" {self.labels['successor']} "), *links, Text(".")))

    def language_notices(self, view: SiteView, record: Record) -> list[tuple[str, str | Markup]]:
        """That the text is not the one that counts, where readers must know."""
        labels = self.labels
        authoritative = labels.language_name(record.authoritative_language)
        if view.is_fallback(record):
            return [("info", labels.get("not_translated", language=authoritative))]
        translation = record.translations.get(self.language)
        official = translation is not None and translation.state is TranslationState.OFFICIAL
        legal = isinstance(record, MandateVersion | Guidance)
        if view.is_translation(record) and not official and legal:
            return [("info", labels.get("unofficial_translation", language=authoritative))]
        return []

    def overdue(self, record: Record) -> list[tuple[str, str | Markup]]:
        """A warning when the record's review is past: what it says may have changed."""
        if record.review is None or record.review.due >= self.settings.today:
            return []
        day = self.labels.day(record.review.due)
        return [("warning", self.labels.get("overdue", day=day))]

    def upkeep(self, view: SiteView, record: Record) -> list[tuple[str, Markup]]:
        """Who answers for the page, when it was reviewed, which language's text counts."""
        labels = self.labels
        rows: list[tuple[str, Markup]] = []
        if record.owner:
            rows.append((labels["owner"], view.html(view.party(record.owner))))
        if record.review:
            rows.append((labels["reviewed"], Markup.escape(labels.day(record.review.last))))
            due = labels.day(record.review.due)
            late = record.review.due < view.day
            words = labels.get("review_was_due" if late else "review_due", day=due)
            rows.append((labels["next_review"], Markup.escape(words)))
        language = labels.language_name(record.authoritative_language)
        rows.append((labels["authoritative_text"], Markup.escape(language)))
        if record.authoritative_language != self.language:
            translation = record.translations.get(self.language)
            state = translation.state if translation else TranslationState.DRAFT
            said = Markup.escape(labels.enum("translation_state", state))
            if self.settings.review_pages and not isinstance(record, Redirect):
                link = tree.Link((Text(labels["review_see"]),), address_of_review(record))
                said += " – " + view.html((link,))
            rows.append((labels["translation"], said))
        return [*rows, *self._feedback(view, record)]

    def _feedback(self, view: SiteView, record: Record) -> list[tuple[str, Markup]]:
        """Where to report a fault of the page, with a warning against details of a case."""
        labels, settings = self.labels, self.settings
        if settings.feedback:
            said = view.html((tree.Link((Text(labels["feedback"]),), settings.feedback), Text(".")))
        elif settings.demonstration:
            said = Markup.escape(labels["feedback_none"])
        elif record.owner:
            before, _, after = labels["feedback_to"].partition("{owner}")
            said = view.html((Text(before), *view.party(record.owner), Text(after)))
        else:
            return []
        return [(labels["feedback_row"], said + " " + labels["feedback_warning"])]

    def oldest_review(self, records: Iterable[Record] | None) -> list[tuple[str, Markup]]:
        """For a page of a few records, or of the whole register: the day since which all of them
        have been reviewed."""
        if records is None:
            return self.reviewed_since(self.register.reviewed_since())
        return self.reviewed_since(since_when(map(self.register.reviewed, records)))

    def reviewed_since(self, oldest: date | None) -> list[tuple[str, Markup]]:
        """The same for a page of many records, when it has been found out already."""
        if oldest is None:
            return []
        words = self.labels.get("all_reviewed", day=self.labels.day(oldest))
        return [(self.labels["reviewed"], Markup.escape(words))]

    def register_downloads(self, view: SiteView, kind: str = "") -> Downloads:
        """The documents made of the whole register, or the one of a kind."""
        offered = [
            (words, name)
            for words, name in offered_files(view, Subject.REGISTER, None)
            if not kind or name.startswith(f"{file_name(kind, None, self.language)}.")
        ]
        return downloads(view, self.files, WHOLE, offered, self.labels["downloads_here"])


def follow(view: SiteView, folder: str, *, calendar: bool) -> tuple[str, str]:
    """Where the feed and the calendar of the whole register, or of a mandate, are."""
    base = view.href(folder)
    return f"{base}{FEED_FILE}", f"{base}{CALENDAR_FILE}" if calendar else ""


def is_sensitive(record: Record) -> bool:
    """Whether its page has a quick exit: guidance says so, and contacts say whom they are for."""
    if isinstance(record, Guidance):
        return record.sensitive
    return isinstance(record, Contact) and record.for_ is ContactFor.AFFECTED


def shortened(text: str, limit: int = 200) -> str:
    """At most `limit` characters, cut between words."""
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
