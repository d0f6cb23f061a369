"""`visavis book` of a weekly format, `visavis bookings` and `visavis series`."""

from datetime import timedelta

import pytest

from tests.factories.world import MONDAY, TESTER, make_weekly_world
from visavis.availability.terms import Days, add_term
from visavis.bookings.models import Booking, Series
from visavis.communities.actions import change_settings
from visavis.core.clock import frozen_at

pytestmark = pytest.mark.django_db
NOW = ("--now", "2027-02-15T13:00:00Z")  # Monday, 8:00 in New York
TEN = ("--start", "2027-02-15T15:00:00Z")
WEEK = timedelta(weeks=1)


@pytest.fixture
def world():
    made = make_weekly_world()
    made.talia = made.provider()
    made.sam = made.student()
    return made


@pytest.fixture
def book(visavis, world):
    """Book ten o'clock every Monday with Talia for Sam; further arguments change or add."""
    about = ("--community", "mentoring", "--service", "all available peer mentoring")
    wish = ("--student", "sam@students.test", "--provider", "talia@uni.test", *TEN)

    def run(*arguments):
        return visavis("book", *about, *NOW, *wish, "--format", "weekly hour", *arguments)

    return run


@pytest.fixture
def third_taken(world):
    single = world.community.formats.first()
    start = MONDAY + timedelta(hours=2) + 2 * WEEK
    return world.book(world.talia, world.student("Uma"), start, format=single)


def starts(rows):
    return [row["start"] for row in rows]


def test_weekly_format_without_weeks_is_refused_with_what_to_say(book):
    answer = book()
    assert (answer.status, Booking.objects.count()) == (1, 0)
    assert answer.stderr.strip() == (
        "“Weekly hour” is met every week: say for how long, with --weeks N or --until-term."
    )
    assert book("--json").json["refused"] == "invalid_series"


def test_weeks_of_a_single_format_are_refused(book):
    answer = book("--format", "Schedule a Meeting", "--weeks", "3")
    assert (answer.status, Booking.objects.count()) == (1, 0)
    assert "is one meeting, no series" in answer.stderr


def test_series_is_booked_as_a_whole_and_answers_with_its_first_week_and_all(book):
    answer = book("--weeks", "3", "--json")
    series = Series.objects.get()
    first = Booking.objects.earliest("appointment__start")
    assert (answer.status, answer.json["series"]) == (0, str(series.public_id))
    assert (answer.json["booking"], answer.json["weeks"]) == (str(first.public_id), 3)
    assert starts(answer.json["bookings"]) == [
        "2027-02-15T15:00:00Z",
        "2027-02-22T15:00:00Z",
        "2027-03-01T15:00:00Z",
    ]


def test_week_that_cannot_be_had_refuses_all_and_names_it(book, third_taken):
    answer = book("--weeks", "4", "--json")
    assert (answer.status, answer.json["refused"]) == (1, "slot_taken")
    assert "Week 3, Monday 1 March 2027" in answer.json["message"]
    assert not Series.objects.exists()


@pytest.mark.parametrize("how", [("--skip", "2027-03-01"), ("--skip-taken",)])
def test_weeks_are_left_out_by_date_or_because_they_are_taken(book, third_taken, how):
    answer = book("--weeks", "4", *how, "--json")
    assert answer.status == 0
    assert starts(answer.json["bookings"]) == [
        "2027-02-15T15:00:00Z",
        "2027-02-22T15:00:00Z",
        "2027-03-08T15:00:00Z",
    ]


def test_series_runs_to_the_end_of_the_term(book, world):
    refused = book("--until-term")
    assert (refused.status, "No term of Mentoring holds Mon 2027-02-15" in refused.stderr) == (
        1,
        True,
    )
    days = Days("Spring", MONDAY.date() - WEEK, MONDAY.date() + 4 * WEEK)
    add_term(world.community, days, by=TESTER)
    assert book("--until-term").status == 0
    assert Series.objects.get().weeks == 5


