"""A weekly series is booked as a whole, week by week under the same rules as single meetings."""

from datetime import date, timedelta

import pytest

from tests.factories.world import MONDAY, TESTER, make_weekly_world
from visavis.availability.actions import add_dated_change, add_weekly_block
from visavis.availability.closures import add_closure
from visavis.availability.enums import ChangeKind
from visavis.availability.locations import add_location
from visavis.availability.terms import Days, add_term
from visavis.bookings.actions import (
    Order,
    book_series,
    cancel,
    end_series,
    expire_requests,
    hold_time,
)
from visavis.bookings.actions import series as series_actions
from visavis.bookings.enums import (
    AppointmentState,
    BookingState,
    HoldPurpose,
    HoldState,
    WaitlistState,
)
from visavis.bookings.errors import InvalidSeries, NotOpen, Refused, SlotTaken
from visavis.bookings.models import (
    Appointment,
    Booking,
    BookingEvent,
    Commitment,
    Series,
    WaitlistEntry,
)
from visavis.bookings.taken import open_bookings
from visavis.bookings.weeks import check_weeks, end_of_term
from visavis.communities.actions import change_settings
from visavis.core.history import Actor
from visavis.core.models import HistoryEntry
from visavis.people.queries import lock_people
from visavis.people.rules import Standing, pause_at

TEN = MONDAY + timedelta(hours=2)
WEEK = timedelta(weeks=1)


@pytest.fixture
def world(db):
    return make_weekly_world()


@pytest.fixture
def talia(world):
    return world.provider()


@pytest.fixture
def sam(world):
    return world.student()


def series_of(world, provider, student, *, start=TEN, weeks=4, skipping=(), key="", now=MONDAY):
    order = world.order(provider, student, start, key, location=world.location)
    return book_series(order, weeks=weeks, skipping=skipping, by=TESTER, now=now)


def verdicts(world, provider, student, *, weeks=4, start=TEN, **changes):
    """Week number → codes of what stands against it."""
    question = world.question(
        provider=provider, student=student, location=world.location, **changes
    )
    found = check_weeks(question, start, weeks)
    return {week.number: [str(one.code) for one in week.refusals] for week in found}


def test_every_week_is_a_booking_at_the_same_wall_clock_time(world, talia, sam):
    series = series_of(world, talia, sam, weeks=6)
    zone = world.community.zone
    found = [row.appointment.start.astimezone(zone) for row in series.bookings.order_by("pk")]
    # The clocks go forward on 14 March, between the fourth and the fifth week.
    assert [f"{start:%m-%d %H:%M %z}" for start in found] == [
        "02-15 10:00 -0500",
        "02-22 10:00 -0500",
        "03-01 10:00 -0500",
        "03-08 10:00 -0500",
        "03-15 10:00 -0400",
        "03-22 10:00 -0400",
    ]
    assert Commitment.objects.filter(person=sam).count() == 6
    assert Commitment.objects.filter(person=talia.user).count() == 6


def test_one_batch_of_events_tells_of_all_weeks(world, talia, sam):
    series = series_of(world, talia, sam)
    events = BookingEvent.objects.all()
    assert [event.booking.series for event in events] == [series] * 4
    assert {event.kind for event in events} == {"confirmed"}
    assert len({event.batch for event in events}) == 1
    assert HistoryEntry.objects.get(verb="booked series").after == {"weeks": 4, "skipped": []}
    assert HistoryEntry.objects.filter(verb="confirmed").count() == 4


def test_a_double_tap_gives_the_same_series(world, talia, sam):
    first = series_of(world, talia, sam, key="once")
    assert series_of(world, talia, sam, key="once") == first
    assert Booking.objects.count() == 4


def test_anothers_key_is_refused(world, talia, sam):
    series_of(world, talia, sam, key="once")
    with pytest.raises(Refused, match="sent by somebody else"):
        series_of(world, talia, world.student("Uma"), start=TEN + timedelta(hours=2), key="once")


