"""The forges that a register can lie on, and where each looks for its files."""

from __future__ import annotations

from enum import StrEnum


class Forge(StrEnum):
    GITHUB = "github"
    GITLAB = "gitlab"
    FORGEJO = "forgejo"
    GITEA = "gitea"

    @property
    def folder(self) -> str:
        return f".{self}"

    @property
    def code_owners(self) -> str:
        """The file that says who is asked to approve a change."""
        return f"{self.folder}/CODEOWNERS"
