"""Everybody's hours on one page: found, paged, in the week that is asked for."""

import pytest

PAGE = "/c/mentoring/manage/hours/"


def names(answer):
    return [str(row.provider) for row in answer.context["rows"]]


def test_each_leads_to_their_own_hours_in_the_same_week(admin, place):
    answer = admin.get(PAGE, {"week": "2027-03-03"})
    body = answer.content.decode()
    assert "Sunday 28 February – Saturday 6 March" in body
    url = f"/c/mentoring/manage/providers/{place.provider.pk}/hours/?week=2027-02-28"
    assert f'href="{url}"' in body
    assert admin.get(url).status_code == 200
    assert names(answer) == ["Talia Example", "Talia2 Example"]


def test_people_are_found_and_the_other_weeks_keep_the_search(admin, place):
    answer = admin.get(PAGE, {"q": "talia2", "week": "2027-03-03"})
    assert names(answer) == ["Talia2 Example"]
    assert answer.context["weeks"]["later"] == "?q=talia2&week=2027-03-07"
    assert "Nobody fits" in admin.get(PAGE, {"q": "nobody"}).content.decode()


@pytest.mark.parametrize("week", ["nonsense", "0001-01-01", "9999-12-31", ""])
def test_week_that_is_none_is_this_one(admin, place, week):
    assert admin.get(PAGE, {"week": week}).context["first"] == admin.get(PAGE).context["first"]


def test_people_come_page_by_page(admin, place, django_assert_max_num_queries):
    for number in range(30):
        place.world.provider(f"Person{number}")
    with django_assert_max_num_queries(14):
        assert len(names(admin.get(PAGE))) == 25
    assert len(names(admin.get(PAGE, {"page": "2"}))) == 7
