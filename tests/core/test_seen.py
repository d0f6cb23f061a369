"""Two who change the same thing hear of each other: what was seen against what stands."""

from datetime import date

import pytest

from visavis.core.seen import ChangedMeanwhile, check_seen, write_seen

VALUES = {"name": "Weekly hour", "minutes": 60, "kinds": ["online"], "until": date(2027, 3, 1)}


def test_what_was_seen_and_still_stands_is_let_through():
    check_seen(write_seen(VALUES), dict(reversed(VALUES.items())))


def test_who_was_shown_nothing_is_asked_nothing():
    check_seen(None, VALUES)


@pytest.mark.parametrize(
    ("seen", "changed"),
    [
        (write_seen(VALUES | {"minutes": 30}), ["minutes"]),
        (write_seen(VALUES | {"kinds": [], "until": None}), ["kinds", "until"]),
        (write_seen({"name": "Weekly hour"}), ["minutes", "kinds", "until"]),
        ("", list(VALUES)),
        ("[1, 2]", list(VALUES)),
        ('{"name": ', list(VALUES)),
    ],
)
def test_what_differs_by_now_is_named(seen, changed):
    with pytest.raises(ChangedMeanwhile) as refused:
        check_seen(seen, VALUES)
    assert refused.value.data == {"changed": changed}
