"""Instants and ticks."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from visavis.engine.window import OffGrid, Window

NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)
HOUR = Window(NINE, 12)


def at(hour, minute, second=0):
    return datetime(2027, 3, 1, hour, minute, second, tzinfo=UTC)


def test_window_around_instants_is_aligned_outwards():
    assert Window.around(at(9, 2), at(9, 58, 1)) == HOUR


def test_window_around_instants_on_ticks_is_not_widened():
    assert Window.around(at(9, 0), at(10, 0)) == HOUR


def test_window_keeps_its_start_in_utc():
    plus_two = timezone(timedelta(hours=2))
    window = Window(datetime(2027, 3, 1, 11, tzinfo=plus_two), 12)
    assert (window, window.start.tzinfo) == (HOUR, UTC)


def test_window_ends_after_its_last_tick():
    assert HOUR.end == at(10, 0)


@pytest.mark.parametrize("tick", [-3, 0, 5, 12, 100])
def test_instant_of_a_tick_has_that_tick_inside_the_window_and_outside(tick):
    assert HOUR.tick(HOUR.instant(tick)) == tick


def test_instant_between_two_ticks_has_no_tick():
    with pytest.raises(OffGrid, match="2027-03-01T09:02:00"):
        HOUR.tick(at(9, 2))


@pytest.mark.parametrize(
    ("start", "end", "covering", "within"),
    [
        (at(9, 0), at(9, 10), 0b11, 0b11),
        (at(9, 2), at(9, 12), 0b111, 0b10),
        (at(9, 2), at(9, 3), 0b1, 0),
        (at(9, 2), at(9, 2), 0, 0),
        (at(9, 10), at(9, 0), 0, 0),
        (at(8, 0), at(9, 4, 59), 0b1, 0),
        (at(9, 55), at(23, 0), 1 << 11, 1 << 11),
        (at(7, 0), at(8, 0), 0, 0),
        (at(10, 0), at(11, 0), 0, 0),
    ],
)
def test_ranges_are_rounded_and_clipped_to_the_window(start, end, covering, within):
    assert (HOUR.covering(start, end), HOUR.within(start, end)) == (covering, within)


def test_window_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="names no time zone"):
        Window(datetime(2027, 3, 1, 9), 12)  # noqa: DTZ001


def test_window_that_starts_between_two_ticks_is_refused():
    with pytest.raises(OffGrid):
        Window(at(9, 1), 12)


def test_window_of_negative_length_is_refused():
    with pytest.raises(ValueError, match="-1 ticks"):
        Window(NINE, -1)


class TestPartsOfAWindow:
    """What is worked out over a long window, and cut, is what a part would have given."""

    DAY = Window(datetime(2027, 3, 1, tzinfo=UTC), 288)

    def test_a_part_has_the_ticks_that_lie_in_it(self):
        touched = (at(8, 50), at(9, 25))
        assert self.DAY.cut(HOUR)(self.DAY.covering(*touched)) == HOUR.covering(*touched)

    def test_the_whole_is_a_part_of_itself(self):
        assert self.DAY.cut(self.DAY)(0b1011) == 0b1011

    @pytest.mark.parametrize("minutes", [-10 * 60, 15 * 60 + 5], ids=["before", "after"])
    def test_a_part_that_reaches_out_is_refused(self, minutes):
        with pytest.raises(ValueError, match="does not lie in"):
            self.DAY.cut(Window(HOUR.start + timedelta(minutes=minutes), 12))

    def test_some_windows_are_held_by_the_smallest_that_holds_them(self):
        later = Window(at(11, 0), 6)
        assert Window.holding([later, HOUR]) == Window(HOUR.start, 30)

    def test_a_window_alone_is_held_by_itself(self):
        assert Window.holding([HOUR]) is HOUR
