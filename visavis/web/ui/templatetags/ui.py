"""The components. Each declares its parameters; an unknown one fails when the template is read."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from visavis.core import clock
from visavis.people.enums import HourCycle
from visavis.web.ui import times
from visavis.web.ui.fields import face_of
from visavis.web.ui.icons import ICONS, TURNING
from visavis.web.ui.pieces import Choice, MenuItem, Portrait, find_photo_url, initials_of
from visavis.web.ui.statuses import STATUSES

register = template.Library()

BUTTONS = {
    "primary": "btn btn-primary",
    "secondary": "btn btn-plain",
    "quiet": "btn btn-quiet",
    "danger": "btn btn-danger",
}
PILLS = {
    "neutral": "pill",
    "good": "pill pill-good",
    "wait": "pill pill-wait",
    "bad": "pill pill-bad",
    "news": "pill pill-news",
    "accent": "pill pill-accent",
}
NOTES = {
    "news": ("note note-news", "info"),
    "good": ("note note-good", "check"),
    "wait": ("note note-wait", "warning"),
    "bad": ("note note-bad", "warning"),
}
ICON_SIZES = {"sm": "icon icon-sm", "md": "icon", "lg": "icon icon-lg", "xl": "icon icon-xl"}
FACES = {"sm": "face face-sm", "md": "face", "lg": "face face-lg", "xl": "face face-xl"}


def one_of(table: dict[str, Any], value: str, parameter: str) -> Any:
    """The table's entry, or a loud error that lists what there is."""
    try:
        return table[value]
    except KeyError:
        raise template.TemplateSyntaxError(
            f"{parameter} is “{value}”; it can be one of: {', '.join(table)}."
        ) from None


# --- Signs -------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, *, size: str = "md", label: str = "") -> SafeString:
    """A sign in the text's colour. With `label` it speaks; without, it is ornament."""
    look = one_of(ICON_SIZES, size, "size") + (" icon-turns" if name in TURNING else "")
    said = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75"'
        ' stroke-linecap="round" stroke-linejoin="round" focusable="false" {}>{}</svg>',
        look,
        mark_safe(said),  # noqa: S308  (escaped by format_html above, or a constant)
        mark_safe(one_of(ICONS, name, "icon")),  # noqa: S308  (our own drawings)
    )


@register.inclusion_tag("ui/parts/mark.html")
def mark(*, label: str = "") -> dict[str, Any]:
    return {"label": label}


@register.inclusion_tag("ui/parts/badge.html")
def badge(text: str, *, kind: str = "neutral", icon: str = "") -> dict[str, Any]:
    return {"text": text, "look": one_of(PILLS, kind, "kind"), "icon": icon}


@register.inclusion_tag("ui/parts/badge.html")
def status(state: str) -> dict[str, Any]:
    """A booking's or appointment's state as word, colour and sign."""
    word, kind, sign = one_of(STATUSES, str(state), "state")
    return {"text": word, "look": PILLS[kind], "icon": sign}


@register.simple_tag
def code(text: Any) -> SafeString:
    return format_html("<code>{}</code>", text)


@register.simple_tag
def kbd(key: str) -> SafeString:
    return format_html("<kbd>{}</kbd>", key)


# --- What can be pressed ------------------------------------------------------------------------


@register.inclusion_tag("ui/parts/button.html")
def button(  # noqa: PLR0913  (a component declares each of its attributes)
    label: str,
    *,
    kind: str = "primary",
    type: str = "submit",  # noqa: A002  (HTML's own word)
    name: str = "",
    value: str = "",
    form: str = "",
    formaction: str = "",
    icon: str = "",
    small: bool = False,
    wide: bool = False,
    disabled: bool = False,
    describes: str = "",
) -> dict[str, Any]:
    """A button of a form. `describes` completes the spoken name where many say the same."""
    return {**locals(), "look": _button_look(kind, small=small, wide=wide)}


@register.inclusion_tag("ui/parts/link_button.html")
def link_button(  # noqa: PLR0913  (a component declares each of its attributes)
    label: str,
    *,
    url: str,
    kind: str = "primary",
    icon: str = "",
    icon_end: str = "",
    small: bool = False,
    wide: bool = False,
    download: bool = False,
    describes: str = "",
) -> dict[str, Any]:
    """A link that looks like a button."""
    return {**locals(), "look": _button_look(kind, small=small, wide=wide)}


def _button_look(kind: str, *, small: bool, wide: bool) -> str:
    look = one_of(BUTTONS, kind, "kind")
    return look + (" btn-small" if small else "") + (" w-full" if wide else "")


# --- Forms -------------------------------------------------------------------------------------


