"""What people who have not signed in yet are called; all others change it in their profile."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.people.errors import NamesThemselves
from visavis.people.models import User
from visavis.people.profile import rename
from visavis.people.rules import names_themselves
from visavis.web.admin.doors import METHODS, manage_page, require_provider, show, status_of
from visavis.web.admin.forms.person_names import PersonNameForm
from visavis.web.admin.views.student_edits import require_student
from visavis.web.ui.doors import CommunityRequest, actor_of


@manage_page
@require_http_methods(METHODS)
def provider_name(request: CommunityRequest, pk: int) -> HttpResponse:
    back = reverse("manage:provider", args=[request.community.slug, pk])
    return _rename(request, require_provider(request, pk).user, back, "providers")


@manage_page
@require_http_methods(METHODS)
def student_name(request: CommunityRequest, pk: int) -> HttpResponse:
    back = reverse("manage:student", args=[request.community.slug, pk])
    return _rename(request, require_student(request, pk).user, back, "students")


def _rename(request: CommunityRequest, user: User, back: str, active: str) -> HttpResponse:
    shown = {"first_name": user.first_name, "last_name": user.last_name}
    form = PersonNameForm(request.POST if request.method == "POST" else None, initial=shown)
    is_theirs = names_themselves(user, request.community)
    if form.is_valid():
        try:
            named = rename(user, request.community, **form.cleaned_data, by=actor_of(request))
        except NamesThemselves as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("Saved: %(name)s.") % {"name": named})
        return redirect(back)
    page = {"form": form, "person": user, "back_url": back, "is_theirs": is_theirs}
    return show(request, "admin/person_name.html", page, active=active, status=status_of(form))
