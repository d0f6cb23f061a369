"""Writes about identity providers: what a school's administrator does on their page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.socialaccount.models import SocialAccount, SocialApp
from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string
from django.utils.text import slugify
from django.utils.translation import gettext as _

from visavis.communities.actions import change_school
from visavis.communities.errors import InvalidSetting
from visavis.communities.models import Community
from visavis.communities.school import clean_domains
from visavis.core import history
from visavis.core.errors import NotFound
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict
from visavis.identities.enums import Kind
from visavis.identities.errors import InvalidProvider, LastWayIn, Problem
from visavis.identities.fetching import fetch
from visavis.identities.metadata import Described, make_key_pair, read_metadata
from visavis.identities.models import AffiliationRole, IdentityProvider
from visavis.identities.own_keys import keep_key
from visavis.identities.queries import has_worked
from visavis.identities.wanted import OidcKeys, SamlSource, Wanted, describe, read_issuer
from visavis.people.signin import are_codes_on

KEY_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


# --- Setting providers up -----------------------------------------------------------------------


def add_oidc(wanted: Wanted, keys: OidcKeys, *, by: Actor, key: str = "") -> IdentityProvider:
    """Set up an OpenID Connect provider, switched off. Raises InvalidProvider.

    What it says of itself is read first, so that an address that leads nowhere is not kept. `key`
    is one of `new_key`, whose redirect address has been registered there already.
    """
    issuer = read_issuer(keys.issuer)
    if not keys.secret:
        raise InvalidProvider(_("Enter the secret of the client."), field="secret")
    key = key or new_key(wanted.name)
    app = SocialApp(
        provider=Kind.OIDC,
        provider_id=key,
        client_id=keys.client_id,
        settings=_oidc_settings(issuer, keys),
    )
    keep_key(app, keys.secret)
    return _add(IdentityProvider(issuer=issuer), app, wanted, by=by)


def add_saml(wanted: Wanted, source: SamlSource, *, by: Actor, now: datetime) -> IdentityProvider:
    """Set up a SAML provider, switched off, with a key pair of our own. Raises InvalidProvider."""
    if not source.is_given:
        raise InvalidProvider(
            _("Enter the address of the metadata, or choose or paste their text."),
            field="metadata_url",
        )
    described = describe(source)
    key = new_key(wanted.name)
    private_key, certificate = make_key_pair(f"Visavis {key}", now=now)
    app = SocialApp(
        provider=Kind.SAML,
        provider_id=key,
        client_id=key,
        settings={
            "idp": described.idp,
            "sp": {"entity_id": f"{source.root}/accounts/saml/{key}/metadata/"},
            "certificate": certificate,
        },
    )
    keep_key(app, private_key)
    row = IdentityProvider(
        issuer=described.entity_id, metadata_url=source.metadata_url, read_at=now
    )
    return _add(row, app, wanted, by=by)


@again_on_conflict
def change_oidc(
    provider: IdentityProvider, wanted: Wanted, keys: OidcKeys, *, by: Actor
) -> IdentityProvider:
    """Change an OpenID Connect provider. Raises InvalidProvider."""
    issuer = read_issuer(keys.issuer)
    with transaction.atomic():
        locked = _locked(provider)
        before, app = _shown(locked), locked.app
        _refuse_other_issuer(locked, issuer, field="issuer")
        is_new = (issuer, keys.client_id) != (locked.issuer, app.client_id) or keys.secret
        app.client_id = keys.client_id
        app.settings = {**app.settings, **_oidc_settings(issuer, keys)}
        if keys.secret:
            keep_key(app, keys.secret)
        locked.issuer = issuer
        more = {"client_secret": _("a new one")} if keys.secret else {}
        return _change(locked, wanted, before=before, more=more, is_new=bool(is_new), by=by)


@again_on_conflict
def change_saml(
    provider: IdentityProvider, wanted: Wanted, source: SamlSource, *, by: Actor, now: datetime
) -> IdentityProvider:
    """Change a SAML provider; its metadata, where new ones are given. Raises InvalidProvider."""
    described = describe(source) if source.is_given else None
    with transaction.atomic():
        locked = _locked(provider)
        before = _shown(locked)
        is_new = described is not None and described.idp != locked.app.settings["idp"]
        if described is not None:
            _refuse_other_issuer(locked, described.entity_id, field="entity_id")
            _take(locked, described, source.metadata_url, now=now)
        more = {"metadata": _("new ones")} if is_new else {}
        return _change(locked, wanted, before=before, more=more, is_new=is_new, by=by)


def _oidc_settings(issuer: str, keys: OidcKeys) -> dict[str, Any]:
    scopes = list(dict.fromkeys(["openid", *keys.scopes]))
    return {"server_url": issuer, "scope": scopes, "oauth_pkce_enabled": True}


def new_key(name: str) -> str:
    """How addresses name a provider: by nothing that another one was called before."""
    return f"{slugify(name)[:24] or 'school'}-{get_random_string(6, KEY_LETTERS)}"


@again_on_conflict
def _add(row: IdentityProvider, app: SocialApp, wanted: Wanted, *, by: Actor) -> IdentityProvider:
    _dress(row, app, wanted)
    try:
        with transaction.atomic():
            app.save()
            row.app = app
            row.position = IdentityProvider.objects.count()
            row.save()
            history.record(by, "added identity provider", row, after=_shown(row))
    except IntegrityError as error:
        raise _taken(row) from error
    return row


@again_on_conflict
def _change(
    locked: IdentityProvider,
    wanted: Wanted,
    *,
    before: Mapping[str, Any],
    more: Mapping[str, Any],
    is_new: bool,
    by: Actor,
) -> IdentityProvider:
    _dress(locked, locked.app, wanted)
    if is_new:
        _refuse_last_way(locked)
        locked.worked_at = None
    after = {**_shown(locked), **more}
    changed = {name: value for name, value in after.items() if before.get(name) != value}
    try:
        with transaction.atomic():
            locked.app.save()
            locked.save()
    except IntegrityError as error:
        raise _taken(locked) from error
    if changed:
        was = {name: before[name] for name in changed if name in before}
        history.record(by, "changed identity provider", locked, before=was, after=changed)
    return locked


def _dress(row: IdentityProvider, app: SocialApp, wanted: Wanted) -> None:
    try:
        row.domains = clean_domains(wanted.domains)
    except InvalidSetting as error:
        raise InvalidProvider(error.message, field="domains") from error
    if not row.domains:
        raise InvalidProvider(
            _("Name at least one domain: people with addresses at it come in by this provider."),
            field="domains",
        )
    app.name = wanted.name
    row.makes_accounts = wanted.makes_accounts
    row.sso_attribute = wanted.sso_attribute
    row.affiliation_attribute = wanted.affiliation_attribute
    row.identifier_attribute = wanted.identifier_attribute


def _shown(row: IdentityProvider) -> dict[str, Any]:
    """What the history keeps of a provider: never a secret, never a key."""
    found = {
        "name": row.app.name,
        "issuer": row.issuer,
        "domains": list(row.domains),
        "makes_accounts": row.makes_accounts,
        "sso_attribute": row.sso_attribute,
        "affiliation_attribute": row.affiliation_attribute,
    }
    if row.is_saml:
        own = {"metadata_url": row.metadata_url, "identifier_attribute": row.identifier_attribute}
        return found | own
    return found | {"client_id": row.app.client_id, "scopes": row.app.settings["scope"]}


def _taken(row: IdentityProvider) -> InvalidProvider:
    return InvalidProvider(
        _("There is a provider for %(issuer)s already. Change that one.") % {"issuer": row.issuer},
        field="entity_id" if row.app.provider == Kind.SAML else "issuer",
    )


def _locked(provider: IdentityProvider) -> IdentityProvider:
    """The provider under the lock of them all: whether it is the last way in hangs on the others.

    Raises NotFound when somebody has removed it.
    """
    found = {row.pk: row for row in _lock_all()}
    if provider.pk not in found:
        raise NotFound(_("Somebody has removed this provider meanwhile."))
    return found[provider.pk]


def _lock_all() -> list[IdentityProvider]:
    rows = IdentityProvider.objects.select_for_update(of=("self",)).select_related("app")
    return list(rows.order_by("pk"))


def _refuse_other_issuer(locked: IdentityProvider, issuer: str, *, field: str) -> None:
    """People are known as this issuer calls them; another one calls others by the same name."""
    if issuer == locked.issuer:
        return
    if SocialAccount.objects.filter(provider=locked.key).exists():
        raise InvalidProvider(
            _(
                "People come in by %(issuer)s already. Another one is a new provider: add it, "
                "and remove this one when nobody needs it."
            )
            % {"issuer": locked.issuer},
            field=field,
        )


# --- Reading metadata again ---------------------------------------------------------------------


@again_on_conflict
def read_again(provider: IdentityProvider, *, now: datetime) -> str:
    """Read a provider's metadata from their address, as each day; the code of what is wrong.

    What was there stays where they cannot be read. People go on signing in with it.
    """
    try:
        described = read_metadata(fetch(provider.metadata_url), entity_id=provider.issuer)
    except Problem as problem:
        IdentityProvider.objects.filter(pk=provider.pk).update(
            problem=problem.code, problem_data=problem.data
        )
        return problem.code
    with transaction.atomic():
        locked = _locked(provider)
        if described.idp != locked.app.settings["idp"]:
            who = Actor(None, locked.name)
            history.record(who, "read new metadata", locked)
        _take(locked, described, locked.metadata_url, now=now)
        locked.app.save(update_fields=["settings"])
        locked.save(update_fields=["issuer", "metadata_url", "read_at", "problem", "problem_data"])
    return ""


def _take(locked: IdentityProvider, described: Described, url: str, *, now: datetime) -> None:
    locked.app.settings = {**locked.app.settings, "idp": described.idp}
    locked.issuer, locked.metadata_url, locked.read_at = described.entity_id, url, now
    locked.problem, locked.problem_data = "", {}


# --- On and off, order, removal -----------------------------------------------------------------


@again_on_conflict
def switch_provider(provider: IdentityProvider, *, is_on: bool, by: Actor) -> None:
    """Show the provider's button on the sign-in page, or hide it. Raises LastWayIn."""
    with transaction.atomic():
        locked = _locked(provider)
        if locked.is_on == is_on:
            return
        if not is_on:
            _refuse_last_way(locked)
        locked.is_on = is_on
        locked.save(update_fields=["is_on"])
        if is_on:
            history.record(by, "switched identity provider on", locked)
        else:
            history.record(by, "switched identity provider off", locked)


