"""Invitations: checked against RFC 5545 and 5546, and read back by another library."""

import re
from datetime import timedelta

import pytest
import vobject
from icalendar import Calendar

from tests.factories.world import MONDAY, TESTER, make_weekly_world
from tests.notifications.conftest import TEN
from tests.notifications.test_telling import move
from visavis.bookings.actions import Heir, book_series, cancel, hand_over
from visavis.bookings.models import Answer, Appointment
from visavis.calendars.ics import booking_calendar
from visavis.catalogue.actions import add_format
from visavis.changes.actions import cancel_meetings
from visavis.communities.actions import change_settings

WHO = ("sam@", "uma@", "talia@")


def invitations(mails):
    """The calendar part of each mail that has one, as text."""
    parts = [part for mail in mails for part in mail.walk()]
    return [part for part in parts if part.get_content_type() == "text/calendar"]


def raw(part):
    return part.get_payload(decode=True).decode("utf-8")


def read(part):
    """The event as another library than ours understands it."""
    return vobject.readOne(raw(part)).vevent


@pytest.fixture
def to_sam(told):
    return lambda: [mail for mail in told() if "sam@" in mail["To"]]


def check_rules(text, method):
    """What RFC 5545 and RFC 5546 (3.2.2 and 3.2.5) ask of a request or cancellation."""
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    calendar = Calendar.from_ical(text)
    assert (calendar["version"], calendar["method"]) == ("2.0", method)
    assert calendar["prodid"]
    [event] = calendar.walk("VEVENT")
    own = text[text.index("BEGIN:VEVENT") :]
    for once in ("UID", "DTSTAMP", "DTSTART", "SEQUENCE", "ORGANIZER", "ATTENDEE", "SUMMARY"):
        assert len(re.findall(rf"^{once}[;:]", own, re.MULTILINE)) == 1, once
    assert event["dtstamp"].dt.utcoffset() == timedelta(0)
    zones = {str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")}
    assert {event["dtstart"].params["TZID"], event["dtend"].params["TZID"]} == zones
    for zone in calendar.walk("VTIMEZONE"):
        assert {part.name for part in zone.subcomponents} == {"STANDARD", "DAYLIGHT"}
    return event


def test_a_confirmation_carries_one_request_beside_text_and_html(world, talia, sam, to_sam):
    world.book(talia, sam, TEN)
    [mail] = to_sam()
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    [part] = invitations([mail])
    assert (part.get_param("method"), part.get_content_charset()) == ("REQUEST", "utf-8")
    assert part.get_filename() is None


def test_a_request_keeps_to_the_rules(world, talia, sam, to_sam):
    world.book(talia, sam, TEN)
    [part] = invitations(to_sam())
    event = check_rules(raw(part), "REQUEST")
    assert event["dtstart"].dt == TEN
    assert event["status"] == "CONFIRMED"


def test_another_library_reads_the_same(world, talia, sam, to_sam):
    booking = world.book(talia, sam, TEN)
    [part] = invitations(to_sam())
    event = read(part)
    assert event.dtstart.value == TEN
    assert event.dtend.value == TEN + timedelta(minutes=30)
    assert event.summary.value == "Peer Mentoring: Talia Example"
    assert event.location.value == "Main office"
    assert event.uid.value == f"{booking.public_id}@visavis"
    assert event.attendee.value == "mailto:sam@students.test"
    assert event.attendee.params["PARTSTAT"] == ["ACCEPTED"]


def test_only_the_recipient_is_named(world, talia, sam, told):
    world.book(talia, sam, TEN)
    to_sam, to_talia = invitations(told())
    assert ("sam@" in raw(to_sam), "talia@" in raw(to_sam)) == (True, False)
    assert ("sam@" in raw(to_talia), "talia@" in raw(to_talia)) == (False, True)


def test_what_it_is_about_stays_out_of_calendars(world, talia, sam, told):
    world.service.name = "Delicate matters"
    world.service.save()
    booking = world.book(talia, sam, TEN)
    Answer.objects.create(booking=booking, label="Topic", value="Something private")
    for part in invitations(told()):
        assert "Delicate" not in raw(part)
        assert "private" not in raw(part)


def test_the_centre_is_the_organizer(world, talia, sam, to_sam):
    change_settings(world.community, {"centre_email": "desk@uni.test"}, by=TESTER)
    world.book(talia, sam, TEN)
    [mail] = to_sam()
    [part] = invitations([mail])
    assert read(part).organizer.value == "mailto:desk@uni.test"
    assert mail["Reply-To"] == "desk@uni.test"


def test_change_and_end_land_on_the_same_entry(world, talia, sam, told):
    booking = world.book(talia, sam, TEN)
    move(booking, TEN + timedelta(hours=3))
    cancel(booking, by=TESTER, now=MONDAY)
    told_of = invitations(told())
    for person in ("sam@", "talia@"):
        booked, moved, ended = [part for part in told_of if person in raw(part)]
        events = [
            check_rules(raw(booked), "REQUEST"),
            check_rules(raw(moved), "REQUEST"),
            check_rules(raw(ended), "CANCEL"),
        ]
        assert len({event["uid"] for event in events}) == 1
        numbers = [event["sequence"] for event in events]
        assert numbers == sorted(set(numbers))
        assert [event["dtstart"].dt for event in events] == [
            TEN,
            TEN + timedelta(hours=3),
            TEN + timedelta(hours=3),
        ]
        assert events[2]["status"] == "CANCELLED"


def test_a_file_that_is_downloaded_is_the_same_entry(world, talia, sam, to_sam):
    booking = world.book(talia, sam, TEN)
    [part] = invitations(to_sam())
    mailed = Calendar.from_ical(raw(part)).walk("VEVENT")[0]
    file = Calendar.from_ical(booking_calendar(booking, url="https://uni.test/")).walk("VEVENT")[0]
    assert (file["uid"], file["sequence"]) == (mailed["uid"], mailed["sequence"])


def test_a_request_that_was_never_agreed_on_touches_no_calendar(world, talia, sam, told):
    world.format.auto_confirm = False
    world.format.save()
    booking = world.book(talia, sam, TEN)
    cancel(booking, by=TESTER, now=MONDAY)
    assert len(told()) == 4
    assert invitations(told()) == []


def test_a_group_is_one_entry_for_its_provider_until_the_last_leaves(world, talia, sam, told):
    world.format.capacity = 3
    world.format.save()
    uma = world.student("Uma")
    first, second = world.book(talia, sam, TEN), world.book(talia, uma, TEN)
    cancel(first, by=TESTER, now=MONDAY)
    told()
    cancel(second, by=TESTER, now=MONDAY)
    parts = [part for part in invitations(told()) if "talia@" in raw(part)]
    methods = [part.get_param("method") for part in parts]
    assert methods == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]
    assert len({read(part).uid.value for part in parts}) == 1
    assert all("Sam" not in raw(part) and "Uma" not in raw(part) for part in parts)


