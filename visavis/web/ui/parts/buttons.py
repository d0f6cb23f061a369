"""What can be pressed."""

from typing import Any

from visavis.web.ui.parts.library import one_of, register

BUTTONS = {
    "primary": "btn btn-primary",
    "secondary": "btn btn-plain",
    "quiet": "btn btn-quiet",
    "danger": "btn btn-danger",
}


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
    icon_end: str = "",
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
    look: str = one_of(BUTTONS, kind, "kind")
    return look + (" btn-small" if small else "") + (" w-full" if wide else "")
