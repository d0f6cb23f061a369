"""Waiting for a time: the form, the offer, letting go, leaving; and what stays hidden."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.world import MONDAY, TESTER
from visavis.availability.actions import add_weekly_block
from visavis.availability.closures import add_closure
from visavis.availability.models import WeeklyBlock
from visavis.bookings.actions import Wish, cancel, join_waitlist, run_waitlist
from visavis.bookings.enums import HoldState, WaitlistState
from visavis.bookings.errors import Refused
from visavis.bookings.models import Booking, Hold, WaitlistEntry
from visavis.catalogue.actions import add_format
from visavis.communities.actions import change_settings
from visavis.core.clock import frozen_at
from visavis.core.instants import write_instant
from visavis.people.actions import give_role, pause_booking
from visavis.people.enums import Role

pytestmark = pytest.mark.django_db
TEN = MONDAY + timedelta(hours=2)
TODAY = 'value="2027-02-15"'
DAYS = {"first": "2027-02-15", "last": "2027-02-19"}


def rows(*said):
    """Rows of times as the form sends them: days, from, to."""
    sent = {"times-TOTAL_FORMS": str(len(said)), "times-INITIAL_FORMS": "0"}
    for number, (weekdays, start, end) in enumerate(said):
        row = {"weekdays": weekdays, "start": start, "end": end}
        sent |= {f"times-{number}-{name}": value for name, value in row.items()}
    return sent


@pytest.fixture
def full(way):
    """Talia's only half-hour is taken by Bo, and the community keeps a list."""
    world = way.world
    world.community = change_settings(world.community, {"waitlist": True}, by=TESTER)
    world.service.community = world.community
    WeeklyBlock.objects.all().delete()
    add_weekly_block(way.provider, weekday=0, start_minute=600, end_minute=630, by=TESTER)
    change_settings(world.community, {"weeks_ahead": 1}, by=TESTER)
    world.community.weeks_ahead = 1
    return world.book(way.provider, world.student("Bo"), TEN)


@pytest.fixture
def form_url(way):
    return way.times.replace("times/", "waitlist/")


def text(answer):
    return " ".join(answer.content.decode().split())


@pytest.mark.usefixtures("full")
def test_days_of_the_week_begin_as_the_weeks_of_the_centre_do(client, form_url):
    [row] = client.get(form_url).context["rows"]
    assert [label for _day, label in row.fields["weekdays"].choices][:2] == ["Sunday", "Monday"]


def wait(way, student, **changes):
    days = (MONDAY.date(), MONDAY.date())
    wish = Wish(student, way.world.service, way.world.format, *days, **changes)
    return join_waitlist(wish, by=TESTER, now=MONDAY)


@pytest.mark.usefixtures("full")
def test_form_begins_with_the_days_that_were_looked_at(client, form_url):
    page = text(client.get(f"{form_url}?first=2027-02-20&last=2027-02-27"))
    assert 'value="2027-02-20"' in page
    assert 'value="2027-02-27"' in page
    usual = text(client.get(form_url))
    for odd in ("first=2020-01-01&last=2027-02-27", "first=x&last=%00", "first=2027-02-27"):
        assert text(client.get(f"{form_url}?{odd}")).count(TODAY) == usual.count(TODAY) >= 1


@pytest.mark.usefixtures("full")
def test_page_without_times_leads_to_the_list(client, way, form_url):
    assert f'href="{form_url}?first=2027-02-15&amp;last=' in text(client.get(way.times))
    change_settings(way.world.community, {"waitlist": False}, by=TESTER)
    assert form_url not in text(client.get(way.times))
    assert client.get(form_url).status_code == 409


def test_page_with_many_times_does_not_name_the_list(client, way, form_url):
    change_settings(way.world.community, {"waitlist": True}, by=TESTER)
    assert form_url not in text(client.get(way.times))


