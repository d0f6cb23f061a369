"""Add, change, archive and restore what can be booked, by hand."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.catalogue.errors import InvalidService
from visavis.catalogue.models import Service
from visavis.catalogue.services import service_values
from visavis.changes.enums import Fate
from visavis.changes.fates import Decision, Scope
from visavis.changes.services import (
    add_service,
    archive_service,
    change_service,
    restore_service,
)
from visavis.core import clock
from visavis.core.seen import ChangedMeanwhile
from visavis.web.admin.doors import METHODS, manage_page, show, status_of
from visavis.web.admin.fates import Question, with_fates
from visavis.web.admin.forms.services import ServiceForm
from visavis.web.admin.queries.catalogue import require_service
from visavis.web.hours.outcomes import tell
from visavis.web.ui.doors import CommunityRequest, actor_of

# Nothing else is left of a service that nobody can book.
OF_ARCHIVED = (Fate.CANCEL, Fate.KEEP)


@manage_page
@require_http_methods(METHODS)
def new_service(request: CommunityRequest) -> HttpResponse:
    form = ServiceForm(_sent(request), community=request.community)
    if form.is_valid():
        try:
            made = add_service(request.community, form.columns, by=actor_of(request))
        except InvalidService as error:
            form.refuse(error, now={})
        else:
            messages.success(request, _("Added: %(name)s.") % {"name": made.label})
            return redirect("manage:service", request.community.slug, made.pk)
    return _show(request, form, None)


@manage_page
@require_http_methods(METHODS)
def service_change(request: CommunityRequest, pk: int) -> HttpResponse:
    found = require_service(request.community, pk)
    form = ServiceForm(
        _sent(request), initial=ServiceForm.shown(found), community=request.community
    )
    if form.is_valid():
        try:
            return _change(request, found, form)
        except (InvalidService, ChangedMeanwhile) as error:
            form.refuse(error, now=service_values(require_service(request.community, pk)))
    return _show(request, form, found)


def _change(request: CommunityRequest, found: Service, form: ServiceForm) -> HttpResponse:
    by, seen = actor_of(request), form.cleaned_data["seen"]

    def change(decision: Decision) -> HttpResponse:
        now = clock.now()
        saved = change_service(found, form.columns, decision, by=by, now=now, seen=seen)
        tell(request, _("Saved: %(name)s.") % {"name": saved.label}, decision)
        return redirect("manage:service", request.community.slug, found.pk)

    title = _("Change “%(name)s”?") % {"name": found.label}
    question = _question(request, found, title=title, verb=_("Save it and do this"))
    return with_fates(request, question, change)


@manage_page
@require_http_methods(METHODS)
def service_archiving(request: CommunityRequest, pk: int) -> HttpResponse:
    """GET asks; POST archives, or with `restore` brings it back."""
    found = require_service(request.community, pk)
    name = {"name": found.label}
    if "restore" in request.POST:
        return _restore(request, found)
    title, verb = _("Archive “%(name)s”?") % name, _("Archive it")
    if request.method == "POST":
        question = _question(request, found, title=title, verb=verb, kind="danger")
        return with_fates(request, question, lambda decision: _archive(request, found, decision))
    page = {
        "title": title,
        "consequence": _(
            "Students can no longer book it. What was booked is asked about first; it can come "
            "back with everything that belongs to it."
        ),
        "verb": verb,
        "back_url": reverse("manage:service", args=[request.community.slug, found.pk]),
    }
    return show(request, "admin/removal.html", page, active="services")


def _archive(request: CommunityRequest, found: Service, decision: Decision) -> HttpResponse:
    archive_service(found, decision, by=actor_of(request), now=clock.now())
    tell(request, _("Archived: %(name)s.") % {"name": found.label}, decision)
    return redirect("manage:service", request.community.slug, found.pk)


def _restore(request: CommunityRequest, found: Service) -> HttpResponse:
    try:
        restore_service(found, by=actor_of(request), now=clock.now())
    except InvalidService as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("“%(name)s” can be booked again.") % {"name": found.label})
    return redirect("manage:service", request.community.slug, found.pk)


def _question(
    request: CommunityRequest, found: Service, *, title: str, verb: str, kind: str = "primary"
) -> Question:
    return Question(
        scope=Scope(request.community, service=found),
        title=title,
        verb=verb,
        back_url=reverse("manage:service", args=[request.community.slug, found.pk]),
        active="services",
        fates=OF_ARCHIVED,
        kind=kind,
    )


def _sent(request: CommunityRequest) -> object:
    return request.POST if request.method == "POST" else None


def _show(request: CommunityRequest, form: ServiceForm, found: Service | None) -> HttpResponse:
    args = [request.community.slug, found.pk] if found else [request.community.slug]
    name = "manage:service" if found else "manage:services"
    page = {"form": form, "service": found, "back_url": reverse(name, args=args)}
    return show(request, "admin/service_form.html", page, active="services", status=status_of(form))
