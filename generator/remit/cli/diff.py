"""`remit diff`: what changed, between two versions or in the whole register."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from remit.build import compare_revisions, load_whole
from remit.cli.arguments import chosen_of, versions_named
from remit.model.records import Mandate, MandateVersion
from remit.settings import Settings, read_settings

if TYPE_CHECKING:
    from remit.render.comparison_outline import Line


@click.command()
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
    spoken = chosen_of("language", language, settings.languages)
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
        register.get(MandateVersion, name) or versions_named(register, (name,), settings)[0]
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
