"""Moving a meeting on the pages: the same calendar, old and new side by side, one booking."""

import re
from datetime import timedelta

import pytest

from tests.factories.way import TEN, ask_question
from tests.factories.world import MONDAY, TESTER
from visavis.availability.closures import add_closure
from visavis.availability.locations import add_location
from visavis.availability.models import Location, WeeklyBlock
from visavis.bookings.actions import Target, cancel, reschedule
from visavis.bookings.models import Booking, BookingEvent
from visavis.communities.actions import change_settings
from visavis.core.clock import frozen_at
from visavis.core.history import Actor
from visavis.core.instants import write_instant

pytestmark = pytest.mark.django_db
ELEVEN = TEN + timedelta(hours=1)
WEEK = timedelta(weeks=1)


@pytest.fixture
def booking(way, sam):
    return way.world.book(way.provider, sam, TEN)


@pytest.fixture
def root(way, booking):
    return f"{way.bookings}{booking.public_id}/"


def review_at(way, booking, start):
    way.start = start
    return f"{way.review}?moving={booking.public_id}"


def sent(way, booking, start):
    return {
        "start": write_instant(start),
        "provider": way.provider.pk,
        "place": way.world.location.pk,
        "seen": booking.appointment_id,
    }


def test_meeting_leads_to_the_calendar_and_each_time_back_to_the_move(way, booking, root, client):
    assert f"{root}move/" in client.get(root).content.decode()
    times = client.get(f"{root}move/", follow=True)
    assert times.status_code == 200
    shown = times.content.decode()
    assert f"moving={booking.public_id}" in shown
    # One person and one place: nothing to choose, so the time leads straight to the review.
    way.start = ELEVEN
    last = client.get(f"{way.providers}?moving={booking.public_id}", follow=True)
    assert last.redirect_chain[-1][0] == review_at(way, booking, ELEVEN)
    words = last.content.decode()
    assert "Until now" in words
    assert "From now on" in words
    assert "Move to Monday 11:00" in words


def test_calendar_of_a_move_begins_around_the_meeting_itself(way, sam, client):
    later = TEN + timedelta(weeks=3)
    booking = way.world.book(way.provider, sam, later)
    page = client.get(f"{way.times}?moving={booking.public_id}")
    assert "Monday 8 March" in page.content.decode()


def test_calendar_of_a_move_opens_on_the_day_of_the_meeting(way, sam, client):
    wednesday = TEN + timedelta(days=2)
    booking = way.world.book(way.provider, sam, wednesday)
    moving = f"{way.times}?moving={booking.public_id}"
    assert client.get(moving).context["chosen"] == wednesday.date()
    assert client.get(f"{moving}&day={TEN.date()}").context["chosen"] == TEN.date()
    add_closure(way.world.community, first=wednesday.date(), last=wednesday.date(), by=TESTER)
    assert client.get(moving).context["chosen"] == wednesday.date() + timedelta(days=1)


def test_own_time_may_overlap_the_new_one(way, booking, client):
    way.world.format.minutes = 60
    way.world.format.save()
    page = client.get(review_at(way, booking, TEN + timedelta(minutes=30)))
    assert page.status_code == 200


def test_button_moves_once_however_often_it_is_sent(way, booking, root, client):
    for _time in range(2):
        answer = client.post(f"{root}move/", sent(way, booking, ELEVEN), follow=True)
        assert answer.redirect_chain == [(root, 302)]
        # Of two taps the browser shows the second answer: it says so as well.
        assert "The meeting is moved." in answer.content.decode()
    moved = Booking.objects.get()
    assert (moved.appointment.start, moved.public_id) == (ELEVEN, booking.public_id)
    assert BookingEvent.objects.filter(kind="moved").count() == 1


