"""People: faces and persons."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from visavis.core.markup import to_html
from visavis.web.ui.parts.library import one_of, register
from visavis.web.ui.pieces import Portrait, find_photo_url, initials_of

FACES = {"sm": "face face-sm", "md": "face", "lg": "face face-lg", "xl": "face face-xl"}


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
def face_stack(
    people: Iterable[Portrait], *, most: int = 4, total: int | None = None, size: str = "sm"
) -> dict[str, Any]:
    """The first few faces and how many more there are. Each item has `name` and `photo`.

    `total` says how many they are where `people` are only the first.
    """
    everybody = list(people)
    count = len(everybody) if total is None else total
    return {"people": everybody[:most], "more": max(0, count - most), "size": size}


@register.inclusion_tag("ui/parts/person.html", takes_context=True)
def person(  # noqa: PLR0913  (a component declares each of its attributes)
    context: Context,
    *,
    name: str,
    photo: Any = "",
    pronouns: str = "",
    topic: str = "",
    line: str = "",
    url: str = "",
    next_free: datetime | None = None,
    shows_next: bool = False,
    zone: ZoneInfo | str | None = None,
    mark: str = "",
    size: str = "lg",
    level: int = 2,
) -> dict[str, Any]:
    """A person: face, name, pronouns, topic, first line; with `shows_next` the next free time."""
    shown = dict(locals())
    shown.pop("context")
    return {
        **shown,
        "hour_cycle": context.get("hour_cycle"),
        "zone": zone or context.get("user_zone"),
        "shows_next": shows_next or next_free,
    }


@register.inclusion_tag("ui/parts/introduction.html", takes_context=True)
def introduction(
    context: Context,
    *,
    name: str,
    photo: Any = "",
    pronouns: str = "",
    bio: str = "",
    note: str = "",
    level: int = 2,
) -> dict[str, Any]:
    """A person as students meet them: face, name, pronouns, and all that they say of themselves."""
    shown = dict(locals())
    shown.pop("context")
    return {**shown, "hour_cycle": context.get("hour_cycle")}


@register.filter
def formatted(text: str) -> SafeString:
    """What somebody wrote, with its paragraphs, lists, links and emphasis (`core/markup.py`)."""
    return mark_safe(to_html(text))  # noqa: S308  (cleaned there)
