"""What answers at an address that moved: a page that leads on, on any host and without scripts."""

from __future__ import annotations

from remit.model.records import BY_KIND, Redirect
from remit.render import tree
from remit.render.site_view import SiteView, environment


def moved_page(view: SiteView, redirect: Redirect, target: str) -> tuple[str, str]:
    """(title, whole page) of the stub at the old address."""
    title = view.labels.get("moved_title", name=view.name(redirect))
    page = target.partition("#")[0]
    html = (
        environment()
        .get_template("moved.html")
        .render(
            language=view.language,
            title=title,
            heading=view.html(view.name_inlines(redirect)),
            words=view.labels["moved_text"],
            link=view.html((tree.Link(_name_of(view, page), target),)),
            note=view.text(redirect.note) if redirect.note else "",
            target=view.href(target),
            canonical=f"{view.settings.site_url}{view.language}/{page}/",
            root=f"{view.up}../",
        )
    )
    return title, html


def trail_of(view: SiteView) -> list[tuple[str, str]]:
    """The list that the page stood in, when its address says one."""
    folder = view.path.partition("/")[0]
    kind = _kind_listed_at(folder)
    return [(view.labels.kind(kind, "many"), folder)] if kind and folder != view.path else []


def _kind_listed_at(folder: str) -> str | None:
    for kind, cls in BY_KIND.items():
        if folder == cls.FOLDER and cls is not Redirect:
            return kind
    return None


def _name_of(view: SiteView, page: str) -> tree.Inlines:
    """What stands at an address, by name."""
    record = view.register.at(page) or view.register.redirects.get(page)
    if record is not None:
        return view.name_inlines(record)
    kind = _kind_listed_at(page)
    words = view.labels.kind(kind, "many") if kind else view.labels["everything"]
    return (tree.Text(words),)