@pytest.mark.usefixtures("full")
def test_student_joins_and_sees_the_position(client, way, form_url, sam):
    wait(way, way.world.student("Uma"))
    sent = client.post(form_url, {**DAYS, **rows((["0", "2"], "9:00", "12:00"))})
    assert sent.headers["Location"] == way.learn
    entry = WaitlistEntry.objects.get(student=sam)
    assert (entry.rows, entry.provider) == ([[[0, 2], 540, 720]], None)
    shown = text(client.get(way.learn))
    assert "You are number 2 on the list." in shown
    assert "Monday, Wednesday: 9:00 AM–12:00 PM" in shown
    assert "Uma" not in shown


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"first": "2027-02-19", "last": "2027-02-15"}, "The last day is before the first."),
        ({"first": "", "last": "2027-02-15"}, "Say from which day on."),
        ({**DAYS, **rows(([], "12:00", "9:00"))}, "The end is before the start."),
        ({**DAYS, **rows(([], "9:00", "9:00"))}, "It ends when it begins."),
        ({**DAYS, **rows((["5"], "9:00", ""))}, "None of these days of the week comes between"),
        ({**DAYS, **rows(([], "", ""), ([], "9:00", "9:10"))}, "there is no room for 30 minutes"),
        ({**DAYS, "provider": "99999"}, "The person you chose is no longer there."),
    ],
)
def test_what_cannot_be_waited_for_is_told(client, form_url, sent, sentence):
    answer = client.post(form_url, sent)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert not WaitlistEntry.objects.exists()


@pytest.mark.usefixtures("full")
def test_each_row_says_what_is_wrong_with_it(client, form_url):
    sent = {**DAYS, **rows((["0"], "9:00", "9:10"), ([], "", ""), (["6"], "10:00", "10:05"))}
    _before, first, empty, third = text(client.post(form_url, sent)).split('class="box flow"')
    assert [part.count("there is no room for 30 minutes") for part in (first, empty)] == [1, 0]
    assert "there is no room for 30 minutes" in third
    assert "None of these days of the week comes between" in third


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ({"first": "", "last": "2027-02-19"}, "Say from which day on."),
        ({"first": "2027-02-19", "last": "2027-02-15"}, "The last day is before the first."),
    ],
)
def test_all_that_is_wrong_is_told_at_once(client, form_url, days, sentence):
    sent = rows((["0"], "9:00", "9:10"), (["1"], "12:00", "9:00"), (["2"], "10:00", "10:05"))
    shown = text(client.post(form_url, {**days, **sent}))
    assert sentence in shown
    assert "The end is before the start." in shown
    third = shown.split('class="box flow"')[3]
    assert "there is no room for 30 minutes" in third
    assert "None of these days" not in shown


@pytest.mark.usefixtures("full")
def test_rows_that_overlap_are_one_on_the_page(client, way, form_url):
    sent = rows((["0", "2"], "9:00", "12:00"), (["0", "2"], "11:00", "13:00"))
    client.post(form_url, {**DAYS, **sent})
    assert WaitlistEntry.objects.get().rows == [[[0, 2], 540, 780]]
    assert "Monday, Wednesday: 9:00 AM–1:00 PM" in text(client.get(way.learn))


@pytest.mark.usefixtures("full")
def test_another_row_is_asked_for_and_all_rows_are_kept(client, way, form_url, sam):
    typed = {**DAYS, **rows((["0"], "9:00", "12:00"))}
    shown = text(client.post(form_url, {**typed, "more": "1"}))
    assert not WaitlistEntry.objects.exists()
    assert 'value="2027-02-19"' in shown
    assert 'name="times-0-start" value="9:00"' in shown
    assert "Or these" in shown
    assert 'name="times-1-start"' in shown
    sent = {**DAYS, **rows((["0"], "9:00", "12:00"), (["3"], "13:00", "17:00"), ([], "", ""))}
    assert client.post(form_url, sent).status_code == 302
    assert WaitlistEntry.objects.get().rows == [[[0], 540, 720], [[3], 780, 1020]]
    shown = text(client.get(way.learn))
    assert "Monday: 9:00 AM–12:00 PM · Thursday: 1:00–5:00 PM" in shown


@pytest.mark.usefixtures("full")
def test_there_is_an_end_to_the_rows(client, form_url):
    shown = text(client.post(form_url, {**DAYS, **rows(*[([], "", "")] * 6), "more": "1"}))
    assert 'id="row-7"' in shown
    assert 'name="more"' not in shown


