"""The host run by remit's own commands: for a site, for the frames alone, for the preview."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from mkdocs.commands import build as mkdocs_build
from mkdocs.commands import serve as mkdocs_serve
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

from remit.build import Checked
from remit.build.frames import keep_frames, kept_frames
from remit.build.shard_state import files_below, program_state, register_files, register_state
from remit.cache import digest_of
from remit.mkdocs_plugin.plugin import FRAMES, RemitPlugin, TakeShares, is_plain, made_of
from remit.render.frame import Frames
from remit.settings import Settings
from remit.write.last_site import Choice
from remit.write.site_store import SiteStore


def build_site(
    root: Path,
    site: Path,
    settings: Settings,
    checked: Checked,
    choice: Choice,
    done: Callable[[], None] = lambda: None,
) -> SiteStore:
    """Builds the whole site of a checked register into `site`; `done` is called per document.

    What is returned is to be kept with the site.
    """
    config, plugin = _hosted(root, site, settings, checked)
    plugin.done = done
    _build(config, plugin, choice)
    assert plugin.store is not None
    return plugin.store


def build_of_shares(
    root: Path, site: Path, settings: Settings, checked: Checked, choice: Choice, take: TakeShares
) -> None:
    """Builds the whole site into `site` of what others have made; nothing is known of it after."""
    config, plugin = _hosted(root, site, settings, checked)
    plugin.take_shares = take
    _build(config, plugin, choice)


def _hosted(
    root: Path, site: Path, settings: Settings, checked: Checked
) -> tuple[MkDocsConfig, RemitPlugin]:
    """The host, with a register that is checked already."""
    config = load_config(str(root / "mkdocs.yml"), site_dir=str(site))
    plugin = config.plugins["remit"]
    assert isinstance(plugin, RemitPlugin)
    plugin.prepared = (settings, checked)
    config.plugins.on_startup(command="build", dirty=False)
    return config, plugin


def _build(config: MkDocsConfig, plugin: RemitPlugin, choice: Choice) -> None:
    plugin.choice = choice
    plugin.config.compress |= choice.compress
    mkdocs_build.build(config)


def frames_of(root: Path, settings: Settings, checked: Checked) -> Frames:
    """The frames of the site's pages, without making the site."""
    kept = kept_frames(checked.register, settings)
    if kept:
        return kept
    config, plugin = _hosted(root, root / "site", settings, checked)
    config = config.plugins.on_config(config)
    files, env = Files([]), config.theme.get_env()
    files.add_files_from_theme(env, config)
    plugin.on_files(files, config=config)
    plugin.on_env(env, config=config, files=files)
    plugin.frames.render_all()
    if is_plain(config):
        keep_frames(plugin.frames, made_of(config))
    return plugin.frames


def frame_files(root: Path) -> dict[str, bytes]:
    """The register's own files that a frame is made of, by their path from the top: the host's
    settings, and what its theme is changed by."""
    config = load_config(str(root / "mkdocs.yml"))
    own = Path(config.theme.custom_dir) if config.theme.custom_dir else None
    places = [root / "mkdocs.yml", *([own] if own and own.is_relative_to(root.resolve()) else [])]
    return files_below([place.resolve() for place in places], root.resolve())


def frame_state(root: Path) -> dict[str, str]:
    """Digest of all that the frame round the pages is made of, but for installed packages."""
    files = frame_files(root)
    for folder in FRAMES:
        files |= files_below([folder], folder.parent)
    return {
        "frame": digest_of(part for name in sorted(files) for part in (name.encode(), files[name]))
    }


def shares_state(root: Path, settings: Settings, *, documents: bool) -> dict[str, str]:
    """All that the shares of a site depend on, as it is now."""
    return {
        **register_state(settings, register_files(settings)),
        **frame_state(root),
        **program_state(),
        "asked": "build" if documents else "build --no-documents",
    }


def serve_site(root: Path, address: str, *, open_browser: bool = False) -> None:
    """Serves the site and rebuilds it on every change until stopped."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    # not emptied before each build: what has not changed stays
    logging.getLogger("mkdocs.commands.build").addFilter(_is_not_of_dirty_builds)
    config = str(root / "mkdocs.yml")
    mkdocs_serve.serve(config, build_type="dirty", dev_addr=address, open_in_browser=open_browser)


def _is_not_of_dirty_builds(record: logging.LogRecord) -> bool:
    """MkDocs warns that pages may be left behind; ours are not."""
    return not record.getMessage().startswith("A 'dirty' build")
