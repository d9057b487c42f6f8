"""The frames of a site's pages, kept from one run to the next: they change seldom, and making them
takes the site's host with its theme."""

from __future__ import annotations

import marshal
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from remit.cache import contents_digest, keep, kept, program
from remit.model.register import Register
from remit.render.frame import Frames, shapes
from remit.settings import Settings

_FILE = "frames"


def keep_frames(frames: Frames, made_of: Sequence[Path]) -> None:
    """Renders every frame and keeps them for as long as the files and folders `made_of` stay as
    they are, and what the register and its settings say in a frame."""
    frames.render_all()
    frames.made_of = [(str(path), contents_digest(path)) for path in made_of]
    data = (
        frames.made_of,
        {tuple(shape): html for shape, html in frames.rendered.items()},
        frames.lost,
        dict(frames.assets),
    )
    keep(frames.settings.cache_folder / _FILE, _about(frames), marshal.dumps(data))


def kept_frames(register: Register, settings: Settings) -> Frames | None:
    """The frames of the run before, without host and theme; None when they could differ by now."""
    names: dict[str, str] = {}
    frames = Frames(register, settings, _refuse, names)
    data = kept(settings.cache_folder / _FILE, _about(frames))
    if data is None:
        return None
    made_of, rendered, not_found, assets = marshal.loads(data)
    if any(contents_digest(Path(path)) != digest for path, digest in made_of):
        return None
    if any(shape not in rendered for shape in shapes(settings)):
        return None
    frames.rendered.update(rendered)
    frames.lost.update(not_found)
    frames.made_of = made_of
    names.update(assets)
    return frames


def _about(frames: Frames) -> str:
    return f"frames of {program()}, which say {frames.state}"


def _refuse(language: str, context: dict[str, Any]) -> NoReturn:
    raise LookupError(f"no frame is kept for such a page: {language}")
