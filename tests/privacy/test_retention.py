"""What is kept long enough goes, in parts; what is to come, and what counts, stays."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.db.models.functions import TruncMonth

from tests.factories.way import TEN
from tests.factories.world import MONDAY, TESTER
from visavis.availability.models import OutsideBusy, OutsideCalendar
from visavis.bookings.actions import LogEntry, accept, write_log
from visavis.bookings.models import (
    Answer,
    AnswerDraft,
    Booking,
    BookingEvent,
    Commitment,
    Proposal,
    Series,
    SessionLog,
    WaitlistEntry,
)
from visavis.core.clock import frozen_at
from visavis.core.models import HistoryEntry
from visavis.imports.actions import undo_import
from visavis.imports.errors import WrongState
from visavis.notifications.models import Message
from visavis.people.models import Pause, User
from visavis.privacy import actions
from visavis.privacy.actions import keep_for, let_go
from visavis.privacy.enums import Subject
from visavis.privacy.errors import InvalidKeeping
from visavis.privacy.queries import due_at, read_times
from visavis.privacy.subjects import SUBJECTS
from visavis.privacy.tasks import let_go as let_go_job

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
YEAR = timedelta(days=365)
TEN_YEARS = 10 * YEAR
# The cast's meetings end within a month of MONDAY.
OVER = MONDAY + 30 * DAY


@pytest.fixture
def place(cast):
    return cast.own


@pytest.fixture
def sams(place):
    """A meeting of Sam's with an answer, a file, and notes."""
    booking = place.booking
    name = default_storage.save("answers/essay.pdf", ContentFile(b"An essay"))
    Answer.objects.create(booking=booking, label="What about?", value="My essay on Hegel")
    Answer.objects.create(booking=booking, label="File", file=name, file_name="essay.pdf")
    entry = LogEntry(minutes=25, late_minutes=5, notes="Shy today", for_student="Read on")
    write_log(booking, entry, by=TESTER, now=TEN + DAY)
    return booking


def meetings_by_month():
    """What a report counts: meetings by service, provider, month and state."""
    rows = Booking.objects.annotate(month=TruncMonth("appointment__start")).values_list(
        "appointment__service", "appointment__provider", "month", "state", "cancelled_late"
    )
    return Counter(rows)


def goes(now, **wanted):
    found = Counter()
    for due in due_at(now, **wanted):
        found[due.subject, due.what] += due.number
    return found


def test_answers_go_with_their_files_after_a_year_and_not_before(sams):
    (file,) = Answer.objects.exclude(file="").values_list("file", flat=True)
    let_go(now=sams.appointment.end + YEAR)
    assert Answer.objects.filter(booking=sams).count() == 2
    let_go(now=sams.appointment.end + YEAR + DAY)
    assert not Answer.objects.exists()
    assert not default_storage.exists(file)


def test_file_that_another_meeting_still_has_stays(place, sams):
    (file,) = Answer.objects.exclude(file="").values_list("file", flat=True)
    Answer.objects.create(booking=place.request, label="File", file=file, file_name="essay.pdf")
    later = place.request.appointment
    later.end = later.start + 30 * DAY
    later.save(update_fields=["end"])
    let_go(now=sams.appointment.end + YEAR + DAY)
    assert Answer.objects.get().booking == place.request
    assert default_storage.exists(file)


def test_words_of_a_log_go_and_its_minutes_stay(sams):
    let_go(now=sams.appointment.end + 3 * YEAR + DAY)
    log = SessionLog.objects.get(booking=sams)
    assert (log.minutes, log.late_minutes, log.notes, log.for_student) == (25, 5, "", "")


def test_meetings_become_nobodys_and_are_counted_as_before(place, sams):
    before, end = meetings_by_month(), OVER + 5 * YEAR + DAY
    assert before.total() > 8
    with frozen_at(end):
        let_go(now=end)
    assert meetings_by_month() == before
    nobody = User.objects.get(email="anonymised-student@visavis.invalid")
    assert set(Booking.objects.values_list("student", flat=True)) == {nobody.pk}
    assert set(Series.objects.values_list("student", flat=True)) == {nobody.pk}
    assert (nobody.is_active, nobody.memberships.count()) == (False, 0)
    assert not Commitment.objects.filter(part="student").exists()
    assert not Proposal.objects.exists()
    assert not Pause.objects.filter(ended_at__isnull=False).exists()
    assert set(BookingEvent.objects.values_list("actor_label", flat=True)) == {""}
    assert due_at(end) == []


