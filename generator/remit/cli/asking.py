"""Questions on a terminal, each with what it means; a wrong answer is explained and asked again."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import click

from remit.model.drafts import Holds, Question
from remit.model.records import BY_KIND
from remit.model.register import Register


def ask(question: Question, register: Register, day: date) -> Any:
    """The answer as a file holds it; None when it is skipped."""
    click.echo(f"\n{question.meaning}")
    label = ".".join(str(step) for step in question.path if step != 0)
    kind = form_of(question)
    hints = [kind] if kind else []
    if question.holds.form == "id":
        hints.append("? lists them")
    if not question.required:
        hints.append("Enter to skip")
    hint = f" ({'; '.join(hints)})" if hints else ""

    def read(words: str) -> Any:
        if not words.strip() and not question.required:
            return None
        if words.strip() == "?" and question.holds.form == "id":
            raise click.UsageError(_listed(question.holds, register, day))
        try:
            return known_answer(question.holds, words, register)
        except ValueError as error:
            raise click.UsageError(str(error)) from None

    return prompt(f"{label}{hint}", read, question.default if question.required else None)


def ask_id(suggested: str, taken: Callable[[str], str]) -> str:
    """The id, with one made of the name to take over. `taken` says what is wrong with one."""
    click.echo("\nThe file's name without its ending, which never changes: a–z, digits, hyphens.")

    def read(words: str) -> str:
        wrong = taken(words.strip())
        if wrong:
            raise click.UsageError(wrong)
        return words.strip()

    return str(prompt("id", read, suggested))


def prompt(label: str, read: Callable[[str], Any], default: str | None) -> Any:
    """What `read` makes of the line typed; its UsageError is said, and it is asked again."""
    while True:
        shown = f" [{default}]" if default else ""
        click.echo(f"{label}{shown}: ", nl=False)
        line = sys.stdin.readline()
        if not line:
            raise click.Abort
        try:
            return read(line.strip() or default or "")
        except click.UsageError as error:
            click.echo(f"  {error.message}")


def known_answer(holds: Holds, words: str, register: Register) -> Any:
    """The value for an answer whose ids exist. Raises ValueError with what is wrong."""
    answer = holds.read(words)
    if answer in ("", []):
        raise ValueError("something must stand here")
    for id in answer if holds.many else [answer]:
        if holds.form == "id" and register.resolve(id, holds.kinds) is None:
            near = register.nearest(id, holds.kinds)
            hint = f"; did you mean {near}?" if near else ""
            raise ValueError(f'there is no {_kinds(holds)} "{id}"{hint}')
    return answer


def form_of(question: Question) -> str:
    """What an answer is to be, in a few words; nothing for a text, or where the meaning says it."""
    holds = question.holds
    several = ["several, divided by commas"] if holds.many else []
    if holds.form == "id":
        return "; ".join([f"id of {_article(_kinds(holds))}", *several])
    if holds.form == "choice":
        told = all(choice in question.meaning for choice in holds.choices)
        return "; ".join([*([] if told else [", ".join(holds.choices)]), *several])
    return _FORMS.get(holds.form, "")


_FORMS = {
    "date": "such as 2019-09-11 or 2019-09",
    "day": "such as 2019-09-11",
    "truth": "yes or no",
    "number": "a whole number",
}


def _listed(holds: Holds, register: Register, day: date) -> str:
    rows = []
    for kind in holds.kinds:
        for record in register.all(BY_KIND[kind]):
            name, _ = record.name_on(day).best(*register.languages)
            rows.append(f"{record.id:40} {name}")
    return "\n  ".join([f"{_kinds(holds)}:", *rows])


def _kinds(holds: Holds) -> str:
    return _or([kind.replace("-", " ") for kind in holds.kinds])


def _or(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _article(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"