def test_second_tap_is_answered_though_it_would_be_too_late_to_move_by_then(
    way, booking, root, client
):
    change_settings(way.world.community, {"move_until_hours": 2}, by=TESTER)
    with frozen_at(MONDAY - timedelta(hours=1)):
        client.post(f"{root}move/", sent(way, booking, ELEVEN))
    with frozen_at(ELEVEN - timedelta(hours=1)):
        again = client.post(f"{root}move/", sent(way, booking, ELEVEN))
    assert (again.status_code, again.url) == (302, root)
    assert BookingEvent.objects.filter(kind="moved").count() == 1


def test_move_to_where_a_cancelled_meeting_was_is_no_move(way, booking, root, client):
    cancel(booking, by=TESTER, now=MONDAY)
    answer = client.post(f"{root}move/", sent(way, booking, TEN))
    assert answer.status_code == 409
    assert "This meeting is cancelled already." in answer.content.decode()


def steps_of(client, *urls):
    shown = [client.get(url).context["step"] for url in urls]
    return [(step.number, step.total) for step in shown]


def test_steps_of_a_move_are_numbered_as_they_are_seen(way, booking, root, client):
    way.start = ELEVEN
    moving = f"?moving={booking.public_id}"
    times = client.get(f"{root}move/").url
    assert steps_of(client, times, way.review + moving) == [(1, 2), (2, 2)]
    add_location(way.world.community, name="Library", kind="in_person", by=TESTER)
    two_places = [times, way.places + moving, way.review + moving]
    assert steps_of(client, *two_places) == [(1, 3), (2, 3), (3, 3)]


def test_move_that_began_with_one_person_stays_with_them_to_the_end(way, booking, root, client):
    way.world.provider("Jo")
    way.start = ELEVEN
    times = client.get(f"{root}move/").url
    only = f"provider={way.provider.pk}"
    assert only in times
    assert steps_of(client, times) == [(1, 2)]
    narrowed = f"?{only}&moving={booking.public_id}"
    last = client.get(way.providers + narrowed, follow=True)
    assert last.redirect_chain[-1][0] == f"{way.review}{narrowed}"
    step = last.context["step"]
    assert (step.number, step.total) == (2, 2)
    assert step.back_url.startswith(f"{way.times}?{only}")


def shown_times(client, url):
    table, day = (client.get(url).context[name] for name in ("table", "chosen"))
    return [(time.text, time.note) for _, times in table.parts(day) for time in times]


def test_own_time_is_left_out_where_nothing_else_could_change(way, booking, client):
    moving = f"{way.times}?moving={booking.public_id}&day={TEN.date()}"
    assert ("10:00 AM", "") in shown_times(client, f"{way.times}?day={TEN.date() + WEEK}")
    assert [text for text, _ in shown_times(client, moving)][:3] == [
        "9:00 AM",
        "9:30 AM",
        "10:30 AM",
    ]


def test_own_time_is_marked_where_person_or_place_can_change(way, booking, client):
    add_location(way.world.community, name="Library", kind="in_person", by=TESTER)
    moving = f"{way.times}?moving={booking.public_id}&day={TEN.date()}"
    assert [time for time in shown_times(client, moving) if time[1]] == [("10:00 AM", "yours now")]
    week = " ".join(client.get(f"{moving}&view=week").content.decode().split())
    assert week.count("Monday 15 February, yours now</span>") == 1
    elsewhere = Location.objects.get(name="Library")
    assert ("10:00 AM", "") in shown_times(client, f"{moving}&place={elsewhere.pk}")


def test_at_the_own_time_only_other_places_are_shown(way, booking, client):
    add_location(way.world.community, name="Library", kind="in_person", by=TESTER)
    elsewhere = Location.objects.get(name="Library")
    moving = f"{way.places}?moving={booking.public_id}"
    only = client.get(moving)
    assert (only.status_code, f"/{elsewhere.pk}/review/" in only.url) == (302, True)
    shown = client.get(only.url).content.decode()
    assert "Time and person stay" in shown
    assert "Meet in Library" in shown
    add_location(way.world.community, name="Study room", kind="in_person", by=TESTER)
    page = client.get(moving)
    assert [str(place) for place, *_ in page.context["places"]] == ["Library", "Study room"]
    assert page.context["hidden"] == 0


