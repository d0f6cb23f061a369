"""What is told of a meeting, to whom, in which words; received by a real mail server."""

import uuid
from datetime import timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from tests.factories.world import MONDAY, TESTER
from tests.notifications.conftest import TEN
from visavis.bookings.actions import Heir, accept, cancel, decline, hand_over, reschedule
from visavis.bookings.actions.rescheduling import Target
from visavis.bookings.enums import EventKind
from visavis.bookings.events import tell
from visavis.bookings.models import Answer, BookingEvent
from visavis.communities.actions import change_settings
from visavis.core import clock
from visavis.core.history import Actor
from visavis.notifications import outbox
from visavis.notifications.actions import change_text
from visavis.notifications.enums import Audience, Kind, MessageState
from visavis.notifications.models import FailedTelling, Message, Progress, Telling
from visavis.people.enums import HourCycle


def test_a_booking_is_told_to_both_in_a_subject_that_says_it_all(world, talia, sam, told):
    world.book(talia, sam, TEN)
    assert [(mail["To"], mail["Subject"]) for mail in told()] == [
        ("Sam Example <sam@students.test>",
         "Peer Mentoring with Talia Example: Monday 15 February, 10:00 AM"),
        ("Talia Example <talia@uni.test>",
         "Peer Mentoring with Sam Example: Monday 15 February, 10:00 AM"),
    ]  # fmt: skip


def test_nothing_is_sent_before_the_worker_comes(world, talia, sam, mailroom):
    world.book(talia, sam, TEN)
    assert mailroom.received == []
    assert DBTaskResult.objects.count() == 0


def test_the_text_says_when_with_whom_what_and_where(world, talia, sam, told):
    booking = world.book(talia, sam, TEN)
    mail = told()[0]
    text = mail.get_body(("plain",)).get_content()
    for line in (
        "When: Monday 15 February, 10:00–10:30 AM (New York time)",
        "Peer Mentor: Talia Example",
        "What: All available Peer Mentoring",
        "Where: Main office",
        f"/c/mentoring/bookings/{booking.public_id}/",
    ):
        assert line in text
    html = mail.get_body(("html",)).get_content()
    assert "Monday 15 February, 10:00–10:30 AM (New York time)" in html
    assert "<table" not in html


def test_each_reads_their_own_zone_and_habit(world, talia, sam, told):
    sam.timezone, sam.hour_cycle = "Europe/Berlin", HourCycle.AUTO
    sam.save()
    world.book(talia, sam, TEN)
    to_sam, to_talia = told()
    assert to_sam["Subject"].endswith("Monday 15 February, 16:00")
    assert "16:00–16:30 (Berlin time)" in to_sam.get_body(("plain",)).get_content()
    assert to_talia["Subject"].endswith("10:00 AM")


def test_what_the_student_wrote_is_in_no_mail(world, talia, sam, told):
    booking = world.book(talia, sam, TEN)
    Answer.objects.create(booking=booking, label="Topic", value="Something private")
    assert all("Something private" not in mail.as_string() for mail in told())


def test_names_cannot_become_markup_or_headers(world, talia, sam, told):
    sam.first_name = "<b>Sam</b>\nBcc: all@uni.test"
    sam.save()
    world.book(talia, sam, TEN)
    to_sam, to_talia = told()
    assert "<b>Sam" not in to_talia.get_body(("html",)).get_content()
    assert (to_sam["Bcc"], to_talia["Bcc"]) == (None, None)


def test_a_request_its_answer_and_its_end(world, talia, sam, told):
    world.format.auto_confirm = False
    world.format.save()
    first = world.book(talia, sam, TEN)
    second = world.book(talia, sam, TEN + timedelta(hours=1))
    accept(first, by=TESTER, now=MONDAY)
    decline(second, by=TESTER, reason="I am at a conference", now=MONDAY)
    told()
    kinds = Message.objects.filter(audience=Audience.STUDENT).order_by("pk")
    assert list(kinds.values_list("kind", flat=True)) == [
        Kind.REQUESTED,
        Kind.REQUESTED,
        Kind.CONFIRMED,
        Kind.DECLINED,
    ]
    declined = Message.objects.get(kind=Kind.DECLINED, audience=Audience.STUDENT)
    assert declined.subject.startswith("Declined: Talia Example")
    assert "conference" not in declined.subject


