"""The edges of a request: refusals become pages, and pages do not land inside fragments.

What leaves is kept apart from other sites.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.urls import resolve
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from visavis.core.errors import NotFound, VisavisError
from visavis.web.ui.views.health import PROBES

UNUSED = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
)
ISOLATION = {
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED),
    "Cross-Origin-Resource-Policy": "same-origin",
}

Answer = Callable[[HttpRequest], HttpResponse]


class IsolationMiddleware:
    """Says what our pages never need, and that no other site may use what is ours."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in ISOLATION.items():
            response.headers.setdefault(name, value)
        return response


class ProbesMiddleware:
    """Answers machines that ask whether all is well, before anything may stand in their way.

    They come by any host name, without HTTPS, without a session, and every few seconds.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        probe = PROBES.get(request.path)
        if probe is None:
            return self.get_response(request)
        request.resolver_match = resolve(request.path)
        return probe(request)


class HtmxEdgesMiddleware:
    """Keeps a login page or an error page from being swapped into a part of another page."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not getattr(request, "htmx", False):
            return response
        if _goes_to_login(response):
            return _whole_page_login(request)
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            _make_whole_page(request, response)
        return response


class DomainErrorsMiddleware:
    """A refusal that no view caught becomes a page with its sentence."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, NotFound):
            # One page for unknown and forbidden: its words must not differ either.
            return render(request, "404.html", status=HTTPStatus.NOT_FOUND)
        if not isinstance(error, VisavisError):
            return None
        context = {"error_title": _("This did not work"), "error_sentence": error.message}
        response = render(request, "ui/error.html", context, status=error.status)
        response.headers["HX-Retarget"] = "body"
        return response


def _goes_to_login(response: HttpResponse) -> bool:
    login = resolve_url(settings.LOGIN_URL)
    return response.headers.get("Location", "").split("?")[0] == login


def _whole_page_login(request: HttpRequest) -> HttpResponse:
    # After signing in the person wants the page they were on, not the fragment that was asked for.
    back = request.htmx.current_url_abs_path or "/"  # type: ignore[attr-defined]
    login = resolve_url(settings.LOGIN_URL)
    return HttpResponse(headers={"HX-Redirect": f"{login}?{urlencode({'next': back})}"})


def _make_whole_page(request: HttpRequest, response: HttpResponse) -> None:
    if response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "HX-Retarget" not in response:
        return  # a form with its errors: it belongs where it was
    if request.method == "GET":
        response.headers["HX-Redirect"] = request.get_full_path()
    elif response.status_code == HTTPStatus.FORBIDDEN:
        response.headers["HX-Refresh"] = "true"
    else:
        response.headers["HX-Retarget"] = "body"
        response.headers["HX-Reswap"] = "innerHTML show:window:top"
