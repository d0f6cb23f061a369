"""What somebody wants booked, what was made of it before, and what else there would be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from visavis.bookings.answers import GivenAnswer
from visavis.bookings.errors import Refused, SlotTaken
from visavis.bookings.events import Note
from visavis.bookings.models import Booking, Series
from visavis.bookings.openings import Question, ask, question_for_start
from visavis.core.prepared import Blank, prepared
from visavis.engine.world import Reason, Refusal
from visavis.people.models import Provider, User

Made = TypeVar("Made", Booking, Series)
AHEAD = timedelta(days=2 * 366)
"""So far ahead the centre may book beyond the horizon: more is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Override:
    """Why rules that say no are set aside for once; `has_happened`: the meeting is over, or on.

    The time of people and the room of a place are never set aside (`UNBENDING`).
    """

    reason: str
    has_happened: bool = False


# A person's and a place's time is there once, whoever asks; what was archived is not offered.
UNBENDING = frozenset(
    {
        Reason.SERVICE_INACTIVE,
        Reason.FORMAT_INACTIVE,
        Reason.PROVIDER_INACTIVE,
        Reason.LOCATION_INACTIVE,
        Reason.LOCATION_FULL,
        Reason.STUDENT_CONFLICT,
        Reason.NO_SUCH_TIME,
    }
)


@dataclass(frozen=True)
class Order:
    """What a student wants booked: a question that names the provider, and a start (aware UTC).

    `idempotency_key` is one intention: booked again under the same key, the same booking comes.
    With an `override` rules that say no are set aside; `overrode` are those, once it is admitted.
    """

    question: Question
    start: datetime
    idempotency_key: str
    answers: Sequence[GivenAnswer] = ()
    override: Override | None = None
    overrode: Sequence[Refusal] = ()

    @property
    def provider(self) -> Provider:
        if self.question.provider is None:
            raise ValueError("A booking needs its provider.")
        return self.question.provider

    @property
    def student(self) -> User:
        if self.question.student is None:
            raise ValueError("A booking needs its student.")
        return self.question.student

    @property
    def has_happened(self) -> bool:
        """Whether the meeting is written down after it has begun."""
        return self.override is not None and self.override.has_happened

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.question.format.minutes)

    @property
    def note(self) -> Note:
        """What the history keeps of an override: why, and which rules said no."""
        if self.override is None:
            return Note()
        overrode = sorted({refusal.code.value for refusal in self.overrode})
        values: dict[str, Any] = {"overrode": overrode} if overrode else {}
        if self.override.has_happened:
            values["entered_afterwards"] = True
        return Note(self.override.reason, values)


def find_earlier(made: type[Made], order: Order) -> Made | None:
    """What was made under the order's key. Raises Refused when it is another student's."""
    asked = prepared(
        ("made under a key", made), lambda: made.objects.filter(idempotency_key=Blank("key"))
    )
    found: Made | None = next(iter(asked.objects(key=order.idempotency_key)), None)
    if found is not None and found.student_id != order.student.pk:
        raise Refused(
            _("This form was sent by somebody else. Begin again."), code="idempotency_key_reused"
        )
    return found


def with_alternatives(order: Order, refusal: SlotTaken) -> SlotTaken:
    """The refusal with the nearest other times."""
    near = ask(question_for_start(order.question, order.start, around=7)).nearest(order.start)
    return SlotTaken(refusal.message, refusals=refusal.refusals, alternatives=near)
