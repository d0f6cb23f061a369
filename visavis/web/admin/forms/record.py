"""What the record of accounts may be narrowed to."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from visavis.people.enums import AccountEventKind
from visavis.web.admin.forms.filters import TEXT_LENGTH, TextFilter
from visavis.web.ui.inputs import SearchField
from visavis.web.ui.instants import DayField


class RecordFilter(TextFilter):
    q = SearchField(
        label=_("Search by person, network, device or role"),
        max_length=TEXT_LENGTH,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    kind = forms.ChoiceField(
        label=_("What happened"),
        choices=[("", _("Everything")), *AccountEventKind.choices],
        required=False,
    )
    first = DayField(label=_("From"), required=False, widget=forms.DateInput)
    last = DayField(label=_("Until"), required=False, widget=forms.DateInput)
    defaults: ClassVar[dict[str, Any]] = {"text": "", "kind": "", "first": None, "last": None}
