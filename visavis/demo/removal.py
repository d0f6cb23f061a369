"""Taking the demo away: its communities with everything in them, then its people."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Q

from visavis.bookings.models import (
    Answer,
    Appointment,
    Booking,
    Commitment,
    DraftFile,
    Hold,
    Series,
    WaitlistEntry,
)
from visavis.communities.models import Community
from visavis.core.models import HistoryEntry, StoredFile
from visavis.demo.communities import DEMO
from visavis.imports.models import Import
from visavis.people.actions import touch_time
from visavis.people.models import Membership, Provider, User
from visavis.people.queries import lock_people


def remove_communities(communities: Sequence[Community]) -> None:
    """Delete these communities with all that is in them, files and history included."""
    ids = [community.pk for community in communities]
    with transaction.atomic():
        _free_people(ids)
        _remove(ids)


def _free_people(communities: Sequence[int]) -> None:
    """Lock whose time is given back, and let every process know: some are busy elsewhere too."""
    given = Commitment.objects.filter(community__in=communities)
    people = set(given.values_list("person", flat=True))
    lock_people(people)
    touch_time(*people)


def _remove(ids: Sequence[int]) -> None:
    _remove_files(ids)
    # These protect their people, services and places, so they go first. Holds go with their time.
    WaitlistEntry.objects.filter(community__in=ids).delete()
    Appointment.objects.filter(community__in=ids).delete()
    Series.objects.filter(community__in=ids).delete()
    Commitment.objects.filter(community__in=ids).delete()
    HistoryEntry.objects.filter(community_id__in=ids).delete()
    Community.objects.filter(pk__in=ids).delete()


def remove_people(domain: str) -> list[User]:
    """Delete the people with an address at `domain` whom nothing else needs; those who stay.

    Somebody stays who has a booking, waits for one, or has a place in a community that is still
    there.
    """
    people = User.objects.filter(email_key__endswith=f"@{domain}")
    needed = people.filter(
        Q(pk__in=Booking.objects.values("student"))
        | Q(pk__in=Commitment.objects.values("person"))
        | Q(pk__in=Series.objects.values("student"))
        | Q(pk__in=Hold.objects.values("student"))
        | Q(pk__in=WaitlistEntry.objects.values("student"))
        | Q(pk__in=Provider.objects.values("user"))
        | Q(pk__in=Membership.objects.values("user"))
    )
    stayed = list(needed)
    gone = people.exclude(pk__in=[user.pk for user in stayed])
    ids = [str(pk) for pk in gone.values_list("pk", flat=True)]
    HistoryEntry.objects.filter(subject_type="user", subject_id__in=ids).delete()
    HistoryEntry.objects.filter(actor_label=DEMO.label).delete()
    gone.delete()
    return stayed


def _remove_files(communities: Iterable[int]) -> None:
    ids = list(communities)
    names = [
        *Provider.objects.filter(community__in=ids).values_list("photo", flat=True),
        *Import.objects.filter(community__in=ids).values_list("file", flat=True),
        *Answer.objects.filter(booking__appointment__community__in=ids).values_list(
            "file", flat=True
        ),
        *DraftFile.objects.filter(draft__format__community__in=ids).values_list("file", flat=True),
    ]
    StoredFile.objects.filter(name__in=[name for name in names if name]).delete()
