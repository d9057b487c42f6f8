"""What commands share: the register they work on, and what their arguments name in it.

The models are imported where they are asked for: a check that finds nothing changed needs none.
"""

from __future__ import annotations

import atexit
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from typing import TYPE_CHECKING, NoReturn, TypeVar

import click

from remit.diagnostics import as_text
from remit.settings import Settings

if TYPE_CHECKING:
    from remit.build import Checked
    from remit.load.kept_findings import RegisterSeen
    from remit.model.records import Assignment, MandateVersion, Role
    from remit.model.register import Register
    from remit.model.shards import Shard
    from remit.model.templates import Subject, Template

C = TypeVar("C", bound=str)

OK, CONTENT, USE, BUG, STOPPED = 0, 1, 2, 3, 130
"""Exit codes: fine, problems in the content, wrong use, a bug in remit, stopped by Ctrl+C."""
COMPRESS = (
    "Write compressed copies (.br, .gz) beside the files, for hosts that send them as they are. "
    "Needs remit[compress]."
)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def checked_register(settings: Settings, strict: bool, seen: RegisterSeen | None = None) -> Checked:
    """The register, or exit 1 with all its problems. `seen`: its files as they are."""
    from remit.build import load_and_check_apart

    checked = load_and_check_apart(settings, seen)
    if checked.fails(strict=strict):
        click.echo(as_text(checked.found), err=True)
        sys.exit(CONTENT)
    return checked


def day_of(given: str, example: str = "2018-06-19") -> date:
    """Raises UsageError for what is no day of the calendar."""
    try:
        if DAY.fullmatch(given):
            return date.fromisoformat(given)
    except ValueError:
        pass
    raise click.UsageError(f'"{given}" is no date; write it as {example}')


def chosen_of(name: str, given: str | None, known: Sequence[C]) -> list[C]:
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


def shard_of(given: str) -> Shard:
    """Raises UsageError for what names no share."""
    from remit.model.shards import MOST_SHARDS, shard_named

    shard = shard_named(given)
    if shard is None:
        raise click.UsageError(
            f'"{given}" names no share; write 2/4 for the second of four (at most {MOST_SHARDS})'
        )
    return shard


def require_compression() -> None:
    """Raises ToolMissing when no compressed copies can be written."""
    from remit.write.compressed import require_brotli

    require_brotli()


def require_one_way(shard: Shard | None, scheduler: str | None) -> None:
    """Raises UsageError for work that is to be divided in two ways at once."""
    if shard and scheduler:
        raise click.UsageError("--shard makes one share here, --on makes all of them; name one")


def known_kind(register: Register, kind: str) -> Template:
    """The template of a kind of document. Raises UsageError for one that is not known."""
    template = register.templates.kinds.get(kind)
    if template is None:
        known = ", ".join(f"{id} (of: {one.of})" for id, one in register.templates.kinds.items())
        raise click.UsageError(f'there is no kind of document "{kind}"; there are: {known}')
    return template


def addresses_named(
    register: Register, subject: Subject, wanted: tuple[str, ...], settings: Settings
) -> list[str]:
    """The addresses of what documents are made of, as named by the arguments; all there is when
    none is named. Empty stands for the whole register.
    """
    from remit.model.records import Assignment, Role, address_of
    from remit.model.templates import Subject

    if not wanted:
        return register.made_of(subject)
    if subject is Subject.MANDATE:
        return [address_of(one) for one in versions_named(register, wanted, settings)]
    if subject is Subject.REGISTER:
        raise click.UsageError("the whole register is one document: leave the names out")
    cls = Role if subject is Subject.ROLE else Assignment
    return [address_of(_known(register, cls, id)) for id in dict.fromkeys(wanted)]


def _known(register: Register, cls: type[Role] | type[Assignment], id: str) -> Role | Assignment:
    record = register.get(cls, id.removeprefix(f"{cls.FOLDER}/"))
    if record is None:
        near = register.nearest(id, (cls.KIND,))
        hint = f"; did you mean {near}?" if near else ""
        raise click.UsageError(f'there is no {cls.KIND} "{id}"{hint}')
    return record


def versions_named(
    register: Register, wanted: tuple[str, ...], settings: Settings
) -> list[MandateVersion]:
    """The versions named by MANDATE or MANDATE@DATE."""
    from remit.model.records import address_of

    found: dict[str, MandateVersion] = {}
    for name in dict.fromkeys(wanted):
        id, _, day = name.partition("@")
        known_mandate(register, id)
        if day:
            version = version_on(register, id, day)
        else:
            shown = register.as_of(settings.today).shown_version(id)
            version = shown or none_on(register, id, settings.today)
        found[address_of(version)] = version
    return [*found.values()]


def known_mandate(register: Register, id: str) -> None:
    from remit.model.records import Mandate

    if register.get(Mandate, id) is None:
        near = register.nearest(id, ("mandate",))
        hint = f"; did you mean {near}?" if near else ""
        raise click.UsageError(f'there is no mandate "{id}"{hint}')


def version_on(register: Register, id: str, day: str) -> MandateVersion:
    when = day_of(day)
    return register.as_of(when).version(id) or none_on(register, id, when)


def none_on(register: Register, id: str, when: date) -> NoReturn:
    raise click.UsageError(
        f'no version of "{id}" is in force on {when}; '
        f"its versions are in force: {spans(register, id)}"
    )


def spans(register: Register, id: str) -> str:
    return "; ".join(
        f"{one.in_force.from_ or 'the beginning'} to {one.in_force.to or 'now'}"
        for one in register.versions(id)
    )


def leave(code: int) -> NoReturn:
    """Ends the program at once: taking a large register apart in memory serves no one."""
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


@contextmanager
def progress(length: int, label: str, *, resumes: bool = True) -> Iterator[Callable[[], None]]:
    """A bar on a terminal; nothing in a pipe. Says how far the work came when it is stopped, if it
    goes on from there."""
    ready = 0

    def count() -> None:
        nonlocal ready
        ready += 1
        if bar is not None:
            bar.update(1)

    with ExitStack() as stack:
        bar = None
        if length and sys.stderr.isatty():
            bar = click.progressbar(length=length, label=label, file=sys.stderr)
            stack.enter_context(bar)
        try:
            yield count
        except KeyboardInterrupt:
            stack.close()
            kept = f"{ready} of {length} {label} are ready; the same command goes on from there"
            click.echo(f"stopped: {kept}" if length and resumes else "stopped", err=True)
            sys.exit(STOPPED)
