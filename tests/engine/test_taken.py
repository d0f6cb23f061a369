"""Taken time: commitments with their buffers, outside calendars, rooms that are full."""

from datetime import UTC, datetime, timedelta

import pytest

from visavis.engine.taken import (
    Taken,
    TakenMasks,
    covering_epochs,
    full_from_epochs,
    full_mask,
    masks_from_epochs,
    taken_masks,
    used_ticks,
)
from visavis.engine.window import Window

NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)
WINDOW = Window(NINE, 12)
QUARTER = timedelta(minutes=15)


def at(minute, second=0):
    return NINE + timedelta(minutes=minute, seconds=second)


def test_commitment_is_taken_raw_and_widened_by_its_own_buffers():
    masks = taken_masks(WINDOW, [Taken(at(20), at(30), timedelta(minutes=5), QUARTER)])
    assert masks == TakenMasks(raw=0b110000, widened=0b111111000, elsewhere=0)


def test_buffers_of_one_commitment_do_not_widen_another():
    masks = taken_masks(WINDOW, [Taken(at(0), at(5), after=QUARTER), Taken(at(40), at(45))])
    assert masks == TakenMasks(raw=0b1_0000_0001, widened=0b1_0000_1111)


def test_outside_calendar_takes_whole_ticks_and_counts_as_widened_only():
    masks = taken_masks(WINDOW, [], outside=[(at(7), at(10, 1))])
    assert masks == TakenMasks(raw=0, widened=0b110, elsewhere=0b110)
    assert masks.here == TakenMasks()


def test_elsewhere_are_the_ticks_that_only_other_communities_and_calendars_take():
    masks = taken_masks(
        WINDOW, [Taken(at(0), at(10)), Taken(at(5), at(20), elsewhere=True)], [(at(15), at(20))]
    )
    assert masks == TakenMasks(raw=0b1111, widened=0b1111, elsewhere=0b1100)
    assert masks.here == TakenMasks(raw=0b0011, widened=0b0011)


def test_outside_calendar_can_be_added_later_to_the_same_effect():
    commitments = [Taken(at(0), at(10), after=QUARTER), Taken(at(5), at(20), elsewhere=True)]
    outside = [(at(12), at(32))]
    later = taken_masks(WINDOW, [], outside).widened
    assert taken_masks(WINDOW, commitments).and_outside(later) == taken_masks(
        WINDOW, commitments, outside
    )


def test_commitments_are_clipped_to_the_window_after_they_were_widened():
    masks = taken_masks(
        WINDOW,
        [Taken(at(-20), at(-10), after=QUARTER), Taken(at(65), at(90), before=QUARTER)],
    )
    assert masks == TakenMasks(raw=0, widened=0b1100_0000_0001)


def test_masks_from_epochs_are_those_of_the_same_commitments():
    epoch = int(NINE.timestamp())
    rows = [(epoch, epoch + 600, 0, 15, False), (epoch + 2700, epoch + 3000, 5, 0, True)]
    outside = [(epoch + 1800, epoch + 1801)]
    assert masks_from_epochs(WINDOW, rows, outside) == taken_masks(
        WINDOW,
        [
            Taken(at(0), at(10), after=QUARTER),
            Taken(at(45), at(50), timedelta(minutes=5), elsewhere=True),
        ],
        [(at(30), at(30, 1))],
    )


def test_person_without_buffers_keeps_one_mask_for_both():
    masks = taken_masks(WINDOW, [Taken(at(0), at(10))])
    assert masks.raw is masks.widened


@pytest.mark.parametrize(
    ("capacity", "expected"),
    [(0, 0xFFF), (1, 0b1111), (2, 0b0110), (3, 0b0010), (4, 0)],
)
def test_place_is_full_where_as_many_meet_as_it_holds(capacity, expected):
    held = [(at(0), at(10)), (at(5), at(15)), (at(5), at(20)), (at(-60), at(0)), (at(40), at(40))]
    # 09:00 one meets, 09:05 three, 09:10 two, 09:15 one.
    assert full_mask(WINDOW, capacity, held) == expected
    epochs = [(int(start.timestamp()), int(end.timestamp())) for start, end in held]
    assert full_from_epochs(WINDOW, capacity, epochs) == expected


def test_meeting_in_two_periods_is_used_in_each_with_its_own_part():
    held = [(at(-30), at(-20)), (at(20), at(50))]
    assert used_ticks(WINDOW, [(-12, 6), (6, 12)], held) == (4, 4)


@pytest.mark.parametrize(
    "times", [(0, 1), (299, 301), (-900, 60), (3000, 9000), (900, 900)], ids=str
)
def test_covered_epochs_are_those_of_a_commitment(times):
    start, end = (int(NINE.timestamp()) + second for second in times)
    rows = [(start, end, 0, 0, False)]
    assert covering_epochs(WINDOW)(start, end) == masks_from_epochs(WINDOW, rows).raw


class TestBuffersOfAllCommitments:
    """What every commitment keeps free at the least, so that a search need not look again."""

    def test_are_the_smallest_to_each_side(self):
        taken = [
            Taken(at(0), at(5), timedelta(minutes=10), timedelta(minutes=20)),
            Taken(at(30), at(35), timedelta(minutes=15), timedelta(minutes=5)),
        ]
        assert taken_masks(WINDOW, taken).buffers == (2, 1)

    def test_are_none_where_one_commitment_has_none(self):
        taken = [Taken(at(0), at(5), QUARTER, QUARTER), Taken(at(30), at(35))]
        assert taken_masks(WINDOW, taken).buffers == (0, 0)

    def test_are_whole_ticks_rounded_down(self):
        odd = timedelta(minutes=14)
        assert taken_masks(WINDOW, [Taken(at(20), at(25), odd, odd)]).buffers == (2, 2)

    def test_stay_when_some_commitments_are_left_out(self):
        taken = [
            Taken(at(0), at(5), QUARTER, QUARTER),
            Taken(at(30), at(35), QUARTER, QUARTER, elsewhere=True),
        ]
        masks = taken_masks(WINDOW, taken)
        assert masks.here.buffers == masks.settled.buffers == (3, 3)