def by_uid(mails):
    """The events in the invitations of these mails, by the entry that they are about."""
    found = {}
    for part in invitations(mails):
        events = Calendar.from_ical(raw(part)).walk("VEVENT")
        [uid] = {str(event["uid"]) for event in events}
        found.setdefault(uid, []).append((part.get_param("method"), events))
    return found


def test_several_meetings_that_are_called_off_together_leave_each_calendar(world, talia, sam, told):
    uma = world.student("Uma")
    for person, hours in ((sam, 0), (uma, 1), (sam, 24)):
        world.book(talia, person, TEN + timedelta(hours=hours))
    fresh = {name: by_uid([m for m in told() if name in m["To"]]) for name in WHO}
    already = len(told())
    cancel_meetings(Appointment.objects.all(), by=TESTER, reason="Snow", now=MONDAY)
    mails = told()[already:]
    for name in WHO:
        before, after = fresh[name], by_uid([m for m in mails if name in m["To"]])
        assert after.keys() == before.keys()
        for uid, [(method, [event])] in after.items():
            [(_request, [entered])] = before[uid]
            assert (method, event["status"]) == ("CANCEL", "CANCELLED")
            assert event["sequence"] > entered["sequence"]
    assert [len(fresh[name]) for name in WHO] == [2, 1, 3]


def test_who_gives_them_reads_all_that_is_called_off_in_one_mail(world, talia, sam, told):
    for person, hours in ((sam, 0), (world.student("Uma"), 1)):
        world.book(talia, person, TEN + timedelta(hours=hours))
    already = len(told())
    cancel_meetings(Appointment.objects.all(), by=TESTER, reason="Snow", now=MONDAY)
    listing, *entries = [m for m in told()[already:] if "talia@" in m["To"]]
    text = listing.get_body(("plain",)).get_content()
    assert "- Monday 15 February, 10:00–10:30 AM, Sam Example" in text
    assert "- Monday 15 February, 11:00–11:30 AM, Uma Example" in text
    assert "Reason: Snow" in text
    assert invitations([listing]) == []
    assert len(entries) == 2
    for mail in entries:
        assert "Another one lists all the meetings." in mail.get_body(("plain",)).get_content()


def test_a_series_and_a_single_meeting_that_end_together_are_two_mails(talia, sam, told):
    world = make_weekly_world("weekly")
    uma = world.provider("Uma")
    order = world.order(uma, sam, TEN, location=world.location)
    book_series(order, weeks=4, by=TESTER, now=MONDAY)
    once = add_format(world.community, by=TESTER, name="Once", minutes=30)
    world.book(uma, sam, TEN + timedelta(hours=3), format=once)
    already = len(told())
    cancel_meetings(Appointment.objects.all(), by=TESTER, reason="Snow", now=MONDAY)
    ended = by_uid([m for m in told()[already:] if "sam@" in m["To"]])
    assert sorted(uid.split("-")[0] == "series" for uid in ended) == [False, True]
    assert {method for [(method, _events)] in ended.values()} == {"CANCEL"}


def test_who_moves_out_of_a_group_leaves_its_entry_and_enters_another(world, talia, sam, told):
    world.format.capacity = 3
    world.format.save()
    booking, _stays = world.book(talia, sam, TEN), world.book(talia, world.student("Uma"), TEN)
    before = len(told())
    move(booking, TEN + timedelta(hours=3))
    left, entered = [p for p in invitations(told()[before:]) if "talia@" in raw(p)]
    assert (left.get_param("method"), read(left).dtstart.value) == ("REQUEST", TEN)
    assert read(entered).dtstart.value == TEN + timedelta(hours=3)
    assert read(left).uid.value != read(entered).uid.value


def test_what_is_handed_over_leaves_the_calendar_of_who_gave_it(world, talia, sam, told):
    omar = world.provider("Omar")
    booking = world.book(talia, sam, TEN)
    hand_over(booking, Heir(omar, world.service), by=TESTER, now=MONDAY)
    [to_talia] = [mail for mail in told()[2:] if "talia@uni.test" in mail["To"]]
    [part] = invitations([to_talia])
    assert "METHOD:CANCEL" in raw(part)
    assert part.get_param("method") == "CANCEL"
