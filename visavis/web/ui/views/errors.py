"""Pages for what went wrong."""

import sys
from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from visavis.core import measuring
from visavis.core.troubles import Trouble, trouble_of


@dataclass(frozen=True)
class Pause:
    """What to say while the database does not do its part, and when to come back, in seconds."""

    title: Promise
    sentence: Promise
    seconds: int


GONE = Pause(
    _("The site takes a short break"),
    _(
        "Its data cannot be reached at the moment. What was booked before is safe. If you were "
        "sending something, go back and send it again in a minute: nothing is booked twice."
    ),
    30,
)
BUSY = Pause(
    _("Too many people at once"),
    _(
        "Somebody was changing the same at this very moment, so nothing was booked or changed by "
        "this. Go back and send it again."
    ),
    5,
)
SLOW = Pause(
    _("This took too long"),
    _(
        "It was stopped so that others need not wait. Nothing was booked or changed by this. Ask "
        "for fewer days or less at once, or try again later."
    ),
    30,
)
FULL = Pause(
    _("There is no room to keep anything"),
    _(
        "The site’s disk is full, so nothing was booked or changed by this. What was booked before "
        "is safe. The people who run this site have to make room."
    ),
    300,
)
PAUSES = {
    Trouble.GONE: GONE,
    Trouble.BUSY: BUSY,
    Trouble.CONFLICT: BUSY,
    Trouble.SLOW: SLOW,
    Trouble.FULL: FULL,
}


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  (Django hands it over by name)
    """Answer as for an unknown address: a 403 would tell a stranger that the thing is there."""
    return render(request, "404.html", status=HTTPStatus.NOT_FOUND)


def broken(request: HttpRequest) -> HttpResponse:
    """The page for an error that nobody caught, or a pause if it is the database's trouble.

    It asks the database nothing, and names the number under which the log tells of it.
    """
    trouble = trouble_of(sys.exc_info()[1])
    pause = PAUSES.get(trouble) if trouble else None
    page = loader.get_template("500.html")
    context = {"pause": pause, "number": getattr(request, "number", "")}
    if pause is None or trouble is None:
        return HttpResponse(page.render(context), status=HTTPStatus.INTERNAL_SERVER_ERROR)
    measuring.note("database_troubles", trouble=trouble.value)
    return HttpResponse(
        page.render(context),
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        headers={"Retry-After": str(pause.seconds)},
    )
