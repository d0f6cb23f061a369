"""Sick today: one button, one page that says what happens, and what was done."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from visavis.availability.undoing import find_last_change
from visavis.changes.errors import Undecided
from visavis.changes.sick_leave import Leave, Left, go_on_leave
from visavis.core import clock
from visavis.people.queries import providers_elsewhere
from visavis.web.hours.desk import Desk
from visavis.web.hours.sick_leave import SickLeaveForm, outlook
from visavis.web.hours.views.blocks import METHODS
from visavis.web.hours.views.hours import show
from visavis.web.ui.context import cycle_of
from visavis.web.ui.doors import CommunityRequest, actor_of


@require_http_methods(METHODS)
def sick_leave(request: CommunityRequest, desk: Desk) -> HttpResponse:
    """GET shows what happens until the end of a day, or has happened; POST does it."""
    now = clock.now()
    sent = request.POST if request.method == "POST" else request.GET
    form = SickLeaveForm(sent if "until" in sent else None, provider=desk.provider, now=now)
    if request.method != "POST" or not form.is_valid():
        return _ask(request, desk, form)
    leave = form.leave(request.POST.getlist("seen"))
    try:
        left = go_on_leave(desk.provider, leave, by=actor_of(request), now=now)
    except Undecided:
        return _ask(request, desk, form, is_newer=bool(leave.seen))
    _tell_of_moved(request, leave, left)
    if left.offered and not left.away:
        messages.success(request, _("The students are offered other times."))
    return redirect(f"{request.path}?{urlencode({'until': form.day.isoformat()})}")


def _ask(
    request: CommunityRequest, desk: Desk, form: SickLeaveForm, *, is_newer: bool = False
) -> HttpResponse:
    seen = outlook(desk.provider, form.day, now=form.now, cycle=cycle_of(request))
    last = find_last_change(desk.provider, now=form.now)
    page = {
        "form": form,
        "outlook": seen,
        "is_newer": is_newer,
        "undoable": last if last is not None and seen.is_of(last) else None,
        "elsewhere": list(providers_elsewhere(desk.provider)) if desk.is_own else [],
    }
    is_refused = bool(form.errors) or request.method == "POST"
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
    return show(request, desk, "hours/sick_leave.html", page, status=status)


def _tell_of_moved(request: CommunityRequest, leave: Leave, left: Left) -> None:
    """Say of meetings that were on the page and are not among those any more."""
    gone = len(set(leave.seen) - {row.pk for row in left.offered})
    if gone and left.away:
        told = ngettext(
            "One meeting was moved or called off meanwhile. It stays as it is now.",
            "%(count)d meetings were moved or called off meanwhile. They stay as they are now.",
            gone,
        )
        messages.info(request, told % {"count": gone})