@again_on_conflict
def move_provider_up(provider: IdentityProvider, *, by: Actor) -> None:
    """Show the provider one place further up."""
    with transaction.atomic():
        rows = sorted(_lock_all(), key=lambda row: (row.position, row.pk))
        place = next((n for n, row in enumerate(rows) if row.pk == provider.pk), 0)
        if place == 0:
            return
        rows[place - 1], rows[place] = rows[place], rows[place - 1]
        for position, row in enumerate(rows):
            row.position = position
        IdentityProvider.objects.bulk_update(rows, ["position"])
        history.record(by, "moved identity provider", provider)


@again_on_conflict
def remove_provider(provider: IdentityProvider, *, by: Actor) -> None:
    """Remove the provider and what it calls people; their accounts stay. Raises LastWayIn."""
    with transaction.atomic():
        locked = _locked(provider)
        _refuse_last_way(locked)
        known = SocialAccount.objects.filter(provider=locked.key)
        before = {**_shown(locked), "people": known.count()}
        history.record(by, "removed identity provider", locked, before=before)
        known.delete()
        locked.app.delete()


def _refuse_last_way(locked: IdentityProvider) -> None:
    if locked.is_on and not are_codes_on() and not has_worked(apart_from=locked):
        raise LastWayIn(
            _("Nobody could sign in any more: codes by mail are off. Switch them on first.")
        )


