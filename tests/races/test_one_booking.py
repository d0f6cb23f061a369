"""Many act on one booking at once: one of them does, and exactly that is told."""

from collections import Counter
from datetime import timedelta

import pytest

from tests.factories.world import MONDAY

pytestmark = pytest.mark.race
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


def test_administrators_who_move_one_booking_to_two_nights_at_once_move_it_once(arena, booked):
    scene, made = booked()
    nights = [TEN + 12 * HOUR, TEN + 13 * HOUR] * 12
    acts = [act | {"anyway": "They work by day."} for act in moves(scene, made, *nights)]
    assert done(arena.race(acts))["move"] >= 1
    told = arena.told()
    assert told["events"] == told["history"] == {"confirmed": 1, "moved": 1}
    assert (len(told["taken"]), told["planned"]) == (2, 1)


def test_absence_that_is_noted_thirty_two_times_counts_once(arena, booked):
    _scene, made = booked()
    acts = [
        {"act": "miss", "booking": made["booking"], "now": (TEN + HOUR).isoformat()}
        for _ in range(32)
    ]
    arena.race(acts)
    told = arena.told()
    assert told["events"] == told["history"] == {"confirmed": 1, "no_show": 1}


def proposed(arena, made):
    arena.race([{"act": "propose", "booking": made["booking"]}] * 8)


def test_times_that_are_proposed_eight_times_at_once_are_held_once(arena, booked):
    _scene, made = booked()
    proposed(arena, made)
    assert arena.holds() == {"open": 2}
    told = arena.told()
    assert told["events"] == told["history"]
    assert told["events"]["confirmed"] == 1


def test_a_proposal_that_is_taken_and_turned_down_at_once_ends_once(arena, booked):
    _scene, made = booked()
    proposed(arena, made)
    acts = [{"act": act, "booking": made["booking"]} for act in ("take", "decline") * 12]
    arena.race(acts)
    told = arena.told()
    assert told["events"] == told["history"]
    ends = told["events"].get("moved", 0) + told["events"].get("cancelled", 0)
    assert ends == 1
    own = [line for line in told["taken"] if not line.startswith("hold")]
    moved = (TEN + HOUR).isoformat()
    wanted = [f"provider {moved}", f"student {moved}"] if told["events"].get("moved") else []
    assert own == wanted


def test_a_mentor_who_goes_sick_many_times_at_once_does_so_once(arena, booked):
    _scene, made = booked()
    acts = [{"act": "go_sick", "booking": made["booking"]} for _ in range(32)]
    assert done(arena.race(acts)) == {"go_sick": 1}


def test_a_mentor_goes_sick_or_the_meeting_moves_first_and_is_asked_about_again(arena, booked):
    scene, made = booked()
    own = {"provider": scene["providers"][0], "start": (TEN + HOUR).isoformat()}
    move = {"act": "move", "booking": made["booking"], "seen": made["appointment"], **own}
    acts = [move, {"act": "go_sick", "booking": made["booking"]}] * 12
    sick = done(arena.race(acts))["go_sick"]
    moved = arena.told()["events"].get("moved", 0)
    assert (sick, moved) in {(1, 0), (0, 1)}
