"""Templates of kinds of document: read as Jinja in a closed room, and what is wrong with them.

A template reaches other templates and what it is given, nothing else. What it prints is text, and
only its own tags are markup (`document_markup.py`). Every tag is told its place in its file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import meta, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import escape

from remit.diagnostics import ContentFault, Diagnostic, Location
from remit.model.templates import Template, Templates
from remit.model.values import LocalText, Value
from remit.render.document_markup import (
    AT,
    ELEMENTS,
    MarkupFault,
    Printed,
    attribute_fault,
    tree_of,
    unknown_element,
)
from remit.render.tree import Blocks, Inlines

LONGEST_PRINT = 8_000_000
"""Characters that a template may print: a whole register as one handbook needs far fewer."""
LONGEST_RANGE = 1000
FILTERS = (
    "abs batch capitalize count d default dictsort e escape first float groupby int items join"
    " last length list lower map max min reject rejectattr replace reverse round select"
    " selectattr slice sort string sum title trim unique upper"
).split()
"""The filters that templates have: none that makes text markup."""
_PACKAGE = str(Path(__file__).parent.parent)
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.S)
_TAG = re.compile(r"<([A-Za-z][\w:-]*)([^<>]*)>")
_ODD = re.compile(r"<[!?][^\s>]*|&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9A-Fa-f]+);)\S{0,10}")
_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a template asks for, with those that it is built on."""

    names: frozenset[str]
    words: Mapping[str, LocalText]
    """Their own words by key; the nearest template's count."""


@dataclass(frozen=True)
class Room:
    """The templates of a register, ready to use."""

    templates: Templates
    environment: jinja2.Environment
    _wanted: dict[str, Wanted]

    def wanted(self, template: Template) -> Wanted:
        """Raises ContentFault."""
        if template.id not in self._wanted:
            names: set[str] = set()
            words: dict[str, LocalText] = {}
            for one in reversed(_family(self.templates, template, self.environment)):
                names |= meta.find_undeclared_variables(_parsed(self.environment, one))
                words |= one.words
            self._wanted[template.id] = Wanted(frozenset(names), words)
        return self._wanted[template.id]

    def print(
        self,
        template: Template,
        values: Mapping[str, object],
        pieces: Sequence[Blocks | Inlines],
    ) -> Printed:
        """What the template makes of `values`, which add to `pieces`. Raises ContentFault."""
        try:
            made = self.environment.get_template(f"{template.id}.html")
            parts: list[str] = []
            size = 0
            for part in made.generate(values):
                parts.append(part)
                size += len(part)
                if size > LONGEST_PRINT:
                    raise SecurityError(f"it prints more than {LONGEST_PRINT} characters")
            return tree_of("".join(parts), pieces)
        except MarkupFault as fault:
            place = _place(self.templates, template, fault.at)
            raise ContentFault(
                Diagnostic(place, "template-markup", fault.message, fault.help)
            ) from None
        except jinja2.TemplateSyntaxError as error:
            raise ContentFault(_syntax(template, error)) from None
        except jinja2.TemplateError as error:
            raise ContentFault(_at_run(self.templates, template, error)) from None
        except Exception as error:
            if not _is_of_template(error):
                raise
            raise ContentFault(_at_run(self.templates, template, error)) from None


@lru_cache(maxsize=4)
def room_of(templates: Templates) -> Room:
    """Made once for the same templates."""
    return Room(templates, _environment(templates), {})


class _Closed(ImmutableSandboxedEnvironment):
    """Of a record its fields are there and nothing of what its class can do."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, Value):
            return attr in type(obj).model_fields
        return super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" or not all(isinstance(one, int) for one in (left, right)):
            raise SecurityError(f"only whole numbers can stand beside {operator}")
        return super().call_binop(context, operator, left, right)


def _environment(templates: Templates) -> jinja2.Environment:
    def load(name: str) -> tuple[str, str, None] | None:
        template = templates.file(name)
        if template is None:
            return None
        return _with_places(template, name.removesuffix(".html")), template.path, None

    environment = _Closed(
        loader=jinja2.FunctionLoader(load),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_finalize,
        auto_reload=False,
    )
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    environment.globals = {"range": _range, "namespace": environment.globals["namespace"]}
    return environment


def _range(*bounds: int) -> range:
    found = range(*bounds)
    if len(found) > LONGEST_RANGE:
        raise SecurityError(f"a range has at most {LONGEST_RANGE} numbers")
    return found


@jinja2.pass_context
def _finalize(context: jinja2.runtime.Context, value: object) -> object:
    """Nothing for what is not given; texts, dates and states as the reader's language has them."""
    if value is None:
        return ""
    if isinstance(value, jinja2.Undefined):
        return str(value)
    if type(value) in (str, int) or hasattr(value, "__html__"):
        return value
    show = context.get("show")
    return show(value) if callable(show) else value


