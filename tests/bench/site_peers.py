"""Other tools' projects that make the same pages from Markdown, and the commands that build them.

Two contents: "mandates" are the pages of the mandates alone, "pages" all pages of our site. What
each tool is given is what suits it: Hugo a tree of bundles per language with templates of its own,
MkDocs and Zensical files that link to files, Sphinx MyST with a list of contents.
"""

from __future__ import annotations

import json
import posixpath
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.environments import Environment
from bench.same_pages import Page, page_of

CONTENTS = ("mandates", "pages")
ADDRESS = "https://remit.example/"
LANGUAGE_NAMES = {"nb": "Norsk bokmål", "en": "English", "sv": "Svenska"}


@dataclass(frozen=True)
class SitePeer:
    """A tool with the settings it is given. `environment`: its name in peers.txt, or "" for a
    program of the machine or of remit's own environment. `sources`: "hugo" or "docs", the form of
    its sources, which several tools share: settings lie beside them under names of their own."""

    name: str
    environment: str
    sources: str
    settings: Callable[[Path, Sequence[str]], None]
    commands: Callable[[Environment | None, Path], list[list[str]]]
    out: str
    contents: tuple[str, ...] = CONTENTS
    needs: str = ""
    """A program of the machine that it is."""

    def folder(self, content: str, work: Path) -> Path:
        return work / content / self.sources

    def clear(self, folder: Path) -> None:
        """Takes away what it made, and what it kept for the next time."""
        for left in (self.out, ".cache", "doctrees", "resources"):
            shutil.rmtree(folder / left, ignore_errors=True)


# --- sources ---------------------------------------------------------------------------------


def write_sources(site: Path, work: Path) -> None:
    """Every form of the sources of both contents, from our built site, page by page."""
    if (work / "whole").is_file():
        return
    shutil.rmtree(work, ignore_errors=True)
    files = sorted(site.rglob("index.html"))
    known = frozenset(file.parent.relative_to(site).as_posix() for file in files)
    shares = [files[start : start + 200] for start in range(0, len(files), 200)]
    # in other processes, so that measuring starts from a small one
    with ProcessPoolExecutor() as processes:
        list(processes.map(partial(_write_pages, site, work, known), shares))
    (work / "whole").touch()


def _write_pages(site: Path, work: Path, known: frozenset[str], files: Sequence[Path]) -> None:
    parents = {path.rpartition("/")[0] for path in known}
    for file in files:
        page = page_of(site, file)
        if page and page.path:
            for content in CONTENTS:
                if content == "pages" or is_of_mandate(page.path):
                    _write_page(page, work / content, content, parents, known)


def _write_page(
    page: Page, place: Path, content: str, parents: set[str], known: frozenset[str]
) -> None:
    def there(path: str) -> bool:
        return path in known and (content == "pages" or is_of_mandate(path))

    def address(path: str) -> str:
        return f"/{path}/" if there(path) else f"{ADDRESS}{path}/"

    def file(path: str) -> str:
        known_here = there(path)
        return posixpath.relpath(f"{path}/index.md", page.path) if known_here else address(path)

    title = json.dumps(page.title, ensure_ascii=False)
    bundle = "_index.md" if content == "pages" and page.path in parents else "index.md"
    text = f"---\ntitle: {title}\n---\n\n{page.markdown(address)}"
    _put(place / "hugo/content" / page.path / bundle, text)
    _put(
        place / "docs/content" / page.path / "index.md", f"# {page.title}\n\n{page.markdown(file)}"
    )


def is_of_mandate(path: str) -> bool:
    """Whether a page is a mandate's own: LANGUAGE/mandates/ID."""
    parts = path.split("/")
    return len(parts) == 3 and parts[1] == "mandates"


