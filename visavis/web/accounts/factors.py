"""Second factors: setting them up and asking for them. Knows the inside of allauth.mfa."""

import base64
from collections.abc import Callable, Mapping
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import Login
from allauth.account.stages import LoginStage, LoginStageController
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.totp.internal.auth import TOTP, clear_totp_secret, get_totp_secret
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict
from visavis.people.factors import factors_of, note_added, note_new_codes
from visavis.people.models import User
from visavis.web.ui.qr import qr_svg
from visavis.web.ui.steps_of_sign_in import visit_of

# --- As the second step of signing in -----------------------------------------------------------


def find_waiting(request: HttpRequest) -> LoginStage | None:
    """The sign-in of this browser that waits for a second factor, unless it has run out."""
    stage = LoginStageController.enter(request, AuthenticateStage.key)
    return stage if stage and stage.login.user and stage.login.user.is_active else None


def accept(request: HttpRequest, factor: Authenticator) -> None:
    """Note in the session that the factor was shown."""
    post_authentication(request, factor)


def accept_again(request: HttpRequest, factor: Authenticator) -> None:
    """The same for somebody who is signed in."""
    post_authentication(request, factor, reauthenticated=True)


def options_to_show(user: User) -> Mapping[str, Any] | None:
    """What the browser asks the person's passkeys; None where they have none."""
    if not factors_of(user).passkeys:
        return None
    return {"request_options": webauthn.begin_authentication(user)}


# --- Signing in by passkey alone ----------------------------------------------------------------


def options_to_sign_in() -> Mapping[str, Any]:
    """What the browser asks any passkey of this site."""
    return {"request_options": webauthn.begin_authentication(user=None)}


def may_try_passkey(request: HttpRequest) -> bool:
    return ratelimit.consume(request, app="allauth.mfa", action="webauthn_login") is not None


def let_in_by_passkey(request: HttpRequest, passkey: Authenticator, *, to: str) -> HttpResponse:
    login = Login(user=passkey.user, redirect_url=to)
    answer: HttpResponse = perform_passwordless_login(request, passkey, login)
    return answer


# --- Setting up ---------------------------------------------------------------------------------


def new_secret(request: HttpRequest) -> dict[str, str]:
    """A secret for an authenticator app, kept in the session until a code of it proves it."""
    return shown_secret(request, get_totp_secret(regenerate=True))


def kept_secret(request: HttpRequest) -> dict[str, str]:
    """The same one again, after a code that did not fit."""
    return shown_secret(request, get_totp_secret())


def shown_secret(request: HttpRequest, secret: str) -> dict[str, str]:
    """The secret as a person types it, and as a picture that the app reads."""
    link = get_adapter().build_totp_url(request.user, secret)
    picture = base64.b64encode(qr_svg(link)).decode()
    return {
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "link": link,
        "picture": f"data:image/svg+xml;base64,{picture}",
    }


def add_app(request: HttpRequest, secret: str, *, by: Actor) -> bool:
    """Set the app up; recovery codes come with the first factor. False when there is one."""
    user: User = request.user  # type: ignore[assignment]
    try:
        _set_up(request, lambda: TOTP.activate(user, secret).instance, by=by)
    except IntegrityError:
        # Of two tabs one was first.
        return False
    clear_totp_secret(request)
    return True


def options_to_add(user: User) -> Mapping[str, Any]:
    """What the browser makes a passkey from: one that signs in by itself."""
    return {"creation_options": webauthn.begin_registration(user, passwordless=True)}


def add_passkey(
    request: HttpRequest, *, name: str, credential: dict[str, Any], by: Actor
) -> Authenticator:
    """Keep a passkey that the browser has just made; recovery codes come with the first factor."""
    return _set_up(
        request, lambda: webauthn.WebAuthn.add(request.user, name, credential).instance, by=by
    )


@again_on_conflict
def new_recovery_codes(request: HttpRequest, *, by: Actor) -> bool:
    """Make new recovery codes; those before are void. False where there is no factor."""
    user: User = request.user  # type: ignore[assignment]
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if not factors_of(user).are_any:
            return False
        kind = Authenticator.Type.RECOVERY_CODES
        Authenticator.objects.filter(user_id=user.pk, type=kind).delete()
        RecoveryCodes.activate(user)
        note_new_codes(user, by=by, visit=visit_of(request))
    return True


def _set_up(request: HttpRequest, make: Callable[[], Authenticator], *, by: Actor) -> Authenticator:
    factor = _keep(request, make, by=by)
    # The person has just shown it. The session is told once, whatever became of the goes before.
    record_authentication(
        request, request.user, "mfa", id=factor.pk, type=factor.type, reauthenticated=True
    )
    return factor


@again_on_conflict
def _keep(request: HttpRequest, make: Callable[[], Authenticator], *, by: Actor) -> Authenticator:
    user: User = request.user  # type: ignore[assignment]
    with transaction.atomic():
        factor = make()
        RecoveryCodes.activate(user)
        note_added(user, factor, by=by, visit=visit_of(request))
    return factor
