"""An import that cancels meetings, against those who book them at the same moment."""

from datetime import timedelta

import pytest

from tests.races.test_one_winner import TEN, wishes

pytestmark = pytest.mark.race
HALF_HOUR = timedelta(minutes=30)


@pytest.mark.parametrize("place", range(3))
def test_no_meeting_outlives_the_provider_whose_meetings_are_cancelled(arena, place):
    scene = arena.stage(formats=[(30, 1)], providers=4, source="csv")
    booked = wishes(scene, [(TEN + n * HALF_HOUR, 0) for n in range(8)])
    # Once first, once amid those who book, once last in its process.
    booked.insert(place * 12, {"community": scene["community"], "empties": "providers"})

    results = arena.race(booked)

    [done] = [result for result in results if "import" in result]
    assert (done["import"], done["removed"]) == ("applied", 4)
    assert "confirmed" not in arena.ended()
