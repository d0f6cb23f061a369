"""What the address of a list may ask for."""

from collections.abc import Container, Mapping
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from visavis.catalogue.enums import ServiceKind
from visavis.web.ui.inputs import SearchField
from visavis.web.ui.instants import DayField

TEXT_LENGTH = 100


class Filter(forms.Form):
    """A form that is never refused: what makes no sense counts as not asked."""

    # What each value is when it is not asked for; the keys are the names that queries use.
    defaults: ClassVar[dict[str, Any]] = {}

    @classmethod
    def read(cls, data: QueryDict) -> dict[str, Any]:
        """Every value by the name that queries use."""
        form = cls(data)
        form.is_valid()
        asked = {**form.cleaned_data}
        if "q" in form.fields:
            asked["text"] = asked.pop("q", "")
        return {**cls.defaults, **asked}


class TextFilter(Filter):
    q = SearchField(max_length=TEXT_LENGTH)
    defaults: ClassVar[dict[str, Any]] = {"text": ""}


class DayFilter(Filter):
    day = DayField(widget=forms.DateInput)
    defaults: ClassVar[dict[str, Any]] = {"day": None}


def sorts(*keys: str) -> forms.ChoiceField:
    """By which columns a list can be sorted, each up and down."""
    return forms.ChoiceField(
        choices=[("", ""), *((f"{sign}{key}", "") for key in keys for sign in ("", "-"))],
        required=False,
    )


def sort_options(
    columns: Mapping[str, Any], *, numbers: Container[str] = ()
) -> list[tuple[str, str]]:
    """The orders of a list as a select offers them: each column (key and label) up and down."""
    options = [("", _("Usual order"))]
    for key, label in columns.items():
        up, down = _("%(column)s, A to Z"), _("%(column)s, Z to A")
        if key in numbers:
            up, down = _("%(column)s, fewest first"), _("%(column)s, most first")
        options += [(key, up % {"column": label}), (f"-{key}", down % {"column": label})]
    return options


class ServiceFilter(TextFilter):
    sort = sorts("code", "name", "enrolled")
    kind = forms.ChoiceField(choices=[("", ""), *ServiceKind.choices], required=False)
    archived = forms.BooleanField(required=False)
    defaults: ClassVar[dict[str, Any]] = {"text": "", "kind": "", "archived": False, "sort": ""}


class EnrollmentFilter(TextFilter):
    sort = sorts("student", "service")
    defaults: ClassVar[dict[str, Any]] = {"text": "", "sort": ""}


class StudentFilter(TextFilter):
    sort = sorts("name", "id")
    # An attribute and its value, as `queries.people.known_values` writes them.
    known = forms.CharField(max_length=310, required=False)
    defaults: ClassVar[dict[str, Any]] = {"text": "", "sort": "", "known": ""}

    @classmethod
    def read(cls, data: QueryDict) -> dict[str, Any]:
        """As of every list; `known` is None where it can be known of nobody."""
        asked = super().read(data)
        return asked | {"known": None} if cls(data).has_error("known") else asked


class LocationFilter(TextFilter):
    archived = forms.BooleanField(required=False)
    sort = sorts("name", "kind")
    defaults: ClassVar[dict[str, Any]] = {"text": "", "archived": False, "sort": ""}


class ProviderFilter(TextFilter):
    sort = sorts("name", "email")
    retired = forms.BooleanField(required=False)
    defaults: ClassVar[dict[str, Any]] = {"text": "", "retired": False, "sort": ""}


class EligibilityFilter(TextFilter):
    by = forms.ChoiceField(choices=[("provider", ""), ("service", "")], required=False)
    dormant = forms.BooleanField(required=False)
    defaults: ClassVar[dict[str, Any]] = {"text": "", "by": "", "dormant": False}
