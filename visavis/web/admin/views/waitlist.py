"""Who waits, for whom and since when, and what is offered to them at present."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.bookings.actions import leave_waitlist
from visavis.bookings.errors import NotOpen
from visavis.bookings.waitlist import place, placed_entries, waiting_entries
from visavis.communities.actions import change_settings
from visavis.communities.errors import InvalidSetting
from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.web.admin.doors import METHODS, people_page, show, status_of
from visavis.web.admin.forms.waitlist import WaitlistForm
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.listing import page_of


@people_page
@require_http_methods(METHODS)
def waitlist(request: CommunityRequest) -> HttpResponse:
    """The list in its order, and how long an offer is held."""
    community, now = request.community, clock.now()
    form = WaitlistForm(
        request.POST if request.method == "POST" else None, initial=WaitlistForm.shown(community)
    )
    if form.is_valid():
        try:
            change_settings(community, form.cleaned_data, by=actor_of(request))
        except InvalidSetting as error:
            form.refuse(error)
        else:
            messages.success(request, _("The waitlist is set. It counts from now on."))
            return redirect("manage:waitlist", community.slug)
    page_obj = page_of(request, placed_entries(community, now=now))
    page = {"form": form, "page_obj": page_obj, "rows": place(page_obj, now=now)}
    return show(request, "admin/waitlist.html", page, active="waitlist", status=status_of(form))


@people_page
@require_http_methods(METHODS)
def waitlist_removal(request: CommunityRequest, public_id: uuid.UUID) -> HttpResponse:
    """GET asks; POST takes somebody off the list."""
    entry = waiting_entries(request.community).filter(public_id=public_id).first()
    if entry is None:
        raise NotFound(_("This entry is not there any more."))
    words = {"name": entry.student}
    if request.method == "POST":
        try:
            leave_waitlist(entry, by=actor_of(request), now=clock.now())
        except NotOpen as error:
            messages.warning(request, error.message)
        else:
            messages.success(request, _("%(name)s waits no longer.") % words)
        return redirect("manage:waitlist", request.community.slug)
    page = {
        "title": _("Take %(name)s off the waitlist?") % words,
        "consequence": _("They lose their place, and a time that is held for them is let go."),
        "verb": _("Take %(name)s off the list") % words,
        "back_url": reverse("manage:waitlist", args=[request.community.slug]),
    }
    return show(request, "admin/removal.html", page, active="waitlist")
