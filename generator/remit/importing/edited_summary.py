"""What became of an edited document, in words for whoever edited it."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from remit.importing.edited import Update
from remit.importing.edited_result import Change, Conflict
from remit.model.register import address_of

AROUND = 6
"""Words shown on each side of what changed."""
_TITLES = {"text": "changed", "new": "new", "gone": "gone", "moved": "moved"}
_WHERE = {"": "in the document's head or foot"}


def summary_of(update: Update) -> str:
    """Per section or block what changed; then comments, what is not taken over, and what to do."""
    return "\n".join(_lines(update))


def _lines(update: Update) -> Iterator[str]:
    merged, told = update.merged, update.file.properties
    since = f"at revision {update.base.commit[:12]}" if update.base.commit else "as it is now"
    yield f"{address_of(update.version)} · {told['language']} · compared with the text {since}"
    if update.file.tracked:
        yield f"its {_count(update.file.tracked, 'tracked change')} taken as accepted"
    for change in merged.changes:
        yield ""
        yield from _change(change)
    if not merged.changes:
        yield "nothing to take over: no text of the mandate was changed"
    for conflict in merged.conflicts:
        yield ""
        yield from _conflict(conflict)
    yield from _asides(update)
    if merged.not_taken:
        yield ""
        yield "Not taken over:"
        for one in merged.not_taken:
            where = one.where or "elsewhere"
            words = f"“{_cut(one.words)}”: " if one.words else ""
            yield f"  {where}: {words}{one.why}"
    yield from _advice(update)


def _change(change: Change) -> Iterator[str]:
    name = f" · {change.field}" if change.field not in ("", "text") else ""
    yield f"{_TITLES[change.kind]:8}{change.id}{name}"
    if change.kind == "text":
        yield f"        {marked(change.before, change.after)}"
    elif change.kind == "new":
        yield f"        {{+{change.after}+}}"
    elif change.kind == "gone":
        yield f"        [-{change.before}-]"
    if change.note:
        yield f"        ({change.note})"


def _conflict(conflict: Conflict) -> Iterator[str]:
    yield f"conflict {conflict.id}: changed in the file and in the register; nothing is written"
    yield f"        exported: {conflict.exported}"
    yield f"        edited:   {conflict.edited}"
    yield f"        register: {conflict.register}"
    yield (f"        choose: --take-edited {conflict.id} or --keep-register {conflict.id}")


def _asides(update: Update) -> Iterator[str]:
    asides = update.asides
    comments = [(where, one) for where, one in asides if one.kind == "comment"]
    others = [(where, one) for where, one in asides if one.kind != "comment"]
    if comments:
        yield ""
        yield f"{_count(len(comments), 'comment')}, which stay in the file:"
        for where, one in comments:
            yield f"  {where or _WHERE['']}: “{one.words}”"
    if others:
        yield ""
        yield "Put in and not taken over, since a mandate's text has none:"
        for where, one in others:
            words = f": “{_cut(one.words)}”" if one.words else ""
            yield f"  {where or _WHERE['']}: a {one.kind}{words}"


def _advice(update: Update) -> Iterator[str]:
    merged = update.merged
    for language, ids in merged.translations.items():
        yield ""
        yield f"Look at the translation into {language} of: {', '.join(ids)}"
    if merged.changes and update.is_adopted and not update.is_new_version:
        yield ""
        yield (
            f"{address_of(update.version)} is adopted: its words bind. Go on only to correct what "
            "was typed wrongly. What is decided anew belongs in a version of its own: "
            "--as-new-version DATE"
        )


def marked(before: str, after: str) -> str:
    """The new words with what came {+so+} and what went [-so-], and some words round it."""
    old, new = before.split(), after.split()
    parts: list[str] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    codes = matcher.get_opcodes()
    for place, (tag, i1, i2, j1, j2) in enumerate(codes):
        if tag == "equal":
            parts.append(_around(old[i1:i2], first=place == 0, last=place == len(codes) - 1))
            continue
        if i2 > i1:
            parts.append(f"[-{' '.join(old[i1:i2])}-]")
        if j2 > j1:
            parts.append(f"{{+{' '.join(new[j1:j2])}+}}")
    return " ".join(filter(None, parts))


def _around(words: list[str], *, first: bool, last: bool) -> str:
    """Unchanged words, cut to those next to a change."""
    head = [] if first else words[:AROUND]
    tail = [] if last else words[-AROUND:]
    if len(head) + len(tail) >= len(words):
        return " ".join(words)
    return " ".join([*head, "…", *tail])


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _cut(words: str) -> str:
    return words if len(words) <= 160 else words[:160].rsplit(" ", 1)[0] + " …"
