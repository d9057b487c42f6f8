"""Makes documents as one would without remit: a call of pandoc for each, or a template in Word.

    python tests/bench/document_peers.py pandoc|docxtpl docx|pdf AT_A_TIME FROM TO [FIRST]

FROM is a folder of plain_documents.py; the first FIRST documents in the order of their names are
made, else all. Runs in the environment of the tool that it calls, and imports nothing of remit's.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from pathlib import Path


def with_pandoc(file_format: str, to: Path, source: Path) -> None:
    """One call of pandoc; for PDF its typst markup, and typst on that."""
    import pypandoc

    target = to / f"{source.stem}.{file_format}"
    if file_format == "docx":
        pypandoc.convert_file(str(source), "docx", outputfile=str(target))
        return
    import typst

    markup = pypandoc.convert_file(str(source), "typst", extra_args=["--standalone"])
    target.write_bytes(typst.compile(markup.encode()))


def template(to: Path) -> Path:
    """A template in Word with docxtpl's tags: title, a table of facts, headings, lists, tables."""
    import docx

    document = docx.Document()
    document.add_heading("{{ title }}", 0)
    document.add_paragraph("{{ letterhead }}")
    facts = document.add_table(rows=3, cols=2, style="Table Grid")
    facts.rows[0].cells[0].text = "{%tr for row in reference %}"
    facts.rows[1].cells[0].text, facts.rows[1].cells[1].text = "{{ row[0] }}", "{{ row[1] }}"
    facts.rows[2].cells[0].text = "{%tr endfor %}"
    document.add_paragraph("{%p for block in blocks %}")
    for kind, style in _STYLES.items():
        document.add_paragraph(f"{{%p if block.kind == '{kind}' %}}")
        document.add_paragraph("{{ block.text }}", style)
        document.add_paragraph("{%p endif %}")
    for columns in (1, 2, 3, 4, 5):
        document.add_paragraph(f"{{%p if block.kind == 'table' and block.columns == {columns} %}}")
        table = document.add_table(rows=3, cols=columns, style="Table Grid")
        table.rows[0].cells[0].text = "{%tr for row in block.rows %}"
        for number in range(columns):
            table.rows[1].cells[number].text = f"{{{{ row[{number}] }}}}"
        table.rows[2].cells[0].text = "{%tr endfor %}"
        document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p endfor %}")
    path = to / "template.docx"
    document.save(str(path))
    return path


_STYLES = {
    "heading1": "Heading 1",
    "heading2": "Heading 2",
    "heading3": "Heading 3",
    "paragraph": "Normal",
    "item": "List Bullet",
}


def with_docxtpl(model: Path, to: Path, source: Path) -> None:
    """The template filled with one document's words."""
    from docxtpl import DocxTemplate

    filled = DocxTemplate(str(model))
    filled.render(json.loads(source.read_text("utf-8")), autoescape=True)
    filled.save(str(to / f"{source.stem}.docx"))


def main() -> None:
    tool, file_format, at_a_time, start, end, *first = sys.argv[1:]
    workers, source, to = int(at_a_time), Path(start), Path(end)
    to.mkdir(parents=True, exist_ok=True)
    folder = source / ("markdown" if tool == "pandoc" else "data")
    files = sorted(folder.iterdir())[: int(first[0]) if first else None]
    if tool == "pandoc":
        with ThreadPoolExecutor(workers) as threads:
            list(threads.map(partial(with_pandoc, file_format, to), files))
        return
    with tempfile.TemporaryDirectory() as name, ProcessPoolExecutor(workers) as processes:
        make: Callable[[Path], None] = partial(with_docxtpl, template(Path(name)), to)
        list(processes.map(make, files, chunksize=8))


if __name__ == "__main__":
    main()
