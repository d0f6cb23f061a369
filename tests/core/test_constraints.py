"""The guard itself: asked of each database, after migrations from nothing, past all our code."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories.world import MONDAY, make_user, make_world
from visavis.bookings.enums import ACTIVE, CommitmentPart, CommitmentStatus
from visavis.bookings.models import Commitment

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def guards_of(table):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT conname FROM pg_constraint WHERE contype = 'x' AND conrelid = %s::regclass",
                [table],
            )
        else:
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table]
            )
        return sorted(name for (name,) in cursor.fetchall())


def test_database_has_the_guard_after_all_migrations():
    expected = {
        "postgresql": ["commitment_no_overlap"],
        "sqlite": ["commitment_no_overlap_insert", "commitment_no_overlap_update"],
    }
    assert guards_of("bookings_commitment") == expected[connection.vendor]


@pytest.fixture
def commit():
    community, person = make_world().community, make_user("talia@uni.test")

    def make(start, end, status=CommitmentStatus.CONFIRMED, who=person):
        return Commitment.objects.create(
            person=who,
            community=community,
            part=CommitmentPart.PROVIDER,
            start=start,
            end=end,
            status=status,
        )

    return make


@pytest.mark.parametrize("status", ACTIVE)
def test_overlapping_row_is_refused_whatever_active_status(commit, status):
    commit(MONDAY, MONDAY + HOUR)
    with pytest.raises(IntegrityError, match="commitment_no_overlap"), transaction.atomic():
        commit(MONDAY + HOUR / 2, MONDAY + 2 * HOUR, status)
    assert Commitment.objects.count() == 1


@pytest.mark.parametrize("status", sorted(set(CommitmentStatus) - set(ACTIVE)))
def test_ended_rows_may_overlap(commit, status):
    commit(MONDAY, MONDAY + HOUR)
    commit(MONDAY, MONDAY + HOUR, status)


def test_rows_may_touch(commit):
    commit(MONDAY, MONDAY + HOUR)
    commit(MONDAY + HOUR, MONDAY + 2 * HOUR)
    commit(MONDAY - HOUR, MONDAY)


def test_other_person_has_time_of_their_own(commit):
    commit(MONDAY, MONDAY + HOUR)
    commit(MONDAY, MONDAY + HOUR, who=make_user("omar@uni.test"))


def test_cancelled_row_cannot_come_back_over_another(commit):
    cancelled = commit(MONDAY, MONDAY + HOUR, CommitmentStatus.CANCELLED)
    commit(MONDAY, MONDAY + HOUR)
    with pytest.raises(IntegrityError, match="commitment_no_overlap"), transaction.atomic():
        Commitment.objects.filter(pk=cancelled.pk).update(status=CommitmentStatus.CONFIRMED)


def test_row_cannot_be_moved_over_another(commit):
    commit(MONDAY, MONDAY + HOUR)
    later = commit(MONDAY + 2 * HOUR, MONDAY + 3 * HOUR)
    with pytest.raises(IntegrityError, match="commitment_no_overlap"), transaction.atomic():
        Commitment.objects.filter(pk=later.pk).update(start=MONDAY + HOUR / 2)


def test_rows_written_in_bulk_meet_the_guard_too(commit):
    row = commit(MONDAY, MONDAY + HOUR)
    row.pk = None
    with pytest.raises(IntegrityError, match="commitment_no_overlap"), transaction.atomic():
        Commitment.objects.bulk_create([row])
