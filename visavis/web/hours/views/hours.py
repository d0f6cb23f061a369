"""The list of hours, and what students can book from them."""

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from visavis.core import clock
from visavis.web.hours.desk import Desk
from visavis.web.hours.reads import block_rows, bookable, change_rows
from visavis.web.hours.undo import find_removed
from visavis.web.ui.context import cycle_of
from visavis.web.ui.doors import CommunityRequest


@require_safe
def hours(request: CommunityRequest, desk: Desk) -> HttpResponse:
    now, cycle = clock.now(), cycle_of(request)
    today = now.astimezone(request.community.zone).date()
    page = {
        "blocks": block_rows(desk.provider, cycle=cycle),
        "changes": change_rows(desk.provider, today=today, cycle=cycle),
        "bookable": bookable(desk.provider, now=now),
        "removed": find_removed(desk.provider, request.GET.get("removed", "")),
    }
    return show(request, desk, "hours/hours.html", page)


def show(
    request: CommunityRequest,
    desk: Desk,
    template: str,
    page: dict[str, Any],
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The page in the frame of the face to which the desk belongs."""
    return render(request, template, {**desk.context, "desk": desk, **page}, status=status)
