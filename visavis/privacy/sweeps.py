"""What is due to go, and how it goes: bounded parts, each a short transaction of its own.

A sweep asks again under its locks what it found before, so that whatever happens meanwhile, and
however often it runs, nothing goes that is not due. Nothing of a meeting that is to come ever is.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from visavis.availability.models import OutsideBusy
from visavis.bookings.drafts import forget_draft, old_drafts
from visavis.bookings.enums import ACTIVE, WAITS, CommitmentPart, HoldState
from visavis.bookings.models import (
    Answer,
    Booking,
    Commitment,
    Hold,
    LogAnswer,
    SessionLog,
    WaitlistEntry,
)
from visavis.bookings.models import Series as BookedSeries
from visavis.communities.models import Community
from visavis.core.models import HistoryEntry
from visavis.imports.keeping import forget_file, old_files
from visavis.notifications.retention import old_messages
from visavis.people.models import AccountEvent, Pause
from visavis.people.queries import lock_people
from visavis.privacy.enums import Subject
from visavis.privacy.forgetting import forget_answers, forget_logs, forget_talk, scrub_history
from visavis.privacy.models import Inspection
from visavis.privacy.standin import EMAIL, stand_in

Rows = QuerySet[Any]
# By its address: what is only looked for makes no stand-in.
IS_NOBODY = Q(student__email_key=EMAIL)


@dataclass(frozen=True, slots=True)
class Cut:
    """What is older than `before` is due at `now`: of a community, or of the whole school."""

    before: datetime
    now: datetime
    community: Community | None = None

    def of(self, way: str) -> Q:
        """The rows of the community, which lies that way from them."""
        return Q() if self.community is None else Q(**{way: self.community})


@dataclass(frozen=True, slots=True)
class Sweep:
    """Rows of one kind: which are due before an instant, and how some of them go."""

    what: str | Promise
    due: Callable[[Cut], Rows]
    # Takes some rows that are due, in a transaction, and locks what it needs before it reads them.
    forget: Callable[[Rows], None]
    at_once: int = 100


def _meetings(cut: Cut) -> QuerySet[Booking]:
    return Booking.objects.filter(
        cut.of("appointment__community"), appointment__end__lt=min(cut.before, cut.now)
    )


def _lock_people_of(bookings: QuerySet[Booking]) -> None:
    pairs = bookings.values_list("student_id", "appointment__provider__user_id")
    lock_people({pk for pair in pairs for pk in pair})


def _ids(rows: Rows) -> list[int]:
    return list(rows.values_list("pk", flat=True))


# --- Answers and notes ----------------------------------------------------------------------------


def _answered(cut: Cut) -> QuerySet[Booking]:
    given = Answer.objects.filter(booking=OuterRef("pk"))
    return _meetings(cut).filter(Exists(given))


def _forget_answers(due: QuerySet[Booking]) -> None:
    _lock_people_of(due)
    forget_answers(_ids(due))


def _noted(cut: Cut) -> QuerySet[Booking]:
    logs = SessionLog.objects.filter(booking=OuterRef("pk"))
    answered = LogAnswer.objects.filter(log__booking=OuterRef("pk"))
    written = logs.filter(~Q(notes="") | ~Q(for_student="") | Q(is_draft=True))
    return _meetings(cut).filter(Exists(written) | Exists(answered))


def _forget_notes(due: QuerySet[Booking]) -> None:
    _lock_people_of(due)
    forget_logs(_ids(due))


# --- Whose meeting it was -------------------------------------------------------------------------


def _named(cut: Cut) -> QuerySet[Booking]:
    days = cut.community.absence_days if cut.community else 0
    # What still counts as an absence keeps its student.
    counts = cut.now - timedelta(days=days + 1)
    return _meetings(replace(cut, before=min(cut.before, counts))).exclude(IS_NOBODY)


def _anonymise(due: QuerySet[Booking]) -> None:
    """Give the bookings to the stand-in; their own time, which nobody asks for, goes."""
    _lock_people_of(due)
    ids, other = _ids(due), stand_in()
    forget_answers(ids)
    forget_logs(ids)
    forget_talk(ids)
    scrub_history("booking", ids, label=_("An anonymised meeting"))
    # The stand-in meets many at one time: these rows would forbid it, and count for nobody.
    Commitment.objects.filter(booking__in=ids, part=CommitmentPart.STUDENT).delete()
    Booking.objects.filter(pk__in=ids).update(student=other)
    _anonymise_series(ids, other.pk)


def _anonymise_series(bookings: Collection[int], other: int) -> None:
    """A series whose every week is nobody's any more is nobody's either."""
    named = Booking.objects.filter(series=OuterRef("pk")).exclude(student=other)
    rows = BookedSeries.objects.filter(~Exists(named), bookings__in=bookings).distinct()
    ids = _ids(rows.exclude(student=other))
    BookedSeries.objects.filter(pk__in=ids).update(student=other)
    scrub_history("series", ids, label=_("An anonymised series"))


def _waits(cut: Cut) -> QuerySet[WaitlistEntry]:
    ended = WaitlistEntry.objects.exclude(state__in=WAITS).exclude(IS_NOBODY)
    return ended.filter(cut.of("community"), changed_at__lt=cut.before, last__lt=cut.before.date())


def _anonymise_waits(due: QuerySet[WaitlistEntry]) -> None:
    lock_people(due.values_list("student_id", flat=True))
    ids = _ids(due)
    WaitlistEntry.objects.filter(pk__in=ids).update(student=stand_in())
    scrub_history("waitlistentry", ids, label=_("An anonymised wait"))


def _held(cut: Cut) -> QuerySet[Hold]:
    ended = Hold.objects.exclude(state=HoldState.OPEN).exclude(IS_NOBODY)
    return ended.filter(cut.of("provider__community"), end__lt=cut.before)


def _anonymise_holds(due: QuerySet[Hold]) -> None:
    pairs = due.values_list("student_id", "provider__user_id")
    lock_people({pk for pair in pairs for pk in pair})
    ids, other = _ids(due), stand_in()
    # A seat that was held took its student's part; what is over takes nobody's time.
    over = Commitment.objects.filter(hold__in=ids, person=F("hold__student"))
    seats = over.exclude(status__in=[status.value for status in ACTIVE])
    Commitment.objects.filter(pk__in=_ids(seats)).update(person=other)
    Hold.objects.filter(pk__in=ids).update(student=other)
    scrub_history("hold", ids, label=_("An anonymised held time"))


def _pauses(cut: Cut) -> QuerySet[Pause]:
    over = Q(ended_at__lt=cut.before) | Q(until__lt=cut.before)
    return Pause.objects.filter(over, cut.of("community"))


def _forget_pauses(due: QuerySet[Pause]) -> None:
    lock_people(due.values_list("user_id", flat=True))
    ids = _ids(due)
    scrub_history("pause", ids, label=_("An old pause"))
    Pause.objects.filter(pk__in=ids).delete()


# --- What is the school's -------------------------------------------------------------------------


def _delete(due: Rows) -> None:
    due.model._default_manager.filter(pk__in=_ids(due)).delete()


def _forget_files(due: Rows) -> None:
    for run in due.select_for_update(no_key=True, of=("self",)):
        forget_file(run)


def _forget_drafts(due: Rows) -> None:
    for draft in due.select_for_update():
        forget_draft(draft)


def _old(model: Any, column: str) -> Callable[[Cut], Rows]:
    def due(cut: Cut) -> Rows:
        rows: Rows = model.objects.filter(**{f"{column}__lt": cut.before})
        return rows

    return due


SWEEPS: dict[Subject, tuple[Sweep, ...]] = {
    Subject.ANSWERS: (Sweep(gettext_lazy("meetings with answers"), _answered, _forget_answers),),
    Subject.NOTES: (Sweep(gettext_lazy("meetings with notes"), _noted, _forget_notes),),
    Subject.BOOKINGS: (
        Sweep(gettext_lazy("meetings with a name"), _named, _anonymise),
        Sweep(gettext_lazy("waits with a name"), _waits, _anonymise_waits),
        Sweep(gettext_lazy("held times with a name"), _held, _anonymise_holds),
        Sweep(gettext_lazy("pauses that are over"), _pauses, _forget_pauses),
    ),
    Subject.HISTORY: (
        Sweep(gettext_lazy("lines of history"), _old(HistoryEntry, "at"), _delete, at_once=500),
    ),
    Subject.SIGN_INS: (
        Sweep(
            gettext_lazy("lines of the record of sign-ins"),
            _old(AccountEvent, "at"),
            _delete,
            at_once=500,
        ),
    ),
    Subject.INSPECTIONS: (
        Sweep(gettext_lazy("looks into notes"), _old(Inspection, "at"), _delete, at_once=500),
    ),
    Subject.MESSAGES: (
        Sweep(
            gettext_lazy("mails"),
            lambda cut: old_messages(before=cut.before, now=cut.now),
            _delete,
            at_once=500,
        ),
    ),
    Subject.FILES: (
        Sweep(
            gettext_lazy("uploaded lists"),
            lambda cut: old_files(before=cut.before),
            _forget_files,
            at_once=5,
        ),
    ),
    Subject.BUSY_TIMES: (
        Sweep(gettext_lazy("busy times"), _old(OutsideBusy, "end"), _delete, at_once=500),
    ),
    Subject.DRAFTS: (
        Sweep(
            gettext_lazy("drafts"),
            lambda cut: old_drafts(before=cut.before),
            _forget_drafts,
        ),
    ),
}
