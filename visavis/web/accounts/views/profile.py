"""The profile: what the person says about themselves."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.people.profile import change_profile
from visavis.web.accounts.doors import own_page
from visavis.web.accounts.forms import ProfileForm
from visavis.web.accounts.reads import zones_elsewhere
from visavis.web.accounts.ways import find_next, way_on


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=request.user)
    if form.is_valid():
        change_profile(form.instance, form.profile)
        messages.success(request, _("Your profile is saved."))
        return redirect(way_on(request, form.instance))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    page = {
        "form": form,
        "next": find_next(request),
        "is_first": "first" in request.GET,
        "elsewhere": zones_elsewhere(form.instance),
    }
    return render(request, "accounts/profile.html", page, status=status)
