"""Hours as a plain form list: for the person on Teach, and for an administrator on Manage."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict

from tests.factories.world import MONDAY, TESTER
from visavis.availability.actions import Admits, add_weekly_block
from visavis.availability.models import DatedChange, WeeklyBlock
from visavis.bookings.models import Proposal
from visavis.catalogue.models import Service
from visavis.changes.fates import UNDECIDED
from visavis.communities.actions import change_settings
from visavis.core.clock import frozen_at
from visavis.core.worker import drain
from visavis.web.hours.fates import read_decision

HOURS = "/c/mentoring/teach/hours/"


def typed(**changes):
    return {"weekday": "5", "start": "09:00", "end": "12:00"} | changes


def saturdays(provider):
    rows = WeeklyBlock.objects.filter(provider=provider, weekday=5)
    return [(row.start_minute, row.end_minute) for row in rows]


def messages_of(answer) -> list[str]:
    """What the page says was done, and what else it says about that."""
    last = answer.context["last"]
    said = [] if last is None else [last.words]
    return [*said, *(str(message) for message in answer.context["messages"])]


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


@pytest.mark.parametrize("named", ["²", "٣", "7", "-1", "9" * 5000, "Monday"])
@pytest.mark.parametrize("page", ["blocks/new/", "copies/"])
def test_an_address_that_names_no_weekday_opens_the_page_all_the_same(talia, page, named):
    answer = talia.get(f"{HOURS}{page}", {"weekday": named})
    assert answer.status_code == 200
    assert answer.context["form"]["weekday"].initial in (None, [])


def test_an_address_that_names_a_weekday_opens_the_page_with_it(talia):
    new = talia.get(f"{HOURS}blocks/new/", {"weekday": "5"})
    assert new.context["form"]["weekday"].initial == [5]
    copy = talia.get(f"{HOURS}copies/", {"weekday": "5"})
    assert copy.context["form"]["weekday"].initial == 5


@pytest.mark.parametrize("shown", ["²", "9" * 5000])
def test_a_decision_about_what_is_no_meeting_is_none(shown):
    sent = QueryDict(mutable=True)
    sent.update({"fate-shown": shown, "fate-every": "keep"})
    assert read_decision(sent) == UNDECIDED


def test_an_administrator_adds_hours_for_somebody(admin, place):
    root = f"/c/mentoring/manage/providers/{place.provider.pk}/hours/"
    assert "Hours of Talia Example" in admin.get(root).content.decode()
    answer = admin.post(f"{root}blocks/new/", typed())
    assert answer.headers["Location"].startswith(root)
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


KEPT = {"fate-every": "keep"}


def decided(place, **more):
    """The two meetings on Monday that the changed hours leave out stay all the same."""
    shown = [str(place.booking.pk), str(place.request.pk)]
    return {**KEPT, "fate-shown": shown, **more}


def test_hours_are_changed(talia, place):
    block = place.block
    page = talia.get(f"{HOURS}blocks/{block.pk}/")
    assert 'value="09:00"' in page.content.decode()
    talia.post(f"{HOURS}blocks/{block.pk}/", typed(weekday="0", end="10:00", **decided(place)))
    block.refresh_from_db()
    assert (block.weekday, block.start_minute, block.end_minute) == (0, 540, 600)


def test_a_removal_is_asked_done_and_undone_once(talia, place):
    path = f"{HOURS}blocks/{place.block.pk}/removal/"
    assert "Remove Monday, 9:00 AM–5:00 PM?" in talia.get(path).content.decode()
    answer = talia.post(path, decided(place), follow=True)
    assert not WeeklyBlock.objects.filter(provider=place.provider, weekday=0).exists()
    removed = answer.context["last"]
    for _time in range(2):
        talia.post(f"{HOURS}restoration/", {"change": removed.public_id})
    [back] = WeeklyBlock.objects.filter(provider=place.provider, weekday=0)
    assert (back.start_minute, back.end_minute, back.any_service) == (540, 1020, True)


def test_somebody_elses_removal_cannot_be_undone_here(client, talia, place):
    path = f"{HOURS}blocks/{place.block.pk}/removal/"
    removed = talia.post(path, decided(place), follow=True).context["last"]
    client.force_login(place.colleague.user)
    for named in (removed.public_id, "made-up", ""):
        answer = client.post(f"{HOURS}restoration/", {"change": named}, follow=True)
        assert messages_of(answer) == ["This can no longer be undone. Change the hours by hand."]
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
        ({"note": "x" * 201}, "at most 200 fit"),
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
    with django_assert_max_num_queries(55):
        assert talia.get(HOURS).status_code == 200


class TestMeetingsInTheHours:
    """Nothing happens before it is said what becomes of them."""

    def test_the_page_names_each_and_sends_all_again(self, talia, place):
        answer = talia.post(f"{HOURS}blocks/{place.block.pk}/", typed(weekday="0", end="10:00"))
        words = answer.content.decode()
        assert answer.status_code == 422
        assert "2 meetings lie in these hours" in words
        assert "Monday 15 February, 10:00–10:30 AM" in words
        assert '<input type="hidden" name="end" value="10:00">' in words
        place.block.refresh_from_db()
        assert place.block.end_minute == 1020

    def test_all_are_cancelled_with_a_message_or_one_is_kept(self, talia, place):
        sent = decided(place)
        sent |= {
            "fate-every": "cancel",
            f"fate-of-{place.request.pk}": "keep",
            "fate-message": "I am away.",
        }
        talia.post(f"{HOURS}blocks/{place.block.pk}/removal/", sent)
        place.booking.refresh_from_db()
        place.request.refresh_from_db()
        assert (place.booking.state, place.booking.cancel_reason) == ("cancelled", "I am away.")
        assert place.request.state == "requested"

    def test_without_a_choice_the_form_says_so(self, talia, place):
        sent = decided(place) | {"fate-every": ""}
        answer = talia.post(f"{HOURS}blocks/{place.block.pk}/removal/", sent)
        assert answer.status_code == 422
        assert "Say what becomes of the meetings." in answer.content.decode()
        assert WeeklyBlock.objects.filter(pk=place.block.pk).exists()

    def test_time_away_asks_and_offers_other_times(self, talia, place):
        away = {"kind": "away", "first": "2027-02-15"}
        assert talia.post(f"{HOURS}changes/new/", away).status_code == 422
        sent = away | decided(place) | {"fate-every": "offer"}
        assert talia.post(f"{HOURS}changes/new/", sent).status_code == 302
        assert place.booking.proposals.get().state == "searching"


class TestTwoAtOnce:
    def test_whoever_saves_second_is_told_and_keeps_what_they_typed(self, talia, place):
        page = talia.get(f"{HOURS}blocks/{place.block.pk}/")
        seen = page.context["form"]["seen"].value()
        url = f"{HOURS}blocks/{place.block.pk}/"
        talia.post(url, typed(weekday="0", end="18:00", seen=seen))
        second = talia.post(url, typed(weekday="0", end="16:00", seen=seen))
        words = second.content.decode()
        assert second.status_code == 422
        assert "They are Monday, 9:00 AM–6:00 PM now" in words
        assert 'value="16:00"' in words
        newer = second.context["form"]["seen"].value()
        talia.post(url, typed(weekday="0", end="16:00", seen=newer))
        place.block.refresh_from_db()
        assert place.block.end_minute == 16 * 60

    def test_what_only_the_other_changed_is_kept_when_one_saves_again(self, talia, place):
        url = f"{HOURS}blocks/{place.block.pk}/"
        opened = talia.get(url).context["form"]
        kept = {name: opened[name].value() for name in ("seen", "opened")}
        sent = typed(weekday="0", start="09:00", end="17:00") | kept
        talia.post(url, typed(weekday="0", end="18:00", valid_until="2027-06-30"))
        second = talia.post(url, sent | {"start": "10:00"})
        form = second.context["form"]
        assert (second.status_code, list(form.errors)) == (422, ["__all__"])
        shown = {field.html_name: field.value() for field in form if field.value()}
        assert (shown["start"], shown["end"]) == ("10:00", "18:00")
        assert talia.post(url, shown).status_code == 302
        place.block.refresh_from_db()
        hours = (place.block.start_minute, place.block.end_minute)
        assert (hours, place.block.valid_until) == ((600, 1080), date(2027, 6, 30))

    def test_what_was_changed_meanwhile_is_not_removed_unseen(self, talia, place):
        url = f"{HOURS}blocks/{place.block.pk}/"
        seen = talia.get(f"{url}removal/").context["seen"]
        talia.post(url, typed(weekday="0", end="18:00"))
        answer = talia.post(f"{url}removal/", decided(place, seen=seen))
        assert answer.status_code == 409
        assert "Monday, 9:00 AM–6:00 PM" in answer.content.decode()
        assert WeeklyBlock.objects.filter(pk=place.block.pk).exists()


class TestSeveralDays:
    def days(self, provider):
        rows = WeeklyBlock.objects.filter(provider=provider, weekday__gte=5)
        return [(row.weekday, row.start_minute, row.end_minute) for row in rows]

    def test_a_day_is_copied_once_and_taken_back(self, talia, place):
        sent = {"weekday": "0", "onto": ["5", "6", "1"], "instead": "besides"}
        answer = talia.post(f"{HOURS}copies/", sent, follow=True)
        assert self.days(place.provider) == [(5, 540, 1020), (6, 540, 1020)]
        last = answer.context["last"].public_id
        again = talia.post(f"{HOURS}copies/", sent, follow=True)
        assert messages_of(again)[1:] == ["These days have just these hours already."]
        talia.post(f"{HOURS}restoration/", {"change": last})
        assert self.days(place.provider) == []
        assert WeeklyBlock.objects.filter(provider=place.provider).count() == 5

    def test_copied_hours_can_take_the_place_of_others(self, talia, place):
        talia.post(f"{HOURS}blocks/new/", typed())
        sent = {"weekday": "0", "onto": ["5"], "instead": "instead"}
        answer = talia.post(f"{HOURS}copies/", sent, follow=True)
        assert self.days(place.provider) == [(5, 540, 1020)]
        talia.post(f"{HOURS}restoration/", {"change": answer.context["last"].public_id})
        assert self.days(place.provider) == [(5, 540, 720)]

    @pytest.mark.parametrize(
        ("sent", "sentence"),
        [
            ({"weekday": "6", "onto": ["5"], "instead": "besides"}, "no hours on this day"),
            ({"weekday": "0", "onto": ["0"], "instead": "besides"}, "Tick another day"),
            ({"weekday": "0", "instead": "besides"}, "Tick at least one day."),
        ],
    )
    def test_what_cannot_be_copied_is_told(self, talia, sent, sentence):
        answer = talia.post(f"{HOURS}copies/", sent)
        assert (answer.status_code, sentence in answer.content.decode()) == (422, True)

    def test_days_are_cleared_and_taken_back(self, talia, place):
        sent = {"weekdays": ["2", "3", "4", "5", "6"]}
        answer = talia.post(f"{HOURS}clearing/", sent, follow=True)
        assert list(place.provider.weekly_blocks.values_list("weekday", flat=True)) == [0, 1]
        talia.post(f"{HOURS}restoration/", {"change": answer.context["last"].public_id})
        assert place.provider.weekly_blocks.count() == 5


def test_a_change_is_taken_back_unless_it_was_changed_again(talia, place):
    url = f"{HOURS}blocks/{place.block.pk}/"
    first = talia.post(url, typed(weekday="0", end="18:00"), follow=True).context["last"]
    second = talia.post(url, typed(weekday="0", end="19:00"), follow=True).context["last"]
    answer = talia.post(f"{HOURS}restoration/", {"change": first.public_id}, follow=True)
    assert "changed again since; they stay as they are" in messages_of(answer)[1]
    place.block.refresh_from_db()
    assert place.block.end_minute == 19 * 60
    for _time in range(2):
        assert talia.post(f"{HOURS}restoration/", {"change": second.public_id}).status_code == 302
    place.block.refresh_from_db()
    assert place.block.end_minute == 18 * 60


def said(answer):
    return [str(message) for message in answer.context["messages"]]


class TestUndo:
    """The last change can be taken back for a day, with what it did to meetings."""

    def test_it_is_found_again_and_withdraws_what_was_offered(self, talia, place):
        path = f"{HOURS}blocks/{place.block.pk}/removal/"
        talia.post(path, decided(place) | {"fate-every": "offer"})
        drain()
        last = talia.get(HOURS).context["last"]
        assert last.words == "Removed: Monday, 9:00 AM–5:00 PM."
        answer = talia.post(f"{HOURS}restoration/", {"change": last.public_id}, follow=True)
        told = said(answer)
        assert told[0] == "Undone. This was taken back: “Removed: Monday, 9:00 AM–5:00 PM.”"
        assert "the other times that were offered are withdrawn" in told[1]
        assert not Proposal.objects.filter(state__in=("searching", "open")).exists()
        assert answer.context["last"] is None

    def test_what_was_cancelled_stays_so_and_is_named(self, talia, place):
        path = f"{HOURS}blocks/{place.block.pk}/removal/"
        last = talia.post(path, decided(place) | {"fate-every": "cancel"}, follow=True).context[
            "last"
        ]
        answer = talia.post(f"{HOURS}restoration/", {"change": last.public_id}, follow=True)
        assert "cancelled and stay" in said(answer)[1]
        assert str(place.booking.student) in said(answer)[1]

    def test_a_day_later_it_is_not_offered_any_more(self, talia):
        talia.post(f"{HOURS}blocks/new/", typed())
        with frozen_at(MONDAY + timedelta(days=2)):
            assert talia.get(HOURS).context["last"] is None


class TestTwoTabs:
    """What one tab removed the other is told of, on the page of the hours."""

    @pytest.fixture
    def gone(self, talia, place):
        talia.post(f"{HOURS}blocks/new/", typed())
        block = WeeklyBlock.objects.get(provider=place.provider, weekday=5)
        talia.post(f"{HOURS}blocks/{block.pk}/removal/")
        return f"{HOURS}blocks/{block.pk}/"

    def test_removing_it_again_says_who_removed_it(self, talia, gone):
        answer = talia.post(f"{gone}removal/", follow=True)
        assert answer.status_code == 200
        assert "These hours are gone: Talia Example removed them at" in said(answer)[0]
        assert talia.get(gone, follow=True).status_code == 200

    def test_saving_it_keeps_what_was_typed_and_adds_it_anew(self, talia, gone):
        answer = talia.post(gone, typed(end="15:00"))
        page = answer.content.decode()
        assert (answer.status_code, 'value="15:00"' in page) == (409, True)
        assert "These hours are gone" in page
        assert f'action="{HOURS}blocks/new/"' in page

    def test_a_change_that_is_gone_is_told_too(self, talia, place):
        path = f"{HOURS}changes/{place.change.pk}/"
        talia.post(f"{path}removal/")
        assert "removed them at" in said(talia.post(f"{path}removal/", follow=True))[0]
        sent = {"kind": "away", "first": "2027-03-08", "last": ""}
        assert talia.post(path, sent).status_code == 409


class TestTheWeek:
    def test_it_opens_where_the_next_hours_are(self, talia):
        with frozen_at(MONDAY + timedelta(days=5, hours=12)):
            shown = talia.get(HOURS).context["week"]
        assert shown.first == date(2027, 2, 21)

    def test_it_stays_after_a_change(self, talia, place):
        week = "?week=2027-03-07"
        answer = talia.post(f"{HOURS}blocks/new/{week}", typed())
        assert answer.url == f"{HOURS}{week}"
        page = talia.get(answer.url).content.decode()
        assert f'href="{HOURS}blocks/{place.block.pk}/{week}"' in page


class TestKeptHours:
    """Where the centre keeps the hours."""

    @pytest.fixture(autouse=True)
    def kept(self, place):
        change_settings(place.community, {"providers_edit_hours": False}, by=TESTER)

    def test_the_page_shows_them_and_says_who_changes_them(self, talia):
        page = talia.get(HOURS).content.decode()
        assert "Mentoring keeps these hours" in page
        assert "blocks/new/" not in page
        assert "removal/" not in page
        assert talia.get(f"{HOURS}blocks/new/").status_code == 302

    def test_nothing_is_changed_by_them(self, talia, place):
        assert talia.post(f"{HOURS}blocks/new/", typed()).status_code == 403
        assert not WeeklyBlock.objects.filter(provider=place.provider, weekday=5).exists()

    def test_an_administrator_changes_them(self, admin, place):
        root = f"/c/mentoring/manage/providers/{place.provider.pk}/hours/"
        assert admin.post(f"{root}blocks/new/", typed()).status_code == 302

    def test_who_is_sick_says_so_and_takes_it_back_all_the_same(self, talia, place):
        seen = [f"{row.pk}-{row.appointment_id}" for row in (place.booking, place.request)]
        sent = {"until": "2027-02-15", "seen": seen, "message": ""}
        answer = talia.post(f"{HOURS}sick-leave/", sent, follow=True)
        last = answer.context["undoable"]
        answer = talia.post(f"{HOURS}restoration/", {"change": last.public_id}, follow=True)
        assert said(answer)[0].startswith("Undone.")


def test_the_editor_of_a_block_leads_to_its_removal(talia, place):
    page = talia.get(f"{HOURS}blocks/{place.block.pk}/").content.decode()
    assert f'href="{HOURS}blocks/{place.block.pk}/removal/"' in page


def test_sick_today_belongs_to_the_meetings(talia, place):
    tabs = talia.get(f"{HOURS}sick-leave/").context["tabs"]
    assert [tab.label for tab in tabs if tab.active] == ["Meetings"]
