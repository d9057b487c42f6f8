"""MkDocs events → build.

All languages are built in one run, in the preview too.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

from mkdocs.config import base
from mkdocs.config import config_options as option
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import Files
from mkdocs.theme import Theme
from watchdog.events import FileModifiedEvent

from remit.build import Checked, load_and_check
from remit.build.frames import keep_frames
from remit.build.shards import Taken
from remit.build.site import changes_since, finish_site, is_of, make_site, update_site
from remit.cache import contents_digest
from remit.diagnostics import as_text, count_line
from remit.load.watched import Watched
from remit.model.reading import begin_noticing
from remit.render.frame import Frames, with_assets
from remit.render.pages import root_page
from remit.settings import Settings, SettingsError, read_settings
from remit.write.assets import ASSETS, Assets, AssetsInACircle
from remit.write.compressed import write_compressed
from remit.write.hosting import write_hosting_files
from remit.write.last_site import Choice
from remit.write.site_store import SiteStore

log = logging.getLogger("mkdocs.plugins.remit")

_PACKAGE = Path(__file__).parents[1]
FRAMES = (_PACKAGE / "frame", _PACKAGE.parents[1] / "overrides")
"""Where the frame lies: in an installed package, or beside it in the project's own folder."""
_SETTLED = 0.05
"""Seconds without a further change, after which the preview is made anew."""
TakeShares = Callable[[Path], Taken]
"""Puts the files of all shares into a site."""


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
    host: MkDocsConfig
    """What the host was told last."""
    prepared: tuple[Settings, Checked] | None = None
    done: Callable[[], None] = staticmethod(lambda: None)
    choice: Choice | None = None
    take_shares: TakeShares | None = None
    serving = False
    nothing: TemporaryDirectory[str] | None = None
    """An empty folder, in which the preview's host finds nothing."""
    rendered: tuple[object, Frames] | None = None
    """The preview's last frames, and all that they were made of."""
    store: SiteStore | None = None
    watched: Watched | None = None
    """The register's files, in the preview."""

    def on_startup(self, *, command: str, dirty: bool) -> None:
        self.serving = command == "serve"
        if self.serving:
            begin_noticing()
            self.nothing = TemporaryDirectory(prefix="remit-", ignore_cleanup_errors=True)
            self.watched = Watched()

    def on_shutdown(self) -> None:
        if self.watched:
            self.watched.end()
        if self.nothing:
            self.nothing.cleanup()

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Reads and checks everything before MkDocs touches the earlier site."""
        self.host = config
        root = Path(config.config_file_path or "mkdocs.yml").resolve().parent
        if self.prepared:
            self.settings, self.checked = self.prepared
        else:
            self.settings, self.checked = _prepare(root, self.watched)
        if self.checked.found:
            log.info("remit check: %s", count_line(self.checked.found))
        # The host is to list no records: it would take each for a file of the site.
        config.docs_dir = self.nothing.name if self.nothing else config.site_dir
        config.watch.append(str(root / "pyproject.toml"))
        config.theme.static_templates.discard("sitemap.xml")
        _put_frame_below(config.theme)
        return config

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """The theme's files alone: the register's pages are made and written when the host is done,
        which would take each through steps that it does not need. Its assets get their names here.
        """
        theme = [file for file in files if file.src_dir != config.docs_dir]
        found = {file.src_uri: file for file in theme if file.src_uri.startswith(f"{ASSETS}/")}
        own = {str(folder) for folder in own_folders(config.theme)}
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
        settings, site = self.settings, Path(config.site_dir)
        self._render_frames(config)
        choice, compressed = self.choice or self._configured(), self._is_compressed()
        if self.take_shares:
            taken = self.take_shares(site)
            finish_site(taken.listed, taken.searched, settings, site, choice)
        else:
            self.store = self._made(site, choice)
            self.store.compressed = compressed
        self.assets.write(site)
        (site / "index.html").write_text(self.frames.named(root_page(settings)), "utf-8")
        for language in settings.languages:
            (site / language / "404.html").write_text(self.frames.not_found(language), "utf-8")
        write_hosting_files(site, settings.languages, compressed=compressed)
        if compressed:
            write_compressed(site)

    def on_serve(self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Any) -> Any:
        """The host looks at each file that it watches, twice a second. Of the register's many it is
        told instead, as if something had happened in the empty folder."""
        [empty] = [one for one in server.observer.emitters if one.watch.path == config.docs_dir]
        server.build_delay = _SETTLED
        server.builder = partial(self._make_again, builder)
        if self.watched:
            self.watched.begin(lambda: empty.queue_event(FileModifiedEvent(config.docs_dir)))
        return server

    def _make_again(self, whole: Callable[[], None]) -> None:
        if not self._is_brought_up():
            whole()

    def _is_brought_up(self) -> bool:
        """Brings the preview to what the register says now, where the frames stay as they are: the
        host has nothing to do then. False when it is to make the preview, and to say what is wrong.
        """
        store = self.store
        if store is None or self.rendered is None:
            return False
        try:
            self.settings, self.checked = _prepare(self.settings.root, self.watched)
        except PluginError:
            return False
        register, settings, choice = self.checked.register, self.settings, self._configured()
        frames = Frames(register, settings, self.frames.render_frame, self.assets.names)
        if not self._are_as_before(frames, self.host):
            return False
        if not is_of(store, frames, choice):
            return False
        self.frames, self.store = frames, None  # what follows may fail half-way
        site = Path(self.host.site_dir)
        changes = changes_since(store, register, settings)
        updated = update_site(store, changes, frames, site, choice, is_as_left=True)
        self.store = store
        log.info("%d files written, %d removed", updated.written, updated.removed)
        return True

    def _are_as_before(self, frames: Frames, config: MkDocsConfig) -> bool:
        """Whether they would be the preview's last frames; takes those then."""
        made_of = self._of_frames(frames, config)
        if self.rendered is None or self.rendered[0] != made_of:
            return False
        frames.rendered.update(self.rendered[1].rendered)
        frames.lost.update(self.rendered[1].lost)
        self.rendered = made_of, frames
        return True

    def _of_frames(self, frames: Frames, config: MkDocsConfig) -> object:
        files = [contents_digest(path) for path in made_of(config)]
        return frames.state, files, self.assets.names, config.site_url

    def _render_frames(self, config: MkDocsConfig) -> None:
        """Renders those that are not as they were when they were rendered last."""
        frames, plain = self.frames, is_plain(config)
        if self.serving and not (plain and self._are_as_before(frames, config)):
            self.rendered = (self._of_frames(frames, config), frames) if plain else None
        frames.render_all()
        if self.prepared and plain:
            keep_frames(frames, made_of(config))

    def _is_compressed(self) -> bool:
        return self.config.compress and not self.serving

    def _made(self, site: Path, choice: Choice) -> SiteStore:
        """Makes the site, or of one that is served what has changed."""
        store = self._updated(site, choice) if self.serving else None
        if store is None:
            register, settings = self.checked.register, self.settings
            store = make_site(register, settings, self.frames, site, choice, self.done)
        return store

    def _updated(self, site: Path, choice: Choice) -> SiteStore | None:
        """Brings what is served to what the register says now; None when all of it must be made."""
        register, settings, store = self.checked.register, self.settings, self.store
        self.store = None  # what follows may fail half-way
        if store and is_of(store, self.frames, choice):
            changes = changes_since(store, register, settings)
            update_site(store, changes, self.frames, site, choice, is_as_left=True)
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


