"""One process of a race: reads wishes, says "ready", and at the gun fulfils each in a thread."""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.races.settings"
django.setup()

from django.db import connection  # noqa: E402  (needs the set-up above)
from django.test import Client  # noqa: E402

from tests.factories.world import MONDAY, TESTER  # noqa: E402
from visavis.availability.models import Location  # noqa: E402
from visavis.bookings import kept  # noqa: E402
from visavis.bookings.actions import (  # noqa: E402
    Offer,
    Order,
    Override,
    Target,
    accept,
    accept_series,
    book,
    book_series,
    cancel,
    cancel_meeting,
    decline_series,
    decline_times,
    mark_missed,
    offer_times,
    propose_times,
    reschedule,
    take_time,
    withdraw_times,
)
from visavis.bookings.actions import decline as refuse  # noqa: E402
from visavis.bookings.enums import HoldPurpose, Otherwise  # noqa: E402
from visavis.bookings.equivalents import OtherTime  # noqa: E402
from visavis.bookings.errors import NotOpen  # noqa: E402
from visavis.bookings.models import Booking, Proposal, Series  # noqa: E402
from visavis.bookings.openings import Question  # noqa: E402
from visavis.bookings.proposals import WITH_ALL as PROPOSAL_WITH_ALL  # noqa: E402
from visavis.bookings.queries import WITH_ALL  # noqa: E402
from visavis.catalogue.models import AppointmentFormat, Service  # noqa: E402
from visavis.changes.sick_leave import Leave, go_on_leave  # noqa: E402
from visavis.communities.models import Community  # noqa: E402
from visavis.core.errors import VisavisError  # noqa: E402
from visavis.core.history import Actor  # noqa: E402
from visavis.identities.attributes import Asserted  # noqa: E402
from visavis.identities.entering import enter_by_identity  # noqa: E402
from visavis.identities.errors import Problem  # noqa: E402
from visavis.identities.models import IdentityProvider  # noqa: E402
from visavis.imports.actions import apply_import, plan_import, replan_import  # noqa: E402
from visavis.imports.errors import PlanIsStale  # noqa: E402
from visavis.people.models import Provider, User  # noqa: E402
from visavis.privacy.actions import let_go  # noqa: E402


def propose(booking: Booking, **at: Any) -> None:
    """Hold an hour later and two hours later for the booking's student."""
    provider, until = booking.appointment.provider, MONDAY + timedelta(days=1)
    starts = [booking.appointment.start + timedelta(hours=hours) for hours in (1, 2)]
    times = [OtherTime(start, provider, None, until) for start in starts]
    propose_times(booking, times, Offer(Otherwise.END, until), **at)


def take(booking: Booking, **at: Any) -> None:
    """Take the first time that was proposed, whatever became of the proposal."""
    proposal = Proposal.objects.select_related(*PROPOSAL_WITH_ALL).order_by("pk").last()
    hold = proposal.holds.select_related("provider__user", "location").order_by("start").first()
    take_time(proposal, hold, **at)


def decline(booking: Booking, **at: Any) -> None:
    proposal = Proposal.objects.select_related(*PROPOSAL_WITH_ALL).order_by("pk").last()
    decline_times(proposal, **at)


def withdraw(booking: Booking, **at: Any) -> None:
    proposal = Proposal.objects.select_related(*PROPOSAL_WITH_ALL).order_by("pk").last()
    withdraw_times(proposal, **at)


def call_off(booking: Booking, *, by: Actor, now: datetime) -> None:
    cancel_meeting(booking.appointment, by=by, reason="Ill", now=now)


def ask_back(booking: Booking, *, by: Actor, now: datetime) -> None:
    """Propose the next day to the student of a request, as its provider: else it is kept."""
    provider, until = booking.appointment.provider, MONDAY + timedelta(days=1)
    start = booking.appointment.start + timedelta(days=1)
    offer = Offer(Otherwise.KEEP, until, purpose=HoldPurpose.PROPOSED)
    by = Actor(provider.user_id, by.label)
    propose_times(booking, [OtherTime(start, provider, None, until)], offer, by=by, now=now)


