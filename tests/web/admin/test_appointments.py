"""Appointments in Manage: the list and its file, each by itself, and every change of one."""

from datetime import timedelta

import pytest

from tests.factories.way import TEN
from tests.factories.world import MONDAY, TESTER
from visavis.bookings.actions import Offer, cancel, propose_times
from visavis.bookings.enums import Otherwise
from visavis.bookings.equivalents import OtherTime
from visavis.bookings.models import Answer, Appointment, Booking, BookingEvent, Commitment
from visavis.catalogue.actions import add_format
from visavis.communities.wording import wording_of
from visavis.core.instants import write_instant
from visavis.core.models import HistoryEntry
from visavis.notifications import tasks
from visavis.notifications.models import Message
from visavis.people.models import User

ROOT = "/c/mentoring/manage/appointments/"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def text_of(answer) -> str:
    return answer.content.decode()


def listed(answer) -> list[tuple[str, str]]:
    return [(str(booking.student), state) for booking, state in answer.context["rows"]]


def page_of(booking) -> str:
    return f"{ROOT}{booking.public_id}/"


def sent(booking, **changes):
    """The form of a change as the page fills it in, with these changes."""
    meeting = Appointment.objects.get(pk=booking.appointment_id)
    local = meeting.start.astimezone(meeting.community.zone)
    return {
        "day": f"{local:%Y-%m-%d}",
        "clock": f"{local:%H:%M}",
        "start": write_instant(meeting.start),
        "provider": meeting.provider_id,
        "place": meeting.location_id,
        "format": meeting.format_id,
        "seen": meeting.pk,
        "reason": "",
    } | changes


# --- The list -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("", [("Sam Example", "confirmed"), ("Sam Example", "requested")]),
        ("?q=nobody+at+all", []),
        ("?q=talia2", []),
        ("?q=sam+talia", [("Sam Example", "confirmed"), ("Sam Example", "requested")]),
        ("?state=requested", [("Sam Example", "requested")]),
        ("?state=nonsense&span=nonsense&page=nonsense&provider=nonsense&first=nonsense", None),
        ("?span=past", []),
        ("?first=2027-02-16&last=2027-02-16", []),
        ("?first=9999-12-31", None),
        ("?q=%00", []),
    ],
)
def test_the_list_is_narrowed_by_what_the_address_asks(admin, place, asked, expected):
    Booking.objects.exclude(pk__in=(place.booking.pk, place.request.pk)).delete()
    found = listed(admin.get(f"{ROOT}{asked}"))
    everything = [("Sam Example", "confirmed"), ("Sam Example", "requested")]
    assert found == (everything if expected is None else expected)


def test_the_list_is_narrowed_to_a_person_a_service_and_a_place_of_this_community(
    admin, cast, place
):
    own = {"provider": place.colleague.pk, "span": "all", "sort": "latest"}
    found = admin.get(ROOT, own).context["rows"]
    assert {booking.appointment.provider_id for booking, _state in found} == {place.colleague.pk}
    starts = [booking.appointment.start for booking, _state in found]
    assert starts == sorted(starts, reverse=True)
    everything = len(admin.get(ROOT, {"span": "all"}).context["rows"])
    foreign = {"provider": cast.other.provider.pk, "location": cast.other.world.location.pk}
    assert len(admin.get(ROOT, {"span": "all", **foreign}).context["rows"]) == everything
    service, location = place.world.service.pk, place.world.location.pk
    named = {"span": "all", "service": service, "location": location}
    assert len(admin.get(ROOT, named).context["rows"]) == everything


def test_a_request_that_has_run_out_is_listed_as_expired(admin, place):
    Booking.objects.filter(pk=place.request.pk).update(expires_at=MONDAY)
    assert listed(admin.get(f"{ROOT}?state=requested")) == []
    assert listed(admin.get(f"{ROOT}?state=expired")) == [("Sam Example", "expired")]


def test_an_empty_list_says_what_will_be_there(admin, place):
    Booking.objects.all().delete()
    assert "No appointment is coming" in text_of(admin.get(ROOT))
    assert "No appointment fits" in text_of(admin.get(f"{ROOT}?q=nobody"))


def test_the_file_holds_the_same_rows_and_runs_no_formula(admin, place):
    User.objects.filter(pk=place.student.pk).update(first_name="=cmd()", last_name="")
    answer = admin.get(f"{ROOT}export.csv?state=requested&provider={place.provider.pk}")
    header, row, *rest = b"".join(answer.streaming_content).decode().splitlines()
    assert header.startswith("Date,Start,End,Time zone,Student,Student e-mail,Peer Mentor,")
    assert row.startswith("2027-02-15,11:00,11:30,America/New_York,'=cmd(),sam@students.test,")
    assert rest == []
    assert answer["Content-Disposition"].endswith('filename="mentoring-appointments.csv"')


