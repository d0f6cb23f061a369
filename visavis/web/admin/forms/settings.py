"""The settings as people type them: hours where hours are friendlier than minutes."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from visavis.communities.enums import Accent, Eligibility
from visavis.communities.models import Community, validate_five_minutes
from visavis.core.seen import write_seen
from visavis.web.ui.inputs import WordsField, known_zones, read_zone, zone_input
from visavis.web.ui.seen import SeenForm

WEEK = 7 * 24
STEPS = _("Times run in steps of five minutes, such as 0.25 or 1.5 hours.")
MINUTES = [(str(minute), f":{minute:02d}") for minute in range(0, 60, 5)]


class HoursField(forms.DecimalField):
    """Hours as people type them, minutes as they are kept."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=most, decimal_places=2, **kwargs)
        self.error_messages["max_decimal_places"] = STEPS

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            return f"{Decimal(value) / 60:.2f}".rstrip("0").rstrip(".")
        return value

    def clean(self, value: Any) -> int | None:
        hours = super().clean(value)
        if hours is None:
            return None
        minutes = hours * 60
        if minutes % 5:
            raise ValidationError(STEPS)
        return int(minutes)


class SettingsForm(SeenForm):
    """Field names are the community's columns."""

    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        help_text=_("Stands at the top of every page and in mails, such as “Writing Centre”."),
    )
    description = WordsField(
        label=_("What it offers"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Students read this when they choose where to go."),
    )
    contact = WordsField(
        label=_("Whom to ask"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Stands under every page: an address, a room, a telephone number."),
    )
    accent = forms.ChoiceField(
        label=_("Colour"),
        choices=Accent.choices,
        help_text=_("Of buttons and links, so that two communities are told apart at a glance."),
    )
    visible = forms.BooleanField(
        label=_("Students can see it"),
        required=False,
        help_text=_(
            "Off while you set it up: only the people who work here see it, and students who have"
            " meetings here."
        ),
    )
    eligibility = forms.ChoiceField(
        label=_("Who may book"),
        choices=Eligibility.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "With the list, only those under Students can book, such as first-year students alone."
        ),
    )
    edit_services = forms.BooleanField(
        label=_("Students may change their own list"),
        required=False,
        help_text=_(
            "On: they add and remove what they see first, such as a course they take. Off: only "
            "what you put on a student's list can be booked."
        ),
    )
    skip_single_choice = forms.BooleanField(
        label=_("Skip steps with one possible answer"),
        required=False,
        help_text=_(
            "With one room, for example, nobody is asked where. Shorter, but students then may not "
            "meet a person's words before booking."
        ),
    )
    providers_edit_hours = forms.BooleanField(
        label=_("Who gives support may edit their own hours"),
        required=False,
        help_text=_(
            "Off: only administrators change hours. Sick days can be entered all the same."
        ),
    )
    timezone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        widget=zone_input(),
        help_text=_("Type the city of your rooms, such as New York. Hours are clock times in it."),
    )
    lead_time_minutes = HoursField(
        most=90 * 24,
        label=_("Hours' notice before a meeting"),
        help_text=_(
            "2: at noon the first time that can be booked is 2:00 PM. 0: students may book until "
            "the meeting begins."
        ),
    )
    weeks_ahead = forms.IntegerField(
        label=_("Weeks ahead that can be booked"),
        min_value=1,
        max_value=52,
        help_text=_("4: on a Monday, every day up to the Monday four weeks later can be booked."),
    )
    allowed_minutes = forms.TypedMultipleChoiceField(
        label=_("Minutes of the hour at which meetings begin"),
        choices=MINUTES,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(":00 and :30: meetings begin at 9:00, 9:30, 10:00 and so on."),
        error_messages={"required": _("Tick at least one minute at which meetings may begin.")},
    )
    buffer_before_minutes = forms.IntegerField(
        label=_("Free minutes before each meeting"),
        min_value=0,
        max_value=240,
        validators=[validate_five_minutes],
        widget=forms.NumberInput(attrs={"step": 5}),
        help_text=_(
            "10: after a meeting until 9:50, the next begins at 10:00 at the soonest. Meetings "
            "that are booked already keep what counted then."
        ),
    )
    buffer_after_minutes = forms.IntegerField(
        label=_("Free minutes after each meeting"),
        min_value=0,
        max_value=240,
        validators=[validate_five_minutes],
        widget=forms.NumberInput(attrs={"step": 5}),
        help_text=_(
            "5, to write the log. Between two meetings the longer of these two times is free."
        ),
    )
    request_expires_hours = forms.IntegerField(
        label=_("Hours until a request without answer expires"),
        min_value=1,
        max_value=336,
        help_text=_(
            "48: what is asked for on Monday at noon and not answered is given free on Wednesday "
            "at noon. Which meetings are on request is set with each kind of meeting."
        ),
    )
    cancel_until_hours = forms.IntegerField(
        label=_("Hours before a meeting until which students may cancel it"),
        min_value=0,
        max_value=336,
        help_text=_(
            "24: a meeting on Tuesday at 2:00 PM can be cancelled until Monday at 2:00 PM. After "
            "that they are told whom to ask. 0: until it begins."
        ),
    )
    move_until_hours = forms.IntegerField(
        label=_("Hours before a meeting until which students may move it"),
        min_value=0,
        max_value=336,
        help_text=_("2: a meeting at 2:00 PM can be moved until noon. 0: until it begins."),
    )
    late_cancel_hours = forms.IntegerField(
        label=_("Hours before a meeting from which cancelling or moving is late"),
        min_value=0,
        max_value=336,
        help_text=_(
            "24: cancelling on the day before is late. Students are told before they confirm, and "
            "late ones can count as missed. 0: never late."
        ),
    )
    show_attendees = forms.BooleanField(
        label=_("People in a group see each other's first names"),
        required=False,
        help_text=_("Off: nobody sees who else is there. Who gives the meeting always does."),
    )
    provider_weekly_cap_minutes = HoursField(
        most=WEEK,
        label=_("Most hours a week for one person who gives support"),
        required=False,
        help_text=_(
            "10: once ten hours of one week are booked with somebody, their other times of that "
            "week are no longer offered. Empty: no limit."
        ),
    )
    student_daily_limit_minutes = HoursField(
        most=24,
        label=_("Most hours a day for one student"),
        required=False,
        help_text=_("1: two meetings of 30 minutes on one day, and no third. Empty: no limit."),
    )
    student_weekly_limit_minutes = HoursField(
        most=WEEK,
        label=_("Most hours a week for one student"),
        required=False,
        help_text=_("2.5: five meetings of 30 minutes from Monday to Sunday. Empty: no limit."),
    )
    student_open_bookings_limit = forms.IntegerField(
        label=_("Most coming meetings for one student"),
        required=False,
        min_value=1,
        max_value=1000,
        help_text=_(
            "3: who has three meetings to come can book the next after the first of them. Empty: "
            "no limit."
        ),
    )

    groups = (
        (_("About the community"), ("name", "description", "contact", "accent")),
        (
            _("Who may come"),
            ("visible", "eligibility", "edit_services", "skip_single_choice", "show_attendees"),
        ),
        (
            _("When can be booked"),
            (
                "timezone",
                "lead_time_minutes",
                "weeks_ahead",
                "allowed_minutes",
                "providers_edit_hours",
            ),
        ),
        (
            _("Around a meeting"),
            ("buffer_before_minutes", "buffer_after_minutes", "request_expires_hours"),
        ),
        (
            _("When plans change"),
            ("cancel_until_hours", "move_until_hours", "late_cancel_hours"),
        ),
        (
            _("Limits"),
            (
                "provider_weekly_cap_minutes",
                "student_daily_limit_minutes",
                "student_weekly_limit_minutes",
                "student_open_bookings_limit",
            ),
        ),
    )

    def __init__(self, *args: Any, community: Community | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unasked: dict[str, Any] = {}
        if community is not None and not community.is_opened:
            # The set-up guide opens it, once something can be booked.
            del self.fields["visible"]
            self.unasked = {"visible": community.visible}

    @classmethod
    def shown(cls, community: Community) -> dict[str, Any]:
        """The community's columns as the form's first values."""
        values = setting_values(community)
        return _fields(values) | {"seen": write_seen(values)}

    def first_values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return _fields(values)

    def clean_timezone(self) -> str:
        return read_zone(self.cleaned_data["timezone"])

    @property
    def zones(self) -> list[str]:
        return list(known_zones().values())

    @property
    def grouped(self) -> list[tuple[Any, list[BoundField]]]:
        """The fields under their headings."""
        return [
            (title, [self[name] for name in names if name in self.fields])
            for title, names in self.groups
        ]

    @property
    def columns(self) -> dict[str, Any]:
        """What to write, by column; what is not asked stays."""
        typed = {name: self.cleaned_data[name] for name in COLUMNS if name in self.fields}
        typed |= self.unasked
        return typed | {"allowed_minutes": sorted(typed["allowed_minutes"])}


def _fields(values: Mapping[str, Any]) -> dict[str, Any]:
    minutes = [str(minute) for minute in values.get("allowed_minutes", ())]
    return {**values, "allowed_minutes": minutes}


COLUMNS = tuple(name for name in SettingsForm.base_fields if name != "seen")


def setting_values(community: Community) -> dict[str, Any]:
    """The columns that the form changes, as they stand."""
    return {name: getattr(community, name) for name in COLUMNS}