def _put(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def page_to_edit(folder: Path) -> Path:
    """A mandate's page among the sources in a folder."""
    return min((folder / "content").glob("*/mandates/*/*index.md"))


def edit(page: Path, number: int) -> None:
    """Gives the page another last line than it had."""
    text = page.read_text("utf-8").partition("\n\nEndret")[0].rstrip("\n")
    page.write_text(f"{text}\n\nEndret {number}\n", "utf-8")


def is_shown(page: Path, folder: Path, out: str, number: int) -> bool:
    """Whether what was built of a page says what `edit` wrote."""
    place = page.parent.relative_to(folder / "content")
    # the plugin for languages leaves the default language without a folder of its own
    made = [folder / out / place, folder / out / place.relative_to(place.parts[0])]
    return any(
        f"Endret {number}" in file.read_text("utf-8")
        for file in (at / "index.html" for at in made)
        if file.is_file()
    )


# --- Hugo ------------------------------------------------------------------------------------


def _hugo_settings(name: str, template: str) -> Callable[[Path, Sequence[str]], None]:
    def write(folder: Path, languages: Sequence[str]) -> None:
        settings = (
            f'baseURL = "{ADDRESS}"\ntitle = "Synthetic"\nlayoutDir = "layouts-{name}"\n'
            'disableKinds = ["taxonomy", "term", "RSS"]\n'
            f'defaultContentLanguage = "{languages[0]}"\ndefaultContentLanguageInSubdir = true\n'
        )
        for code in languages:
            settings += (
                f'[languages.{code}]\nlanguageName = "{LANGUAGE_NAMES.get(code, code)}"\n'
                f'contentDir = "content/{code}"\n'
            )
        _put(folder / f"{name}.toml", settings)
        for layout in ("_default/single.html", "_default/list.html", "index.html"):
            _put(folder / f"layouts-{name}" / layout, template)

    return write


def _hugo(
    name: str, *, search: bool = False
) -> Callable[[Environment | None, Path], list[list[str]]]:
    def commands(environment: Environment | None, folder: Path) -> list[list[str]]:
        program = environment.program("hugo") if environment else "hugo"
        out = str(folder / f"out-{name}")
        settings = ["--config", str(folder / f"{name}.toml")]
        build = [program, "--quiet", "--source", str(folder), *settings, "--destination", out]
        index = [sys.executable, "-m", "pagefind", "--site", out, "--quiet"]
        return [build, index] if search else [build]

    return commands


_PLAIN = """\
<!doctype html>
<html lang="{{ .Language.Lang }}">
<head><meta charset="utf-8"><title>{{ .Title }}</title></head>
<body><main><h1>{{ .Title }}</h1>
{{ .Content }}
</main></body>
</html>
"""

_FRAMED = """\
<!doctype html>
<html lang="{{ .Language.Lang }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>{{ .Title }} – {{ .Site.Title }}</title>
<meta name="description" content="{{ .Title }}">
<link rel="canonical" href="{{ .Permalink }}">
{{ range .AllTranslations -}}
<link rel="alternate" hreflang="{{ .Language.Lang }}" href="{{ .Permalink }}">
{{ end -}}
<link rel="stylesheet" href="/style.css">
</head>
<body>
<a href="#main">Content</a>
<header>
<nav aria-label="Languages"><ul>
{{ range .AllTranslations -}}
<li><a href="{{ .RelPermalink }}" hreflang="{{ .Language.Lang }}">
{{- .Language.LanguageName }}</a></li>
{{ end -}}
</ul></nav>
<a href="{{ .Site.Home.RelPermalink }}">{{ .Site.Title }}</a>
{{ $section := .Section -}}
{{ $language := .Language.Lang -}}
<nav aria-label="Menu"><ul>
{{ range slice "contacts" "guidance" "roles" "mandates" "organisations" "networks" "all" -}}
<li><a href="/{{ $language }}/{{ . }}/"{{ if eq . $section }} aria-current="true"{{ end }}>
{{- . }}</a></li>
{{ end -}}
</ul></nav>
</header>
<main id="main">
<article>
<nav aria-label="Way back"><ol>
{{ range .Ancestors.Reverse -}}
<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>
{{ end -}}
</ol></nav>
<h1>{{ .Title }}</h1>
{{ .TableOfContents }}
{{ .Content }}
</article>
</main>
<footer><p>{{ .Site.Title }}</p><p>{{ .Permalink }}</p></footer>
</body>
</html>
"""


# --- MkDocs and Zensical -----------------------------------------------------------------------


def _material_settings(
    name: str, *, nav: bool = True, pruned: bool = False, i18n: bool = False
) -> Callable[[Path, Sequence[str]], None]:
    def write(folder: Path, languages: Sequence[str]) -> None:
        lines = [
            f"site_name: Synthetic\nsite_url: {ADDRESS}\ndocs_dir: content",
            f"site_dir: out-{name}\ntheme:\n  name: material\n  font: false",
            *(["  features: [navigation.prune]"] if pruned else []),
            "plugins:\n  - search",
        ]
        if i18n:
            known = [
                {"locale": code, "name": LANGUAGE_NAMES.get(code, code), "build": True}
                | ({"default": True} if code == languages[0] else {})
                for code in languages
            ]
            said = json.dumps(known, ensure_ascii=False)
            lines += [f"  - i18n:\n      docs_structure: folder\n      languages: {said}"]
        if nav:
            lines += ["nav:", *_all_in_nav(folder, languages)]
        _put(folder / f"{name}.yml", "\n".join(lines) + "\n")

    return write


def _all_in_nav(folder: Path, languages: Sequence[str]) -> Iterator[str]:
    """One section per language, of all its pages by path."""
    for code in languages:
        yield f"  - {LANGUAGE_NAMES.get(code, code)}:"
        for file in sorted((folder / "content" / code).rglob("index.md")):
            yield f"      - {file.relative_to(folder / 'content').as_posix()}"


def _mkdocs(name: str) -> Callable[[Environment | None, Path], list[list[str]]]:
    def commands(environment: Environment | None, folder: Path) -> list[list[str]]:
        python = environment.program("python") if environment else sys.executable
        return [[python, "-m", "mkdocs", "build", "-q", "-f", str(folder / f"{name}.yml")]]

    return commands


def _zensical(environment: Environment | None, folder: Path) -> list[list[str]]:
    assert environment
    return [[environment.program("zensical"), "build", "-f", str(folder / "zensical.yml")]]


# --- Sphinx ------------------------------------------------------------------------------------


def _sphinx_settings(folder: Path, languages: Sequence[str]) -> None:
    _put(
        folder / "sphinx/conf.py",
        'project = "Synthetic"\nextensions = ["myst_parser"]\nhtml_theme = "alabaster"\n'
        f'language = "{languages[0]}"\nroot_doc = "contents"\n'
        'suppress_warnings = ["myst", "toc"]\n',
    )
    listed = "# Synthetic\n\n```{toctree}\n:glob:\n:maxdepth: 1\n\n**\n```\n"
    _put(folder / "content/contents.md", listed)


def _sphinx(environment: Environment | None, folder: Path) -> list[list[str]]:
    assert environment
    build = [environment.program("python"), "-m", "sphinx", "-q", "-b", "dirhtml", "-j", "auto"]
    places = ["-c", str(folder / "sphinx"), "-d", str(folder / "doctrees")]
    return [[*build, *places, str(folder / "content"), str(folder / "out-sphinx")]]


# --- the table ---------------------------------------------------------------------------------

_PAGES = ("pages",)
_PLAIN_HUGO = _hugo_settings("plain", _PLAIN)
_FRAMED_HUGO = _hugo_settings("framed", _FRAMED)


def _hugos(name: str, environment: str, needs: str = "") -> tuple[SitePeer, ...]:
    """With the plainest template, with a frame like ours, and with an index for searching."""
    return (
        SitePeer(
            f"{name} plain",
            environment,
            "hugo",
            _PLAIN_HUGO,
            _hugo("plain"),
            "out-plain",
            needs=needs,
        ),
        SitePeer(
            f"{name} framed",
            environment,
            "hugo",
            _FRAMED_HUGO,
            _hugo("framed"),
            "out-framed",
            _PAGES,
            needs,
        ),
        SitePeer(
            f"{name} framed + Pagefind",
            environment,
            "hugo",
            _FRAMED_HUGO,
            _hugo("framed", search=True),
            "out-framed",
            _PAGES,
            needs,
        ),
    )


def _material(name: str, title: str, environment: str = "", **options: bool) -> SitePeer:
    settings = _material_settings(name, **options)
    return SitePeer(title, environment, "docs", settings, _mkdocs(name), f"out-{name}")


PEERS = (
    *_hugos("Debian Hugo", "", "hugo"),
    *_hugos("Hugo", "hugo"),
    SitePeer(
        "Zensical",
        "zensical",
        "docs",
        _material_settings("zensical", pruned=True),
        _zensical,
        "out-zensical",
    ),
    _material("material", "Material all in nav"),
    _material("pruned", "Material pruned nav", pruned=True),
    _material("i18n", "Material static-i18n", "material-i18n", nav=False, i18n=True),
    SitePeer("Sphinx", "sphinx", "docs", _sphinx_settings, _sphinx, "out-sphinx"),
)