@pytest.mark.usefixtures("full")
def test_who_says_nothing_about_times_waits_for_any(client, form_url):
    client.post(form_url, {**DAYS, **rows(([], "", ""))})
    assert WaitlistEntry.objects.get().rows == [[[0, 1, 2, 3, 4, 5, 6], 0, 1440]]


def test_who_finds_a_free_time_is_led_there(client, way, form_url):
    change_settings(way.world.community, {"waitlist": True}, by=TESTER)
    answer = client.post(form_url, DAYS)
    assert answer.status_code == 422
    assert "There are free times within these days already." in text(answer)
    assert f'href="{way.times}"' in text(answer)


def test_offer_is_shown_with_its_end_and_booked_the_usual_way(client, way, full, sam):
    entry = wait(way, sam)
    cancel(full, by=TESTER, now=MONDAY)
    run_waitlist(now=MONDAY)
    shown = text(client.get(way.learn))
    assert "Held for you until 10:00 AM (New York time)" in shown
    topic = way.topic.replace(write_instant(way.start), write_instant(TEN))
    assert f'href="{topic}"' in shown
    review = client.get(topic, follow=True)
    assert review.status_code == 200
    assert "Held for you until 10:00 AM (New York time)." in text(review)
    assert f'href="{way.root}/waitlist/{entry.public_id}/letting-go/"' in text(review)
    assert "Held for you until" in text(client.get(review.request["PATH_INFO"]))
    booked = client.post(way.bookings, way.confirmation())
    assert booked.status_code == 302
    assert Booking.objects.filter(student=sam, state="confirmed").count() == 1
    entry.refresh_from_db()
    assert entry.state == WaitlistState.BOOKED
    assert "You are waiting for" not in text(client.get(way.learn))


def test_steps_to_another_time_name_no_deadline(client, way, full, sam):
    wait(way, sam)
    add_weekly_block(way.provider, weekday=1, start_minute=600, end_minute=630, by=TESTER)
    cancel(full, by=TESTER, now=MONDAY)
    run_waitlist(now=MONDAY)
    way.start = TEN + timedelta(days=1)
    page = client.get(way.review)
    assert page.status_code == 200
    assert "Held for you" not in text(page)


def test_an_offer_that_ran_out_is_shown_no_more_before_any_job(client, way, full, sam):
    change_settings(way.world.community, {"waitlist_hold_minutes": 30}, by=TESTER)
    wait(way, sam)
    cancel(full, by=TESTER, now=MONDAY)
    run_waitlist(now=MONDAY)
    assert "Held for you until 8:30 AM" in text(client.get(way.learn))
    with frozen_at(MONDAY + timedelta(minutes=30)):
        shown = text(client.get(way.learn))
    assert "Held for you" not in shown
    assert "You are number 1 on the list." in shown


def test_letting_go_asks_first_and_keeps_the_place(client, way, full, sam):
    entry = wait(way, sam)
    cancel(full, by=TESTER, now=MONDAY)
    run_waitlist(now=MONDAY)
    url = f"{way.root}/waitlist/{entry.public_id}/letting-go/"
    assert "Let this time go?" in text(client.get(url))
    assert Hold.objects.get().state == HoldState.OPEN
    assert client.post(url).headers["Location"] == way.learn
    assert Hold.objects.get().state == HoldState.RELEASED
    assert client.post(url).headers["Location"] == way.learn
    assert client.get(url).status_code == 409
    assert "You are number 1 on the list." in text(client.get(way.learn))


@pytest.mark.usefixtures("full")
def test_leaving_asks_first(client, way, sam):
    entry = wait(way, sam)
    url = f"{way.root}/waitlist/{entry.public_id}/leaving/"
    assert "Leave the waitlist?" in text(client.get(url))
    for _click in range(2):
        assert client.post(url).headers["Location"] == way.learn
    entry.refresh_from_db()
    assert entry.state == WaitlistState.LEFT
    assert client.get(url).status_code == 404


@pytest.mark.usefixtures("full", "sam")
def test_entries_of_others_are_not_there(client, way):
    entry = wait(way, way.world.student("Uma"))
    for step in ("leaving", "letting-go"):
        assert client.post(f"{way.root}/waitlist/{entry.public_id}/{step}/").status_code == 404
    entry.refresh_from_db()
    assert entry.state == WaitlistState.WAITING