def test_a_week_that_is_skipped_is_not_booked(world, talia, sam):
    series = series_of(world, talia, sam, skipping={date(2027, 2, 22)})
    starts = [row.appointment.start for row in series.bookings.order_by("appointment__start")]
    assert starts == [TEN, TEN + 2 * WEEK, TEN + 3 * WEEK]


def test_a_conflict_in_the_third_week_refuses_all_and_names_it(world, talia, sam):
    world.book(talia, world.student("Uma"), TEN + 2 * WEEK, format=world.community.formats.first())
    with pytest.raises(SlotTaken) as lost:
        series_of(world, talia, sam)
    assert lost.value.message == (
        "Week 3, Monday 1 March 2027: The Peer Mentor has another meeting then. Nothing was booked."
    )
    assert Series.objects.count() == 0
    assert Booking.objects.filter(student=sam).count() == 0


def test_with_the_conflict_skipped_the_others_are_booked(world, talia, sam):
    world.book(talia, world.student("Uma"), TEN + 2 * WEEK, format=world.community.formats.first())
    series = series_of(world, talia, sam, skipping={date(2027, 3, 1)})
    assert series.bookings.count() == 3


@pytest.mark.parametrize(
    ("settings", "weeks", "refused"),
    [
        ({"weeks_ahead": 1}, 4, {}),
        ({"lead_time_minutes": 60}, 4, {}),
        ({"lead_time_minutes": 180}, 4, {1: ["lead_time"]}),
        ({"provider_weekly_cap_minutes": 30}, 3, {n: ["provider_cap"] for n in (1, 2, 3)}),
        ({"student_daily_limit_minutes": 30}, 3, {n: ["student_limit"] for n in (1, 2, 3)}),
        ({"student_weekly_limit_minutes": 60}, 3, {}),
        ({"allowed_minutes": [30]}, 2, {n: ["minute_not_allowed"] for n in (1, 2)}),
    ],
)
def test_caps_hold_for_every_week_and_lead_time_and_horizon_for_the_first(
    world, talia, sam, settings, weeks, refused
):
    world.community = change_settings(world.community, settings, by=TESTER)
    expected = {number: refused.get(number, []) for number in range(1, weeks + 1)}
    assert verdicts(world, talia, sam, weeks=weeks) == expected


def test_a_first_week_beyond_the_horizon_is_refused_and_it_alone(world, talia, sam):
    world.community = change_settings(world.community, {"weeks_ahead": 1}, by=TESTER)
    found = verdicts(world, talia, sam, start=TEN + 2 * WEEK, weeks=3)
    assert found == {1: ["beyond_horizon"], 2: [], 3: []}


def test_each_weeks_own_meetings_count_towards_that_weeks_caps(world, talia, sam):
    single = world.community.formats.first()
    uma = world.student("Uma")
    world.book(talia, uma, TEN + WEEK + timedelta(days=1), format=single)
    world.book(world.provider("Omar"), sam, TEN + 2 * WEEK + timedelta(days=1), format=single)
    caps = {"provider_weekly_cap_minutes": 60, "student_weekly_limit_minutes": 60}
    world.community = change_settings(world.community, caps, by=TESTER)
    expected = {1: [], 2: ["provider_cap"], 3: ["student_limit"], 4: []}
    assert verdicts(world, talia, sam) == expected


def test_closures_breaks_absences_full_places_and_the_students_own_time_are_found(
    world, talia, sam
):
    room = add_location(world.community, name="Booth", capacity=1, by=TESTER)
    single, other = world.community.formats.first(), world.provider("Omar")
    recess = Days("Recess", date(2027, 2, 22), date(2027, 2, 23))
    spring = Days("Spring", date(2027, 1, 4), date(2027, 5, 7))
    add_term(world.community, spring, breaks=[recess], by=TESTER)
    add_closure(world.community, first=date(2027, 3, 1), last=date(2027, 3, 1), by=TESTER)
    march = date(2027, 3, 8)
    add_dated_change(talia, kind=ChangeKind.AWAY, first=march, last=march, by=TESTER)
    ten_in_summer = TEN - timedelta(hours=1)  # the clocks have gone forward before week 5
    uma = world.student("Uma")
    world.book(other, uma, ten_in_summer + 4 * WEEK, format=single, location=room)
    world.book(other, sam, ten_in_summer + 5 * WEEK, format=single, location=world.location)
    world.location = room
    assert verdicts(world, talia, sam, weeks=7) == {
        1: [],
        2: ["in_break"],
        3: ["closed"],
        4: ["away"],
        5: ["location_full"],
        6: ["student_conflict"],
        7: [],
    }


