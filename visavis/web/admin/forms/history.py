"""What the history may be narrowed to."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from visavis.web.admin.forms.filters import TEXT_LENGTH, TextFilter
from visavis.web.admin.history_things import thing_choices
from visavis.web.admin.history_verbs import verb_choices
from visavis.web.ui.inputs import SearchField
from visavis.web.ui.instants import DayField


class HistoryFilter(TextFilter):
    q = SearchField(
        label=_("Search by person, thing, what was done, or why"),
        max_length=TEXT_LENGTH,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    who = SearchField(label=_("Done by"), max_length=TEXT_LENGTH)
    verb = forms.ChoiceField(
        label=_("What was done"),
        choices=lambda: [("", _("Everything")), *verb_choices()],
        required=False,
    )
    thing = forms.ChoiceField(
        label=_("Kind of thing"),
        choices=lambda: [("", _("Every kind")), *thing_choices()],
        required=False,
    )
    first = DayField(label=_("From"), required=False, widget=forms.DateInput)
    last = DayField(label=_("Until"), required=False, widget=forms.DateInput)
    defaults: ClassVar[dict[str, Any]] = {
        "text": "",
        "who": "",
        "verb": "",
        "thing": "",
        "first": None,
        "last": None,
    }