def test_time_that_was_just_taken_leaves_the_meeting_and_shows_others(way, booking, root, client):
    way.world.book(way.provider, way.world.student("Kim"), ELEVEN)
    refused = client.post(f"{root}move/", sent(way, booking, ELEVEN))
    assert refused.status_code == 409
    shown = refused.content.decode()
    assert "That time was just taken" in shown
    assert "Your meeting stays where it was." in shown
    assert f"moving={booking.public_id}" in shown
    assert Booking.objects.get(pk=booking.pk).appointment.start == TEN


def test_old_time_itself_is_no_move(way, booking, client):
    page = client.get(review_at(way, booking, TEN))
    assert (page.status_code, "Nothing would change" in page.content.decode()) == (409, True)


def test_format_on_request_says_that_the_old_time_is_given_up(way, booking, root, client):
    way.world.format.auto_confirm = False
    way.world.format.save()
    shown = client.get(review_at(way, booking, ELEVEN)).content.decode()
    assert "The old time is given up as soon as you ask." in shown
    answer = client.post(f"{root}move/", sent(way, booking, ELEVEN), follow=True)
    assert "You have asked for the new time." in answer.content.decode()


def test_answers_stay_and_are_not_asked_again(way, sam, client):
    question = ask_question(way.world)
    topic = {f"q{question.pk}": "Limits"}
    client.post(way.topic, topic)
    client.post(way.bookings, way.confirmation())
    booking = Booking.objects.get()
    assert client.get(review_at(way, booking, ELEVEN)).status_code == 200
    root = f"{way.bookings}{booking.public_id}/"
    moved = client.post(f"{root}move/", sent(way, booking, ELEVEN), follow=True)
    assert "Limits" in moved.content.decode()


def test_too_late_to_move_says_whom_to_ask(way, booking, root, client):
    columns = {"move_until_hours": 3, "contact": "Desk in Library 204"}
    change_settings(way.world.community, columns, by=TESTER)
    for page in (client.get(f"{root}move/"), client.get(review_at(way, booking, ELEVEN))):
        shown = page.content.decode()
        assert page.status_code == 409
        assert "Meetings here can be moved until 3 hours before they begin." in shown
        assert "Desk in Library 204" in shown
    assert client.post(f"{root}move/", sent(way, booking, ELEVEN)).status_code == 409
    assert Booking.objects.get().appointment.start == TEN


def test_late_move_is_told_before_and_after_where_it_counts(way, booking, root, client):
    ahead = "This counts as a late move: the meeting begins in less than 24 hours."
    assert ahead not in client.get(review_at(way, booking, ELEVEN)).content.decode()
    change_settings(way.world.community, {"late_moves_count": True}, by=TESTER)
    assert ahead in client.get(review_at(way, booking, ELEVEN)).content.decode()
    client.post(f"{root}move/", sent(way, booking, ELEVEN + WEEK))
    shown = client.get(root).content.decode()
    assert "You moved this meeting late, from Monday 15 February, 10:00" in shown
    in_time = client.get(review_at(way, booking, TEN + WEEK)).content.decode()
    assert ahead not in in_time


def test_nobody_elses_meeting_can_be_moved(way, sam, client):
    kim = way.world.book(way.provider, way.world.student("Kim"), TEN)
    assert client.get(f"{way.bookings}{kim.public_id}/").status_code == 404
    assert client.get(f"{way.bookings}{kim.public_id}/move/").status_code == 404
    for moving in (kim.public_id, "nonsense"):
        assert client.get(f"{way.times}?moving={moving}").status_code == 404


