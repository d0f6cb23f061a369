"""How one signs in: second factors, where one is signed in, and what happened lately."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.core import clock
from visavis.people.account_events import events_of
from visavis.people.devices import begin_device, devices_of, end_device, end_sessions
from visavis.people.factors import factors_of, lacks_wanted_factor, may_have_factors
from visavis.web.accounts.doors import own_page
from visavis.web.accounts.ways import find_next
from visavis.web.ui.doors import SignedInRequest, actor_of
from visavis.web.ui.methods import post_page
from visavis.web.ui.steps_of_sign_in import visit_of

RECENT = 20
MOST_DEVICES = 50


def security_url(*_found: object, **_wanted: object) -> str:
    return reverse("account_security")


@own_page
@require_http_methods(["GET", "HEAD"])
def security(request: SignedInRequest) -> HttpResponse:
    found, next_path = factors_of(request.user), find_next(request)
    page = {
        "factors": found,
        "may_have_factors": found.are_any or may_have_factors(request.user),
        "is_wanted": "wanted" in request.GET and lacks_wanted_factor(request.user),
        "devices": devices_of(request.user)[:MOST_DEVICES],
        "current_key": request.session.session_key,
        "events": events_of(request.user)[:RECENT],
        # What was asked for is gone on with once a factor is set up.
        "onward": f"?{urlencode({'next': next_path})}" if next_path else "",
    }
    return render(request, "accounts/security.html", page)


@own_page
@post_page(back=security_url)
def device_ending(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sign out of one device; the one that asks signs out on its own page."""
    device = devices_of(request.user).filter(pk=pk).first()
    if device is not None and device.session_key == request.session.session_key:
        return redirect("account_logout")
    if device is not None and end_device(device, by=actor_of(request), now=clock.now()):
        messages.success(request, _("You are signed out of %(device)s.") % {"device": device})
    else:
        messages.info(request, _("You were not signed in there any more."))
    return redirect("account_security")


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def others_ending(request: SignedInRequest) -> HttpResponse:
    """Sign out everywhere else."""
    if request.method == "POST":
        _end_others(request)
        messages.success(request, _("You are signed out everywhere but here."))
        return redirect("account_security")
    page = {
        "title": _("Sign out everywhere else?"),
        "consequence": _("Every other browser asks for a sign-in again, at once. Here you stay."),
        "verb": _("Sign out everywhere else"),
        "back_url": security_url(),
        "is_dangerous": True,
    }
    return render(request, "ui/confirm.html", page)


def _end_others(request: SignedInRequest) -> None:
    mine = devices_of(request.user)
    here = mine.filter(session_key=request.session.session_key).first()
    end_sessions(request.user, by=actor_of(request), now=clock.now(), visit=visit_of(request))
    # This session goes on under a key of its own.
    update_session_auth_hash(request, request.user)
    begin_device(
        request.user,
        session_key=str(request.session.session_key),
        way=here.way if here else "",
        visit=visit_of(request),
        now=clock.now(),
        since=here.since if here else None,
    )
