"""Add, change, archive and restore places, by hand."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.availability.errors import InvalidLocation
from visavis.availability.locations import location_values
from visavis.availability.models import Location
from visavis.catalogue.enums import MeetingKind
from visavis.changes.enums import Fate
from visavis.changes.fates import Decision, Scope
from visavis.changes.places import add_place, archive_place, change_place, restore_place
from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.core.seen import ChangedMeanwhile
from visavis.web.admin.doors import METHODS, manage_page, show, status_of
from visavis.web.admin.fates import Question, with_fates
from visavis.web.admin.forms.locations import LocationForm
from visavis.web.hours.fates import ANY
from visavis.web.hours.outcomes import tell
from visavis.web.ui.doors import CommunityRequest, actor_of

OF_PLACE = (Fate.PLACE, *ANY)


@manage_page
@require_http_methods(METHODS)
def new_location(request: CommunityRequest) -> HttpResponse:
    form = LocationForm(_sent(request), initial={"kind": MeetingKind.IN_PERSON})
    if form.is_valid():
        try:
            made = add_place(request.community, form.columns, by=actor_of(request))
        except InvalidLocation as error:
            form.refuse(error, now={})
        else:
            messages.success(request, _("Added: %(name)s.") % {"name": made.name})
            return redirect("manage:locations", request.community.slug)
    return _show(request, form, None)


@manage_page
@require_http_methods(METHODS)
def location(request: CommunityRequest, pk: int) -> HttpResponse:
    found = require_location(request, pk)
    form = LocationForm(_sent(request), initial=LocationForm.shown(found))
    if form.is_valid():
        try:
            return _change(request, found, form)
        except (InvalidLocation, ChangedMeanwhile) as error:
            form.refuse(error, now=location_values(require_location(request, pk)))
    return _show(request, form, found)


def _change(request: CommunityRequest, found: Location, form: LocationForm) -> HttpResponse:
    by, seen = actor_of(request), form.cleaned_data["seen"]

    def change(decision: Decision) -> HttpResponse:
        saved = change_place(found, form.columns, decision, by=by, now=clock.now(), seen=seen)
        tell(request, _("Saved: %(name)s.") % {"name": saved.name}, decision)
        return redirect("manage:locations", request.community.slug)

    title = _("Change “%(name)s”?") % {"name": found.name}
    question = _question(request, found, title=title, verb=_("Save it and do this"))
    return with_fates(request, question, change)


@manage_page
@require_http_methods(METHODS)
def location_archiving(request: CommunityRequest, pk: int) -> HttpResponse:
    """GET asks; POST archives, or with `restore` brings it back."""
    found = require_location(request, pk)
    name = {"name": found.name}
    if "restore" in request.POST:
        restore_place(found, by=actor_of(request), now=clock.now())
        messages.success(request, _("People can meet at “%(name)s” again.") % name)
        return redirect("manage:locations", request.community.slug)
    title, verb = _("Archive “%(name)s”?") % name, _("Archive it")
    if request.method == "POST":
        question = _question(request, found, title=title, verb=verb, kind="danger")
        return with_fates(request, question, lambda decision: _archive(request, found, decision))
    page = {
        "title": title,
        "consequence": _(
            "Nobody can meet there any more. What was booked is asked about first; it can come "
            "back."
        ),
        "verb": verb,
        "back_url": reverse("manage:locations", args=[request.community.slug]),
    }
    return show(request, "admin/removal.html", page, active="locations")


def _archive(request: CommunityRequest, found: Location, decision: Decision) -> HttpResponse:
    archive_place(found, decision, by=actor_of(request), now=clock.now())
    tell(request, _("Archived: %(name)s.") % {"name": found.name}, decision)
    return redirect("manage:locations", request.community.slug)


def require_location(request: CommunityRequest, pk: int) -> Location:
    """The community's place, archived or not. Raises NotFound."""
    found = Location.objects.filter(community=request.community, pk=pk).first()
    if found is None:
        raise NotFound(_("This place is not there any more."))
    found.community = request.community
    return found


def _question(
    request: CommunityRequest, found: Location, *, title: str, verb: str, kind: str = "primary"
) -> Question:
    return Question(
        scope=Scope(request.community, location=found),
        title=title,
        verb=verb,
        back_url=reverse("manage:locations", args=[request.community.slug]),
        active="locations",
        fates=OF_PLACE,
        kind=kind,
    )


def _sent(request: CommunityRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _show(request: CommunityRequest, form: LocationForm, found: Location | None) -> HttpResponse:
    back = reverse("manage:locations", args=[request.community.slug])
    page = {"form": form, "place": found, "back_url": back}
    return show(request, "admin/location.html", page, active="locations", status=status_of(form))
