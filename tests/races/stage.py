"""Sets scenes in the database of DATABASE_URL: a line of wishes in, a line of ids out."""

import json
import os
import sys
from collections import Counter

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()

from django.core.management import call_command  # noqa: E402  (needs the set-up above)

from tests.factories.world import TESTER, make_world  # noqa: E402
from visavis.availability.models import Location  # noqa: E402
from visavis.bookings.models import Booking, Series  # noqa: E402
from visavis.catalogue.actions import add_format  # noqa: E402
from visavis.catalogue.enums import Repeats  # noqa: E402
from visavis.people.enums import Source  # noqa: E402
from visavis.people.models import Provider  # noqa: E402


def main(wishes: dict) -> dict:
    """Build a world with as many providers and students, formats of (minutes, seats), one room.

    Asked for "ended", tell instead how many bookings are in each state; for "series", how many
    weeks each has, and how many were asked for.
    """
    if "series" in wishes:
        return {
            series.pk: [series.bookings.count(), series.weeks] for series in Series.objects.all()
        }
    if "ended" in wishes:
        return Counter(Booking.objects.values_list("state", flat=True))
    call_command("flush", verbosity=0, interactive=False)
    world = make_world()
    world.community.allowed_minutes = list(range(0, 60, 5))
    world.community.request_expires_hours = 1
    world.community.save()
    Location.objects.update(capacity=wishes.get("room"))
    formats = [
        add_format(
            world.community,
            by=TESTER,
            name=f"{minutes}",
            minutes=minutes,
            capacity=seats,
            auto_confirm=wishes.get("auto_confirm", True),
            repeats=Repeats.WEEKLY if weekly else Repeats.SINGLE,
        )
        for minutes, seats, *weekly in wishes["formats"]
    ]
    names = ["Talia", "Omar", "Priya", "Lena"][: wishes.get("providers", 1)]
    scene = {
        "place": Location.objects.get().pk,
        "community": world.community.pk,
        "service": world.service.pk,
        "formats": [format_.pk for format_ in formats],
        "providers": [world.provider(name).pk for name in names],
        "students": [world.student(f"s{n}").pk for n in range(wishes.get("students", 32))],
    }
    Provider.objects.update(source=wishes.get("source", Source.HAND))
    return scene


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    print("ready", flush=True)  # noqa: T201
    for line in sys.stdin:
        print(json.dumps(main(json.loads(line))), flush=True)  # noqa: T201
