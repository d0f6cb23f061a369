"""The calendar of free times: days, zones, filters, paging, and how little it asks the database."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.factories.way import TEN, Way
from tests.factories.world import MONDAY, TESTER, make_world
from visavis.availability.actions import add_weekly_block
from visavis.availability.closures import add_closure
from visavis.availability.locations import add_location
from visavis.availability.models import WeeklyBlock
from visavis.bookings.openings import ask
from visavis.communities.actions import change_settings
from visavis.core.clock import frozen_at
from visavis.people.times import week_of

HALF = timedelta(minutes=30)


def shown(page):
    """Each part of the day with its times as they are read."""
    return [(str(name), [time.text for time in free]) for name, free in page.context["parts"]]


def test_day_is_shown_in_morning_and_afternoon(way, client):
    page = client.get(way.times)
    assert [(name, times[0], times[-1]) for name, times in shown(page)] == [
        ("Morning", "9:00 AM", "11:30 AM"),
        ("Afternoon", "12:00 PM", "4:30 PM"),
    ]


def test_time_is_named_in_full(way, client):
    first = client.get(way.times).context["parts"][0][1][0]
    assert f"{first.text} {first.rest}" == "9:00 AM to 9:30 AM, Monday 15 February"


def test_strip_counts_the_free_times_of_a_fortnight(way, client):
    way.world.book(way.provider, way.world.student("Kim"), TEN)
    cells = client.get(way.times).context["cells"]
    assert [cell.count for cell in cells] == [15, 16, 16, 16, 16, 0, 0, 16, 16, 16, 16, 16, 0, 0]


@pytest.mark.parametrize(
    ("zone", "first"), [("America/New_York", "Sun 14"), ("Europe/Berlin", "Mon 15")]
)
def test_week_begins_as_the_weeks_of_hours_and_of_the_centre_do(way, client, zone, first):
    change_settings(way.world.community, {"timezone": zone}, by=TESTER)
    page = client.get(f"{way.times}?view=week")
    shown_first = page.context["table"].span.first
    assert f"{shown_first:%a %-d}" == first
    assert shown_first == week_of(MONDAY.date(), ZoneInfo(zone))


def test_week_names_its_rows_by_the_hour_on_every_screen(way, client):
    page = client.get(f"{way.times}?view=week").content.decode()
    assert '<span class="week-clock">9:00</span> <span class="week-half">AM</span>' in page


def test_week_shows_the_same_times_as_the_list(way, client):
    rows = client.get(f"{way.times}?view=week").context["rows"]
    week = {time.start for _, row in rows for time in row if time}
    listed = set()
    for cell in client.get(way.times).context["cells"][:7]:
        for _, free in client.get(cell.url).context["parts"]:
            listed |= {time.start for time in free}
    assert week == listed
    assert len(week) == 5 * 16


def test_pages_run_to_the_horizon_and_end_there(way, client):
    url, firsts = way.times, []
    while url:
        page = client.get(url)
        firsts.append(page.context["table"].span.first)
        url = page.context["later_url"]
    assert firsts[0] == date(2027, 2, 15)
    assert len(firsts) == 7
    assert page.context["table"].span.last == date(2027, 5, 10)
    assert page.context["cells"][-1].day == date(2027, 5, 10)
    assert (
        client.get(firsts and page.context["earlier_url"]).context["table"].span.first == firsts[-2]
    )


def test_filter_shows_one_person_alone(way, client):
    jo = way.world.provider("Jo", hours=False)
    add_weekly_block(jo, weekday=0, start_minute=18 * 60, end_minute=19 * 60, by=TESTER)
    assert shown(client.get(f"{way.times}?provider={jo.pk}")) == [
        ("Evening", ["6:00 PM", "6:30 PM"])
    ]


class TestManyPeople:
    """Too many for a list: a name is typed, and finds people by every word of their names."""

    @pytest.fixture(autouse=True)
    def many(self, way, monkeypatch):
        monkeypatch.setattr("visavis.web.student.crowd.FEW", 1)
        self.evening = way.world.provider("Jo", hours=False)
        way.world.provider("Joanna", hours=False)
        add_weekly_block(
            self.evening, weekday=0, start_minute=18 * 60, end_minute=19 * 60, by=TESTER
        )

    def test_page_has_a_box_to_type_in_and_no_list(self, way, client):
        page = client.get(way.times).content.decode()
        assert 'name="who"' in page
        assert "<select" not in page.split('name="who"')[0]

    def test_only_one_of_that_name_is_shown_at_once(self, way, client):
        page = client.get(f"{way.times}?who=TALIA")
        assert page.context["way"].only_provider == way.provider
        assert page.context["namesakes"] == []

    def test_several_of_a_name_are_links_to_their_times(self, way, client):
        page = client.get(f"{way.times}?who=jo")
        assert [person.label for person in page.context["namesakes"]] == [
            "Jo Example",
            "Joanna Example",
        ]
        chosen = client.get(page.context["namesakes"][0].url)
        assert shown(chosen) == [("Evening", ["6:00 PM", "6:30 PM"])]
        assert 'value="Jo Example"' in chosen.content.decode()

    def test_more_of_a_name_than_are_listed_are_counted(self, way, client, monkeypatch):
        said = "1 more has such a name. Write more of it to find them."
        assert said not in client.get(f"{way.times}?who=jo").content.decode()
        monkeypatch.setattr("visavis.web.student.crowd.NAMED", 2)
        way.world.provider("Jolene", hours=False)
        page = client.get(f"{way.times}?who=jo")
        assert len(page.context["namesakes"]) == 2
        assert said in page.content.decode()

    def test_chosen_namesake_stays_until_another_name_is_typed(self, way, client):
        chosen = {"provider": self.evening.pk}
        for who, only in [("Jo Example", self.evening), ("talia", way.provider), ("", None)]:
            page = client.get(way.times, {**chosen, "who": who, "view": "week"})
            assert page.context["way"].only_provider == only, who
        page = client.get(way.times, chosen).content.decode()
        assert f'name="provider" value="{self.evening.pk}"' in page

    def test_whole_name_means_that_person_alone(self, way, client):
        page = client.get(f"{way.times}?who=jo+example")
        assert page.context["way"].only_provider == self.evening

    @pytest.mark.parametrize("who", ["Nobody", "uni.test", "jo@uni.test", "%"])
    def test_name_that_nobody_has_is_said_and_an_address_finds_nobody(self, way, client, who):
        page = client.get(way.times, {"who": who})
        assert page.context["notices"] == [
            f"Nobody here is called “{who}”. These are everybody’s times."
        ]
        assert page.context["way"].only_provider is None

    @pytest.mark.parametrize("pk", ["0", "x", "9" * 40, "²"])
    def test_forged_person_is_left_out(self, way, client, pk):
        page = client.get(way.times, {"provider": pk})
        assert (page.status_code, page.context["way"].only_provider) == (200, None)


def test_fortnight_without_times_offers_the_next_one(way, client):
    add_closure(way.world.community, first=date(2027, 2, 15), last=date(2027, 2, 28), by=TESTER)
    page = client.get(way.times)
    assert "Nothing is free in these days" in page.content.decode()
    assert page.context["next_words"] == "Monday 1 March, 9:00 AM (New York time)"
    assert shown(client.get(page.context["next_day_url"]))[0][1][0] == "9:00 AM"


def test_nothing_at_all_says_until_when_was_looked(way, client):
    WeeklyBlock.objects.all().delete()
    page = client.get(way.times).content.decode()
    assert "We looked until Monday 10 May" in page


def test_chosen_day_without_times_says_so(way, client):
    page = client.get(f"{way.times}?day=2027-02-20")
    assert "Nothing is free on Saturday 20 February." in page.content.decode()


def test_times_in_person_stay_in_the_communitys_zone(way, sam, client):
    sam.timezone = "Asia/Kolkata"
    sam.save()
    page = client.get(way.times)
    assert "Times are in New York time." in page.content.decode()
    assert shown(page)[0][1][0] == "9:00 AM"


def test_times_online_are_in_the_readers_zone_beside_the_communitys(way, sam, client):
    sam.timezone = "Asia/Kolkata"
    sam.save()
    way.world.format.meeting_kinds = ["online"]
    way.world.format.save()
    add_location(way.world.community, by=TESTER, name="Online", kind="online")
    page = client.get(way.times)
    # Nine in New York is half past seven in the evening in Kolkata, and the day goes on after
    # midnight: days are grouped by the reader's clock.
    assert [(name, times[0], times[-1]) for name, times in shown(page)] == [
        ("Evening", "7:30 PM", "11:30 PM")
    ]
    assert page.context["parts"][0][1][0].other == "9:00 AM"
    night = client.get(f"{way.times}?day=2027-02-16")
    assert shown(night)[0] == (
        "Morning",
        ["12:00 AM", "12:30 AM", "1:00 AM", "1:30 AM", "2:00 AM", "2:30 AM", "3:00 AM"],
    )
    assert night.context["parts"][0][1][0].other == "Monday 15 February, 1:30 PM"


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Honolulu"])
@pytest.mark.parametrize("view", ["", "week"])
def test_every_time_until_the_centres_last_day_is_on_a_page(way, sam, client, zone, view):
    sam.timezone = zone
    sam.save()
    way.world.format.meeting_kinds = ["online"]
    way.world.format.save()
    add_location(way.world.community, by=TESTER, name="Online", kind="online")
    listed, address = 0, f"{way.times}?view={view}"
    while address:
        page = client.get(address).context
        listed += sum(cell.count for cell in page["cells"])
        address = page["later_url"]
    days = 7 * way.world.community.weeks_ahead + 1
    assert listed == len(ask(way.world.question(format=way.world.format, days=days)).starts) > 0


def test_who_looks_for_one_online_place_reads_one_zone_from_step_to_step(way, sam, client):
    sam.timezone = "Asia/Kolkata"
    sam.save()
    way.world.format.meeting_kinds = ["in_person", "online"]
    way.world.format.save()
    way.world.provider("Bo")
    online = add_location(way.world.community, by=TESTER, name="Online", kind="online")
    steps = (way.times, way.providers, way.places)
    zones = [
        [client.get(f"{step}{asked}").context["reader"].zone.key for step in steps]
        for asked in (f"?place={online.pk}", "")
    ]
    assert zones == [["Asia/Kolkata"] * 3, ["America/New_York"] * 3]


def test_the_folded_line_has_a_short_date_and_the_list_the_whole_one(way, client):
    way.world.provider("Bo")
    body = client.get(way.providers).content.decode()
    line = body.partition("so-far-line")[2].partition("</summary>")[0]
    assert "Mon 15 Feb, 10:00–10:30 AM (New York time)" in line
    assert "Monday 15 February" not in line
    assert "Monday 15 February, 10:00–10:30 AM (New York time)" in body


def test_community_in_kolkata_shows_its_own_half_hours(db, client):
    world = make_world("kolkata", timezone="Asia/Kolkata")
    way = Way(world, world.provider())
    client.force_login(world.student())
    page = client.get(f"{way.times}?day=2027-02-16")
    assert shown(page)[0][1][0] == "9:00 AM"
    first = page.context["parts"][0][1][0]
    assert first.start == datetime(2027, 2, 16, 3, 30, tzinfo=UTC)
    assert "Kolkata time" in page.content.decode()


def test_repeated_hour_is_shown_twice_with_its_letters(way, client):
    add_weekly_block(way.provider, weekday=6, start_minute=60, end_minute=120, by=TESTER)
    with frozen_at(datetime(2027, 11, 1, 12, tzinfo=UTC)):
        page = client.get(f"{way.times}?day=2027-11-07")
        week = client.get(f"{way.times}?day=2027-11-07&view=week")
    assert shown(page) == [
        ("Morning", ["1:00 AM EDT", "1:30 AM EDT", "1:00 AM EST", "1:30 AM EST"])
    ]
    assert sum(bool(row[0]) for _, row in week.context["rows"]) == 4


def test_skipped_hour_is_not_there(way, client):
    add_weekly_block(way.provider, weekday=6, start_minute=60, end_minute=240, by=TESTER)
    page = client.get(f"{way.times}?day=2027-03-14")
    assert shown(page) == [("Morning", ["1:00 AM", "1:30 AM", "3:00 AM", "3:30 AM"])]


@pytest.mark.parametrize("page", ["times", "services", "providers"])
def test_more_people_ask_no_more_of_the_database(way, client, page, django_assert_max_num_queries):
    url = getattr(way, page)
    client.get(url)
    with django_assert_max_num_queries(40) as few:
        client.get(url)
    for number in range(8):
        way.world.provider(f"Mentor{number}")
    with django_assert_max_num_queries(len(few)):
        client.get(url)


def test_mentor_does_not_meet_themselves(way, client):
    way.world.provider("Jo")
    client.force_login(way.provider.user)
    people = client.get(way.providers).context["people"]
    assert [who.user.first_name for who, *_ in people] == ["Jo"]
    assert client.get(way.places).status_code == 409
    assert "This is you." in client.get(way.places).content.decode()


def test_horizon_of_another_zone_does_not_end_early(way, sam, client):
    sam.timezone = "Pacific/Kiritimati"
    sam.save()
    way.world.format.meeting_kinds = ["online"]
    way.world.format.save()
    add_location(way.world.community, by=TESTER, name="Online", kind="online")
    page = client.get(f"{way.times}?since=2027-05-10")
    last = way.start + 12 * timedelta(weeks=1) + 12 * HALF
    assert page.context["table"].openings.has(last - timedelta(hours=1))
    assert last > MONDAY
