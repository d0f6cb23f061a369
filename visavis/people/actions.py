"""Writes about people and their places in communities."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from visavis.communities import actions as community_actions
from visavis.communities.models import Community
from visavis.core import history
from visavis.core.history import Actor
from visavis.core.text import fold
from visavis.people.emails import check_email
from visavis.people.enums import Role, Source
from visavis.people.models import Membership, Pause, Provider, User
from visavis.people.queries import lock_people


def find_or_make_user(
    email: str, *, first_name: str = "", last_name: str = "", by: Actor
) -> tuple[User, bool]:
    """The person with this e-mail, made provisional if nobody has it; and whether it was made.

    Raises InvalidPerson for an e-mail that is none, or too long.
    """
    email = check_email(email)
    with transaction.atomic():
        user, made = User.objects.get_or_create(
            email_key=fold(email),
            defaults={"email": email, "first_name": first_name, "last_name": last_name},
        )
        if made:
            user.set_unusable_password()
            user.save(update_fields=["password"])
            history.record(by, "made provisional person", user)
    return user, made


def give_role(
    user: User, community: Community, role: Role, *, by: Actor, source: Source = Source.HAND
) -> Membership:
    """Make the person administrator, front desk or student of the community, once."""
    with transaction.atomic():
        membership, made = Membership.objects.get_or_create(
            user=user, community=community, role=role, defaults={"source": source}
        )
        if made:
            history.record(by, f"gave role {role}", membership, community_id=community.pk)
    return membership


def make_school_admin(user: User, *, by: Actor) -> User:
    """Make the person an administrator of the whole school."""
    with transaction.atomic():
        user.is_school_admin = True
        user.save(update_fields=["is_school_admin"])
        history.record(by, "made school administrator", user)
    return user


def add_provider(
    user: User, community: Community, *, by: Actor, source: Source = Source.HAND
) -> Provider:
    """Make the person a provider of the community; a retired one comes back."""
    with transaction.atomic():
        provider, made = Provider.objects.get_or_create(
            user=user, community=community, defaults={"source": source}
        )
        if not made and provider.is_active:
            return provider
        provider.retired_at = None
        provider.save(update_fields=["retired_at"])
        touch_hours(provider.pk)
        community_actions.touch(community)
        history.record(by, "added provider", provider, community_id=community.pk)
    return provider


def pause_booking(
    user: User,
    community: Community,
    *,
    until: datetime | None,
    reason: str,
    by: Actor,
    now: datetime,
    far_days: int | None = None,
    by_rule: bool = False,
) -> Pause:
    """Pause the student's booking here from `now` until `until`, or until somebody ends it.

    A pause that holds already is ended by the new one. `far_days`: only of meetings that begin
    later than so many days ahead; None is of all. Instants are aware UTC.
    """
    with transaction.atomic():
        lock_people({user.pk})
        Pause.objects.filter(user=user, community=community, ended_at=None).update(ended_at=now)
        pause = Pause.objects.create(
            user=user,
            community=community,
            since=now,
            until=until,
            far_days=far_days,
            reason=reason,
            by_rule=by_rule,
        )
        told = {"until": until.isoformat() if until else None, "far_days": far_days}
        history.record(
            by, "paused booking", pause, community_id=community.pk, after=told, reason=reason
        )
    return pause


def end_pause(pause: Pause, *, by: Actor, reason: str = "", now: datetime) -> bool:
    """Let the student book again at once; False when the pause was ended before."""
    with transaction.atomic():
        lock_people({pause.user_id})
        if not Pause.objects.filter(pk=pause.pk, ended_at=None).update(ended_at=now):
            return False
        history.record(by, "ended pause", pause, community_id=pause.community_id, reason=reason)
    return True


def touch_hours(*provider_ids: int) -> None:
    """Raise the hours version of these providers, in the transaction of the change."""
    Provider.objects.filter(pk__in=provider_ids).update(hours_version=F("hours_version") + 1)


def touch_time(*user_ids: int) -> None:
    """Raise the time version of these people, in the transaction of the change."""
    User.objects.filter(pk__in=user_ids).update(time_version=F("time_version") + 1)
