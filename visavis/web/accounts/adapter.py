"""Where allauth asks us: nobody signs up by themselves, and ways lead to own pages only."""

import unicodedata
from typing import Any, ClassVar

import requests
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from visavis.communities.queries import get_school
from visavis.core.sealing import CannotUnseal, seal, unseal
from visavis.identities.fetching import guarded_session
from visavis.people.models import User
from visavis.web.accounts.arrivals import note_arrival


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no type hints
    error_messages: ClassVar[dict[str, str | Promise]] = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": _(
            "Too many tries in a short time. Wait five minutes and try again."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  (allauth's hook)
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Own pages only, named by their path: no other host, not even one of ours."""
        return is_own_path(url or "")

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: our pages say themselves what happened."""

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:  # noqa: ARG002  (allauth's hook)
        return redirect("account_login")

    def post_login(self, request: HttpRequest, user: User, **hooks: Any) -> HttpResponse:
        """Every way in ends here, whichever it was."""
        note_arrival(request, user)
        answer: HttpResponse = super().post_login(request, user, **hooks)
        return answer


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no type hints
    """Second factors bear the school's name, and their secrets lie in the database encrypted."""

    error_messages: ClassVar[dict[str, str | Promise]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("That does not fit. Try the newest code, or another recovery code."),
    }

    def _get_site_name(self) -> str:
        return get_school().name

    def encrypt(self, text: str) -> str:
        return seal(text, purpose="factors")

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return unseal(encrypted_text, purpose="factors")
        except CannotUnseal:
            # SECRET_KEY is another one. Nothing that anybody types may fit what cannot be read.
            return str(generate_totp_secret())


def is_own_path(url: str) -> bool:
    """Whether `url` is a path on this host, as in /c/peer-mentoring/learn/."""
    # Browsers leave tabs and line breaks out of an address: what is behind them moves to the front.
    is_plain = not any(unicodedata.category(letter) == "Cc" for letter in url)
    return (
        is_plain
        and url.startswith("/")
        and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    )


class IdentityAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no type hints
    """Identity providers are asked behind the house's guards, and accounts are opened by our rules.

    `arrival.py` opens the account before allauth looks; what comes without it opens none.
    """

    def get_requests_session(self) -> requests.Session:
        return guarded_session()

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002  (allauth's hook)
        return False
