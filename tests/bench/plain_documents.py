"""A register's documents as plain Markdown for pandoc, and as data for templates in Word.

    python tests/bench/plain_documents.py --register FOLDER --to FOLDER

For every version in every language there is a file of Markdown, which pandoc takes as it is, and a
file of JSON with the same words, which docxtpl.py fills its template with.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from remit.build import load_and_check
from remit.model.records import MandateVersion
from remit.render import tree
from remit.render.document_kinds import mandate_document
from remit.render.view import View
from remit.settings import read_settings

Href = Callable[[str], str]
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|$~^@{}])")


def as_markdown(document: tree.Document, href: Href) -> str:
    """A document with its title, its reference and all its blocks."""
    parts = [f"# {_escaped(document.title)}", _escaped(document.letterhead.name)]
    parts += [f"{_escaped(label)}: {_escaped(value)}" for label, value in document.reference]
    parts += _blocks(document.blocks, href)
    return "\n\n".join(parts) + "\n"


def _blocks(blocks: tree.Blocks, href: Href) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, tree.Heading):
            number = f"{block.number} " if block.number else ""
            yield f"{'#' * (block.level + 1)} {number}{_inlines(block.inlines, href)}"
        elif isinstance(block, tree.Paragraph | tree.CardLink):
            yield _inlines(block.inlines, href)
        elif isinstance(block, tree.ItemList):
            items = (list(_blocks(item.blocks, href)) for item in block.items)
            yield "\n".join("- " + "\n\n    ".join(item) for item in items)
        elif isinstance(block, tree.Quote):
            yield "\n>\n".join(f"> {part}" for part in _blocks(block.blocks, href))
        elif isinstance(block, tree.Table):
            yield _table(block, href)


def _table(table: tree.Table, href: Href) -> str:
    def row(cells: tuple[tree.Cell, ...]) -> str:
        return "| " + " | ".join(_inlines(cell.inlines, href) for cell in cells) + " |"

    return "\n".join([row(table.head), "|" + "---|" * len(table.head), *map(row, table.rows)])


def _inlines(inlines: tree.Inlines, href: Href) -> str:
    parts = []
    for inline in inlines:
        if isinstance(inline, tree.Text):
            parts.append(_escaped(inline.text))
        elif isinstance(inline, tree.Break):
            parts.append(" ")
        else:
            inner = _inlines(inline.inlines, href)
            if isinstance(inline, tree.Strong):
                parts.append(f"**{inner}**")
            elif isinstance(inline, tree.Emph):
                parts.append(f"*{inner}*")
            elif isinstance(inline, tree.Link):
                parts.append(f"[{inner}]({href(inline.target)})")
            else:
                parts.append(inner)
    return "".join(parts)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text).replace("\n", " ")


def as_data(document: tree.Document) -> dict[str, object]:
    """The same as plain values: every block with its kind, and its words as lines of text."""
    return {
        "title": document.title,
        "letterhead": document.letterhead.name,
        "reference": [list(row) for row in document.reference],
        "blocks": list(_plain_blocks(document.blocks)),
    }


def _plain_blocks(blocks: tree.Blocks) -> Iterator[dict[str, object]]:
    for block in blocks:
        if isinstance(block, tree.Heading):
            words = f"{block.number} {tree.plain(block.inlines)}".strip()
            yield {"kind": f"heading{min(block.level, 3)}", "text": words}
        elif isinstance(block, tree.Paragraph | tree.CardLink):
            yield {"kind": "paragraph", "text": tree.plain(block.inlines)}
        elif isinstance(block, tree.ItemList):
            for item in block.items:
                for part in _plain_blocks(item.blocks):
                    yield {**part, "kind": "item"}
        elif isinstance(block, tree.Quote):
            yield from _plain_blocks(block.blocks)
        elif isinstance(block, tree.Table):
            rows = [[tree.plain(cell.inlines) for cell in row] for row in (block.head, *block.rows)]
            yield {"kind": "table", "rows": rows, "columns": len(block.head)}


def write_all(register: Path, to: Path) -> int:
    """Both forms of every version in every language. Returns how many documents."""
    settings = read_settings(register)
    checked = load_and_check(settings)
    for folder in (to / "markdown", to / "data"):
        folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for language in settings.languages:
        view = View(checked.register, settings, language, settings.today)
        base = f"{settings.site_url}{language}/"

        def href(target: str, base: str = base) -> str:
            return target if re.match(r"[a-z]+:|#", target) else f"{base}{target}/"

        for version in checked.register.all(MandateVersion):
            document = mandate_document(view, version)
            name = f"{version.mandate}-{version.id}-{language}"
            markdown = as_markdown(document, href)
            (to / "markdown" / f"{name}.md").write_text(markdown, "utf-8")
            data = json.dumps(as_data(document), ensure_ascii=False)
            (to / "data" / f"{name}.json").write_text(data, "utf-8")
            count += 1
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--register", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--to", type=Path, required=True, metavar="FOLDER")
    given = parser.parse_args()
    print(f"{write_all(given.register, given.to)} documents in {given.to}")


if __name__ == "__main__":
    main()