def test_single_meetings_go_on_in_a_break(world, talia, sam):
    recess = Days("Recess", date(2027, 2, 15), date(2027, 2, 16))
    spring = Days("Spring", date(2027, 1, 4), date(2027, 5, 7))
    add_term(world.community, spring, breaks=[recess], by=TESTER)
    single = world.community.formats.first()
    assert verdicts(world, talia, sam, weeks=2) == {1: ["in_break"], 2: []}
    assert world.book(talia, sam, TEN, format=single).state == BookingState.CONFIRMED


def test_a_time_that_the_clocks_skip_is_a_conflict(world, talia, sam):
    # 2:30 on Sunday 14 March does not exist in New York; the week after it does.
    start = MONDAY.replace(day=28, hour=7, minute=30)
    add_weekly_block(talia, weekday=6, start_minute=0, end_minute=360, by=TESTER)
    found = verdicts(world, talia, sam, start=start, weeks=4)
    assert found == {1: [], 2: [], 3: ["no_such_time"], 4: []}


@pytest.mark.parametrize(("start", "weeks"), [(TEN, 12), (TEN + 12 * WEEK, None)])
def test_the_weeks_to_the_end_of_term_include_its_last_day(world, start, weeks):
    spring = Days("Spring", date(2027, 1, 4), date(2027, 5, 3))
    add_term(world.community, spring, by=TESTER)
    found = end_of_term(world.community, start)
    assert (found and found.weeks) == weeks


@pytest.mark.parametrize("weeks", [-1, 0, 1, 13])
def test_a_number_of_weeks_that_the_format_does_not_have_is_refused(world, talia, sam, weeks):
    with pytest.raises(InvalidSeries, match="can be booked for 2 to 12 weeks"):
        series_of(world, talia, sam, weeks=weeks)


def test_the_first_week_cannot_be_skipped(world, talia, sam):
    with pytest.raises(InvalidSeries, match="The first week cannot be skipped"):
        series_of(world, talia, sam, skipping={TEN.date()})


def test_a_single_format_is_no_series(world, talia, sam):
    world.format = world.community.formats.first()
    with pytest.raises(InvalidSeries, match="is one meeting, no series"):
        series_of(world, talia, sam)


def test_a_series_counts_as_one_open_booking(world, talia, sam):
    single = world.community.formats.first()
    limit = {"student_open_bookings_limit": 2}
    world.community = change_settings(world.community, limit, by=TESTER)
    series_of(world, talia, sam, weeks=8)
    assert open_bookings(sam, world.community, MONDAY) == 1
    world.book(talia, sam, TEN + timedelta(hours=2), format=single)
    assert open_bookings(sam, world.community, MONDAY) == 2
    with pytest.raises(Refused, match="2 coming meetings"):
        series_of(world, talia, sam, start=TEN + timedelta(hours=4), key="third")


def test_ending_the_rest_cancels_the_coming_weeks_in_one_batch(world, talia, sam):
    series = series_of(world, talia, sam)
    later = TEN + WEEK + timedelta(hours=1)
    ended = end_series(series, by=TESTER, reason="Timetable changed", now=later)
    states = list(series.bookings.order_by("pk").values_list("state", flat=True))
    assert states == ["confirmed", "confirmed", "cancelled", "cancelled"]
    assert len(ended) == 2
    told = BookingEvent.objects.filter(kind="cancelled")
    assert len({event.batch for event in told}) == 1
    assert [event.data for event in told] == [
        {"reason": "Timetable changed", "by": "system", "late": False}
    ] * 2
    planned = Appointment.objects.filter(state=AppointmentState.PLANNED)
    assert planned.count() == 2
    uma = world.student("Uma")
    single = world.community.formats.first()
    assert world.book(talia, uma, TEN + 2 * WEEK, format=single).state == BookingState.CONFIRMED
    with pytest.raises(NotOpen, match="Nothing of this series is left to end"):
        end_series(series, by=TESTER, now=later)


