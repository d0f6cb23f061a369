"""What narrows the list of appointments and the calendar."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from visavis.bookings.enums import BookingState
from visavis.communities.models import Community
from visavis.communities.wording import Wording, wording_of
from visavis.web.admin.forms.choosing import PlaceField, ProviderField, ServiceField
from visavis.web.admin.forms.filters import TEXT_LENGTH, Filter
from visavis.web.admin.queries.appointments import (
    all_places,
    all_providers,
    all_services,
)
from visavis.web.ui.inputs import SearchField
from visavis.web.ui.instants import DayField

FIRST, LAST = date(2000, 1, 1), date(2100, 1, 1)
NAMED = ("provider", "service", "location")
ALL_SHOWN = _("All are shown.")


def service_label(words: Wording) -> str:
    """What a service is called beside people: the menu's word where both are called the same."""
    return words.services_menu if words.service == words.provider else words.service


class AppointmentFilter(Filter):
    """What narrows the list; an id of another community counts as not asked."""

    q = SearchField(max_length=TEXT_LENGTH)
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
    defaults: ClassVar[dict[str, Any]] = {"text": "", "span": "coming"}

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.community, words = community, wording_of(community)
        for name, kind, rows, label in (
            ("provider", ProviderField, all_providers(community), words.provider),
            ("service", ServiceField, all_services(community), service_label(words)),
            ("location", PlaceField, all_places(community), _("Place")),
        ):
            self.fields[name] = kind(
                rows,
                community=community,
                also_gone=True,
                required=False,
                label=label,
                empty_label=_("All"),
            )

    @property
    def shown(self) -> "AppointmentFilter":
        """The controls with what counts in each, and nothing said about what does not."""
        given = {"q": self.wanted.get("text", ""), **self.wanted}
        # A name that fits nobody stays there to be mended, with what is wrong with it.
        unknown = [name for name in NAMED if self.has_error(name) and self.data[name].strip()]
        given |= {name: self.data[name] for name in unknown}
        form = AppointmentFilter(initial=given, community=self.community)
        for name in unknown:
            form.fields[name].help_text = " ".join([*self.errors[name], str(ALL_SHOWN)])
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
