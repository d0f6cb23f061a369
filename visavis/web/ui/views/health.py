"""What a load balancer and Prometheus ask."""

from collections.abc import Callable
from http import HTTPStatus

from allauth.account.adapter import get_adapter
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import caches
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from visavis.core.upgrades import missing_migrations
from visavis.telemetry import exposition
from visavis.telemetry.requests import is_stopping
from visavis.web.ui.doors import Entrance, admits


@admits(Entrance.EVERYBODY)
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Say that this process answers. Touches no database."""
    return HttpResponse("ok", content_type="text/plain")


@admits(Entrance.EVERYBODY)
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """Whether pages can be shown now; otherwise 503 with what is missing.

    The server does not stop; the database answers, has every migration and the table of limits;
    the static files are gathered.
    """
    for lack in (_stopping, _static, _database):
        reason = lack()
        if reason:
            return HttpResponse(
                f"{reason}\n", content_type="text/plain", status=HTTPStatus.SERVICE_UNAVAILABLE
            )
    return HttpResponse("ready", content_type="text/plain")


@admits(Entrance.EVERYBODY)
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures for Prometheus; whoever may not read them finds nothing here."""
    if not exposition.may_read(request.headers.get("Authorization", ""), _address_of(request)):
        return HttpResponseNotFound("Not found\n", content_type="text/plain")
    return HttpResponse(exposition.write_metrics(), content_type=exposition.CONTENT_TYPE)


def _address_of(request: HttpRequest) -> str:
    try:
        return str(get_adapter().get_client_ip(request))
    except (PermissionDenied, ImproperlyConfigured):
        return ""  # fewer proxies have spoken than we have: whoever it is, it is nobody we know


def _stopping() -> str:
    return "The server is stopping." if is_stopping() else ""


def _static() -> str:
    # A storage that names files by their content must have seen them all.
    gathered = getattr(staticfiles_storage, "hashed_files", None)
    if gathered is None or gathered:
        return ""
    return "The static files are not gathered. Start the site by: visavis serve"


def _database() -> str:
    try:
        missing = len(missing_migrations())
        if missing:
            return f"{missing} migrations are not applied. Run: visavis migrate"
        caches["default"].get("readyz")
    except (DatabaseError, InterfaceError):
        return "The database does not answer."
    return ""


PROBES: dict[str, Callable[[HttpRequest], HttpResponseBase]] = {
    "/healthz": healthz,
    "/readyz": readyz,
    "/metrics": metrics,
}
