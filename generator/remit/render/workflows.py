"""What a forge runs on proposals and on the main branch, made of `templates/workflows/`.

A template's `<<name>>` is one of the register's own few choices, or what all jobs share. What lies
between `#[shards]` and `#[end]` is for a site made in shares, after `#[whole]` for any other.
"""

from __future__ import annotations

import re
from pathlib import Path

from remit.model.forges import Forge
from remit.settings import Settings

TEMPLATES = Path(__file__).parent.parent / "templates" / "workflows"
SCRIPT = ".remit/workflows/comment.py"

ACTIONS = {
    "checkout": "actions/checkout@d23441a48e516b6c34aea4fa41551a30e30af803 # v6.1.0",
    "setup-python": "actions/setup-python@ece7cb06caefa5fff74198d8649806c4678c61a1 # v6.3.0",
    "upload-artifact": "actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0",
    "upload-pages-artifact": "actions/upload-pages-artifact@"
    "fc324d3547104276b827a68afc52ff2a11cc49c9 # v5.0.0",
    "download-artifact": "actions/download-artifact@"
    "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1",
    "cache": "actions/cache@27d5ce7f107fe9357f9df03efb73ab90386fccae # v5.0.5",
    "deploy-pages": "actions/deploy-pages@cd2ce8fcbc39b97be8ca5fce6e763baed58fa128 # v5.0.0",
}
"""The actions that are run on GitHub, by the commit that the tag named."""

OLDER_ACTIONS = {
    "checkout": "actions/checkout@11d5960a326750d5838078e36cf38b85af677262 # v4.4.0",
    "upload-artifact": "actions/upload-artifact@ff15f0306b3f739f7b6fd43fb5d26cd321bd4de5 # v3.2.1",
    "download-artifact": "actions/download-artifact@9bc31d5ccc31df68ecc42ccf4149144866c47d8a"
    " # v3.0.2",
}
"""On Forgejo and Gitea, which take artifacts the way that GitHub has given up."""

PYTHON = "apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv"

INSTALL = """\
# From the branch that the proposal is made for: a proposal never chooses the program.
git show "$TRUSTED:requirements.lock" > "<<room>>/requirements.txt" 2> /dev/null \\
  || git show "$TRUSTED:requirements.txt" > "<<room>>/requirements.txt" \\
  || { echo "there is no requirements.txt that names Remit on the main branch"; exit 2; }
python3 -I -m venv "<<room>>/remit"
"<<room>>/remit/bin/python" -I -m pip install --quiet --requirement "<<room>>/requirements.txt"
"""

INSTALL_FROM_HERE = """\
# From the branch that the proposal is made for: a proposal never chooses the program.
git worktree add --quiet --detach "<<room>>/trusted" "$TRUSTED"
python3 -I -m venv "<<room>>/remit"
"<<room>>/remit/bin/python" -I -m pip install --quiet --require-hashes \\
  --requirement "<<room>>/trusted/requirements.lock"
"<<room>>/remit/bin/python" -I -m pip install --quiet --no-deps --no-build-isolation \\
  "<<room>>/trusted"
"""


def workflow_files(forge: Forge, settings: Settings, *, program_here: bool) -> dict[str, bytes]:
    """Every file that the forge's workflows are made of, by its path from the register's top.

    `program_here`: this repository holds Remit itself beside a register.
    """
    kind = "forgejo" if forge is Forge.GITEA else forge.value
    place = "" if forge is Forge.GITLAB else f"{forge.folder}/workflows/"
    made = {SCRIPT: (TEMPLATES / "comment.py").read_bytes()}
    choices = _choices(forge, settings, program_here)
    for template in sorted((TEMPLATES / kind).iterdir()):
        text = _chosen(template.read_text("utf-8"), shards=settings.shards > 1)
        made[f"{place}{template.name}"] = _filled(text, choices).encode()
    return made


def _choices(forge: Forge, settings: Settings, program_here: bool) -> dict[str, str]:
    room = "$RUNNER_TEMP" if forge is Forge.GITHUB else "$ROOM"
    install = INSTALL_FROM_HERE if program_here else INSTALL
    return {
        **(ACTIONS if forge is Forge.GITHUB else OLDER_ACTIONS),
        "branch": settings.branch,
        "cache-folder": Path(settings.cache).as_posix(),
        "shards": str(settings.shards),
        "shares": ", ".join(map(str, range(1, settings.shards + 1))),
        "runner": "docker" if forge is Forge.FORGEJO else "ubuntu-latest",
        "python": PYTHON + '\nmkdir -p "$ROOM"',
        "install": install.replace("<<room>>", room).rstrip("\n"),
    }


def _chosen(text: str, *, shards: bool) -> str:
    """The template with its `#[shards]` parts or its `#[whole]` ones, which end at `#[end]`."""
    other = "whole" if shards else "shards"
    text = re.sub(rf"(?ms)^ *#\[{other}\]\n.*?^ *#\[end\]\n", "", text)
    return re.sub(r"(?m)^ *#\[(shards|whole|end)\]\n", "", text)


def _filled(text: str, choices: dict[str, str]) -> str:
    """The template with its choices made; one of several lines keeps the indentation it is at."""

    def lines(match: re.Match[str]) -> str:
        return choices[match[2]].replace("\n", f"\n{match[1]}").join((match[1], ""))

    text = re.sub(r"(?m)^([ \t]*)<<([\w-]+)>>$", lines, text)
    return re.sub(r"<<([\w-]+)>>", lambda match: choices[match[1]], text)
