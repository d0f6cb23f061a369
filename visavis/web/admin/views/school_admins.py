"""Who looks after the whole school."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.core.errors import NotFound
from visavis.people.actions import appoint_school_admin, check_dismissal, dismiss_school_admin
from visavis.people.errors import InvalidPerson, LastAdministrator
from visavis.people.models import User
from visavis.people.queries import school_admins as all_school_admins
from visavis.web.admin.doors import METHODS, school_page, show_school, status_of
from visavis.web.admin.forms.roles import PersonForm
from visavis.web.ui.doors import SignedInRequest, actor_of
from visavis.web.ui.listing import page_of


@school_page
@require_http_methods(METHODS)
def school_admins(request: SignedInRequest) -> HttpResponse:
    form = PersonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            person = appoint_school_admin(**form.cleaned_data, by=actor_of(request))
        except InvalidPerson as error:
            form.add_error("email", error.message)
        else:
            told = _("%(name)s looks after the school from now on. They sign in with %(email)s.")
            messages.success(request, told % {"name": person, "email": person.email})
            return redirect("school:admins")
    page = {"form": form, "page_obj": page_of(request, all_school_admins())}
    return show_school(
        request, "admin/school_admins.html", page, active="admins", status=status_of(form)
    )


@school_page
@require_http_methods(METHODS)
def school_admin_removal(request: SignedInRequest, pk: int) -> HttpResponse:
    found = all_school_admins().filter(pk=pk).first()
    if found is None:
        raise NotFound(_("This person does not look after the school any more."))
    if request.method == "POST":
        return _dismiss(request, found)
    try:
        check_dismissal(found)
    except LastAdministrator as error:
        messages.info(request, error.message)
        return redirect("school:admins")
    is_self = found.pk == request.user.pk
    page = {
        "title": _("Take the school from %(name)s?") % {"name": found},
        "consequence": _("This is you: you will not see these pages any more.")
        if is_self
        else _("What they entered stays, and so do their roles in communities."),
        "verb": _("Take the role away"),
        "back_url": reverse("school:admins"),
    }
    return show_school(request, "admin/removal.html", page, active="admins")


def _dismiss(request: SignedInRequest, found: User) -> HttpResponse:
    try:
        dismiss_school_admin(found, by=actor_of(request))
    except LastAdministrator as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("%(name)s: no longer for the school.") % {"name": found})
        if found.pk == request.user.pk:
            return redirect("home")
    return redirect("school:admins")
