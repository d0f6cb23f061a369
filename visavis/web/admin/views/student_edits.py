"""List students, describe them, and take them off the list, by hand."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.communities.enums import Eligibility
from visavis.core.errors import NotFound
from visavis.core.seen import ChangedMeanwhile
from visavis.people.actions import take_role
from visavis.people.enums import Role
from visavis.people.errors import InvalidPerson
from visavis.people.models import Membership
from visavis.people.students import add_student, change_student, student_values
from visavis.web.admin.doors import METHODS, people_page, show, status_of
from visavis.web.admin.forms.students import NewStudentForm, StudentForm
from visavis.web.ui.doors import CommunityRequest, actor_of


@people_page
@require_http_methods(METHODS)
def new_student(request: CommunityRequest) -> HttpResponse:
    form = NewStudentForm(_sent(request))
    if form.is_valid():
        try:
            made = add_student(request.community, **form.cleaned_data, by=actor_of(request))
        except InvalidPerson as error:
            form.add_error("email", error.message)
        else:
            messages.success(request, _("Listed: %(name)s.") % {"name": made.user})
            return redirect("manage:students", request.community.slug)
    return _show(request, form, None)


@people_page
@require_http_methods(METHODS)
def student(request: CommunityRequest, pk: int) -> HttpResponse:
    found = require_student(request, pk)
    form = StudentForm(_sent(request), initial=StudentForm.shown(found))
    if form.is_valid():
        seen, by = form.cleaned_data["seen"], actor_of(request)
        try:
            change_student(found, form.columns, by=by, seen=seen)
        except ChangedMeanwhile as error:
            form.refuse(error, now=student_values(require_student(request, pk)))
        else:
            messages.success(request, _("Saved: %(name)s.") % {"name": found.user})
            return redirect("manage:students", request.community.slug)
    return _show(request, form, found)


@people_page
@require_http_methods(METHODS)
def student_removal(request: CommunityRequest, pk: int) -> HttpResponse:
    """GET asks; POST takes the student off the community's list."""
    found = require_student(request, pk)
    if request.method == "POST":
        take_role(found, by=actor_of(request))
        messages.success(request, _("Not listed any more: %(name)s.") % {"name": found.user})
        return redirect("manage:students", request.community.slug)
    if request.community.eligibility == Eligibility.EVERYONE:
        consequence = _("They can still book, as everybody at the school can.")
    else:
        consequence = _("They can no longer book here. Meetings that are booked stay.")
    page = {
        "title": _("Take %(name)s off the list of students?") % {"name": found.user},
        "consequence": consequence,
        "verb": _("Take them off"),
        "back_url": reverse("manage:students", args=[request.community.slug]),
    }
    return show(request, "admin/removal.html", page, active="students")


def require_student(request: CommunityRequest, pk: int) -> Membership:
    """The community's listed student. Raises NotFound."""
    rows = Membership.objects.filter(community=request.community, role=Role.STUDENT, pk=pk)
    found = rows.select_related("user").first()
    if found is None:
        raise NotFound(_("This student is not listed here."))
    return found


def _sent(request: CommunityRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _show(
    request: CommunityRequest, form: NewStudentForm | StudentForm, found: Membership | None
) -> HttpResponse:
    back = reverse("manage:students", args=[request.community.slug])
    page = {"form": form, "student": found, "back_url": back}
    return show(request, "admin/student.html", page, active="students", status=status_of(form))
