"""What narrows the list of appointments and the calendar."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from visavis.bookings.enums import BookingState
from visavis.communities.models import Community
from visavis.communities.wording import Wording, wording_of
from visavis.people.models import Provider
from visavis.web.admin.forms.filters import TEXT_LENGTH, Filter
from visavis.web.admin.queries.appointments import (
    all_places,
    all_providers,
    all_services,
)
from visavis.web.ui.instants import DayField

FIRST, LAST = date(2000, 1, 1), date(2100, 1, 1)


def service_label(words: Wording) -> str:
    """What a service is called beside people: the menu's word where both are called the same."""
    return words.services_menu if words.service == words.provider else words.service


class AppointmentFilter(Filter):
    """What narrows the list; an id of another community counts as not asked."""

    q = forms.CharField(max_length=TEXT_LENGTH, required=False)
    span = forms.ChoiceField(
        label=_("When"),
        choices=[("coming", _("Coming")), ("past", _("Past")), ("all", _("All"))],
        required=False,
    )
    state = forms.ChoiceField(
        label=_("State"), choices=[("", _("Every state")), *BookingState.choices], required=False
    )
    first = DayField(label=_("From"), required=False, widget=forms.DateInput)
    last = DayField(label=_("Until"), required=False, widget=forms.DateInput)
    sort = forms.ChoiceField(
        label=_("Order"),
        choices=[
            ("", _("As they take place")),
            ("soonest", _("Soonest first")),
            ("latest", _("Latest first")),
            ("student", _("Student’s name")),
            ("provider", _("Who gives it")),
            ("booked", _("Last booked first")),
        ],
        required=False,
    )
    provider = forms.ModelChoiceField(Provider.objects.none(), required=False)
    service = forms.ModelChoiceField(Provider.objects.none(), required=False)
    location = forms.ModelChoiceField(
        Provider.objects.none(), required=False, label=_("Place"), empty_label=_("Every place")
    )
    defaults: ClassVar[dict[str, Any]] = {"text": "", "span": "coming"}

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.community, words = community, wording_of(community)
        for name, rows, label in (
            ("provider", all_providers(community), words.provider),
            ("service", all_services(community), service_label(words)),
            ("location", all_places(community), _("Place")),
        ):
            field = self.fields[name]
            field.queryset = rows  # type: ignore[attr-defined]
            field.label = label
            field.empty_label = _("All")  # type: ignore[attr-defined]
        self.fields["service"].label_from_instance = lambda service: service.label  # type: ignore[attr-defined]

    @property
    def shown(self) -> "AppointmentFilter":
        """The controls with what counts in each, and nothing said about what does not."""
        given = {"q": self.wanted.get("text", ""), **self.wanted}
        form = AppointmentFilter(initial=given, community=self.community)
        form.use_required_attribute = False
        for field in form.fields.values():
            field.required = True  # beside a filter “optional” is noise
        return form

    @property
    def wanted(self) -> dict[str, Any]:
        """Every value by the name that the list uses."""
        self.is_valid()
        found = {name: value for name, value in self.cleaned_data.items() if value}
        if "q" in found:
            found["text"] = found.pop("q")
        for name in ("first", "last"):
            if name in found and not FIRST <= found[name] <= LAST:
                del found[name]
        return {**self.defaults, **found}


class CalendarFilter(Filter):
    """Which days the calendar shows, and whose."""

    day = DayField(widget=forms.DateInput, required=False, label=_("Day"))
    view = forms.ChoiceField(choices=[("week", ""), ("day", "")], required=False)
    by = forms.ChoiceField(choices=[("provider", ""), ("place", "")], required=False)
    defaults: ClassVar[dict[str, Any]] = {"day": None, "view": "week", "by": "provider"}

    @classmethod
    def read(cls, data: QueryDict) -> dict[str, Any]:
        asked = {name: value for name, value in super().read(data).items() if value}
        if "day" in asked and not FIRST <= asked["day"] <= LAST:
            del asked["day"]
        return {**cls.defaults, **asked}
