"""Directories as files: CSV that spreadsheets open as it is, and vCard 4.0 (RFC 6350)."""

from __future__ import annotations

from remit.render.directory_files import Card, CardFile, Sheet

_FORMULA = frozenset("=+-@＝＋－＠")
"""Characters with which a spreadsheet may take a text for a command."""
_LINE = 75
"""Octets of a line of a vCard before it is folded."""


def directory_file(made: Sheet | CardFile) -> bytes:
    return csv_bytes(made) if isinstance(made, Sheet) else vcard_bytes(made)


# --- CSV -----------------------------------------------------------------------------------


def csv_bytes(sheet: Sheet) -> bytes:
    """Semicolons, every cell in quotes, and a mark for UTF-8: what Norwegian and Swedish
    spreadsheets take without asking."""
    lines = [";".join(_quoted(cell) for cell in row) for row in (sheet.head, *sheet.rows)]
    return ("\ufeff" + "".join(f"{line}\r\n" for line in lines)).encode()


def _quoted(cell: str) -> str:
    return '"' + harmless(cell).replace('"', '""') + '"'


def harmless(cell: str) -> str:
    """The text on one line, and never a formula: an apostrophe stands before what could be one."""
    words = " ".join(cell.split())
    return f"'{words}" if words[:1] in _FORMULA else words


# --- vCard ---------------------------------------------------------------------------------


def vcard_bytes(file: CardFile) -> bytes:
    """The cards one after the other."""
    lines = [line for card in file.cards for line in _card(card)]
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _card(card: Card) -> list[str]:
    name, language = card.name
    lines = [
        "BEGIN:VCARD",
        "VERSION:4.0",
        "PRODID:-//Remit//Remit//EN",
        f"UID:{card.address}",
        "KIND:org",
        f"FN;LANGUAGE={language}:{_text(name)}",
    ]
    if card.holder:
        holder, language = card.holder
        lines.append(f"ORG;LANGUAGE={language}:{_text(holder)}")
    if card.phone:
        lines.append(f'TEL;VALUE=uri;TYPE="voice,work":{card.phone}')
    if card.email:
        lines.append(f"EMAIL;TYPE=work:{_text(card.email)}")
    if card.web:
        lines.append(f"URL;TYPE=work:{_uri(card.web)}")
    lines += [f"LANG:{_text(code)}" for code in card.spoken]
    if card.notes:
        lines.append(f"NOTE:{_text(chr(10).join(card.notes))}")
    lines.append(f"SOURCE:{card.address}")
    if card.confirmed:
        lines.append(f"REV:{card.confirmed:%Y%m%d}T000000Z")
    return [*lines, "END:VCARD"]


def _text(value: str) -> str:
    """A text value: commas, semicolons, backslashes and line breaks lose their meaning."""
    for character in "\\,;":
        value = value.replace(character, f"\\{character}")
    return "\\n".join(value.splitlines())


def _uri(value: str) -> str:
    return "".join(one for one in value if one.isprintable() and one != " ")


def _folded(line: str) -> str:
    """Lines of at most 75 octets, never cut inside a character; the next begins with a space."""
    parts, room = [""], _LINE
    for character in line:
        size = len(character.encode())
        if size > room:
            parts.append("")
            room = _LINE - 1
        parts[-1] += character
        room -= size
    return "\r\n ".join(parts)
