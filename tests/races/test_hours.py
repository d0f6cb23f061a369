"""The same weekly hours, sent several times at once: a double tap, or an impatient one."""

from collections import Counter

import pytest

pytestmark = pytest.mark.race


def test_the_same_hours_sent_sixteen_times_are_there_once(arena):
    scene = arena.stage(formats=[(30, 1)])
    hours = {"weekday": ["5", "6"], "start": "09:00", "end": "12:00"}

    sent = [{"adds_hours": hours, "provider": scene["providers"][0]} for _tap in range(16)]
    results = arena.race(sent)

    assert Counter(result["status"] for result in results) == {302: 1, 422: 15}
