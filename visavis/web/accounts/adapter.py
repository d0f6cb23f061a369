"""Where allauth asks us: nobody signs up by themselves, and ways lead to own pages only."""

from typing import Any

import requests
from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from visavis.identities.fetching import guarded_session


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no type hints
    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  (allauth's hook)
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Own pages only, named by their path: no other host, not even one of ours."""
        return is_own_path(url or "")

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: our pages say themselves what happened."""

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:  # noqa: ARG002  (allauth's hook)
        return redirect("account_login")


def is_own_path(url: str) -> bool:
    """Whether `url` is a path on this host, as in /c/peer-mentoring/learn/."""
    return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)


class IdentityAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no type hints
    """Identity providers are asked behind the house's guards, and accounts are opened by our rules.

    `arrival.py` opens the account before allauth looks; what comes without it opens none.
    """

    def get_requests_session(self) -> requests.Session:
        return guarded_session()

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002  (allauth's hook)
        return False