def test_provider_keeps_their_meetings_and_their_time(place, sams):
    taken = Commitment.objects.filter(part="provider").count()
    let_go(now=OVER + 5 * YEAR + DAY)
    assert Commitment.objects.filter(part="provider").count() == taken
    sams.refresh_from_db()
    assert sams.appointment.provider == place.provider


def test_nothing_of_a_meeting_to_come_goes_however_short_things_are_kept(place, sams):
    Answer.objects.create(booking=place.request, label="What about?", value="Still to come")
    keep_for({Subject.ANSWERS: 1, Subject.NOTES: 1, Subject.BOOKINGS: 30}, by=TESTER)
    student = place.request.student_id
    let_go(now=place.request.appointment.start - timedelta(minutes=5))
    place.request.refresh_from_db()
    assert place.request.student_id == student
    assert Answer.objects.get(booking=place.request).value == "Still to come"


def test_what_still_counts_as_an_absence_keeps_its_student(place):
    place.community.absence_days = 730
    place.community.save(update_fields=["absence_days"])
    keep_for({Subject.BOOKINGS: 30}, by=TESTER)
    student, end = place.absence.student_id, place.absence.appointment.end
    let_go(now=end + 700 * DAY)
    assert Booking.objects.get(pk=place.absence.pk).student_id == student
    let_go(now=end + 740 * DAY)
    assert Booking.objects.get(pk=place.absence.pk).student_id != student


def test_community_keeps_less_than_the_school_and_never_more(cast, sams):
    keep_for({Subject.NOTES: 100}, by=TESTER)
    keep_for({Subject.NOTES: 30}, by=TESTER, community=cast.own.community)
    keep_for({Subject.NOTES: 500}, by=TESTER, community=cast.other.community)
    times = read_times()
    assert times.of(Subject.NOTES, cast.own.community) == 30
    assert times.of(Subject.NOTES, cast.other.community) == 100
    keep_for({Subject.NOTES: None}, by=TESTER)
    times = read_times()
    assert times.of(Subject.NOTES, cast.other.community) == 500
    keep_for({Subject.NOTES: None}, by=TESTER, community=cast.other.community)
    assert read_times().of(Subject.NOTES, cast.other.community) is None
    let_go(now=sams.appointment.end + 31 * DAY)
    assert SessionLog.objects.get(booking=sams).notes == ""


def test_history_files_mails_drafts_busy_times_and_looks_go(cast, sams):
    student = cast.own.student
    calendar = OutsideCalendar.objects.create(person=student, name="C", address="https://c.test/")
    OutsideBusy.objects.create(calendar=calendar, person=student, start=MONDAY, end=TEN)
    AnswerDraft.objects.create(user=student, format=cast.own.world.format, changed_at=MONDAY)
    Message.objects.filter(pk=cast.own.undelivered.pk).update(state="sent")
    let_go(now=MONDAY + TEN_YEARS)
    assert not OutsideBusy.objects.exists()
    assert not AnswerDraft.objects.exists()
    assert set(Message.objects.values_list("state", flat=True)) <= {"given_up"}
    assert list(HistoryEntry.objects.values_list("verb", flat=True)) == ["carried out retention"]


def test_list_that_went_says_so_and_cannot_be_undone(cast):
    run = cast.own.run
    file = run.file.name
    let_go(now=MONDAY + 2 * YEAR)
    run.refresh_from_db()
    assert (run.file.name, run.sample, run.state) == ("", {}, "discarded")
    assert not default_storage.exists(file)
    assert (run.plan.count(), run.issues.count()) == (0, 0)
    assert run.counts["added"] == 1
    run.state = "applied"
    run.save(update_fields=["state"])
    with pytest.raises(WrongState, match="no longer kept"):
        undo_import(run, actor=TESTER, now=MONDAY)


def test_what_would_go_is_counted_and_nothing_is_changed(cast, sams):
    end = OVER + 5 * YEAR + DAY
    before = {model: model.objects.count() for model in (User, Answer, HistoryEntry, Pause)}
    told = goes(end)
    assert told[Subject.BOOKINGS, "meetings with a name"] == Booking.objects.count()
    assert told[Subject.ANSWERS, "meetings with answers"] == 1
    assert {model: model.objects.count() for model in before} == before
    assert not User.objects.filter(email__endswith="visavis.invalid").exists()
    gone = let_go(now=end)
    assert gone["bookings"] == sum(
        number for (subject, _what), number in told.items() if subject == Subject.BOOKINGS
    )