def test_the_list_costs_as_many_queries_for_ten_thousand_as_for_a_few(
    admin, place, django_assert_max_num_queries
):
    world = place.world
    Appointment.objects.bulk_create(
        Appointment(
            community=place.community,
            provider=place.provider,
            service=world.service,
            format=world.format,
            location=world.location,
            start=TEN + number * HOUR,
            end=TEN + number * HOUR + timedelta(minutes=30),
        )
        for number in range(10_000)
    )
    Booking.objects.bulk_create(
        Booking(
            appointment=meeting,
            student=place.student,
            state="confirmed",
            idempotency_key=f"many-{meeting.pk}",
        )
        for meeting in Appointment.objects.filter(bookings=None)
    )
    with django_assert_max_num_queries(14):
        answer = admin.get(f"{ROOT}?q=sam&span=all&page=300")
    assert len(answer.context["rows"]) == 25
    assert answer.context["page_obj"].paginator.count > 10_000
    with django_assert_max_num_queries(9):
        lines = b"".join(admin.get(f"{ROOT}export.csv?span=all").streaming_content)
    assert lines.count(b"\r\n") > 10_000


# --- One appointment ------------------------------------------------------------------------------


def test_the_page_says_who_meets_whom_and_what_was_done(admin, place):
    Answer.objects.create(booking=place.booking, label="About?", value="<b>Essays</b>")
    body = text_of(admin.get(page_of(place.booking)))
    assert "Sam Example with Talia Example" in body
    assert "&lt;b&gt;Essays&lt;/b&gt;" in body
    assert "Booked a meeting" in body
    assert "Hand over" in body


def test_front_desk_sees_the_appointment_without_history_log_or_ways_to_change_it(desk, place):
    body = text_of(desk.get(page_of(place.log.booking)))
    assert "Talia2 Example" in body
    shown = [words in body for words in ("What was done with it", "Read what was", "Hand over")]
    assert shown == [False, False, False]
    assert desk.get(f"{ROOT}export.csv").status_code == 404


def test_what_has_begun_can_be_noted_from_its_page(admin, place):
    own = page_of(place.log.booking)
    Booking.objects.filter(pk=place.log.booking.pk).update(state="confirmed")
    Appointment.objects.filter(pk=place.log.booking.appointment_id).update(
        start=MONDAY - 2 * HOUR, end=MONDAY - HOUR
    )
    assert 'value="appointment"' in text_of(admin.get(own))
    noting = f"/c/mentoring/manage/attendance/{place.log.booking.public_id}/"
    answer = admin.post(noting, {"came": "no", "from": "appointment"})
    assert answer.url == own


# --- Changes --------------------------------------------------------------------------------------


def test_free_times_lead_to_the_form_and_the_form_moves_it(admin, place):
    body = text_of(admin.get(f"{page_of(place.booking)}times/"))
    wanted = TEN + DAY
    link = f"change/?provider={place.provider.pk}&amp;start={write_instant(wanted)}"
    assert link in body
    filled = {"provider": place.provider.pk, "start": write_instant(wanted)}
    form = admin.get(f"{page_of(place.booking)}change/", filled).context["form"]
    assert (str(form["day"].value()), str(form["clock"].value())) == ("2027-02-16", "10:00:00")
    change = sent(place.booking, day="2027-02-16", reason="The bus is late.")
    answer = admin.post(f"{page_of(place.booking)}change/", change, follow=True)
    assert "Changed. Whoever it concerns is told." in text_of(answer)
    place.booking.refresh_from_db()
    assert place.booking.appointment.start == wanted
    event = BookingEvent.objects.get(booking=place.booking, kind="moved")
    assert (event.data["by"], event.data["reason"]) == ("admin", "The bus is late.")
    history = HistoryEntry.objects.filter(subject_type="booking", subject_id=place.booking.pk)
    assert history.filter(verb="moved").get().actor_label == "Ada Example"
    tasks.outbox.tell_all(now=MONDAY + timedelta(minutes=30))
    told = Message.objects.filter(booking=place.booking, recipient=place.student)
    assert "changed" in set(told.values_list("kind", flat=True))


def test_handing_over_names_who_is_free_then_and_tells_both(admin, place):
    page = f"{page_of(place.booking)}handing-over/"
    body = text_of(admin.get(page))
    assert "Free at that time" in body
    assert f'value="{place.colleague.pk}"' in admin.get(page).content.decode()
    before = place.booking.appointment.start
    admin.post(page, {"heir": place.colleague.pk, "reason": "Talia is ill."})
    place.booking.refresh_from_db()
    meeting = place.booking.appointment
    assert (meeting.provider, meeting.start) == (place.colleague, before)
    event = BookingEvent.objects.get(booking=place.booking, kind="moved")
    assert (event.data["by"], event.data["reason"]) == ("admin", "Talia is ill.")


