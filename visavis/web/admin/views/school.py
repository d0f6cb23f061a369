"""The school's name, and who may sign in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.communities.actions import change_school
from visavis.communities.queries import get_school
from visavis.web.admin.doors import METHODS, school_page, show_school, status_of
from visavis.web.admin.forms.school import SchoolForm
from visavis.web.ui.doors import SignedInRequest, actor_of


@school_page
@require_http_methods(METHODS)
def school(request: SignedInRequest) -> HttpResponse:
    form = SchoolForm(
        request.POST if request.method == "POST" else None,
        initial=SchoolForm.shown(get_school()),
        person=request.user,
    )
    if form.is_valid():
        change_school(form.cleaned_data, by=actor_of(request))
        messages.success(request, _("The school is saved. It counts from now on."))
        return redirect("school:settings")
    return show_school(
        request, "admin/school.html", {"form": form}, active="settings", status=status_of(form)
    )
