"""The reference workload of the design: a month in New York with a clock change inside."""

import hashlib
import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from visavis.engine.masks import ticks
from visavis.engine.search import search
from visavis.engine.wallclock import Weekly, weekly_mask
from visavis.engine.world import Meeting, Place, Provider, frame, masks_from_epochs, window_for

NEW_YORK = ZoneInfo("America/New_York")
FIRST, DAYS = date(2027, 3, 1), 28
WINDOW = window_for(NEW_YORK, FIRST, DAYS, timedelta(0))
MORNING, AFTERNOON = (9 * 60, 12 * 60), (13 * 60, 17 * 60)
HOURS = [Weekly(day, *hours) for day in range(5) for hours in (MORNING, AFTERNOON)]
BUSY_MINUTES = [
    minute for start, end in (MORNING, AFTERNOON) for minute in range(start, end - 29, 15)
]


def busy_half_hours(count):
    """Yield the busy rows of each provider; the order of draws is part of the workload."""
    draw = random.Random(20270301)  # noqa: S311  (a workload is no secret)
    dates = [FIRST + timedelta(days=n) for n in range(DAYS)]
    weekdays = [day for day in dates if day.weekday() < 5]
    for _ in range(count):
        rows = []
        for _ in range(20):
            day, minute = draw.choice(weekdays), draw.choice(BUSY_MINUTES)
            local = datetime(
                day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=NEW_YORK
            )
            start = int(local.timestamp())
            rows.append((start, start + 1800, 0, 0, False))
        yield rows


@pytest.mark.parametrize(
    ("providers", "minutes", "count", "digest"),
    [
        (1, (0, 30), 253, "e4c1f29149d2"),
        (5, (0, 30), 280, "fdb549421cac"),
        (50, (0, 30), 280, "fdb549421cac"),
        (1, (0, 15, 30, 45), 466, "3c9b7c8887b9"),
        (1000, (0, 15, 30, 45), 520, "a72c2fcd0dfb"),
    ],
)
def test_reference_workload_has_its_known_answer(providers, minutes, count, digest):
    hours = weekly_mask(HOURS, NEW_YORK, WINDOW)
    asked = frame(
        WINDOW,
        zone=NEW_YORK,
        first=FIRST,
        days=DAYS,
        now=datetime(2027, 2, 28, 12, tzinfo=UTC),
        lead=timedelta(0),
        weeks_ahead=12,
        allowed_minutes=minutes,
    )
    people = [
        Provider(number, {1: hours}, taken=masks_from_epochs(WINDOW, rows))
        for number, rows in enumerate(busy_half_hours(providers))
    ]
    starts = search(asked, Meeting(6), people, [Place(1)]).starts
    epochs = [str(int(WINDOW.instant(tick).timestamp())) for tick in ticks(starts)]
    found = hashlib.sha256(",".join(epochs).encode()).hexdigest()[:12]
    assert (len(epochs), found) == (count, digest)
