"""Checks on texts: that they are there, in known languages, and are nothing but text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from remit.check.finding import AnyFindings, Finding, Findings, PlacedFinding
from remit.model.fingerprint import stale_parts
from remit.model.letters import without_letters
from remit.model.links import LINK
from remit.model.records import Guidance
from remit.model.register import Register, address_of
from remit.model.shape import Path
from remit.model.templates import Template
from remit.model.values import LocalText
from remit.settings import Settings

# The controls that can make text read otherwise than it is stored (Unicode TR 9, CVE-2021-42574).
BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff\u2028\u2029]")
_HTML = re.compile(r"<(?:[A-Za-z/!?][^<>\n]*>|script|style|iframe)", re.I)
_TEMPLATE = re.compile(r"\{\{|\}\}|\{%|%\}|\{#")
_MARKDOWN_LINK = re.compile(r"\]\(\s*<?([^)\s>]*)")
_REFERENCE_LINK = re.compile(r"^[ \t>*+-]*\[[^\]\n]+\]:\s*(\S+)", re.M)
_SAFE_TARGET = re.compile(r"(?:https?://[^\s/]|mailto:[^\s]+@|tel:\+?\d)", re.I)


def missing_text(register: Register, settings: Settings) -> AnyFindings:
    """A text that one of the register's languages lacks."""
    for record, path, text in register.texts_otherwise:
        lacking = [language for language in settings.languages if language not in text]
        if lacking and record.authoritative_language in text:
            yield Finding(
                record,
                path,
                f'the text "{path[-1]}" is missing in {", ".join(lacking)}',
                "readers of that language are shown the text in another, marked as such",
            )
    for template, path, words in _template_words(register):
        lacking = [language for language in settings.languages if language not in words]
        if lacking:
            yield PlacedFinding(
                register.place_in_template(template, path),
                f'the text "{path[-1]}" is missing in {", ".join(lacking)}',
                "documents in that language show the text in another",
            )


def missing_authoritative_text(register: Register, settings: Settings) -> Findings:
    """A text that is missing in the very language whose text counts."""
    for record, path, text in register.texts_otherwise:
        language = record.authoritative_language
        if language in settings.languages and language not in text:
            yield Finding(
                record,
                path,
                f'the text "{path[-1]}" is missing in {language}, the authoritative language',
                f"add {language}:, or correct authoritative_language",
            )


def unknown_language(register: Register, settings: Settings) -> AnyFindings:
    """A text, translation or record in a language that the register does not have."""
    known = set(settings.languages)
    help = f"its languages are {', '.join(settings.languages)} (pyproject.toml, [tool.remit])"
    for record, _ in register.looked_through:
        if record.authoritative_language not in known:
            yield Finding(
                record,
                ("authoritative_language",),
                f'the register has no language "{record.authoritative_language}"',
                help,
            )
        for language in record.translations:
            if language not in known:
                yield Finding(
                    record,
                    ("translations", language),
                    f'the register has no language "{language}"',
                    help,
                    key=True,
                )
    for record, path, text in register.texts_otherwise:
        for language in text:
            if language not in known:
                yield Finding(
                    record,
                    (*path, language),
                    f'the register has no language "{language}"',
                    help,
                    key=True,
                )
    for template, path, words in _template_words(register):
        for language in words:
            if language not in known:
                yield PlacedFinding(
                    register.place_in_template(template, (*path, language), key=True),
                    f'the register has no language "{language}"',
                    help,
                )


def _template_words(register: Register) -> Iterator[tuple[Template, Path, LocalText]]:
    """The texts in the front matter of the register's own templates."""
    for template in register.templates.own.values():
        yield template, ("name",), template.name
        for key, words in template.words.items():
            yield template, ("words", key), words


def stale_translation(register: Register, settings: Settings) -> Findings:
    """A translation whose authoritative text has changed since it was reviewed."""
    for record, found in register.looked_through:
        for language in record.translations:
            stale = stale_parts(record, found, language)
            if stale:
                yield Finding(
                    record,
                    ("translations", language),
                    f'the translation into "{language}" is older than the authoritative text of: '
                    + ", ".join(stale),
                    "bring the translation up to date, then record that it was read through: "
                    f"remit translations accept {address_of(record)} --language {language}",
                    key=True,
                )


