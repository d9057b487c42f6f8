"""The command line: arguments → build → exit code. The only module that prints.

Exit codes: 0 fine, 1 problems in the content, 2 wrong use, 3 a bug in remit.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

import click

from remit import __version__
from remit.build import (
    Checked,
    DoesNotLoad,
    compare_revisions,
    count_documents,
    export_comparison,
    export_documents,
    load_and_check,
    load_whole,
    write_release,
)
from remit.diagnostics import FORMATS, as_text, count_line
from remit.load.revision import RevisionError
from remit.model.records import Mandate, MandateVersion
from remit.model.register import Register
from remit.settings import Settings, SettingsError, read_settings
from remit.write.files import CannotWrite, replaced_folder
from remit.write.pandoc_tool import ConversionFailed, ToolMissing

if TYPE_CHECKING:
    from remit.render.comparison_outline import Line

C = TypeVar("C", bound=str)

OK, CONTENT, USE, BUG = 0, 1, 2, 3
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 fine, 1 problems in the content, 2 wrong use, 3 a bug in remit.",
)
@click.version_option(__version__, prog_name="remit")
@click.option(
    "--register",
    "root",
    default=".",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="The register's top folder, where pyproject.toml lies. Default: this folder.",
)
@click.pass_context
def remit(context: click.Context, root: Path) -> None:
    """Who does what, from one source.

    Remit reads mandates, roles and networks from small YAML files, checks them, and makes a
    guidance site and formal documents of them.
    """
    context.obj = root


@remit.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(sorted(FORMATS)),
    default="text",
    show_default=True,
    help="github and gitlab are for their CI: findings show beside the changed lines.",
)
@click.option("--strict", is_flag=True, help="Warnings fail too.")
@click.option(
    "--as-of",
    "day",
    metavar="DATE",
    help="Check as on that date: which reviews and contact checks are overdue then.",
)
@click.pass_obj
def check(root: Path, form: str, strict: bool, day: str | None) -> None:
    """Find everything that is wrong in the register, all at once.

    Every finding has its place (file, line, column), says what is wrong and, after "help:", what
    to do. Nothing is changed.
    """
    settings = read_settings(root)
    if day is not None:
        settings = replace(settings, today=_day(day))
    checked = load_and_check(settings)
    click.echo(FORMATS[form](checked.found))
    _leave(CONTENT if checked.fails(strict=strict) else OK)


def _day(given: str, example: str = "2018-06-19") -> date:
    """Raises UsageError for what is no day of the calendar."""
    try:
        if DAY.fullmatch(given):
            return date.fromisoformat(given)
    except ValueError:
        pass
    raise click.UsageError(f'"{given}" is no date; write it as {example}')


def _leave(code: int) -> None:
    """Ends the program at once: taking a large register apart in memory serves no one."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


@remit.command()
@click.option(
    "--to",
    "site",
    default="site",
    show_default=True,
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Where the site goes. The earlier one is replaced only when all went well.",
)
@click.option("--strict", is_flag=True, help="Warnings fail too.")
@click.option("--no-documents", is_flag=True, help="Leave out DOCX, ODT and PDF.")
@click.option("--no-search", is_flag=True, help="Leave out the search index.")
@click.pass_obj
def build(root: Path, site: Path, strict: bool, no_documents: bool, no_search: bool) -> None:
    """Make the site, with every mandate's documents, in all languages."""
    settings = read_settings(root)
    checked = _checked(settings, strict)
    from remit.mkdocs_plugin import build_site

    with replaced_folder(root / site) as staging:
        count = 0 if no_documents else count_documents(checked.register, settings)
        with _progress(count, "documents") as done:
            build_site(
                root,
                staging,
                settings,
                checked,
                documents=not no_documents,
                search=not no_search,
                done=done,
            )
    click.echo(f"{site}/ is made: {_summary(checked)}", err=True)


@remit.command()
@click.option(
    "--address",
    default="127.0.0.1:8000",
    show_default=True,
    metavar="HOST:PORT",
    help="Where to serve.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open the browser too.")
