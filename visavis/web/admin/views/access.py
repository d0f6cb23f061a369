"""How people get in: somebody's second factors and sign-ins, and what ends them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.people.account_events import events_of
from visavis.people.devices import devices_of, end_sessions
from visavis.people.factors import factors_of, take_factors_away
from visavis.people.models import User
from visavis.people.queries import everybody
from visavis.web.admin.doors import METHODS, school_page, show_school
from visavis.web.admin.forms.filters import TextFilter
from visavis.web.ui.doors import SignedInRequest, actor_of
from visavis.web.ui.listing import page_of

RECENT = 20
MOST_DEVICES = 50


@school_page
@require_safe
def people(request: SignedInRequest) -> HttpResponse:
    """Everybody of the school, to be found by name or address."""
    text = TextFilter.read(request.GET)["text"]
    page = {"page_obj": page_of(request, everybody(text)), "text": text}
    return show_school(request, "admin/access.html", page, active="access")


@school_page
@require_safe
def person(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _require(pk)
    page = {
        "person": found,
        "factors": factors_of(found),
        "devices": devices_of(found)[:MOST_DEVICES],
        "events": events_of(found)[:RECENT],
    }
    return show_school(request, "admin/access_person.html", page, active="access")


@school_page
@require_http_methods(METHODS)
def factors_removal(request: SignedInRequest, pk: int) -> HttpResponse:
    """For somebody who has lost theirs; nobody takes their own away here."""
    found = _require(pk)
    if found.pk == request.user.pk:
        return redirect("account_security")
    if request.method == "POST":
        if take_factors_away(found, by=actor_of(request), now=clock.now()):
            said = _("%(name)s has no second factor any more, and was told so by mail.")
            messages.success(request, said % {"name": found})
        else:
            messages.info(request, _("%(name)s had no second factor.") % {"name": found})
        return redirect("school:access_person", found.pk)
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
    found = _require(pk)
    if found.pk == request.user.pk:
        return redirect("account_others_ending")
    if request.method == "POST":
        end_sessions(found, by=actor_of(request), now=clock.now())
        messages.success(request, _("%(name)s is signed out everywhere.") % {"name": found})
        return redirect("school:access_person", found.pk)
    return _ask(
        request,
        found,
        title=_("Sign %(name)s out everywhere?") % {"name": found},
        consequence=_("At once, in every browser. They may sign in again, as before."),
        verb=_("Sign them out everywhere"),
    )


def _require(pk: int) -> User:
    found = User.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such person here."))
    return found


def _ask(request: SignedInRequest, found: User, **question: str) -> HttpResponse:
    page = {**question, "back_url": reverse("school:access_person", args=[found.pk])}
    return show_school(request, "admin/removal.html", page, active="access")
