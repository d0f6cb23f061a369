"""What is typed about a wish to wait."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from visavis.bookings.actions.waiting import MOST_TIMES
from visavis.bookings.waitlist_models import ALL_DAY, EVERY_DAY, DayTimes
from visavis.catalogue.enums import MeetingKind
from visavis.web.hours.times_form import Fences, TimesForm
from visavis.web.hours.words import weekdays_from
from visavis.web.student.crowd import Crowd
from visavis.web.student.way import Way

USUAL = timedelta(weeks=2)
ROWS = "times"
"""The prefix of the rows' fields."""


class WishedTimesForm(TimesForm):
    """One row: days of the week, and the times of day between which a meeting would suit."""

    fences = Fences(
        has_length=True, start_hint=_("Empty: any time."), end_hint=_("Empty: any time.")
    )

    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days of the week"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: any day."),
    )

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["weekdays"].choices = weekdays_from(zone)  # type: ignore[attr-defined]

    @property
    def is_empty(self) -> bool:
        """Nothing was said in this row."""
        return not any(value not in (None, []) for value in self.cleaned_data.values())

    @property
    def times(self) -> DayTimes:
        data = self.cleaned_data
        days = tuple(data.get("weekdays", ())) or EVERY_DAY
        return DayTimes(days, data.get("start") or 0, data.get("end") or ALL_DAY)


BaseRows: type[forms.BaseFormSet[WishedTimesForm]] = forms.formset_factory(
    WishedTimesForm, extra=1, max_num=MOST_TIMES, absolute_max=MOST_TIMES
)


class TimesRows(BaseRows):  # type: ignore[misc, valid-type]
    """The rows; those in which nothing was said are none, unless nothing was said at all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(self.forms) > 1:
            for row in self.forms:
                # Beside another row, one without days and times does not mean any time.
                row.fields["weekdays"].help_text = _("Nothing ticked: any day, at these times.")

    @classmethod
    def typed(cls, data: Any) -> list[dict[str, Any]]:
        """What stands in the rows that were sent, unchecked: for showing them with one more."""
        sent = [number for number in range(MOST_TIMES) if f"{ROWS}-{number}-start" in data]
        return [
            {
                "weekdays": data.getlist(f"{ROWS}-{number}-weekdays"),
                "start": data.get(f"{ROWS}-{number}-start", ""),
                "end": data.get(f"{ROWS}-{number}-end", ""),
            }
            for number in sent or [0]
        ]

    @property
    def said(self) -> list[WishedTimesForm]:
        """The rows in which something was said, or the first."""
        return [row for row in self.forms if not row.is_empty] or self.forms[:1]

    @property
    def times(self) -> list[DayTimes]:
        return [row.times for row in self.said] or [DayTimes()]

    @property
    def has_room(self) -> bool:
        """Whether another row may be added."""
        return len(self.forms) < MOST_TIMES


def times_rows(data: QueryDict | None, *, is_more: bool, zone: ZoneInfo) -> TimesRows:
    """The rows as they were sent, one empty row at first, or with one more than there were.

    Their weeks begin as weeks do in `zone`.
    """
    told = {"prefix": ROWS, "form_kwargs": {"zone": zone}}
    if data is None or is_more:
        typed = TimesRows.typed(data) if is_more and data is not None else None
        return TimesRows(initial=typed, **told)
    # Whoever sends no row at all has said nothing about times.
    none = {f"{ROWS}-TOTAL_FORMS": ["0"], f"{ROWS}-INITIAL_FORMS": ["0"]}
    return TimesRows(MultiValueDict({**none, **dict(data.lists())}), **told)


class WaitlistForm(forms.Form):
    """With whom, on which days, and in which way; nothing ticked means any."""

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
            "kinds": data.get("kinds", ()),
        }
