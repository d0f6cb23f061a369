"""The profile: what the person says about themselves."""

from dataclasses import asdict
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.people.models import User
from visavis.people.profile import change_profile, profile_of
from visavis.web.accounts.doors import own_page
from visavis.web.accounts.forms import ProfileForm
from visavis.web.accounts.reads import zones_elsewhere
from visavis.web.accounts.ways import find_next, way_on


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    person: User = request.user  # type: ignore[assignment]
    # Not `instance`: the form would write what was typed into the person of this request.
    form = ProfileForm(
        request.POST if request.method == "POST" else None, initial=asdict(profile_of(person))
    )
    if form.is_valid():
        change_profile(person, **asdict(form.profile))
        messages.success(request, _("Your profile is saved."))
        return redirect(way_on(request, person))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    page = {
        "form": form,
        "next": find_next(request),
        "is_first": "first" in request.GET,
        "elsewhere": zones_elsewhere(person),
    }
    return render(request, "accounts/profile.html", page, status=status)
