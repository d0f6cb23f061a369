"""Kinds of meetings: what stands on the learn screen's buttons."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from visavis.catalogue.actions import add_format
from visavis.catalogue.errors import InvalidFormat
from visavis.catalogue.formats import (
    all_formats,
    archive_format,
    change_format,
    format_values,
    move_format,
    restore_format,
)
from visavis.catalogue.models import AppointmentFormat
from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.core.seen import ChangedMeanwhile
from visavis.web.admin.doors import METHODS, manage_page, show, status_of
from visavis.web.admin.forms.formats import FormatForm
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.methods import post_page


def formats_url(request: CommunityRequest) -> str:
    return reverse("manage:formats", args=[request.community.slug])


def _back(request: CommunityRequest, pk: int) -> str:
    require_format(request, pk)
    return formats_url(request)


@manage_page
@require_safe
def formats(request: CommunityRequest) -> HttpResponse:
    """What is offered, in its order, and what is archived."""
    page = {
        "formats": list(all_formats(request.community)),
        "archived": list(all_formats(request.community, archived=True)),
    }
    return show(request, "admin/formats.html", page, active="formats")


@manage_page
@require_http_methods(METHODS)
def new_format(request: CommunityRequest) -> HttpResponse:
    form = FormatForm(request.POST if request.method == "POST" else None, initial=_usual())
    if form.is_valid():
        try:
            made = add_format(request.community, **form.columns, by=actor_of(request))
        except InvalidFormat as error:
            form.refuse(error, now={})
        else:
            told = _("“%(name)s” is offered now. Ask students what you need to know.")
            messages.success(request, told % {"name": made.name})
            return redirect("manage:questions", request.community.slug, made.pk)
    return _show(request, form, None)


@manage_page
@require_http_methods(METHODS)
def format_(request: CommunityRequest, pk: int) -> HttpResponse:
    found = require_format(request, pk)
    form = FormatForm(
        request.POST if request.method == "POST" else None, initial=FormatForm.shown(found)
    )
    if form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            change_format(found, form.columns, by=actor_of(request), seen=seen)
        except (InvalidFormat, ChangedMeanwhile) as error:
            found.refresh_from_db()
            form.refuse(error, now=format_values(found))
        else:
            told = _("Saved: %(name)s. Meetings that are booked stay as they are.")
            messages.success(request, told % {"name": form.cleaned_data["name"]})
            return redirect("manage:formats", request.community.slug)
    return _show(request, form, found)


@manage_page
@require_http_methods(METHODS)
def format_archiving(request: CommunityRequest, pk: int) -> HttpResponse:
    found = require_format(request, pk)
    name = {"name": found.name}
    if request.method == "POST":
        if "restore" in request.POST:
            restore_format(found, by=actor_of(request))
            messages.success(request, _("“%(name)s” is offered again.") % name)
        else:
            archive_format(found, by=actor_of(request), now=clock.now())
            told = _("“%(name)s” is archived. It stands below, from where it can come back.")
            messages.success(request, told % name)
        return redirect("manage:formats", request.community.slug)
    page = {
        "title": _("Archive “%(name)s”?") % name,
        "consequence": _(
            "Students can no longer book it. Meetings that are booked stay, and it can come back."
        ),
        "verb": _("Archive it"),
        "back_url": formats_url(request),
    }
    return show(request, "admin/removal.html", page, active="formats")


@manage_page
@post_page(back=_back)
def format_position(request: CommunityRequest, pk: int) -> HttpResponse:
    move_format(require_format(request, pk), up="up" in request.POST, by=actor_of(request))
    return redirect("manage:formats", request.community.slug)


def require_format(request: CommunityRequest, pk: int) -> AppointmentFormat:
    """The community's format, archived or not. Raises NotFound."""
    found = AppointmentFormat.objects.filter(community=request.community, pk=pk).first()
    if found is None:
        raise NotFound(_("This kind of meeting is not there any more."))
    found.community = request.community
    return found


def _usual() -> dict[str, Any]:
    values = format_values(AppointmentFormat(minutes=30))
    return values | {"auto_confirm": "True"}


def _show(
    request: CommunityRequest, form: FormatForm, found: AppointmentFormat | None
) -> HttpResponse:
    page = {"form": form, "format": found, "back_url": formats_url(request)}
    return show(request, "admin/format.html", page, active="formats", status=status_of(form))