@register.inclusion_tag("ui/parts/field.html")
def field(bound: BoundField, *, label: str = "", hide_label: bool = False) -> dict[str, Any]:
    """Label, hint, control and error of one form field, tied together by id."""
    if not isinstance(bound, BoundField):
        raise template.TemplateSyntaxError("{% field %} takes a form's field, as in form.email.")
    return {
        "face": face_of(bound),
        "bound": bound,
        "label": label or bound.label,
        "hide_label": hide_label,
    }


@register.inclusion_tag("ui/parts/fields.html")
def fields(form: BaseForm) -> dict[str, Any]:
    """All fields of a form in its order, hidden ones too."""
    return {"form": form}


@register.inclusion_tag("ui/parts/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """The summary above a refused form; nothing when it is fine."""
    return {"form": form, "wrong": [form[name] for name in form.errors if name in form.fields]}


@register.inclusion_tag("ui/parts/search_box.html", takes_context=True)
def search_box(  # noqa: PLR0913  (a component declares each of its attributes)
    context: Context,
    *,
    label: str,
    value: str = "",
    name: str = "q",
    target: str = "",
    action: str = "",
) -> dict[str, Any]:
    """A search by GET that keeps the other filters; with `target` it narrows while typing."""
    params = context["request"].GET
    kept = [
        (key, item) for key in params if key not in (name, "page") for item in params.getlist(key)
    ]
    return {
        "label": label,
        "value": value,
        "name": name,
        "target": target,
        "action": action,
        "kept": kept,
    }


# --- Surfaces ----------------------------------------------------------------------------------


@register.simple_block_tag
def card(
    content: str,
    *,
    title: str = "",
    level: int = 2,
    kind: str = "plain",
    id: str = "",  # noqa: A002  (HTML's own word)
) -> SafeString:
    looks = {"plain": "box", "accent": "box box-accent"}
    return render_to_string(
        "ui/parts/card.html",
        {
            "content": content,
            "title": title,
            "level": level,
            "look": one_of(looks, kind, "kind"),
            "id": id,
        },
    )


@register.simple_block_tag
def link_card(content: str, *, url: str) -> SafeString:
    """A whole card that is one link, with an arrow at its end."""
    return format_html(
        '<a class="box box-go" href="{}"><span>{}</span>{}</a>', url, content, icon("arrow-end")
    )


@register.simple_block_tag
def page_header(content: str, *, title: str, lead: str = "") -> SafeString:
    """The page's one h1, a line what it is for, and its actions."""
    return render_to_string(
        "ui/parts/page_header.html", {"content": content, "title": title, "lead": lead}
    )


@register.simple_block_tag
def notice(content: str, *, kind: str = "news", title: str = "") -> SafeString:
    look, sign = one_of(NOTES, kind, "kind")
    return render_to_string(
        "ui/parts/notice.html", {"content": content, "title": title, "look": look, "icon": sign}
    )


@register.inclusion_tag("ui/parts/toasts.html")
def toasts(messages: Iterable[Any]) -> dict[str, Any]:
    """Django's messages as notices that need no script."""
    kinds = {"success": "good", "warning": "wait", "error": "bad"}
    return {"messages": [(kinds.get(item.level_tag, "news"), item) for item in messages]}


@register.inclusion_tag("ui/parts/empty_state.html")
def empty_state(
    *,
    title: str,
    sentence: str,
    action: str = "",
    url: str = "",
    icon: str = "list",
    level: int = 2,
) -> dict[str, Any]:
    """What will be here, and how to begin."""
    return dict(locals())


@register.simple_block_tag
def table(content: str, *, caption: str, hide_caption: bool = False) -> SafeString:
    """A table with a sticky head that becomes cards on a phone; write thead and tbody inside."""
    return render_to_string(
        "ui/parts/table.html",
        {"content": content, "caption": caption, "hide_caption": hide_caption},
    )


@register.simple_block_tag
def cell(content: str, *, label: str, numeric: bool = False) -> SafeString:
    """A table cell that knows its column's name, which a phone shows beside it."""
    look = mark_safe(' class="numeric"') if numeric else ""  # noqa: S308  (a constant)
    return format_html('<td data-label="{}"{}><div>{}</div></td>', label, look, content)


@register.simple_block_tag
def facts(content: str) -> SafeString:
    return format_html('<dl class="facts">{}</dl>', content)


@register.simple_block_tag
def fact(content: str, *, term: str) -> SafeString:
    return format_html("<dt>{}</dt><dd>{}</dd>", term, content)


@register.simple_block_tag
def fold(content: str, *, label: str, open: bool = False) -> SafeString:  # noqa: A002  (HTML's own word)
    """Something that opens in place, without a script."""
    return format_html(
        '<details class="fold"{}><summary>{}{}</summary><div>{}</div></details>',
        " open" if open else "",
        label,
        mark_safe(icon("fold").replace('class="icon"', 'class="icon icon-fold"')),  # noqa: S308  (ours)
        content,
    )


# --- People ------------------------------------------------------------------------------------


@register.inclusion_tag("ui/parts/face.html")
def face(*, name: str, photo: Any = "", size: str = "md", spoken: bool = False) -> dict[str, Any]:
    """A photo or initials. Silent beside a printed name; `spoken` where it stands alone."""
    return {
        "name": name,
        "photo": find_photo_url(photo),
        "initials": initials_of(name),
        "look": one_of(FACES, size, "size"),
        "spoken": spoken,
    }


@register.inclusion_tag("ui/parts/face_stack.html")
def face_stack(people: Iterable[Portrait], *, most: int = 4, size: str = "sm") -> dict[str, Any]:
    """The first few faces and how many more there are. Each item has `name` and `photo`."""
    everybody = list(people)
    return {"people": everybody[:most], "more": max(0, len(everybody) - most), "size": size}


@register.inclusion_tag("ui/parts/person.html", takes_context=True)
def person(  # noqa: PLR0913  (a component declares each of its attributes)
    context: Context,
    *,
    name: str,
    photo: Any = "",
    pronouns: str = "",
    line: str = "",
    url: str = "",
    next_free: datetime | None = None,
    shows_next: bool = False,
    zone: ZoneInfo | str | None = None,
    mark: str = "",
    size: str = "lg",
    level: int = 2,
) -> dict[str, Any]:
    """A person: face, name, pronouns, first line, and (with `shows_next`) the next free time."""
    shown = dict(locals())
    shown.pop("context")
    return {
        **shown,
        **_habits(context),
        "zone": zone or context.get("user_zone"),
        "shows_next": shows_next or next_free,
    }


# --- Time --------------------------------------------------------------------------------------

FORMS = ("full", "plain", "date", "time")


def _habits(context: Context) -> dict[str, Any]:
    return {key: context.get(key) for key in ("user_zone", "hour_cycle")}


@register.inclusion_tag("ui/parts/when.html", takes_context=True)
def when(  # noqa: PLR0913  (a component declares each of its attributes)
    context: Context,
    start: datetime,
    end: datetime | None = None,
    *,
    zone: ZoneInfo | str | None = None,
    also: ZoneInfo | str | None = None,
    form: str = "full",
) -> dict[str, Any]:
    """An instant or range in a zone. Forms: full (day, times, zone), plain (no zone), date, time.

    `also` is a second zone, printed when its clocks read differently then.
    """
    where = _zone(zone or context.get("user_zone"))
    second = _zone(also) if also else where
    cycle = context.get("hour_cycle") or HourCycle.TWELVE
    same = times.shows_same_clock(start, zone=where, other=second)
    return {
        "start": start,
        "text": _moment(start, end, zone=where, cycle=cycle, form=form),
        "zone_words": times.zone_in_words(where) if form == "full" else "",
        "also_text": "" if same else _moment(start, end, zone=second, cycle=cycle, form=form),
        "also_zone_words": times.zone_in_words(second),
    }


def _moment(
    start: datetime, end: datetime | None, *, zone: ZoneInfo, cycle: HourCycle, form: str
) -> str:
    one_of(dict.fromkeys(FORMS), form, "form")
    today = clock.now().astimezone(zone).date()
    if form == "date":
        return times.date_in_words(start.astimezone(zone).date(), today=today)
    if form == "time" and end:
        return times.times_in_words(start, end, zone=zone, cycle=cycle)
    if form == "time":
        return times.time_in_words(start, zone=zone, cycle=cycle)
    return times.moment_in_words(start, end, zone=zone, cycle=cycle, today=today)


def _zone(zone: ZoneInfo | str | None) -> ZoneInfo:
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone or "UTC")


@register.simple_tag
def duration(length: timedelta | int) -> str:
    """A length in words; a bare number means minutes."""
    return times.duration_in_words(length)


@register.simple_tag
def zone_name(zone: ZoneInfo | str) -> str:
    """“New York time”."""
    return times.zone_in_words(_zone(zone))


# --- Ways through ------------------------------------------------------------------------------


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
    """What was chosen so far: beside the step on a wide screen, one line that opens on a phone."""
    return {"items": items, "title": title, "line": " · ".join(item.value for item in items)}


@register.inclusion_tag("ui/parts/pages.html", takes_context=True)
def pages(context: Context, page_obj: Page[Any], *, target: str = "") -> dict[str, Any]:
    """Earlier and later pages of a list; keeps the query string."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    kept = query.urlencode()
    return {"page_obj": page_obj, "prefix": f"?{kept}&" if kept else "?", "target": target}


@register.inclusion_tag("ui/parts/progress.html")
def progress(*, value: int, most: int, label: str, poll_url: str = "") -> dict[str, Any]:
    """How far a long job is. Polls `poll_url`, which stops when it answers without one."""
    return {"value": value, "most": most, "label": label, "poll_url": poll_url}
