"""What an address that only does something answers to somebody who merely opens it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponse]


def post_page(back: Callable[..., str]) -> Callable[[View], View]:
    """Only a POST does it; a GET, as of Enter in the address bar, leads to the path `back` gives.

    `back` takes what the view takes, and may raise what it raises.
    """

    def guard(view: View) -> View:
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def guarded(request: HttpRequest, *found: Any, **wanted: Any) -> HttpResponse:
            if request.method == "POST":
                return view(request, *found, **wanted)
            return redirect(back(request, *found, **wanted))

        return guarded

    return guard
