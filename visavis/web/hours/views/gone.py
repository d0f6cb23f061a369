"""Hours that somebody removed while another tab still showed them."""

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from visavis.availability.models import HoursChange
from visavis.availability.undoing import find_removal
from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.web.hours.desk import Desk
from visavis.web.hours.views.hours import show
from visavis.web.ui.context import cycle_of
from visavis.web.ui.doors import CommunityRequest
from visavis.web.ui.times import time_in_words


def back_from_gone(request: CommunityRequest, desk: Desk, table: str, pk: int) -> HttpResponse:
    """The page of the hours, which says what became of them."""
    messages.warning(request, gone_in_words(request, desk, table, pk))
    if getattr(request, "htmx", False):
        # A part of the page was asked for: the sentence belongs on the whole of it.
        return HttpResponse(headers={"HX-Redirect": desk.hours_url})
    return redirect(desk.hours_url)


def show_gone(
    request: CommunityRequest, desk: Desk, table: str, pk: int, form: forms.Form
) -> HttpResponse:
    """What was typed about hours that are gone (“block” or “change”): saved now, it is added."""
    page = {
        "form": form,
        "gone": gone_in_words(request, desk, table, pk),
        "action": f"{desk.root}{table}s/new/{desk.query}",
    }
    return show(request, desk, f"hours/{table}.html", page, status=HTTPStatus.CONFLICT)


def gone_in_words(request: CommunityRequest, desk: Desk, table: str, pk: int) -> str:
    """Who removed them and when, and that nothing was changed.

    Raises NotFound for what these hours have not lost of late: it never was theirs, for all one
    can tell.
    """
    removal = find_removal(desk.provider, table, pk, now=clock.now())
    if removal is None:
        raise NotFound(_("These hours are not there, or not any more. Nothing was changed."))
    return _("These hours are gone: %(who)s removed them at %(time)s. Nothing was changed.") % {
        "who": removal.by_label,
        "time": _time(request, removal),
    }


def _time(request: CommunityRequest, removal: HoursChange) -> str:
    return time_in_words(removal.at, zone=request.community.zone, cycle=cycle_of(request))
