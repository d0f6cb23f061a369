"""Places by hand: added, changed with the fate of meetings that they no longer fit, archived."""

import pytest

from tests.factories.world import TESTER
from visavis.availability.locations import find_strange_address
from visavis.availability.models import Location
from visavis.bookings.enums import BookingState
from visavis.bookings.models import Booking
from visavis.changes.places import add_place

ROOT = "/c/mentoring/manage/locations"
ROOM = {"name": "Room 204", "kind": "in_person", "hours": "", "capacity": "", "details": ""}


def save(admin, url, **values):
    return admin.post(url, {**ROOM, **values})


def test_place_is_added_with_hours_capacity_and_directions(admin, place):
    values = {
        "name": "<b>חדר</b>",
        "hours": "Mon-Tue 9am-5pm",
        "capacity": "3",
        "details": "Upstairs",
    }
    assert save(admin, f"{ROOT}/new/", **values).status_code == 302
    made = Location.objects.get(name="<b>חדר</b>")
    assert (made.capacity, made.hours) == (3, [[0, 540, 1020], [1, 540, 1020]])
    assert "<b>חדר" not in admin.get(f"{ROOT}/?q=חדר").content.decode()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "main  OFFICE"}, "name"),
        ({"hours": "sometimes"}, "hours"),
        ({"capacity": "0"}, "capacity"),
        ({"capacity": "1000000"}, "capacity"),
        ({"kind": "nowhere"}, "kind"),
    ],
)
def test_what_does_not_fit_comes_back_at_its_field(admin, place, values, field):
    answer = save(admin, f"{ROOT}/new/", **values)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def url_of(place):
    return f"{ROOT}/{place.world.location.pk}/"


def main_office(admin, place, **values):
    form = admin.get(url_of(place)).context["form"]
    kept = {name: form[name].value() or "" for name in (*ROOM, "seen")}
    return {**kept, **values}


def test_shorter_hours_ask_about_the_meetings_that_they_leave_out(admin, place):
    sent = main_office(admin, place, hours="Mon-Fri 11:00-24:00")
    answer = admin.post(url_of(place), sent)
    assert answer.status_code == 422
    shown = [row[0].pk for row in answer.context["asked"].rows]
    assert place.booking.pk in shown
    decided = {**sent, "fate-shown": shown, "fate-every": "cancel"}
    assert admin.post(url_of(place), decided).status_code == 302
    assert Booking.objects.get(pk=place.booking.pk).state == BookingState.CANCELLED
    assert Location.objects.get(pk=place.world.location.pk).hours


def test_what_touches_no_meeting_is_simply_saved(admin, place):
    sent = main_office(admin, place, name="Front office", hours="Mon-Sun 00:00-24:00")
    assert admin.post(url_of(place), sent).status_code == 302


def test_second_of_two_who_change_it_is_told(admin, place):
    sent = main_office(admin, place)
    admin.post(url_of(place), {**sent, "details": "One"})
    answer = admin.post(url_of(place), {**sent, "details": "Two"})
    assert answer.status_code == 422
    assert "Somebody else has changed this" in answer.content.decode()
    assert Location.objects.get(pk=place.world.location.pk).details == "One"


def test_archived_with_the_fate_of_its_meetings_and_restored(admin, place):
    url = f"{url_of(place)}archiving/"
    shown = [row[0].pk for row in admin.post(url).context["asked"].rows]
    admin.post(url, {"fate-shown": shown, "fate-every": "keep"})
    assert not Location.objects.get(pk=place.world.location.pk).is_active
    assert "Restore" in admin.get(f"{ROOT}/?archived=1").content.decode()
    own = admin.get(f"{ROOT}/{place.world.location.pk}/").content.decode()
    assert "This place is archived" in own
    admin.post(url, {"restore": "1"})
    assert Location.objects.get(pk=place.world.location.pk).is_active


def test_many_places_are_searched_and_sorted_in_few_queries(
    admin, place, django_assert_max_num_queries
):
    for number in range(60):
        add_place(place.community, {"name": f"Room {number}", "kind": "online"}, by=TESTER)
    with django_assert_max_num_queries(12):
        answer = admin.get(f"{ROOT}/?q=room&sort=-name")
    assert [row[0].name for row in answer.context["rows"]][:2] == ["Room 9", "Room 8"]


@pytest.mark.parametrize(
    ("details", "is_refused"),
    [
        ("javascript:alert(1)", True),
        ("Here: JavaScript:alert(1)", True),
        ("<ftp://x.test/1>", True),
        ("https://zoom.test/1 or mailto:a@b.test, tel:+15550100", False),
        ("Room:204, desk: left", False),
    ],
)
def test_details_hold_no_address_that_nobody_should_open(details, is_refused):
    assert bool(find_strange_address(details)) == is_refused


def test_link_that_is_no_web_address_is_refused_at_its_field(admin, place):
    typed = {"name": "Odd", "kind": "online", "details": "javascript:alert(1)"}
    answer = admin.post("/c/mentoring/manage/locations/new/", typed)
    assert answer.status_code == 422
    [told] = answer.context["form"].errors["details"]
    assert told.startswith("“javascript:alert(1)” is no address that students can open.")