def go_sick(booking: Booking, *, by: Actor, now: datetime) -> None:
    """Be away for the rest of the day, with the meeting as it was read; refused if one was."""
    provider = booking.appointment.provider
    today = now.astimezone(provider.community.zone).date()
    leave = Leave(today, "", {booking.pk: booking.appointment_id})
    if not go_on_leave(provider, leave, by=by, now=now).away:
        raise NotOpen("They are away already.")


ACTS = {
    "accept": accept,
    "go_sick": go_sick,
    "ask_back": ask_back,
    "call_off": call_off,
    "refuse": refuse,
    "withdraw": withdraw,
    "cancel": cancel,
    "miss": mark_missed,
    "propose": propose,
    "take": take,
    "decline": decline,
}
SERIES_ACTS = {"accept_series": accept_series, "decline_series": decline_series}


def order(wish: dict) -> Order:
    start = datetime.fromisoformat(wish["start"])
    question = Question(
        community=Community.objects.get(pk=wish["community"]),
        service=Service.objects.get(pk=wish["service"]),
        format=AppointmentFormat.objects.get(pk=wish["format"]),
        first=start.date(),
        days=1,
        now=MONDAY,
        student=User.objects.get(pk=wish["student"]),
        provider=Provider.objects.get(pk=wish["provider"]),
    )
    found = Order(question, start, wish["key"])
    if "anyway" not in wish:
        return found
    place = Location.objects.get(pk=wish["place"])
    override = Override(wish["anyway"])
    return replace(found, question=replace(question, location=place), override=override)


def act_on_booking(wish: dict, gun: Barrier) -> dict:
    """Accept, cancel, move or mark a booking that everybody acts on at once."""
    try:
        booking = Booking.objects.select_related("student", *WITH_ALL).get(pk=wish["booking"])
        at = {"by": TESTER, "now": datetime.fromisoformat(wish.get("now", MONDAY.isoformat()))}
        gun.wait()
        if wish["act"] == "move":
            provider = Provider.objects.select_related("user").get(pk=wish["provider"])
            start = datetime.fromisoformat(wish["start"])
            place, override = None, None
            if "anyway" in wish:
                place, override = booking.appointment.location, Override(wish["anyway"])
            target = Target(start, provider, place, wish.get("seen"), override)
            reschedule(booking, target, **at)
        else:
            ACTS[wish["act"]](booking, **at)
    except VisavisError as refusal:
        return {"act": wish["act"], "refused": refusal.code}
    finally:
        connection.close()
    return {"act": wish["act"]}


def act_on_series(wish: dict, gun: Barrier) -> dict:
    """Answer a weekly request, as its provider."""
    rows = Series.objects.select_related("student", "provider__user", "community")
    series = rows.get(pk=wish["series"])
    by = Actor(series.provider.user_id, "Talia")
    try:
        gun.wait()
        done = SERIES_ACTS[wish["act"]](series, by=by, now=MONDAY)
    except VisavisError as refusal:
        return {"act": wish["act"], "refused": refusal.code}
    finally:
        connection.close()
    return {"act": wish["act"], "weeks": len(done)}


def race(wish: dict, gun: Barrier) -> dict:
    """Fulfil the wish in the way that the first of its names stands for; else book."""
    if "act" in wish:
        act = act_on_series if wish["act"] in SERIES_ACTS else act_on_booking
        return act(wish, gun)
    way = next((way for name, way in WAYS.items() if name in wish), race_to_book)
    return way(wish, gun)


def offer(wish: dict, gun: Barrier) -> dict:
    """Offer what is free to those who wait, as every worker does."""
    kept.forget()  # ids and versions come again with every scene
    community = Community.objects.get(pk=wish["community"])
    try:
        gun.wait()
        return {"offered": len(offer_times(community, now=MONDAY))}
    finally:
        connection.close()


