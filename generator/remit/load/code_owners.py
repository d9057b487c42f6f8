"""CODEOWNERS as it lies in the register, for each forge that has one there."""

from __future__ import annotations

from remit.diagnostics import Diagnostic
from remit.load.reading import file_bytes
from remit.model.forges import Forge
from remit.settings import Settings

MAX_BYTES = 8 * 1024 * 1024


def read_code_owners(settings: Settings, problems: list[Diagnostic]) -> dict[str, str]:
    """The texts by path; none when the settings name no teams, as the files are not ours then."""
    found = {}
    for forge in Forge if settings.owners else ():
        file = settings.root / forge.code_owners
        if file.is_file() and not file.is_symlink():
            explanation = ("it has at most 8 MiB", "is this another file by mistake?")
            data = file_bytes(
                str(file), forge.code_owners, problems, most=MAX_BYTES, explanation=explanation
            )
            if data is not None:
                found[forge.code_owners] = data.decode("utf-8", "replace")
    return found
