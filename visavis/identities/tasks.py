"""Jobs: read the metadata of SAML providers again, each day."""

from contextlib import suppress
from datetime import timedelta

from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.core.jobs import Policy, job, run_every
from visavis.identities.actions import read_again
from visavis.identities.models import IdentityProvider

BEHIND = -50


@job(Policy(attempts=1), priority=BEHIND)
def read_metadata_again() -> None:
    """Read them all; one that cannot be read says so on its page, and is read again tomorrow."""
    for provider in IdentityProvider.objects.exclude(metadata_url="").select_related("app"):
        with suppress(NotFound):  # somebody has removed it meanwhile
            read_again(provider, now=clock.now())


run_every(
    timedelta(days=1),
    read_metadata_again,
    name="read_metadata_again",
    when=lambda: IdentityProvider.objects.exclude(metadata_url="").exists(),
)
