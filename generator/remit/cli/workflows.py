"""`remit workflows`: what the forge runs on proposals, and whom it asks to approve them."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import click

from remit.build.editing import forge_files
from remit.cli.arguments import CONTENT, chosen_of
from remit.model.forges import Forge
from remit.render.workflows import workflow_files
from remit.settings import SETTINGS_FILE, Settings, read_settings
from remit.write.files import write_file


@click.command()
@click.option(
    "--forge",
    "given",
    metavar="NAME[,NAME]",
    help="github, gitlab, forgejo or gitea. Default: those whose workflows are here.",
)
@click.option("--check", is_flag=True, help="Write nothing; fail when something is out of date.")
@click.pass_obj
def workflows(root: Path, given: str | None, check: bool) -> None:
    """Write what a forge needs: workflows for proposals and the site, and CODEOWNERS.

    \b
    remit workflows --forge github
    remit workflows --check

    On each proposal the workflows check the register, make the site and the documents, and report
    what changes. They are safe for proposals from strangers. CODEOWNERS is made of the owners of
    the records when [tool.remit.owners] names the forge's teams. Commit what is written.
    """
    settings = read_settings(root)
    here = _program_here(root)
    files = {}
    for forge in _forges(root, given, settings, here):
        files.update(forge_files(settings, forge, program_here=here))
    stale = [name for name, data in files.items() if _bytes(root / name) != data]
    if check:
        for name in stale:
            click.echo(f"{name} is out of date; run remit workflows", err=True)
        sys.exit(CONTENT if stale else 0)
    for name in stale:
        write_file(root / name, files[name])
        click.echo(f"wrote {name}")
    click.echo(f"{len(files)} files are up to date, {len(stale)} of them written now")


def _forges(root: Path, given: str | None, settings: Settings, here: bool) -> list[Forge]:
    if given is not None:
        return [Forge(name) for name in chosen_of("forge", given, [*Forge])]
    found = [
        forge
        for forge in Forge
        if any(
            (root / name).exists()
            for name in workflow_files(forge, settings, program_here=here)
            if not name.startswith(".remit/")
        )
    ]
    if not found:
        raise click.UsageError(
            "there are no workflows here yet; name the forge: remit workflows --forge github "
            "(or gitlab, forgejo, gitea)"
        )
    return found


def _program_here(root: Path) -> bool:
    """Whether this repository holds Remit itself beside a register."""
    document = tomllib.loads((root / SETTINGS_FILE).read_text("utf-8-sig"))
    project = document.get("project")
    return isinstance(project, dict) and project.get("name") == "remit"


def _bytes(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None
