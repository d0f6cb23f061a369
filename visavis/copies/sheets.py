"""What a community consists of: a sheet for each table, in the order in which rows name others."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models

from visavis.availability.models import (
    Break,
    Closure,
    DatedChange,
    Location,
    Term,
    WeeklyBlock,
)
from visavis.bookings.models import (
    Answer,
    Appointment,
    Booking,
    BookingEvent,
    Commitment,
    Hold,
    LogAnswer,
    Proposal,
    Series,
    SessionLog,
    WaitlistEntry,
    WaitlistEvent,
)
from visavis.bookings.record import AUDIENCE
from visavis.catalogue.models import (
    AppointmentFormat,
    Certification,
    Enrollment,
    FormatQuestion,
    LogQuestion,
    Service,
    ShortAddress,
)
from visavis.communities.models import Community, CommunityLink
from visavis.core.models import HistoryEntry
from visavis.notifications.models import MailText
from visavis.people.models import Membership, Pause, PauseEvent, Provider, User
from visavis.privacy.models import KeptFor

Model = type[models.Model]
Field = models.Field[Any, Any]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a copy does not have: columns, as "people.User.pronouns", and logs not finished."""

    columns: frozenset[str] = frozenset()
    drafts: bool = False


# Counters of this installation; they begin anew.
COUNTERS = {"version", "hours_version", "time_version"}


@dataclass(frozen=True)
class Sheet:
    """The rows of one table that belong to a community.

    `path` leads from a row to its community. Rows are named by `key`, where they have a name that
    is theirs alone in the community, and by their number in the sheet elsewhere. `draft` leads
    to the column that says that a row is not finished, and its writer's alone.
    """

    name: str
    model: Model
    path: str = "community"
    key: str = ""
    many: tuple[str, ...] = ()
    draft: str = ""

    @cached_property
    def fields(self) -> list[Field]:
        """The columns that a copy has: all but ids, what follows from others, and counters."""
        derived = set(getattr(self.model, "DERIVED", ()))
        return [
            field
            for field in self.model._meta.concrete_fields
            if not field.primary_key
            and field.related_model is not Community
            and field.name not in derived | COUNTERS
        ]

    @property
    def people(self) -> Iterator[Field]:
        """Those that name a person."""
        return (field for field in self.fields if field.related_model is User)

    def rows(self, community: Community, left_out: LeftOut) -> models.QuerySet[Any]:
        """The community's, in the order in which they were made."""
        rows = self.model._base_manager.filter(**{self.path: community}).order_by("pk")
        if self.draft and left_out.drafts:
            rows = rows.filter(**{self.draft: False})
        return rows.prefetch_related(*self.many)


SHEETS = (
    Sheet("links", CommunityLink),
    Sheet("providers", Provider, key="user__email"),
    Sheet("services", Service, key="code"),
    Sheet("certifications", Certification, "provider__community"),
    Sheet("formats", AppointmentFormat),
    Sheet("format_questions", FormatQuestion, "format__community"),
    Sheet("log_questions", LogQuestion),
    Sheet("short_addresses", ShortAddress),
    Sheet("locations", Location, key="name"),
    Sheet(
        "weekly_hours",
        WeeklyBlock,
        "provider__community",
        many=("services", "formats", "locations"),
    ),
    Sheet(
        "dated_hours",
        DatedChange,
        "provider__community",
        many=("services", "formats", "locations"),
    ),
    Sheet("closures", Closure),
    Sheet("terms", Term),
    Sheet("breaks", Break, "term__community"),
    Sheet("roles", Membership),
    Sheet("pauses", Pause),
    Sheet("pause_events", PauseEvent, "pause__community"),
    Sheet("enrollment", Enrollment, "service__community"),
    Sheet("mail_texts", MailText),
    Sheet("kept_for", KeptFor),
    Sheet("appointments", Appointment),
    Sheet("series", Series),
    Sheet("bookings", Booking, "appointment__community"),
    Sheet("commitments", Commitment),
    Sheet("holds", Hold, "commitment__community"),
    Sheet("answers", Answer, "booking__appointment__community"),
    Sheet("session_logs", SessionLog, "booking__appointment__community", draft="is_draft"),
    Sheet("log_answers", LogAnswer, "log__booking__appointment__community", draft="log__is_draft"),
    Sheet("booking_events", BookingEvent, "booking__appointment__community"),
    Sheet("proposals", Proposal, "booking__appointment__community", many=("holds",)),
    Sheet("waitlist", WaitlistEntry),
    Sheet("waitlist_events", WaitlistEvent, "entry__community"),
)

# Ids that stand within the data of an event, and the sheet of what they name.
NAMED_IN_DATA: dict[str, Model] = {
    "from_appointment_id": Appointment,
    "from_provider_id": Provider,
    "from_location_id": Location,
}

# What is told of a person; the rest of an account is the person's own.
PERSON = ("email", "first_name", "last_name", "sso_id", "pronouns")

# What is told of an entry of the history.
HISTORY = (
    "at",
    "actor_label",
    "verb",
    "subject_type",
    "subject_label",
    "before",
    "after",
    "reason",
)


def parts_among(columns: Collection[str]) -> list[str]:
    """The parts of people's records, in words, that these columns of a copy hold."""
    told: set[tuple[Model, str]] = {(User, name) for name in PERSON}
    told |= {(HistoryEntry, name) for name in HISTORY}
    told |= {(sheet.model, field.name) for sheet in SHEETS for field in sheet.fields}
    here = {f"{model._meta.label}.{name}" for model, name in told}.intersection(columns)
    return [str(part.label) for part, one in AUDIENCE.items() if here.intersection(one.columns)]


def community_fields() -> list[Field]:
    """The settings of a community, its words among them."""
    return [
        field
        for field in Community._meta.concrete_fields
        if not field.primary_key and field.name not in COUNTERS
    ]