def test_one_week_cancelled_or_missed_leaves_the_others(world, talia, sam):
    series = series_of(world, talia, sam)
    second = series.bookings.order_by("pk")[1]
    cancel(second, by=TESTER, now=MONDAY)
    first = series.bookings.order_by("pk")[0]
    Booking.objects.filter(pk=first.pk).update(state=BookingState.NO_SHOW)
    states = list(series.bookings.order_by("pk").values_list("state", flat=True))
    assert states == ["no_show", "cancelled", "confirmed", "confirmed"]


def test_a_weekly_request_asks_for_every_week(db):
    world = make_weekly_world(auto_confirm=False)
    series = series_of(world, world.provider(), world.student())
    assert set(series.bookings.values_list("state", flat=True)) == {"requested"}
    assert {row.expires_at for row in series.bookings.all()} >= {TEN}


def test_a_weekly_group_is_joined_week_by_week(db):
    world = make_weekly_world(capacity=3)
    talia = world.provider()
    series_of(world, talia, world.student("Uma"), weeks=3)
    series = series_of(world, talia, world.student("Sam"), weeks=4)
    assert Appointment.objects.count() == 4
    assert list(series.bookings.order_by("pk").values_list("seat", flat=True)) == [2, 2, 2, 1]


def test_sixteen_weeks_take_no_more_queries_than_two(db, django_assert_max_num_queries):
    world = make_weekly_world(most_weeks=16)
    talia, sam = world.provider(), world.student()
    order = Order(world.question(provider=talia, student=sam, location=world.location), TEN, "long")
    with django_assert_max_num_queries(60) as asked:
        book_series(order, weeks=16, by=TESTER, now=MONDAY)
    long = len(asked)
    short = world.order(talia, sam, TEN + timedelta(hours=2), "short", location=world.location)
    with django_assert_max_num_queries(60) as asked:
        book_series(short, weeks=2, by=TESTER, now=MONDAY)
    assert len(asked) == long


def test_group_of_sixteen_weeks_is_joined_in_no_more_queries_than_one_of_two(
    db, django_assert_max_num_queries
):
    world = make_weekly_world(most_weeks=16, capacity=3)
    talia, uma, sam = world.provider(), world.student("Uma"), world.student("Sam")
    counts = []
    for weeks, start in ((16, TEN), (2, TEN + timedelta(hours=2))):
        series_of(world, talia, uma, start=start, weeks=weeks, key=f"{weeks} of Uma")
        order = world.order(talia, sam, start, f"{weeks} of Sam", location=world.location)
        with django_assert_max_num_queries(70) as asked:
            book_series(order, weeks=weeks, by=TESTER, now=MONDAY)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert Appointment.objects.count() == 18
    assert Booking.objects.filter(student=sam, seat=2).count() == 18


def test_ones_own_hold_does_not_stand_in_the_way_of_a_series(world, talia, sam):
    order = world.order(talia, sam, TEN, "held", location=world.location)
    until = MONDAY + timedelta(hours=1)
    hold = hold_time(order, until=until, purpose=HoldPurpose.PROPOSED, by=TESTER, now=MONDAY)
    assert series_of(world, talia, sam).bookings.count() == 4
    hold.refresh_from_db()
    assert hold.state == HoldState.USED