def test_reaching_the_limit_of_coming_meetings_does_not_stop_a_move(way, booking, root, client):
    change_settings(way.world.community, {"student_open_bookings_limit": 1}, by=TESTER)
    assert client.get(f"{root}move/", follow=True).status_code == 200
    client.post(f"{root}move/", sent(way, booking, ELEVEN))
    assert Booking.objects.get().appointment.start == ELEVEN


# --- Cancelling -------------------------------------------------------------------------------


def test_late_cancellation_is_told_before_and_written_down(way, booking, root, client):
    page = client.get(f"{root}cancellation/").content.decode()
    assert "This counts as a late cancellation" in page
    shown = client.post(f"{root}cancellation/", {"reason": "Ill"}, follow=True).content.decode()
    assert "It counts as a late cancellation." in shown
    assert Booking.objects.get().cancelled_late
    event = BookingEvent.objects.get(kind="cancelled")
    assert event.data == {"reason": "Ill", "by": "student", "late": True}


def test_cancellation_in_time_is_none_of_the_late_ones(way, booking, root, client):
    change_settings(way.world.community, {"late_cancel_hours": 2}, by=TESTER)
    assert "late cancellation" not in client.get(f"{root}cancellation/").content.decode()
    client.post(f"{root}cancellation/")
    assert not Booking.objects.get().cancelled_late


def test_what_the_provider_cancels_is_never_late(way, booking):
    cancel(booking, by=TESTER, now=MONDAY)
    assert not Booking.objects.get().cancelled_late


def test_too_late_to_cancel_says_whom_to_ask(way, booking, root, client):
    columns = {"cancel_until_hours": 3, "contact": "Desk in Library 204"}
    change_settings(way.world.community, columns, by=TESTER)
    for page in (client.get(f"{root}cancellation/"), client.post(f"{root}cancellation/")):
        shown = page.content.decode()
        assert page.status_code == 409
        assert "Meetings here can be cancelled until 3 hours before they begin." in shown
        assert "Desk in Library 204" in shown
    assert Booking.objects.get().state == "confirmed"


def test_who_has_the_students_name_is_not_taken_for_the_student(way, booking, client):
    namesake = Actor(way.world.provider("Nina").user_id, str(booking.student))
    cancel(booking, by=namesake, now=MONDAY)
    shown = client.get(way.learn).content.decode()
    assert "Does not take place" in shown
    assert f"{namesake.label} cancelled this meeting." in shown


def test_who_cancels_themselves_is_not_told_that_it_does_not_take_place(way, booking, client):
    student = booking.student
    cancel(booking, by=Actor(student.pk, str(student)), now=MONDAY)
    assert "Does not take place" not in client.get(way.learn).content.decode()


def test_meeting_that_was_cancelled_stays_in_sight_until_its_day_is_over(way, booking, client):
    cancel(booking, by=TESTER, reason="The room is flooded", now=MONDAY)
    shown = client.get(way.learn).content.decode()
    assert "Does not take place" in shown
    assert "A test cancelled this meeting." in shown
    assert "Reason: The room is flooded" in shown
    assert "Book again" in shown
    assert "Past and cancelled meetings" not in shown
    with frozen_at(MONDAY + timedelta(days=1)):
        later = client.get(way.learn).content.decode()
    assert "Does not take place" not in later
    assert "Past and cancelled meetings" in later


def test_meetings_that_others_cancelled_do_not_push_the_formats_out_of_sight(way, sam, client):
    for days in range(4):
        booking = way.world.book(way.provider, sam, TEN + timedelta(days=days))
        cancel(booking, by=TESTER, reason=f"Reason {days}", now=MONDAY)
    shown = client.get(way.learn).content.decode()
    above, below = shown.split("What would you like to do?")
    assert [f"Reason {days}" in above for days in range(4)] == [True, True, False, False]
    assert "2 more were cancelled: see below" in above
    assert below.count("meeting-line-text") == 2


