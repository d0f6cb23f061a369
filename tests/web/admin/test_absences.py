"""The page of missed meetings: the rule, who is paused, what is excused."""

from datetime import timedelta

import pytest

from tests.factories.way import TEN
from tests.factories.world import MONDAY, TESTER
from visavis.bookings.actions import mark_missed
from visavis.core.clock import frozen_at
from visavis.people.models import Pause

pytestmark = pytest.mark.django_db
RULE = {
    "absence_limit": "1",
    "absence_days": "30",
    "pause_days": "7",
    "pause_scope": "far",
    "pause_far_days": "3",
    "late_cancels_count": "on",
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


def test_number_that_does_not_fit_comes_back_as_typed(ada, page):
    refused = ada.post(page, RULE | {"pause_days": "0"})
    assert (refused.status_code, "Please cancel next time." in refused.content.decode()) == (
        422,
        True,
    )


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
