"""Rows with every kind of value that a column can hold, the odd ones among them."""

import os
from datetime import UTC, date, datetime

from tests.factories.world import World
from visavis.availability.models import Closure
from visavis.core.models import HistoryEntry, StoredFile
from visavis.people.models import Membership

WORDS = "quotes \" ' \\, a tab\t, lines\r\n\u2028, Zoë 🙂, \u202ertl, ,null,\\N"


def put_odd_rows(world: World) -> None:
    HistoryEntry.objects.create(
        at=datetime(2026, 11, 1, 5, 59, 59, 999999, tzinfo=UTC),
        actor_label=WORDS,
        verb="said",
        subject_type="nothing",
        subject_id="0",
        subject_label="",
        before={"b": [1, 1.5, None, True, {"é": WORDS}], "a": -0.0},
        after={},
        reason=WORDS,
    )
    StoredFile.objects.create(
        name="odd.bin", content_type="", size=512, content=bytes(range(256)) * 2
    )
    noise = os.urandom(200_000)  # a photo's worth, which does not get smaller
    StoredFile.objects.create(name="noise.bin", content_type="", size=len(noise), content=noise)
    StoredFile.objects.create(name="empty.bin", content_type="", size=0, content=b"")
    Closure.objects.create(
        community=world.community, first=date(2027, 2, 28), last=date(2028, 2, 29), reason=WORDS
    )
    Membership.objects.create(
        user=world.student("Odd"),
        community=world.community,
        role="student",
        attributes={"Major": WORDS, "none": None},
    )
    # The highest number was given to a row that is gone; it must not be given again.
    HistoryEntry.objects.create(actor_label="", verb="", subject_type="", subject_id="").delete()
