"""What can be seen to be wrong with a template before it makes anything."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import jinja2
from jinja2 import meta, nodes

from remit.diagnostics import ContentFault, Diagnostic, Location
from remit.model.templates import Template, Templates
from remit.render.document_templates import parsed_template, room_of
from remit.render.template_language import ELEMENTS, attribute_fault, unknown_element
from remit.render.template_places import JINJA, NAMES_HELP, line_column, line_of, syntax_fault

_TAG = re.compile(r"<([A-Za-z][\w:-]*)([^<>]*)>")
_ODD = re.compile(r"<[!?][^\s>]*|&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9A-Fa-f]+);)\S{0,10}")
_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def faults(
    templates: Templates,
    template: Template,
    names: frozenset[str],
    labels: frozenset[str],
) -> Iterator[Diagnostic]:
    """All that can be seen in the file: `names` are those it may use, `labels` remit's own keys."""
    room = room_of(templates)
    try:
        parsed = parsed_template(room.environment, template)
        room.environment.compile(parsed, template.id, template.path)
        words = room.wanted(template).words
    except ContentFault as fault:
        yield fault.diagnostic
        return
    except jinja2.TemplateSyntaxError as error:
        yield syntax_fault(template, error)
        return
    yield from _markup_faults(template)
    yield from _unknown_names(template, parsed, names, words, labels)


def _unknown_names(
    template: Template,
    parsed: nodes.Template,
    names: frozenset[str],
    words: Mapping[str, object],
    labels: frozenset[str],
) -> Iterator[Diagnostic]:
    def nothing(line: int, name: str, help: str) -> Diagnostic:
        place = line_of(template, line, f"'{name}'")
        message = f'there is nothing called "{name}" here'
        return Diagnostic(place, "template-name", message, help)

    wanted = meta.find_undeclared_variables(parsed) - names - {"range"}
    for node in parsed.find_all(nodes.Name):
        if node.name in wanted and node.ctx == "load":
            wanted.discard(node.name)
            yield nothing(node.lineno, node.name, NAMES_HELP)
    for one in parsed.find_all(nodes.Getattr):
        if isinstance(one.node, nodes.Name) and one.node.name == "words" and one.attr not in words:
            yield nothing(one.lineno, one.attr, "add it to words: in the front matter")
    for call in parsed.find_all(nodes.Call):
        key = call.args[0] if call.args else None
        if not isinstance(call.node, nodes.Name) or not isinstance(key, nodes.Const):
            continue
        if call.node.name == "label" and key.value not in labels:
            yield nothing(call.lineno, str(key.value), "the labels are in remit/locales/")
        elif call.node.name == "say" and key.value not in words:
            yield nothing(call.lineno, str(key.value), "add it to words: in the front matter")


def _markup_faults(template: Template) -> Iterator[Diagnostic]:
    """Elements and attributes that the language has not; what is only printed later is not seen."""
    text = template.body
    blank = JINJA.sub(lambda match: re.sub(r"[^\n]", "\x00", match[0]), text)

    def found(position: int, message: str, help: str) -> Diagnostic:
        place = Location(template.path, *line_column(template, position))
        return Diagnostic(place, "template-markup", message, help)

    for match in _ODD.finditer(blank):
        sign = match[0]
        yield found(
            match.start(),
            f"{sign} cannot stand in a template",
            "write {# … #} for a remark" if sign.startswith("<") else "write &amp; for the sign &",
        )
    for tag in _TAG.finditer(blank):
        name = tag[1]
        if name not in ELEMENTS:
            yield found(tag.start(), *unknown_element(name))
            continue
        for attribute in _ATTRIBUTE.finditer(tag[2]):
            value = attribute[2] if attribute[2] is not None else attribute[3]
            if "\x00" in value:
                continue
            fault = attribute_fault(name, attribute[1], value)
            if fault:
                yield found(tag.start(2) + attribute.start(), *fault)