@pytest.mark.usefixtures("full")
def test_learn_screen_asks_as_little_with_many_who_wait(client, way, sam):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            client.get(way.learn)
        return len(seen)

    wait(way, sam)
    few = queries()
    for name in ("Uma", "Kim", "Ali", "Eve"):
        wait(way, way.world.student(name))
    wait(way, sam, provider=way.provider)
    assert queries() == few


# --- groups -----------------------------------------------------------------------------------


@pytest.fixture
def group(way):
    """Talia's only group, for one at a time of two seats, is full."""
    world = way.world
    world.format = add_format(world.community, by=TESTER, name="Pair", minutes=30, capacity=2)
    world.community = change_settings(
        world.community, {"waitlist": True, "weeks_ahead": 1}, by=TESTER
    )
    world.service.community = world.community
    WeeklyBlock.objects.all().delete()
    add_weekly_block(way.provider, weekday=0, start_minute=600, end_minute=630, by=TESTER)
    return [world.book(way.provider, world.student(name), TEN) for name in ("Bo", "Kim")]


def test_a_full_group_is_waited_for_and_the_held_seat_booked(client, way, group, sam):
    form_url = way.times.replace("times/", "waitlist/")
    assert f'href="{form_url}?first=2027-02-15&amp;last=' in text(client.get(way.times))
    assert "A seat that comes free is held for you for up to 2 hours" in text(client.get(form_url))
    said = text(client.post(form_url, {"first": "2027-02-15", "last": "2027-02-15"}, follow=True))
    assert "When a seat comes free, it is held for you." in said
    cancel(group[0], by=TESTER, now=MONDAY)
    run_waitlist(now=MONDAY)
    assert "Held for you until 10:00 AM (New York time)" in text(client.get(way.learn))
    way.start = TEN
    assert client.post(way.bookings, way.confirmation()).status_code == 302
    booking = Booking.objects.get(student=sam, state="confirmed")
    assert (booking.appointment, booking.seat) == (group[1].appointment, 1)


def test_a_meeting_with_nothing_but_a_held_seat_says_so(client, way, group):
    give_role(way.provider.user, way.world.community, Role.ADMIN, by=TESTER)
    entry = wait(way, way.world.student("Uma"))
    for booking in group:
        cancel(booking, by=TESTER, now=MONDAY)
    run_waitlist(now=MONDAY)
    entry.refresh_from_db()
    assert entry.state == WaitlistState.OFFERED
    client.force_login(way.provider.user)
    assert "a seat is held for somebody" in text(client.get(f"{way.root}/manage/"))


def test_an_offer_that_no_longer_holds_says_so_and_leads_on(client, way, full, sam):
    wait(way, sam)
    cancel(full, by=TESTER, now=MONDAY)
    run_waitlist(now=MONDAY)
    topic = way.topic.replace(write_instant(way.start), write_instant(TEN))
    add_closure(way.world.community, first=MONDAY.date(), last=MONDAY.date(), by=TESTER)
    for _look in range(2):  # before the worker has written it down, and after
        shown = text(client.get(topic, follow=True))
        assert "It was held for you, but can no longer be booked." in shown
        assert "You keep your place on the waitlist" in shown
        run_waitlist(now=MONDAY)
    assert "You are number 1 on the list." in text(client.get(way.learn))


def test_who_is_paused_is_told_before_any_form(client, way, form_url, full, sam):
    until = MONDAY.replace(hour=5) + timedelta(days=3)
    pause_booking(
        sam, way.world.community, until=until, reason="Missed twice", by=TESTER, now=MONDAY
    )
    page = client.get(form_url)
    assert page.status_code == 409
    assert "paused your bookings until the end of Wednesday 17 February" in text(page)
    assert "Put me on the waitlist" not in text(page)
    with pytest.raises(Refused) as refusal:
        wait(way, sam)
    assert refusal.value.code == "student_paused"


def test_who_may_book_near_meetings_alone_reads_it_above_the_form(client, way, form_url, full, sam):
    pause_booking(
        sam, way.world.community, until=None, reason="", by=TESTER, now=MONDAY, far_days=2
    )
    page = text(client.get(form_url))
    assert "has paused your bookings of meetings more than 2 days ahead." in page
    assert "Put me on the waitlist" in page
