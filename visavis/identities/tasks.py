"""Jobs: read the metadata of SAML providers again, and seal keys under a new SECRET_KEY."""

from contextlib import suppress
from datetime import timedelta

from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.core.jobs import Policy, job, run_every
from visavis.identities.actions import read_again
from visavis.identities.models import IdentityProvider
from visavis.identities.own_keys import left_under_old_key, seal_anew

BEHIND = -50


@job(Policy(attempts=1), priority=BEHIND)
def read_metadata_again() -> None:
    """Read them all; one that cannot be read says so on its page, and is read again tomorrow."""
    for provider in IdentityProvider.objects.exclude(metadata_url="").select_related("app"):
        with suppress(NotFound):  # somebody has removed it meanwhile
            read_again(provider, now=clock.now())


@job(Policy(attempts=1), priority=BEHIND)
def seal_keys_anew() -> None:
    """After SECRET_KEY was changed, so that the one before it can be forgotten."""
    seal_anew()


run_every(
    timedelta(hours=1),
    seal_keys_anew,
    name="seal_keys_anew",
    when=lambda: bool(left_under_old_key()),
)
run_every(
    timedelta(days=1),
    read_metadata_again,
    name="read_metadata_again",
    when=lambda: IdentityProvider.objects.exclude(metadata_url="").exists(),
)
