"""`remit import` of a document: a mandate, and a report of every paragraph."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from remit.build import Checked
    from remit.importing.mandate import ForeignMandate
    from remit.importing.report import Report
    from remit.importing.sections import Body
    from remit.model.records import Mandate
    from remit.model.register import Register
    from remit.model.shape import Path as Place
    from remit.settings import Settings


@dataclass(frozen=True, slots=True)
class DocumentOptions:
    id: str | None
    version_of: str | None
    names: tuple[str, ...]
    fields: tuple[str, ...]
    language: str | None
    report: Path | None
    asks: bool | None
    dry_run: bool


def import_document(root: Path, file: Path, options: DocumentOptions) -> None:
    from remit.build import load_and_check
    from remit.cli.arguments import known_mandate
    from remit.cli.new import given_answers
    from remit.importing.mandate import report_of, understood
    from remit.model.records import Mandate
    from remit.settings import read_settings

    settings = read_settings(root)
    document = _document(file)
    before = load_and_check(settings)
    if options.version_of:
        known_mandate(before.register, options.version_of)
    language = _language(options, document, settings)
    foreign = understood(document, language, before.register)
    given = given_answers(Mandate, options.names, options.fields, language, before.register)
    filled: dict[str, tuple[str, str]] = {}
    _fill(given, foreign, filled)
    work = _Work(file, options, settings, before, language, foreign, given, filled)
    files, body = _version(work) if options.version_of else _mandate(work)
    _finish(files, report_of(foreign, body, file.name, filled), options, before, settings)


@dataclass(frozen=True)
class _Work:
    """All that is known when the files are to be made."""

    file: Path
    options: DocumentOptions
    settings: Settings
    before: Checked
    language: str
    foreign: ForeignMandate
    given: dict[Place, Any]
    filled: dict[str, tuple[str, str]]


def _mandate(work: _Work) -> tuple[dict[str, bytes], Body]:
    """The two files of a new mandate."""
    from remit.cli.new import answered, chosen_id
    from remit.cli.schema import with_modelines_as_used
    from remit.model.records import Mandate
    from remit.write.new_records import new_files

    register, options, language = work.before.register, work.options, work.language
    body = _body(work.foreign, work.given, work.settings)
    _summarise(work.given, body, language, work.filled)
    _say_what_is_there_already(work.foreign, register)
    asks = sys.stdin.isatty() if options.asks is None else options.asks
    try:
        value = answered(Mandate, work.given, language, register, work.settings, asks)
    except click.UsageError as error:
        raise click.UsageError(f"the document does not say it all; {error.message}") from None
    value["id"] = chosen_id(Mandate, options.id, value, language, register, asks)
    value |= {
        "authoritative_language": language,
        "sections": body.sections,
        "sources": [_source(value, language, register)],
    }
    files = new_files(Mandate, value, register, work.settings)
    return with_modelines_as_used(files, register, work.settings), body


def _version(work: _Work) -> tuple[dict[str, bytes], Body]:
    """The file of a further version of a mandate that is there, with the ids of its latest one."""
    from remit.cli.schema import with_modelines_as_used
    from remit.importing.carried import carried
    from remit.load.yaml_reader import read_yaml
    from remit.model.drafts import put_at
    from remit.model.records import Mandate, MandateVersion
    from remit.write.new_records import version_file

    id, register = work.options.version_of or "", work.before.register
    mandate, latest = register.get(Mandate, id), register.versions(id)[-1]
    assert mandate is not None
    start = str(work.given.get(("in_force", "from"), work.settings.today.isoformat()))
    if any(one.id == start for one in register.versions(id)):
        raise click.UsageError(
            f"{id} has a version of {start} already; give another day: --set in_force.from=…"
        )
    value: dict[str, Any] = {}
    for path, answer in work.given.items():
        if path[0] in MandateVersion.model_fields and path[0] != "sources":
            put_at(value, path, answer)
        elif path[0] != "name":
            work.filled.pop(".".join(map(str, path)), None)
            _say_if_another(mandate, path, answer)
    work.given["holders",] = mandate.holders
    body = _body(work.foreign, work.given, work.settings)
    data = (work.settings.root / work.settings.mandates / id / f"{latest.id}.yml").read_bytes()
    earlier = read_yaml(data, "").value
    kept = carried(body.sections, earlier, work.language, start)
    body.rename(kept.renamed)
    title = work.given.get(("name", work.language)) or mandate.name.best(work.language)[0]
    named = {"name": {work.language: title}, "issued_by": mandate.issued_by}
    value |= {
        "id": start,
        "authoritative_language": work.language,
        "title": {work.language: title},
        "in_force": {**value.get("in_force", {}), "from": start},
        "status": value.get("status", "draft"),
        "sections": kept.sections,
        "sources": [_source(named, work.language, register)],
    }
    value |= {"owner": latest.owner} if latest.owner else {}
    value |= {"tombstones": kept.tombstones} if kept.tombstones else {}
    files = version_file(id, value, work.settings)
    return with_modelines_as_used(files, register, work.settings), body


def _say_if_another(mandate: Mandate, path: Place, answer: Any) -> None:
    """A note where the document says something else of the mandate than the register does."""
    name = str(path[0])
    known = getattr(mandate, name, None)
    if len(path) == 1 and known is not None and str(known) != str(answer):
        shown = known if isinstance(known, list) else [known]
        click.echo(
            f"note: {name} is {_shown(answer)} in the document, "
            f"{', '.join(map(str, shown))} in the mandate, which stays as it is",
            err=True,
        )


def _document(file: Path) -> Any:
    from remit.importing.reading import read_foreign
    from remit.load.document_facts import NotReadable

    try:
        return read_foreign(file)
    except NotReadable as problem:
        click.echo(f"{file}: {problem}\nnothing was written", err=True)
        sys.exit(1)


def _language(options: DocumentOptions, document: Any, settings: Settings) -> str:
    from remit.cli.new import known_language
    from remit.importing.mandate import language_of_document

    if options.language:
        return known_language(options.language, settings)
    told = language_of_document(document)
    if told is None or told not in settings.languages:
        seems = f'seems to be "{told}"' if told else "could not be told"
        known = ", ".join(settings.languages)
        raise click.UsageError(
            f"the document's language {seems}; give the register's own for it with "
            f"--language: {known}"
        )
    return told


# --- fields ----------------------------------------------------------------------------------


def _fill(
    given: dict[Place, Any], foreign: ForeignMandate, filled: dict[str, tuple[str, str]]
) -> None:
    """Adds what the document says to what the options say, which has its way."""
    for path, value in foreign.found().items():
        if path in given:
            continue
        given[path] = value
        name = ".".join(map(str, path))
        if name in foreign.head.guessed:
            filled[name] = (_shown(value), foreign.head.guessed[name])
    defaults: dict[Place, tuple[str, str]] = {
        ("document_kind",): ("mandate", "the document does not say what it is"),
    }
    if ("approval", "date") in given:
        defaults["approval", "change"] = ("new", "it is the first version here")
    for path, (text, why) in defaults.items():
        if path not in given:
            given[path] = text
            filled[".".join(map(str, path))] = (text, why)


def _body(foreign: ForeignMandate, given: dict[Place, Any], settings: Settings) -> Body:
    from remit.importing.mandate import body
    from remit.model.values import When

    start = str(given.get(("in_force", "from")) or settings.today.isoformat())
    holders = [str(one) for one in given.get(("holders",), [])]
    made = body(foreign, When.parse(start), holders, settings.languages)
    if not made.sections:
        raise click.UsageError("the document has no text that could be a section")
    return made


def _summarise(
    given: dict[Place, Any], body: Body, language: str, filled: dict[str, tuple[str, str]]
) -> None:
    from remit.importing.mandate import summary_of

    summary = summary_of(body, language)
    if ("summary", language) not in given and summary:
        given["summary", language] = summary
        filled[f"summary.{language}"] = (summary, "a sentence of the document; write your own")


def _source(value: dict[str, Any], language: str, register: Register) -> dict[str, Any]:
    """The file as the source: its id and title, and the body that issues it as its publisher."""
    from remit.model.records import Organisation

    title = value["name"][language]
    number = value.get("document_id", "")
    issuer = register.get(Organisation, value["issued_by"][0])
    publisher = issuer.names[-1].name.best(language)[0] if issuer else value["issued_by"][0]
    words = title if number in title else f"{number} {title}"
    return {"title": words, "publisher": publisher, "language": language}


def _say_what_is_there_already(foreign: ForeignMandate, register: Register) -> None:
    from remit.model.records import Mandate

    number = foreign.head.fields.get("document_id")
    for mandate in register.all(Mandate):
        if (number and mandate.document_id == number) or foreign.title in mandate.name.values():
            click.echo(
                f'note: the register has a mandate "{mandate.id}" of this id or name; '
                f"--version-of {mandate.id} makes the document a version of it",
                err=True,
            )


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


# --- files -----------------------------------------------------------------------------------


def _finish(
    files: dict[str, bytes],
    report: Report,
    options: DocumentOptions,
    before: Checked,
    settings: Settings,
) -> None:
    """Shows the report; writes when no error would come of it, all files or none."""
    from remit.build import found_with
    from remit.cli.arguments import CONTENT
    from remit.diagnostics import as_text, has_errors
    from remit.importing.report import as_json, as_lines, as_markdown
    from remit.write.files import write_file

    for line in as_lines(report):
        click.echo(line)
    found = found_with(settings, files, before)
    if options.report:
        form = as_json if options.report.suffix == ".json" else as_markdown
        write_file(options.report, form(report).encode())
        click.echo(f"wrote {options.report}")
    if has_errors(found):
        errors = [one for one in found if one.is_error]
        click.echo(f"{as_text(errors)}\nnothing was written", err=True)
        sys.exit(CONTENT)
    if options.dry_run:
        for name, data in files.items():
            click.echo(f"\n--- {name} (not written)\n{data.decode()}", nl=False)
        return
    for name in _written(files, settings.root):
        click.echo(f"wrote {name}")
    if found:
        click.echo(f"\nStill to do:\n{as_text(found)}")


def _written(files: dict[str, bytes], root: Path) -> Iterator[str]:
    """Writes all files, or none: an error takes back those that are there already."""
    from remit.write.files import write_file

    taken = [name for name in files if (root / name).exists()]
    if taken:
        raise click.UsageError(f"{taken[0]} is there already; nothing was written")
    made: list[Path] = []
    try:
        for name, data in files.items():
            write_file(root / name, data)
            made.append(root / name)
    except OSError:
        for path in made:
            path.unlink()
        raise
    yield from files
