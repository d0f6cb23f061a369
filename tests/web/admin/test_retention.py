"""How long things are kept: asked before anything goes that was not due before."""

from datetime import timedelta

import pytest

from tests.factories.world import MONDAY, TESTER
from visavis.bookings.models import Answer
from visavis.core import clock
from visavis.privacy.actions import keep_for
from visavis.privacy.enums import Subject
from visavis.privacy.models import KeptFor
from visavis.privacy.queries import read_times

SCHOOL, HERE = "/school/retention/", "/c/mentoring/manage/retention/"
TYPED = {
    "answers": "365",
    "notes": "1095",
    "bookings": "1825",
    "history": "1095",
    "sign_ins": "180",
    "inspections": "1825",
    "messages": "180",
    "files": "365",
    "busy_times": "7",
    "drafts": "1",
}
LATER = MONDAY + timedelta(days=60)


@pytest.fixture
def answered(place):
    return Answer.objects.create(booking=place.booking, label="What about?", value="Hegel")


def words(answer):
    return " ".join(answer.content.decode().split())


def test_times_that_let_nothing_go_at_once_are_saved_unasked(school_admin):
    answer = school_admin.post(SCHOOL, TYPED | {"history": ""}, follow=True)
    assert answer.redirect_chain == [(SCHOOL, 302)]
    assert "Saved." in words(answer)
    assert read_times().of_school(Subject.HISTORY) is None


def test_shorter_time_says_first_what_goes_and_saves_nothing_until_agreed(school_admin, answered):
    with clock.frozen_at(LATER):
        school_admin.force_login(school_admin.get("/").wsgi_request.user)
        page = school_admin.post(SCHOOL, TYPED | {"answers": "30"})
        assert "Let this go?" in words(page)
        assert "meetings with answers" in words(page)
        assert "uploaded lists" not in words(page)
        assert not KeptFor.objects.exists()
        school_admin.post(SCHOOL, TYPED | {"answers": "30", "confirmed": "1"})
        assert read_times().of_school(Subject.ANSWERS) == 30
        assert Answer.objects.exists()
        page = words(school_admin.get(f"{SCHOOL}due/"))
        assert "meetings with answers" in page
        assert "Mentoring" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"bookings": "3"}, "30"),
        ({"drafts": ""}, "Give a number of days."),
        ({"notes": "soon"}, "whole number"),
        ({"notes": "99999999999"}, "3650"),
    ],
)
def test_what_does_not_fit_comes_back_with_a_sentence(school_admin, typed, said):
    answer = school_admin.post(SCHOOL, TYPED | typed)
    assert (answer.status_code, said in words(answer)) == (422, True)
    assert not KeptFor.objects.exists()


def test_community_sees_and_shortens_its_own_alone(admin, cast):
    keep_for({Subject.NOTES: 100}, by=TESTER)
    page = words(admin.get(HERE))
    assert "Empty: 100 days, as the school keeps it" in page
    assert "Uploaded lists" not in page
    admin.post(HERE, {"notes": "30", "answers": "", "bookings": "", "history": "1"})
    times = read_times()
    assert times.of(Subject.NOTES, cast.own.community) == 30
    assert times.of(Subject.NOTES, cast.other.community) == 100
    assert times.of_school(Subject.HISTORY) == 1095


def test_preview_of_a_community_counts_its_own_alone(admin, cast, answered):
    Answer.objects.create(booking=cast.other.booking, label="What about?", value="Kant")
    with clock.frozen_at(MONDAY + timedelta(days=366)):
        admin.force_login(cast.people["admin"])
        page = words(admin.get(f"{HERE}due/"))
    assert 'class="numeric"><div>1</div>' in page
    assert "Nothing is due" in words(admin.get(f"{HERE}due/"))


def test_preview_asks_as_much_for_many_rows_as_for_one(
    school_admin, place, answered, django_assert_max_num_queries
):
    with clock.frozen_at(MONDAY + timedelta(days=5000)):
        school_admin.force_login(school_admin.get("/").wsgi_request.user)
        # A count each sweep, and each community where it has times of its own.
        with django_assert_max_num_queries(35):
            school_admin.get(f"{SCHOOL}due/")
