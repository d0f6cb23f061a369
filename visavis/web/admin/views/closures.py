"""Days on which the whole community is closed."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.availability.closures import TIMES, add_closure, change_closure, remove_closure
from visavis.availability.errors import InvalidHours
from visavis.availability.models import Closure
from visavis.availability.queries import closures_of, coming_closures
from visavis.availability.telling import closure_values
from visavis.changes.fates import UNDECIDED, Decision, Scope, change_hours
from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.core.seen import ChangedMeanwhile
from visavis.web.admin.doors import METHODS, hours_page, show, status_of
from visavis.web.admin.fates import Question, with_fates
from visavis.web.admin.forms.closures import ClosureChangeForm, ClosureForm
from visavis.web.admin.queries.history import last_deed
from visavis.web.hours.fates import USUAL
from visavis.web.hours.outcomes import tell
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
    page_obj = page_of(request, coming_closures(request.community, today))
    rows = [
        (
            row,
            days_in_words(row.first, row.last),
            clock_in_words(row.start_minute, row.end_minute, cycle=cycle),
        )
        for row in page_obj
    ]
    page = {"form": form, "rows": rows, "page_obj": page_obj}
    return show(request, "admin/closures.html", page, active="closures", status=status_of(form))


def _close(request: CommunityRequest, form: ClosureForm) -> HttpResponse:
    """Close, or ask what becomes of the meetings on these days. Raises InvalidHours."""
    days = days_in_words(form.values["first"], form.values["last"])

    def close() -> Closure:
        return add_closure(request.community, **form.values, by=actor_of(request))

    scope = Scope.on_dates(request.community, form.values["first"], form.values["last"])
    question = _question(request, scope, _("Close on %(days)s?") % {"days": days})
    return _ask_and_change(request, form, question, close, _("Closed: %(days)s.") % {"days": days})


def _ask_and_change(
    request: CommunityRequest,
    form: ClosureForm,
    question: Question,
    change: Callable[[], Closure],
    done: str,
) -> HttpResponse:
    """Change when it is closed, asking first about the meetings that lie there.

    Students may read the reason, so it is proposed as the message to them. Raises as `change`.
    """

    def with_decision(decision: Decision) -> HttpResponse:
        now, by = clock.now(), actor_of(request)
        outcome = change_hours(question.scope, change, decision, by=by, now=now)
        tell(request, done, decision)
        tell_who_stays(request, outcome.withdrawn)
        return redirect("manage:closures", request.community.slug)

    return with_fates(request, question, with_decision, message=form.values["reason"])


def _question(request: CommunityRequest, scope: Scope, title: str) -> Question:
    """Nobody else is free while the community is closed, so nothing is handed over."""
    return Question(
        scope=scope,
        title=title,
        verb=_("Close and do this"),
        back_url=reverse("manage:closures", args=[request.community.slug]),
        active="closures",
        fates=USUAL,
        kind="danger",
        note=_("Nobody can give a meeting while the community is closed, so none is handed over."),
    )


@hours_page
@require_http_methods(METHODS)
def closure(request: CommunityRequest, pk: int) -> HttpResponse:
    """Change its days, its times or its reason."""
    found = _find(request, pk)
    if found is None:
        return _gone(request, pk)
    today = clock.now().astimezone(request.community.zone).date()
    sent = request.POST if request.method == "POST" else None
    form = ClosureChangeForm(sent, initial=ClosureChangeForm.shown(found), today=today)
    if form.is_valid():
        try:
            return _change(request, found, form)
        except InvalidHours as error:
            form.add_error("first", ValidationError(error.message))
        except ChangedMeanwhile as error:
            form.refuse(error, now=closure_values(_find(request, pk) or found))
        except NotFound:
            return _gone(request, pk)
    page = {
        "form": form,
        "days": days_in_words(found.first, found.last),
        "back_url": reverse("manage:closures", args=[request.community.slug]),
    }
    return show(request, "admin/closure.html", page, active="closures", status=status_of(form))


def _change(request: CommunityRequest, found: Closure, form: ClosureChangeForm) -> HttpResponse:
    values, by, seen = form.values, actor_of(request), form.cleaned_data["seen"]
    days = days_in_words(values["first"], values["last"])
    done = _("Saved: closed %(days)s.") % {"days": days}

    def change() -> Closure:
        return change_closure(found, values, by=by, seen=seen)

    if all(getattr(found, name) == values[name] for name in TIMES):
        # A reason touches no meeting; if the times were moved meanwhile, `seen` says so.
        change()
        messages.success(request, done)
        return redirect("manage:closures", request.community.slug)
    old, new = (
        Scope.on_dates(request.community, first, last, through_midnight=True)
        for first, last in ((found.first, found.last), (values["first"], values["last"]))
    )
    question = _question(request, old.together_with(new), _("Close on %(days)s?") % {"days": days})
    return _ask_and_change(request, form, question, change, done)


def _find(request: CommunityRequest, pk: int) -> Closure | None:
    """The community's closure, if it is there."""
    found = closures_of(request.community).filter(pk=pk).first()
    if found is not None:
        found.community = request.community
    return found


def _gone(request: CommunityRequest, pk: int) -> HttpResponse:
    """Back to the list when somebody removed it. Raises NotFound for what was never there."""
    if not last_deed(request.community, ("closure", pk), "removed closure"):
        raise NotFound(_("This closure is not there any more."))
    messages.info(request, _("This closure is removed already."))
    return redirect("manage:closures", request.community.slug)


@hours_page
@require_http_methods(METHODS)
def closure_removal(request: CommunityRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    if found is None:
        return _gone(request, pk)
    days = days_in_words(found.first, found.last)
    if request.method == "POST":
        _open_again(request, found)
        messages.success(request, _("Open again: %(days)s.") % {"days": days})
        return redirect("manage:closures", request.community.slug)
    page = {
        "title": _("Open again on %(days)s?") % {"days": days},
        "consequence": _("Students can book in everybody's usual hours again on these days."),
        "verb": _("Remove this closure"),
        "back_url": reverse("manage:closures", args=[request.community.slug]),
    }
    return show(request, "admin/removal.html", page, active="closures")


def _open_again(request: CommunityRequest, found: Closure) -> None:
    """Remove the closure; whoever was to choose another time because of it keeps the meeting."""
    by, is_long = actor_of(request), found.end_minute > DAY
    scope = Scope.on_dates(request.community, found.first, found.last, through_midnight=is_long)
    outcome = change_hours(
        scope, lambda: remove_closure(found, by=by), UNDECIDED, by=by, now=clock.now()
    )
    tell_who_stays(request, outcome.withdrawn)
