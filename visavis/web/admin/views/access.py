"""What ends somebody's second factors and sign-ins; their page shows both."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.core import clock
from visavis.people.devices import end_sessions
from visavis.people.factors import take_factors_away
from visavis.people.models import User
from visavis.privacy.requests import require_person
from visavis.web.admin.doors import METHODS, school_page, show_school
from visavis.web.ui.doors import SignedInRequest, actor_of


@school_page
@require_http_methods(METHODS)
def factors_removal(request: SignedInRequest, pk: int) -> HttpResponse:
    """For somebody who has lost theirs; nobody takes their own away here."""
    found = require_person(pk)
    if found.pk == request.user.pk:
        return redirect("account_security")
    if request.method == "POST":
        if take_factors_away(found, by=actor_of(request), now=clock.now()):
            said = _("%(name)s has no second factor any more, and was told so by mail.")
            messages.success(request, said % {"name": found})
        else:
            messages.info(request, _("%(name)s had no second factor.") % {"name": found})
        return redirect("school:person", found.pk)
    return _ask(
        request,
        found,
        title=_("Take the second factors of %(name)s away?") % {"name": found},
        consequence=_(
            "A code by mail alone signs them in until they set up new ones. They are signed out "
            "everywhere, and told by mail. Be sure that it is they who ask you."
        ),
        verb=_("Take the factors away"),
    )


@school_page
@require_http_methods(METHODS)
def sessions_ending(request: SignedInRequest, pk: int) -> HttpResponse:
    found = require_person(pk)
    if found.pk == request.user.pk:
        return redirect("account_others_ending")
    if request.method == "POST":
        end_sessions(found, by=actor_of(request), now=clock.now())
        messages.success(request, _("%(name)s is signed out everywhere.") % {"name": found})
        return redirect("school:person", found.pk)
    return _ask(
        request,
        found,
        title=_("Sign %(name)s out everywhere?") % {"name": found},
        consequence=_("At once, in every browser. They may sign in again, as before."),
        verb=_("Sign them out everywhere"),
    )


def _ask(request: SignedInRequest, found: User, **question: str) -> HttpResponse:
    page = {**question, "back_url": reverse("school:person", args=[found.pk])}
    return show_school(request, "admin/removal.html", page, active="people")
