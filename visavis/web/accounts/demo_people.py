"""The three people as whom one click signs in, in demo mode."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from visavis.core.text import fold
from visavis.people.models import User


@dataclass(frozen=True, slots=True)
class DemoPerson:
    email: str
    role: Promise | str


DEMO_PEOPLE = {
    "student": DemoPerson("jordan.lee@demo.visavis.test", _("a student")),
    "mentor": DemoPerson("talia.k@demo.visavis.test", _("a mentor")),
    "admin": DemoPerson("admin@demo.visavis.test", _("an administrator")),
}


@dataclass(frozen=True, slots=True)
class DemoDoor:
    """One button of the sign-in page."""

    who: str
    name: str
    role: Promise | str


def find_demo_people() -> list[DemoDoor]:
    """A door for each demo person who exists; none outside of demo mode."""
    if not settings.DEMO:
        return []
    keys = {fold(person.email): who for who, person in DEMO_PEOPLE.items()}
    people = {user.email_key: user for user in User.objects.filter(email_key__in=keys)}
    return [
        DemoDoor(who, str(people[key]), DEMO_PEOPLE[who].role)
        for key, who in keys.items()
        if key in people and people[key].is_active
    ]
