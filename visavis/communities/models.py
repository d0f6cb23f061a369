"""The school and its communities: names, settings, wording."""

import zoneinfo

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from visavis.communities.enums import Accent, Eligibility, PauseScope, Preset
from visavis.core import clock

MINUTES_A_DAY = 24 * 60
ON_THE_HOUR_AND_HALF = [0, 30]
MOST_REMINDER = 14 * 24


def validate_timezone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(
            _("“%(name)s” is no time zone. Use a name like America/New_York."),
            params={"name": name},
        )


def validate_five_minutes(minutes: int) -> None:
    if minutes % 5:
        raise ValidationError(
            _("%(minutes)s minutes do not fit: times run in steps of five minutes."),
            params={"minutes": minutes},
        )


def validate_allowed_minutes(minutes: list[int]) -> None:
    if not minutes:
        raise ValidationError(_("Name at least one minute at which meetings may start."))
    for minute in minutes:
        if not isinstance(minute, int) or not 0 <= minute < 60:  # noqa: PLR2004
            raise ValidationError(
                _("“%(minute)s” is no minute of the hour (0 to 59)."), params={"minute": minute}
            )
        validate_five_minutes(minute)


def validate_reminder_hours(hours: list[int]) -> None:
    for hour in hours:
        if isinstance(hour, bool) or not isinstance(hour, int) or not 1 <= hour <= MOST_REMINDER:
            raise ValidationError(
                _("A reminder goes out 1 to %(most)s whole hours before a meeting, not %(hour)s."),
                params={"hour": hour, "most": MOST_REMINDER},
            )


def a_day_and_an_hour() -> list[int]:
    return [24, 1]


def on_the_hour_and_half() -> list[int]:
    return list(ON_THE_HOUR_AND_HALF)


class School(models.Model):
    """The one row of this installation."""

    name = models.CharField(max_length=200, default="My school")
    allowed_domains = models.JSONField(default=list, blank=True)
    # Off: only identity providers sign people in, and the links of `visavis admin add`.
    email_codes = models.BooleanField(default=True)
    # Whoever administers the school or a community proves twice who they are.
    admins_need_second_factor = models.BooleanField(default=False)
    # How often data were erased. It only grows: what was copied under another number is old.
    erasures = models.PositiveBigIntegerField(default=0, db_default=0, editable=False)

    def __str__(self) -> str:
        return self.name


class Community(models.Model):
    """A support centre: its people, words and rules. Durations are whole minutes."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    contact = models.TextField(blank=True)
    preset = models.CharField(max_length=20, choices=Preset)
    timezone = models.CharField(max_length=64, validators=[validate_timezone])
    accent = models.CharField(max_length=12, choices=Accent, default=Accent.TEAL)
    wording = models.JSONField(default=dict, blank=True)

    # Null while it is being set up: until it is opened its administrators alone know of it.
    opened_at = models.DateTimeField(null=True, blank=True, default=clock.now)
    visible = models.BooleanField(default=True)
    eligibility = models.CharField(max_length=10, choices=Eligibility, default=Eligibility.EVERYONE)
    edit_services = models.BooleanField(default=True)
    skip_single_choice = models.BooleanField(default=False)
    # Off: only who manages the community changes anybody's hours.
    providers_edit_hours = models.BooleanField(default=True)

    lead_time_minutes = models.PositiveIntegerField(
        default=0, validators=[validate_five_minutes, MaxValueValidator(90 * MINUTES_A_DAY)]
    )
    weeks_ahead = models.PositiveSmallIntegerField(
        default=12, validators=[MinValueValidator(1), MaxValueValidator(52)]
    )
    allowed_minutes = models.JSONField(
        default=on_the_hour_and_half, validators=[validate_allowed_minutes]
    )
    buffer_before_minutes = models.PositiveSmallIntegerField(
        default=0, validators=[validate_five_minutes, MaxValueValidator(240)]
    )
    buffer_after_minutes = models.PositiveSmallIntegerField(
        default=0, validators=[validate_five_minutes, MaxValueValidator(240)]
    )
    provider_weekly_cap_minutes = models.PositiveIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(7 * MINUTES_A_DAY)]
    )
    student_daily_limit_minutes = models.PositiveIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(MINUTES_A_DAY)]
    )
    student_weekly_limit_minutes = models.PositiveIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(7 * MINUTES_A_DAY)]
    )
    student_open_bookings_limit = models.PositiveIntegerField(null=True, blank=True)
    request_expires_hours = models.PositiveSmallIntegerField(
        default=48, validators=[MinValueValidator(1), MaxValueValidator(24 * 14)]
    )

    # Whoever sits in a group sees who else does, by first name.
    show_attendees = models.BooleanField(default=False)
    waitlist = models.BooleanField(default=False)
    waitlist_hold_minutes = models.PositiveIntegerField(
        default=120,
        validators=[
            validate_five_minutes,
            MinValueValidator(5),
            MaxValueValidator(7 * MINUTES_A_DAY),
        ],
    )

    # Whoever gives a meeting is asked afterwards to write down how it went.
    asks_log = models.BooleanField(default=False)

    # Who is written to of what goes on here; empty where nobody is.
    centre_email = models.EmailField(max_length=254, blank=True)
    # How many hours before a meeting its people are reminded; none where the list is empty.
    reminder_hours = models.JSONField(
        default=a_day_and_an_hour, blank=True, validators=[validate_reminder_hours]
    )

    # Until how long before its start students may cancel or move a meeting themselves.
    cancel_until_hours = models.PositiveSmallIntegerField(
        default=0, validators=[MaxValueValidator(24 * 14)]
    )
    move_until_hours = models.PositiveSmallIntegerField(
        default=0, validators=[MaxValueValidator(24 * 14)]
    )
    # Cancelled or moved by the student less than this before the start: late. 0: never.
    late_cancel_hours = models.PositiveSmallIntegerField(
        default=24, validators=[MaxValueValidator(24 * 14)]
    )

    # So many absences within so many days pause booking for so many days; null: never.
    absence_limit = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    absence_days = models.PositiveSmallIntegerField(
        default=90, validators=[MinValueValidator(1), MaxValueValidator(730)]
    )
    pause_days = models.PositiveSmallIntegerField(
        default=14, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    pause_scope = models.CharField(max_length=4, choices=PauseScope, default=PauseScope.ALL)
    pause_far_days = models.PositiveSmallIntegerField(
        default=2, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    late_cancels_count = models.BooleanField(default=False)
    late_moves_count = models.BooleanField(default=False)
    # What is told at the first, second, … absence; blank: nothing more than that it was missed.
    absence_texts = models.JSONField(default=list, blank=True)

    # Rises with every change that alters what may be offered: closures, zone, places, settings.
    version = models.PositiveBigIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "communities"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(visible=False) | models.Q(opened_at__isnull=False),
                name="community_visible_once_opened",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.timezone)

    @property
    def is_provider_first(self) -> bool:
        return self.preset == Preset.PROVIDER_FIRST

    @property
    def is_opened(self) -> bool:
        """Was opened once; whether students see it now is `visible`."""
        return self.opened_at is not None


class CommunityLink(models.Model):
    """A link of the community's own on its learn screen."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="links")
    label = models.CharField(max_length=80)
    url = models.URLField(max_length=500)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.label
