"""What the address of a list may ask for."""

from typing import Any, ClassVar

from django import forms
from django.http import QueryDict

from visavis.catalogue.enums import ServiceKind

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
    q = forms.CharField(max_length=TEXT_LENGTH, required=False)
    defaults: ClassVar[dict[str, Any]] = {"text": ""}


class ServiceFilter(TextFilter):
    kind = forms.ChoiceField(choices=[("", ""), *ServiceKind.choices], required=False)
    archived = forms.BooleanField(required=False)
    defaults: ClassVar[dict[str, Any]] = {"text": "", "kind": "", "archived": False}


class ProviderFilter(TextFilter):
    retired = forms.BooleanField(required=False)
    defaults: ClassVar[dict[str, Any]] = {"text": "", "retired": False}


class EligibilityFilter(TextFilter):
    by = forms.ChoiceField(choices=[("provider", ""), ("service", "")], required=False)
    dormant = forms.BooleanField(required=False)
    defaults: ClassVar[dict[str, Any]] = {"text": "", "by": "", "dormant": False}
