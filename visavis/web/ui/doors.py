"""The way into each page of a community's people: signed in, with a rule that admits them.

Every page says whom it admits, on the view itself: `admits` is an act of the table of rules, or
one of the entrances of pages that belong to no community. tests/web/test_every_url.py reads it of
every address there is, and docs/roles.md is printed from it.
"""

from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import reverse
from django.views.decorators.cache import never_cache

from visavis.communities.models import Community
from visavis.core.history import Actor
from visavis.people.doors import require_standing
from visavis.people.enums import Act
from visavis.people.models import User
from visavis.people.rules import Standing, rule_of
from visavis.web.ui.drafts import is_framed, let_frame, use_draft

View = Callable[..., HttpResponseBase]
Rule = Callable[[Standing], bool]


class Entrance(Enum):
    """Whom a page admits that belongs to no community."""

    EVERYBODY = "Everybody, signed in or not"
    SIGNED_IN = "Whoever is signed in, to what is theirs"
    KEY = "Whoever has the secret address, and nobody else"
    FILE = "Whoever may read the record that the file belongs to"
    SHORT = "Whoever may enter the community that the short address leads to"
    DEMO = "Everybody, in the demonstration alone"


# Pages that libraries bring, by the name of the address: they cannot say it themselves.
OF_LIBRARIES: dict[str, Entrance] = {}


def admits(whom: Act | Entrance) -> Callable[[View], View]:
    """Say whom a view admits; the view, or a door beneath, sees to it."""

    def label(view: View) -> View:
        view.admits = whom  # type: ignore[attr-defined]
        return view

    return label


class SignedInRequest(HttpRequest):
    """A request of somebody who is known."""

    user: User


class CommunityRequest(SignedInRequest):
    """A request that has come through a community's door."""

    community: Community
    standing: Standing


def community_page(act: Act, *, may: Rule | None = None, home: str = "") -> Callable[[View], View]:
    """Admit those who may do `act`; the view reads `request.community` and `request.standing`.

    `may` is asked in place of the table's row where more than the role counts.

    Strangers sign in first, whether the community is there or not; who had sent a form comes back
    to the page named `home`. Raises NotFound for the others, before the method is looked at, so
    that a page's address gives nothing away.
    """
    rule = may or rule_of(act)

    def guard(view: View) -> View:
        @admits(act)
        @never_cache
        @wraps(view)
        def guarded(request: HttpRequest, community: str, **wanted: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                back = _way_back(request, community, home)
                return redirect_to_login(back, resolve_url(settings.LOGIN_URL))
            standing = require_standing(request.user, community, may=rule)
            request.community, request.standing = standing.community, standing  # type: ignore[attr-defined]
            if not is_framed(request, standing):
                return view(request, **wanted)
            use_draft(request, standing)
            response = view(request, **wanted)
            let_frame(response)
            return response

        return guarded

    return guard


def _way_back(request: HttpRequest, community: str, home: str) -> str:
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    return reverse(home, args=[community]) if home else "/"


def actor_of(request: SignedInRequest) -> Actor:
    """Who does what this request asks for."""
    return Actor(request.user.pk, str(request.user))
