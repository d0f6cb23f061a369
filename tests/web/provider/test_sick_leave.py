"""Sick today: one button, a page that says what happens, and what was done."""

from datetime import timedelta

import pytest

from tests.factories.way import TEN
from tests.factories.world import MONDAY, TESTER
from visavis.availability.enums import ChangeKind
from visavis.availability.models import DatedChange, HoursChange
from visavis.bookings.actions import Target, reschedule
from visavis.bookings.enums import HoldState
from visavis.bookings.models import Booking, Hold, Proposal
from visavis.core.clock import frozen_at
from visavis.core.worker import drain

pytestmark = pytest.mark.django_db
TEACH = "/c/mentoring/teach/"
SICK = f"{TEACH}hours/sick-leave/"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TODAY = "2027-02-15"


def sent(*bookings, **changes):
    seen = [f"{row.pk}-{row.appointment_id}" for row in bookings]
    return {"until": TODAY, "seen": seen, "message": "I am ill."} | changes


def away(place):
    return DatedChange.objects.filter(
        provider=place.provider, kind=ChangeKind.AWAY, first__lt=place.change.first
    )


def offered():
    return list(Proposal.objects.order_by("pk").values_list("booking", flat=True))


def words(answer):
    return answer.content.decode()


def test_the_page_is_found_on_any_day_and_from_the_hours(talia, place):
    assert "Sick today" in words(talia.get(TEACH))
    with frozen_at(MONDAY + 5 * DAY):
        page = words(talia.get(TEACH))
    assert (SICK in page, "Report sick" in page) == (True, True)
    assert SICK in words(talia.get(f"{TEACH}hours/"))


def test_the_page_names_the_meetings_and_does_nothing(talia, place):
    page = words(talia.get(SICK))
    assert "2 meetings cannot take place" in page
    assert "Monday 15 February, 10:00–10:30 AM" in page
    assert "requested" in page
    assert "held for three days" in page
    assert not away(place).exists()


def test_it_is_lastonce_and_the_page_says_so(talia, place):
    typed = sent(place.booking, place.request)
    done = words(talia.post(SICK, typed, follow=True))
    assert "You are away" in done
    assert "2 meetings need another time" in done
    assert "Equal times are being looked for" in done
    again = talia.post(SICK, typed, follow=True)
    assert "You are away" in words(again)
    assert away(place).count() == 1
    assert offered() == [place.booking.pk, place.request.pk]
    assert Proposal.objects.first().message == "I am ill."


def test_the_page_shows_the_whole_leave_to_whoever_comes_back_to_it(talia, place):
    until = (MONDAY + DAY).date().isoformat()
    talia.post(SICK, sent(place.booking, place.request, until=until))
    page = talia.get(SICK)
    assert page.context["form"].day.isoformat() == until
    assert page.context["undoable"] is not None


def test_todays_list_says_who_is_to_choose_another_time(talia, place):
    assert "is to choose another time" not in words(talia.get(TEACH))
    talia.post(SICK, sent(place.booking, place.request))
    assert words(talia.get(TEACH)).count("is to choose another time") == 2


def test_the_time_away_is_taken_back(talia, place):
    done = talia.post(SICK, sent(place.booking, place.request), follow=True)
    last = done.context["undoable"].public_id
    talia.post(f"{TEACH}hours/restoration/", {"change": last})
    assert not away(place).exists()


def test_times_that_were_held_leave_the_calendar_with_the_undo(talia, place):
    done = talia.post(SICK, sent(place.booking, place.request), follow=True)
    drain()
    week = f"{TEACH}hours/"
    assert Hold.objects.filter(state=HoldState.OPEN).exists()
    assert ">Held" in words(talia.get(week))
    last = done.context["undoable"].public_id
    talia.post(f"{TEACH}hours/restoration/", {"change": last})
    assert ">Held" not in words(talia.get(week))


def test_after_a_second_press_it_can_be_taken_back_as_well(talia, place):
    typed = sent(place.booking, place.request)
    talia.post(SICK, typed)
    again = words(talia.post(SICK, typed, follow=True))
    assert "Take the time away back" in again
    HoursChange.objects.all().delete()
    later = words(talia.get(SICK))
    assert f"{TEACH}hours/changes/{away(place).get().pk}/removal/" in later


def test_a_meeting_that_moved_meanwhile_is_asked_about_again(talia, place):
    typed = sent(place.booking, place.request)
    reschedule(place.booking, Target(TEN + 4 * HOUR, place.provider), by=TESTER, now=MONDAY)
    answer = talia.post(SICK, typed)
    assert answer.status_code == 422
    assert "A meeting was booked or moved meanwhile." in words(answer)
    assert "I am ill." in words(answer)
    assert not away(place).exists()
    moved = Booking.objects.get(pk=place.booking.pk)
    assert "You are away" in words(talia.post(SICK, sent(moved, place.request), follow=True))


def test_a_meeting_that_went_to_another_day_is_told_of(talia, place):
    typed = sent(place.booking, place.request)
    reschedule(place.booking, Target(TEN + DAY, place.provider), by=TESTER, now=MONDAY)
    done = words(talia.post(SICK, typed, follow=True))
    assert "One meeting was moved or called off meanwhile." in done
    assert offered() == [place.request.pk]


def test_more_days_show_more_meetings(talia, place):
    page = words(talia.get(f"{SICK}?until=2027-02-24"))
    assert "3 meetings cannot take place" in page
    assert "until the end of Wednesday 24 February" in page


@pytest.mark.parametrize("until", ["", "tomorrow", "2027-02-14", "2031-01-01"])
def test_a_day_that_cannot_be_is_told_and_nothing_is_done(talia, place, until):
    answer = talia.post(SICK, sent(place.booking, place.request, until=until))
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in words(answer)
    assert not away(place).exists()


def test_what_no_page_sends_names_no_meeting(talia, place):
    answer = talia.post(SICK, sent(seen=["x", "1", "²-³", "9" * 5000 + "-1"]))
    assert answer.status_code == 422
    assert not away(place).exists()


def test_what_could_not_take_place_is_not_to_be_logged(talia, place):
    talia.post(SICK, sent(place.booking, place.request))
    with frozen_at(TEN + HOUR):
        assert talia.get(TEACH).context["to_log"] == []


def test_an_administrator_does_it_for_somebody(admin, place):
    page = f"/c/mentoring/manage/providers/{place.provider.pk}/"
    assert f"{page}hours/sick-leave/" in words(admin.get(page))
    done = admin.post(f"{page}hours/sick-leave/", sent(place.booking, place.request), follow=True)
    assert "Talia Example is away" in words(done)
    assert away(place).count() == 1


def test_many_meetings_cost_no_more_queries(talia, place, django_assert_max_num_queries):
    for n in range(3):
        student = place.world.student(f"More{n}")
        place.world.book(place.provider, student, TEN + n * HOUR / 2 + 3 * HOUR, f"more-{n}")
    with django_assert_max_num_queries(24):
        assert "5 meetings cannot take place" in words(talia.get(SICK))


def test_the_heading_counts_only_offers_that_still_hold_a_time(talia, place):
    talia.post(SICK, sent(place.booking, place.request))
    drain()
    page = talia.get(TEACH).context
    assert len(page["proposals"]) + len(page["choosing"]) == 2
    Hold.objects.filter(proposals=place.booking.proposals.get()).update(state=HoldState.RELEASED)
    page = talia.get(TEACH).context
    assert place.booking not in [one.booking for one in page["proposals"]]
    assert place.booking in [one.booking for one in page["choosing"]]
