"""Hours as a plain form list: for the person on Teach, and for an administrator on Manage."""

from datetime import date

import pytest

from tests.factories.world import TESTER
from visavis.availability.actions import Admits, add_weekly_block
from visavis.availability.models import DatedChange, WeeklyBlock
from visavis.catalogue.models import Service

HOURS = "/c/mentoring/teach/hours/"


def typed(**changes):
    return {"weekday": "5", "start": "09:00", "end": "12:00"} | changes


def saturdays(provider):
    rows = WeeklyBlock.objects.filter(provider=provider, weekday=5)
    return [(row.start_minute, row.end_minute) for row in rows]


def messages_of(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_hours_are_added(talia, place):
    answer = talia.post(f"{HOURS}blocks/new/", typed(), follow=True)
    assert saturdays(place.provider) == [(540, 720)]
    assert messages_of(answer) == ["Saved: Saturday, 9:00 AM–12:00 PM."]


def test_several_days_are_added_at_once(talia, place):
    answer = talia.post(f"{HOURS}blocks/new/", typed(weekday=["5", "6"]), follow=True)
    rows = WeeklyBlock.objects.filter(provider=place.provider, weekday__gte=5)
    assert [(row.weekday, row.start_minute) for row in rows.order_by("weekday")] == [
        (5, 540),
        (6, 540),
    ]
    assert messages_of(answer) == ["Saved: Saturday, 9:00 AM–12:00 PM; Sunday, 9:00 AM–12:00 PM."]


def test_of_several_days_none_is_added_when_one_is_there_already(talia, place):
    monday = {"start": "09:00", "end": "17:00"}
    answer = talia.post(f"{HOURS}blocks/new/", typed(weekday=["0", "5"], **monday))
    assert "These hours on Monday are there already." in answer.content.decode()
    assert (answer.status_code, saturdays(place.provider)) == (422, [])


def test_same_hours_on_other_dates_or_for_one_thing_are_others(talia, place):
    monday = {"weekday": "0", "start": "09:00", "end": "17:00"}
    chosen = {"services": [str(place.world.service.pk)]}
    for changes in ({"valid_from": "2027-03-01"}, chosen):
        assert talia.post(f"{HOURS}blocks/new/", typed(**monday, **changes)).status_code == 302
        assert talia.post(f"{HOURS}blocks/new/", typed(**monday, **changes)).status_code == 422
    same = talia.post(f"{HOURS}blocks/{place.block.pk}/", typed(**monday))
    assert same.status_code == 302


def test_the_page_of_a_change_says_which_of_the_two_it_is(talia):
    away = talia.get(f"{HOURS}changes/new/?kind=away").content.decode()
    extra = talia.get(f"{HOURS}changes/new/?kind=extra").content.decode()
    assert ("<h1>Add time away" in away, "Empty: all day." in away) == (True, True)
    assert ("<h1>Add extra hours" in extra, "Empty: all day." in extra) == (True, False)


def test_an_administrator_adds_hours_for_somebody(admin, place):
    root = f"/c/mentoring/manage/providers/{place.provider.pk}/hours/"
    assert "Hours of Talia Example" in admin.get(root).content.decode()
    answer = admin.post(f"{root}blocks/new/", typed())
    assert answer.headers["Location"] == root
    assert saturdays(place.provider) == [(540, 720)]


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({"start": "9am", "end": "11:30 AM"}, (540, 690)),
        ({"start": "22:00", "end": "00:00"}, (1320, 1440)),
        ({"start": "00:00", "end": "00:00"}, (0, 1440)),
        ({"start": "22:00", "end": "02:00", "next_day": "on"}, (1320, 1560)),
    ],
)
def test_times_are_read_as_people_write_them(talia, place, changes, kept):
    talia.post(f"{HOURS}blocks/new/", typed(**changes))
    assert saturdays(place.provider) == [kept]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"start": ""}, "Say when they begin."),
        ({"start": "09:03"}, "five minutes"),
        ({"end": "25:00"}, "25:00"),
        ({"start": "noon"}, "noon"),
        ({"start": "13:00", "end": "09:00"}, "The end is before the start."),
        ({"start": "09:00", "end": "10:00", "next_day": "on"}, "longer than a day"),
        ({"start": "09:00", "end": "09:00"}, "begin and end at the same time"),
        ({"weekday": "9"}, "“9” is none of the choices"),
        ({"weekday": []}, "Tick at least one day."),
        ({"valid_from": "2027-03-02", "valid_until": "2027-03-01"}, "The last date is before"),
        ({"valid_from": "soon"}, "This is no date."),
        ({"services": ["99999"]}, "no longer there"),
        ({"locations": ["x"]}, "no longer there"),
    ],
)
def test_impossible_hours_come_back_with_a_sentence(talia, place, changes, sentence):
    answer = talia.post(f"{HOURS}blocks/new/", typed(**changes))
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert saturdays(place.provider) == []


def test_hours_through_midnight_and_overlaps_are_explained(talia, place):
    answer = talia.post(
        f"{HOURS}blocks/new/",
        typed(weekday="6", start="22:00", end="10:00", next_day="on"),
        follow=True,
    )
    assert messages_of(answer) == [
        "Saved: Sunday, 10:00 PM–10:00 AM the next day.",
        "These hours begin on Sunday and go through midnight.",
        "They overlap Monday, 9:00 AM–5:00 PM. Together they count as one.",
    ]


