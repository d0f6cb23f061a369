"""The log of a meeting: drafted, finished, changed; what it notes, and whom it tells."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.factories.world import MONDAY, TESTER, make_world
from visavis.bookings.actions import LogEntry, cancel, mark_attended, mark_missed, write_log
from visavis.bookings.actions.session_log import log_values
from visavis.bookings.answers import GivenAnswer
from visavis.bookings.errors import InvalidAnswer, InvalidLog, NotOpen
from visavis.bookings.models import Booking, BookingEvent, SessionLog
from visavis.bookings.queries import log_for_student
from visavis.bookings.teaching import LOG_DAYS, meetings_to_log
from visavis.catalogue.enums import QuestionKind
from visavis.catalogue.errors import InvalidQuestion
from visavis.catalogue.log_questions import (
    add_log_question,
    change_log_question,
    log_questions,
    move_log_question,
    set_log_question_archived,
)
from visavis.communities.actions import change_settings
from visavis.core.models import HistoryEntry
from visavis.core.seen import ChangedMeanwhile, write_seen

pytestmark = pytest.mark.django_db
TEN = MONDAY + timedelta(hours=2)
DAY = timedelta(days=1)
AFTER = TEN + DAY
ENTRY = LogEntry(minutes=25, late_minutes=5, notes="Shy today.", for_student="Read chapter 3.")


@pytest.fixture
def world():
    world = make_world()
    world.community = change_settings(world.community, {"asks_log": True}, by=TESTER)
    return world


@pytest.fixture
def talia(world):
    provider = world.provider()
    provider.community = world.community
    return provider


@pytest.fixture
def booking(world, talia):
    return world.book(talia, world.student(), TEN)


def logged():
    return [e.data for e in BookingEvent.objects.filter(kind="logged")]


def write(booking, entry=ENTRY, now=AFTER, **more):
    return write_log(booking, entry, by=TESTER, now=now, **more)


def to_log(talia, now=AFTER):
    return [meeting.start for meeting in meetings_to_log(talia, now=now)]


def test_finished_log_notes_that_the_student_came_and_tells_once(booking):
    log = write(booking)
    assert Booking.objects.get().state == "attended"
    assert (log.minutes, log.late_minutes, log.is_draft) == (25, 5, False)
    assert logged() == [{"reason": "", "by": "system", "for_student": True}]
    assert log_for_student(booking) == "Read chapter 3."


def test_draft_notes_nothing_tells_nobody_and_is_finished_later(booking):
    write(booking, is_draft=True)
    assert (Booking.objects.get().state, logged()) == ("confirmed", [])
    assert log_for_student(booking) == ""
    assert HistoryEntry.objects.filter(verb="drafted log").count() == 1
    assert not write(booking).is_draft
    assert SessionLog.objects.count() == 1


def test_finished_log_does_not_become_a_draft_again(booking):
    write(booking)
    assert not write(booking, replace(ENTRY, notes="Better."), is_draft=True).is_draft


def test_only_news_for_the_student_is_told(booking):
    write(booking, replace(ENTRY, for_student=""))
    write(booking, replace(ENTRY, for_student="", notes="More."))
    write(booking, ENTRY)
    write(booking, replace(ENTRY, notes="Again."))
    assert [data["for_student"] for data in logged()] == [False, False, True, False]


def test_notes_stand_in_no_event_and_no_history(booking):
    write(booking)
    written = [str(e.data) for e in BookingEvent.objects.all()]
    written += [f"{e.before} {e.after} {e.reason}" for e in HistoryEntry.objects.all()]
    assert not [text for text in written if "Shy" in text or "chapter" in text]


def test_log_is_never_too_late_but_attendance_is(booking):
    write(booking, now=TEN + 100 * DAY)
    assert Booking.objects.get().state == "confirmed"
    assert not SessionLog.objects.get().is_draft


def test_there_is_no_log_of_what_did_not_take_place(world, talia, booking):
    with pytest.raises(NotOpen, match="has not begun yet"):
        write(booking, now=TEN - DAY / 24)
    mark_missed(booking, by=TESTER, now=AFTER)
    with pytest.raises(NotOpen, match="is noted as not having come"):
        write(booking)
    off = world.book(talia, world.student("Una"), TEN + DAY, "off")
    cancel(off, by=TESTER, now=MONDAY)
    with pytest.raises(NotOpen, match="There was no meeting"):
        write(off, now=TEN + 2 * DAY)
    assert not SessionLog.objects.exists()


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"minutes": 0}, "minutes"),
        ({"minutes": 721}, "minutes"),
        ({"late_minutes": 241}, "late_minutes"),
        ({"notes": "x" * 10_001}, "notes"),
        ({"for_student": "x" * 4001}, "for_student"),
    ],
)
def test_what_does_not_fit_is_refused_by_column(booking, change, column):
    with pytest.raises(InvalidLog) as refused:
        write(booking, replace(ENTRY, **change))
    assert list(refused.value.data) == [column]
    assert (SessionLog.objects.count(), Booking.objects.get().state) == (0, "confirmed")


def test_second_of_two_who_write_one_log_hears_of_the_first(booking):
    seen = write_seen(log_values(SessionLog()))
    write(booking, seen=seen)
    with pytest.raises(ChangedMeanwhile):
        write(booking, replace(ENTRY, notes="Mine."), seen=seen)
    assert SessionLog.objects.get().notes == "Shy today."


# --- What the community asks ------------------------------------------------------------------


def ask(world, **values):
    asked = {"label": "Worked on?", "kind": QuestionKind.SHORT_TEXT, "is_required": True}
    return add_log_question(world.community, asked | values, by=TESTER)


def test_what_is_required_is_asked_of_a_log_and_not_of_a_draft(world, booking):
    question = ask(world)
    write(booking, is_draft=True)
    with pytest.raises(InvalidAnswer, match="An answer is needed here"):
        write(booking)
    log = write(booking, replace(ENTRY, answers=[GivenAnswer(question, value="Essays")]))
    assert [(a.label, a.text) for a in log.answers.all()] == [("Worked on?", "Essays")]


def test_answer_keeps_the_words_it_answered_and_outlives_its_question(world, booking):
    question = ask(world)
    write(booking, replace(ENTRY, answers=[GivenAnswer(question, value="Essays")]))
    change_log_question(question, {"label": "What was done?"}, by=TESTER)
    set_log_question_archived(question, archived=True, by=TESTER, now=AFTER)
    log = write(booking, replace(ENTRY, notes="Later."))
    assert [(a.label, a.text) for a in log.answers.all()] == [("Worked on?", "Essays")]


def test_questions_of_the_log_are_ordered_archived_and_come_back(world):
    first, second = ask(world), ask(world, label="What next?")
    assert move_log_question(second, up=True, by=TESTER)
    assert not move_log_question(second, up=True, by=TESTER)
    assert [q.label for q in log_questions(world.community)] == ["What next?", "Worked on?"]
    assert set_log_question_archived(first, archived=True, by=TESTER, now=AFTER)
    assert not set_log_question_archived(first, archived=True, by=TESTER, now=AFTER)
    assert [q.label for q in log_questions(world.community)] == ["What next?"]
    assert set_log_question_archived(first, archived=False, by=TESTER, now=AFTER)


def test_log_asks_for_no_files(world):
    with pytest.raises(InvalidQuestion) as refused:
        ask(world, kind=QuestionKind.FILE)
    assert list(refused.value.data) == ["kind"]


# --- What is due ------------------------------------------------------------------------------


def test_meeting_waits_for_its_log_until_that_is_finished(booking, talia):
    assert to_log(talia, now=TEN) == []
    assert to_log(talia) == [TEN]
    mark_attended(booking, by=TESTER, now=AFTER)
    assert to_log(talia) == [TEN]
    write(booking, is_draft=True)
    assert to_log(talia) == [TEN]
    write(booking)
    assert to_log(talia) == []


def test_missed_meeting_waits_for_nothing(booking, talia):
    mark_missed(booking, by=TESTER, now=AFTER)
    assert to_log(talia) == []


def test_log_is_asked_for_longer_than_attendance_where_the_community_wants_it(booking, talia):
    late = TEN + (LOG_DAYS - 1) * DAY
    assert (to_log(talia, late), to_log(talia, late + 2 * DAY)) == ([TEN], [])
    talia.community.asks_log = False
    assert (to_log(talia), to_log(talia, late)) == ([TEN], [])
    mark_attended(booking, by=TESTER, now=AFTER)
    assert to_log(talia) == []
