"""What is kept between questions: as true as rows, after every change and at every instant."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories.world import MONDAY, TESTER, make_user, make_world
from visavis.availability.actions import (
    add_dated_change,
    add_weekly_block,
    change_weekly_block,
    remove_weekly_block,
)
from visavis.availability.closures import add_closure, remove_closure
from visavis.availability.enums import ChangeKind
from visavis.availability.locations import add_location
from visavis.availability.models import Closure, Location
from visavis.bookings import kept
from visavis.bookings.actions import accept, cancel, decline, expire_requests
from visavis.bookings.models import Booking
from visavis.bookings.openings import ask, next_starts
from visavis.bookings.versions import read_people
from visavis.catalogue.actions import add_format, certify, set_owner, uncertify
from visavis.catalogue.models import AppointmentFormat, Service
from visavis.communities.actions import change_settings
from visavis.communities.models import Community
from visavis.imports.actions import apply_import, plan_import, undo_import
from visavis.imports.models import Import
from visavis.people.actions import add_provider, retire_provider, touch_time
from visavis.people.profile import change_profile

pytestmark = pytest.mark.django_db(transaction=True)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NINE, TEN = MONDAY + HOUR, MONDAY + 2 * HOUR
TUESDAY = date(2027, 2, 16)


@pytest.fixture(autouse=True)
def nothing_kept():
    """Ids come again in a database that was emptied: every test begins with an empty memory."""
    kept.forget()
    yield
    kept.forget()


@pytest.fixture
def world():
    world = make_world()
    world.talia, world.omar = world.provider(), world.provider("Omar")
    return world


def fresh(world, **changes):
    """The question with rows as they are now, as every request reads them."""
    world.community = Community.objects.get(pk=world.community.pk)
    service = Service.objects.select_related("community").get(pk=world.service.pk)
    format_ = AppointmentFormat.objects.get(pk=world.format.pk)
    return replace(
        world.question(service=service, format=format_, days=14), **{"student": None, **changes}
    )


def told(openings):
    """The whole answer: each start with who is free, at which places, and how many seats."""
    return [
        (
            slot.start,
            [provider.pk for provider in slot.providers],
            [[place.pk for place in openings.places(p, slot.start)] for p in slot.providers],
            slot.seats_left,
        )
        for slot in openings.slots()
    ]


def cold(question):
    """The answer from rows alone: inside a transaction nothing is kept."""
    with transaction.atomic():
        return told(ask(question))


def import_file(world, kind, text, mode="merge"):
    run = plan_import(
        world.community,
        kind=kind,
        mode=mode,
        file_name="x.csv",
        content=text.encode(),
        actor=TESTER,
    )
    assert run.state == "planned", run.refused_message
    return apply_import(run, actor=TESTER, now=MONDAY, confirmed=True)


def with_priya_by_pattern(world):
    import_file(world, "providers", "Email,First Name,Courses\npriya@uni.test,Priya,*\n")
    import_file(world, "availability", "Email,Day,Start,End\npriya@uni.test,Mon,9:00,10:00\n")


def with_priya_uncertified(world):
    world.priya = world.provider("Priya")
    uncertify(world.priya.certifications.get(), by=TESTER)


def with_a_booking(world):
    world.book(world.talia, world.student(), TEN)


def with_a_room_for_one(world):
    Location.objects.update(capacity=1)


def with_a_closure(world):
    add_closure(world.community, first=TUESDAY, last=TUESDAY, by=TESTER)


def with_saturday_imported(world):
    import_file(world, "availability", "Email,Day,Start,End\ntalia@uni.test,Sat,10:00,11:00\n")


def nothing(world):
    """What the world is already."""


def setting(**values):
    return lambda world: change_settings(world.community, values, by=TESTER)


def dated(kind, day, **values):
    return lambda world: add_dated_change(
        world.talia, kind=kind, first=day, last=day, by=TESTER, **values
    )


def weekly(**values):
    return lambda world: add_weekly_block(world.talia, by=TESTER, **values)


TEN_TO_ELEVEN = {"start_minute": 600, "end_minute": 660}
# What is there before, and what happens then.
CHANGES = {
    "a booking": (nothing, with_a_booking),
    "a booking of somebody else in the only room": (
        with_a_room_for_one,
        lambda world: world.book(world.omar, world.student(), NINE),
    ),
    "a mentor met as a student": (
        nothing,
        lambda world: world.book(world.talia, world.omar.user, TEN),
    ),
    "a cancellation": (
        with_a_booking,
        lambda _: cancel(Booking.objects.get(), by=TESTER, now=MONDAY),
    ),
    "new weekly hours": (nothing, weekly(weekday=5, **TEN_TO_ELEVEN)),
    "changed weekly hours": (
        nothing,
        lambda world: change_weekly_block(
            world.talia.weekly_blocks.first(), weekday=0, by=TESTER, **TEN_TO_ELEVEN
        ),
    ),
    "removed weekly hours": (
        nothing,
        lambda world: remove_weekly_block(world.talia.weekly_blocks.first(), by=TESTER),
    ),
    "an absence": (nothing, dated(ChangeKind.AWAY, TUESDAY)),
    "extra hours": (nothing, dated(ChangeKind.EXTRA, date(2027, 2, 20), **TEN_TO_ELEVEN)),
    "a closure": (nothing, with_a_closure),
    "a closure taken back": (
        with_a_closure,
        lambda _: remove_closure(Closure.objects.get(), by=TESTER),
    ),
    "a buffer": (with_a_booking, setting(buffer_after_minutes=60)),
    "a cap": (with_a_booking, setting(provider_weekly_cap_minutes=30)),
    "other minutes": (nothing, setting(allowed_minutes=[15])),
    "another zone": (nothing, setting(timezone="Asia/Kolkata")),
    "another place": (
        nothing,
        lambda world: add_location(
            world.community, by=TESTER, name="Room 2", hours=[[1, 600, 720]]
        ),
    ),
    "a person more": (nothing, lambda world: world.provider("Priya")),
    "a certification": (
        with_priya_uncertified,
        lambda world: certify(world.priya, world.service.code, by=TESTER),
    ),
    "a certification taken back": (
        nothing,
        lambda world: uncertify(world.omar.certifications.get(), by=TESTER),
    ),
    "somebody who retires": (
        nothing,
        lambda world: retire_provider(world.omar, by=TESTER, now=MONDAY),
    ),
    "an owner who keeps patterns out": (
        with_priya_by_pattern,
        lambda world: set_owner(world.service, world.talia, by=TESTER),
    ),
    "people who left the file": (
        with_priya_by_pattern,
        lambda world: import_file(world, "providers", "Email,Courses\nsue@uni.test,*\n", "replace"),
    ),
    "a name": (
        nothing,
        lambda world: change_profile(world.omar.user, last_name="Zed"),
    ),
    "an import of places": (
        nothing,
        lambda world: import_file(world, "locations", "Name,Hours\nRoom 9,Mon 10:00-12:00\n"),
    ),
    "an import of hours": (nothing, with_saturday_imported),
    "an import taken back": (
        with_saturday_imported,
        lambda _: undo_import(Import.objects.get(), actor=TESTER, now=MONDAY),
    ),
}


def size(table):
    return len(table.hours) + len(table.taken) + table.starts


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_kept_follows_every_change(world, change):
    prepare, happen = CHANGES[change]
    prepare(world)
    for _ in range(2):  # the second question keeps the versions of whoever may give it
        before = told(ask(fresh(world)))
    happen(world)
    after = told(ask(fresh(world)))
    assert after == cold(fresh(world))
    assert after != before, "the change was to be seen"


def test_warm_search_asks_the_database_once(world):
    question = fresh(world)
    for _ in range(2):  # who may give it is asked once, under everybody's versions
        ask(question)
    with CaptureQueriesContext(connection) as queries:
        starts = ask(question).starts
    assert (len(queries), len(starts)) == (1, 10 * 16)


def test_what_changes_for_others_costs_one_query_once(world):
    other = add_provider(make_user("other@uni.test"), world.community, by=TESTER)
    question = fresh(world)
    for _ in range(2):
        before = ask(question).starts
    touch_time(other.user_id)
    asked = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert ask(question).starts == before
        asked.append(len(queries))
    assert asked == [2, 1]


def test_stamps_are_kept_up_to_a_bound(world, monkeypatch):
    monkeypatch.setattr(kept, "STAMPS", 1)
    own = Service.objects.create(community=world.community, subject="With Talia")
    certify(world.talia, "With Talia", by=TESTER)
    question = fresh(world)
    for service in (world.service, own, world.service):
        for _ in range(2):
            ask(replace(question, service=service))
        assert len(kept._stamps) == 1


def test_a_first_question_reads_people_and_no_sums(world):
    question = fresh(world)
    with CaptureQueriesContext(connection) as queries:
        ask(question)
    assert not [query for query in queries if "SUM(" in query["sql"]]
    assert len(queries) == 7


def test_over_two_sheets_each_row_is_read_once(world):
    fresh(world)
    change_settings(world.community, {"weeks_ahead": 8}, by=TESTER)
    question = replace(fresh(world), days=45)
    with CaptureQueriesContext(connection) as queries:
        found = ask(question)
    assert len(kept._tables) == 2
    assert len(queries) == 9  # places and closures stand on each sheet
    assert told(found) == told(ask(question)) == cold(question)


def test_at_midnight_of_a_monday_everything_is_laid_out_anew(world):
    question = fresh(world)
    zone, monday = world.community.zone, question.first + timedelta(weeks=1)
    midnight = datetime.combine(monday, time.min, zone)
    for now in (midnight - timedelta(minutes=5), midnight):
        asked = replace(question, first=monday, now=now)
        assert told(ask(asked)) == cold(asked)
        ask(asked)
        assert {key.present for key in kept._tables} == {now.date() - now.weekday() * DAY}


def test_next_times_of_all_services_ask_the_database_once(world):
    own = Service.objects.create(community=world.community, subject="With Talia")
    certify(world.talia, "With Talia", by=TESTER)
    fresh(world)
    wish = {
        "services": [world.service, own],
        "format_": world.format,
        "student": None,
        "now": MONDAY,
    }
    first = next_starts(world.community, **wish)
    with CaptureQueriesContext(connection) as queries:
        again = next_starts(world.community, **wish)
    assert (len(queries), again) == (1, first)
    world.book(world.talia, world.student(), NINE)
    assert next_starts(world.community, **wish) == {
        world.service.pk: NINE,
        own.pk: NINE + HOUR / 2,
    }


def test_after_a_booking_only_those_rows_are_made_anew(world):
    question = fresh(world)
    ask(question)
    (table,) = {id(t): t for t in kept._tables.values()}.values()
    before = {key: known.row for rows in table.rows.values() for key, known in rows.items()}
    world.book(world.talia, world.student(), TEN)
    ask(question)
    after = {key: known.row for rows in table.rows.values() for key, known in rows.items()}
    anew = {key[0] for key in after if after[key] is not before.get(key)}
    assert anew == {world.talia.pk}


class TestRequests:
    """A request holds its time until it runs out, whether or not anybody wrote meanwhile."""

    @pytest.fixture
    def request_(self, world):
        world.format.auto_confirm = False
        world.format.save()
        change_settings(world.community, {"request_expires_hours": 1}, by=TESTER)
        fresh(world)
        return world.book(world.talia, world.student(), TEN)

    def test_expired_request_is_free_at_once(self, world, request_):
        question = fresh(world, provider=world.talia)
        assert TEN not in ask(question).starts
        expiry = request_.expires_at
        assert TEN in ask(replace(question, now=expiry)).starts
        assert TEN not in ask(question).starts, "an earlier instant is asked again"
        assert TEN in ask(replace(question, now=expiry + HOUR / 60)).starts

    @pytest.mark.parametrize(
        ("answer", "is_free"), [(accept, False), (decline, True), (cancel, True)]
    )
    def test_answer_is_seen(self, world, request_, answer, is_free):
        question = fresh(world, provider=world.talia)
        ask(question)
        answer(request_, by=TESTER, now=MONDAY)
        assert (TEN in ask(question).starts) == is_free

    def test_tidying_changes_nothing(self, world, request_):
        later = fresh(world, now=request_.expires_at)
        before = told(ask(later))
        expire_requests(now=request_.expires_at)
        assert told(ask(later)) == before


def test_group_meeting_with_a_seat_left_is_joined(world):
    world.format = add_format(world.community, by=TESTER, name="Group", minutes=30, capacity=2)
    question = fresh(world, provider=world.talia)
    assert ask(question).slot(TEN).seats_left == 2
    world.book(world.talia, world.student(), TEN)
    assert ask(question).slot(TEN).seats_left == 1
    world.book(world.talia, world.student("Kim"), TEN)
    assert ask(question).slot(TEN) is None
    assert told(ask(question)) == cold(question)


def test_mentor_who_asks_is_not_offered_to_themselves(world):
    ask(fresh(world))
    question = fresh(world, student=world.talia.user)
    assert ask(question).free(TEN) == [world.omar]
    assert told(ask(question)) == cold(question)
    assert ask(fresh(world)).free(TEN) == [world.omar, world.talia]


class TestManyAtOnce:
    """So many are read that they are named by a query: nobody may be lost between two reads."""

    @pytest.fixture(autouse=True)
    def many(self, monkeypatch):
        monkeypatch.setattr("visavis.bookings.upkeep.LISTED", 1)

    def test_they_are_read_like_few(self, world):
        assert told(ask(fresh(world))) == cold(fresh(world))

    def test_somebody_shut_out_between_two_reads_keeps_their_hours_elsewhere(
        self, world, monkeypatch
    ):
        other = Service.objects.create(community=world.community, subject="Writing")
        certify(world.omar, "*", by=TESTER)
        certify(world.talia, "Writing", by=TESTER)

        def read_and_shut_out(providers):
            people = read_people(providers)
            set_owner(Service.objects.get(pk=other.pk), world.talia, by=TESTER)
            return people

        monkeypatch.setattr("visavis.bookings.inquiry.read_people", read_and_shut_out)
        ask(fresh(world, service=Service.objects.select_related("community").get(pk=other.pk)))
        monkeypatch.undo()
        assert told(ask(fresh(world))) == cold(fresh(world))


def test_room_stays_full_although_somebodys_meetings_went_with_them(world):
    with_a_room_for_one(world)
    with_priya_by_pattern(world)
    ask(fresh(world))
    undo_import(Import.objects.get(kind="availability"), actor=TESTER, now=MONDAY)
    undo_import(Import.objects.get(kind="providers"), actor=TESTER, now=MONDAY)
    world.book(world.omar, world.student(), NINE)
    assert told(ask(fresh(world))) == cold(fresh(world))


class TestWhereNothingIsKept:
    def test_uncommitted_rows_are_not_remembered(self, world):
        question = fresh(world)
        before = told(ask(question))
        with transaction.atomic():
            world.book(world.talia, world.student(), TEN)
            assert told(ask(question)) != before
            transaction.set_rollback(True)
        assert told(ask(question)) == before

    def test_settings_of_an_older_row_are_not_remembered(self, world):
        old = fresh(world)
        change_settings(world.community, {"buffer_after_minutes": 60}, by=TESTER)
        world.book(world.talia, world.student(), TEN)
        ask(old)
        assert told(ask(fresh(world))) == cold(fresh(world))

    def test_tables_are_let_go_down_to_the_bound(self, world, monkeypatch):
        fresh(world)
        change_settings(world.community, {"weeks_ahead": 52}, by=TESTER)
        question = fresh(world)
        for sheet in range(10):
            ask(replace(question, first=question.first + timedelta(weeks=5 * sheet)))
        assert len(kept._tables) == 10
        monkeypatch.setattr(kept, "BOUND", 20)
        kept.tidy()
        assert 0 < sum(map(size, kept._tables.values())) <= 20

    def test_one_table_alone_keeps_no_more_starts_than_the_bound(self, world, monkeypatch):
        monkeypatch.setattr(kept, "BOUND", 20)
        for number in range(20):
            ask(fresh(world, provider=world.provider(f"Mentor{number}")))
        (table,) = kept._tables.values()
        people = len(table.hours) + len(table.taken)
        assert people == 40  # as many as there are, whatever is asked
        assert 0 < size(table) - people <= 20
