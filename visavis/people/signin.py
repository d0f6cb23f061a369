"""Signing in: who may, which account an address opens, and links that open one once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.db import models, transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from visavis.communities.models import School
from visavis.core import history
from visavis.core.errors import VisavisError
from visavis.core.history import Actor
from visavis.core.text import fold
from visavis.core.troubles import again_on_conflict
from visavis.people.erased import forget_erased
from visavis.people.models import User

LINK_SALT = "visavis.people.signin.link"
LINK_LIFE = timedelta(hours=24)


class LinkRefused(VisavisError):
    code = "link_refused"


class NoSuchPerson(VisavisError):
    code = "no_such_person"


@dataclass(frozen=True, slots=True)
class Entry:
    """A person at the door, and whether this is the first time."""

    user: User
    is_first: bool


# --- By an address that was proven --------------------------------------------------------------


def are_codes_on() -> bool:
    """Whether codes by mail sign people in at this school."""
    school = School.objects.first()
    return school is None or school.email_codes


def find_person(email: str) -> User | None:
    """The person with this address who may sign in."""
    return User.objects.filter(email_key=fold(email), is_active=True).first()


def find_mailbox(email: str) -> str:
    """Where a code for this address goes; empty when it opens nothing, or codes are off.

    The answer is the address on file, or the folded one: never the spelling that was typed,
    because two spellings that fold alike can be mailboxes of two people.
    """
    if not are_codes_on():
        return ""
    key = fold(email)
    known = User.objects.filter(email_key=key).first()
    if known is not None:
        return known.email if known.is_active else ""
    return key if _is_of_the_school(key) else ""


@again_on_conflict
def enter_by_email(email: str, *, now: datetime) -> Entry:
    """Open the account of an address that its owner has just proven to read.

    1. The account with that address is the person's, and claimed the first time.
    2. Without one, an address of the school's own domains gets a new account.
    Raises NoSuchPerson otherwise.
    """
    key = fold(email)
    with transaction.atomic():
        if not are_codes_on():
            raise NoSuchPerson(_("Codes by mail do not sign in here any more."))
        if not User.objects.filter(email_key=key).exists() and _is_of_the_school(key):
            _make_account(key)
        user = User.objects.select_for_update().filter(email_key=key, is_active=True).first()
        if user is None:
            raise NoSuchPerson(_("This address cannot sign in here. Ask your support centre."))
        return Entry(user, is_first=claim_account(user, now=now))


@again_on_conflict
def claim_account(user: User, *, now: datetime) -> bool:
    """Make a provisional account its owner's at the first sign-in; whether this was the first."""
    mine = User.objects.filter(pk=user.pk, claimed_at=None)
    with transaction.atomic():
        if not mine.update(claimed_at=now):
            return False
        user.claimed_at = now
        history.record(Actor(user.pk, str(user)), "signed in for the first time", user)
    return True


def _is_of_the_school(key: str) -> bool:
    school = School.objects.first()
    local, _at, domain = key.rpartition("@")
    domains = school.allowed_domains if school else []
    return bool(local) and domain in {fold(domain) for domain in domains}


def _make_account(key: str) -> None:
    # Two tabs may confirm at once: one makes the account, both get it.
    user, made = User.objects.get_or_create(email_key=key, defaults={"email": key})
    if made:
        user.set_unusable_password()
        user.save(update_fields=["password"])
        forget_erased(user.email)
        history.record(Actor(user.pk, str(user)), "joined by school address", user)


# --- By a link that works once ------------------------------------------------------------------


def make_sign_in_link(user: User, now: datetime) -> str:
    """The path of a page that signs `user` in, once, within LINK_LIFE; any sign-in ends it."""
    until = int((now + LINK_LIFE).timestamp())
    token = signing.dumps([user.pk, until, _fingerprint(user)], salt=LINK_SALT)
    return reverse("account_link", args=[token])


def check_sign_in_link(token: str, *, now: datetime) -> User:
    """The person whom the link would sign in. Raises LinkRefused with a sentence."""
    return _read_link(token, User.objects.all(), now=now)


@again_on_conflict
def enter_by_link(token: str, *, now: datetime) -> Entry:
    """Use the link up. Of two presses at once, one enters. Raises LinkRefused."""
    with transaction.atomic():
        user = _read_link(token, User.objects.select_for_update(), now=now)
        user.last_login = now
        user.save(update_fields=["last_login"])
        return Entry(user, is_first=claim_account(user, now=now))


def _read_link(token: str, people: models.QuerySet[User], *, now: datetime) -> User:
    try:
        pk, until, fingerprint = signing.loads(token, salt=LINK_SALT)
    except (signing.BadSignature, ValueError) as error:
        raise LinkRefused(_("This link is not complete. Copy the whole of it.")) from error
    if now.timestamp() > until:
        raise LinkRefused(_("This link has run out: it is good for 24 hours. Ask for a new one."))
    user = people.filter(pk=pk, is_active=True).first()
    if user is None or not constant_time_compare(fingerprint, _fingerprint(user)):
        raise LinkRefused(_("This link has been used, and works only once. Ask for a new one."))
    return user


def _fingerprint(user: User) -> str:
    """Changes with every sign-in and every change of address, and tells nobody anything."""
    state = f"{user.pk}|{user.last_login}|{user.claimed_at}|{user.email_key}|{user.is_active}"
    return salted_hmac(LINK_SALT, state).hexdigest()[:20]
