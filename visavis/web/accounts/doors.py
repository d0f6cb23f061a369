"""The way into the pages of one's own account: signed in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from visavis.web.ui.doors import Entrance, admits


def own_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Admit whoever is signed in, to what is theirs; nothing of it is kept on the way."""

    @admits(Entrance.SIGNED_IN)
    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *found: Any, **wanted: Any) -> HttpResponseBase:
        return view(request, *found, **wanted)

    return guarded
