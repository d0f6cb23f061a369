"""Second factors: what staff prove beside the code by mail.

allauth keeps them; here they are read, taken away, and told of.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Exists, Value
from django.utils.translation import gettext as _

from visavis.communities.models import School
from visavis.core import history
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict
from visavis.people.account_events import NOWHERE, Visit, note
from visavis.people.devices import end_sessions
from visavis.people.enums import AccountEventKind, Role
from visavis.people.letters import tell_account_changed
from visavis.people.models import Membership, Provider, User

# Recovery codes stand in for these, and are nothing by themselves.
SECOND = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person has set up."""

    app: Authenticator | None
    passkeys: list[Authenticator]
    recovery: Authenticator | None

    @property
    def are_any(self) -> bool:
        return self.app is not None or bool(self.passkeys)

    @property
    def codes_left(self) -> int:
        return len(self.recovery.wrap().get_unused_codes()) if self.recovery else 0


def factors_of(user: User) -> Factors:
    """What the person has set up, in one query."""
    rows = list(Authenticator.objects.filter(user_id=user.pk).order_by("created_at", "pk"))
    kinds = {row.type: row for row in rows}
    return Factors(
        app=kinds.get(Authenticator.Type.TOTP),
        passkeys=[row for row in rows if row.type == Authenticator.Type.WEBAUTHN],
        recovery=kinds.get(Authenticator.Type.RECOVERY_CODES),
    )


def has_second_factor(user: User) -> bool:
    """An authenticator app or a passkey is asked for when the person signs in."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=SECOND).exists())


def may_have_factors(user: User) -> bool:
    """Works here: looks after the school or a community, or gives support."""
    if user.is_school_admin:
        return True
    staff = Membership.objects.filter(user=user, role__in=(Role.ADMIN, Role.FRONT_DESK))
    active = Provider.objects.filter(user=user, retired_at=None)
    return staff.exists() or active.exists()


def lacks_wanted_factor(user: User) -> bool | None:
    """Whether the person, an administrator, still has to set one up, in one query.

    None where the school does not ask for it.
    """
    mine = Authenticator.objects.filter(user_id=user.pk, type__in=SECOND)
    wanted = School.objects.filter(admins_need_second_factor=True)
    answer = wanted.annotate(has=Exists(mine)).values_list("has", Value(1)).first()
    return None if answer is None else not answer[0]


def note_added(user: User, factor: Authenticator, *, by: Actor, visit: Visit = NOWHERE) -> None:
    """Write down that a factor was set up, and tell the person."""
    told = name_of(factor)
    history.record(by, "added second factor", user, after={"factor": told})
    note(AccountEventKind.FACTOR_ADDED, user, visit=visit, detail=told)
    tell_account_changed(
        user,
        subject=_("A second factor was added to your account"),
        sentence=_("%(factor)s can be used from now on to sign in as you.") % {"factor": told},
    )


def note_new_codes(user: User, *, by: Actor, visit: Visit = NOWHERE) -> None:
    """Write down that new recovery codes were made, and tell the person."""
    history.record(by, "made recovery codes", user)
    note(AccountEventKind.CODES_MADE, user, visit=visit)
    tell_account_changed(
        user,
        subject=_("New recovery codes for your account"),
        sentence=_("New recovery codes were made. Those you had before open nothing any more."),
    )


@again_on_conflict
def remove_factor(
    user: User, factor: Authenticator, *, by: Actor, now: datetime, visit: Visit = NOWHERE
) -> bool:
    """Take one of their own factors away; with the last one the recovery codes go as well.

    False when it was gone before.
    """
    with transaction.atomic():
        _lock(user)
        found = Authenticator.objects.filter(user_id=user.pk, type__in=SECOND, pk=factor.pk)
        if not found.exists():
            return False
        _take(user, [factor], by=by, now=now, visit=visit)
    return True


@again_on_conflict
def take_factors_away(user: User, *, by: Actor, now: datetime) -> int:
    """Take away every factor of somebody who has lost theirs, and sign them out everywhere.

    Whoever found the lost one may be signed in with it. How many there were; 0 changes nothing.
    """
    with transaction.atomic():
        _lock(user)
        found = list(Authenticator.objects.filter(user_id=user.pk, type__in=SECOND))
        if found:
            _take(user, found, by=by, now=now)
            end_sessions(user, by=by, now=now)
    return len(found)


def _take(
    user: User,
    factors: Iterable[Authenticator],
    *,
    by: Actor,
    now: datetime,
    visit: Visit = NOWHERE,
) -> None:
    names = []
    other = None if by.id == user.pk else by
    for factor in factors:
        names.append(name_of(factor))
        factor.delete()
        history.record(by, "removed second factor", user, before={"factor": names[-1]})
        kind = AccountEventKind.FACTOR_REMOVED
        note(kind, user, by=other, visit=visit, now=now, detail=names[-1])
    if not has_second_factor(user):
        Authenticator.objects.filter(user_id=user.pk).delete()
    tell_account_changed(
        user,
        subject=_("A second factor was removed from your account"),
        sentence=_("%(factor)s cannot be used any more to sign in as you. %(who)s removed it.")
        % {"factor": ", ".join(names), "who": by.label if other else _("You")},
    )


def name_of(factor: Authenticator) -> str:
    """The factor as its person knows it."""
    if factor.type == Authenticator.Type.WEBAUTHN:
        return _("Passkey “%(name)s”") % {"name": str(factor.data.get("name", ""))[:100]}
    return _("Authenticator app")


def _lock(user: User) -> None:
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
