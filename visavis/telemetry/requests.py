"""The outermost edge of a request: its number, its line in the log, its part in the figures."""

import logging
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bound_contextvars

from visavis.core import measuring
from visavis.telemetry import tracing
from visavis.telemetry.logs import route_of

logger = logging.getLogger("visavis.access")

HEADER = "X-Request-ID"
# What a proxy may call a request; anything else could be a message to whoever reads the log.
SHAPE = re.compile(r"[A-Za-z0-9_-]{6,64}")
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
# Asked every few seconds by machines: for whoever wants to see it, not for everybody.
PROBES = {"healthz", "readyz", "metrics"}

Answer = Callable[[HttpRequest], HttpResponse]


class RequestEdgeMiddleware:
    """Gives each request a number, and says of each what it was, how it ended and how long it took.

    The page's name is told, never its path, and nobody's name, address or key.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = perf_counter()
        number = number_of(request)
        request.number = number  # type: ignore[attr-defined]
        spanned = tracing.request_span(str(request.method), request.headers)
        with bound_contextvars(request_id=number), spanned as span:
            response = self.get_response(request)
            _tell(request, response, perf_counter() - began, span)
        response.headers[HEADER] = number
        if is_stopping():
            # Who keeps the connection would send the next request into a server that is gone.
            response.headers["Connection"] = "close"
        return response


def is_stopping() -> bool:
    """Whether `visavis serve` has been told to end, and answers what is still under way."""
    return bool(settings.STOPPING_MARK) and Path(settings.STOPPING_MARK).exists()


def number_of(request: HttpRequest) -> str:
    """What our proxy calls the request, where one stands before us; else a number of our own."""
    given = request.headers.get(HEADER, "") if settings.ALLAUTH_TRUSTED_PROXY_COUNT else ""
    return given if SHAPE.fullmatch(given) else secrets.token_hex(6)


def _tell(request: HttpRequest, response: HttpResponse, seconds: float, span: Any) -> None:
    is_file = request.path.startswith(settings.STATIC_URL)
    route = "static" if is_file else route_of(request)
    method = request.method if request.method in METHODS else "OTHER"
    status = str(response.status_code)
    measuring.note("http_requests", route=route, method=str(method), status=status)
    measuring.note("http_request", seconds, route=route)
    told: dict[str, str | int] = {"http.route": route, "http.request.method": str(method)}
    told["http.response.status_code"] = response.status_code
    tracing.name_span(span, f"{method} {route}", **told)
    level = logging.DEBUG if is_file or route in PROBES else logging.INFO
    logger.log(
        level,
        "%s %s %s",
        method,
        route,
        status,
        extra={
            "method": method,
            "route": route,
            "status": response.status_code,
            "milliseconds": round(seconds * 1000, 1),
        },
    )
