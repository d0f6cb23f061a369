"""What is typed about a wish to wait."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from visavis.availability.enums import Weekday
from visavis.bookings.waitlist_models import ALL_DAY
from visavis.catalogue.enums import MeetingKind
from visavis.web.hours.forms import TimeOfDayField
from visavis.web.student.crowd import Crowd
from visavis.web.student.way import Way

USUAL = timedelta(weeks=2)


class WaitlistForm(forms.Form):
    """Dates and times are the community's local ones. Nothing ticked in a group means any."""

    provider = forms.ChoiceField(required=False)
    first = forms.DateField(
        label=_("First day"),
        widget=forms.DateInput,
        error_messages={"required": _("Say from which day on.")},
    )
    last = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput,
        error_messages={"required": _("Say until which day.")},
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days of the week"),
        choices=Weekday.choices,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: any day."),
    )
    start = TimeOfDayField(label=_("From"), required=False, help_text=_("Empty: any time."))
    end = TimeOfDayField(label=_("To"), required=False, help_text=_("Empty: any time."))
    kinds = forms.MultipleChoiceField(
        label=_("Only this way"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, crowd: Crowd, way: Way, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.crowd, self.is_free = crowd, False
        people = [] if crowd.is_large else crowd.listed
        if len(people) > 1:
            field = self.fields["provider"]
            field.label = way.wording.provider
            field.choices = [  # type: ignore[attr-defined]
                ("", str(_("Anyone"))),
                *((str(who.pk), str(who)) for who in people),
            ]
        else:
            self.fields["provider"] = forms.CharField(required=False, widget=forms.HiddenInput)
        kinds = way.format.meeting_kinds
        if len(kinds) > 1:
            self.fields["kinds"].choices = [  # type: ignore[attr-defined]
                (kind, MeetingKind(kind).label) for kind in kinds
            ]
        else:
            del self.fields["kinds"]

    @classmethod
    def usual(cls, today: date, weeks_ahead: int) -> dict[str, Any]:
        """What most will want: the coming fortnight, as far as can be booked."""
        return {"first": today, "last": today + min(USUAL, timedelta(weeks=weeks_ahead))}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("start"), data.get("end")
        if start is not None and end and end <= start:
            self.add_error("end", _("The end is before the start."))
        wanted = data.get("provider")
        if wanted and self.crowd.find(wanted) is None:
            self.add_error(None, _("The person you chose is no longer there. Choose again."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        """Ready for a wish."""
        data = self.cleaned_data
        return {
            "provider": self.crowd.find(data["provider"]) if data["provider"] else None,
            "first": data["first"],
            "last": data["last"],
            "weekdays": data["weekdays"] or tuple(range(7)),
            "ranges": [(data["start"] or 0, data["end"] or ALL_DAY)],
            "kinds": data.get("kinds", ()),
        }
