"""The page of missed meetings: the rule, who is paused, what is excused."""

from datetime import timedelta

import pytest

from tests.factories.way import TEN
from tests.factories.world import MONDAY, TESTER
from visavis.bookings.actions import Target, mark_missed, reschedule
from visavis.bookings.models import Booking
from visavis.core.clock import frozen_at
from visavis.core.history import Actor
from visavis.people.models import Pause

pytestmark = pytest.mark.django_db
RULE = {
    "absence_limit": "1",
    "absence_days": "30",
    "pause_days": "7",
    "pause_scope": "far",
    "pause_far_days": "3",
    "late_cancels_count": "on",
    "late_moves_count": "on",
    "text_1": "Please cancel next time.",
}


@pytest.fixture
def page(cast):
    return f"/c/{cast.own.community.slug}/manage/absences/"


@pytest.fixture
def ada(cast, client):
    client.force_login(cast.people["admin"])
    return client


def test_rule_is_saved_and_shown_again(cast, ada, page):
    assert ada.post(page, RULE).status_code == 302
    community = cast.own.community
    community.refresh_from_db()
    assert (community.absence_limit, community.pause_scope) == (1, "far")
    assert community.absence_texts == ["Please cancel next time."]
    assert "Please cancel next time." in ada.get(page).content.decode()


def test_late_move_is_listed_with_when_the_meeting_would_have_been(cast, ada, page):
    ada.post(page, RULE)
    booking, student = Booking.objects.get(pk=cast.own.booking.pk), cast.own.student
    target = Target(TEN + timedelta(days=1), booking.appointment.provider)
    by = Actor(student.pk, str(student))
    reschedule(booking, target, by=by, now=booking.appointment.start - timedelta(hours=1))
    shown = " ".join(ada.get(page).content.decode().split())
    assert "Moved late" in shown
    assert "Excuse" in shown


def test_number_that_does_not_fit_comes_back_as_typed(ada, page):
    refused = ada.post(page, RULE | {"pause_days": "0"})
    assert (refused.status_code, "Please cancel next time." in refused.content.decode()) == (
        422,
        True,
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Come, {name}", "“{name}” is no placeholder here. There are: {student}, {provider}"),
        ("Come {soon", "A brace has no partner."),
        ("{student.email}", "“{student.email}” is no placeholder here."),
    ],
)
def test_text_that_cannot_be_told_is_refused_where_it_stands(cast, ada, page, typed, said):
    refused = ada.post(page, RULE | {"text_2": typed})
    shown = refused.content.decode()
    assert (refused.status_code, said in shown, typed in shown) == (422, True, True)
    cast.own.community.refresh_from_db()
    assert cast.own.community.absence_texts == []


def test_text_may_name_who_is_meant(cast, ada, page):
    assert ada.post(page, RULE | {"text_1": "{student}: {{call}} {community}"}).status_code == 302
    assert "<code>{community}</code>" in ada.get(page).content.decode()


def test_paused_student_is_listed_and_can_book_again(cast, ada, page):
    ada.post(page, RULE)
    with frozen_at(TEN + timedelta(hours=1)):
        cast.own.booking.refresh_from_db()
        mark_missed(cast.own.booking, by=TESTER, now=TEN + timedelta(hours=1))
        pause = Pause.objects.get(user=cast.own.student)
        shown = ada.get(page).content.decode()
        assert "1 missed meeting within 30 days." in shown
        assert "more than 3 days ahead" in shown
        done = ada.post(f"{page}pauses/{pause.pk}/end/", follow=True).content.decode()
    assert "Sam Example can book again." in done
    pause.refresh_from_db()
    assert pause.ended_at == TEN + timedelta(hours=1)


def test_excused_absence_leaves_the_list(cast, ada, page):
    with frozen_at(TEN + timedelta(hours=4)):
        url = f"{page}{cast.own.absence.public_id}/excuse/"
        assert url in ada.get(page).content.decode()
        shown = ada.post(url, {"reason": "Ill"}, follow=True).content.decode()
        assert "Excused." in shown
        assert url not in shown
        assert ada.post(url).status_code == 404


def test_pause_that_has_run_out_is_not_listed(cast, ada, page):
    pause = cast.own.pause
    pause.until = MONDAY
    pause.save()
    with frozen_at(MONDAY):
        assert f"pauses/{pause.pk}/" not in ada.get(page).content.decode()


def test_a_text_that_is_empty_says_that_nothing_is_added(cast, ada, page):
    ada.post(page, RULE | {"text_1": "Call us, {student}."})
    messages = page.replace("absences/", "messages/no_show/student/")
    page = ada.get(page).content.decode()
    assert page.count("Empty: nothing is added to the message.") == 5
    assert page.count("Nothing is added.") == 4
    assert "Call us, Sam." in page
    mail = ada.get(messages).content.decode()
    assert "Please note: Call us, Sam." in mail
