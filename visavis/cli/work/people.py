"""Carries out `visavis admin`."""

from django.db import transaction

from visavis.cli.output import say
from visavis.cli.running import print_json
from visavis.cli.values import COMMAND_LINE
from visavis.communities.queries import get_community
from visavis.core import clock
from visavis.core.address import find_address
from visavis.people.actions import find_or_make_user, give_role, make_school_admin
from visavis.people.enums import Role
from visavis.people.factors import take_factors_away
from visavis.people.queries import get_user
from visavis.people.signin import make_sign_in_link


def add_admin(*, email: str, community: str | None, as_json: bool) -> None:
    where = get_community(community) if community is not None else None
    with transaction.atomic():
        user, _made = find_or_make_user(email, by=COMMAND_LINE)
        if where is not None:
            give_role(user, where, Role.ADMIN, by=COMMAND_LINE)
        else:
            make_school_admin(user, by=COMMAND_LINE)
        link = f"{find_address()}{make_sign_in_link(user, clock.now())}"
    if as_json:
        slug = where.slug if where else None
        print_json({"email": user.email, "community": slug, "sign_in_link": link})
        return
    of = where.name if where else "the whole school"
    say(f"{user.email} is an administrator of {of}.")
    say("This link signs them in, once, within 24 hours:")
    say(link)


def free(*, email: str, as_json: bool) -> None:
    user = get_user(email)
    number = take_factors_away(user, by=COMMAND_LINE, now=clock.now())
    if as_json:
        print_json({"email": user.email, "removed": number})
        return
    if number:
        say(
            f"{user.email} has no second factor any more, is signed out everywhere, and is told so."
        )
    else:
        say(f"{user.email} has no second factor.")