def _with_places(template: Template, name: str) -> str:
    """The template's text with the place of each of its tags in it, on the lines of its file."""
    text, parts, end = template.body, [], 0
    for start, stop in _outside_jinja(text):
        parts.append(text[end:start])
        for match in re.finditer(r"<[A-Za-z][\w:-]*", text[start:stop]):
            at = start + match.start()
            line, column = _line_column(template, at)
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
    for match in _JINJA.finditer(text):
        yield at, match.start()
        at = match.end()
    yield at, len(text)


def _line_column(template: Template, at: int) -> tuple[int, int]:
    before = template.body[:at]
    return template.body_line + before.count("\n"), len(before) - before.rfind("\n")


def _place(templates: Templates, template: Template, at: str) -> Location:
    """`at` is `name:line:column`, or nothing when no place is known."""
    name, _, rest = at.partition(":")
    line, _, column = rest.partition(":")
    found = templates.file(f"{name}.html")
    if found is None:
        return Location(template.path, template.body_line)
    return Location(found.path, int(line), int(column))


def _at_run(templates: Templates, template: Template, error: BaseException) -> Diagnostic:
    """What went wrong while a template was at work, at its line."""
    by_path = {
        one.path: one for group in (templates.shipped, templates.own) for one in group.values()
    }
    place = Location(template.path, template.body_line)
    frame = error.__traceback__
    while frame is not None:
        file = by_path.get(frame.tb_frame.f_code.co_filename)
        if file is not None:
            place = _line(file, frame.tb_lineno, str(error))
        frame = frame.tb_next
    if isinstance(error, jinja2.TemplateNotFound):
        return Diagnostic(place, "template-syntax", *_no_template(str(error.name), templates))
    if isinstance(error, jinja2.UndefinedError):
        missing = re.search(r"'(\w+)'[^']*$", str(error))
        message = f'there is nothing called "{missing[1]}" here' if missing else str(error)
        return Diagnostic(place, "template-name", message, NAMES_HELP)
    message = f"the template cannot be followed: {error}"
    return Diagnostic(place, "template-syntax", message, SYNTAX_HELP)


def _is_of_template(error: BaseException) -> bool:
    """Whether a template did what cannot be done, rather than this program."""
    frame, last = error.__traceback__, ""
    while frame is not None:
        last, frame = frame.tb_frame.f_code.co_filename, frame.tb_next
    return not last.startswith(_PACKAGE)


NAMES_HELP = "the names and what they hold are in docs/handbook/kinds-of-document.md"
SYNTAX_HELP = "what a template can do is in docs/handbook/kinds-of-document.md"


def _line(template: Template, line: int, message: str) -> Location:
    """The place of the last word that the message quotes in that line, else the line's text."""
    lines = ("\n" * (template.body_line - 1) + template.body).split("\n")
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    for word in reversed(re.findall(r"'([^']+)'", message)):
        found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)
        if found:
            return Location(template.path, line, found.start() + 1)
    return Location(template.path, line, len(text) - len(text.lstrip()) + 1)


def _syntax(template: Template, error: jinja2.TemplateSyntaxError) -> Diagnostic:
    message = str(error.message).rstrip(".")
    message = message[:1].lower() + message[1:]
    place = _line(template, error.lineno, str(error.message))
    return Diagnostic(place, "template-syntax", message, SYNTAX_HELP)


def _no_template(name: str, templates: Templates) -> tuple[str, str]:
    return f'there is no template "{name}"', f"there are: {', '.join(templates.files)}"


def _parsed(environment: jinja2.Environment, template: Template) -> nodes.Template:
    source = "\n" * (template.body_line - 1) + template.body
    try:
        return environment.parse(source, template.id, template.path)
    except jinja2.TemplateSyntaxError as error:
        raise ContentFault(_syntax(template, error)) from None


def _family(
    templates: Templates, template: Template, environment: jinja2.Environment
) -> list[Template]:
    """The template, and all that it extends, includes or imports, nearest first."""
    family, queue = [], [template]
    while queue:
        one = queue.pop(0)
        if one in family:
            continue
        family.append(one)
        for name in meta.find_referenced_templates(_parsed(environment, one)):
            found = templates.file(name or "")
            if found is not None:
                queue.append(found)
    return family


