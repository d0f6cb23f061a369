"""How much of something one person, and one address on the net, may ask for in a time.

Counted in the memory of each process by allauth's own arithmetic: a page pays no query for it.
docs/adr/0012-limits-in-memory.md says why, and what it costs.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Lock
from typing import Any

from allauth.core.internal.ratelimit import Rate, apply_rate, parse_rates, truncate_ip
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from visavis.web.ui.steps_of_sign_in import address_of

MOST_KEPT = 50_000
READS = frozenset({"GET", "HEAD"})
WRITES = frozenset({"POST"})

# What is limited: under which name, by which methods, on which pages. A test opens every page
# there is and says what is missing here.
LIMITED: dict[str, tuple[frozenset[str], tuple[str, ...]]] = {
    "search": (
        READS,
        (
            "student:services",
            "student:times",
            "student:providers",
            "student:places",
            "student:weeks",
            "student:review",
            "short_address",
            "teach:move",
            "teach:proposal",
            "manage:why_not",
            "manage:new_appointment",
            "manage:new_appointment_details",
            "manage:appointment_times",
            # Lists with a line of search, and the names that are proposed while one types.
            "student:my_services",
            "manage:names",
            "manage:short_addresses",
            "manage:appointments",
            "manage:services",
            "manage:enrollment",
            "manage:providers",
            "manage:eligibility",
            "manage:students",
            "manage:locations",
            "manage:logs",
            "manage:roles",
            "manage:all_hours",
            "manage:history",
            "school:communities",
            "school:people",
            "school:identity_people",
            "school:record",
        ),
    ),
    "booking": (
        WRITES,
        (
            "student:bookings",
            "student:series_bookings",
            "student:move",
            "student:cancellation",
            "student:series_ending",
            "student:proposal",
            "student:proposal_declining",
            "student:waitlist",
            "student:waitlist_leaving",
            "student:waitlist_letting_go",
            "student:topic",
            "student:my_services",
            "teach:acceptance",
            "teach:refusal",
            "teach:cancellation",
            "teach:group_cancellation",
            "teach:move",
            "teach:proposal",
            "teach:withdrawal",
            "teach:log",
            "teach:attendance",
            "teach:series_acceptance",
            "teach:series_refusal",
            "teach:series_ending",
            "manage:new_appointment_details",
            "manage:appointment_change",
            "manage:appointment_handing_over",
            "manage:appointment_acceptance",
            "manage:appointment_refusal",
            "manage:appointment_cancellation",
            "manage:appointment_group_cancellation",
        ),
    ),
    "imports": (
        WRITES,
        (
            "manage:uploads",
            "manage:import_plan",
            "manage:import_choices",
            "manage:import_application",
            "manage:import_undoing",
            "manage:import_disposal",
            "manage:guide_people",
            "manage:guide_courses",
            "manage:guide_places",
        ),
    ),
    "exports": (
        READS | WRITES,
        (
            "account_data_file",
            "school:person_file",
            "student:calendar",
            "student:series_calendar",
            "manage:export",
            "manage:template",
            "manage:new_download",
            "manage:download_file",
            "manage:import_file",
            "manage:history_export",
            "manage:appointments_export",
            "school:record_export",
            "manage:closures_export",
            "manage:eligibility_export",
            "manage:formats_export",
            "manage:roles_export",
            "manage:waitlist_export",
        ),
    ),
    "sign_in": (
        WRITES,
        (
            "account_login",
            "account_confirm_login_code",
            "account_new_code",
            "account_link",
            "account_begin",
            "account_passkey",
            "account_confirmation",
            "mfa_authenticate",
        ),
    ),
}
# Both ways of one page may be limited: a list is searched by GET, and booked from by POST.
NAMES = {
    (page, method): name
    for name, (methods, pages) in LIMITED.items()
    for page in pages
    for method in methods
}


@dataclass(slots=True)
class Counter:
    """When each key was counted, as long as that counts, and of the newest keys alone.

    Keys stand in the order in which they were last asked for.
    """

    most: int = MOST_KEPT
    _times: OrderedDict[str, tuple[list[float], float]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def consume(self, key: str, rate: Rate, *, now: float) -> float:
        """Count one; 0, or after how many seconds the next one fits, which then is not counted."""
        with self._lock:
            self._forget_past(now)
            times, _seconds = self._times.setdefault(key, ([], rate.duration))
            self._times.move_to_end(key)
            while len(self._times) > self.most:
                self._times.popitem(last=False)
            allowed, _kept = apply_rate(times, now, rate)
            return 0.0 if allowed else max(times[-1] + rate.duration - now, 1.0)

    def _forget_past(self, now: float) -> None:
        """From the oldest on, up to the first that still counts."""
        while self._times:
            times, seconds = next(iter(self._times.values()))
            if times and times[0] > now - seconds:
                return
            self._times.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._times.clear()


counter = Counter()


class LimitsMiddleware:
    """Answers 429, and says when to go on, before a page does any work."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        match = request.resolver_match
        name = NAMES.get((match.view_name if match else "", request.method or ""))
        if name is None:
            return None
        now = time.monotonic()
        # Address first: that asks nobody who is there.
        for key, rate in _keys(request, name):
            seconds = counter.consume(key, rate, now=now)
            if seconds:
                return _refuse(request, seconds=math.ceil(seconds))
        return None


def _keys(request: HttpRequest, name: str) -> Iterator[tuple[str, Rate]]:
    rates = sorted(parse_rates(settings.LIMITS[name]), key=lambda rate: rate.per != "ip")
    for rate in rates:
        if rate.per == "ip":
            yield f"{name}:{rate}:{truncate_ip(address_of(request))}", rate
        elif request.user.is_authenticated:
            yield f"{name}:{rate}:{request.user.pk}", rate


def _refuse(request: HttpRequest, *, seconds: int) -> HttpResponse:
    page = {"error_title": _("That was a little fast"), "error_sentence": _sentence(seconds)}
    answer = render(request, "ui/error.html", page, status=HTTPStatus.TOO_MANY_REQUESTS)
    answer.headers["Retry-After"] = str(seconds)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _sentence(seconds: int) -> str:
    minutes = math.ceil(seconds / 60)
    if seconds > 2 * 60:
        when = ngettext("in %(n)d minute", "in %(n)d minutes", minutes) % {"n": minutes}
    else:
        when = ngettext("in %(n)d second", "in %(n)d seconds", seconds) % {"n": seconds}
    said = _(
        "More was asked for from here in a short time than one person needs. Nothing was changed. "
        "Try again %(when)s."
    )
    return said % {"when": when}
