"""When and where: weekly hours, dated changes, closures, locations, terms.

All minutes are wall-clock minutes after midnight in the community's time zone. An end above
1440 lies on the next day: the block crosses midnight and belongs to the day on which it begins.
"""

from typing import Any, ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from visavis.availability.change_models import HoursChange
from visavis.availability.enums import ChangeKind, Weekday
from visavis.availability.outside_models import OutsideBusy, OutsideCalendar
from visavis.catalogue.enums import MeetingKind
from visavis.catalogue.models import AppointmentFormat, Service
from visavis.communities.models import Community
from visavis.core import clock
from visavis.core.derived import add_derived
from visavis.core.text import fold
from visavis.people.enums import Source
from visavis.people.models import Provider

__all__ = [
    "NAME_LENGTH",
    "Admission",
    "Break",
    "Closure",
    "DatedChange",
    "HoursChange",
    "Location",
    "OutsideBusy",
    "OutsideCalendar",
    "Term",
    "WeeklyBlock",
]

# Of a term, and of a break.
NAME_LENGTH = 80


class Location(models.Model):
    """A room, an online place or a telephone. Without hours always open, without capacity endless.

    `hours` is a list of [weekday, start minute, end minute], Monday being 0.
    """

    community = models.ForeignKey(Community, models.CASCADE, related_name="locations")
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=220, editable=False)
    kind = models.CharField(max_length=10, choices=MeetingKind, default=MeetingKind.IN_PERSON)
    hours = models.JSONField(default=list, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    details = models.TextField(blank=True)
    source = models.CharField(max_length=6, choices=Source, default=Source.HAND)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    DERIVED: ClassVar[dict[str, tuple[str, ...]]] = {"name_key": ("name",)}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "name_key"], name="location_name_once"),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        super().save(*args, **add_derived(kwargs, self.DERIVED))

    def derive(self) -> None:
        """Fill the column that follows from the name (bulk writes call it too)."""
        self.name_key = fold(self.name)[:220]

    @property
    def is_active(self) -> bool:
        return self.archived_at is None


class Admission(models.Model):
    """What a block of hours admits: any, or just these.

    "Any" is said, not inferred from emptiness: hours for one course must not open to all when that
    course goes.
    """

    any_service = models.BooleanField(default=True)
    any_format = models.BooleanField(default=True)
    any_location = models.BooleanField(default=True)
    services = models.ManyToManyField(Service, blank=True, related_name="+")
    formats = models.ManyToManyField(AppointmentFormat, blank=True, related_name="+")
    locations = models.ManyToManyField(Location, blank=True, related_name="+")
    # Entries of a file's `Courses` as written, where some are patterns or match nothing yet:
    # imports put what they match into `services`, also later when such a course comes.
    service_entries = models.JSONField(default=list, blank=True)

    class Meta:
        abstract = True


class WeeklyBlock(Admission):
    """Hours that come back every week, from a date until a date, both inclusive."""

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="weekly_blocks")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    start_minute = models.PositiveSmallIntegerField()
    end_minute = models.PositiveSmallIntegerField()
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=6, choices=Source, default=Source.HAND)

    class Meta:
        ordering = ["weekday", "start_minute", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__lte=6, start_minute__lt=1440)
                & Q(end_minute__gt=F("start_minute"))
                & Q(end_minute__lte=F("start_minute") + 1440),
                name="weekly_block_is_a_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.start_minute}–{self.end_minute}"


class DatedChange(Admission):
    """Extra hours or away: the same wall-clock range on each date from `first` to `last`.

    What a change admits matters to extra hours only; away is away.
    """

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="dated_changes")
    kind = models.CharField(max_length=5, choices=ChangeKind)
    first = models.DateField()
    last = models.DateField()
    start_minute = models.PositiveSmallIntegerField(default=0)
    end_minute = models.PositiveSmallIntegerField(default=1440)
    note = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=6, choices=Source, default=Source.HAND)

    class Meta:
        ordering = ["first", "start_minute", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gte=F("first"), start_minute__lt=1440)
                & Q(end_minute__gt=F("start_minute"))
                & Q(end_minute__lte=F("start_minute") + 1440),
                name="dated_change_is_a_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.first}–{self.last}"


class Closure(models.Model):
    """When the community is closed: a wall-clock range on each date from `first` to `last`."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="closures")
    first = models.DateField()
    last = models.DateField()
    start_minute = models.PositiveSmallIntegerField(default=0)
    end_minute = models.PositiveSmallIntegerField(default=1440)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["first", "start_minute", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gte=F("first"), start_minute__lt=1440)
                & Q(end_minute__gt=F("start_minute"))
                & Q(end_minute__lte=F("start_minute") + 1440),
                name="closure_is_a_range",
            ),
        ]

    def __str__(self) -> str:
        return self.reason or f"{self.first}–{self.last}"


class Term(models.Model):
    """A stretch of teaching weeks, first and last day included; series can run to its end."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="terms")
    name = models.CharField(max_length=NAME_LENGTH)
    first = models.DateField()
    last = models.DateField()

    class Meta:
        ordering = ["first", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="term_is_a_range"),
        ]

    def __str__(self) -> str:
        return self.name


class Break(models.Model):
    """Days within a term, first and last included, on which weekly series do not meet."""

    term = models.ForeignKey(Term, models.CASCADE, related_name="breaks")
    name = models.CharField(max_length=NAME_LENGTH)
    first = models.DateField()
    last = models.DateField()

    class Meta:
        ordering = ["first", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="break_is_a_range"),
        ]

    def __str__(self) -> str:
        return self.name
