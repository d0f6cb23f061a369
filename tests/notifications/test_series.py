"""A weekly series in calendars: one entry, in which a week is moved, skipped or ended alone."""

import uuid
from datetime import timedelta

import pytest
import vobject

from tests.factories.calendar_program import CalendarProgram
from tests.factories.world import MONDAY, TESTER, make_weekly_world
from tests.notifications.conftest import TEN
from tests.notifications.test_invitations import invitations, raw
from visavis.availability.closures import add_closure
from visavis.availability.locations import add_location
from visavis.bookings.actions import (
    Heir,
    accept,
    book_series,
    cancel,
    end_series,
    hand_over,
    reschedule,
)
from visavis.bookings.actions.rescheduling import Target
from visavis.bookings.queries import weeks_of
from visavis.calendars.ics import series_calendar
from visavis.core.history import Actor
from visavis.notifications.actions import change_text
from visavis.notifications.enums import Audience, Kind
from visavis.notifications.models import Message

WEEK = timedelta(weeks=1)
# Ten in the morning, before and after the clocks go forward on 14 March.
WEEKS = [TEN + n * WEEK - timedelta(hours=n > 3) for n in range(6)]
URL = "https://uni.test/series/1/"


@pytest.fixture
def world():
    return make_weekly_world()


@pytest.fixture
def calendars(told):
    """Tell what happened, and let each reader's program read what has arrived."""
    programs, read = {}, [0]

    def catch_up():
        mails = told()[read[0] :]
        read[0] += len(mails)
        for mail in mails:
            program = programs.setdefault(mail["To"].addresses[0].username, CalendarProgram())
            for part in invitations([mail]):
                program.read(raw(part))
        return programs

    return catch_up


def book(world, provider, student, *, weeks=6, skipping=()):
    order = world.order(provider, student, TEN, location=world.location)
    return book_series(order, weeks=weeks, skipping=skipping, by=TESTER, now=MONDAY)


def week(series, number):
    return list(weeks_of(series))[number - 1]


def move(booking, start, provider=None):
    target = Target(start, provider or booking.appointment.provider)
    return reschedule(booking, target, by=TESTER, now=MONDAY)


def downloaded(series):
    """The meetings of the file on the page."""
    program = CalendarProgram()
    rows = weeks_of(series).prefetch_related("events")
    program.read(series_calendar(series, rows, url=URL).decode())
    return program


def test_a_series_is_one_request_that_repeats(world, talia, sam, told):
    series = book(world, talia, sam, skipping=[WEEKS[2].date()])
    for part in invitations(told()):
        assert (part.get_param("method"), part.get_filename()) == ("REQUEST", None)
        [event] = vobject.readOne(raw(part)).vevent_list
        assert event.uid.value == f"series-{series.public_id}@visavis"
        assert event.rrule.value == "FREQ=WEEKLY;UNTIL=20270322T140000Z;BYDAY=MO"
        assert "EXDATE;TZID=America/New_York:20270301T100000" in raw(part)
    assert len(told()) == 2


def test_each_step_lands_on_the_same_entry(world, talia, sam, calendars):
    series = book(world, talia, sam)
    stand = list(WEEKS)
    for step in (
        lambda: None,
        lambda: move(week(series, 2), stand_in(stand, 1, timedelta(hours=3))),
        lambda: skip(week(series, 3), stand, WEEKS[2]),
        lambda: move(week(series, 2), stand_in(stand, 1, timedelta(days=1))),
        lambda: skip(week(series, 1), stand, WEEKS[0]),
    ):
        step()
        programs = calendars()
        assert programs["sam"].starts == programs["talia"].starts == sorted(stand)
        assert downloaded(series).starts == sorted(stand)
    assert {len(program.entries) for program in programs.values()} == {1}


def stand_in(stand, number, later):
    stand[number] += later
    return stand[number]


def skip(booking, stand, start):
    cancel(booking, by=TESTER, now=MONDAY)
    stand.remove(start)


def test_a_move_names_the_week_by_its_planned_start(world, talia, sam, told):
    series = book(world, talia, sam)
    move(week(series, 2), WEEKS[1] + timedelta(hours=3))
    part = invitations(told())[2]
    [event] = vobject.readOne(raw(part)).vevent_list
    assert part.get_param("method") == "REQUEST"
    assert event.recurrence_id.value == WEEKS[1]
    assert "RRULE" not in raw(part).split("BEGIN:VEVENT")[1]


def test_a_skipped_week_is_cancelled_alone(world, talia, sam, told):
    series = book(world, talia, sam)
    cancel(week(series, 4), by=Actor(talia.user_id, "Talia"), reason="Ill", now=MONDAY)
    part = invitations(told())[2]
    [event] = vobject.readOne(raw(part)).vevent_list
    assert (part.get_param("method"), event.status.value) == ("CANCEL", "CANCELLED")
    assert event.recurrence_id.value == WEEKS[3]


