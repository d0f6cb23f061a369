"""What is typed about a pause that somebody makes by hand."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from visavis.communities.enums import PauseScope
from visavis.communities.models import Community
from visavis.engine.zones import midnight
from visavis.people.models import Pause
from visavis.web.ui.inputs import MailField, WordsField
from visavis.web.ui.instants import DayField

DAY = timedelta(days=1)


class PauseForm(forms.Form):
    """Dates are the community's local ones. Who it is about stands in `student`, an e-mail."""

    student = MailField(
        label=_("E-mail of the student"),
        error_messages={
            "required": _("Say whose booking is paused."),
        },
    )
    scope = forms.ChoiceField(
        label=_("What is paused"),
        choices=PauseScope.choices,
        widget=forms.RadioSelect,
        help_text=_("Coming by without a booking is never paused."),
    )
    far_days = forms.IntegerField(
        label=_("Further ahead means more than so many days"),
        required=False,
        min_value=1,
        max_value=365,
        help_text=_("Counts only for meetings that lie further ahead."),
    )
    last = DayField(
        label=_("Last day of the pause"),
        required=False,
        widget=forms.DateInput,
        help_text=_("It ends by itself after this day. Empty: until you end it."),
    )
    reason = WordsField(
        label=_("Why?"),
        max_length=500,
        help_text=_("The student reads this."),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say in a few words why, so that the student knows.")},
    )

    def __init__(self, *args: Any, community: Community, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.community, self.today = community, today

    @classmethod
    def shown(cls, community: Community, pause: Pause | None) -> dict[str, Any]:
        """The first values: those of a pause, or what the community's rule would do."""
        if pause is None:
            return {"scope": community.pause_scope, "far_days": community.pause_far_days}
        last = pause.until and (pause.until - timedelta(seconds=1)).astimezone(community.zone)
        return {
            "scope": PauseScope.ALL if pause.far_days is None else PauseScope.FAR,
            "far_days": pause.far_days or community.pause_far_days,
            "last": last and last.date(),
            "reason": pause.reason,
        }

    def clean_last(self) -> date | None:
        last: date | None = self.cleaned_data["last"]
        if last is not None and last < self.today:
            raise forms.ValidationError(_("This day is over. Choose today or a later one."))
        return last

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_far = data.get("scope") == PauseScope.FAR
        if is_far and not data.get("far_days") and "far_days" not in self.errors:
            self.add_error("far_days", _("Say how many days ahead can still be booked."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        """Ready for the action; the pause holds to the end of its last day."""
        data = self.cleaned_data
        return {
            "until": self._end(data["last"]),
            "far_days": data["far_days"] if data["scope"] == PauseScope.FAR else None,
            "reason": data["reason"].strip(),
        }

    def _end(self, last: date | None) -> datetime | None:
        return None if last is None else midnight(last + DAY, self.community.zone)
