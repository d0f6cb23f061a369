"""A closure is changed: its days, times and reason; about meetings there one is asked first."""

from datetime import date

import pytest

from tests.factories.world import TESTER
from visavis.availability.closures import add_closure, remove_closure
from visavis.availability.models import Closure
from visavis.core.models import HistoryEntry
from visavis.web.admin.views import closures as views

ROOT = "/c/mentoring/manage/closures"
# The Monday on which Talia meets Sam.
MET = "2027-02-15"


@pytest.fixture
def url(place):
    return f"{ROOT}/{place.closure.pk}/"


def opened(client, url):
    """What a browser sends of the form when nothing is typed."""
    form = client.get(url).context["form"]
    return {field.html_name: field.value() for field in form if field.value()}


def text(answer):
    return answer.content.decode()


def test_dates_times_and_reason_are_changed_and_told_in_the_history(admin, place, url):
    sent = opened(admin, url) | {"last": "2027-03-08", "start": "12:00", "reason": "Storm"}
    answer = admin.post(url, sent, follow=True)
    assert "Saved: closed" in text(answer)
    place.closure.refresh_from_db()
    assert (place.closure.last, place.closure.start_minute, place.closure.reason) == (
        date(2027, 3, 8),
        720,
        "Storm",
    )
    assert HistoryEntry.objects.get(verb="changed closure").after["reason"] == "Storm"
    assert "Changed when the community is closed" in text(admin.get("/c/mentoring/manage/history/"))


def test_a_mended_reason_looks_at_no_meeting(admin, place, url, monkeypatch):
    monkeypatch.setattr(views, "change_hours", None)
    assert admin.post(url, opened(admin, url) | {"reason": "Storms"}).status_code == 302
    place.closure.refresh_from_db()
    assert place.closure.reason == "Storms"


def test_meetings_on_the_new_days_are_asked_about_first(admin, place, url):
    sent = opened(admin, url) | {"first": MET, "last": MET, "reason": "Storm"}
    asked = admin.post(url, sent)
    assert asked.status_code == 422
    rows = [row[0] for row in asked.context["asked"].rows]
    assert place.booking in rows
    assert asked.context["asked"].form["message"].value() == "Storm"
    assert "none is handed over" in text(asked)
    assert Closure.objects.get(pk=place.closure.pk).first == date(2027, 3, 5)

    decided = {"fate-shown": [row.pk for row in rows], "fate-every": "cancel"}
    admin.post(url, sent | decided | {"fate-message": "A storm."})
    place.booking.refresh_from_db()
    assert (place.booking.state, place.booking.cancel_reason) == ("cancelled", "A storm.")
    assert Closure.objects.get(pk=place.closure.pk).first == date(2027, 2, 15)


def test_days_that_are_open_again_give_their_meetings_back(admin, place, url):
    sent = opened(admin, url) | {"first": MET, "last": MET}
    rows = [row[0].pk for row in admin.post(url, sent).context["asked"].rows]
    admin.post(url, sent | {"fate-shown": rows, "fate-every": "offer"})
    assert place.booking.proposals.get().state == "searching"
    back = opened(admin, url) | {"first": "2027-03-05", "last": "2027-03-05"}
    told = admin.post(url, back, follow=True)
    assert "the other times that were offered are withdrawn" in text(told)
    assert place.booking.proposals.get().state == "withdrawn"


def test_of_two_who_change_it_the_second_keeps_what_the_first_changed(admin, place, url):
    sent = opened(admin, url)
    admin.post(url, sent | {"reason": "Storm"})
    told = admin.post(url, sent | {"last": "2027-03-08"})
    assert (told.status_code, "Changed: Reason." in text(told)) == (422, True)
    form = told.context["form"]
    admin.post(url, {field.html_name: field.value() for field in form if field.value()})
    place.closure.refresh_from_db()
    assert (place.closure.last, place.closure.reason) == (date(2027, 3, 8), "Storm")


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"last": "2027-03-01"}, "The last day is before the first."),
        ({"first": "2020-01-01", "last": "2020-01-02"}, "This day is over."),
        ({"first": "2027-04-01", "last": "2027-04-01"}, "closed at just this time already"),
        ({"end": "nonsense"}, "nonsense"),
    ],
)
def test_what_does_not_fit_comes_back_with_a_sentence(admin, place, url, more, sentence):
    day = date(2027, 4, 1)
    add_closure(place.community, first=day, last=day, by=TESTER)
    answer = admin.post(url, opened(admin, url) | more)
    assert (answer.status_code, sentence in text(answer)) == (422, True)
    assert Closure.objects.get(pk=place.closure.pk).first == date(2027, 3, 5)


def test_closure_through_the_night_stays_one(admin, place, url):
    Closure.objects.filter(pk=place.closure.pk).update(start_minute=1320, end_minute=1560)
    admin.post(url, opened(admin, url) | {"reason": "Night"})
    place.closure.refresh_from_db()
    kept = (place.closure.start_minute, place.closure.end_minute, place.closure.reason)
    assert kept == (1320, 1560, "Night")


def test_who_comes_after_it_was_removed_is_told_so(admin, place, url):
    sent = opened(admin, url)
    remove_closure(place.closure, by=TESTER)
    for answer in (admin.get(url, follow=True), admin.post(url, sent, follow=True)):
        assert "This closure is removed already." in text(answer)
    assert admin.get(f"{ROOT}/99999/").status_code == 404
