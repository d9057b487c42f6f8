"""Whether two states of a record say the same but for their words, or to those who name it."""

from __future__ import annotations

from remit.model.records import CategorySet, Contact, MandateVersion, Record, Redirect
from remit.model.values import LocalText, Value

_OWN = frozenset(("translations", "sources", "review", "caveats"))
"""Fields on how a record is kept, which are no other record's concern."""
_OF_A_CONTACT = _OWN | {
    "phone",
    "phone_international",
    "email",
    "web",
    "always_open",
    "spoken",
    "verified",
}
"""Nor is how a service is reached. Hours are not among them: they have periods."""


def only_words_differ(old: Record, new: Record) -> bool:
    """Whether the records differ in nothing but texts, and in what is said of their upkeep, or of
    how a service is reached.

    Categories are compared word by word with others', so a change of them is never one of words.
    """
    if type(old) is not type(new) or isinstance(new, CategorySet | Redirect):
        return False
    return _same_fields(
        old.whole(), new.whole(), _OF_A_CONTACT if isinstance(new, Contact) else _OWN
    )


def is_there_alike(old: Record, new: Record) -> bool:
    """Whether the record exists for as long as before: all that checks of those who name it ask,
    besides its address. Of a mandate's version they ask for its sections, and of a redirect where
    it leads."""
    return (
        type(old) is type(new)
        and not isinstance(new, MandateVersion | Redirect)
        and old.life == new.life
    )


def _same_fields(old: Value, new: Value, but: frozenset[str] = frozenset()) -> bool:
    before, after = vars(old), vars(new)
    return all(_same(before[name], value) for name, value in after.items() if name not in but)


def _same(old: object, new: object) -> bool:
    if type(old) is not type(new):
        return False
    if isinstance(new, LocalText):
        return True
    if isinstance(old, Value) and isinstance(new, Value):
        return _same_fields(old, new)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_same, old, new))
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(_same(old[key], new[key]) for key in new)
    return old == new
