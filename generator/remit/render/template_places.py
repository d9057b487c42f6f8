"""Where in its file a tag, a name or a fault of a template stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

import jinja2
from markupsafe import escape

from remit.diagnostics import Diagnostic, Location
from remit.model.templates import Template, Templates
from remit.render.template_language import AT

JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.S)
NAMES_HELP = "the names and what they hold are in docs/handbook/kinds-of-document.md"
SYNTAX_HELP = "what a template can do is in docs/handbook/kinds-of-document.md"


def with_places(template: Template, name: str) -> str:
    """The template's text with the place of each of its tags in it, on the lines of its file."""
    text, parts, end = template.body, [], 0
    for start, stop in _outside_jinja(text):
        parts.append(text[end:start])
        for match in re.finditer(r"<[A-Za-z][\w:-]*", text[start:stop]):
            at = start + match.start()
            line, column = line_column(template, at)
            end_of_name = start + match.end()
            parts.append(text[max(end, start) : end_of_name])
            parts.append(f' {AT}="{escape(name)}:{line}:{column}"')
            end = end_of_name
        parts.append(text[max(end, start) : stop])
        end = stop
    parts.append(text[end:])
    return "\n" * (template.body_line - 1) + "".join(parts)


def _outside_jinja(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of the stretches that are no template code."""
    at = 0
    for match in JINJA.finditer(text):
        yield at, match.start()
        at = match.end()
    yield at, len(text)


def line_column(template: Template, at: int) -> tuple[int, int]:
    before = template.body[:at]
    return template.body_line + before.count("\n"), len(before) - before.rfind("\n")


def place_at(templates: Templates, template: Template, at: str) -> Location:
    """`at` is `name:line:column`, or nothing when no place is known."""
    name, _, rest = at.partition(":")
    line, _, column = rest.partition(":")
    found = templates.file(f"{name}.html")
    if found is None:
        return Location(template.path, template.body_line)
    return Location(found.path, int(line), int(column))


def line_of(template: Template, line: int, message: str) -> Location:
    """The place of the last word that the message quotes in that line, else the line's text."""
    lines = ("\n" * (template.body_line - 1) + template.body).split("\n")
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    for word in reversed(re.findall(r"'([^']+)'", message)):
        found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)
        if found:
            return Location(template.path, line, found.start() + 1)
    return Location(template.path, line, len(text) - len(text.lstrip()) + 1)


def syntax_fault(template: Template, error: jinja2.TemplateSyntaxError) -> Diagnostic:
    message = str(error.message).rstrip(".")
    message = message[:1].lower() + message[1:]
    place = line_of(template, error.lineno, str(error.message))
    return Diagnostic(place, "template-syntax", message, SYNTAX_HELP)


def no_template(name: str, templates: Templates) -> tuple[str, str]:
    return f'there is no template "{name}"', f"there are: {', '.join(templates.files)}"
