"""The log on the mentor's pages, and what the student and the administrator see of it."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.factories.way import TEN
from tests.factories.world import TESTER
from visavis.bookings.errors import InvalidAnswer
from visavis.bookings.models import Booking, SessionLog
from visavis.catalogue.enums import QuestionKind
from visavis.catalogue.log_questions import add_log_question
from visavis.communities.actions import change_settings
from visavis.core.clock import frozen_at

pytestmark = pytest.mark.django_db
AFTER = TEN + timedelta(days=1)


@pytest.fixture(autouse=True)
def asks(cast):
    with frozen_at(AFTER):
        change_settings(cast.own.community, {"asks_log": True}, by=TESTER)
        yield


@pytest.fixture
def url(cast):
    return f"/c/mentoring/teach/meetings/{cast.own.booking.public_id}/log/"


@pytest.fixture
def sam(cast):
    client = Client()
    client.force_login(cast.own.student)
    return client


def text(answer):
    return " ".join(answer.content.decode().split())


def written(cast):
    """The log of the one booking that these tests write of."""
    return SessionLog.objects.filter(booking=cast.own.booking)


def typed(talia, url, **more):
    seen = talia.get(url).context["form"]["seen"].value()
    written = {"minutes": "25", "late_minutes": "5", "for_student": "Read chapter 3."}
    return written | {"notes": "Shy today.", "seen": seen} | more


def test_log_is_asked_for_on_the_first_page_and_goes_to_the_student(cast, talia, url, sam):
    first = text(talia.get("/c/mentoring/teach/"))
    assert "One meeting waits for its log" in first
    assert url in first
    told = text(talia.post(url, typed(talia, url), follow=True))
    assert "The log is written, and Sam Example gets what is meant for them." in told
    assert Booking.objects.get(pk=cast.own.booking.pk).state == "attended"
    assert url not in text(talia.get("/c/mentoring/teach/to-log/"))
    page = text(sam.get(f"/c/mentoring/bookings/{cast.own.booking.public_id}/"))
    assert "Read chapter 3." in page
    assert "Shy today." not in page


def test_draft_is_kept_shown_again_and_seen_by_nobody_else(cast, talia, url, sam, admin):
    told = text(talia.post(url, typed(talia, url, draft="1"), follow=True))
    assert "The draft is kept." in told
    assert "Finish the log" in told
    assert talia.get(url).context["form"]["notes"].value() == "Shy today."
    page = text(sam.get(f"/c/mentoring/bookings/{cast.own.booking.public_id}/"))
    assert "Read chapter 3." not in page
    logs = admin.get("/c/mentoring/manage/logs/").context["page_obj"]
    assert cast.own.booking not in [log.booking for log in logs]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"minutes": ""}, "Say how many minutes it took."),
        ({"minutes": "0"}, "1"),
        ({"minutes": "9999"}, "720"),
        ({"late_minutes": "999"}, "240"),
        ({"for_student": "x" * 4001}, "4000"),
    ],
)
def test_what_does_not_fit_comes_back_with_a_sentence(cast, talia, url, more, sentence):
    answer = talia.post(url, typed(talia, url, **more))
    assert (answer.status_code, sentence in text(answer)) == (422, True)
    assert not written(cast).exists()


def test_question_of_the_community_is_asked_and_may_be_left_open_in_a_draft(cast, talia, url):
    asked = {"label": "Worked on?", "kind": QuestionKind.SHORT_TEXT, "is_required": True}
    question = add_log_question(cast.own.community, asked, by=TESTER)
    refused = talia.post(url, typed(talia, url))
    assert (refused.status_code, "An answer is needed here." in text(refused)) == (422, True)
    due = "/c/mentoring/teach/to-log/"
    assert talia.post(url, typed(talia, url, draft="1")).headers["Location"] == due
    sent = typed(talia, url, **{f"q{question.pk}": "Essays"})
    assert talia.post(url, sent).headers["Location"] == due
    assert written(cast).get().answers.get().text == "Essays"


def test_answer_longer_than_its_question_takes_comes_back_with_a_sentence(cast, talia, url):
    asked = {"label": "Worked on?", "kind": QuestionKind.LONG_TEXT}
    question = add_log_question(cast.own.community, asked, by=TESTER)
    name = f"q{question.pk}"
    answer = talia.post(url, typed(talia, url, **{name: "x" * (question.max_length + 1)}))
    assert answer.status_code == 422
    assert str(question.max_length) in " ".join(answer.context["form"].errors[name])
    assert not written(cast).exists()
    fits = typed(talia, url, **{name: "x" * question.max_length})
    assert talia.post(url, fits).status_code == 302


@pytest.mark.parametrize("is_asked", [True, False])
def test_answer_that_is_refused_at_the_last_moment_is_told(cast, talia, url, monkeypatch, is_asked):
    asked = {"label": "Worked on?", "kind": QuestionKind.SHORT_TEXT}
    question = add_log_question(cast.own.community, asked, by=TESTER)
    number = question.pk if is_asked else question.pk + 1

    def refuse(*_entry, **_more):
        raise InvalidAnswer("Worked on?: An answer is needed here.", data={"question": number})

    monkeypatch.setattr("visavis.web.provider.views.logs.write_log", refuse)
    answer = talia.post(url, typed(talia, url))
    where = f"q{question.pk}" if is_asked else "__all__"
    assert answer.status_code == 422
    assert answer.context["form"].errors[where] == ["Worked on?: An answer is needed here."]


def test_two_browsers_at_one_log_lose_nothing(cast, talia, url):
    late = typed(talia, url, notes="From the other browser.")
    talia.post(url, typed(talia, url))
    told = talia.post(url, late)
    assert (told.status_code, "Somebody else has changed this" in text(told)) == (422, True)
    assert told.context["form"]["notes"].value() == "From the other browser."
    assert written(cast).get().notes == "Shy today."


def test_two_who_change_answers_alone_hear_of_each_other(cast, talia, url):
    asked = {"label": "Worked on?", "kind": QuestionKind.SHORT_TEXT}
    name = f"q{add_log_question(cast.own.community, asked, by=TESTER).pk}"
    talia.post(url, typed(talia, url, **{name: "Essays"}))
    late = typed(talia, url, **{name: "Theses"})
    assert talia.post(url, typed(talia, url, **{name: "Letters"})).status_code == 302
    told = talia.post(url, late)
    assert told.status_code == 422
    assert told.context["form"].errors[name] == [
        "Changed by both of you. Stored by now: “Letters”. Yours: “Theses”."
    ]
    assert written(cast).get().answers.get().text == "Letters"


def test_meeting_that_is_to_come_has_no_log(talia, url):
    with frozen_at(TEN - timedelta(hours=1)):
        told = text(talia.get(url, follow=True))
    assert "There is no log of this meeting" in told


def test_colleague_and_front_desk_see_no_log(cast, talia, url, admin):
    talia.post(url, typed(talia, url))
    colleague, desk = Client(), Client()
    colleague.force_login(cast.own.colleague.user)
    desk.force_login(cast.people["front_desk"])
    written = f"/c/mentoring/manage/logs/{cast.own.booking.public_id}/"
    assert colleague.get(url).status_code == 404
    assert desk.get(written).status_code == 404
    page = text(admin.get(written))
    assert "Shy today." in page
    assert "25 minutes; the student came 5 minutes late" in page


def test_written_logs_are_found_by_name(cast, talia, url, admin):
    talia.post(url, typed(talia, url))
    logs = "/c/mentoring/manage/logs/"
    assert len(admin.get(logs, {"q": "sam@students.test"}).context["page_obj"]) == 1
    assert "Nobody fits" in text(admin.get(logs, {"q": "somebody-else"}))
