"""Fields that several faces ask for."""

import zoneinfo
from functools import cache
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from visavis.core.text import fold, without_nul

AREAS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)


class MailField(forms.EmailField):
    """An e-mail address, refused in the same words wherever one is typed."""

    default_error_messages: ClassVar = {
        "invalid": _("This is no e-mail address. It looks like name@school.edu.")
    }


@cache
def known_zones() -> dict[str, str]:
    """The zones people live in, by their folded name."""
    names = [name for name in zoneinfo.available_timezones() if name.startswith(AREAS)]
    return {fold(name): name for name in ["UTC", *sorted(names)]}


def read_zone(typed: str) -> str:
    """The zone of this name, or of this city; empty for nothing. Raises ValidationError."""
    wanted = fold(typed).replace(" ", "_")
    if not wanted or wanted in known_zones():
        return known_zones().get(wanted, "")
    cities = [name for key, name in known_zones().items() if key.endswith(f"/{wanted}")]
    if len(cities) == 1:
        return cities[0]
    if typed in zoneinfo.available_timezones():
        return typed
    raise ValidationError(
        _("“%(typed)s” is no time zone that is known here. Pick one from the list."),
        params={"typed": typed},
    )


def zone_input() -> forms.TextInput:
    """What it is typed into; the page prints the list `zones` of `known_zones` beside it."""
    return forms.TextInput(attrs={"list": "zones", "autocomplete": "off"})


class WordsField(forms.CharField):
    """Free words of at most `max_length` characters.

    No `maxlength` for the browser: it cuts what is pasted, and nobody sees it. What is too long
    comes back whole, with how much there is and how much fits; a line's end counts as one.
    """

    default_error_messages: ClassVar[dict[str, Any]] = {
        "max_length": _(
            "This has %(show_value)d characters, and at most %(limit_value)d fit. Shorten it."
        )
    }

    def to_python(self, value: Any) -> str | None:
        told: str | None = super().to_python(value)
        return told and told.replace("\r\n", "\n")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class SearchField(forms.CharField):
    """One line of search, never refused: its first `max_length` letters are what is looked for.

    Were it refused, a list would show everybody to who had asked for one person.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def to_python(self, value: Any) -> str:
        told = without_nul(super().to_python(value) or "")
        return told[: self.max_length].strip()


class WebAddressField(forms.URLField):
    """The address of a page, which begins with https:// or http://; told once when it is none."""

    default_validators = [URLValidator(schemes=["https", "http"])]
    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _("This is no web address. It begins with https://")
    }

    def __init__(self, **kwargs: Any) -> None:
        line = forms.URLInput(attrs={"placeholder": "https://"})
        super().__init__(max_length=500, assume_scheme="https", widget=line, **kwargs)
