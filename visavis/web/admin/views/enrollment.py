"""Who has what on their list: put on one student's, on many at once, and take off again."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from visavis.catalogue.actions import list_student, unenroll
from visavis.catalogue.models import Enrollment
from visavis.catalogue.queries import find_service
from visavis.core.errors import NotFound
from visavis.core.ids import read_id, read_ids
from visavis.imports.assigning import assign, attribute_values
from visavis.imports.errors import NobodyMeant
from visavis.people.errors import InvalidPerson
from visavis.web.admin.doors import METHODS, people_page, show, status_of
from visavis.web.admin.forms.enrollment import AssignForm, ListForm
from visavis.web.admin.queries.catalogue import listed_enrollments
from visavis.web.admin.views.imports import to_run
from visavis.web.ui.doors import CommunityRequest, actor_of

AT_ONCE = 100
VALUES_SHOWN = 300


@people_page
@require_http_methods(METHODS)
def new_enrollment(request: CommunityRequest) -> HttpResponse:
    form = ListForm(_sent(request), initial=_asked(request), community=request.community)
    if form.is_valid():
        try:
            user = list_student(request.community, **form.cleaned_data, by=actor_of(request))
        except InvalidPerson as error:
            form.add_error("email", error.message)
        else:
            messages.success(request, _("On the list of %(name)s now.") % {"name": user})
            return redirect("manage:enrollment", request.community.slug)
    page = {"form": form, "back_url": _list_url(request)}
    return _show(request, "admin/new_enrollment.html", page, status_of(form))


@people_page
@require_http_methods(METHODS)
def assignment(request: CommunityRequest) -> HttpResponse:
    """Say who gets what; the preview of what would change comes next."""
    known = attribute_values(request.community)
    form = AssignForm(
        _sent(request),
        initial=_asked(request) | {"by": "surname"},
        community=request.community,
        attributes=known,
    )
    if form.is_valid():
        services, by = form.cleaned_data["services"], actor_of(request)
        try:
            run = assign(request.community, form.group, services, actor=by, user=request.user)
        except NobodyMeant as error:
            form.add_error("by", error.message)
        else:
            return to_run(request, run)
    values = sorted({value for some in known.values() for value in some})[:VALUES_SHOWN]
    page = {"form": form, "known": known, "values": values, "back_url": _list_url(request)}
    return _show(request, "admin/assignment.html", page, status_of(form))


@people_page
@require_http_methods(METHODS)
def enrollment_removal(request: CommunityRequest) -> HttpResponse:
    """GET asks about the ticked rows; POST takes them off their lists."""
    sent = request.POST if request.method == "POST" else request.GET
    if "row" not in sent:
        messages.info(request, _("Tick what is to be taken off, and choose the button again."))
        return redirect("manage:enrollment", request.community.slug)
    rows = list(_named(request, sent))
    if not rows:
        raise NotFound(_("These are not on any list any more."))
    if request.method == "POST":
        by = actor_of(request)
        count = sum(unenroll(row, by=by) for row in rows)
        told = ngettext("Taken off one list.", "Taken off %(n)d lists.", count)
        messages.success(request, told % {"n": count})
        return redirect("manage:enrollment", request.community.slug)
    page = {"rows": rows, "back_url": _list_url(request)}
    return _show(request, "admin/enrollment_removal.html", page)


def _named(request: CommunityRequest, sent: QueryDict) -> QuerySet[Enrollment]:
    ids = read_ids(sent.getlist("row"))[:AT_ONCE]
    return listed_enrollments(request.community).filter(pk__in=ids)


def _sent(request: CommunityRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _asked(request: CommunityRequest) -> dict[str, str]:
    """What the form begins with: the service that the address names."""
    named = read_id(request.GET.get("service", ""))
    service = find_service(request.community, named) if named else None
    return {"services": service.code} if service else {}


def _list_url(request: CommunityRequest) -> str:
    return reverse("manage:enrollment", args=[request.community.slug])


def _show(
    request: CommunityRequest, template: str, page: dict[str, Any], status: int = 200
) -> HttpResponse:
    return show(request, template, page, active="enrollment", status=status)
