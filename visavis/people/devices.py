"""Where people are signed in: one row beside each of Django's sessions, and how they end."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from visavis.core import history
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict
from visavis.people.account_events import NOWHERE, Visit, note
from visavis.people.account_models import DEVICE_LENGTH, NETWORK_LENGTH
from visavis.people.enums import AccountEventKind
from visavis.people.models import Device, User


def devices_of(user: User) -> QuerySet[Device]:
    """Where the person is signed in, the last used first; sessions that ran out go each hour."""
    sessions = Session.objects.filter(pk=OuterRef("session_key"))
    return Device.objects.filter(Exists(sessions), user=user)


def begin_device(
    user: User,
    *,
    session_key: str,
    way: str,
    visit: Visit,
    now: datetime,
    since: datetime | None = None,
) -> Device:
    """Write down that the person is signed in with this session, from now on or `since` then."""
    device, _made = Device.objects.update_or_create(
        session_key=session_key,
        defaults={
            "user": user,
            "way": way,
            "since": since or now,
            "seen_at": now,
            "device": visit.device[:DEVICE_LENGTH],
            "network": visit.network[:NETWORK_LENGTH],
        },
    )
    return device


def see_device(session_key: str, *, visit: Visit, now: datetime) -> None:
    """Write down that it was used just now."""
    network = {"network": visit.network[:NETWORK_LENGTH]} if visit.network else {}
    Device.objects.filter(session_key=session_key).update(seen_at=now, **network)


@again_on_conflict
def sign_out_of(user: User, session_key: str, *, visit: Visit, now: datetime) -> None:
    """Forget the device from which its own person has just signed out."""
    with transaction.atomic():
        Device.objects.filter(session_key=session_key).delete()
        note(AccountEventKind.SIGNED_OUT, user, visit=visit, now=now)


@again_on_conflict
def end_device(device: Device, *, by: Actor, now: datetime) -> bool:
    """Sign the person out there, at once; False when it was over before."""
    with transaction.atomic():
        gone, _kinds = Session.objects.filter(pk=device.session_key).delete()
        Device.objects.filter(pk=device.pk).delete()
        if not gone:
            return False
        history.record(by, "ended sign-in", device.user, after={"where": device.device})
        note(AccountEventKind.SESSIONS_ENDED, device.user, by=by, detail=device.device, now=now)
    return True


@again_on_conflict
def end_sessions(user: User, *, by: Actor, now: datetime, visit: Visit = NOWHERE) -> int:
    """Sign the person out everywhere, at once, whatever is written down; how many were known.

    Django ties each session to the password. Nobody here has one: what stands in its place is made
    anew, so that no earlier session counts any more. Whoever wants to keep their own renews it.
    """
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(password=make_password(None))
        user.refresh_from_db(fields=["password"])
        devices = Device.objects.filter(user=user)
        Session.objects.filter(pk__in=devices.values("session_key")).delete()
        number, _kinds = devices.delete()
        history.record(by, "ended all sign-ins", user)
        note(AccountEventKind.SESSIONS_ENDED, user, by=by, visit=visit, now=now)
    return number


def forget_lost_devices() -> int:
    """Delete the rows whose session has run out and is gone; how many."""
    sessions = Session.objects.filter(pk=OuterRef("session_key"))
    return Device.objects.filter(~Exists(sessions)).delete()[0]