def test_the_end_of_the_rest_leaves_what_was_moved_and_what_is_over(world, talia, sam, calendars):
    series = book(world, talia, sam)
    moved = WEEKS[1] + timedelta(hours=3)
    move(week(series, 2), moved)
    calendars()
    end_series(series, by=TESTER, now=WEEKS[2] - timedelta(hours=1))
    programs = calendars()
    for program in (*programs.values(), downloaded(series)):
        assert program.starts == [WEEKS[0], moved]


def test_a_series_of_which_nothing_is_left_leaves_the_calendar(world, talia, sam, calendars, told):
    series = book(world, talia, sam)
    calendars()
    end_series(series, by=TESTER, now=MONDAY)
    assert [program.entries for program in calendars().values()] == [{}, {}]
    part = invitations(told())[-1]
    assert part.get_param("method") == "CANCEL"
    assert "RECURRENCE-ID" not in raw(part)
    assert downloaded(series).starts == [TEN]
    assert "STATUS:CANCELLED" in series_calendar(series, weeks_of(series), url=URL).decode()


def test_skipping_the_last_week_that_stood_removes_the_entry(world, talia, sam, calendars):
    series = book(world, talia, sam, weeks=2)
    for number in (1, 2):
        cancel(week(series, number), by=TESTER, now=MONDAY)
    assert [program.entries for program in calendars().values()] == [{}, {}]


def test_weeks_that_are_confirmed_one_by_one_fill_one_entry(world, talia, sam, calendars):
    world.format.auto_confirm = False
    world.format.save()
    series = book(world, talia, sam, weeks=3)
    for number in (2, 1, 3):
        accept(week(series, number), by=TESTER, now=MONDAY)
        programs = calendars()
    for program in (*programs.values(), downloaded(series)):
        assert program.starts == WEEKS[:3]


def test_a_week_that_waits_for_an_answer_stands_only_in_the_file(world, talia, sam, calendars):
    world.format.auto_confirm = False
    world.format.save()
    series = book(world, talia, sam, weeks=3)
    accept(week(series, 1), by=TESTER, now=MONDAY)
    assert calendars()["sam"].starts == [WEEKS[0]]
    assert downloaded(series).starts == WEEKS[:3]
    rows = weeks_of(series).prefetch_related("events")
    assert series_calendar(series, rows, url=URL).decode().count("STATUS:TENTATIVE") == 2


def test_a_week_given_by_a_colleague_stands_with_them_alone(world, talia, sam, calendars):
    omar = world.provider("Omar")
    series = book(world, talia, sam)
    move(week(series, 3), WEEKS[2], provider=omar)
    programs = calendars()
    assert programs["sam"].starts == WEEKS
    assert programs["omar"].starts == [WEEKS[2]]
    assert programs["talia"].starts == [start for start in WEEKS if start != WEEKS[2]]
    end_series(series, by=Actor(sam.pk, "Sam"), now=MONDAY)
    assert [program.starts for program in calendars().values()] == [[], [], []]


def test_a_series_told_late_is_told_as_it_was_then(world, talia, sam, calendars, told):
    series = book(world, talia, sam)
    move(week(series, 2), WEEKS[1] + timedelta(hours=3))
    cancel(week(series, 3), by=TESTER, now=MONDAY)
    first = invitations(told())[0]
    assert "RECURRENCE-ID" not in raw(first)
    assert "EXDATE" not in raw(first)


def test_only_the_recipient_is_named_in_each_part_of_a_series(world, talia, sam, told):
    series = book(world, talia, sam)
    move(week(series, 2), WEEKS[1] + timedelta(hours=3))
    end_series(series, by=TESTER, now=WEEKS[3])
    for mail in told():
        for part in invitations([mail]):
            own = mail["To"].addresses[0].addr_spec
            assert raw(part).count("ATTENDEE") == raw(part).count(f"mailto:{own}") > 0
    assert Message.objects.count() == 6


# --- In words -----------------------------------------------------------------------------------