def test_a_request_says_until_when_it_can_be_answered(world, talia, sam, told):
    world.format.auto_confirm = False
    world.format.save()
    world.book(talia, sam, TEN)
    for mail in told():
        text = mail.get_body(("plain",)).get_content()
        assert "Answer by: Monday 15 February, 10:00 AM (New York time)" in text


def test_a_mail_names_the_kind_of_meeting(world, talia, sam, told):
    world.book(talia, sam, TEN)
    for mail in told():
        assert "Kind of meeting: Schedule a Meeting" in mail.get_body(("plain",)).get_content()


def test_what_is_sent_keeps_no_copy_of_the_mail(world, talia, sam, told):
    world.book(talia, sam, TEN)
    told()
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.SENT}
    assert all(message.mail == {} for message in Message.objects.all())


def test_an_event_is_told_once_however_often_the_worker_looks(world, talia, sam, told):
    world.book(talia, sam, TEN)
    for _ in range(3):
        received = told()
    assert len(received) == 2


def test_an_event_that_commits_late_is_told_although_later_ones_were(world, talia, sam, told):
    world.book(talia, sam, TEN)
    early = BookingEvent.objects.get()
    other = world.student("Uma")
    world.book(talia, other, TEN + timedelta(hours=1))
    BookingEvent.objects.filter(booking__student=other).update(id=early.pk + 300)
    assert len(told()) == 4
    late = BookingEvent.objects.create(
        pk=early.pk + 200, booking=early.booking, kind=EventKind.CANCELLED, at=MONDAY,
        actor_label="Sam", data={"reason": ""},
    )  # fmt: skip
    assert [mail["Subject"].split(":")[0] for mail in told()[4:]] == ["Cancelled"] * 2
    assert Telling.objects.filter(number=late.pk).exists()


def test_the_mark_moves_only_behind_what_can_no_longer_come(world, talia, sam, told):
    world.book(talia, sam, TEN)
    told()
    outbox.settle(now=MONDAY + timedelta(hours=23))
    assert not Progress.objects.exists()
    outbox.settle(now=MONDAY + timedelta(hours=25))
    assert Progress.objects.get().settled == BookingEvent.objects.get().pk
    assert not Telling.objects.exists()
    assert len(told()) == 2


def test_the_mark_stays_before_what_is_not_told(world, talia, sam, told):
    world.book(talia, sam, TEN)
    outbox.settle(now=MONDAY + timedelta(days=3))
    assert not Progress.objects.exists()
    assert len(told()) == 2


def test_what_one_action_did_to_several_meetings_is_one_mail_with_a_list(world, talia, sam, told):
    batch = uuid.uuid4()
    for hour in range(3):
        booking = world.book(talia, sam, TEN + timedelta(hours=hour))
        booking.events.update(batch=batch)
    [listing, *_entries] = [mail for mail in told() if "talia@" in mail["To"]]
    assert listing["Subject"] == (
        "Peer Mentoring with Sam Example: Monday 15 February, 10:00 AM and 2 more"
    )
    assert listing.get_body(("plain",)).get_content().count("- Monday") == 3


def test_a_mail_written_late_tells_what_was_so_then(world, talia, sam, told):
    booking = world.book(talia, sam, TEN)
    move(booking, TEN + timedelta(hours=3))
    confirmed, changed = [mail for mail in told() if "sam@" in mail["To"]]
    assert confirmed["Subject"].endswith("10:00 AM")
    assert changed["Subject"] == ("Changed: Talia Example, Monday 15 February, 1:00 PM")
    text = changed.get_body(("plain",)).get_content()
    assert "Before: Monday 15 February, 10:00–10:30 AM" in text
    assert "Now: Monday 15 February, 1:00–1:30 PM" in text


