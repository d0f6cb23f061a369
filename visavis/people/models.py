"""People of the school, and what they are in each community."""

import uuid
from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from visavis.communities.models import Community, validate_timezone
from visavis.core import clock
from visavis.core.derived import add_derived
from visavis.core.text import fold
from visavis.people.account_models import AccountEvent, Device
from visavis.people.enums import HourCycle, PauseEventKind, Role, Source
from visavis.people.times import last_day_before

__all__ = [
    "AccountEvent",
    "Device",
    "Membership",
    "Pause",
    "PauseEvent",
    "Provider",
    "User",
    "UserManager",
]


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email_key=fold(username or ""))


class User(AbstractBaseUser):
    """A person, once for the whole school; provisional until the first sign-in."""

    email = models.EmailField(max_length=254)
    email_key = models.CharField(max_length=254, unique=True, editable=False)
    sso_id = models.CharField(max_length=200, blank=True)
    # Null, not blank: many people have none, and a unique column admits only one blank.
    sso_key = models.CharField(max_length=200, null=True, unique=True, editable=False)  # noqa: DJ001
    first_name = models.CharField(max_length=200, blank=True)
    last_name = models.CharField(max_length=200, blank=True)
    # first + last name + e-mail, folded: what a search box looks in.
    search_key = models.CharField(max_length=460, editable=False, db_index=True)
    pronouns = models.CharField(max_length=40, blank=True)
    timezone = models.CharField(max_length=64, blank=True, validators=[validate_timezone])
    hour_cycle = models.CharField(max_length=4, choices=HourCycle, default=HourCycle.AUTO)
    is_school_admin = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    # Rises with every change to this person's taken time, in any role and community.
    time_version = models.PositiveBigIntegerField(default=1)

    objects: ClassVar[UserManager] = UserManager()

    DERIVED: ClassVar[dict[str, tuple[str, ...]]] = {
        "email_key": ("email",),
        "sso_key": ("sso_id",),
        "search_key": ("first_name", "last_name", "email"),
    }
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["last_name", "first_name", "email_key"]

    def __str__(self) -> str:
        return self.full_name or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        super().save(*args, **add_derived(kwargs, self.DERIVED))

    def derive(self) -> None:
        """Fill the columns that follow from names, address and ID (bulk writes call it too)."""
        self.email_key = fold(self.email)
        self.sso_key = fold(self.sso_id) or None
        self.search_key = fold(f"{self.first_name} {self.last_name} {self.email}")[:460]

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def is_provisional(self) -> bool:
        return self.claimed_at is None


class Membership(models.Model):
    """A person's place in a community as administrator, front desk or student.

    The provider's place is the Provider row, which holds what only providers have.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    community = models.ForeignKey(Community, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role)
    source = models.CharField(max_length=6, choices=Source, default=Source.HAND)
    student_id = models.CharField(max_length=100, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community", "user", "role"], name="membership_once_per_role"
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.PROVIDER), name="membership_provider_has_own_table"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"


class Pause(models.Model):
    """A student's booking is paused in a community: from `since` until `until`, or until ended.

    Instants are aware UTC. One whose `until` has come counts no more, whoever has written that
    down. `far_days` (None: all meetings) leaves them the meetings that begin within so many days.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="pauses")
    community = models.ForeignKey(Community, models.CASCADE, related_name="pauses")
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True, blank=True)
    far_days = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.TextField(blank=True)
    # Made by the community's rule about missed meetings, which may lift it again.
    by_rule = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community", "user"],
                condition=Q(ended_at=None),
                name="pause_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def last_day(self) -> date | None:
        """The community's date with whose end it ends; None where it ends within a day, or not."""
        return last_day_before(self.until, self.community.zone) if self.until else None


class PauseEvent(models.Model):
    """A pause was made or ended, written with the change. Whoever wants to know reads these rows.

    One that runs out by itself leaves none: its end was known from the beginning.
    """

    pause = models.ForeignKey(Pause, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=12, choices=PauseEventKind)
    batch = models.UUIDField(default=uuid.uuid4, editable=False)
    at = models.DateTimeField(default=clock.now)
    actor_label = models.CharField(max_length=254)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind}: {self.pause}"


class Provider(models.Model):
    """A person who gives support in a community."""

    user = models.ForeignKey(User, models.CASCADE, related_name="providers")
    community = models.ForeignKey(Community, models.CASCADE, related_name="providers")
    bio = models.TextField(blank=True, max_length=4000)
    photo = models.FileField(upload_to="photos", max_length=200, blank=True)
    meeting_link = models.URLField(max_length=500, blank=True)
    weekly_cap_minutes = models.PositiveIntegerField(null=True, blank=True)
    source = models.CharField(max_length=6, choices=Source, default=Source.HAND)
    retired_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    # Rises with every change to the hours: weekly blocks and dated changes.
    hours_version = models.PositiveBigIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "user"], name="provider_once"),
        ]
        ordering = ["user__last_name", "user__first_name", "id"]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def is_active(self) -> bool:
        return self.retired_at is None


class ErasedAddress(models.Model):
    """Somebody with this address or ID had their data erased: a list may not bring them back.

    A keyed checksum of the folded text, which can be compared and not be read.
    """

    digest = models.CharField(max_length=64, unique=True)
    erased_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "erased addresses"

    def __str__(self) -> str:
        return f"{self.erased_at:%Y-%m-%d}"
