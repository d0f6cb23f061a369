"""Dated changes: extra hours, and days away."""

from http import HTTPStatus

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.availability.actions import (
    add_dated_change,
    change_dated_change,
    remove_dated_change,
)
from visavis.availability.copying import Done, made_row
from visavis.availability.enums import ChangeKind
from visavis.availability.errors import InvalidHours
from visavis.availability.models import DatedChange
from visavis.availability.queries import dated_changes_of
from visavis.availability.restoring import keep
from visavis.availability.telling import mark_of
from visavis.communities.wording import wording_of
from visavis.core.errors import NotFound
from visavis.core.seen import ChangedMeanwhile
from visavis.web.hours.desk import Desk
from visavis.web.hours.forms import ChangeForm, initial_of_change
from visavis.web.hours.views.blocks import METHODS
from visavis.web.hours.views.changing import Told, changed
from visavis.web.hours.views.gone import back_from_gone, show_gone
from visavis.web.hours.views.hours import show
from visavis.web.hours.words import change_in_words
from visavis.web.ui.context import cycle_of
from visavis.web.ui.doors import CommunityRequest, actor_of


@require_http_methods(METHODS)
def new_change(request: CommunityRequest, desk: Desk) -> HttpResponse:
    return _edit(request, desk, None)


@require_http_methods(METHODS)
def change_change(request: CommunityRequest, desk: Desk, pk: int) -> HttpResponse:
    change = _find_change(desk, pk)
    if change is not None:
        try:
            return _edit(request, desk, change)
        except NotFound:
            pass  # it was removed at this very moment
    if request.method == "POST":
        words = wording_of(request.community)
        form = ChangeForm(request.POST, provider=desk.provider, words=words)
        return show_gone(request, desk, "change", pk, form)
    return back_from_gone(request, desk, "change", pk)


def _edit(request: CommunityRequest, desk: Desk, change: DatedChange | None) -> HttpResponse:
    form = ChangeForm(
        request.POST if request.method == "POST" else None,
        existing=change,
        initial=initial_of_change(change) if change else _asked(request),
        provider=desk.provider,
        words=wording_of(request.community),
    )
    if form.is_valid():
        try:
            return _save(request, desk, form, change)
        except InvalidHours as error:
            form.add_error("start", ValidationError(error.message))
        except ChangedMeanwhile as error:
            there = _get_change(desk, change.pk if change else 0)
            form.show_newer(error.message, initial_of_change(there))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    newer = change_in_words(change, cycle=cycle_of(request)) if change else ""
    page = {"form": form, "existing": change, "newer": form.has_newer and newer}
    return show(request, desk, "hours/change.html", page, status=status)


def _asked(request: CommunityRequest) -> dict[str, str]:
    """What an empty form begins with: the kind that the address names."""
    kind = request.GET.get("kind", "")
    return {"kind": kind if kind in ChangeKind.values else ChangeKind.AWAY.value}


def _save(
    request: CommunityRequest, desk: Desk, form: ChangeForm, change: DatedChange | None
) -> HttpResponse:
    """Write what the form says. Raises InvalidHours and ChangedMeanwhile."""
    values, by = form.values, actor_of(request)
    before = keep(change) if change else None

    def write() -> DatedChange:
        if change is None:
            return add_dated_change(desk.provider, **values, by=by)
        values.pop("kind")
        return change_dated_change(change, **values, by=by, seen=form.cleaned_data["seen"])

    def tell(saved: DatedChange) -> Told:
        words = change_in_words(saved, cycle=cycle_of(request))
        done = Done(made=[made_row(saved)])
        if before is not None:
            done = Done(before=[(before, mark_of(saved))])
        return done, _("Saved: %(change)s.") % {"change": words}

    return changed(request, desk, write, tell)


@require_http_methods(METHODS)
def change_removal(request: CommunityRequest, desk: Desk, pk: int) -> HttpResponse:
    change = _find_change(desk, pk)
    if change is None:
        return back_from_gone(request, desk, "change", pk)
    words = change_in_words(change, cycle=cycle_of(request))
    told = _("%(change)s. The weekly hours count again on these days.")
    if change.kind == ChangeKind.EXTRA:
        told = _("%(change)s. Nobody can book in these extra hours any more.")
    page = {
        "title": _("Remove this change?"),
        "consequence": told % {"change": words},
        "verb": _("Remove this change"),
        "seen": mark_of(change),
    }
    if request.method != "POST":
        return show(request, desk, "hours/removal.html", page)
    try:
        return _remove(request, desk, change, words)
    except NotFound:
        return back_from_gone(request, desk, "change", pk)
    except ChangedMeanwhile as error:
        page["told"] = error.message
        return show(request, desk, "hours/removal.html", page, status=error.status)


def _remove(request: CommunityRequest, desk: Desk, change: DatedChange, words: str) -> HttpResponse:
    done = Done(removed=[keep(change)])

    def tell(_gone: None) -> Told:
        return done, _("Removed: %(hours)s.") % {"hours": words}

    def remove() -> None:
        remove_dated_change(change, by=actor_of(request), seen=request.POST.get("seen", ""))

    return changed(request, desk, remove, tell)


def _find_change(desk: Desk, pk: int) -> DatedChange | None:
    """The provider's own change, if it is there."""
    change = dated_changes_of(desk.provider).filter(pk=pk).first()
    if change is not None:
        change.provider = desk.provider
    return change


def _get_change(desk: Desk, pk: int) -> DatedChange:
    change = _find_change(desk, pk)
    if change is None:
        raise NotFound(_("This change is not there any more."))
    return change
