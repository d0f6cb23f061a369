"""What holds other things: cards, notices, tables, lists."""

from collections.abc import Iterable
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from visavis.web.ui.parts.library import one_of, register
from visavis.web.ui.parts.signs import icon as draw_icon

NOTES = {
    "news": ("note note-news", "info"),
    "good": ("note note-good", "check"),
    "wait": ("note note-wait", "warning"),
    "bad": ("note note-bad", "warning"),
}
BLANK = "–"
CARDS = {"plain": "box", "accent": "box box-accent"}


@register.simple_block_tag
def card(
    content: str,
    *,
    title: str = "",
    level: int = 2,
    kind: str = "plain",
    id: str = "",  # noqa: A002  (HTML's own word)
) -> SafeString:
    return render_to_string(
        "ui/parts/card.html",
        {
            "content": content,
            "title": title,
            "level": level,
            "look": one_of(CARDS, kind, "kind"),
            "id": id,
        },
    )


@register.simple_block_tag
def link_card(content: str, *, url: str, arrow: bool = True) -> SafeString:
    """A whole card that is one link, with an arrow at its end unless its content says enough."""
    sign = draw_icon("arrow-end") if arrow else ""
    return format_html('<a class="box box-go" href="{}"><span>{}</span>{}</a>', url, content, sign)


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
    """A table cell that knows its column's name, which a phone shows beside it.

    One that holds a dash alone is left out there.
    """
    look = mark_safe(' class="numeric"') if numeric else ""
    blank = mark_safe(" data-blank") if content.strip() == BLANK else ""
    return format_html('<td data-label="{}"{}{}><div>{}</div></td>', label, look, blank, content)


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
        mark_safe(draw_icon("fold").replace('class="icon"', 'class="icon icon-fold"')),  # noqa: S308  (ours)
        content,
    )