def test_who_loses_a_meeting_to_a_colleague_is_told_so(world, talia, sam, told):
    omar = world.provider("Omar")
    booking = world.book(talia, sam, TEN)
    told()
    reschedule(booking, Target(TEN, omar), by=TESTER, now=MONDAY)
    new = told()[2:]
    assert [(mail["To"].split()[0], mail["Subject"].split(":")[0]) for mail in new] == [
        ("Sam", "Changed"),
        ("Talia", "Handed over"),
        ("Omar", "Peer Mentoring with Sam Example"),
    ]


def test_who_loses_a_mere_request_to_a_colleague_is_told_of_no_cancelled_meeting(
    world, talia, sam, told
):
    world.format.auto_confirm = False
    world.format.save()
    omar = world.provider("Omar")
    booking = world.book(talia, sam, TEN)
    before = len(told())
    reschedule(booking, Target(TEN, omar), by=TESTER, now=MONDAY)
    new = told()[before:]
    assert [(mail["To"].split()[0], mail["Subject"].split(":")[0]) for mail in new] == [
        ("Sam", "Requested"),
        ("Omar", "Please answer"),
    ]


def test_a_new_time_that_waits_for_an_answer_is_a_request(world, talia, sam, told):
    booking = world.book(talia, sam, TEN)
    told()
    world.format.auto_confirm = False
    world.format.save()
    move(booking, TEN + timedelta(hours=3))
    to_sam, to_talia = told()[2:]
    assert to_sam["Subject"].startswith("Requested: ")
    assert to_talia["Subject"].startswith("Please answer: ")
    # The old time stands in no calendar any more; the new one does once it is confirmed.
    for mail in (to_sam, to_talia):
        [part] = [p for p in mail.walk() if p.get_content_type() == "text/calendar"]
        assert part.get_param("method") == "CANCEL"
        assert "T100000" in part.get_content()
    accept(booking, by=TESTER, now=MONDAY)
    confirmed = told()[-2]
    [part] = [p for p in confirmed.walk() if p.get_content_type() == "text/calendar"]
    assert (part.get_param("method"), "T130000" in part.get_content()) == ("REQUEST", True)


def test_the_centre_hears_of_what_it_wants_to_hear(world, talia, sam, told):
    community = change_settings(world.community, {"centre_email": "desk@uni.test"}, by=TESTER)
    booking = world.book(talia, sam, TEN)
    cancel(booking, by=TESTER, reason="Ill", now=MONDAY)
    told()
    to_centre = Message.objects.filter(audience=Audience.CENTRE)
    assert [m.subject for m in to_centre] == [
        "Cancelled: Sam Example and Talia Example, Monday 15 February, 10:00 AM"
    ]
    change_text(
        community, Kind.CONFIRMED, Audience.CENTRE,
        subject="Booked: {starts}", body="{student}", is_on=True, by=TESTER,
    )  # fmt: skip
    world.book(talia, sam, TEN + timedelta(hours=1))
    told()
    assert "Booked: Monday 15 February, 11:00 AM" in [m.subject for m in to_centre.all()]


def test_what_a_community_has_switched_off_is_not_sent(world, talia, sam, told):
    change_text(
        world.community, Kind.CONFIRMED, Audience.PROVIDER,
        subject="{starts}", body="{student}", is_on=False, by=TESTER,
    )  # fmt: skip
    world.book(talia, sam, TEN)
    assert [mail["To"] for mail in told()] == ["Sam Example <sam@students.test>"]


def test_whoever_is_not_active_any_more_is_not_written_to(world, talia, sam, told):
    world.book(talia, sam, TEN)
    sam.is_active = False
    sam.save()
    assert [mail["To"] for mail in told()] == ["Talia Example <talia@uni.test>"]


@pytest.mark.parametrize("kind", [EventKind.ATTENDED, EventKind.UNMARKED])
def test_of_what_concerns_nobody_else_nothing_is_sent(world, talia, sam, told, kind):
    booking = world.book(talia, sam, TEN)
    told()
    tell(booking, kind, by=TESTER, now=MONDAY)
    with clock.frozen_at(MONDAY + timedelta(hours=1)):
        assert len(told()) == 2