@click.pass_obj
def serve(root: Path, address: str, open_browser: bool) -> None:
    """Show the site while you write: a saved change shows in the browser.

    Search is left out here; documents are made as in the real site. Stop with Ctrl+C.
    """
    settings = read_settings(root)
    _checked(settings, strict=False)
    from remit.mkdocs_plugin import serve_site

    serve_site(root, address, open_browser=open_browser)


@remit.command()
@click.pass_obj
def release(root: Path) -> None:
    """Keep the addresses of what is published now: none may vanish unnoticed from here on.

    Writes released.txt, to be committed with the release. From then on, remit check fails when a
    page, section or block listed there is gone and no redirect or tombstone answers for it. Prints
    what is new (+) and gone (-) since the release before.
    """
    settings = read_settings(root)
    made = write_release(_checked(settings, strict=False).register, settings)
    if made.earlier:
        for sign, addresses in (("+", made.new), ("-", made.gone)):
            for address in addresses:
                click.echo(f"{sign} {address}")
        since = f" since the release of {made.earlier.day}" if made.earlier.day else ""
        rest = f", {len(made.new)} new and {len(made.gone)} gone{since}"
    else:
        rest = ", the first release"
    click.echo(f"{settings.released}: {made.count} addresses{rest}", err=True)


@remit.command()
@click.argument("mandates", nargs=-1, metavar="[MANDATE[@DATE]]...")
@click.option(
    "--format",
    "formats",
    default="docx,odt,pdf",
    show_default=True,
    metavar="LIST",
    help="Any of docx, odt, pdf, with commas between.",
)
@click.option(
    "--language",
    "languages",
    metavar="LIST",
    help="Languages, with commas between. Default: all of the register's.",
)
@click.option(
    "--to",
    "folder",
    default="build/documents",
    show_default=True,
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Where the files go.",
)
@click.option(
    "--compare",
    "days",
    nargs=2,
    metavar="DATE DATE",
    help="What changed in one mandate from one day to another, marked to be taken or refused.",
)
@click.pass_obj
def export(
    root: Path,
    mandates: tuple[str, ...],
    formats: str,
    languages: str | None,
    folder: Path,
    days: tuple[str, str] | None,
) -> None:
    """Make formal documents of mandates, to sign, send for hearing or archive.

    \b
    remit export                                  every version of every mandate
    remit export competence-team                  the version in force today
    remit export competence-team@2018-06-19       the version in force on that day
    remit export --format pdf --language nb       one format, one language
    remit export competence-team --compare 2013-04-09 2018-06-19
                                                  tracked changes between two versions
    """
    settings = read_settings(root)
    checked = _checked(settings, strict=False)
    from remit.write.documents import FORMATS as DOCUMENT_FORMATS

    chosen = _choice("format", formats, DOCUMENT_FORMATS)
    spoken = _choice("language", languages, settings.languages)
    register = checked.register
    pair = _compared(register, mandates, days) if days else None
    versions = [] if pair else _versions(register, mandates, settings)
    files = (1 if pair else len(versions)) * len(chosen) * len(spoken)
    with _progress(files, "documents") as done:
        if pair:
            export_comparison(register, settings, pair, spoken, chosen, root / folder, done)
        else:
            export_documents(register, settings, versions, spoken, chosen, root / folder, done)
    click.echo(f"{files} file{'' if files == 1 else 's'} in {folder}/", err=True)


