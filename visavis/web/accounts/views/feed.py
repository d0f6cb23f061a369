"""The calendar behind a private address: for programs, which do not sign in."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from visavis.calendars.feeds import feed_calendar, find_fed_person
from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.web.ui.doors import Entrance, admits


@admits(Entrance.KEY)
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """The meetings of whose address this is. Raises NotFound for all others alike."""
    person = find_fed_person(token)
    if person is None:
        raise NotFound(_("There is nothing at this address."))
    content = feed_calendar(person, now=clock.now())
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["ETag"] = etag = f'"{hashlib.sha256(content).hexdigest()}"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Disposition"] = 'inline; filename="meetings.ics"'
    response.headers["X-Robots-Tag"] = "noindex"
    return get_conditional_response(request, etag=etag, response=response) or response