def test_what_the_student_cancelled_stands_below_what_can_be_booked(way, booking, sam, client):
    cancel(booking, by=Actor(sam.pk, str(sam)), now=MONDAY)
    shown = client.get(way.learn).content.decode()
    assert "Does not take place" not in shown
    assert "Cancelled" in shown.split("Past and cancelled meetings")[1]


def test_latest_of_what_was_are_shown_and_all_on_demand(way, sam, client):
    starts = [TEN + timedelta(days=days, minutes=30) for days in range(4)]
    for start in starts:
        way.world.book(way.provider, sam, start)
    far = way.world.book(way.provider, sam, TEN + timedelta(days=21))
    cancel(far, by=Actor(sam.pk, str(sam)), now=MONDAY)
    with frozen_at(TEN + timedelta(days=5)):
        page = client.get(way.learn)
        every = client.get(f"{way.learn}?past=all")
    assert [meeting.appointment.start for meeting in page.context["past"]] == starts[::-1]
    assert "Show all 5" in page.content.decode()
    # The meeting in three weeks was given up on Monday, before all of them.
    assert [meeting.booking for meeting in every.context["past"]][-1] == far
    assert "Show the latest only" in every.content.decode()


def test_the_next_available_time_is_another_than_the_present_one(way, booking, client):
    add_location(way.world.community, name="Library", kind="in_person", by=TESTER)
    WeeklyBlock.objects.update(start_minute=600)
    assert client.get(way.times).context["next_free"].start != TEN
    shown = client.get(f"{way.times}?moving={booking.public_id}")
    assert shown.context["next_free"].start == TEN + timedelta(minutes=30)


def test_a_meeting_that_was_moved_meanwhile_is_cancelled_only_when_asked_anew(
    way, booking, root, client
):
    shown = client.get(f"{root}cancellation/")
    stale = {"seen": shown.context["form"]["seen"].value(), "reason": ""}
    assert "Monday 15 February" in shown.content.decode()
    reschedule(booking, Target(TEN + WEEK, way.provider), by=TESTER, now=MONDAY)
    told = client.post(f"{root}cancellation/", stale)
    booking.refresh_from_db()
    assert (told.status_code, booking.state) == (422, "confirmed")
    body = told.content.decode()
    assert "This meeting was moved or handed over since you opened this page." in body
    assert "Monday 22 February" in body
    seen = told.context["form"]["seen"].value()
    assert f'name="seen" value="{seen}"' in body
    client.post(f"{root}cancellation/", {**stale, "seen": seen})
    booking.refresh_from_db()
    assert booking.state == "cancelled"


def test_what_others_moved_says_from_when_and_why_on_its_page(way, booking, root, client):
    talia = Actor(way.provider.user_id, str(way.provider))
    target = Target(ELEVEN, way.provider)
    reschedule(booking, target, by=talia, reason="The <dentist>", now=MONDAY)
    page = client.get(root).content.decode()
    told = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "moved for you. Until then it was on Monday 15 February, 10:00 AM." in told
    assert "“The &lt;dentist&gt;”" in page
    assert "You booked a meeting" not in page


def test_what_was_handed_over_says_who_was_to_come(way, booking, root, client):
    omar = way.world.provider("Omar")
    target = Target(TEN, omar)
    reschedule(booking, target, by=TESTER, reason="Talia is away", now=MONDAY)
    page = client.get(root).content.decode()
    assert f"You meet {omar} instead of {way.provider}." in page
    assert "“Talia is away”" in page


def test_what_the_student_moved_last_says_nothing_of_others(way, booking, root, client, sam):
    talia, by_sam = Actor(way.provider.user_id, str(way.provider)), Actor(sam.pk, str(sam))
    reschedule(booking, Target(ELEVEN, way.provider), by=talia, reason="Why", now=MONDAY)
    booking.refresh_from_db()
    later = ELEVEN + timedelta(hours=1)
    reschedule(booking, Target(later, way.provider), by=by_sam, now=MONDAY)
    assert "moved for you" not in client.get(root).content.decode()
