"""The page of one's calendars: connect, see what was read and what went wrong, pause, let go."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client

from tests.factories.world import MONDAY, TESTER, make_user, make_world
from visavis.availability.models import OutsideCalendar
from visavis.availability.outside import (
    Failure,
    Reading,
    connect_calendar,
    keep_failure,
    keep_reading,
)
from visavis.calendars.models import CalendarFeed
from visavis.core import clock
from visavis.core.models import HistoryEntry
from visavis.people.models import Provider

PAGE = "/accounts/calendars/"
HOUR = timedelta(hours=1)
SECRET = "https://calendar.test/private-5f3a/basic.ics"


@pytest.fixture(autouse=True)
def monday():
    with clock.frozen_at(MONDAY):
        yield


@pytest.fixture
def world():
    world = make_world()
    world.talia = world.provider()
    return world


@pytest.fixture
def talia(client, world):
    client.force_login(world.talia.user)
    return client


@pytest.fixture
def calendar(world):
    return connect_calendar(world.talia.user, name="Classes", address=SECRET, by=TESTER, now=MONDAY)


def text_of(answer):
    words = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", words)


def seen(client):
    return text_of(client.get(PAGE))


def spans(*hours):
    return [(MONDAY + h * HOUR, MONDAY + (h + 1) * HOUR) for h in hours]


def test_calendar_is_connected_and_waits_to_be_read(talia, world):
    answer = talia.post(
        PAGE, {"address": " WEBCAL://calendar.test/a.ics ", "name": ""}, follow=True
    )
    (kept,) = OutsideCalendar.objects.all()
    assert (kept.name, kept.address) == ("calendar.test", "https://calendar.test/a.ics")
    assert "will be read in a moment" in text_of(answer)
    assert "Being read" in text_of(answer)
    assert 'hx-trigger="every 2s"' in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Paste the address of the calendar."),
        ("my calendar", "It begins with https:// or webcal://"),
        ("https://me:hush@calendar.test/", "The address holds a user name or password."),
        ("https://192.168.1.5/a.ics", "192.168.1.5 lies inside a private network."),
        (f"https://calendar.test/{'a' * 2001}", "too long to be one of a calendar"),
        (SECRET, "connected this calendar already, as “Classes”"),
    ],
)
def test_address_that_does_not_fit_comes_back_with_a_sentence(talia, calendar, typed, said):
    answer = talia.post(PAGE, {"address": typed, "name": "Mine"})
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert 'value="Mine"' in answer.content.decode()
    assert OutsideCalendar.objects.count() == 1


def test_page_says_what_was_read_and_when_and_keeps_the_address_to_itself(talia, calendar):
    keep_reading(
        calendar,
        Reading(spans(2, 5, 24 * 20), MONDAY, skipped=2),
        next_at=MONDAY + HOUR,
        now=MONDAY,
    )
    page = seen(talia)
    assert "Last read: Monday 15 February, 8:00 AM" in page
    assert "Busy 2 times in the next two weeks" in page
    assert "Monday 15 February, 10:00–11:00 AM" in page
    assert "2 entries could not be understood" in page
    assert "private-5f3a" not in page
    assert "hx-get" not in talia.get(PAGE).content.decode()


def test_page_says_what_went_wrong_and_that_the_last_reading_counts(talia, calendar):
    keep_reading(calendar, Reading([], MONDAY), next_at=MONDAY, now=MONDAY - HOUR)
    calendar.refresh_from_db()
    failure = Failure("not_there", {"host": "calendar.test"})
    keep_failure(calendar, failure, next_at=MONDAY + HOUR, now=MONDAY)
    page = seen(talia)
    assert "calendar.test says that there is no calendar at this address." in page
    assert "What was read last still counts." in page
    assert "Last tried: Monday 15 February, 8:00 AM Next try: Monday 15 February, 9:00 AM" in page


def test_read_now_asks_once(talia, calendar):
    keep_reading(calendar, Reading([], MONDAY), next_at=MONDAY + HOUR, now=MONDAY - HOUR)
    url = f"{PAGE}{calendar.public_id}/reading/"
    assert "will be read in a moment" in text_of(talia.post(url, follow=True))
    calendar.refresh_from_db()
    assert calendar.next_at == MONDAY
    assert "is being read already" in text_of(talia.post(url, follow=True))


def test_list_alone_is_asked_for_until_it_is_read(talia, calendar):
    state = f"{PAGE}state/"
    assert 'hx-trigger="every 2s"' in talia.get(state).content.decode()
    keep_reading(calendar, Reading([], MONDAY), next_at=MONDAY + HOUR, now=MONDAY)
    answer = talia.get(state).content.decode()
    assert "hx-trigger" not in answer
    assert "<html" not in answer
    assert "Nothing in it keeps you busy" in answer


def test_paused_resumed_and_disconnected(talia, calendar):
    at = f"{PAGE}{calendar.public_id}"
    assert "is paused" in text_of(talia.post(f"{at}/pause/", follow=True))
    assert "Read it again" in seen(talia)
    assert "will be read" in text_of(talia.post(f"{at}/resumption/", follow=True))
    asked = talia.get(f"{at}/removal/")
    assert "Disconnect “Classes”?" in text_of(asked)
    assert OutsideCalendar.objects.exists()
    assert "is disconnected" in text_of(talia.post(f"{at}/removal/", follow=True))
    assert not OutsideCalendar.objects.exists()
    assert "No calendar is connected" in seen(talia)


@pytest.mark.parametrize("verb", ["reading", "pause", "resumption", "removal"])
def test_calendars_of_others_are_not_there(client, world, calendar, verb):
    client.force_login(world.provider("Omar").user)
    for public_id in (calendar.public_id, uuid.uuid4()):
        assert client.post(f"{PAGE}{public_id}/{verb}/").status_code == 404
    assert "calendar.test" not in seen(client)
    calendar.refresh_from_db()
    assert (calendar.paused_at, calendar.asked_at) == (None, MONDAY)


def test_students_have_an_address_and_connect_nothing(client, db):
    client.force_login(make_user("sam@students.test", "Sam"))
    page = seen(client)
    assert "Your meetings in your own calendar" in page
    assert "Connect a calendar" not in page
    assert client.post(PAGE, {"address": SECRET}).status_code == 404
    assert not OutsideCalendar.objects.exists()


def test_who_gives_support_no_more_lets_go_of_what_they_connected(talia, world, calendar):
    Provider.objects.filter(pk=world.talia.pk).update(retired_at=MONDAY)
    page = seen(talia)
    assert "every 2s" not in talia.get(PAGE).content.decode()
    assert "You give no support at the moment" in page
    assert ("Classes" in page, "Connect a calendar" in page) == (True, False)
    assert talia.post(PAGE, {"address": f"{SECRET}?2"}).status_code == 404
    talia.post(f"{PAGE}{calendar.public_id}/removal/")
    assert not OutsideCalendar.objects.exists()
    assert "When you are busy elsewhere" not in seen(talia)


def test_words_of_a_person_are_words_everywhere(talia):
    name = "<script>alert(1)</script>"
    talia.post(PAGE, {"address": "https://calendar.test/", "name": name})
    assert name not in talia.get(PAGE).content.decode()
    assert "&lt;script&gt;alert(1)" in talia.get(PAGE).content.decode()


def test_page_of_many_calendars_asks_a_bounded_number_of_queries(
    talia, world, django_assert_max_num_queries
):
    for number in range(20):
        made = connect_calendar(
            world.talia.user, name=f"{number}", address=f"{SECRET}?{number}", by=TESTER, now=MONDAY
        )
        keep_reading(made, Reading(spans(*range(1, 60, 2)), MONDAY), next_at=MONDAY, now=MONDAY)
    with django_assert_max_num_queries(10):
        talia.get(PAGE)


# --- The private address ------------------------------------------------------------------------


def address_in(page):
    return re.search(r'value="http://testserver(/accounts/feeds/[^"]+)"', page).group(1)


def test_address_is_made_renewed_and_taken_away(talia, world):
    stranger = Client()
    made = talia.post(f"{PAGE}address/", follow=True).content.decode()
    first = address_in(made)
    assert f'href="webcal://testserver{first}"' in made
    assert stranger.get(first).status_code == 200
    assert "leads nowhere from then on" in text_of(talia.get(f"{PAGE}address/renewal/"))
    second = address_in(talia.post(f"{PAGE}address/renewal/", follow=True).content.decode())
    assert (stranger.get(first).status_code, stranger.get(second).status_code) == (404, 200)
    talia.get(f"{PAGE}address/removal/")
    assert stranger.get(second).status_code == 200
    talia.post(f"{PAGE}address/removal/")
    assert stranger.get(second).status_code == 404
    assert not CalendarFeed.objects.exists()
    verbs = [entry.verb for entry in HistoryEntry.objects.filter(verb__contains="address")]
    assert verbs == [
        "made calendar address",
        "renewed calendar address",
        "removed calendar address",
    ]


def test_address_cannot_be_guessed(talia, world):
    talia.post(f"{PAGE}address/")
    token = CalendarFeed.objects.get().token
    assert len(token) >= 43
    for guess in (token[:-1], token.lower(), f"{token}a", "a" * 43):
        assert Client().get(f"/accounts/feeds/{guess}.ics").status_code == 404


def test_address_of_somebody_who_may_not_sign_in_leads_nowhere(talia, world):
    path = address_in(talia.post(f"{PAGE}address/", follow=True).content.decode())
    world.talia.user.is_active = False
    world.talia.user.save()
    assert Client().get(path).status_code == 404


def test_program_that_has_it_already_is_told_so(talia, world):
    path = address_in(talia.post(f"{PAGE}address/", follow=True).content.decode())
    program = Client()
    first = program.get(path)
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert "Set-Cookie" not in first.headers
    again = program.get(path, headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    world.book(world.talia, world.student(), MONDAY + 2 * HOUR)
    assert program.get(path, headers={"if-none-match": first.headers["ETag"]}).status_code == 200
