"""A record's text and its translation beside each other, for whoever reviews it; and what there is
to do in a language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from remit.model.records import BY_KIND, Mandate, MandateVersion, Record, Redirect
from remit.model.register import Register, address_of
from remit.model.shape import look_through
from remit.model.translations import TO_DO, TextState, TranslatedText, texts_of
from remit.model.values import LocalText, TranslationState
from remit.render import text
from remit.render.labels import own_name
from remit.render.site_view import SiteView
from remit.render.tree import Inlines, Link, Text
from remit.render.view import View

REVIEWS = "translations"
"""What there is to do in a language."""
_STYLES = {
    TextState.MISSING: "gap",
    TextState.STALE: "gap",
    TextState.UNREVIEWED: "draft",
    TextState.REVIEWED: "in-force",
}


def address_of_review(record: Record) -> str:
    return f"{address_of(record)}/translation"


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One text in both languages."""

    source: Markup
    target: Markup
    style: str
    state: str


@dataclass(frozen=True, slots=True)
class ReviewGroup:
    """A section of a mandate, or all texts of another record."""

    id: str
    heading: Markup
    rows: Sequence[ReviewRow]


@dataclass(frozen=True, slots=True)
class ReviewEntry:
    """A record in the list of what there is to do."""

    link: Markup
    counts: str


# --- one record ----------------------------------------------------------------------------


def review_page(view: SiteView, record: Record, trail: list[tuple[str, str]]) -> tuple[str, Markup]:
    """(title, inner HTML). In the language that counts: links to the other languages' pages."""
    t, source = view.labels, record.authoritative_language
    title = t.get("review_of", name=shown_name(view, record))
    texts = [*texts_of(record, look_through(record), view.language)]
    standing = record.translations.get(view.language)
    state = standing.state if standing else TranslationState.DRAFT
    facts = [(t["authoritative_text"], t.language_name(source))]
    if source != view.language:
        facts.append((t["translation"], t.enum("translation_state", state)))
        facts.append((t["review_texts"], _counted(view, texts)))
    others = [
        (code, f"{view.up}../{code}/{view.path}/", own_name(code))
        for code in view.register.languages
        if code != source
    ]
    inner = view.render(
        "review.html",
        trail=trail,
        heading=t.get("review_of", name=shown_name(view, record)),
        facts=facts,
        groups=list(_groups(view, record, texts)),
        source=source,
        columns=(own_name(source), own_name(view.language)),
        others=others if source == view.language else [],
    )
    return title, inner


def shown_name(view: View, record: Record) -> str:
    """The record's name; a version's with its day."""
    if isinstance(record, MandateVersion):
        day = view.labels.day(record.in_force.first)
        return f"{view.words(record.title)} ({view.labels.get('version_of', day=day)})"
    return view.name(record)


def _groups(
    view: SiteView, record: Record, texts: Sequence[TranslatedText]
) -> Iterator[ReviewGroup]:
    sections = record.sections if isinstance(record, MandateVersion) else []
    headings = {one.id: view.html(view.label_inlines(one.heading)) for one in sections}
    groups: dict[str, list[ReviewRow]] = {}
    for number, one in enumerate(texts):
        place = one.part if one.part in headings else "texts"
        groups.setdefault(place, []).append(_row(view, one, number))
    for place in sorted(groups, key=["texts", *headings].index):
        heading = headings.get(place) or Markup.escape(view.labels["review_texts"])
        yield ReviewGroup(f"review-{place}", heading, groups[place])


def _row(view: SiteView, one: TranslatedText, number: int) -> ReviewRow:
    source = _shown(view, one.source, one.record.authoritative_language, f"a{number}-")
    target = _shown(view, one.target, one.language, f"b{number}-") if one.target else Markup()
    return ReviewRow(source, target, _STYLES[one.state], view.labels.enum("text_state", one.state))


def _shown(view: SiteView, words: str, language: str, prefix: str) -> Markup:
    """As readers of the language see it; a text of several lines as blocks."""
    speaking = view.speaking(language)
    if "\n" not in words:
        return view.html(speaking.inlines(LocalText({language: words})))
    return view.block_html(text.blocks(words, speaking.link_words, prefix=prefix), heading_base=3)


# --- what there is to do -------------------------------------------------------------------


def review_list(view: SiteView) -> tuple[str, str, Markup]:
    """(title, description, inner HTML) of the records with something to do in the language."""
    t, register = view.labels, view.register
    groups: dict[str, list[ReviewEntry]] = {}
    everything: list[TranslatedText] = []
    for record in reviewed_records(register):
        texts = [*texts_of(record, look_through(record), view.language)]
        everything += texts
        if any(one.state in TO_DO for one in texts):
            name: Inlines = (Link((Text(shown_name(view, record)),), address_of_review(record)),)
            entry = ReviewEntry(view.html(name), _counted(view, texts))
            kind = Mandate.KIND if isinstance(record, MandateVersion) else record.KIND
            groups.setdefault(kind, []).append(entry)
    intro = t.get("reviews_intro", language=t.language_name(view.language))
    kinds = [kind for kind in BY_KIND if kind in groups]
    inner = view.render(
        "reviews.html",
        heading=t["reviews"],
        intro=intro,
        counts=_counted(view, everything),
        groups=[(f"kind-{kind}", t.kind(kind, "many"), groups[kind]) for kind in kinds],
    )
    return t["reviews"], intro, inner


def reviewed_records(register: Register) -> list[Record]:
    return [one for one in register.records if not isinstance(one, Redirect)]


def _counted(view: View, texts: Sequence[TranslatedText]) -> str:
    """`Missing: 2 · Not read through: 14`, with the words of what is to be done."""
    t = view.labels
    number = Counter(one.state for one in texts)
    words = sum(one.words for one in texts if one.state in TO_DO)
    told = [
        f"{t.enum('text_state', state)}: {number[state]}" for state in TextState if number[state]
    ]
    return " · ".join([*told, *([t.count("words", words)] if words else [])])
