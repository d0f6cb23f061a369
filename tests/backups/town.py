"""What a test of backups does on the database of DATABASE_URL; one word in, one line of JSON out.

`fill` makes a world with meetings and files, `old` one of an earlier version, `book` books on until
it is told to stop, `facts` says what there is.
"""

import json
import os
import sys
import threading
from collections import Counter
from datetime import timedelta

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.races.settings"
django.setup()

from django.core.management import call_command  # noqa: E402  (needs the set-up above)
from django.db import connection  # noqa: E402
from django.db.migrations.executor import MigrationExecutor  # noqa: E402

from tests.backups.odd_rows import put_odd_rows  # noqa: E402
from tests.factories.world import MONDAY, TESTER, World, make_world  # noqa: E402
from visavis.availability.models import Location  # noqa: E402
from visavis.bookings.actions import book  # noqa: E402
from visavis.bookings.enums import ACTIVE  # noqa: E402
from visavis.bookings.models import Booking, Commitment  # noqa: E402
from visavis.catalogue.models import AppointmentFormat, Service  # noqa: E402
from visavis.communities.models import Community  # noqa: E402
from visavis.core.errors import VisavisError  # noqa: E402
from visavis.people.models import Provider  # noqa: E402

OLD = ("communities", "0007_providers_edit_hours")


def fill() -> dict:
    call_command("migrate", verbosity=0)
    world = make_world()
    world.community.weeks_ahead = 50
    world.community.save()
    for name in ("Talia", "Omar", "Priya"):
        provider = world.provider(name)
        for n in range(4):
            world.book(provider, world.student(f"{name}{n}"), MONDAY + timedelta(hours=1 + n))
    put_odd_rows(world)
    return facts()


def old() -> dict:
    """A community from before communities were opened, in a database of that time."""
    executor = MigrationExecutor(connection)
    executor.migrate([OLD])
    rows = executor.loader.project_state([OLD]).apps.get_model("communities", "Community").objects
    rows.create(slug="elder", name="Elder", preset="course-first", timezone="Europe/Rome")
    return {}


def book_on() -> None:
    """Book one time after the other, saying of each that it stands only once it does."""
    world, number = _present_world(), int(sys.argv[2])
    told_to_stop = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), told_to_stop.set()), daemon=True).start()
    providers = list(Provider.objects.select_related("user").order_by("pk"))
    student = world.student(f"Racer{number}")
    for turn in range(10_000):
        if told_to_stop.wait(0.02):
            break
        # Everybody wants the same times of the same people, in the same order.
        half_hour, day = turn // len(providers) % 16, turn // len(providers) // 16
        start = MONDAY + timedelta(days=1 + day, hours=1, minutes=30 * half_hour)
        try:
            order = world.order(providers[turn % len(providers)], student, start)
            print(book(order, by=TESTER, now=MONDAY).pk, flush=True)  # noqa: T201
        except VisavisError:
            continue


def _present_world() -> World:
    return World(
        Community.objects.get(),
        Service.objects.get(for_everybody=True),
        AppointmentFormat.objects.get(),
        Location.objects.get(),
    )


def facts() -> dict:
    """What stands, who is booked twice, and whether the database would refuse it."""
    return {
        "communities": list(Community.objects.values_list("slug", flat=True)),
        "opened": Community.objects.exclude(opened_at=None).count(),
        "bookings": sorted(Booking.objects.values_list("pk", flat=True)),
        "overlaps": _overlaps(),
        "lone": Booking.objects.filter(commitments=None).count(),
        "guards": _guards(),
    }


def _overlaps() -> int:
    taken = Commitment.objects.filter(status__in=ACTIVE).values_list("person", "start", "end")
    found, last = Counter(), {}
    for person, start, end in taken.order_by("person", "start"):
        found["doubled"] += person in last and last[person] > start
        last[person] = end
    return found["doubled"]


def _guards() -> int:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT 2 * count(*) FROM pg_constraint WHERE contype = 'x'")
        return cursor.fetchone()[0]


if __name__ == "__main__":
    deed = sys.argv[1]
    if deed == "book":
        book_on()
    else:
        print(json.dumps({"fill": fill, "old": old, "facts": facts}[deed]()))  # noqa: T201