@remit.command()
@click.argument("states", nargs=-1, metavar="MANDATE@DATE MANDATE@DATE | REVISION[..REVISION]")
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "markdown", "json")),
    default="text",
    show_default=True,
    help="markdown is for a comment on a pull request.",
)
@click.option(
    "--language",
    metavar="CODE",
    help="Language of the register's texts. Default: the register's first.",
)
@click.pass_obj
def diff(root: Path, states: tuple[str, ...], form: str, language: str | None) -> None:
    """Tell what changed: between two versions of a mandate, or in the whole register.

    \b
    remit diff competence-team@2013-04-09 competence-team@2018-06-19
    remit diff main                               since main, to the files as they are now
    remit diff v1.0..v1.1                         from one git revision to another

    Parts are followed by their ids, so what only moved is not shown as new. Nothing is changed,
    in the register or in git, and the exit code is 0 whether or not anything differs.
    """
    settings = read_settings(root)
    spoken = _choice("language", language, settings.languages)
    if language and len(spoken) > 1:
        raise click.UsageError("--language takes one language here")
    if len(states) == 2:
        told = _version_diff(settings, states[0], states[1], spoken[0], form)
    elif len(states) == 1:
        told = _register_diff(settings, states[0], spoken[0], form)
    else:
        raise click.UsageError(
            "name two versions of a mandate (remit diff ID@DATE ID@DATE), "
            "or one git revision or two (remit diff main, remit diff v1.0..v1.1)"
        )
    click.echo(told.rstrip("\n"))


def _version_diff(settings: Settings, old: str, new: str, language: str, form: str) -> str:
    from remit.model.comparison import compare_versions
    from remit.render.comparison_json import versions_as_json
    from remit.render.comparison_outline import outline_of_versions
    from remit.render.view import View

    register = load_whole(settings)
    if "@" not in old and "@" not in new and not register.get(Mandate, old):
        raise click.UsageError(
            f'"{old}" and "{new}" name no versions: write ID@DATE ID@DATE; '
            f"to compare two git revisions write {old}..{new}"
        )
    before, after = (  # a version's own day names it, though it be a draft
        register.get(MandateVersion, name) or _versions(register, (name,), settings)[0]
        for name in (old, new)
    )
    if before.mandate != after.mandate:
        raise click.UsageError(
            f"{before.mandate} and {after.mandate} are two mandates; "
            "what is compared is two versions of one"
        )
    found = compare_versions(before, after)
    if form == "json":
        return versions_as_json(found)
    view = View(register, settings, language, settings.today)
    return _told(outline_of_versions(view, found), form)


def _register_diff(settings: Settings, states: str, language: str, form: str) -> str:
    from remit.render.comparison_json import registers_as_json
    from remit.render.comparison_outline import outline_of_registers
    from remit.render.view import View

    old, dots, new = states.partition("..")
    if new.startswith(".") or (dots and not (old and new)):
        raise click.UsageError(f'write two git revisions with two dots between, not "{states}"')
    if re.fullmatch(r"[a-z0-9-]+@\d{4}-\d\d-\d\d", states):
        raise click.UsageError(f"name the version to compare with too: remit diff {states} ID@DATE")
    found = compare_revisions(settings, old, new)
    if form == "json":
        return registers_as_json(found, old, new)
    view = View(found.new, settings, language, settings.today)
    return _told(outline_of_registers(view, found, old, new or "the files as they are now"), form)


def _told(outline: Iterator[Line], form: str) -> str:
    from remit.render.comparison_text import as_markdown, as_text

    if form == "markdown":
        return as_markdown(outline)
    return as_text(outline, colour=sys.stdout.isatty() and not os.environ.get("NO_COLOR"))


def _checked(settings: Settings, strict: bool) -> Checked:
    """The register, or exit 1 with all its problems."""
    checked = load_and_check(settings)
    if checked.fails(strict=strict):
        click.echo(as_text(checked.found), err=True)
        sys.exit(CONTENT)
    return checked


def _choice(name: str, given: str | None, known: Sequence[C]) -> list[C]:
    """The wanted ones, in the known order. Raises UsageError for one that is not known."""
    if given is None:
        return list(known)
    wanted = [part.strip().lower() for part in given.split(",") if part.strip()]
    for part in wanted:
        if part not in known:
            raise click.UsageError(f'no {name} "{part}"; there are {", ".join(known)}')
    if not wanted:
        raise click.UsageError(f"--{name} names nothing; there are {', '.join(known)}")
    return [one for one in known if one in wanted]