def test_who_booked_a_series_waits_no_more(world, talia, sam):
    times = {"created_at": MONDAY, "changed_at": MONDAY, "kinds": []}
    second, far = ((TEN + n * WEEK).date() for n in (1, 9))
    wished = {
        "community": world.community,
        "student": sam,
        "service": world.service,
        "format": world.format,
        "rows": [[[0], 0, 1440]],
    }
    entries = [
        WaitlistEntry.objects.create(first=day, last=day, **wished, **times)
        for day in (second, far)
    ]
    series_of(world, talia, sam)
    for entry in entries:
        entry.refresh_from_db()
    assert [entry.state for entry in entries] == [WaitlistState.BOOKED, WaitlistState.WAITING]


def actor(person):
    return Actor(person.pk, person.email)


def move_second_week(world, series, provider):
    """The second week goes to another provider, as an administrator may arrange."""
    second = series.bookings.order_by("appointment__start")[1]
    Appointment.objects.filter(pk=second.appointment_id).update(provider=provider)
    Commitment.objects.filter(appointment=second.appointment_id, part="provider").update(
        person=provider.user
    )
    return second


def test_whoever_gives_a_moved_week_is_locked_too(world, talia, sam, monkeypatch):
    series, omar = series_of(world, talia, sam), world.provider("Omar")
    move_second_week(world, series, omar)
    locked = []

    def lock(ids):
        locked.append(set(ids))
        lock_people(ids)

    monkeypatch.setattr(series_actions, "lock_people", lock)
    end_series(series, by=TESTER, now=MONDAY)
    assert locked == [{sam.pk, talia.user_id, omar.user_id}]


def test_a_week_moved_at_this_very_moment_ends_nothing(world, talia, sam, monkeypatch):
    series, omar = series_of(world, talia, sam), world.provider("Omar")

    def lock(ids):
        move_second_week(world, series, omar)
        lock_people(ids)

    monkeypatch.setattr(series_actions, "lock_people", lock)
    with pytest.raises(NotOpen, match="was moved meanwhile"):
        end_series(series, by=TESTER, now=MONDAY)
    assert set(series.bookings.values_list("state", flat=True)) == {"confirmed"}


def test_a_provider_ends_only_the_weeks_that_are_still_theirs(world, talia, sam):
    series = series_of(world, talia, sam)
    moved = move_second_week(world, series, world.provider("Omar"))
    ended = end_series(series, by=actor(talia.user), now=MONDAY)
    assert len(ended) == 3
    moved.refresh_from_db()
    assert moved.state == BookingState.CONFIRMED


def test_a_late_week_of_an_ended_series_counts_as_an_absence(world, talia, sam):
    rule = {"late_cancel_hours": 24, "late_cancels_count": True, "absence_limit": 1}
    texts = {"absence_texts": ["Please tell us earlier."]}
    world.community = change_settings(world.community, rule | texts, by=TESTER)
    world.service.community = world.community
    series = series_of(world, talia, sam)
    end_series(series, by=actor(sam), now=MONDAY)
    told = BookingEvent.objects.filter(kind="cancelled").order_by("booking__appointment__start")
    assert [event.data["late"] for event in told] == [True, False, False, False]
    assert told[0].data["occurrence"] == 1
    assert told[0].data["text"] == "Please tell us earlier."
    assert len({event.batch for event in told}) == 1
    assert pause_at(Standing(sam, world.community), MONDAY) is not None


def test_ending_a_series_lets_the_waitlist_be_looked_at(world, talia, sam, monkeypatch):
    announced = []
    monkeypatch.setattr(series_actions, "announce", announced.append)
    end_series(series_of(world, talia, sam), by=TESTER, now=MONDAY)
    assert announced == [world.community.pk]


def test_a_series_that_runs_out_is_told_of_in_one_batch(db):
    world = make_weekly_world(auto_confirm=False)
    talia, sam = world.provider(), world.student()
    series = series_of(world, talia, sam)
    expire_requests(now=TEN + 8 * WEEK)
    assert set(series.bookings.values_list("state", flat=True)) == {"expired"}
    told = BookingEvent.objects.filter(kind="expired")
    assert (told.count(), len({event.batch for event in told})) == (4, 1)
