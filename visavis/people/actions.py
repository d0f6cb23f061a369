"""Writes about people and their places in communities."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from visavis.communities import actions as community_actions
from visavis.communities.models import Community
from visavis.core import history
from visavis.core.history import Actor
from visavis.core.prepared import Blank, prepared_for, prepared_update
from visavis.core.text import fold
from visavis.core.troubles import again_on_conflict
from visavis.people.account_events import note
from visavis.people.emails import check_email
from visavis.people.enums import AccountEventKind, PauseEventKind, Role, Source
from visavis.people.erased import forget_erased
from visavis.people.errors import LastAdministrator
from visavis.people.models import Membership, Pause, PauseEvent, Provider, User
from visavis.people.queries import lock_people


@again_on_conflict
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
            # Entered by hand after their data were erased, they are meant to be here.
            forget_erased(user.email)
            history.record(by, "made provisional person", user)
    return user, made


@again_on_conflict
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
            _note_role(AccountEventKind.ROLE_GIVEN, user, role, community, by=by)
    return membership


@again_on_conflict
def appoint(
    community: Community,
    *,
    email: str,
    role: str,
    by: Actor,
    first_name: str = "",
    last_name: str = "",
) -> Membership:
    """Give a role to the person with this e-mail, known or not. Raises InvalidPerson."""
    with transaction.atomic():
        user, _made = find_or_make_user(email, first_name=first_name, last_name=last_name, by=by)
        return give_role(user, community, Role(role), by=by)


@again_on_conflict
def take_role(membership: Membership, *, by: Actor) -> bool:
    """Take a role away again; False when somebody did before.

    Raises LastAdministrator where nobody could manage the community any more.
    """
    with transaction.atomic():
        # Two administrators may take each other's role at the same moment.
        Community.objects.select_for_update(no_key=True).get(pk=membership.community_id)
        if membership.role == Role.ADMIN and not _others_manage(membership):
            raise LastAdministrator(
                _("%(name)s is the only administrator. Appoint another one first.")
                % {"name": membership.user}
            )
        taken = Membership.objects.filter(pk=membership.pk)
        if not taken.exists():
            return False
        history.record(
            by,
            f"took role {membership.role}",
            membership,
            community_id=membership.community_id,
            before={"person": str(membership.user)},
        )
        kind, role = AccountEventKind.ROLE_TAKEN, Role(membership.role)
        _note_role(kind, membership.user, role, membership.community, by=by)
        taken.delete()
    return True


def _note_role(
    kind: AccountEventKind, user: User, role: Role, community: Community, *, by: Actor
) -> None:
    """Write into the record of accounts what staff may do; lists of students are no news there."""
    if role != Role.STUDENT:
        note(kind, user, by=by, detail=f"{role.label}, {community.name}")


def _others_manage(membership: Membership) -> bool:
    admins = Membership.objects.filter(
        community_id=membership.community_id, role=Role.ADMIN, user__is_active=True
    )
    others = admins.exclude(pk=membership.pk)
    return others.exists() or User.objects.filter(is_school_admin=True, is_active=True).exists()


@again_on_conflict
def make_school_admin(user: User, *, by: Actor) -> User:
    """Make the person an administrator of the whole school."""
    with transaction.atomic():
        user.is_school_admin = True
        user.save(update_fields=["is_school_admin"])
        history.record(by, "made school administrator", user)
        note(AccountEventKind.ROLE_GIVEN, user, by=by, detail=_("Administrator of the school"))
    return user


@again_on_conflict
def appoint_school_admin(
    email: str, *, by: Actor, first_name: str = "", last_name: str = ""
) -> User:
    """Let the person with this e-mail, known or not, look after the school.

    Raises InvalidPerson.
    """
    with transaction.atomic():
        user, _made = find_or_make_user(email, first_name=first_name, last_name=last_name, by=by)
        return user if user.is_school_admin else make_school_admin(user, by=by)


@again_on_conflict
def dismiss_school_admin(user: User, *, by: Actor) -> bool:
    """Make the person an administrator of the school no more; False when somebody did before.

    Raises LastAdministrator for the only one.
    """
    with transaction.atomic():
        # Every administrator's row, in ascending id: two may dismiss each other at once.
        admins = User.objects.select_for_update(no_key=True).filter(is_school_admin=True)
        locked = {admin.pk: admin for admin in admins.order_by("pk")}
        if user.pk not in locked:
            return False
        if not _has_others(locked.values(), user):
            raise _only_one_of_the_school(user)
        locked[user.pk].is_school_admin = False
        locked[user.pk].save(update_fields=["is_school_admin"])
        history.record(by, "dismissed school administrator", user)
        note(AccountEventKind.ROLE_TAKEN, user, by=by, detail=_("Administrator of the school"))
    return True


def check_dismissal(user: User) -> None:
    """Raise LastAdministrator where nobody else looks after the school: to ask, without a lock."""
    if not _has_others(User.objects.filter(is_school_admin=True), user):
        raise _only_one_of_the_school(user)


def _has_others(admins: Iterable[User], user: User) -> bool:
    return any(admin.is_active for admin in admins if admin.pk != user.pk)


def _only_one_of_the_school(user: User) -> LastAdministrator:
    told = _("%(name)s is the only administrator of the school. Appoint another one first.")
    return LastAdministrator(told % {"name": user})


@again_on_conflict
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
        _note_role(AccountEventKind.ROLE_GIVEN, user, Role.PROVIDER, community, by=by)
    return provider


@again_on_conflict
def retire_provider(provider: Provider, *, by: Actor, now: datetime) -> bool:
    """Let the person give no support here any more; False when they are retired. Meetings stay."""
    with transaction.atomic():
        rows = Provider.objects.select_for_update(no_key=True, of=("self",))
        locked = rows.select_related("user", "community").get(pk=provider.pk)
        if not locked.is_active:
            return False
        locked.retired_at = now
        locked.save(update_fields=["retired_at"])
        touch_hours(locked.pk)
        community_actions.touch(locked.community)
        history.record(by, "retired provider", locked, community_id=locked.community_id)
        kind = AccountEventKind.ROLE_TAKEN
        _note_role(kind, locked.user, Role.PROVIDER, locked.community, by=by)
    return True


@again_on_conflict
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
        _tell(pause, PauseEventKind.MADE, by=by, reason=reason, now=now)
        told = {"until": until.isoformat() if until else None, "far_days": far_days}
        history.record(
            by, "paused booking", pause, community_id=community.pk, after=told, reason=reason
        )
    return pause


@again_on_conflict
def end_pause(pause: Pause, *, by: Actor, reason: str = "", now: datetime) -> bool:
    """Let the student book again at once; False when the pause was ended before."""
    with transaction.atomic():
        lock_people({pause.user_id})
        if not Pause.objects.filter(pk=pause.pk, ended_at=None).update(ended_at=now):
            return False
        _tell(pause, PauseEventKind.ENDED, by=by, reason=reason, now=now)
        history.record(by, "ended pause", pause, community_id=pause.community_id, reason=reason)
    return True


def _tell(pause: Pause, kind: PauseEventKind, *, by: Actor, reason: str, now: datetime) -> None:
    PauseEvent.objects.create(
        pause=pause, kind=kind, at=now, actor_label=by.label[:254], reason=reason
    )


def touch_hours(*provider_ids: int) -> None:
    """Raise the hours version of these providers, in the transaction of the change."""
    Provider.objects.filter(pk__in=provider_ids).update(hours_version=F("hours_version") + 1)


def touch_time(*user_ids: int) -> None:
    """Raise the time version of these people, in the transaction of the change."""
    wanted = sorted(set(user_ids))
    if not wanted:
        return
    change = prepared_update(
        prepared_for("touch time", len(wanted)),
        lambda: User.objects.filter(Blank.any_of("pk", "people", len(wanted))),
        time_version=F("time_version") + 1,
    )
    change.run(people=wanted)
