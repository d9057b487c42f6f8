"""What tells VS Code which schema a file follows, and how records are best written in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from remit.model.fields import about
from remit.model.records import (
    RECORD_CLASSES,
    Guidance,
    Mandate,
    MandateVersion,
    Record,
    Topic,
)
from remit.render.labels import labels_for
from remit.settings import Settings

VSCODE_SETTINGS = ".vscode/settings.json"
VSCODE_EXTENSIONS = ".vscode/extensions.json"
VSCODE_TASKS = ".vscode/tasks.json"
VSCODE_SNIPPETS = ".vscode/guidance.code-snippets"
EXTENSION = "redhat.vscode-yaml"

HABITS: dict[str, Any] = {
    # Its formatter breaks texts anew, so that a changed word would be many changed lines.
    "yaml.format.enable": False,
    # Another's schema for a file of the same name would only confuse, and be fetched.
    "yaml.schemaStore.enable": False,
    # Below each explanation stands a link to the schema's file, which tells a writer nothing.
    "yaml.hoverSchemaSource": False,
    "[yaml]": {
        "editor.insertSpaces": True,
        "editor.tabSize": 2,
        "editor.wordWrap": "on",
        "editor.quickSuggestions": {"strings": "on", "comments": "off", "other": "on"},
    },
}
"""How VS Code is best set for records. What someone has set otherwise stays."""


CHECK: dict[str, Any] = {
    "type": "shell",
    "command": "remit",
    "args": ["check", "--format", "lines"],
    "options": {"env": {"PATH": "${workspaceFolder}/.venv/bin:${env:PATH}"}},
    "windows": {"options": {"env": {"PATH": "${workspaceFolder}\\.venv\\Scripts;${env:PATH}"}}},
    "group": {"kind": "build", "isDefault": True},
    "presentation": {"reveal": "silent", "clear": True},
    "problemMatcher": {
        "owner": "remit",
        "source": "remit",
        "fileLocation": ["relative", "${workspaceFolder}"],
        "pattern": {
            "regexp": "^(.+?):(\\d+):(\\d+): (error|warning): (.*) \\[([a-z-]+)\\]$",
            "file": 1,
            "line": 2,
            "column": 3,
            "severity": 4,
            "message": 5,
            "code": 6,
        },
    },
}
"""What marks the findings of `remit check` at their places: the task behind Ctrl+Shift+B."""


class NotJson(Exception):
    """The editor's settings are there and hold more than plain JSON."""


def files_of(cls: type[Record], settings: Settings) -> str:
    """The files of a kind, as a pattern from the register's top."""
    if cls is Mandate:
        return f"{settings.mandates}/*/mandate.yml"
    if cls is MandateVersion:
        return f"{settings.mandates}/*/[0-9]*.yml"
    return f"{settings.content}/{cls.FOLDER}/*.yml"


def vscode_files(folder: str, settings: Settings) -> dict[str, Callable[[bytes | None], bytes]]:
    """VS Code's files by their paths, each as a function of what is there already.

    They raise NotJson for one that would lose something by being written anew.
    """
    return {
        VSCODE_SETTINGS: lambda existing: vscode_settings(existing, folder, settings),
        VSCODE_EXTENSIONS: vscode_extensions,
        VSCODE_TASKS: lambda existing: vscode_tasks(existing, settings),
        VSCODE_SNIPPETS: lambda existing: vscode_snippets(settings),
    }


def vscode_settings(existing: bytes | None, folder: str, settings: Settings) -> bytes:
    """VS Code's settings with our schemas in them. Raises NotJson."""
    held = _read(existing)
    schemas = {
        f"./{folder}/{cls.KIND}.json": files_of(cls, settings)
        for cls in RECORD_CLASSES
        if cls is not Guidance  # editors look for YAML in YAML files only
    }
    others = held.get("yaml.schemas", {})
    kept = {name: files for name, files in others.items() if files not in schemas.values()}
    return _written({**HABITS, **held, "yaml.schemas": {**kept, **schemas}})


def vscode_extensions(existing: bytes | None) -> bytes:
    """VS Code's list of extensions to recommend, with the one for YAML in it. Raises NotJson."""
    held = _read(existing)
    known = held.get("recommendations", [])
    return _written({**held, "recommendations": [*dict.fromkeys([*known, EXTENSION])]})


def vscode_tasks(existing: bytes | None, settings: Settings) -> bytes:
    """VS Code's tasks with the one that checks the register in them. Raises NotJson."""
    held = _read(existing)
    known = held.get("tasks", [])
    if not isinstance(known, list) or not all(isinstance(task, dict) for task in known):
        raise NotJson
    others = [task for task in known if (task.get("command"), task.get("args")) != _CHECKING]
    label = labels_for(settings.language_of_editors)["editor_task_check"]
    return _written({"version": "2.0.0", **held, "tasks": [*others, {"label": label, **CHECK}]})


def vscode_snippets(settings: Settings) -> bytes:
    """The heads of guidance pages, to be filled in: the YAML extension does not know Markdown."""
    labels = labels_for(settings.language_of_editors)
    name = labels.kind(Guidance.KIND).lower()
    topics = ",".join(Topic)
    translated = ["title: $1", "summary: $2"]
    whole = [
        "id: ${TM_FILENAME/\\..*//}",
        f"authoritative_language: {settings.default_language}",
        *translated,
        "topics:",
        f"  - ${{3|{topics}|}}",
        "review:",
        "  last: $CURRENT_YEAR-$CURRENT_MONTH-$CURRENT_DATE",
        "  every_months: 12",
    ]
    made = {
        labels.get("editor_new", name=name): whole,
        labels.get("editor_new_translation", name=name): translated,
    }
    snippets = {
        label: {
            "scope": "markdown",
            "prefix": label,
            "description": about(Guidance, labels.language),
            "body": ["---", *lines, "---", "", "$0"],
        }
        for label, lines in made.items()
    }
    return _written(snippets)


_CHECKING = (CHECK["command"], CHECK["args"])


def _read(existing: bytes | None) -> dict[str, Any]:
    if existing is None:
        return {}
    try:
        held = json.loads(existing)
    except ValueError:
        raise NotJson from None
    if not isinstance(held, dict) or not isinstance(held.get("yaml.schemas", {}), dict):
        raise NotJson
    return held


def _written(held: dict[str, Any]) -> bytes:
    return (json.dumps(held, ensure_ascii=False, indent=2) + "\n").encode()