def enter(wish: dict, gun: Barrier) -> dict:
    """Arrive from the identity provider, as who it names."""
    provider = IdentityProvider.objects.select_related("app").get()
    sso_ids = tuple(wish.get("sso_ids", ()))
    asserted = Asserted(identifiers=(wish["enters"],), email=wish["email"], sso_ids=sso_ids)
    told = {"enters": wish["enters"]}
    try:
        gun.wait()
        arrival = enter_by_identity(provider, asserted, now=MONDAY)
    except Problem as problem:
        return told | {"refused": problem.code}
    finally:
        connection.close()
    return told | {"account": arrival.entry.user.email, "is_first": arrival.entry.is_first}


def let_things_go(wish: dict, gun: Barrier) -> dict:
    """Let go of what is due at an instant, as every worker does."""
    try:
        gun.wait()
        return {"gone": let_go(now=datetime.fromisoformat(wish["lets_go"]))}
    finally:
        connection.close()


def race_for_weeks(wish: dict, gun: Barrier) -> dict:
    """Book a weekly series."""
    try:
        wanted = order(wish)
        place = Location.objects.get(pk=wish["place"])
        wanted = replace(wanted, question=replace(wanted.question, location=place))
        gun.wait()
        series = book_series(wanted, weeks=wish["weeks"], by=TESTER, now=MONDAY)
    except VisavisError as refusal:
        return {"refused": refusal.code, "message": refusal.message}
    finally:
        connection.close()
    return {"series": series.pk}


def add_hours(wish: dict, gun: Barrier) -> dict:
    """Send the form of weekly hours as the provider."""
    provider = Provider.objects.select_related("user", "community").get(pk=wish["provider"])
    client = Client(headers={"host": "localhost"})
    client.force_login(provider.user)
    try:
        gun.wait()
        page = f"/c/{provider.community.slug}/teach/hours/blocks/new/"
        return {"status": client.post(page, wish["adds_hours"]).status_code}
    finally:
        connection.close()


def empty_list(wish: dict, gun: Barrier) -> dict:
    """Import the empty list of a kind, cancelling the meetings of all that goes; stale, again."""
    community, agreed = Community.objects.get(pk=wish["community"]), {"confirmed": True}
    file = {"kind": wish["empties"], "mode": "replace", "file_name": "empty.csv"}
    run = plan_import(community, content=b"Email\n", actor=TESTER, **file)
    tries = 0
    try:
        gun.wait()
        while run.state == "planned":
            tries += 1
            try:
                apply_import(run, actor=TESTER, now=MONDAY, cancel_meetings=True, **agreed)
            except PlanIsStale:
                run = replan_import(run, actor=TESTER)
    finally:
        connection.close()
    return {"import": run.state, "removed": run.counts["removed"], "tries": tries}


def race_to_book(wish: dict, gun: Barrier) -> dict:
    try:
        wanted = order(wish)
        gun.wait()
        booking = book(wanted, by=TESTER, now=MONDAY)
    except VisavisError as refusal:
        return {"refused": refusal.code}
    finally:
        connection.close()
    return {"booking": booking.pk, "appointment": booking.appointment_id, "seat": booking.seat}


WAYS = {
    "offers": offer,
    "enters": enter,
    "lets_go": let_things_go,
    "adds_hours": add_hours,
    "weeks": race_for_weeks,
    "empties": empty_list,
}


def run(wishes: list[dict]) -> list[dict]:
    gun = Barrier(len(wishes) + 1)
    with ThreadPoolExecutor(len(wishes)) as threads:
        results = [threads.submit(race, wish, gun) for wish in wishes]
        print("ready", flush=True)  # noqa: T201
        sys.stdin.readline()
        gun.wait()
        return [result.result() for result in results]


if __name__ == "__main__":
    for line in iter(sys.stdin.readline, ""):
        print(json.dumps(run(json.loads(line))), flush=True)  # noqa: T201