def is_plain(config: MkDocsConfig) -> bool:
    """Whether the host does nothing but what remit knows of, and is told so by one file alone."""
    text = Path(config.config_file_path).read_text("utf-8")
    return (
        list(config.plugins) == ["remit"]
        and not config.hooks
        and "!ENV" not in text
        and "INHERIT" not in text
    )


def made_of(config: MkDocsConfig) -> list[Path]:
    """What the frames are made of, besides the installed packages."""
    return [Path(config.config_file_path), *own_folders(config.theme)]


def own_folders(theme: Theme) -> list[Path]:
    """The folders of templates and assets that are the register's and remit's, not the theme's."""
    custom = [Path(theme.custom_dir)] if theme.custom_dir else []
    return [*custom, *(folder for folder in FRAMES if folder.is_dir())]


def _below(uri: str) -> str:
    return uri.removeprefix(f"{ASSETS}/")


def _prepare(root: Path, watched: Watched | None) -> tuple[Settings, Checked]:
    """Settings and checked register, or PluginError with all that is wrong."""
    try:
        settings = read_settings(root)
    except SettingsError as error:
        raise PluginError(as_text([error.diagnostic])) from None
    if watched:
        watched.know(settings)
    checked = load_and_check(settings)
    if checked.fails():
        raise PluginError("the register has problems\n" + as_text(checked.found))
    return settings, checked
