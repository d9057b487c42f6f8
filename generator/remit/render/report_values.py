"""What a record says, in plain words of the reader's language: values, and words that changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import Enum, StrEnum

from remit.model.comparison import FieldChange
from remit.model.records import Record
from remit.model.values import LocalText, Period, Value, When
from remit.model.words import Run, compare_words
from remit.render.comparison_outline import given_fields, pointer_keys, record_name
from remit.render.comparison_text import escaped
from remit.render.tree import words_of
from remit.render.view import View

MOST_SAME, MOST_CHANGED, MOST_LETTERS = 40, 120, 200
"""In a shortened text: words in a row that are the same, that changed; letters of a word."""


def field_name(view: View, path: Sequence[str | int]) -> str:
    """`Godkjenning, merknad`; a place in a list is counted from 1."""
    steps = [str(step + 1) if isinstance(step, int) else view.labels.field(step) for step in path]
    return ", ".join(steps)


def value_words(view: View, path: Sequence[str | int], value: object) -> str:
    """Plain words; a pointer is shown as the name of what it points to, with its id."""
    labels = view.labels
    if isinstance(value, LocalText):
        return view.words(value)
    if isinstance(value, Period):
        return labels.period(value)
    if isinstance(value, bool):
        return labels["report_yes" if value else "report_no"]
    if isinstance(value, list):
        return ", ".join(value_words(view, path, item) for item in value)
    if isinstance(value, dict):
        rows = [f"{key}: {value_words(view, (key,), item)}" for key, item in value.items()]
        return "; ".join(rows)
    if isinstance(value, Value):
        rows = [
            f"{labels.field(key)}: {value_words(view, (key,), item)}"
            for key, item in given_fields(value)
        ]
        return "; ".join(rows)
    if isinstance(value, StrEnum):
        return labels.value(value)
    if isinstance(value, str) and not isinstance(value, Enum) and path[-1] in pointer_keys():
        return record_name(view, value)
    if isinstance(value, When):
        return labels.when(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return labels.day(value) if isinstance(value, date) else str(value)


# --- words that changed, in Markdown -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """Words before and after in one language; none before of what is new."""

    language: str
    old: str
    new: str


def text_changes(
    view: View, record: Record, old: LocalText | None, new: LocalText | None
) -> tuple[list[Change], list[str]]:
    """A text's change in the language that counts, and the other languages that changed too. When
    only others did, the change in each of them."""
    own = record.authoritative_language
    before, after = old or LocalText({}), new or LocalText({})
    codes = [code for code in (*view.languages, own) if before.get(code) != after.get(code)]
    codes = list(dict.fromkeys(codes))
    shown = [own] if own in codes else codes
    changes = [
        Change(code, _plain(view, before.get(code)), _plain(view, after.get(code)))
        for code in shown
    ]
    for index, change in enumerate(changes):
        if change.old == change.new:  # a link's target, or emphasis
            code = change.language
            changes[index] = Change(code, before.get(code, ""), after.get(code, ""))
    return changes, [code for code in codes if code not in shown]


def _plain(view: View, text: str | None) -> str:
    if not text:
        return ""
    return " ".join(" ".join(words_of(view.blocks(LocalText({view.language: text})))).split())


def marked(old: str, new: str, *, shortened: bool) -> str:
    """Markdown: ~~removed~~ and **added** words among those that are the same.

    Whole words between spaces are marked, so that every sign of a mark stands beside a space, or
    Markdown would not read it as one.
    """
    runs = compare_words(old.split(), new.split(), lambda word: False)
    return " ".join(part for run in runs if (part := _run(run, shortened)))


def whole(words: str, mark: str, *, shortened: bool) -> str:
    """All words with one mark around them, or none."""
    run: Run[str] = Run("same", tuple(words.split()))
    words = escaped(" ".join(_cut(run, MOST_CHANGED) if shortened else run.words))
    return f"{mark}{words}{mark}" if words else ""


_MARKS = {"same": "", "removed": "~~", "added": "**"}


def _run(run: Run[str], shortened: bool) -> str:
    most = MOST_SAME if run.change == "same" else MOST_CHANGED
    words = escaped(" ".join(_cut(run, most) if shortened else run.words))
    mark = _MARKS[run.change]
    return f"{mark}{words}{mark}" if words else ""


def _cut(run: Run[str], most: int) -> Iterator[str]:
    words = run.words
    if len(words) > most:
        words = (*words[: most // 2], "[…]", *words[-(most // 2) :])
    for word in words:
        yield word if len(word) <= MOST_LETTERS else f"{word[:MOST_LETTERS]}…"


def field_change(view: View, record: Record, change: FieldChange, *, shortened: bool) -> list[str]:
    """A field that differs, as lines of Markdown without list signs."""
    name = f"{escaped(_capital(field_name(view, change.path)))}"
    old, new = change.old, change.new
    if isinstance(old, LocalText | None) and isinstance(new, LocalText | None):
        return _text_lines(view, record, name, old, new, shortened)
    before = "" if old is None else value_words(view, change.path, old)
    after = "" if new is None else value_words(view, change.path, new)
    return [f"{name}: {marked(before, after, shortened=shortened)}"]


def _text_lines(
    view: View,
    record: Record,
    name: str,
    old: LocalText | None,
    new: LocalText | None,
    shortened: bool,
) -> list[str]:
    changes, others = text_changes(view, record, old, new)
    lines = []
    for change in changes:
        where = ""
        if change.language != view.language:
            where = f" ({view.labels.language_name(change.language)})"
        lines.append(f"{name}{where}: {marked(change.old, change.new, shortened=shortened)}")
    if others and lines:
        names = view.labels.join([view.labels.language_name(code) for code in others])
        lines[-1] += f" ({view.labels.get('report_also_in', languages=names)})"
    return lines


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
