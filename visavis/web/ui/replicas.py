"""Pages that may be read from the copy of the database, unless their reader has just changed it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from visavis.core.replicas import reads_replica

COOKIE = "changed"
SAFE = {"GET", "HEAD", "OPTIONS"}

View = Callable[..., HttpResponseBase]
T = TypeVar("T")


def from_replica(view: View) -> View:
    """Mark a page that only shows. Put it below the door, which asks the first database."""

    @wraps(view)
    def read(request: HttpRequest, **wanted: Any) -> HttpResponseBase:
        with nullcontext() if has_changed(request) else reads_replica():
            return view(request, **wanted)

    return read


def lines_from_replica(request: HttpRequest, lines: Iterable[T]) -> Iterator[T]:
    """The same for what is sent bit by bit, after the page has returned."""
    if has_changed(request):
        yield from lines
        return
    rest, end = iter(lines), object()
    while True:
        with reads_replica():
            line = next(rest, end)
        if line is end:
            return
        yield line  # type: ignore[misc]


def has_changed(request: HttpRequest) -> bool:
    """Whether the reader has changed something that the copy may not know yet."""
    return request.method not in SAFE or COOKIE in request.COOKIES


class RememberChangeMiddleware:
    """Has whoever sends a form see the first database for a while: what they did must be there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in SAFE:
            response.set_cookie(
                COOKIE,
                "1",
                max_age=settings.REPLICA_LAG,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response
