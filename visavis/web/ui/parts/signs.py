"""Signs: icons, the mark, states, codes."""

import re
from functools import lru_cache
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from visavis.web.ui.icons import ICONS, TURNING
from visavis.web.ui.parts.library import one_of, register
from visavis.web.ui.statuses import STATUSES

PILLS = {
    "neutral": "pill",
    "good": "pill pill-good",
    "wait": "pill pill-wait",
    "bad": "pill pill-bad",
    "news": "pill pill-news",
    "accent": "pill pill-accent",
}
ADDRESS = re.compile(r"[^\s@]+@[^\s@]+|\w+(?:\.\w+){2,}")
ICON_SIZES = {"sm": "icon icon-sm", "md": "icon", "lg": "icon icon-lg", "xl": "icon icon-xl"}


@register.simple_tag
def icon(name: str, *, size: str = "md", label: str = "") -> SafeString:
    """A sign in the text's colour. With `label` it speaks; without, it is ornament."""
    return _drawn(name, size, str(label))


# A page has a dozen of them, and the next page's are the same.
@lru_cache(maxsize=1024, typed=True)  # what is safe already is not escaped again
def _drawn(name: str, size: str, label: str) -> SafeString:
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
    return format_html("<code>{}</code>", breakable(text))


@register.filter
def breakable(text: Any) -> SafeString:
    """The text, in which a long e-mail address breaks before its @ and after its dots."""
    return mark_safe(ADDRESS.sub(_with_breaks, conditional_escape(text)))  # noqa: S308  (escaped)


def _with_breaks(address: re.Match[str]) -> str:
    return address[0].replace("@", "<wbr>@").replace(".", ".<wbr>")


@register.simple_tag
def kbd(key: str) -> SafeString:
    return format_html("<kbd>{}</kbd>", key)
