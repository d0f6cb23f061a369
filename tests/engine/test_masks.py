"""The algebra of ticks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visavis.engine.masks import minutes_to_ticks, runs, span, ticks, touching

SMALL = settings(max_examples=200, deadline=None, print_blob=True)
MASKS = st.integers(0, 2**40)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [(0, 3, 0b111), (2, 4, 0b1100), (-5, 2, 0b11), (3, 3, 0), (4, 2, 0), (-5, -2, 0)],
)
def test_span_holds_the_ticks_from_first_to_last_and_none_below_zero(first, last, expected):
    assert span(first, last) == expected


@SMALL
@given(MASKS, st.integers(1, 12))
def test_runs_are_the_ticks_at_which_n_set_ticks_begin(mask, n):
    expected = [t for t in range(41) if all(mask >> (t + k) & 1 for k in range(n))]
    assert list(ticks(runs(mask, n))) == expected


@SMALL
@given(MASKS, st.integers(0, 12))
def test_touching_are_the_ticks_whose_n_ticks_hold_a_set_one(mask, n):
    expected = [t for t in range(41) if any(mask >> (t + k) & 1 for k in range(n))]
    assert list(ticks(touching(mask, n))) == expected


def test_runs_of_no_tick_are_refused():
    with pytest.raises(ValueError, match="at least one tick"):
        runs(0b1, 0)


def test_ticks_of_an_endless_mask_are_refused():
    with pytest.raises(ValueError, match="below zero"):
        list(ticks(-1))


@pytest.mark.parametrize(("minutes", "expected"), [(0, 0), (5, 1), (60, 12)])
def test_minutes_become_ticks(minutes, expected):
    assert minutes_to_ticks(minutes) == expected


def test_minutes_that_are_no_multiple_of_five_are_refused_with_a_sentence():
    with pytest.raises(ValueError, match=r"^12 minutes is not a multiple of 5 minutes\.$"):
        minutes_to_ticks(12)
