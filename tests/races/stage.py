"""Sets scenes in the database of DATABASE_URL: a line of wishes in, a line of ids out."""

import json
import os
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.races.settings"
django.setup()

from allauth.socialaccount.models import SocialAccount  # noqa: E402  (needs the set-up above)
from django.core.management import call_command  # noqa: E402

from tests.factories.identity import make_oidc  # noqa: E402
from tests.factories.world import MONDAY, TESTER, World, make_user, make_world  # noqa: E402
from visavis.availability.models import Location  # noqa: E402
from visavis.bookings.actions import (  # noqa: E402
    Order,
    Wish,
    book,
    cancel,
    hold_time,
    join_waitlist,
)
from visavis.bookings.enums import ACTIVE, HoldPurpose  # noqa: E402
from visavis.bookings.models import (  # noqa: E402
    Appointment,
    Booking,
    BookingEvent,
    Commitment,
    Hold,
    Proposal,
    Series,
)
from visavis.bookings.waitlist_models import DayTimes  # noqa: E402
from visavis.catalogue.actions import add_format  # noqa: E402
from visavis.catalogue.enums import Repeats  # noqa: E402
from visavis.core.models import HistoryEntry  # noqa: E402
from visavis.people.enums import Source  # noqa: E402
from visavis.people.models import Provider, User  # noqa: E402


def main(wishes: dict) -> dict:
    """Build a world with as many providers and students, formats of (minutes, seats), one room.

    Asked for "ended", tell instead how many bookings are in each state; for "told", what was told
    of them and what time is taken; for "students_of", how many bookings each student has; for
    "series", how many weeks each has, and how many were asked for; for "accounts", who is who.
    """
    for name, tell in TOLD.items():
        if name in wishes:
            return tell()
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
    act_before(world, scene, wishes)
    return scene


def act_before(world: World, scene: dict, wishes: dict) -> None:
    """What has happened before the race begins."""
    if "held" in wishes:
        hold_first(world, scene, until=MONDAY)
    if "stands" in wishes:
        hold_first(world, scene, until=MONDAY + timedelta(hours=1))
    if "prepared" in wishes:
        prepare(**wishes["prepared"])
    if "waiting" in wishes:
        have_waited_for(world, scene, wishes["waiting"])


def prepare(email: str, sso_id: str) -> None:
    """An account that the school has prepared, and a provider by which its owner comes in."""
    make_oidc(is_on=True, domains=["uni.test"])
    user = make_user(email, "Jane", "Doe")
    user.sso_id = sso_id
    user.save(update_fields=["sso_id"])


def accounts() -> dict:
    """Which identity opens whose account, and how often somebody came in for the first time."""
    identities = SocialAccount.objects.values_list("uid", "user__email")
    firsts = HistoryEntry.objects.filter(verb="signed in for the first time")
    return {
        "identities": dict(identities),
        "firsts": firsts.count(),
        "people": sorted(User.objects.exclude(claimed_at=None).values_list("email", flat=True)),
    }


def told() -> dict:
    taken = Commitment.objects.filter(status__in=ACTIVE).order_by("part", "start")
    return {
        "events": Counter(BookingEvent.objects.values_list("kind", flat=True)),
        # One event confirms, whether by booking or by an answer; the history tells them apart.
        "history": Counter(
            "confirmed" if verb == "accepted" else verb
            for verb in HistoryEntry.objects.filter(subject_type="booking").values_list(
                "verb", flat=True
            )
        ),
        "taken": [
            f"{part} {start.isoformat()}" for part, start in taken.values_list("part", "start")
        ],
        "planned": Appointment.objects.filter(state="planned").count(),
        "states": Counter(Booking.objects.values_list("state", flat=True)),
        # What still waits for a student, by the state of what it is about.
        "proposed": Counter(
            Proposal.objects.filter(state="open").values_list("booking__state", flat=True)
        ),
    }


def hold_first(world: World, scene: dict, until: datetime) -> None:
    """Ten o'clock, or a seat then, is held for the first student; the race begins at MONDAY."""
    order = first_order(world, scene, scene["students"][0])
    early = MONDAY - timedelta(hours=1)
    order = replace(order, question=replace(order.question, now=early))
    hold_time(order, until=until, purpose=HoldPurpose.PROPOSED, by=TESTER, now=early)


def have_waited_for(world: World, scene: dict, count: int) -> None:
    """So many wait for ten o'clock, when somebody has just given the only time or seat back."""
    world.community.waitlist = True
    world.community.save()
    world.service.community = world.community
    day = MONDAY.date()
    format_ = world.community.formats.get(pk=scene["formats"][0])
    seated = scene["students"][-format_.capacity :]
    orders = [first_order(world, scene, student) for student in seated]
    booking, *_others = [book(order, by=TESTER, now=MONDAY) for order in orders]
    for student in scene["students"][:count]:
        who = User.objects.get(pk=student)
        wish = Wish(who, world.service, format_, day, day, times=[DayTimes(begin=600, end=630)])
        join_waitlist(wish, by=TESTER, now=MONDAY)
    cancel(booking, by=TESTER, now=MONDAY)


def first_order(world: World, scene: dict, student: int) -> Order:
    """Ten o'clock on Monday with the first provider, in the first format."""
    provider = Provider.objects.select_related("user").get(pk=scene["providers"][0])
    format_ = world.community.formats.get(pk=scene["formats"][0])
    who = User.objects.get(pk=student)
    return world.order(provider, who, MONDAY + timedelta(hours=2), format=format_)


TOLD: dict[str, Callable[[], dict]] = {
    "series": lambda: {
        series.pk: [series.bookings.count(), series.weeks] for series in Series.objects.all()
    },
    "ended": lambda: Counter(Booking.objects.values_list("state", flat=True)),
    "told": told,
    "students_of": lambda: Counter(Booking.objects.values_list("student__email", flat=True)),
    "holds": lambda: Counter(Hold.objects.values_list("state", flat=True)),
    "accounts": accounts,
}

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    print("ready", flush=True)  # noqa: T201
    for line in sys.stdin:
        print(json.dumps(main(json.loads(line))), flush=True)  # noqa: T201