def test_one_event_that_cannot_be_told_keeps_back_no_other(
    world, talia, sam, told, monkeypatch, caplog
):
    world.book(talia, sam, TEN)
    bad = world.book(talia, sam, TEN + timedelta(hours=1))
    write = outbox.register.sources["bookings"].write

    def refuse_one(events):
        if events[0].booking_id == bad.pk:
            raise ValueError("unreadable")
        return write(events)

    source = outbox.register.sources["bookings"]
    broken = type(source)(source.name, source.rows, refuse_one)
    monkeypatch.setitem(outbox.register.sources, "bookings", broken)
    assert len(told()) == 2
    assert "cannot be told" in caplog.text
    monkeypatch.setitem(outbox.register.sources, "bookings", source)
    with clock.frozen_at(MONDAY + timedelta(minutes=1)):
        assert len(told()) == 4
    assert not FailedTelling.objects.exists()


def move(booking, start):
    """Move the booking to another time of the same person."""
    booking.refresh_from_db()
    reschedule(booking, Target(start, booking.appointment.provider), by=TESTER, now=MONDAY)
    booking.refresh_from_db()


def test_whoever_gives_a_meeting_is_led_to_its_own_page(world, talia, sam, told):
    booking = world.book(talia, sam, TEN)
    [mail] = [mail for mail in told() if "talia@" in mail["To"]]
    assert f"/teach/meetings/{booking.public_id}/" in mail.get_body(("plain",)).get_content()


def test_who_gave_a_meeting_to_a_colleague_is_led_to_their_list(world, talia, sam, told):
    booking, uma = world.book(talia, sam, TEN), world.provider("Uma")
    reschedule(booking, Target(TEN, uma), by=TESTER, now=MONDAY)
    *_others, gone = [mail for mail in told() if "talia@" in mail["To"]]
    text = gone.get_body(("plain",)).get_content()
    assert gone["Subject"].startswith("Handed over")
    assert "/teach/\r\n" in text


def test_who_gave_a_meeting_hears_to_whom_it_was_handed_over(world, talia, sam, told):
    omar = world.provider("Omar")
    booking = world.book(talia, sam, TEN)
    hand_over(booking, Heir(omar, world.service), by=TESTER, now=MONDAY)
    [to_talia] = [mail for mail in told()[2:] if "talia@uni.test" in mail["To"]]
    text = to_talia.get_body(("plain",)).get_content()
    assert to_talia["Subject"] == (
        "Handed over: Sam Example, Monday 15 February, 10:00 AM, now with Omar Example"
    )
    assert "Handed over to: Omar Example" in text
    assert "cancelled" not in text.lower()


def test_who_hands_several_over_reads_of_all_their_students_and_not_what_these_know(
    world, talia, sam, told
):
    omar, batch = world.provider("Omar"), uuid.uuid4()
    bookings = [
        world.book(talia, who, TEN + timedelta(hours=n))
        for n, who in enumerate((sam, world.student("Uma")))
    ]
    before = len(told())
    for booking in bookings:
        hand_over(booking, Heir(omar, world.service), by=TESTER, now=MONDAY, batch=batch)
    [listing, *_entries] = [mail for mail in told()[before:] if "talia@uni.test" in mail["To"]]
    text = " ".join(listing.get_body(("plain",)).get_content().split())
    assert (
        "The meeting with Sam Example, Uma Example is handed over to Omar Example and takes place "
        "without you. " in text
    )
    assert "knows" not in text


def test_to_whom_a_student_goes_of_their_own_is_not_told(world, talia, sam, told):
    omar = world.provider("Omar")
    booking = world.book(talia, sam, TEN)
    student = Actor(sam.pk, str(sam))
    reschedule(booking, Target(TEN, omar), by=student, now=MONDAY)
    [to_talia] = [mail for mail in told()[2:] if "talia@uni.test" in mail["To"]]
    assert "Omar" not in to_talia.get_body(("plain",)).get_content()
