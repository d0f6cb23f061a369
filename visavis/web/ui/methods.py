"""What an address that only does something answers to somebody who merely opens it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

Answer = TypeVar("Answer", bound=HttpResponseBase)


def post_page(
    back: Callable[..., str],
) -> Callable[[Callable[..., Answer]], Callable[..., Answer | HttpResponse]]:
    """Only a POST does it; a GET, as of Enter in the address bar, leads to the path `back` gives.

    `back` takes what the view takes, and may raise what it raises.
    """

    def guard(view: Callable[..., Answer]) -> Callable[..., Answer | HttpResponse]:
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def guarded(request: HttpRequest, *found: Any, **wanted: Any) -> Answer | HttpResponse:
            if request.method == "POST":
                return view(request, *found, **wanted)
            return redirect(back(request, *found, **wanted))

        return guarded

    return guard
