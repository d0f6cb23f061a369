"""Step 2: the time."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from visavis.bookings.openings import admitted_places, last_date
from visavis.bookings.refusals import sentence
from visavis.bookings.student import pause_data
from visavis.catalogue.queries import services_of
from visavis.engine.masks import TICK
from visavis.engine.world import Reason, Refusal
from visavis.engine.zones import midnight
from visavis.people.rules import Standing, pause_at
from visavis.web.student.crowd import Crowd
from visavis.web.student.doors import student_page
from visavis.web.student.forms import FreeTimesForm
from visavis.web.student.loading import kinds_in_view, load_way, moving_in
from visavis.web.student.pages import show_step
from visavis.web.student.reader import Reader, reader_for
from visavis.web.student.skipping import skipped_after
from visavis.web.student.timetable import (
    DAY,
    Span,
    Timetable,
    find_next,
    make_timetable,
    own_week,
    strip_span,
    week_span,
)
from visavis.web.student.waiting import waitlist_url
from visavis.web.student.way import Stage, Way, chosen
from visavis.web.ui.pieces import MenuItem
from visavis.web.ui.times import date_in_words

THIN = 4  # with fewer free times on the page, the waitlist is named


@require_safe
@student_page
def times(
    request: HttpRequest, standing: Standing, *, format_id: int, service_id: int
) -> HttpResponse:
    """The service's free times: a strip of days with the chosen day's below, or a week."""
    way = load_way(standing, format_id, service_id, moving=moving_in(request))
    form = _form(request, way)
    way = way.choosing(only_provider=form.only_provider, only_place=form.only_place)
    ahead = skipped_after(way, is_choice=form.crowd.is_choice, places=form.places)
    way = way.choosing(skipped=ahead)
    reader = reader_for(request, way.community, kinds_in_view(way, form.places))
    table = make_timetable(way, reader, _span(form, way, reader))
    shown = _shown(way, form, reader, table)
    shown["notices"] = [*_notices(form, table.span), *table.limits.notices(), *_pause(way, reader)]
    shown["moving_words"] = _moving(way, reader)
    return show_step(request, way, Stage.TIMES, reader, prompt=_prompt(way), form=form, **shown)


def _form(request: HttpRequest, way: Way) -> FreeTimesForm:
    crowd = Crowd(chosen(way.service), way.student)
    places = admitted_places(way.community, way.format)
    return FreeTimesForm(request.GET, crowd=crowd, places=places, noun=way.wording.provider)


def _prompt(way: Way) -> str:
    """“Pick a time with Talia”, where it is clear with whom."""
    who = way.only_provider or chosen(way.service).owner
    if who is None:
        return str(way.wording.pick_time)
    return _("Pick a time with %(name)s") % {"name": who.user.first_name or who}


def _span(form: FreeTimesForm, way: Way, reader: Reader) -> Span:
    today = reader.date_of(way.now)
    # The centre's last day goes on into the next one where clocks are ahead.
    over = midnight(last_date(way.question()) + DAY, way.community.zone)
    horizon = reader.date_of(over - TICK)
    moved = reader.date_of(way.moving.appointment.start) if way.moving else today
    wanted = _wanted_day(form, reader) or form.date_of("since") or moved
    last = max(today, horizon)
    if not form.is_week:
        return strip_span(wanted, today, last)
    # The centre's week, as those who give support see theirs, wherever the reader is.
    return week_span(wanted, today, last, zone=way.community.zone)


def _wanted_day(form: FreeTimesForm, reader: Reader) -> date | None:
    if form.instant is not None:
        return reader.date_of(form.instant)
    return form.date_of("day")


def _notices(form: FreeTimesForm, span: Span) -> list[str]:
    found = []
    if form.errors or (form.cleaned_data.get("at") and form.instant is None):
        found.append(_("A part of this address was not understood and is left out."))
    if form.is_unknown:
        words = {"name": form.cleaned_data["who"]}
        found.append(_("Nobody here is called “%(name)s”. These are everybody’s times.") % words)
    for day in (form.date_of("day"), form.date_of("since")):
        if day and day > span.last:
            last = date_in_words(span.last, today=span.today)
            found.append(_("Times can be booked until %(day)s.") % {"day": last})
        elif day and day < span.today:
            found.append(_("That day is over. These are the coming ones."))
    return found[:1]


def _moving(way: Way, reader: Reader) -> str:
    """When the meeting that is moved takes place until now, and how far it can go."""
    if way.moving is None:
        return ""
    now = way.moving.appointment
    said = _("You are moving your meeting of %(moment)s.")
    said %= {"moment": reader.day_and_time(now.start, now.end)}
    bookable = last_date(way.choosing(moving=None).question())
    if now.start.astimezone(way.community.zone).date() <= bookable:
        return said
    ahead = _(
        "It lies further ahead than can be booked, until %(day)s; it can go to another time "
        "of its own week."
    )
    return f"{said} {ahead % {'day': date_in_words(bookable)}}"


def _pause(way: Way, reader: Reader) -> list[str]:
    """A pause of what lies further ahead, before a time is chosen; others lead nowhere near."""
    pause = pause_at(way.standing, way.now)
    if pause is None:
        return []
    refusal = Refusal(Reason.STUDENT_PAUSED, pause_data(pause, way.community))
    return [sentence(refusal, way.community, moment=reader.moment)]


def _shown(way: Way, form: FreeTimesForm, reader: Reader, table: Timetable) -> dict[str, Any]:
    span = table.span
    view = {"view": "week"} if form.is_week else {}
    day = _chosen_day(form, reader, table)
    start = _next_start(way, table)
    return {
        "table": table,
        "chosen": day,
        "chosen_words": date_in_words(day, today=span.today) if day else "",
        "cells": table.cells(None if form.is_week else day, query=view),
        "parts": table.parts(day) if day and not form.is_week else [],
        "rows": table.rows() if form.is_week else [],
        "next_free": table.free_time(start) if start else None,
        "next_words": reader.moment(start) if start else "",
        "next_day_url": _day_url(way, reader, start, view),
        "earlier_url": _page_url(way, span.earlier, span, view),
        "later_url": _page_url(way, span.later, span, view),
        "first_words": date_in_words(span.dates[0], today=span.today),
        "last_words": date_in_words(span.dates[-1], today=span.today),
        "horizon_words": date_in_words(span.last, today=span.today),
        "views": _views(way, form, day or span.first),
        "everybody": _everybody(way) if start is None else [],
        "namesakes": _namesakes(form, way, view),
        "unfiltered_url": way.choosing(only_provider=None, only_place=None).url(
            Stage.TIMES, **view
        ),
        "waitlist_url": waitlist_url(way, span.first, span.dates[-1]) if _is_thin(table) else "",
        "is_filtered": way.only_provider or way.only_place,
    }


def _is_thin(table: Timetable) -> bool:
    """Whether so little is free that somebody may want to wait for more."""
    return sum(len(starts) for starts in table.by_day.values()) < THIN


def _chosen_day(form: FreeTimesForm, reader: Reader, table: Timetable) -> date | None:
    wanted = _wanted_day(form, reader)
    if wanted in table.span.dates:
        return wanted
    moving = table.way.moving
    # Who moves a meeting thinks of its own day first.
    return table.first_day(since=reader.date_of(moving.appointment.start) if moving else None)


def _next_start(way: Way, table: Timetable) -> datetime | None:
    """The next free start; when the page begins today and has one, nothing more need be asked."""
    since = own_week(way)
    begins_now = table.span.first <= table.span.today and (since is None or since <= way.now)
    first = table.first_start() if begins_now else None
    return first or find_next(way)


def _namesakes(form: FreeTimesForm, way: Way, view: dict[str, str]) -> list[MenuItem]:
    """Several people of the name that was typed, each as a link to their times."""
    if form.only_provider is not None:
        return []
    return [
        MenuItem(str(p), way.choosing(only_provider=p).url(Stage.TIMES, **view)) for p in form.named
    ]


def _day_url(way: Way, reader: Reader, start: datetime | None, view: dict[str, str]) -> str:
    if start is None:
        return ""
    return way.url(Stage.TIMES, day=reader.date_of(start).isoformat(), **view)


def _page_url(way: Way, first: date | None, span: Span, view: dict[str, str]) -> str:
    if first is None:
        return ""
    return way.url(Stage.TIMES, since=max(first, span.today).isoformat(), **view)


def _views(way: Way, form: FreeTimesForm, day: date) -> list[MenuItem]:
    kept = max(day, way.now.astimezone(way.community.zone).date() - DAY).isoformat()
    return [
        MenuItem(_("List"), way.url(Stage.TIMES, day=kept), "list", active=not form.is_week),
        MenuItem(
            _("Week"),
            way.url(Stage.TIMES, view="week", day=kept),
            "calendar",
            active=form.is_week,
        ),
    ]


def _everybody(way: Way) -> list[MenuItem]:
    """Services for everybody: where to look when one person has no time."""
    others = services_of(way.community).filter(for_everybody=True)
    return [
        MenuItem(other.label, way.choosing(service=other).url(Stage.TIMES))
        for other in others
        if other != way.service
    ][:3]
