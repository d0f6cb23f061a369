"""What people say about themselves."""

from dataclasses import asdict, dataclass

from django.db import transaction

from visavis.core import history
from visavis.core.history import Actor
from visavis.people.models import User


@dataclass(frozen=True, slots=True)
class Profile:
    """`timezone` is an IANA name, or empty for each community's own."""

    first_name: str
    last_name: str
    pronouns: str
    timezone: str
    hour_cycle: str


def change_profile(user: User, profile: Profile) -> None:
    """Write what the person said, with its history; nothing when nothing changed."""
    wanted = asdict(profile)
    changed = {name: value for name, value in wanted.items() if getattr(user, name) != value}
    if not changed:
        return
    before = {name: getattr(user, name) for name in changed}
    for name, value in changed.items():
        setattr(user, name, value)
    with transaction.atomic():
        user.save(update_fields=list(changed))
        history.record(
            Actor(user.pk, str(user)), "changed own profile", user, before=before, after=changed
        )
