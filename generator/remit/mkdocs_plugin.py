"""MkDocs events → build. The only importer of mkdocs; replace this module to replace MkDocs.

MkDocs brings the theme, writes its files and serves the preview. remit's own processes make and
write the pages, inside frames that the theme has rendered. All languages are built in one run.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any

from mkdocs.commands import build as mkdocs_build
from mkdocs.commands import serve as mkdocs_serve
from mkdocs.config import base, load_config
from mkdocs.config import config_options as option
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import Files
from mkdocs.theme import Theme

from remit.build import (
    Checked,
    load_and_check,
    make_compressed,
    make_hosting_files,
)
from remit.build.frames import keep_frames
from remit.build.site import make_site, site_state, update_site
from remit.diagnostics import as_text, count_line
from remit.model.reading import begin_noticing
from remit.render.frame import Frames, with_assets
from remit.render.pages import root_page
from remit.settings import Settings, SettingsError, read_settings
from remit.write.assets import ASSETS, Assets, AssetsInACircle
from remit.write.last_site import Choice
from remit.write.site_store import SiteStore

log = logging.getLogger("mkdocs.plugins.remit")

_PACKAGE = Path(__file__).parent
FRAMES = (_PACKAGE / "frame", _PACKAGE.parents[1] / "overrides")
"""Where the frame lies: in an installed package, or beside it in the project's own folder."""


class RemitConfig(base.Config):
    documents = option.Type(bool, default=True)
    """Whether to make the documents as well."""
    search = option.Type(bool, default=True)
    """Whether to make the search index; `serve` leaves it out."""
    compress = option.Type(bool, default=False)
    """Whether to write compressed copies beside the files; `serve` leaves them out."""


class RemitPlugin(BasePlugin[RemitConfig]):
    settings: Settings
    checked: Checked
    assets: Assets
    frames: Frames
    prepared: tuple[Settings, Checked] | None = None
    done: Callable[[], None] = staticmethod(lambda: None)
    choice: Choice | None = None
    serving = False
    store: SiteStore | None = None

    def on_startup(self, *, command: str, dirty: bool) -> None:
        self.serving = command == "serve"
        if self.serving:
            begin_noticing()

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Reads and checks everything before MkDocs touches the earlier site."""
        root = Path(config.config_file_path or "mkdocs.yml").resolve().parent
        if self.prepared:
            self.settings, self.checked = self.prepared
        else:
            self.settings, self.checked = _prepare(root)
        if self.checked.found:
            log.info("remit check: %s", count_line(self.checked.found))
        # The host is to list no records: it would take each for a file of the site. The preview
        # looks there for changes.
        config.docs_dir = str(root / self.settings.content) if self.serving else config.site_dir
        config.watch.extend([str(root / self.settings.mandates), str(root / "pyproject.toml")])
        config.theme.static_templates.discard("sitemap.xml")
        _put_frame_below(config.theme)
        return config

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """The theme's files alone: the register's pages are made and written when the host is done,
        which would take each through steps that it does not need. Its assets get their names here.
        """
        theme = [file for file in files if file.src_dir != config.docs_dir]
        found = {file.src_uri: file for file in theme if file.src_uri.startswith(f"{ASSETS}/")}
        own = {str(folder) for folder in _own_folders(config.theme)}
        try:
            self.assets = Assets(
                {_below(uri): Path(file.abs_src_path or "") for uri, file in found.items()},
                {_below(uri) for uri, file in found.items() if file.src_dir in own},
            )
        except AssetsInACircle as error:
            raise PluginError(str(error)) from None
        return Files([file for file in theme if file.src_uri not in found])

    def on_env(self, env: Any, *, config: MkDocsConfig, files: Files) -> Any:
        one_at_a_time = Lock()

        def render_frame(language: str, remit: dict[str, Any]) -> str:
            with one_at_a_time:
                config.theme["language"] = language
                made = str(env.get_template("main.html").render(config=config, remit=remit))
            return with_assets(made, self.assets.name)

        self.frames = Frames(self.checked.register, self.settings, render_frame, self.assets.names)
        return env

    def on_template_context(self, context: Any, *, template_name: str, config: MkDocsConfig) -> Any:
        if template_name == "404.html":
            context["remit_html"] = self.frames.not_found()
        return context

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        register, settings, site = self.checked.register, self.settings, Path(config.site_dir)
        self.frames.render_all()
        if self.prepared and _is_plain(config):
            keep_frames(self.frames, _made_of(config))
        choice = self.choice or self._configured()
        store = self._updated(site, choice) if self.serving else None
        if store is None:
            store = make_site(register, settings, self.frames, site, choice, self.done)
        self.store = store
        self.assets.write(site)
        (site / "index.html").write_text(self.frames.named(root_page(settings)), "utf-8")
        for language in settings.languages:
            (site / language / "404.html").write_text(self.frames.not_found(language), "utf-8")
        store.compressed = self.config.compress and not self.serving
        make_hosting_files(site, settings.languages, compressed=store.compressed)
        if store.compressed:
            make_compressed(site)

    def _updated(self, site: Path, choice: Choice) -> SiteStore | None:
        """Brings what is served to what the register says now; None when all of it must be made."""
        register, settings, store = self.checked.register, self.settings, self.store
        self.store = None  # what follows may fail half-way
        if store and store.state == site_state(register, settings, choice):
            update_site(store, register, settings, self.frames, site, choice)
            return store
        for language in settings.languages:
            shutil.rmtree(site / language, ignore_errors=True)
        return None

    def _configured(self) -> Choice:
        if self.serving:
            return Choice(self.config.documents, whole=False, search=False)
        return Choice(self.config.documents, search=self.config.search)


def _put_frame_below(theme: Theme) -> None:
    """The frame stands above the theme, and below a `custom_dir` of the register's own."""
    frame = next((str(folder) for folder in FRAMES if folder.is_dir()), None)
    if frame is None:
        raise PluginError(f"the site's frame is missing: {FRAMES[0]}; install remit anew")
    if frame not in theme.dirs:
        theme.dirs.insert(1 if theme.custom_dir else 0, frame)


