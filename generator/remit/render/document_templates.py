"""Templates of kinds of document: read as Jinja in a closed room, and what is wrong with them.

A template reaches other templates and what it is given, nothing else. What it prints is text, and
only its own tags are markup (`document_markup.py`). Every tag is told its place in its file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import meta, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from remit.diagnostics import ContentFault, Diagnostic, Location
from remit.model.templates import Template, Templates
from remit.model.values import LocalText, Value
from remit.render.document_markup import (
    MarkupFault,
    Printed,
    tree_of,
)
from remit.render.template_places import (
    NAMES_HELP,
    SYNTAX_HELP,
    line_of,
    no_template,
    place_at,
    syntax_fault,
    with_places,
)
from remit.render.tree import Blocks, Inlines

SHOW = "_show"
"""The name of what prints a value that is no text."""
LONGEST_PRINT = 8_000_000
"""Characters that a template may print: a whole register as one handbook needs far fewer."""
LONGEST_RANGE = 1000
FILTERS = (
    "abs batch capitalize count d default dictsort e escape first float groupby int items join"
    " last length list lower map max min reject rejectattr replace reverse round select"
    " selectattr slice sort string sum title trim unique upper"
).split()
"""The filters that templates have: none that makes text markup."""
TEXT_METHODS = (
    "capitalize endswith join lower lstrip replace rstrip split startswith strip title upper"
).split()
"""What templates can do with a text: nothing that makes a long one of a short one."""
_PACKAGE = str(Path(__file__).parent.parent)


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
                parsed = parsed_template(self.environment, one)
                for fault in forbidden(self.templates, one, parsed):
                    raise ContentFault(fault)
                names |= _asked_for(parsed, one)
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
            place = place_at(self.templates, template, fault.at)
            raise ContentFault(
                Diagnostic(place, "template-markup", fault.message, fault.help)
            ) from None
        except jinja2.TemplateSyntaxError as error:
            raise ContentFault(syntax_fault(template, error)) from None
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

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A field by the name that it has in the file: `from`, not `from_`."""
        if isinstance(obj, Value):
            attribute = _fields(type(obj)).get(attribute, attribute)
        return super().getattr(obj, attribute)

    def wrap_str_format(self, value: Any) -> None:
        """A text's `format` is like its other methods: it can make a long text of a short one."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, Value):
            return attr in type(obj).model_fields
        if isinstance(obj, str):
            return attr in TEXT_METHODS
        return super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" or not all(isinstance(one, int) for one in (left, right)):
            raise SecurityError(f"only whole numbers can stand beside {operator}")
        return super().call_binop(context, operator, left, right)


@cache
def _fields(cls: type[Value]) -> dict[str, str]:
    return {field.alias or name: name for name, field in cls.model_fields.items()}


def _environment(templates: Templates) -> jinja2.Environment:
    def load(name: str) -> tuple[str, str, None] | None:
        template = templates.file(name)
        if template is None:
            return None
        return with_places(template, name.removesuffix(".html")), template.path, None

    environment = _Closed(
        loader=jinja2.FunctionLoader(load),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_finalize,
        auto_reload=False,
    )
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    environment.globals = {"range": _range}
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
    show = context.get(SHOW)
    return show(value) if callable(show) else value


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
            place = line_of(file, frame.tb_lineno, str(error))
        frame = frame.tb_next
    if isinstance(error, jinja2.TemplateNotFound):
        return Diagnostic(place, "template-syntax", *no_template(str(error.name), templates))
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


def parsed_template(environment: jinja2.Environment, template: Template) -> nodes.Template:
    source = "\n" * (template.body_line - 1) + template.body
    try:
        return environment.parse(source, template.id, template.path)
    except jinja2.TemplateSyntaxError as error:
        raise ContentFault(syntax_fault(template, error)) from None


def _asked_for(parsed: nodes.Template, template: Template) -> set[str]:
    """The names that a template wants to be given. Raises ContentFault for an unknown filter."""
    try:
        return meta.find_undeclared_variables(parsed)
    except jinja2.TemplateSyntaxError as error:
        raise ContentFault(syntax_fault(template, error)) from None


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
        for name in meta.find_referenced_templates(parsed_template(environment, one)):
            found = templates.file(name or "")
            if found is not None:
                queue.append(found)
    return family


def forbidden(
    templates: Templates, template: Template, parsed: nodes.Template
) -> Iterator[Diagnostic]:
    for switch in parsed.find_all((nodes.ScopedEvalContextModifier, nodes.EvalContextModifier)):
        yield Diagnostic(
            line_of(template, switch.lineno, "'autoescape'"),
            "template-syntax",
            "autoescape cannot be switched: the register's texts are never markup",
            "delete it",
        )
    for node in parsed.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        assert isinstance(node, nodes.Extends | nodes.Include | nodes.Import | nodes.FromImport)
        name = node.template
        if not isinstance(name, nodes.Const):
            yield Diagnostic(
                Location(template.path, node.lineno),
                "template-syntax",
                "the name of a template is not written out",
                'write it: {% extends "mandate.html" %}',
            )
        elif templates.file(str(name.value)) is template:
            yield Diagnostic(
                line_of(template, node.lineno, f"'{name.value}'"),
                "template-syntax",
                "the template is built on itself",
                f'name the one that remit ships: {{% extends "remit/{template.id}.html" %}}',
            )
        elif templates.file(str(name.value)) is None:
            yield Diagnostic(
                line_of(template, node.lineno, f"'{name.value}'"),
                "template-syntax",
                *no_template(str(name.value), templates),
            )