def test_handing_over_leads_those_who_are_busy_then_to_other_times(admin, place):
    place.world.book(place.provider, place.student, TEN + DAY, "again")
    again = Booking.objects.get(idempotency_key="again")
    place.world.book(place.colleague, place.world.student("Uma"), TEN + DAY, "busy")
    page = f"{page_of(again)}handing-over/"
    body = text_of(admin.get(page))
    assert "Not free at that time" in body
    assert f"times/?provider={place.colleague.pk}" in body


def test_nobody_is_handed_a_meeting_who_has_become_busy_meanwhile(admin, place):
    page = f"{page_of(place.booking)}handing-over/"
    start = place.booking.appointment.start
    place.world.book(place.colleague, place.world.student("Yara"), start, "meanwhile")
    answer = admin.post(page, {"heir": place.colleague.pk, "reason": "Talia is ill."})
    assert answer.status_code == 422
    place.booking.refresh_from_db()
    assert place.booking.appointment.provider == place.provider


@pytest.mark.parametrize("heir", ["", "0", "x", "999999"])
def test_handing_over_to_nobody_is_asked_again_with_what_was_typed(admin, place, heir):
    page = f"{page_of(place.booking)}handing-over/"
    answer = admin.post(page, {"heir": heir, "reason": "Talia is ill."})
    assert answer.status_code == 422
    assert "Talia is ill." in answer.content.decode()


def test_place_and_kind_are_changed_and_it_stays_confirmed(admin, place):
    room = place.community.locations.create(name="Library 2", kind=place.world.location.kind)
    hour = add_format(place.community, by=TESTER, name="An hour", minutes=60, auto_confirm=True)
    own = f"{page_of(place.booking)}change/"
    admin.post(own, sent(place.booking, place=room.pk))
    place.booking.refresh_from_db()
    assert (place.booking.state, place.booking.appointment.location) == ("confirmed", room)
    Booking.objects.filter(pk=place.request.pk).delete()
    Commitment.objects.filter(start=TEN + HOUR).delete()
    admin.post(own, sent(place.booking, format=hour.pk))
    place.booking.refresh_from_db()
    meeting = place.booking.appointment
    assert (meeting.format, meeting.end - meeting.start) == (hour, HOUR)


def test_a_change_that_rules_refuse_says_which_with_links_and_keeps_what_was_typed(admin, place):
    change = sent(place.booking, clock="22:00", reason="Late")
    answer = admin.post(f"{page_of(place.booking)}change/", change)
    body = text_of(answer)
    assert answer.status_code == 422
    assert "lies outside the hours" in body
    assert f"/manage/providers/{place.provider.pk}/hours/?week=2027-02-15" in body
    assert 'value="22:00"' in body
    assert "Late</textarea>" in body
    place.booking.refresh_from_db()
    assert place.booking.appointment.start == TEN


def test_rules_are_set_aside_with_a_reason_that_the_history_keeps(admin, place):
    own = f"{page_of(place.booking)}change/"
    change = sent(place.booking, clock="22:00", anyway="on")
    assert admin.post(own, change).status_code == 422
    admin.post(own, change | {"why": "She works all day."})
    place.booking.refresh_from_db()
    assert place.booking.appointment.start == TEN + 12 * HOUR
    body = text_of(admin.get(page_of(place.booking)))
    assert "She works all day." in body
    assert "outside_hours" not in body
    assert "Rules set aside" in body


def test_nobody_is_moved_into_another_meeting_even_so(admin, place):
    change = sent(place.booking, clock="11:00", anyway="on", why="Because")
    answer = admin.post(f"{page_of(place.booking)}change/", change)
    assert answer.status_code == 409
    place.booking.refresh_from_db()
    assert place.booking.appointment.start == TEN


def test_the_second_of_two_who_move_it_is_told(admin, place):
    first, second = (sent(place.booking, day=f"2027-02-{day}") for day in (16, 17))
    admin.post(f"{page_of(place.booking)}change/", first)
    answer = admin.post(f"{page_of(place.booking)}change/", second, follow=True)
    assert answer.status_code == 422
    assert "was moved meanwhile" in text_of(answer)
    assert "What you typed is still here" in text_of(answer)
    form = answer.context["form"]
    assert form["day"].value() == "2027-02-17"
    place.booking.refresh_from_db()
    assert place.booking.appointment.start == TEN + DAY
    admin.post(f"{page_of(place.booking)}change/", second | {"seen": form["seen"].value()})
    place.booking.refresh_from_db()
    assert place.booking.appointment.start == TEN + 2 * DAY