@again_on_conflict
def switch_codes(*, is_on: bool, by: Actor) -> None:
    """Let codes by mail sign people in, or not.

    Raises LastWayIn unless a provider has let somebody in with the keys it has now.
    """
    with transaction.atomic():
        _lock_all()  # a provider may be switched off at the same moment
        if not is_on and not has_worked():
            raise LastWayIn(
                _(
                    "No provider that is switched on has let anybody in yet. Test one with its "
                    "button and switch it on, so that nobody is locked out."
                )
            )
        change_school({"email_codes": is_on}, by=by)


# --- What people are, and what they become ------------------------------------------------------


@again_on_conflict
def add_affiliation_role(
    *, affiliation: str, role: str, community: Community | None, by: Actor
) -> AffiliationRole:
    """Give the role to whoever comes in with this affiliation from now on.

    Raises InvalidProvider where it is given already.
    """
    try:
        with transaction.atomic():
            row = AffiliationRole.objects.create(
                affiliation=affiliation, role=role, community=community
            )
            where = community.pk if community else None
            history.record(by, "added role by affiliation", row, community_id=where)
    except IntegrityError as error:
        raise InvalidProvider(_("This role is given already."), field="role") from error
    return row


@again_on_conflict
def remove_affiliation_role(row: AffiliationRole, *, by: Actor) -> None:
    """Give the role to nobody new; who has it keeps it."""
    with transaction.atomic():
        history.record(by, "removed role by affiliation", row, community_id=row.community_id)
        row.delete()


@again_on_conflict
def forget_identity(identity: SocialAccount, *, by: Actor) -> None:
    """Let the person's next arrival find its account anew, as the first time."""
    with transaction.atomic():
        history.record(by, "forgot identity", identity.user, before={"provider": identity.provider})
        identity.delete()
