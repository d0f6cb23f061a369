"""Days on which the whole community is closed."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.availability.actions import add_closure, remove_closure
from visavis.availability.errors import InvalidHours
from visavis.availability.models import Closure
from visavis.availability.queries import closures_of
from visavis.changes.errors import Undecided
from visavis.changes.fates import UNDECIDED, Scope, change_hours
from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.web.admin.doors import METHODS, hours_page, show, status_of
from visavis.web.admin.fates import tell
from visavis.web.admin.forms.closures import ClosureForm
from visavis.web.admin.queries.history import last_deed
from visavis.web.hours.fates import asked, read_decision
from visavis.web.hours.views.changing import tell_who_stays
from visavis.web.hours.words import DAY, clock_in_words, days_in_words
from visavis.web.ui.context import cycle_of
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.listing import page_of


@hours_page
@require_http_methods(METHODS)
def closures(request: CommunityRequest) -> HttpResponse:
    today = clock.now().astimezone(request.community.zone).date()
    form = ClosureForm(request.POST if request.method == "POST" else None, today=today)
    if form.is_valid():
        try:
            return _close(request, form)
        except InvalidHours as error:
            form.add_error("first", ValidationError(error.message))
    cycle = cycle_of(request)
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


def _close(request: CommunityRequest, form: ClosureForm) -> HttpResponse:
    """Close, or ask what becomes of the meetings on these days. Raises InvalidHours."""

    def close() -> Closure:
        return add_closure(request.community, **form.values, by=actor_of(request))

    dates = form.values["first"], form.values["last"]
    scope, by = Scope.on_dates(request.community, *dates), actor_of(request)
    try:
        decision = read_decision(request.POST)
        closure = change_hours(scope, close, decision, by=by, now=clock.now()).result
    except Undecided as refusal:
        return _ask(request, refusal, form)
    days = days_in_words(closure.first, closure.last)
    tell(request, _("Closed: %(days)s.") % {"days": days}, decision)
    return redirect("manage:closures", request.community.slug)


def _ask(request: CommunityRequest, refusal: Undecided, form: ClosureForm) -> HttpResponse:
    """The meetings that lie there, and what becomes of them; their students may read the reason."""
    question = asked(refusal, request.POST, cycle=cycle_of(request))
    question.form.initial["message"] = form.values["reason"]
    days = days_in_words(form.values["first"], form.values["last"])
    page = {
        "asked": question,
        "question": {
            "title": _("Close on %(days)s?") % {"days": days},
            "verb": _("Close and do this"),
            "kind": "danger",
        },
        "sentence": refusal.message,
        "action": request.get_full_path(),
        "back_url": reverse("manage:closures", args=[request.community.slug]),
        "frame": "ui/manage.html",
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return show(request, "hours/fates.html", page, active="closures", status=status)


@hours_page
@require_http_methods(METHODS)
def closure_removal(request: CommunityRequest, pk: int) -> HttpResponse:
    closure = closures_of(request.community).filter(pk=pk).first()
    if closure is None and last_deed(request.community, ("closure", pk), "removed closure"):
        messages.info(request, _("This closure is removed already."))
        return redirect("manage:closures", request.community.slug)
    if closure is None:
        raise NotFound(_("This closure is not there any more."))
    days = days_in_words(closure.first, closure.last)
    if request.method == "POST":
        closure.community = request.community
        _open_again(request, closure)
        messages.success(request, _("Open again: %(days)s.") % {"days": days})
        return redirect("manage:closures", request.community.slug)
    page = {
        "title": _("Open again on %(days)s?") % {"days": days},
        "consequence": _("Students can book in everybody's usual hours again on these days."),
        "verb": _("Remove this closure"),
        "back_url": reverse("manage:closures", args=[request.community.slug]),
    }
    return show(request, "admin/removal.html", page, active="closures")


def _open_again(request: CommunityRequest, closure: Closure) -> None:
    """Remove the closure; whoever was to choose another time because of it keeps the meeting."""
    by, is_long = actor_of(request), closure.end_minute > DAY
    scope = Scope.on_dates(request.community, closure.first, closure.last, through_midnight=is_long)
    outcome = change_hours(
        scope, lambda: remove_closure(closure, by=by), UNDECIDED, by=by, now=clock.now()
    )
    tell_who_stays(request, outcome.withdrawn)