def test_run_is_written_down_with_counts_and_no_names(cast, sams):
    let_go(now=sams.appointment.end + YEAR + DAY, by=TESTER)
    entry = HistoryEntry.objects.get(verb="carried out retention")
    assert entry.after["answers"] == 1
    assert "Sam" not in f"{entry.after}{entry.before}{entry.subject_label}"
    number = HistoryEntry.objects.count()
    let_go(now=sams.appointment.end + YEAR + DAY)
    assert HistoryEntry.objects.count() == number


def test_runs_in_parts_and_goes_on_where_it_stopped(place):
    end = OVER + 20 * YEAR
    with frozen_at(end):
        parts = [let_go(now=end, most=1).total() for _run in range(40)]
    assert len([part for part in parts if part]) > 3
    assert due_at(end) == []


def test_one_that_makes_trouble_keeps_no_other(place, sams, monkeypatch, caplog):
    def fail(_due):
        raise RuntimeError("Something is wrong")

    sweep = actions.tasks_at
    monkeypatch.setattr(
        actions,
        "tasks_at",
        lambda now: (
            _replaced(task, fail) if task.subject == Subject.ANSWERS else task
            for task in sweep(now)
        ),
    )
    gone = let_go(now=OVER + 5 * YEAR)
    assert "could not go" in caplog.text
    assert gone["notes"] >= 1


def test_what_went_is_written_down_when_the_database_then_lets_nothing_more_go(
    place, sams, monkeypatch
):
    def fail(_due):
        raise OperationalError from psycopg.errors.AdminShutdown()

    sweep = actions.tasks_at
    monkeypatch.setattr(
        actions,
        "tasks_at",
        lambda now: (
            _replaced(task, fail) if task.subject == Subject.NOTES else task for task in sweep(now)
        ),
    )
    with pytest.raises(OperationalError):
        let_go(now=OVER + 5 * YEAR)
    entry = HistoryEntry.objects.get(verb="carried out retention")
    assert entry.after == {"answers": 1}


def _replaced(task, forget):
    return replace(task, sweep=replace(task.sweep, forget=forget))


def test_worker_does_it(sams):
    with frozen_at(sams.appointment.end + YEAR + DAY):
        let_go_job.call()
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("subject", "days", "said"),
    [
        (Subject.BOOKINGS, 29, "30 to 3650 days do, not 29"),
        (Subject.ANSWERS, 0, "1 to 3650 days do, not 0"),
        (Subject.NOTES, 4000, "not 4000"),
        (Subject.MESSAGES, None, "cannot be kept for good"),
    ],
)
def test_time_that_does_not_fit_is_refused_and_changes_nothing(db, subject, days, said):
    with pytest.raises(InvalidKeeping, match=said):
        keep_for({Subject.HISTORY: 100, subject: days}, by=TESTER)
    assert read_times().of_school(Subject.HISTORY) == SUBJECTS[Subject.HISTORY].days


def test_change_is_written_down_once(db):
    assert keep_for({Subject.NOTES: 100, Subject.ANSWERS: 365}, by=TESTER)
    assert not keep_for({Subject.NOTES: 100}, by=TESTER)
    entry = HistoryEntry.objects.get()
    assert (entry.before, entry.after) == ({"notes": 1095}, {"notes": 100})


def test_ended_waits_and_holds_become_nobodys(place):
    entry = WaitlistEntry.objects.get(pk=place.waiting.pk)
    let_go(now=OVER + 6 * YEAR)
    entry.refresh_from_db()
    assert entry.student == place.student  # still waits: nobody has ended it
    WaitlistEntry.objects.filter(pk=entry.pk).update(state="ended")
    let_go(now=OVER + 6 * YEAR)
    entry.refresh_from_db()
    assert entry.student.email == "anonymised-student@visavis.invalid"


def test_two_at_one_time_may_both_become_nobodys(place):
    """One stand-in meets many at once: no guard against overlaps is in the way."""
    other = place.world.student("Zoe")
    booking = place.world.book(place.colleague, other, TEN, "zoe")
    accept(booking, by=TESTER, now=MONDAY)
    let_go(now=OVER + 5 * YEAR + DAY)
    booking.refresh_from_db()
    assert booking.student.email == "anonymised-student@visavis.invalid"
