"""A translation job as a document of two columns: what counts, and room for the translation."""

from __future__ import annotations

from dataclasses import replace

from remit.model.translation_jobs import TranslationJob, bookmark_id
from remit.model.translations import TranslatedText
from remit.render import tree
from remit.render.labels import own_name
from remit.render.overview_documents import register_frame
from remit.render.tree import (
    Break,
    Cell,
    Emph,
    Foreign,
    Heading,
    Link,
    Paragraph,
    Table,
    Text,
)
from remit.render.view import View

_INDENT = "\N{NO-BREAK SPACE}"


def translation_document(view: View, job: TranslationJob, file_name: str) -> tree.Document:
    """For a reader of the language that is translated into: a heading for each record, a row for
    each text. The bookmarks say which text it is."""
    t = view.labels
    source, target = t.language_name(job.source_language), t.language_name(job.target_language)
    title = t.get("job_title", source=source, target=target)
    counted = t.join([t.count("job_texts", len(job.texts)), t.count("words", job.words)])
    note = f"job_{job.source_language}_{job.target_language}_{len(job.texts)}"
    head: tree.Blocks = (
        Paragraph((Text(counted),), id=note, style="lead"),
        Paragraph((Text(t["job_how"]),)),
        Paragraph((Text(t["job_links"]),)),
    )
    blocks = [
        block
        for texts in job.by_record().values()
        for block in _record(view, job.source_language, texts)
    ]
    frame = register_frame(view, None)
    return replace(
        frame,
        title=title,
        file_name=file_name,
        running_title=title,
        subject=t["job_subject"],
        blocks=(*head, *blocks),
        landscape=True,
    )


def _record(view: View, source: str, texts: list[TranslatedText]) -> tree.Blocks:
    t, first = view.labels, texts[0]
    address = f"{view.settings.site_url}{view.language}/{first.address}/"
    name = (Text(f"{view.kind(first.record)}: "), *view.name_inlines(first.record))
    columns = (
        t.get("side_original", language=own_name(source)),
        t.get("side_translation", language=own_name(view.language)),
    )
    rows = tuple(_row(view, source, text) for text in texts)
    return (
        Heading(1, "", name),
        Paragraph((Link((Text(address),), address),), style="note"),
        Table(tuple(Cell((Text(words),)) for words in columns), rows, (0.5, 0.5)),
    )


def _row(view: View, source: str, text: TranslatedText) -> tuple[Cell, ...]:
    state = Emph((Text(view.labels.enum("text_state", text.state)),))
    words = (state, Break(), Foreign(_lines(text.source), source))
    return Cell(words, id=bookmark_id(text)), Cell(_lines(text.target))


def _lines(words: str) -> tree.Inlines:
    """The text as it is written, its signs too, line by line."""
    found: list[tree.Inline] = []
    for line in words.split("\n"):
        if found:
            found.append(Break())
        plain = line.lstrip(" ")
        found.append(Text(_INDENT * (len(line) - len(plain)) + plain))
    return tuple(found) if words else ()
