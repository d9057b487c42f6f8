"""`remit init`: a new register for an organisation, whole and checked before it is written."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import click

from remit import __version__
from remit.build.editing import begin_register
from remit.cli.arguments import USE
from remit.cli.init_answers import (
    CHOICES,
    DEFAULTS,
    MEANINGS,
    NO_FORGE,
    PLACEHOLDER,
    asked,
    filled,
    given_by,
    option_of,
)
from remit.cli.schema import FOLDER
from remit.model.new_register import Fault, NewRegister, faults
from remit.write.files import staged_files, swapped_in
from remit.write.new_register import countries, drawing_faults, fill_in
from remit.write.new_repository import begin_repository

MOST_DRAWING = 1024 * 1024


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--languages", metavar="CODE,CODE", help=MEANINGS["languages"])
@click.option("--site-name", multiple=True, metavar="CODE=TEXT", help=MEANINGS["site_name"])
@click.option("--site-url", metavar="ADDRESS", help=MEANINGS["site_url"])
@click.option("--organisation", multiple=True, metavar="CODE=TEXT", help=MEANINGS["organisation"])
@click.option("--short", metavar="TEXT", help="Its short form, such as IMDi.")
@click.option(
    "--organisation-kind",
    type=click.Choice(CHOICES["organisation_kind"]),
    metavar="KIND",
    help=f"{MEANINGS['organisation_kind']} Default: {DEFAULTS['organisation_kind']}.",
)
@click.option("--country", metavar="CODE", help="Its country, by two letters, such as NO.")
@click.option("--email", metavar="ADDRESS", help="Where readers write to it.")
@click.option("--web", metavar="ADDRESS", help="Its own web site.")
@click.option(
    "--logo",
    type=click.Path(path_type=Path),
    metavar="FILE.svg",
    help="Its mark, for the letterhead of documents.",
)
@click.option("--logo-alt", multiple=True, metavar="CODE=TEXT", help="What the mark shows.")
@click.option("--ink", metavar="COLOUR", help="Colour of headings in documents, such as #1f2a3c.")
@click.option("--accent", metavar="COLOUR", help="Colour of the rule below the letterhead.")
@click.option("--role", multiple=True, metavar="CODE=TEXT", help=MEANINGS["role"])
@click.option(
    "--role-kind",
    type=click.Choice(CHOICES["role_kind"]),
    help=f"{MEANINGS['role_kind']} Default: {DEFAULTS['role_kind']}.",
)
@click.option(
    "--role-line",
    type=click.Choice(CHOICES["role_line"]),
    help=f"{MEANINGS['role_line']} Default: {DEFAULTS['role_line']}.",
)
@click.option("--mandate", multiple=True, metavar="CODE=TEXT", help=MEANINGS["mandate"])
@click.option(
    "--forge",
    type=click.Choice(CHOICES["forge"]),
    help="Where the register is to lie: its workflows are written too. Default: none.",
)
@click.option(
    "--team", metavar="@NAME", help="Who approves changes there, such as @example/editors."
)
@click.option(
    "--program",
    metavar="REQUIREMENT",
    default=f"remit=={__version__}",
    show_default=True,
    help="Which Remit the register uses, as a requirements file says it.",
)
@click.option("--git", "with_git", is_flag=True, help="Make a git repository of it too.")
@click.option(
    "--ask/--no-ask",
    "asks",
    default=None,
    help="Ask for what is missing. Default: when there is someone to ask.",
)
def init(
    folder: Path, asks: bool | None, logo: Path | None, with_git: bool, **options: Any
) -> None:
    """Begin a register of your own in the new folder DIR: complete, and checked beforehand.

    \b
    remit init mandates       asks for all it needs
    remit init mandates --languages nb,en --country NO \\
        --site-name "nb=Hvem gjør hva" --site-name "en=Who does what" \\
        --organisation nb=Eksempeletaten --organisation "en=The Example Agency" \\
        --role nb=Rådgiverne --role "en=The advisers" \\
        --mandate "nb=Mandat for rådgiverne" --mandate "en=Mandate of the advisers"

    Names are given in every language. Texts that only the organisation can write are drafts that
    say so; they are listed at the end. Nothing is written when something is wrong.
    """
    _refuse_full(folder)
    given = given_by(options)
    if logo is not None:
        given["logo"] = _drawing(logo)
    asks = sys.stdin.isatty() if asks is None else asks
    answers = asked(given) if asks else filled(given)
    wrong = faults(answers, countries())
    if wrong:
        _refuse(_line(one) for one in wrong)
    if answers.forge == NO_FORGE:
        answers = replace(answers, forge="", team="")
    begun = begin_register(answers, folder.absolute(), FOLDER)
    if begun.found:
        _refuse(
            f"{_option_of(one.location.path, answers)}: {one.message}"
            + (f"\n  help: {one.help}" if one.help else "")
            for one in begun.found
        )
    with _place(folder) as staging:
        for name, data in begun.files.items():
            target = staging / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        if with_git:
            begin_repository(staging)
    click.echo(f"{folder}/ is made: {len(begun.files)} files, nothing wrong with them\n")
    click.echo("\n".join(_next_steps(folder, answers, begun.files)))


# --- the folder ----------------------------------------------------------------------------


def _refuse_full(folder: Path) -> None:
    """An empty folder will do, and so will a clone of a repository without files."""
    if folder.exists() and not folder.is_dir():
        raise click.UsageError(f"{folder} is a file; name a folder that is not there yet")
    if folder.is_dir() and any(one.name != ".git" for one in folder.iterdir()):
        raise click.UsageError(
            f"the folder {folder} is not empty; name one that is not there yet, or is empty"
        )
    if not folder.absolute().parent.is_dir():
        raise click.UsageError(
            f"there is no folder {folder.absolute().parent} that {folder.name} could be made in"
        )


def _place(folder: Path) -> AbstractContextManager[Path]:
    """Where the files are written before all of them are moved to where they belong."""
    return staged_files(folder) if folder.is_dir() else swapped_in(folder.absolute())


def _drawing(file: Path) -> bytes:
    try:
        with open(file, "rb") as stream:
            data = stream.read(MOST_DRAWING)
    except OSError as error:
        raise click.UsageError(f"--logo: {file} cannot be read: {error.strerror}") from None
    problems = drawing_faults(data, file.name)
    if problems:
        _refuse(f"--logo: {one}" for one in map(_problem, problems))
    return data


def _problem(one: Any) -> str:
    place = f"{one.location.path}:{one.location.line}"
    return f"{place}: {one.message}" + (f"\n  help: {one.help}" if one.help else "")


# --- what is said --------------------------------------------------------------------------


def _line(fault: Fault) -> str:
    return f"{option_of(fault.answer)}: {fault.message}" + (
        f"\n  help: {fault.help}" if fault.help else ""
    )


def _option_of(path: str, answers: NewRegister) -> str:
    """The option from which a file of the register has what is wrong in it."""
    for folder, option in (
        ("content/organisations/", "--organisation"),
        ("content/roles/", "--role"),
        (f"mandates/{answers.mandate_id}/", "--mandate"),
    ):
        if path.startswith(folder):
            return option
    return path


def _refuse(lines: Iterator[str]) -> NoReturn:
    for line in dict.fromkeys(lines):  # one answer may stand in several files
        click.echo(line, err=True)
    click.echo("nothing was written", err=True)
    sys.exit(USE)


def _next_steps(folder: Path, answers: NewRegister, files: Mapping[str, bytes]) -> Iterator[str]:
    """What is left for the organisation, in the order it is best done."""
    mark = fill_in(answers.language)
    unwritten = [name for name, data in files.items() if _is_text(name) and mark.encode() in data]
    yield "Next:"
    yield f"  1. cd {folder} && make site    # the site with its documents, in site/"
    yield "     make test                   # the register tests itself"
    yield f'  2. Write what only you know: search for "{mark}" in'
    yield from (f"       {name}" for name in unwritten)
    yield "  3. Say in pyproject.toml on what terms the content may be used ([tool.remit.rights])"
    if answers.site_url == PLACEHOLDER:
        yield "     and where the site will be read: site_url there and in mkdocs.yml."
    yield f"  4. See that {answers.program} can be installed where you are (requirements.txt)."
    yield "  5. When the site is public: remit release. From then on no address vanishes unnoticed."


def _is_text(name: str) -> bool:
    return name.startswith(("content/", "mandates/"))
