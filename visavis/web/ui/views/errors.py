"""Pages for what went wrong."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  (Django hands it over by name)
    """Answer as for an unknown address: a 403 would tell a stranger that the thing is there."""
    return render(request, "404.html", status=HTTPStatus.NOT_FOUND)