def test_hours_for_one_thing_are_kept_so(talia, place):
    chosen = str(place.world.service.pk)
    talia.post(f"{HOURS}blocks/new/", typed(services=[chosen]))
    block = WeeklyBlock.objects.get(provider=place.provider, weekday=5)
    assert (block.any_service, list(block.services.all())) == (False, [place.world.service])
    assert (block.any_format, block.any_location) == (True, True)


def test_hours_for_what_is_gone_say_so_before_they_open(talia, place):
    gone = Service.objects.create(community=place.community, subject="Gone")
    block = add_weekly_block(
        place.provider,
        weekday=5,
        start_minute=540,
        end_minute=600,
        admits=Admits(services=[gone]),
        by=TESTER,
    )
    gone.delete()
    page = talia.get(f"{HOURS}blocks/{block.pk}/")
    assert "kept for something that is not here now" in page.content.decode()
    assert "kept for" not in talia.get(f"{HOURS}blocks/new/").content.decode()


def test_hours_are_changed(talia, place):
    block = place.block
    page = talia.get(f"{HOURS}blocks/{block.pk}/")
    assert 'value="09:00"' in page.content.decode()
    talia.post(f"{HOURS}blocks/{block.pk}/", typed(weekday="0", end="10:00"))
    block.refresh_from_db()
    assert (block.weekday, block.start_minute, block.end_minute) == (0, 540, 600)


def test_a_removal_is_asked_done_and_undone_once(talia, place):
    path = f"{HOURS}blocks/{place.block.pk}/removal/"
    assert "Remove Monday, 9:00 AM–5:00 PM?" in talia.get(path).content.decode()
    answer = talia.post(path, follow=True)
    assert not WeeklyBlock.objects.filter(provider=place.provider, weekday=0).exists()
    removed = answer.context["removed"]
    for _time in range(2):
        talia.post(f"{HOURS}restoration/", {"token": removed.token})
    [back] = WeeklyBlock.objects.filter(provider=place.provider, weekday=0)
    assert (back.start_minute, back.end_minute, back.any_service) == (540, 1020, True)


def test_somebody_elses_removal_cannot_be_undone_here(client, talia, place):
    removed = talia.post(f"{HOURS}blocks/{place.block.pk}/removal/", follow=True).context["removed"]
    client.force_login(place.colleague.user)
    for token in (removed.token, "made-up", ""):
        assert client.post(f"{HOURS}restoration/", {"token": token}).status_code == 422
    assert WeeklyBlock.objects.filter(provider=place.colleague, weekday=0).count() == 1


def test_time_away_and_extra_hours_are_added_and_removed(talia, place):
    talia.post(f"{HOURS}changes/new/", {"kind": "away", "first": "2027-03-08"})
    talia.post(
        f"{HOURS}changes/new/",
        {"kind": "extra", "first": "2027-03-13", "start": "10:00", "end": "12:00"},
    )
    made = DatedChange.objects.filter(provider=place.provider).exclude(pk=place.change.pk)
    assert [(c.kind, c.first, c.last, c.start_minute, c.end_minute) for c in made] == [
        ("away", date(2027, 3, 8), date(2027, 3, 8), 0, 1440),
        ("extra", date(2027, 3, 13), date(2027, 3, 13), 600, 720),
    ]
    talia.post(f"{HOURS}changes/{place.change.pk}/removal/")
    assert not DatedChange.objects.filter(pk=place.change.pk).exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": "holiday"}, "“holiday” is none of the choices"),
        ({"first": ""}, "This is missing. Fill it in."),
        ({"last": "2027-03-01"}, "The last day is before the first."),
        ({"start": "10:00"}, "Give both times, or neither."),
        ({"first": "2027-02-14"}, "This day is over."),
        ({"first": "2027-02-10", "last": "2027-02-14"}, "This day is over."),
        ({"kind": "extra"}, "Say from when to when the extra hours are."),
        ({"start": "12:00", "end": "10:00"}, "Add the night as two changes."),
        ({"note": "x" * 201}, "At most 200 characters"),
    ],
)
def test_impossible_changes_come_back_with_a_sentence(talia, place, changes, sentence):
    answer = talia.post(f"{HOURS}changes/new/", {"kind": "away", "first": "2027-03-08"} | changes)
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert DatedChange.objects.filter(provider=place.provider).count() == 1


def test_the_page_says_how_much_can_be_booked(talia, place):
    before = talia.get(HOURS).context["bookable"][0].starts
    talia.post(f"{HOURS}blocks/new/", typed())
    # Two Saturdays of six half-hours each.
    assert talia.get(HOURS).context["bookable"][0].starts == before + 12


def test_many_hours_cost_no_more_queries(talia, place, django_assert_max_num_queries):
    for number in range(20):
        add_weekly_block(
            place.provider,
            weekday=6,
            start_minute=number * 60,
            end_minute=number * 60 + 30,
            by=TESTER,
        )
    with django_assert_max_num_queries(50):
        assert talia.get(HOURS).status_code == 200
