"""Ways through: tabs, menus, steps, pages, progress."""

from typing import Any

from django.core.paginator import Page
from django.template.context import Context

from visavis.web.ui.parts.library import register
from visavis.web.ui.pieces import Choice, MenuItem


@register.inclusion_tag("ui/parts/tabs.html")
def tabs(items: list[MenuItem], *, label: str) -> dict[str, Any]:
    """Links to sister pages; the active one is marked."""
    return {"items": items, "label": label}


@register.inclusion_tag("ui/parts/side_menu.html")
def side_menu(items: list[MenuItem]) -> dict[str, Any]:
    return {"items": items}


@register.inclusion_tag("ui/parts/step_header.html")
def step_header(
    *, name: str, prompt: str, number: int, total: int, back_url: str = ""
) -> dict[str, Any]:
    """Step name, prompt and the thin “3 of 6” line."""
    return dict(locals())


@register.inclusion_tag("ui/parts/choices.html")
def choices(items: list[Choice], *, title: str) -> dict[str, Any]:
    """What was chosen so far: beside the step on a wide screen, one line that opens on a phone.

    The line shows its beginning alone: what was found out last stands there.
    """
    latest = list(reversed(items))
    latest.sort(key=lambda item: not item.leads)
    return {
        "items": items,
        "title": title,
        "line": " · ".join(item.short or item.value for item in latest),
    }


@register.inclusion_tag("ui/parts/pages.html", takes_context=True)
def pages(
    context: Context, page_obj: Page[Any], *, target: str = "", name: str = "page"
) -> dict[str, Any]:
    """Earlier and later pages of a list; keeps the query string. `name` tells two lists apart."""
    query = context["request"].GET.copy()
    query.pop(name, None)
    kept = query.urlencode()
    prefix = f"?{kept}&{name}=" if kept else f"?{name}="
    return {"page_obj": page_obj, "prefix": prefix, "target": target}


@register.inclusion_tag("ui/parts/sorted_head.html", takes_context=True)
def sorted_head(
    context: Context, label: str, *, by: str, now: str = "", numeric: bool = False, target: str = ""
) -> dict[str, Any]:
    """The head of a column by which its list can be sorted, up and down; keeps the query string.

    `by` is the column's word in the address, `-` before it turns the order; `now` is what is asked.
    """
    query = context["request"].GET.copy()
    query.pop("page", None)
    is_up = now == by
    query["sort"] = f"-{by}" if is_up else by
    order = {by: "ascending", f"-{by}": "descending"}.get(now, "")
    url = f"?{query.urlencode()}"
    return {"label": label, "url": url, "order": order, "numeric": numeric, "target": target}


@register.inclusion_tag("ui/parts/progress.html")
def progress(
    *, label: str, value: int | None = None, most: int = 1, poll_url: str = ""
) -> dict[str, Any]:
    """How far a long job is; without a `value`, that it is at work and nobody can count.

    Polls `poll_url`, which stops when it answers without one.
    """
    return {"value": value, "most": most, "label": label, "poll_url": poll_url}
