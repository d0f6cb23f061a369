"""The record of accounts: who came in and how, who was refused, what changed at the door."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from visavis.core import clock
from visavis.core.history import Actor
from visavis.core.text import fold
from visavis.people.account_models import DEVICE_LENGTH, NETWORK_LENGTH
from visavis.people.enums import AccountEventKind
from visavis.people.models import AccountEvent, User


@dataclass(frozen=True, slots=True)
class Visit:
    """From where somebody comes: the network, where that is kept, and the device in words."""

    network: str = ""
    device: str = ""


NOWHERE = Visit()


def note(
    kind: AccountEventKind,
    user: User | None,
    *,
    by: Actor | None = None,
    now: datetime | None = None,
    visit: Visit = NOWHERE,
    ways: tuple[str, str] = ("", ""),
    email: str = "",
    detail: str = "",
) -> None:
    """Write one thing down. `ways` are the first and the second by which somebody came, or tried.

    `email` is what was typed by whom nobody knows. `by` is who did it, where that is somebody
    else. `now` is an aware instant, else the present.
    """
    AccountEvent.objects.create(
        user=user,
        kind=kind,
        at=now or clock.now(),
        way=ways[0],
        second_way=ways[1],
        email=(user.email_key if user is not None else fold(email))[:254],
        detail=detail[:254],
        device=visit.device[:DEVICE_LENGTH],
        network=visit.network[:NETWORK_LENGTH],
        actor_id=by.id if by else None,
        actor_label=by.label[:254] if by else "",
    )


def events_of(user: User) -> QuerySet[AccountEvent]:
    """What happened to this account, newest first."""
    return AccountEvent.objects.filter(user=user)


def all_events(
    *,
    text: str = "",
    kind: str = "",
    first: date | None = None,
    last: date | None = None,
    zone: ZoneInfo,
) -> QuerySet[AccountEvent]:
    """The school's record, newest first.

    Narrowed to what holds every word of `text` in the person's name or address, who did it, the
    network, the device or the detail, and fell on the dates `first` to `last` of `zone`.
    """
    found = AccountEvent.objects.select_related("user")
    for word in fold(text).split():
        found = found.filter(
            Q(user__search_key__contains=word)
            | Q(email__contains=word)
            | Q(actor_label__icontains=word)
            | Q(network__contains=word)
            | Q(device__icontains=word)
            | Q(detail__icontains=word)
        )
    if kind:
        found = found.filter(kind=kind)
    if first is not None and first > date.min:
        found = found.filter(at__gte=datetime.combine(first, time.min, tzinfo=zone))
    if last is not None and last < date.max - timedelta(days=1):
        after = last + timedelta(days=1)
        found = found.filter(at__lt=datetime.combine(after, time.min, tzinfo=zone))
    return found
