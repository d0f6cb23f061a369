"""The settings as people type them: hours where hours are friendlier than minutes."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from visavis.communities.enums import Accent, Eligibility
from visavis.communities.models import Community, validate_five_minutes
from visavis.web.admin.forms.refusing import RefusingForm
from visavis.web.ui.inputs import known_zones, read_zone, zone_input

WEEK = 7 * 24
MINUTES = [(str(minute), f":{minute:02d}") for minute in range(0, 60, 5)]


class HoursField(forms.DecimalField):
    """Hours as people type them, minutes as they are kept."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=most, decimal_places=2, **kwargs)

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
            raise ValidationError(
                _("Times run in steps of five minutes, such as 0.25 or 1.5 hours.")
            )
        return int(minutes)


class SettingsForm(RefusingForm):
    """Field names are the community's columns."""

    name = forms.CharField(label=_("Name"), max_length=200)
    description = forms.CharField(
        label=_("What it offers"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Students read this when they choose where to go."),
    )
    contact = forms.CharField(
        label=_("Whom to ask"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Stands under every page: an address, a room, a telephone number."),
    )
    accent = forms.ChoiceField(label=_("Colour"), choices=Accent.choices)
    visible = forms.BooleanField(
        label=_("Students can see it"),
        required=False,
        help_text=_("Off while you set it up: only the people who work here see it."),
    )
    eligibility = forms.ChoiceField(
        label=_("Who may book"), choices=Eligibility.choices, widget=forms.RadioSelect
    )
    edit_services = forms.BooleanField(
        label=_("Students may change their own list"),
        required=False,
        help_text=_("Off: only what you put on a student's list can be booked."),
    )
    skip_single_choice = forms.BooleanField(
        label=_("Skip steps with one possible answer"),
        required=False,
        help_text=_("Shorter, but students then do not meet a person's words before booking."),
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
        help_text=_("0: students may book until the meeting begins."),
    )
    weeks_ahead = forms.IntegerField(
        label=_("Weeks ahead that can be booked"), min_value=1, max_value=52
    )
    allowed_minutes = forms.TypedMultipleChoiceField(
        label=_("Minutes of the hour at which meetings begin"),
        choices=MINUTES,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one minute at which meetings may begin.")},
    )
    buffer_before_minutes = forms.IntegerField(
        label=_("Free minutes before each meeting"),
        min_value=0,
        max_value=240,
        validators=[validate_five_minutes],
        widget=forms.NumberInput(attrs={"step": 5}),
    )
    buffer_after_minutes = forms.IntegerField(
        label=_("Free minutes after each meeting"),
        min_value=0,
        max_value=240,
        validators=[validate_five_minutes],
        widget=forms.NumberInput(attrs={"step": 5}),
    )
    request_expires_hours = forms.IntegerField(
        label=_("Hours until a request without answer expires"), min_value=1, max_value=336
    )
    cancel_until_hours = forms.IntegerField(
        label=_("Hours before a meeting until which students may cancel it"),
        min_value=0,
        max_value=336,
        help_text=_("0: until it begins. After that they are told whom to ask."),
    )
    move_until_hours = forms.IntegerField(
        label=_("Hours before a meeting until which students may move it"),
        min_value=0,
        max_value=336,
        help_text=_("0: until it begins."),
    )
    late_cancel_hours = forms.IntegerField(
        label=_("Hours before a meeting from which cancelling is late"),
        min_value=0,
        max_value=336,
        help_text=_("Students are told before they confirm. 0: never late."),
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
        help_text=_("Empty: no limit."),
    )
    student_daily_limit_minutes = HoursField(
        most=24,
        label=_("Most hours a day for one student"),
        required=False,
        help_text=_("Empty: no limit."),
    )
    student_weekly_limit_minutes = HoursField(
        most=WEEK,
        label=_("Most hours a week for one student"),
        required=False,
        help_text=_("Empty: no limit."),
    )
    student_open_bookings_limit = forms.IntegerField(
        label=_("Most coming meetings for one student"),
        required=False,
        min_value=1,
        max_value=1000,
        help_text=_("Empty: no limit."),
    )

    groups = (
        (_("About the community"), ("name", "description", "contact", "accent")),
        (
            _("Who may come"),
            ("visible", "eligibility", "edit_services", "skip_single_choice", "show_attendees"),
        ),
        (
            _("When can be booked"),
            ("timezone", "lead_time_minutes", "weeks_ahead", "allowed_minutes"),
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

    @classmethod
    def shown(cls, community: Community) -> dict[str, Any]:
        """The community's columns as the form's first values."""
        values = {name: getattr(community, name) for name in cls.base_fields}
        return values | {"allowed_minutes": [str(m) for m in community.allowed_minutes]}

    def clean_timezone(self) -> str:
        return read_zone(self.cleaned_data["timezone"])

    @property
    def zones(self) -> list[str]:
        return list(known_zones().values())

    @property
    def grouped(self) -> list[tuple[Any, list[BoundField]]]:
        """The fields under their headings."""
        return [(title, [self[name] for name in names]) for title, names in self.groups]

    @property
    def columns(self) -> dict[str, Any]:
        """What to write, by column."""
        return self.cleaned_data | {"allowed_minutes": sorted(self.cleaned_data["allowed_minutes"])}
