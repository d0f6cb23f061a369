"""The calendar behind a private address: all meetings, as the invitations name them, no topics."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from tests.factories.world import MONDAY, TESTER, make_weekly_world, make_world
from visavis.availability.models import Location
from visavis.bookings.actions import accept, book_series, cancel, decline, mark_attended
from visavis.bookings.models import Answer, Series
from visavis.bookings.queries import weeks_of
from visavis.calendars.feeds import KEPT, feed_calendar
from visavis.calendars.ics import series_calendar, uid_of_booking, uid_of_series
from visavis.catalogue.enums import MeetingKind
from visavis.people.models import Provider

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TEN = MONDAY + 2 * HOUR


@pytest.fixture
def world():
    world = make_world()
    world.talia, world.sam = world.provider(), world.student()
    return world


def entries(person, *, now=MONDAY):
    calendar = Calendar.from_ical(feed_calendar(person, now=now))
    return {str(event["UID"]): event for event in calendar.walk("VEVENT")}


def test_meeting_is_in_the_calendars_of_both_under_the_uid_of_the_invitation(world):
    booking = world.book(world.talia, world.sam, TEN)
    uid = uid_of_booking(booking)
    seen = {name: entries(person) for name, person in (("T", world.talia.user), ("S", world.sam))}
    assert {name: set(found) for name, found in seen.items()} == {"T": {uid}, "S": {uid}}
    assert str(seen["T"][uid]["SUMMARY"]) == "Peer Mentoring: Sam Example"
    assert str(seen["S"][uid]["SUMMARY"]) == "Peer Mentoring: Talia Example"
    for found in seen.values():
        event = found[uid]
        assert (event["DTSTART"].dt, event["DTEND"].dt) == (TEN, TEN + HOUR / 2)
        assert (str(event["STATUS"]), str(event["LOCATION"])) == ("CONFIRMED", "Main office")
    assert str(seen["S"][uid]["URL"]).endswith(f"/c/mentoring/bookings/{booking.public_id}/")


def test_what_a_meeting_is_about_is_in_no_calendar(world):
    booking = world.book(world.talia, world.sam, TEN)
    Answer.objects.create(booking=booking, label="Topic", value="A private matter", position=1)
    for person in (world.talia.user, world.sam):
        content = feed_calendar(person, now=MONDAY).decode()
        assert uid_of_booking(booking) in content
        assert "private matter" not in content
        assert world.service.subject not in content


def test_all_communities_and_both_roles_are_in_one_calendar(world):
    other = make_world("writing")
    given = world.book(world.talia, world.sam, TEN)
    taken = other.book(other.provider("Omar"), world.talia.user, TEN + HOUR)
    both = {uid_of_booking(given), uid_of_booking(taken)}
    assert set(entries(world.talia.user)) == both


@pytest.mark.parametrize("end", ["cancelled", "declined", "expired"])
def test_what_does_not_take_place_leaves_the_calendar(world, end):
    world.format.auto_confirm = end == "cancelled"
    world.format.save()
    stays = world.book(world.talia, world.sam, TEN + DAY)
    gone, now = world.book(world.talia, world.sam, TEN), MONDAY
    if end == "cancelled":
        cancel(gone, by=TESTER, reason="Ill", now=MONDAY)
    elif end == "declined":
        decline(gone, by=TESTER, reason="Ill", now=MONDAY)
    else:
        accept(stays, by=TESTER, now=MONDAY)
        now = gone.expires_at
    for person in (world.talia.user, world.sam):
        assert set(entries(person, now=now)) == {uid_of_booking(stays)}


def test_request_is_tentative_until_it_is_accepted(world):
    world.format.auto_confirm = False
    world.format.save()
    booking = world.book(world.talia, world.sam, TEN)
    for answer in ("TENTATIVE", "CONFIRMED"):
        for person in (world.talia.user, world.sam):
            (event,) = entries(person).values()
            assert str(event["STATUS"]) == answer
        if answer == "TENTATIVE":
            accept(booking, by=TESTER, now=MONDAY)


def test_group_is_one_entry_that_names_nobody(world):
    world.format.capacity = 3
    world.format.save()
    one = world.book(world.talia, world.sam, TEN)
    world.book(world.talia, world.student("Uma"), TEN)
    ((uid, event),) = entries(world.talia.user).items()
    assert uid == f"appointment-{one.appointment_id}@visavis"
    assert str(event["SUMMARY"]) == "Peer Mentoring: group"
    assert set(entries(world.sam)) == {uid_of_booking(one)}


def test_later_numbers_follow_changes_and_same_bytes_mean_no_change(world):
    world.format.auto_confirm = False
    world.format.save()
    booking = world.book(world.talia, world.sam, TEN)
    before = feed_calendar(world.sam, now=MONDAY)
    assert feed_calendar(world.sam, now=MONDAY + HOUR / 4) == before
    (first,) = entries(world.sam).values()
    accept(booking, by=TESTER, now=MONDAY)
    (second,) = entries(world.sam).values()
    assert int(second["SEQUENCE"]) > int(first["SEQUENCE"])
    assert feed_calendar(world.sam, now=MONDAY) != before


def test_what_is_over_stays_for_ninety_days(world):
    booking = world.book(world.talia, world.sam, TEN)
    mark_attended(booking, by=TESTER, now=TEN + HOUR)
    end = booking.appointment.end
    assert entries(world.sam, now=end + KEPT - HOUR)
    assert not entries(world.sam, now=end + KEPT + HOUR)


def test_many_meetings_ask_a_bounded_number_of_queries(world, django_assert_max_num_queries):
    for day in range(4):
        for hour in range(4):
            world.book(world.talia, world.sam, TEN + day * DAY + hour * HOUR, f"{day}-{hour}")
    with django_assert_max_num_queries(7):
        assert len(entries(world.talia.user)) == 16
    with django_assert_max_num_queries(7):
        assert len(entries(world.sam)) == 16


def test_empty_calendar_is_a_calendar(world):
    assert entries(world.student("Nobody")) == {}


def test_series_is_one_entry_that_repeats_under_its_uid_in_both_calendars():
    weekly = make_weekly_world("weekly")
    talia, sam = weekly.provider(), weekly.student()
    order = weekly.order(talia, sam, TEN, location=weekly.location)
    series = book_series(order, weeks=4, by=TESTER, now=MONDAY)
    second = series.bookings.order_by("appointment__start")[1]
    cancel(second, by=TESTER, reason="Ill", now=MONDAY)
    for person, whom in ((talia.user, "Sam"), (sam, "Talia")):
        ((uid, event),) = entries(person).items()
        assert uid == uid_of_series(series)
        assert str(event["SUMMARY"]) == f"Peer Mentoring: {whom} Example"
        assert event["RRULE"]["UNTIL"] == [TEN + 21 * DAY]
        assert event["EXDATE"].dts[0].dt == TEN + 7 * DAY


def test_link_of_a_series_is_given_out_with_the_first_week_that_is_agreed_on():
    weekly = make_weekly_world("weekly", auto_confirm=False)
    talia, sam = weekly.provider(), weekly.student()
    link = "https://meet.uni.test/talia"
    Provider.objects.filter(pk=talia.pk).update(meeting_link=link)
    Location.objects.filter(pk=weekly.location.pk).update(kind=MeetingKind.ONLINE)
    order = weekly.order(talia, sam, TEN, location=weekly.location)
    series = book_series(order, weeks=3, by=TESTER, now=MONDAY)

    def files():
        rows = weeks_of(series).prefetch_related("events")
        fresh = Series.objects.get(pk=series.pk)
        downloaded = series_calendar(fresh, rows, url="https://visavis.test/")
        return [file.decode() for file in (feed_calendar(sam, now=MONDAY), downloaded)]

    assert [file.count(link) for file in files()] == [0, 0]
    accept(weeks_of(series)[1], by=TESTER, now=MONDAY)
    for file in files():
        events = Calendar.from_ical(file).walk("VEVENT")
        given = {
            str(one["STATUS"]) for one in events if str(one["LOCATION"]) == f"Main office: {link}"
        }
        assert given == {"CONFIRMED"}