def _is_plain(config: MkDocsConfig) -> bool:
    """Whether the host does nothing but what remit knows of, and is told so by one file alone."""
    text = Path(config.config_file_path).read_text("utf-8")
    return (
        list(config.plugins) == ["remit"]
        and not config.hooks
        and "!ENV" not in text
        and "INHERIT" not in text
    )


def _made_of(config: MkDocsConfig) -> list[Path]:
    """What the frames are made of, besides the installed packages."""
    return [Path(config.config_file_path), *_own_folders(config.theme)]


def _own_folders(theme: Theme) -> list[Path]:
    """The folders of templates and assets that are the register's and remit's, not the theme's."""
    custom = [Path(theme.custom_dir)] if theme.custom_dir else []
    return [*custom, *(folder for folder in FRAMES if folder.is_dir())]


def _below(uri: str) -> str:
    return uri.removeprefix(f"{ASSETS}/")


def _prepare(root: Path) -> tuple[Settings, Checked]:
    """Settings and checked register, or PluginError with all that is wrong."""
    try:
        settings = read_settings(root)
    except SettingsError as error:
        raise PluginError(as_text([error.diagnostic])) from None
    checked = load_and_check(settings)
    if checked.fails():
        raise PluginError("the register has problems\n" + as_text(checked.found))
    return settings, checked


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
    config = load_config(str(root / "mkdocs.yml"), site_dir=str(site))
    plugin = config.plugins["remit"]
    assert isinstance(plugin, RemitPlugin)
    plugin.prepared, plugin.done = (settings, checked), done
    plugin.choice = choice
    plugin.config.compress |= choice.compress
    config.plugins.on_startup(command="build", dirty=False)
    mkdocs_build.build(config)
    assert plugin.store is not None
    return plugin.store


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