def _versions(
    register: Register, wanted: tuple[str, ...], settings: Settings
) -> list[MandateVersion]:
    """The versions named by MANDATE or MANDATE@DATE; all when none is named."""
    if not wanted:
        return register.all(MandateVersion)
    found = []
    for name in dict.fromkeys(wanted):
        id, _, day = name.partition("@")
        _known_mandate(register, id)
        if day:
            version = _version_on(register, id, day)
        else:
            shown = register.as_of(settings.today).shown_version(id)
            version = shown or _none_on(register, id, settings.today)
        if version not in found:
            found.append(version)
    return found


def _compared(
    register: Register, wanted: tuple[str, ...], days: tuple[str, str]
) -> tuple[MandateVersion, MandateVersion]:
    """The versions of one mandate on the two days, in the order given.

    A version's own day names it, though it be a draft; any other day, the version in force.
    """
    example = "remit export competence-team --compare 2013-04-09 2018-06-19"
    if len(wanted) != 1:
        raise click.UsageError(f"--compare is for one mandate; write {example}")
    if "@" in wanted[0]:
        raise click.UsageError(f"--compare takes its dates after it; write {example}")
    _known_mandate(register, wanted[0])
    old, new = (
        register.get(MandateVersion, f"{wanted[0]}@{day}") or _version_on(register, wanted[0], day)
        for day in days
    )
    if old is new:
        raise click.UsageError(
            f'both days fall in one version of "{wanted[0]}", so nothing changed; '
            f"its versions are in force: {_spans(register, wanted[0])}"
        )
    return old, new


def _known_mandate(register: Register, id: str) -> None:
    if register.get(Mandate, id) is None:
        near = register.nearest(id, ("mandate",))
        hint = f"; did you mean {near}?" if near else ""
        raise click.UsageError(f'there is no mandate "{id}"{hint}')


def _version_on(register: Register, id: str, day: str) -> MandateVersion:
    when = _day(day)
    return register.as_of(when).version(id) or _none_on(register, id, when)


def _none_on(register: Register, id: str, when: date) -> NoReturn:
    raise click.UsageError(
        f'no version of "{id}" is in force on {when}; '
        f"its versions are in force: {_spans(register, id)}"
    )


def _spans(register: Register, id: str) -> str:
    return "; ".join(
        f"{one.in_force.from_ or 'the beginning'} to {one.in_force.to or 'now'}"
        for one in register.versions(id)
    )


def _summary(checked: Checked) -> str:
    records = len(checked.register.records)
    warnings = len(checked.found)
    rest = f", {count_line(checked.found)} (remit check tells)" if warnings else ""
    return f"{records} records{rest}"


@contextmanager
def _progress(length: int, label: str) -> Iterator[Callable[[], None]]:
    """A bar on a terminal; nothing in a pipe."""
    if not length or not sys.stderr.isatty():
        yield lambda: None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        yield lambda: bar.update(1)


def main() -> None:
    """The entry point: no traceback reaches a user."""
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    if not os.environ.get("SOURCE_DATE_EPOCH", "").strip():
        os.environ.pop("SOURCE_DATE_EPOCH", None)  # MkDocs stumbles over an empty one
    try:
        remit.main(standalone_mode=False)
    except SettingsError as error:
        click.echo(as_text([error.diagnostic]), err=True)
        sys.exit(USE)
    except DoesNotLoad as error:
        where = f"at {error.state} the register" if error.state else "the register"
        click.echo(f"remit: {where} cannot be read:\n{as_text(error.problems)}", err=True)
        sys.exit(CONTENT)
    except BrokenPipeError:
        sys.stderr.close()
    except click.ClickException as error:
        error.show()
        sys.exit(USE)
    except (RevisionError, CannotWrite, ToolMissing, ConversionFailed) as error:
        click.echo(f"remit: {error}", err=True)
        sys.exit(USE)
    except OSError as error:
        click.echo(f"remit: {error.filename or 'a file'}: {error.strerror}", err=True)
        sys.exit(USE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(130)
    except Exception as error:
        if os.environ.get("REMIT_DEBUG"):
            raise
        click.echo(
            f"remit has a bug: {type(error).__name__}: {error}\n"
            "Nothing was written. Please report it, with what REMIT_DEBUG=1 prints.",
            err=True,
        )
        sys.exit(BUG)
