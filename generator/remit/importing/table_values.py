"""What a cell says → the value that a file holds for it, or why it is none."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pydantic import TypeAdapter, ValidationError

from remit.importing.table_fields import TableField
from remit.importing.table_vocabulary import (
    choice_of,
    language_of,
    months,
    truth_of,
    weekdays,
)
from remit.model.drafts import Holds
from remit.model.records import Weekday
from remit.model.values import WebAddress

Find = Callable[[str, tuple[str, ...]], str]
"""The id of the record that words name, of one of the kinds. Raises ValueError."""

_EMAIL = re.compile(r"[^\s@<>(),;:\"]+@[^\s@<>(),;:\"]+\.[^\W\d_]{2,}")
_PHONE = re.compile(r"\+?[0-9][0-9 ()/\u00a0–-]*")
_SEVERAL_DAYS = re.compile(
    r"[0-9]{1,2}[/-][0-9]{1,2}[/-][0-9]{2,4}|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{2}"
)
_WEB: TypeAdapter[str] = TypeAdapter(WebAddress)


def value_of(kind: str, field: TableField, words: str, find: Find) -> Any:
    """Raises ValueError with what is wrong and how to write it."""
    if field.key in _BY_KEY:
        return _BY_KEY[field.key](words)
    holds = field.holds
    if holds.many and holds.form in ("id", "choice"):
        one = TableField(field.key, field.path, Holds(holds.form, holds.choices, holds.kinds))
        parts = [part.strip() for part in re.split(r"[,;\n]", words) if part.strip()]
        return [value_of(kind, one, part, find) for part in parts]
    if holds.form == "id":
        return find(words, holds.kinds)
    if holds.form == "choice":
        chosen = choice_of(kind, field.key, words, holds.choices)
        return holds.read(words) if chosen is None else chosen
    if holds.form in ("date", "day"):
        return holds.read(day_of(words))
    if holds.form == "truth":
        truth = truth_of(words)
        return holds.read(words) if truth is None else truth
    if holds.form == "number":
        return holds.read(re.sub(r"\s", "", words))
    return text_of(words) if field.local else " ".join(words.split())


def text_of(words: str) -> str:
    """Paragraphs with an empty line between; all other space as one blank."""
    parts = [" ".join(part.split()) for part in re.split(r"\n\s*\n", words)]
    return "\n\n".join(part for part in parts if part)


def day_of(words: str) -> str:
    """The date in the form of ISO 8601, from that, 11.9.2019, 11. september 2019, mars 2019."""
    said = " ".join(words.split()).casefold()
    said = re.sub(r"[ t]00:00(:00)?$", "", said)
    match = re.fullmatch(r"([0-9]{1,2})\. ?([0-9]{1,2})\. ?([0-9]{4})", said)
    if match:
        return f"{match[3]}-{int(match[2]):02d}-{int(match[1]):02d}"
    match = re.fullmatch(r"(?:([0-9]{1,2})\.? )?([^\W\d_]+)\.? ([0-9]{4})", said)
    if match and match[2] in months():
        day = f"-{int(match[1]):02d}" if match[1] else ""
        return f"{match[3]}-{months()[match[2]]:02d}{day}"
    if _SEVERAL_DAYS.fullmatch(said):
        raise ValueError(f'"{words}" can mean several days; write it as 2019-09-11')
    return said.upper()


def phone_of(words: str) -> str:
    """The number as it is written, without `tel:`."""
    said = " ".join(words.removeprefix("tel:").split())
    digits = re.sub("[^0-9]", "", said)
    if not _PHONE.fullmatch(said) or not 3 <= len(digits) <= 15:
        raise ValueError(f'"{words}" is no phone number; write it as 478 090 50 or +47 478 090 50')
    return said


def international_of(words: str) -> str:
    said = phone_of(words)
    if not said.startswith(("+", "00")):
        raise ValueError(f'"{words}" has no country code; write it as +4747809050')
    return "+" + re.sub("[^0-9]", "", said.removeprefix("00"))


def national_of(international: str) -> str:
    """A number with a country code as it is written at home, where that is known."""
    if international.startswith("+47"):
        return international[3:]
    return f"0{international[3:]}" if international.startswith("+46") else international


def phone_digits(words: str) -> str:
    """The digits that are dialled at home."""
    digits = re.sub("[^0-9+]", "", words)
    return national_of(digits) if digits.startswith("+") else digits


def email_of(words: str) -> str:
    said = words.removeprefix("mailto:").strip()
    if not _EMAIL.fullmatch(said):
        raise ValueError(f'"{words}" is no e-mail address; write one, as post@example.org')
    return said


def web_of(words: str) -> str:
    said = f"https://{words}" if words.lower().startswith("www.") else words
    try:
        return _WEB.validate_python(said)
    except ValidationError:
        raise ValueError(f'"{words}" is no web address; write it as https://example.org') from None


def organisation_number_of(words: str) -> str:
    """Norwegian (9 digits) or Swedish (10), with the last digit that belongs to the others."""
    digits = re.sub("[^0-9]", "", words)
    if re.fullmatch(r"(NO\s*)?[0-9 .\u00a0]+(\s*MVA)?", words) and len(digits) == 9:
        weights = (3, 2, 7, 6, 5, 4, 3, 2, 1)
        right = sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11 == 0
        number = digits
    elif re.fullmatch(r"(SE\s*)?[0-9 -]+", words) and len(digits) == 10:
        doubled = [int(d) * (2 - place % 2) for place, d in enumerate(digits)]
        right = sum(n // 10 + n % 10 for n in doubled) % 10 == 0
        number = f"{digits[:6]}-{digits[6:]}"
    else:
        raise ValueError(
            f'"{words}" is no organisation number; it has 9 digits in Norway and 10 in Sweden'
        )
    if not right:
        raise ValueError(f'"{words}" is no organisation number: a digit of it is wrong')
    return number


def spoken_of(words: str) -> list[str]:
    parts = [part.strip() for part in re.split(r"[,;\n]", words) if part.strip()]
    return [language_of(part) or _code(part) for part in parts]


def _code(words: str) -> str:
    if re.fullmatch("[a-z]{2,3}", words):
        return words
    raise ValueError(f'"{words}" is no code of a language; write nb, sv, en, so …')


_SPAN = re.compile(
    r"(?P<days>.*?)\s*(?:kl\.?)?\s*(?P<h1>[0-9]{1,2})(?:[.:](?P<m1>[0-9]{2}))?\s*[–-]\s*"
    r"(?:kl\.?)?\s*(?P<h2>[0-9]{1,2})(?:[.:](?P<m2>[0-9]{2}))?"
)


def hours_of(words: str) -> list[dict[str, Any]]:
    """`man–fre 09:00–15:00; lør 10–14`: days and times, parts divided by semicolons."""
    found = []
    for part in re.split(r"[;\n]", words.casefold()):
        match = _SPAN.fullmatch(part.strip())
        days = _days(match["days"]) if match else []
        if not match or not days:
            raise ValueError(f'"{words}" are no opening hours; write man–fre 09:00–15:00')
        found.append(
            {
                "days": days,
                "opens": f"{int(match['h1']):02d}:{match['m1'] or '00'}",
                "closes": f"{int(match['h2']):02d}:{match['m2'] or '00'}",
            }
        )
    return found


def _days(words: str) -> list[str]:
    found: list[str] = []
    for part in re.split(r",| og | och | and ", words):
        ends = [weekdays().get(one.strip(" .:")) for one in re.split("[–-]", part)]
        if None in ends or len(ends) > 2:
            return []
        first, last = int(ends[0] or 0), int(ends[-1] or 0)
        found += [day.value for day in list(Weekday)[first : last + 1]]
    return found


_BY_KEY: dict[str, Callable[[str], Any]] = {
    "phone": phone_of,
    "phone_international": international_of,
    "email": email_of,
    "web": web_of,
    "organisation_number": organisation_number_of,
    "spoken": spoken_of,
    "hours": hours_of,
}
