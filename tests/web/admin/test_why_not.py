"""Why not? The rules that refuse a time, each in words with a link to what makes it."""

import pytest

from visavis.communities.actions import change_settings
from visavis.core.history import SYSTEM
from visavis.engine.world import Reason
from visavis.web.admin.reasons import PAGES

URL = "/c/mentoring/manage/why-not/"


def text_of(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def asked(place):
    def values(**changes):
        world = place.world
        return {
            "email": "sam@students.test",
            "service": world.service.pk,
            "format": world.format.pk,
            "provider": place.provider.pk,
            "place": "",
            "day": "2027-02-16",
            "clock": "10:00",
        } | changes

    return values


def reasons_of(answer) -> list[list[str]]:
    return [[why.code for why in found.reasons] for found in answer.context["answers"]]


def test_every_rule_that_a_time_is_refused_by_has_its_page():
    # Of this one there is no setting: the clocks are nobody's.
    assert {*Reason} - {*PAGES} == {Reason.NO_SUCH_TIME}


def test_a_time_that_can_be_had_is_said_to_be_so(admin, asked):
    answer = admin.get(URL, asked())
    assert reasons_of(answer) == [[]]
    assert "It can be booked:" in text_of(answer)


def test_each_rule_is_told_in_words_with_its_setting(admin, place, asked):
    change_settings(place.community, {"student_daily_limit_minutes": 30}, by=SYSTEM)
    body = text_of(answer := admin.get(URL, asked(day="2027-02-15", clock="10:10")))
    assert reasons_of(answer) == [
        ["provider_busy", "minute_not_allowed", "student_conflict", "student_limit"]
    ]
    assert "Sam Example has another meeting at that time." in body
    assert "Students may have 30 minutes a day; Sam Example would have more." in body
    for link in (
        f"/manage/appointments/{place.booking.public_id}/",
        "/manage/settings/#id_allowed_minutes",
        "/manage/appointments/?q=sam%40students.test&amp;first=2027-02-15&amp;last=2027-02-15",
        "/manage/settings/#id_student_daily_limit_minutes",
    ):
        assert link in body


def test_closures_absences_and_nights_lead_to_where_they_are_set(admin, place, asked):
    body = text_of(answer := admin.get(URL, asked(day="2027-03-05", clock="22:00")))
    assert {"closed", "away", "outside_hours"} <= set(reasons_of(answer)[0])
    assert "/manage/closures/" in body
    assert f"/manage/providers/{place.provider.pk}/hours/?week=2027-03-05" in body


def test_without_a_person_everybody_who_may_give_it_is_asked(admin, asked, place):
    answer = admin.get(URL, asked(provider="", email="", day="2027-02-15"))
    found = {(one.provider, bool(one.reasons)) for one in answer.context["answers"]}
    assert found == {("Talia Example", True), ("Talia2 Example", False)}


def test_front_desk_reads_the_rules_without_links_to_what_it_may_not_open(desk, place, asked):
    body = text_of(desk.get(URL, asked(day="2027-02-15", clock="10:10")))
    assert f"/manage/appointments/{place.booking.public_id}/" in body
    assert "/manage/settings/" not in body


def test_who_is_no_student_here_is_not_told_apart_from_who_is_nobody(admin, cast, asked):
    said = [
        admin.get(URL, asked(email=email)).context["form"].errors
        for email in ("uma@students.test", "nobody@home.test")
    ]
    assert said == [{"email": ["No student here has this address."]}] * 2


@pytest.mark.parametrize(
    "wrong",
    [{"day": "never"}, {"day": "9999-12-31"}, {"provider": "9" * 30}, {"clock": "10:03"}],
)
def test_what_makes_no_sense_is_refused_where_it_was_typed(admin, asked, wrong):
    answer = admin.get(URL, asked(**wrong))
    assert set(answer.context["form"].errors) == set(wrong)


def test_things_of_another_community_are_unknown(admin, cast, asked):
    foreign = {"provider": cast.other.provider.pk, "service": cast.other.world.service.pk}
    assert set(admin.get(URL, asked(**foreign)).context["form"].errors) == set(foreign)


def test_asking_costs_few_queries(admin, asked, django_assert_max_num_queries):
    with django_assert_max_num_queries(40):
        admin.get(URL, asked(provider="", day="2027-02-15"))