# --- what is wrong with a template, before it makes anything --------------------------------


def faults(
    templates: Templates,
    template: Template,
    names: frozenset[str],
    labels: frozenset[str],
) -> Iterator[Diagnostic]:
    """All that can be seen in the file: `names` are those it may use, `labels` remit's own keys."""
    room = room_of(templates)
    try:
        parsed = _parsed(room.environment, template)
        room.environment.compile(parsed, template.id, template.path)
        words = room.wanted(template).words
    except ContentFault as fault:
        yield fault.diagnostic
        return
    except jinja2.TemplateSyntaxError as error:
        yield _syntax(template, error)
        return
    yield from _markup_faults(template)
    yield from _forbidden(templates, template, parsed)
    yield from _unknown_names(template, parsed, names, words, labels)


def _forbidden(
    templates: Templates, template: Template, parsed: nodes.Template
) -> Iterator[Diagnostic]:
    for switch in parsed.find_all((nodes.ScopedEvalContextModifier, nodes.EvalContextModifier)):
        yield Diagnostic(
            _line(template, switch.lineno, "'autoescape'"),
            "template-syntax",
            "autoescape cannot be switched: the register's texts are never markup",
            "delete it",
        )
    for node in parsed.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        name = node.template  # type: ignore[attr-defined]
        if not isinstance(name, nodes.Const):
            yield Diagnostic(
                Location(template.path, node.lineno),
                "template-syntax",
                "the name of a template is not written out",
                'write it: {% extends "mandate.html" %}',
            )
        elif templates.file(str(name.value)) is template:
            yield Diagnostic(
                _line(template, node.lineno, f"'{name.value}'"),
                "template-syntax",
                "the template is built on itself",
                f'name the one that remit ships: {{% extends "remit/{template.id}.html" %}}',
            )
        elif templates.file(str(name.value)) is None:
            yield Diagnostic(
                _line(template, node.lineno, f"'{name.value}'"),
                "template-syntax",
                *_no_template(str(name.value), templates),
            )


def _unknown_names(
    template: Template,
    parsed: nodes.Template,
    names: frozenset[str],
    words: Mapping[str, object],
    labels: frozenset[str],
) -> Iterator[Diagnostic]:
    def nothing(line: int, name: str, help: str) -> Diagnostic:
        place = _line(template, line, f"'{name}'")
        message = f'there is nothing called "{name}" here'
        return Diagnostic(place, "template-name", message, help)

    wanted = meta.find_undeclared_variables(parsed) - names - {"range", "namespace"}
    for node in parsed.find_all(nodes.Name):
        if node.name in wanted and node.ctx == "load":
            wanted.discard(node.name)
            yield nothing(node.lineno, node.name, NAMES_HELP)
    for one in parsed.find_all(nodes.Getattr):
        if isinstance(one.node, nodes.Name) and one.node.name == "words" and one.attr not in words:
            yield nothing(one.lineno, one.attr, "add it to words: in the front matter")
    for call in parsed.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "label" and call.args:
            key = call.args[0]
            if isinstance(key, nodes.Const) and key.value not in labels:
                yield nothing(call.lineno, str(key.value), "the labels are in remit/locales/")


def _markup_faults(template: Template) -> Iterator[Diagnostic]:
    """Elements and attributes that the language has not; what is only printed later is not seen."""
    text = template.body
    blank = _JINJA.sub(lambda match: re.sub(r"[^\n]", "\x00", match[0]), text)

    def at(position: int, message: str, help: str) -> Diagnostic:
        place = Location(template.path, *_line_column(template, position))
        return Diagnostic(place, "template-markup", message, help)

    for match in _ODD.finditer(blank):
        sign = match[0]
        yield at(
            match.start(),
            f"{sign} cannot stand in a template",
            "write {# … #} for a remark" if sign.startswith("<") else "write &amp; for the sign &",
        )
    for tag in _TAG.finditer(blank):
        name = tag[1]
        if name not in ELEMENTS:
            yield at(tag.start(), *unknown_element(name))
            continue
        for attribute in _ATTRIBUTE.finditer(tag[2]):
            value = attribute[2] if attribute[2] is not None else attribute[3]
            if "\x00" in value:
                continue
            fault = attribute_fault(name, attribute[1], value)
            if fault:
                yield at(tag.start(2) + attribute.start(), *fault)
