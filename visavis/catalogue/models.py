"""What can be booked: services, who may give them, whose list they are on, and formats."""

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from visavis.catalogue.enums import MeetingKind, QuestionKind, Repeats, ServiceKind
from visavis.communities.models import Community, validate_five_minutes
from visavis.core import clock
from visavis.core.derived import add_derived
from visavis.core.text import fold, fold_code
from visavis.people.enums import Source
from visavis.people.models import Provider, User

CODE_LENGTH = 64
NAME_LENGTH = 200


class Service(models.Model):
    """What a student picks first: a course, or a general topic (then `number` is blank).

    `code` is subject + number for a course and the subject cell itself for a topic.
    """

    community = models.ForeignKey(Community, models.CASCADE, related_name="services")
    kind = models.CharField(max_length=8, choices=ServiceKind)
    subject = models.CharField(max_length=CODE_LENGTH)
    number = models.CharField(max_length=CODE_LENGTH, blank=True)
    name = models.CharField(max_length=NAME_LENGTH, blank=True)
    description = models.TextField(blank=True)
    code = models.CharField(max_length=CODE_LENGTH, editable=False)
    code_key = models.CharField(max_length=CODE_LENGTH * 4, editable=False)
    search_key = models.CharField(max_length=600, editable=False)
    owner = models.ForeignKey(
        Provider, models.SET_NULL, null=True, blank=True, related_name="own_services"
    )
    for_everybody = models.BooleanField(default=False)
    source = models.CharField(max_length=6, choices=Source, default=Source.HAND)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    DERIVED: ClassVar[dict[str, tuple[str, ...]]] = {
        "kind": ("number",),
        "code": ("subject", "number"),
        "code_key": ("subject", "number"),
        "search_key": ("subject", "number", "name"),
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "code_key"], name="service_code_once"),
        ]
        ordering = ["-for_everybody", "code_key"]

    def __str__(self) -> str:
        return self.code

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        super().save(*args, **add_derived(kwargs, self.DERIVED))

    def derive(self) -> None:
        """Fill the columns that follow from subject, number and name (bulk writes call it too)."""
        self.kind = ServiceKind.COURSE if self.number else ServiceKind.TOPIC
        self.code = f"{self.subject}{self.number}"
        self.code_key = fold_code(self.code)
        self.search_key = fold(f"{self.code} {self.subject} {self.number} {self.name}")[:600]

    @property
    def is_active(self) -> bool:
        return self.archived_at is None

    @property
    def label(self) -> str:
        """Code and name, as lists show it."""
        return f"{self.code} {self.name}".strip() if self.number else self.name or self.code


class Certification(models.Model):
    """One entry of a provider's `Courses`: a code by name, or a prefix pattern (`CHEM*`, `*`).

    Kept as written: an entry that matches nothing lies dormant until its course returns.
    """

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="certifications")
    entry = models.CharField(max_length=CODE_LENGTH + 1)
    # The folded code, or for a pattern the folded prefix without its star.
    key = models.CharField(max_length=CODE_LENGTH * 4, editable=False)
    is_pattern = models.BooleanField(editable=False)
    source = models.CharField(max_length=6, choices=Source, default=Source.HAND)

    DERIVED: ClassVar[dict[str, tuple[str, ...]]] = {"key": ("entry",), "is_pattern": ("entry",)}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "key", "is_pattern"], name="certification_once"
            ),
        ]
        indexes = [
            # Who may give this service, by name?
            models.Index(fields=["key", "is_pattern"], name="certification_by_key"),
        ]

    def __str__(self) -> str:
        return self.entry

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        super().save(*args, **add_derived(kwargs, self.DERIVED))

    def derive(self) -> None:
        """Fill the columns that follow from `entry` (bulk writes call it too)."""
        self.is_pattern = self.entry.endswith("*")
        self.key = fold_code(self.entry.removesuffix("*"))


class Enrollment(models.Model):
    """A service on a student's list."""

    user = models.ForeignKey(User, models.CASCADE, related_name="enrollments")
    service = models.ForeignKey(Service, models.CASCADE, related_name="enrollments")
    source = models.CharField(max_length=6, choices=Source, default=Source.HAND)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "service"], name="enrollment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.service}"


def every_kind() -> list[str]:
    return list(MeetingKind.values)


class AppointmentFormat(models.Model):
    """What a student chooses on the learn screen: how long, with how many, where, how confirmed."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="formats")
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)
    minutes = models.PositiveSmallIntegerField(
        validators=[validate_five_minutes, MinValueValidator(5), MaxValueValidator(480)]
    )
    capacity = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(200)]
    )
    meeting_kinds = models.JSONField(default=every_kind)
    auto_confirm = models.BooleanField(default=True)
    repeats = models.CharField(max_length=8, choices=Repeats, default=Repeats.SINGLE)
    # Of a weekly format: the longest series, skipped weeks counted.
    most_weeks = models.PositiveSmallIntegerField(
        default=12, validators=[MinValueValidator(2), MaxValueValidator(16)]
    )
    # Blank: the community's own buffers.
    buffer_before_minutes = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[validate_five_minutes, MaxValueValidator(240)]
    )
    buffer_after_minutes = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[validate_five_minutes, MaxValueValidator(240)]
    )
    position = models.PositiveSmallIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.archived_at is None

    @property
    def is_group(self) -> bool:
        return self.capacity > 1

    @property
    def is_weekly(self) -> bool:
        return self.repeats == Repeats.WEEKLY


class Question(models.Model):
    """Something that is asked, and how it may be answered."""

    label = models.CharField(max_length=200)
    hint = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=16, choices=QuestionKind)
    choices = models.JSONField(default=list, blank=True)
    is_required = models.BooleanField(default=False)
    max_length = models.PositiveIntegerField(default=4000)
    position = models.PositiveSmallIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.label


class FormatQuestion(Question):
    """One question of a format's topic page: students answer it when they book."""

    format = models.ForeignKey(AppointmentFormat, models.CASCADE, related_name="questions")


class LogQuestion(Question):
    """One question of a community's log: whoever gave the meeting answers it afterwards."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="log_questions")


class ShortAddress(models.Model):
    """A short way to a community, or straight to one of its services; one at a time for each.

    One that was taken back stays, so that its code is never given again.
    """

    community = models.ForeignKey(Community, models.CASCADE, related_name="short_addresses")
    service = models.ForeignKey(
        Service, models.CASCADE, null=True, blank=True, related_name="short_addresses"
    )
    code = models.CharField(max_length=16, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community"],
                condition=models.Q(service__isnull=True, revoked_at__isnull=True),
                name="short_address_of_community_once",
            ),
            models.UniqueConstraint(
                fields=["service"],
                condition=models.Q(revoked_at__isnull=True),
                name="short_address_of_service_once",
            ),
        ]

    def __str__(self) -> str:
        return self.service.label if self.service else self.community.name
