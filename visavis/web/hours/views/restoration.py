"""Taking a removal back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from visavis.web.hours.desk import Desk
from visavis.web.hours.undo import restore
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.methods import post_page


@post_page(back=lambda _request, desk: desk.root)
def restoration(request: CommunityRequest, desk: Desk) -> HttpResponse:
    removed = restore(desk.provider, request.POST.get("token", ""), by=actor_of(request))
    messages.success(request, _("Back again: %(hours)s.") % {"hours": removed.words})
    return redirect(desk.root)
