"""Many act on one booking at once: one of them does, and exactly that is told."""

from collections import Counter
from datetime import timedelta

import pytest

from tests.factories.world import MONDAY

pytestmark = [pytest.mark.race, pytest.mark.xdist_group("races")]
TEN = MONDAY + timedelta(hours=2)
HOUR = timedelta(hours=1)


@pytest.fixture
def booked(arena):
    """A scene with one booking at ten with the first of two providers."""

    def book(**wishes):
        scene = arena.stage(formats=[(30, 1)], providers=2, students=1, **wishes)
        wish = {
            "community": scene["community"],
            "service": scene["service"],
            "format": scene["formats"][0],
            "provider": scene["providers"][0],
            "student": scene["students"][0],
            "start": TEN.isoformat(),
            "key": "one wish",
        }
        # One wish for each process; one key is one booking.
        return scene, arena.race([wish] * 8)[0]

    return book


def moves(scene, made, *starts):
    """Moves to these starts, taking turns between the two providers."""
    return [
        {
            "act": "move",
            "booking": made["booking"],
            "provider": scene["providers"][number % 2],
            "start": start.isoformat(),
            "seen": made["appointment"],
        }
        for number, start in enumerate(starts)
    ]


def done(results):
    return Counter(result["act"] for result in results if "refused" not in result)


def test_request_that_is_accepted_and_cancelled_at_once_tells_what_happened(arena, booked):
    _scene, made = booked(auto_confirm=False)
    acts = [{"act": act, "booking": made["booking"]} for act in ("accept", "cancel") * 16]
    results = done(arena.race(acts))
    # Cancelling wins in the end; accepting may have come before it, once.
    assert results["cancel"] == 1
    assert results["accept"] <= 1
    told = arena.told()
    expected = {"requested": 1, "cancelled": 1} | ({"confirmed": 1} if results["accept"] else {})
    assert (told["events"], told["history"]) == (expected, expected)
    assert (told["taken"], told["planned"]) == ([], 0)


def test_booking_that_is_cancelled_and_moved_at_once_is_never_both_nor_half(arena, booked):
    scene, made = booked()
    acts = moves(scene, made, *[TEN + HOUR] * 16)
    acts += [{"act": "cancel", "booking": made["booking"]} for _ in range(16)]
    results = done(arena.race(acts))
    told = arena.told()
    assert told["events"] == told["history"]
    assert told["events"].get("moved", 0) <= 1
    assert told["events"].get("cancelled", 0) == (results["cancel"] and 1)
    if results["cancel"]:
        assert (told["taken"], told["planned"]) == ([], 0)
    else:
        moved = (TEN + HOUR).isoformat()
        assert told["taken"] == [f"provider {moved}", f"student {moved}"]


def test_two_dozen_moves_of_one_booking_are_one(arena, booked):
    scene, made = booked()
    starts = [TEN + HOUR, TEN + 2 * HOUR, TEN + 3 * HOUR] * 8
    arena.race(moves(scene, made, *starts))
    told = arena.told()
    assert (told["events"], told["history"]) == (
        {"confirmed": 1, "moved": 1},
        {"confirmed": 1, "moved": 1},
    )
    parts = [line.split()[0] for line in told["taken"]]
    assert (parts, told["planned"]) == (["provider", "student"], 1)
    assert len({line.split()[1] for line in told["taken"]}) == 1


def test_absence_that_is_noted_thirty_two_times_counts_once(arena, booked):
    _scene, made = booked()
    acts = [
        {"act": "miss", "booking": made["booking"], "now": (TEN + HOUR).isoformat()}
        for _ in range(32)
    ]
    arena.race(acts)
    told = arena.told()
    assert told["events"] == told["history"] == {"confirmed": 1, "no_show": 1}
