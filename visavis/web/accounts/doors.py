"""The ways into the pages of one's own account: signed in, and for some freshly so."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from visavis.core.errors import NotFound
from visavis.people.factors import has_second_factor, may_have_factors
from visavis.people.models import User
from visavis.web.accounts.ways import with_next
from visavis.web.ui.doors import Entrance, admits
from visavis.web.ui.steps_of_sign_in import is_fresh

View = Callable[..., HttpResponseBase]


def own_page(view: View) -> View:
    """Admit whoever is signed in, to what is theirs; nothing of it is kept on the way."""

    @admits(Entrance.SIGNED_IN)
    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *found: Any, **wanted: Any) -> HttpResponseBase:
        return view(request, *found, **wanted)

    return guarded


def fresh_page(view: View) -> View:
    """Admit whoever proved a short while ago who they are; others prove it again and come back."""

    @own_page
    @wraps(view)
    def guarded(request: HttpRequest, *found: Any, **wanted: Any) -> HttpResponseBase:
        if is_fresh(request):
            return view(request, *found, **wanted)
        return redirect(with_next("account_confirmation", request.get_full_path()))

    return guarded


def factor_page(view: View) -> View:
    """The same for those who have second factors, or may have them. Raises NotFound for others."""

    @own_page
    @wraps(view)
    def guarded(request: HttpRequest, *found: Any, **wanted: Any) -> HttpResponseBase:
        person: User = request.user  # type: ignore[assignment]
        if not may_have_factors(person) and not has_second_factor(person):
            raise NotFound(_("Second factors are for those who work here."))
        return fresh_page(view)(request, *found, **wanted)

    return guarded
