"""MkDocs events → build. The only importer of mkdocs; replace this module to replace MkDocs.

MkDocs brings the theme, writes its files and serves the preview. remit's own processes make and
write the pages, inside frames that the theme has rendered. All languages are built in one run.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
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
    make_directory_files,
    make_feeds,
    make_hosting_files,
    make_pages,
    make_search,
)
from remit.build.documents import make_documents
from remit.build.shard_state import (
    digest_of,
    files_below,
    program_state,
    register_files,
    register_state,
)
from remit.diagnostics import as_text, count_line
from remit.model.site_files import NO_FILES
from remit.render.frame import Frames, site_map
from remit.render.pages import Page, root_page
from remit.settings import Settings, SettingsError, read_settings

log = logging.getLogger("mkdocs.plugins.remit")

_PACKAGE = Path(__file__).parent
FRAMES = (_PACKAGE / "frame", _PACKAGE.parents[1] / "overrides")
"""Where the frame lies: in an installed package, or beside it in the project's own folder."""


Elsewhere = Callable[[Path], Iterable[tuple[str, str]]]
"""Puts the pages, documents, feeds and lists that other processes have made into a site, and gives
language and address of the pages that the site map lists."""


class RemitConfig(base.Config):
    documents = option.Type(bool, default=True)
    """Whether to make the documents as well."""
    search = option.Type(bool, default=True)
    """Whether to make the search index; `serve` leaves it out."""


class RemitPlugin(BasePlugin[RemitConfig]):
    settings: Settings
    checked: Checked
    frames: Frames
    prepared: tuple[Settings, Checked] | None = None
    made_elsewhere: Elsewhere | None = None
    done: Callable[[], None] = staticmethod(lambda: None)
    serving = False

    def on_startup(self, *, command: str, dirty: bool) -> None:
        self.serving = command == "serve"

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Reads and checks everything before MkDocs touches the earlier site."""
        root = Path(config.config_file_path or "mkdocs.yml").resolve().parent
        if self.prepared:
            self.settings, self.checked = self.prepared
        else:
            self.settings, self.checked = _prepare(root)
        if self.checked.found:
            log.info("remit check: %s", count_line(self.checked.found))
        config.docs_dir = str(root / self.settings.content)
        config.watch.extend([str(root / self.settings.mandates), str(root / "pyproject.toml")])
        config.theme.static_templates.discard("sitemap.xml")
        _put_frame_below(config.theme)
        return config

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """The theme's files alone: the register's pages are made and written when the host is done,
        which would take each through steps that it does not need."""
        return Files([file for file in files if file.src_dir != config.docs_dir])

    def on_env(self, env: Any, *, config: MkDocsConfig, files: Files) -> Any:
        one_at_a_time = Lock()

        def render_frame(language: str, remit: dict[str, Any]) -> str:
            with one_at_a_time:
                config.theme["language"] = language
                return str(env.get_template("main.html").render(config=config, remit=remit))

        self.frames = Frames(self.checked.register, self.settings, render_frame)
        return env

    def on_template_context(self, context: Any, *, template_name: str, config: MkDocsConfig) -> Any:
        if template_name == "404.html":
            context["remit_html"] = self.frames.not_found()
        return context

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        settings, site = self.settings, Path(config.site_dir)
        listed = self.made_elsewhere(site) if self.made_elsewhere else self._made_here(site)
        (site / "index.html").write_text(root_page(settings), "utf-8")
        (site / "sitemap.xml").write_text(site_map(listed, settings), "utf-8")
        for language in settings.languages:
            (site / language / "404.html").write_text(self.frames.not_found(language), "utf-8")
        make_hosting_files(site, settings.languages)
        if self.config.search and not self.serving:
            make_search(site)

    def _made_here(self, site: Path) -> Iterable[tuple[str, str]]:
        """Documents, pages and what lies beside them; the pages that the site map lists."""
        register, settings = self.checked.register, self.settings
        made = NO_FILES
        if self.config.documents:  # first, so that the pages know their size and digest
            made = make_documents(register, settings, site, self.done, of_all=not self.serving)
        pages = make_pages(register, settings, made, self.frames.whole, site)
        make_feeds(register, settings, site)
        make_directory_files(register, settings, site)
        return ((page.language, page.path) for page in pages if page.listed)


def _put_frame_below(theme: Theme) -> None:
    """The frame stands above the theme, and below a `custom_dir` of the register's own."""
    frame = next((str(folder) for folder in FRAMES if folder.is_dir()), None)
    if frame is None:
        raise PluginError(f"the site's frame is missing: {FRAMES[0]}; install remit anew")
    if frame not in theme.dirs:
        theme.dirs.insert(1 if theme.custom_dir else 0, frame)


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
    *,
    documents: bool = True,
    search: bool = True,
    done: Callable[[], None] = lambda: None,
    made_elsewhere: Elsewhere | None = None,
) -> None:
    """Builds the whole site of a checked register into `site`; `done` is called per document."""
    config, plugin = _configured(root, settings, checked)
    config.site_dir = str(site)
    plugin.done, plugin.made_elsewhere = done, made_elsewhere
    plugin.config.update({"documents": documents, "search": search})
    config.plugins.on_startup(command="build", dirty=False)
    mkdocs_build.build(config)


def frame_of(root: Path, settings: Settings, checked: Checked) -> Callable[[Page], str]:
    """What puts the site's frame round a page, without making the site."""
    config, plugin = _configured(root, settings, checked)
    config.plugins.on_startup(command="build", dirty=False)
    config = config.plugins.on_config(config)
    plugin.on_env(config.theme.get_env(), config=config, files=Files([]))
    return plugin.frames.whole


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


def site_state(root: Path, settings: Settings, *, documents: bool) -> dict[str, str]:
    """All that the shares of a site depend on, as it is now."""
    return {
        **register_state(settings, register_files(settings)),
        **frame_state(root),
        **program_state(),
        "asked": "build" if documents else "build --no-documents",
    }


def _configured(
    root: Path, settings: Settings, checked: Checked
) -> tuple[MkDocsConfig, RemitPlugin]:
    """The host, with a register that is checked already."""
    config = load_config(str(root / "mkdocs.yml"))
    plugin = config.plugins["remit"]
    assert isinstance(plugin, RemitPlugin)
    plugin.prepared = (settings, checked)
    return config, plugin


def serve_site(root: Path, address: str, *, open_browser: bool = False) -> None:
    """Serves the site and rebuilds it on every change until stopped."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    mkdocs_serve.serve(str(root / "mkdocs.yml"), dev_addr=address, open_in_browser=open_browser)
