"""Dated changes: extra hours, and days away."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.availability.actions import add_dated_change, remove_dated_change
from visavis.availability.enums import ChangeKind
from visavis.availability.errors import InvalidHours
from visavis.availability.models import DatedChange
from visavis.availability.queries import dated_changes_of
from visavis.communities.wording import wording_of
from visavis.core.errors import NotFound
from visavis.web.hours.desk import Desk
from visavis.web.hours.forms import ChangeForm
from visavis.web.hours.undo import sign_removed
from visavis.web.hours.views.blocks import METHODS
from visavis.web.hours.views.hours import show
from visavis.web.hours.words import change_in_words
from visavis.web.ui.context import cycle_of
from visavis.web.ui.doors import CommunityRequest, actor_of


@require_http_methods(METHODS)
def new_change(request: CommunityRequest, desk: Desk) -> HttpResponse:
    kind = request.GET.get("kind", "")
    form = ChangeForm(
        request.POST if request.method == "POST" else None,
        initial={"kind": kind if kind in ChangeKind.values else ChangeKind.AWAY.value},
        provider=desk.provider,
        words=wording_of(request.community),
    )
    if form.is_valid():
        try:
            change = add_dated_change(desk.provider, **form.values, by=actor_of(request))
        except InvalidHours as error:
            form.add_error("start", ValidationError(error.message))
        else:
            words = change_in_words(change, cycle=cycle_of(request))
            messages.success(request, _("Saved: %(change)s.") % {"change": words})
            return redirect(desk.root)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return show(request, desk, "hours/change.html", {"form": form}, status=status)


@require_http_methods(METHODS)
def change_removal(request: CommunityRequest, desk: Desk, pk: int) -> HttpResponse:
    change = _get_change(desk, pk)
    words = change_in_words(change, cycle=cycle_of(request))
    if request.method == "POST":
        token = sign_removed(change, words)
        remove_dated_change(change, by=actor_of(request))
        return redirect(f"{desk.root}?{urlencode({'removed': token})}")
    page = {
        "title": _("Remove this change?"),
        "consequence": _("%(change)s. The weekly hours count again on these days.")
        % {"change": words},
        "verb": _("Remove this change"),
    }
    return show(request, desk, "hours/removal.html", page)


def _get_change(desk: Desk, pk: int) -> DatedChange:
    change = dated_changes_of(desk.provider).filter(pk=pk).first()
    if change is None:
        raise NotFound(_("This change is not there any more."))
    change.provider = desk.provider
    return change