def control_character(register: Register, settings: Settings) -> Findings:
    """An invisible control character in a text."""
    for record, path, text in register.marked_texts:
        match = None if text.isprintable() else CONTROLS.search(text)
        if match:
            yield Finding(
                record,
                path,
                f"an invisible control character ({_name(match[0])}) stands in the text",
                "delete it; it often comes along when text is pasted from another program",
            )


def bidi_override(register: Register, settings: Settings) -> Findings:
    """A character that turns the direction of writing, so that text reads otherwise than it is."""
    for record, path, text in register.marked_texts:
        match = None if text.isprintable() else BIDI_CONTROLS.search(text)
        if match:
            yield Finding(
                record,
                path,
                f"a character that turns the direction of writing ({_name(match[0])})",
                "delete it; it can make a text read otherwise than it is stored",
            )


def letter_not_in_font(register: Register, settings: Settings) -> Findings:
    """A character that the documents' fonts do not have, so that no document could be made."""
    for record, path, text in register.marked_texts:
        if isinstance(record, Guidance) and path[0] == "body":
            continue  # only a page on the site: browsers have fonts for every script
        lacking = [
            letter
            for letter in without_letters(text)
            if not CONTROLS.match(letter) and not BIDI_CONTROLS.match(letter)
        ]
        if lacking:
            more = f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""
            yield Finding(
                record,
                path,
                "no document can show "
                + ", ".join(f"{letter} ({_name(letter)})" for letter in lacking[:3])
                + more,
                "write it in Latin, Greek or Cyrillic letters, or say in words what a sign means",
            )


def raw_html(register: Register, settings: Settings) -> Findings:
    """HTML in a text."""
    for record, path, text in register.marked_texts:
        match = _HTML.search(text)
        if match:
            yield Finding(
                record,
                path,
                f"HTML in the text: {match[0][:40]}",
                "write plain text; **bold**, *emphasis*, lists and links are Markdown",
            )


def template_code(register: Register, settings: Settings) -> Findings:
    """Template code in a text: the register's texts are never templates."""
    for record, path, text in register.marked_texts:
        match = _TEMPLATE.search(text) if "{" in text or "}" in text else None
        if match:
            yield Finding(
                record,
                path,
                f"template code in the text: {text[match.start() : match.start() + 20]}",
                "write the words themselves; [[id]] names a record",
            )


def unsafe_link(register: Register, settings: Settings) -> Findings:
    """A link to something else than a web or mail address or phone number, or a picture."""
    for record, found in register.looked_through:
        for path, words, local, _ in found.marked:
            if not local or ("](" not in words and "]:" not in words):
                continue
            words = LINK.sub("", words)
            if -1 < words.find("![") < words.rfind("]("):
                yield Finding(
                    record,
                    path,
                    "a picture in a text",
                    "texts hold no pictures; describe it in words",
                )
                continue
            targets = [m[1] for m in _MARKDOWN_LINK.finditer(words)]
            targets += [m[1] for m in _REFERENCE_LINK.finditer(words)]
            for target in targets:
                if not _SAFE_TARGET.match(target):
                    yield Finding(
                        record,
                        path,
                        f'a link to "{target[:60]}"',
                        "links go to https://, mailto: or tel:; a record is named [[id]]",
                    )


def _name(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()


def heading_level(register: Register, settings: Settings) -> Findings:
    """A guidance page whose headings begin at level 1, which is the title, or skip a level."""
    for page in register.looked_at(Guidance):
        for language, body in page.body.items():
            last = 1
            for match in re.finditer(r"^(#{1,6})[ \t]+\S", body, re.M):
                level = len(match[1])
                if level == 1 or level > last + 1:
                    yield Finding(
                        page,
                        ("body", language),
                        f"a heading of level {level} follows one of level {last}",
                        "the title is level 1; begin with ##, then ###, and skip none",
                    )
                    break
                last = level
