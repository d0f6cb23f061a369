"""Whose data were erased, so that a list which still names them does not bring them back.

Nothing of them is kept but a keyed checksum of the address and of the ID: it can be compared with
what a list says, and cannot be read.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F
from django.utils.crypto import salted_hmac

from visavis.communities.models import School
from visavis.communities.queries import get_school
from visavis.core.text import fold
from visavis.people.models import ErasedAddress

SALT = "visavis.people.erased"


def _digest(text: str) -> str:
    return salted_hmac(SALT, fold(text), algorithm="sha256").hexdigest()


def remember_erased(texts: Iterable[str], *, now: datetime) -> None:
    """Remember that whoever had these addresses and IDs was erased; blank ones are left out.

    Call it in the erasing transaction: `erasures_so_far` rises with its commit.
    """
    rows = [ErasedAddress(digest=_digest(text), erased_at=now) for text in texts if text.strip()]
    ErasedAddress.objects.bulk_create(rows, ignore_conflicts=True)
    if not School.objects.update(erasures=F("erasures") + 1):
        School.objects.create(erasures=1)


def erasures_so_far() -> int:
    """How often somebody was erased here; no date tells it, for a commit comes after its `now`.

    What was read under the same number holds nobody who was erased. It does not sink when somebody
    comes back.
    """
    return get_school().erasures


def erased_among(texts: Iterable[str]) -> set[str]:
    """Those of these addresses and IDs, folded, whose people were erased; one query at most."""
    keys = {_digest(text): fold(text) for text in texts if text.strip()}
    if not keys:
        return set()
    found = ErasedAddress.objects.filter(digest__in=keys).values_list("digest", flat=True)
    return {keys[digest] for digest in found}


def forget_erased(*texts: str) -> None:
    """The person is back, by their own will or an administrator's: nothing is remembered."""
    digests = [_digest(text) for text in texts if text.strip()]
    ErasedAddress.objects.filter(digest__in=digests).delete()