@pytest.mark.parametrize(
    "arguments",
    [("--weeks", "3", "--until-term"), ("--skip", "2027-03-01"), ("--skip-taken",)],
)
def test_options_that_do_not_fit_together_are_wrong_usage(book, arguments):
    assert book(*arguments).status == 2
    assert not Booking.objects.exists()


def test_one_key_is_one_series(book):
    answers = [book("--weeks", "3", "--key", "one wish", "--json") for _time in range(2)]
    assert answers[0].json == answers[1].json
    assert Series.objects.count() == 1


def test_bookings_are_listed_by_time_and_narrowed(book, visavis, third_taken):
    book("--weeks", "4", "--skip-taken")
    listed = ("bookings", "--community", "mentoring", "--from", "2027-02-15", "--days", "28")
    rows = visavis(*listed, "--json").json["bookings"]
    assert [(row["student"], row["series"] is not None) for row in rows] == [
        ("sam@students.test", True),
        ("sam@students.test", True),
        ("uma@students.test", False),
        ("sam@students.test", True),
    ]
    one = visavis(*listed, "--student", "uma@students.test", "--provider", "talia@uni.test")
    assert "Mon 2027-03-01 10:00 (America/New_York)" in one.stdout
    assert "sam@students.test" not in one.stdout
    later = visavis("bookings", "--community", "mentoring", "--from", "2027-05-01")
    assert later.stdout.strip() == "Nothing is booked in 14 days from 2027-05-01."


def test_series_is_listed_shown_and_ended(book, visavis):
    made = book("--weeks", "3", "--json").json["series"]
    with frozen_at(MONDAY + timedelta(days=1)):
        listed = visavis("series", "list", "--community", "mentoring", "--json").json["series"]
        assert [(row["series"], row["weeks"], row["left"]) for row in listed] == [(made, 3, 2)]
        shown = visavis("series", "show", made)
        assert shown.stdout.splitlines()[0] == (
            "Weekly hour: Sam Example with Talia Example, All available Peer Mentoring"
        )
        assert shown.stdout.count("confirmed") == 3
        ended = visavis("series", "end", made, "--reason", "Graduated")
        assert ended.stdout.strip() == "Cancelled 2 meetings of Sam Example with Talia Example."
        again = visavis("series", "end", made)
        assert (again.status, again.stderr.strip()) == (
            1,
            "Nothing of this series is left to end.",
        )
        assert visavis("series", "list", "--community", "mentoring").stdout.strip() == (
            "No weekly series has weeks to come."
        )


def test_week_that_is_moved_is_offered_and_explained_in_its_own_week(book, visavis, world):
    world.community = change_settings(world.community, {"weeks_ahead": 1}, by=TESTER)
    fourth = book("--weeks", "4", "--json").json["bookings"][3]["booking"]
    about = ("--community", "mentoring", "--service", "all available peer mentoring")
    moving = (*about, *NOW, "--moving", fourth, "--json")
    days = ("--from", "2027-03-01", "--days", "21")
    shown = visavis("slots", *moving, *days).json["slots"]
    assert {slot["start"][:10] for slot in shown} == {f"2027-03-{day:02}" for day in range(8, 13)}
    assert "2027-03-08T15:00:00Z" in starts(shown)
    told = visavis("explain", *moving, "--start", "2027-03-15T15:00:00Z").json["reasons"]
    assert told == [
        {
            "code": "beyond_horizon",
            "message": "That is too far ahead. Times can be booked until Monday 22 February 2027. "
            "This meeting itself can go to another time of its own week, Monday 8 March 2027 to "
            "Sunday 14 March 2027.",
        }
    ]
    others = visavis("slots", *moving, *days, "--student", "uma@students.test")
    assert (others.status, others.json["refused"]) == (1, "unknown_person")


@pytest.mark.parametrize(
    ("series", "status"), [("nonsense", 2), ("4f0c2f0e-6b1c-4a53-9c55-0d3c8a2f7f11", 1)]
)
def test_unknown_series_is_said(visavis, world, series, status):
    assert visavis("series", "show", series).status == status
