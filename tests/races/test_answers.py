"""Many answer one request at once, or one proposal: one answer holds, and exactly that is told."""

from collections import Counter
from datetime import timedelta

import pytest

from tests.factories.world import MONDAY

pytestmark = [pytest.mark.race, pytest.mark.xdist_group("races")]
TEN = MONDAY + timedelta(hours=2)
TOMORROW = TEN + timedelta(days=1)


@pytest.fixture
def asked(arena):
    """A request for ten o'clock with the first provider."""
    scene = arena.stage(formats=[(30, 1)], providers=1, students=1, auto_confirm=False)
    wish = {
        "community": scene["community"],
        "service": scene["service"],
        "format": scene["formats"][0],
        "provider": scene["providers"][0],
        "student": scene["students"][0],
        "start": TEN.isoformat(),
        "key": "one wish",
    }
    return arena.race([wish] * 8)[0]["booking"]


def acts(asked, *names, times):
    return [{"act": name, "booking": asked} for name in names * times]


def done(results):
    return Counter(result.get("act") for result in results if "refused" not in result)


def test_a_request_is_accepted_declined_and_answered_with_other_times_at_once(arena, asked):
    results = done(arena.race(acts(asked, "accept", "refuse", "ask_back", times=11)))
    told = arena.told()
    assert told["events"] == told["history"]
    # Declining wins unless accepting came first, once: a confirmed meeting is not declined.
    assert results["accept"] + results["refuse"] == 1
    [state] = told["states"]
    assert state == ("confirmed" if results["accept"] else "declined")
    assert told["events"]["proposed"] if results["ask_back"] else True
    # What was proposed before the answer waits no more; a confirmed meeting may be asked back.
    assert set(told["proposed"]) <= {"confirmed"}
    parts = Counter(line.split()[0] for line in told["taken"] if TEN.isoformat() in line)
    assert parts == ({"provider": 1, "student": 1} if results["accept"] else {})


def test_other_times_are_taken_and_taken_back_at_once(arena, asked):
    arena.race(acts(asked, "ask_back", times=8))
    results = done(arena.race(acts(asked, "take", "withdraw", "refuse", times=10)))
    told = arena.told()
    assert told["events"] == told["history"]
    assert told["proposed"] == {}
    [state] = told["states"]
    assert state in ("confirmed", "declined")
    if told["events"].get("moved"):
        assert (told["events"]["moved"], results["withdraw"], state) == (1, 0, "confirmed")
        students = [line for line in told["taken"] if line.startswith("student")]
        assert students == [f"student {TOMORROW.isoformat()}"]
    else:
        assert (results["take"], state) == (0, "declined")


def test_a_weekly_request_is_answered_once_as_a_whole(arena):
    scene = arena.stage(formats=[(30, 1, "weekly")], providers=1, students=1, auto_confirm=False)
    wish = {
        "community": scene["community"],
        "service": scene["service"],
        "format": scene["formats"][0],
        "provider": scene["providers"][0],
        "student": scene["students"][0],
        "place": scene["place"],
        "start": TEN.isoformat(),
        "weeks": 4,
        "key": "one wish",
    }
    series = arena.race([wish] * 8)[0]["series"]
    answers = [{"act": act, "series": series} for act in ("accept_series", "decline_series") * 16]
    results = done(arena.race(answers))
    assert sum(results.values()) == 1
    told = arena.told()
    assert told["events"] == told["history"]
    kind = "confirmed" if results["accept_series"] else "declined"
    assert (told["states"], told["events"][kind]) == ({kind: 4}, 4)


def test_a_group_is_called_off_while_others_join(arena):
    scene = arena.stage(formats=[(30, 20)], providers=1, students=25)
    wishes = [
        {
            "community": scene["community"],
            "service": scene["service"],
            "format": scene["formats"][0],
            "provider": scene["providers"][0],
            "student": student,
            "start": TEN.isoformat(),
            "key": f"{student}",
        }
        for student in scene["students"]
    ]
    first = arena.race(wishes[:8])
    off = [{"act": "call_off", "booking": first[0]["booking"]}] * 8
    results = arena.race(
        [one for pair in zip(off, wishes[8:16], strict=True) for one in pair] + wishes[16:]
    )
    told = arena.told()
    assert told["events"] == told["history"]
    # Whoever joined after it was off meets in a new one; nobody sits in one that is off.
    parts = Counter(line.split()[0] for line in told["taken"])
    assert (parts["provider"], parts["student"]) == (
        told["planned"],
        told["states"].get("confirmed", 0),
    )
    assert told["planned"] <= 1
    assert told["states"]["cancelled"] >= 8 or not done(results)["call_off"]
