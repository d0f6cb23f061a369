"""The set-up guide: where people meet, and when."""

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from visavis.availability.models import WeeklyBlock
from visavis.availability.queries import locations_of
from visavis.imports.enums import ImportKind
from visavis.imports.typed import Typed, take_in
from visavis.imports.typed_places import TypedPlace, add_places
from visavis.people.models import Provider
from visavis.web.admin.doors import METHODS, manage_page, status_of
from visavis.web.admin.forms.guide import HoursForm, PlaceRow, Rows, rows_of
from visavis.web.admin.guide import (
    Taking,
    rows_sent,
    rows_taking,
    saved,
    sends_all,
    show_step,
    take_all,
    take_rows,
    typed_by,
    wants_more,
    way_on,
)
from visavis.web.admin.setup_steps import guide_url
from visavis.web.ui.doors import CommunityRequest
from visavis.web.ui.methods import post_page

# Whose hours are typed at once; for more people a file is shorter.
SHOWN = 40
Places = rows_of(PlaceRow, blank=3)


def hours_url(request: CommunityRequest) -> str:
    return guide_url(request.community, "hours")


@manage_page
@require_http_methods(METHODS)
def hours(request: CommunityRequest) -> HttpResponse:
    """The same weekly hours for several people; those who have none yet are ticked."""
    form = _hours_form(request, request.POST if request.method == "POST" else None)
    if sends_all(request):
        return _take_both(request, form, gives=form.is_typed)
    if rows_sent(request, Places, prefix="places").filled:
        return _take_both(request, form, gives=True)
    if form.is_valid() and take_all([_hours_taking(request, form)]):
        messages.success(request, saved(len(form.rows())))
        return redirect(hours_url(request))
    return _show(request, form, Places(prefix="places"), status=status_of(form))


def _hours_taking(request: CommunityRequest, form: HoursForm) -> Taking:
    def take() -> None:
        if form.is_valid():
            table = Typed(ImportKind.AVAILABILITY, form.rows())
            take_in(request.community, [table], by=typed_by(request))

    return Taking(form, take)


def _take_both(request: CommunityRequest, form: HoursForm, *, gives: bool) -> HttpResponse:
    """Places, and the hours where they are meant to be given; all or nothing."""
    rows = rows_sent(request, Places, prefix="places")
    takings = []
    if rows.filled:
        takings.append(rows_taking(rows, lambda filled: _take_places(request, filled)))
    if gives:
        takings.append(_hours_taking(request, form))
    if take_all(takings):
        if rows.filled:
            messages.success(request, saved(len(rows.filled)))
        if gives:
            messages.success(request, saved(len(form.rows())))
        return redirect(way_on(request, "hours"))
    if not gives:
        form = _hours_form(request, None)
    return _show(request, form, rows.or_blank(), status=422)


@manage_page
@post_page(back=hours_url)
def places(request: CommunityRequest) -> HttpResponse:
    """Places; with the hours, where somebody has changed what is ticked there."""
    rows = rows_sent(request, Places, prefix="places")
    form = _hours_form(request, request.POST)
    if form.is_typed and wants_more(request):
        return _show(request, form.as_typed(), rows.with_more())
    if form.is_typed:
        return _take_both(request, form, gives=True)
    form = _hours_form(request, None)
    if wants_more(request):
        return _show(request, form, rows.with_more())
    done = take_rows(request, rows, take=lambda filled: _take_places(request, filled), back="hours")
    return done or _show(request, form, rows, status=422)


def _take_places(request: CommunityRequest, filled: list[tuple[int, Any]]) -> None:
    typed = [TypedPlace(at, form.typed()) for at, form in filled]
    add_places(request.community, typed, by=typed_by(request))


def _everybody(request: CommunityRequest) -> QuerySet[Provider]:
    """Who gives support here, with whether they have hours; those who have none come first."""
    theirs = WeeklyBlock.objects.filter(provider=OuterRef("pk"))
    return (
        Provider.objects.filter(community=request.community, retired_at=None)
        .annotate(has_hours=Exists(theirs))
        .select_related("user")
        .order_by("has_hours", "user__last_name", "user__first_name", "pk")
    )


def _hours_form(request: CommunityRequest, data: Any) -> HoursForm:
    return HoursForm(data, people=_people(request), zone=request.community.zone)


def _people(request: CommunityRequest) -> list[tuple[Provider, bool]]:
    return [(one, one.has_hours) for one in _everybody(request)[:SHOWN]]  # type: ignore[attr-defined]


def _show(
    request: CommunityRequest, form: HoursForm, rows: Rows, *, status: int = 200
) -> HttpResponse:
    waiting = _everybody(request).filter(weekly_blocks=None).count()
    there = Provider.objects.filter(community=request.community, retired_at=None)
    page = {
        "form": form,
        "rows": rows,
        "places": locations_of(request.community)[:SHOWN],
        "waiting_more": max(0, waiting - SHOWN),
        "there": there.select_related("user").order_by("user__last_name", "pk")[:SHOWN],
    }
    return show_step(request, "hours", page, status=status)
