"""Days on which the whole community is closed."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.availability.actions import add_closure, remove_closure
from visavis.availability.errors import InvalidHours
from visavis.availability.queries import closures_of
from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.web.admin.doors import METHODS, manage_page, show, status_of
from visavis.web.admin.forms.closures import ClosureForm
from visavis.web.hours.words import clock_in_words, days_in_words
from visavis.web.ui.context import cycle_of
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.listing import page_of


@manage_page
@require_http_methods(METHODS)
def closures(request: CommunityRequest) -> HttpResponse:
    form = ClosureForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            closure = add_closure(request.community, **form.values, by=actor_of(request))
        except InvalidHours as error:
            form.add_error("first", ValidationError(error.message))
        else:
            days = days_in_words(closure.first, closure.last)
            messages.success(request, _("Closed: %(days)s.") % {"days": days})
            return redirect("manage:closures", request.community.slug)
    cycle = cycle_of(request)
    today = clock.now().astimezone(request.community.zone).date()
    page_obj = page_of(request, closures_of(request.community).filter(last__gte=today))
    rows = [
        (
            closure,
            days_in_words(closure.first, closure.last),
            clock_in_words(closure.start_minute, closure.end_minute, cycle=cycle),
        )
        for closure in page_obj
    ]
    page = {"form": form, "rows": rows, "page_obj": page_obj}
    return show(request, "admin/closures.html", page, active="closures", status=status_of(form))


@manage_page
@require_http_methods(METHODS)
def closure_removal(request: CommunityRequest, pk: int) -> HttpResponse:
    closure = closures_of(request.community).filter(pk=pk).first()
    if closure is None:
        raise NotFound(_("This closure is not there any more."))
    days = days_in_words(closure.first, closure.last)
    if request.method == "POST":
        closure.community = request.community
        remove_closure(closure, by=actor_of(request))
        messages.success(request, _("Open again: %(days)s.") % {"days": days})
        return redirect("manage:closures", request.community.slug)
    page = {
        "title": _("Open again on %(days)s?") % {"days": days},
        "consequence": _("Students can book in everybody's usual hours again on these days."),
        "verb": _("Remove this closure"),
        "back_url": reverse("manage:closures", args=[request.community.slug]),
    }
    return show(request, "admin/removal.html", page, active="closures")
