"""Pausing somebody's booking by hand, changing and ending it."""

from datetime import UTC, datetime

import pytest

from tests.factories.world import MONDAY
from visavis.core.models import HistoryEntry
from visavis.people.models import Pause
from visavis.people.queries import pauses_at

pytestmark = pytest.mark.django_db
GIVEN = {"scope": "all", "last": "2027-02-20", "reason": "Three times without a word."}


@pytest.fixture
def new_url(cast):
    return f"/c/{cast.own.community.slug}/manage/absences/pauses/new/"


@pytest.fixture
def ada(cast, client):
    client.force_login(cast.people["admin"])
    return client


@pytest.fixture
def sam(cast):
    Pause.objects.all().delete()
    return cast.own.student


def text(answer):
    return " ".join(answer.content.decode().split())


def pause_of(cast, student):
    return pauses_at(cast.own.community, MONDAY).get(user=student)


def test_a_student_is_paused_to_the_end_of_the_last_day(cast, ada, new_url, sam):
    done = ada.post(new_url, {**GIVEN, "student": sam.email.upper()}, follow=True)
    pause = pause_of(cast, sam)
    # Midnight in New York.
    assert (pause.until, pause.far_days) == (datetime(2027, 2, 21, 5, 0, tzinfo=UTC), None)
    assert (pause.reason, pause.by_rule) == ("Three times without a word.", False)
    assert f"The booking of {sam} is paused." in text(done)
    assert "all meetings" in text(done)
    entry = HistoryEntry.objects.filter(verb="paused booking").latest("pk")
    assert (entry.reason, entry.actor_label) == (pause.reason, str(cast.people["admin"]))


def test_a_pause_of_far_meetings_has_its_days_and_may_have_no_end(cast, ada, new_url, sam):
    sent = {**GIVEN, "student": sam.email, "scope": "far", "far_days": "5", "last": ""}
    assert ada.post(new_url, sent).status_code == 302
    pause = pause_of(cast, sam)
    assert (pause.far_days, pause.until) == (5, None)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": " "}, "Say in a few words why, so that the student knows."),
        ({"last": "2027-02-14"}, "This day is over. Choose today or a later one."),
        ({"scope": "far"}, "Say how many days ahead can still be booked."),
        ({"student": "nobody@uni.test"}, "Nobody with this e-mail is a student here."),
        ({"student": ""}, "Say whose booking is paused."),
        ({"student": "x"}, "This is no e-mail address."),
    ],
)
def test_what_makes_no_pause_is_told(cast, ada, new_url, sam, changes, sentence):
    answer = ada.post(new_url, {**GIVEN, "student": sam.email, **changes})
    assert (answer.status_code, sentence in text(answer)) == (422, True)
    assert not Pause.objects.exists()


def test_who_is_known_elsewhere_only_is_not_named(cast, ada, new_url):
    other = cast.other.student
    answer = ada.get(new_url, {"student": other.email})
    assert f"Pause the booking of {other}" not in text(answer)


def test_a_pause_is_changed_from_what_it_is(cast, ada, new_url, sam):
    ada.post(new_url, {**GIVEN, "student": sam.email})
    shown = text(ada.get(new_url, {"student": sam.email}))
    assert f"Pause the booking of {sam}" in shown
    assert "is paused already" in shown
    assert 'value="2027-02-20"' in shown
    assert "Three times without a word." in shown
    ada.post(new_url, {**GIVEN, "student": sam.email, "reason": "A talk is due."})
    assert pause_of(cast, sam).reason == "A talk is due."
    assert Pause.objects.filter(ended_at=None).count() == 1


def test_an_ended_pause_can_be_made_again_as_it_was(cast, ada, new_url, sam):
    ada.post(new_url, {**GIVEN, "student": sam.email})
    pause = pause_of(cast, sam)
    url = new_url.replace("new/", f"{pause.pk}/end/")
    done = text(ada.post(url, follow=True))
    assert f"{sam} can book again." in done
    assert f"like={pause.pk}" in done
    again = text(ada.get(new_url, {"student": sam.email, "like": pause.pk}))
    assert "Three times without a word." in again
    assert "is paused already" not in again


def test_the_lists_lead_there(cast, ada, new_url, sam):
    root = new_url.replace("absences/pauses/new/", "")
    address = f"{new_url}?student={sam.email.replace('@', '%40')}"
    assert address in text(ada.get(f"{root}students/")).replace("&amp;", "&")