def text_of(mail):
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def test_a_series_is_told_as_one_with_each_week_and_what_was_left_out(world, talia, sam, told):
    add_closure(world.community, first=WEEKS[1].date(), last=WEEKS[1].date(), by=TESTER)
    left_out = [WEEKS[1].date(), WEEKS[3].date()]
    series = book(world, talia, sam, skipping=left_out)
    to_sam, to_talia = told()
    assert to_sam["Subject"] == (
        "Peer Mentoring with Talia Example: 4 weekly meetings from Monday 15 February, 10:00 AM"
    )
    text = text_of(to_sam)
    assert "Your 4 weekly meetings with Talia Example are confirmed." in text
    assert (
        "Week by week (New York time):\n"
        "- Monday 15 February, 10:00–11:00 AM\n"
        "- Monday 1 March, 10:00–11:00 AM\n"
        "- Monday 15 March, 10:00–11:00 AM\n"
        "- Monday 22 March, 10:00–11:00 AM\n"
        "Peer Mentor: Talia Example\n"
        "What: All available Peer Mentoring\n"
        "Kind of meeting: Weekly hour\n"
        "Where: Main office\n"
        "Left out:\n"
        "- Monday 22 February: Mentoring is closed then.\n"
        "- Monday 8 March\n"
    ) in text
    assert text.count("Where: ") == 1
    assert (
        f"See your weekly meetings: https://testserver/c/mentoring/series/{series.public_id}"
        in text
    )
    assert to_talia["Subject"].startswith("Peer Mentoring with Sam Example: 4 weekly meetings")
    # Why a week could not be had is said in words for the student.
    assert "Left out:\n- Monday 22 February\n- Monday 8 March\n" in text_of(to_talia)


def test_a_request_for_a_series_and_its_answer_speak_of_all_weeks(world, talia, sam, told):
    world.format.auto_confirm = False
    world.format.save()
    book(world, talia, sam, weeks=3)
    to_sam, to_talia = told()
    assert to_sam["Subject"].startswith("Requested: 3 weekly meetings with Talia Example")
    assert to_talia["Subject"].startswith("Please answer: Sam Example asks for 3 weekly meetings")
    assert invitations([to_sam, to_talia]) == []


def test_the_end_of_the_rest_names_the_weeks_that_are_off_and_where_one_was_elsewhere(
    world, talia, sam, told
):
    place = add_location(world.community, name="Library 204", by=TESTER)
    series = book(world, talia, sam, weeks=3)
    target = Target(WEEKS[1] + timedelta(hours=3), talia, place)
    reschedule(week(series, 2), target, by=TESTER, now=MONDAY)
    told()
    end_series(series, by=Actor(sam.pk, "Sam"), reason="I have a job now", now=MONDAY)
    mail = told()[4]
    assert mail["Subject"] == (
        "Cancelled: 3 weekly meetings with Talia Example from Monday 15 February, 10:00 AM"
    )
    text = text_of(mail)
    assert "- Monday 22 February, 1:00–2:00 PM, Library 204\n" in text
    assert "Late: Monday 15 February, 10:00 AM: Less than 24 hours" in " ".join(text.split())
    assert "Reason: I have a job now" in text
    assert "Left out" not in text


def test_one_week_says_which_it_is_of_how_many(world, talia, sam, told):
    series = book(world, talia, sam)
    move(week(series, 2), WEEKS[1] + timedelta(hours=3))
    text = text_of(told()[2])
    assert "Weekly meetings: Week 2 of 6\n" in text
    assert f"/bookings/{week(series, 2).public_id}/" in text


def test_a_week_is_counted_among_those_that_were_booked(world, talia, sam, told):
    skipped = [(WEEKS[n]).date() for n in (1, 3)]
    series = book(world, talia, sam, skipping=skipped)
    assert "4 weekly meetings" in told()[0]["Subject"]
    cancel(week(series, 2), by=Actor(sam.pk, "Sam"), now=MONDAY)
    assert "Weekly meetings: Week 2 of 4\n" in text_of(told()[2])


def test_what_is_off_for_one_meeting_is_off_for_a_series(world, talia, sam, told):
    change_text(
        world.community, Kind.CONFIRMED, Audience.PROVIDER,
        subject="{starts}", body="{student}", is_on=False, by=TESTER,
    )  # fmt: skip
    book(world, talia, sam)
    assert [mail["To"].split()[0] for mail in told()] == ["Sam"]


def test_a_community_that_moves_to_another_zone_keeps_its_mails(world, talia, sam, told):
    series = book(world, talia, sam)
    told()
    world.community.timezone = "Pacific/Auckland"
    world.community.save()
    cancel(week(series, 5), by=TESTER, now=MONDAY)
    assert [mail["To"].split()[0] for mail in told()[2:]] == ["Sam", "Talia"]


def test_weeks_that_are_handed_over_are_told_as_one_and_leave_the_calendar(world, talia, sam, told):
    omar, batch = world.provider("Omar"), uuid.uuid4()
    series = book(world, talia, sam, weeks=3)
    for booking in weeks_of(series):
        hand_over(booking, Heir(omar, world.service), by=TESTER, now=MONDAY, batch=batch)
    [to_talia] = [mail for mail in told()[2:] if "talia@" in mail["To"]]
    assert to_talia["Subject"] == (
        "Handed over: 3 weekly meetings with Sam Example from Monday 15 February, 10:00 AM, "
        "now with Omar Example"
    )
    [part] = invitations([to_talia])
    assert part.get_param("method") == "CANCEL"
