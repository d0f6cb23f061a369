"""Writes down when a session was last used: now and then, and in no page's own time."""

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from django.http import HttpRequest, HttpResponse

from visavis.core import clock
from visavis.people.devices import see_device
from visavis.web.ui.steps_of_sign_in import steps_of, visit_of

EVERY_SECONDS = 60 * 60
MOST_KEPT = 20_000


class DeviceMiddleware:
    """At most one write an hour for each session and process; most pages ask nothing at all.

    A process that meets a session for the first time counts from its sign-in, which the session
    itself holds.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._seen: OrderedDict[str, float] = OrderedDict()
        self._lock = Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # A page that never asked who is there must not ask for our sake.
        if hasattr(request, "_cached_user") and request.user.is_authenticated:
            key = request.session.session_key
            if key and self._is_due(request, key):
                see_device(key, visit=visit_of(request), now=clock.now())
        return response

    def _is_due(self, request: HttpRequest, key: str) -> bool:
        now = time.time()
        with self._lock:
            last = self._seen.get(key)
            if last is None:
                steps = steps_of(request)
                last = max((float(step.get("at", 0)) for step in steps), default=now)
            is_due = now - last > EVERY_SECONDS
            self._seen[key] = now if is_due else last
            self._seen.move_to_end(key)
            while len(self._seen) > MOST_KEPT:
                self._seen.popitem(last=False)
        return is_due
