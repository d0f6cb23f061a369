"""Who looks after the community: administrators and front desk."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.core.errors import NotFound
from visavis.people.actions import appoint, take_role
from visavis.people.enums import Role
from visavis.people.errors import InvalidPerson, LastAdministrator
from visavis.people.models import Membership
from visavis.people.queries import school_admins
from visavis.web.admin.doors import METHODS, roles_page, show, status_of
from visavis.web.admin.forms.filters import TextFilter
from visavis.web.admin.forms.roles import RoleForm
from visavis.web.admin.queries.people import listed_staff
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.listing import page_of


@roles_page
@require_http_methods(METHODS)
def roles(request: CommunityRequest) -> HttpResponse:
    form = RoleForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            given = appoint(request.community, **form.cleaned_data, by=actor_of(request))
        except InvalidPerson as error:
            form.add_error("email", error.message)
        else:
            told = _("%(name)s: %(role)s from now on. They sign in with %(email)s.")
            role = given.get_role_display()
            named = {"name": given.user, "role": role, "email": given.user.email}
            messages.success(request, told % named)
            return redirect("manage:roles", request.community.slug)
    text = TextFilter.read(request.GET)["text"]
    page = {
        "form": form,
        "page_obj": page_of(request, listed_staff(request.community, text=text)),
        "text": text,
        "school_admins": school_admins()[:12],
    }
    return show(request, "admin/roles.html", page, active="roles", status=status_of(form))


@roles_page
@require_http_methods(METHODS)
def role_removal(request: CommunityRequest, pk: int) -> HttpResponse:
    found = listed_staff(request.community).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("This person does not have this role any more."))
    if request.method == "POST":
        return _take(request, found)
    named = {"name": found.user, "role": found.get_role_display()}
    page = {
        "title": _("Take the role “%(role)s” from %(name)s?") % named,
        "consequence": _consequence(request, found),
        "verb": _("Take the role away"),
        "back_url": reverse("manage:roles", args=[request.community.slug]),
    }
    return show(request, "admin/removal.html", page, active="roles")


def _take(request: CommunityRequest, found: Membership) -> HttpResponse:
    try:
        take_role(found, by=actor_of(request))
    except LastAdministrator as error:
        messages.error(request, error.message)
    else:
        named = {"name": found.user, "role": found.get_role_display()}
        messages.success(request, _("%(name)s: no longer %(role)s.") % named)
        if found.user_id == request.user.pk and not request.user.is_school_admin:
            return redirect("home")
    return redirect("manage:roles", request.community.slug)


def _consequence(request: CommunityRequest, found: Membership) -> str:
    is_self = found.user_id == request.user.pk
    if is_self and found.role == Role.ADMIN and not request.user.is_school_admin:
        return _("This is you: you will not see these pages any more.")
    return _("What they entered stays, and so do their other roles and their meetings.")
