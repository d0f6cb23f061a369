"""Sign out: by a button, never by a link."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from visavis.core import clock
from visavis.people.devices import sign_out_of
from visavis.people.models import User
from visavis.web.ui.doors import Entrance, admits
from visavis.web.ui.steps_of_sign_in import visit_of


@admits(Entrance.EVERYBODY)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect("/")
    if request.method != "POST":
        return render(request, "accounts/sign_out.html")
    person: User = request.user
    sign_out_of(person, str(request.session.session_key), visit=visit_of(request), now=clock.now())
    logout(request)
    messages.success(request, _("You are signed out."))
    return redirect("/")