@pytest.mark.parametrize(
    "wrong",
    [
        {"day": "soon"},
        {"day": "0001-01-01"},
        {"clock": "10:07"},
        {"clock": "25:00"},
        {"provider": "9" * 30},
        {"place": "x"},
        {"seen": "none"},
        # The night on which the clocks go forward.
        {"day": "2027-03-14", "clock": "02:30"},
    ],
)
def test_what_cannot_be_is_refused_where_it_was_typed(admin, place, wrong):
    answer = admin.post(f"{page_of(place.booking)}change/", sent(place.booking, **wrong))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) <= {*wrong}


def test_people_places_and_kinds_of_another_community_cannot_be_named(admin, cast, place):
    other = cast.other
    for change in (
        {"provider": other.provider.pk},
        {"place": other.world.location.pk},
        {"format": other.world.format.pk},
    ):
        answer = admin.post(f"{page_of(place.booking)}change/", sent(place.booking, **change))
        assert set(answer.context["form"].errors) == set(change)


def test_a_request_is_accepted_or_declined_with_a_message(admin, place):
    admin.post(f"{page_of(place.request)}acceptance/")
    place.request.refresh_from_db()
    assert place.request.state == "confirmed"
    answer = admin.post(f"{page_of(place.request)}refusal/", {"reason": "No"}, follow=True)
    assert "no longer waits for an answer" in text_of(answer)


def test_cancelling_tells_the_student_why(admin, place):
    assert "gets a mail" in text_of(admin.get(f"{page_of(place.booking)}cancellation/"))
    answer = admin.post(f"{page_of(place.booking)}cancellation/", {"reason": "Flu"}, follow=True)
    assert "Cancelled. The time is free again." in text_of(answer)
    event = BookingEvent.objects.get(booking=place.booking, kind="cancelled")
    assert (event.data["reason"], event.data["by"]) == ("Flu", "admin")
    again = admin.post(f"{page_of(place.booking)}cancellation/", {"reason": "Flu"}, follow=True)
    assert "cancelled already" in text_of(again)


def test_a_group_is_called_off_for_everybody(admin, place):
    world = place.world
    world.format.capacity, world.format.auto_confirm = 3, True
    world.format.save()
    for name in ("Ann", "Bob"):
        world.book(place.provider, world.student(name), TEN + DAY, name)
    booking = Booking.objects.get(idempotency_key="Ann")
    assert "Bob Example" in text_of(admin.get(page_of(booking)))
    admin.post(f"{page_of(booking)}group-cancellation/", {"reason": "Flu"})
    states = Booking.objects.filter(idempotency_key__in=("Ann", "Bob")).values_list("state")
    assert set(states) == {("cancelled",)}


def test_what_was_cancelled_has_no_ways_to_change_it(admin, place):
    cancel(place.booking, by=TESTER, now=MONDAY)
    body = text_of(admin.get(page_of(place.booking)))
    assert "Move to another time" not in body
    answer = admin.post(
        f"{page_of(place.booking)}change/", sent(place.booking, day="2027-02-16"), follow=True
    )
    assert "is cancelled already" in text_of(answer)


def test_list_shows_that_other_times_are_offered(admin, place):
    def offered():
        return [row.has_offer for row, _state in admin.get(ROOT).context["rows"]]

    assert not any(offered())
    until = MONDAY + timedelta(hours=24)
    times = [OtherTime(TEN + DAY, place.provider, None, until)]
    offer = Offer(Otherwise.END, until, "")
    propose_times(place.booking, times, offer, by=TESTER, now=MONDAY)
    assert sum(offered()) == 1
    assert "other times offered" in text_of(admin.get(ROOT))


# --- What is over ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page", ["change", "times", "handing-over", "refusal", "cancellation", "group-cancellation"]
)
def test_ended_appointment_shows_no_form_and_says_why(admin, place, page):
    booking = place.booking
    cancel(booking, by=TESTER, now=MONDAY)
    answer = admin.get(f"{page_of(booking)}{page}/", follow=True)
    assert answer.redirect_chain == [(page_of(booking), 302)]
    said = "This appointment is cancelled, so nothing can be changed of it any more."
    assert said in text_of(answer)


def test_person_and_topic_have_columns_of_their_own_names(admin, place):
    lines = b"".join(admin.get(f"{ROOT}export.csv?span=all").streaming_content).decode()
    header = lines.lstrip("\ufeff").splitlines()[0].split(",")
    assert len(set(header)) == len(header)
    assert wording_of(place.community).services_menu in header
