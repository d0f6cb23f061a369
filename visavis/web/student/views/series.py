"""Booking a weekly series, its page, its end, and its calendar file."""

import uuid
from collections.abc import Sequence
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from visavis.bookings.actions import end_series
from visavis.bookings.deadlines import check_cancel
from visavis.bookings.errors import InvalidAnswer, InvalidSeries, NotOpen, Refused, TooLate
from visavis.bookings.events import STUDENT
from visavis.bookings.models import Series
from visavis.bookings.queries import find_series_by_key, has_ended_it, require_series, weeks_of
from visavis.calendars.ics import series_calendar as calendar_of_series
from visavis.core import clock
from visavis.people.rules import Standing
from visavis.web.student.confirming import begin_anew, confirm_series, is_same_series
from visavis.web.student.dead_ends import DeadEnd, WayOn
from visavis.web.student.doors import person_of, student_page
from visavis.web.student.forms import CancelForm, SeriesForm
from visavis.web.student.keeping import showing_what_was_written
from visavis.web.student.loading import (
    load_way,
    whom_to_ask,
    with_place,
    with_provider,
    with_start,
)
from visavis.web.student.meetings import Meeting
from visavis.web.student.places import place_in_sentence
from visavis.web.student.reader import reader_for
from visavis.web.student.views.bookings import incomplete, learn_url
from visavis.web.student.way import Stage, Way
from visavis.web.student.weekly import all_weeks, shares, usual_provider
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.methods import post_page


@student_page
@post_page(back=learn_url)
def series_bookings(request: CommunityRequest, standing: Standing) -> HttpResponse:
    """Book the weeks that the review page showed, all or none."""
    form = SeriesForm(request.POST)
    if not form.is_valid():
        raise incomplete(standing)
    wanted = form.cleaned_data
    # Before any rule is asked: a second tap finds the limit that the first one reached.
    earlier = find_series_by_key(person_of(standing), str(wanted["key"]))
    if earlier is not None and is_same_series(earlier, wanted, form.days):
        return redirect(_url(earlier))
    with showing_what_was_written(standing, wanted["format"]):
        way = load_way(standing, wanted["format"], wanted["service"])
        way = with_provider(with_start(way, wanted["start"]), wanted["provider"])
        way = with_place(way, wanted["place"])
        way = way.choosing(weeks=wanted["weeks"], skipping=form.days)
        if earlier is not None:
            begin_anew(way)
            messages.info(
                request, _("You have booked another series meanwhile. Confirm once more.")
            )
            return redirect(way.url(Stage.REVIEW))
        return _book(request, way, wanted["key"])


def _book(request: CommunityRequest, way: Way, key: uuid.UUID) -> HttpResponse:
    try:
        series = confirm_series(way, key, by=actor_of(request))
    except InvalidAnswer as error:
        messages.warning(request, error.message.replace("?: ", "? "))
        return redirect(way.url(Stage.TOPIC))
    except (Refused, InvalidSeries) as refusal:
        # The weeks are shown anew, with what stands against them; the answers are kept.
        messages.error(request, refusal.message)
        return redirect(way.url(Stage.WEEKS))
    return redirect(_url(series))


@require_safe
@student_page
def series(request: HttpRequest, standing: Standing, *, public_id: uuid.UUID) -> HttpResponse:
    """Each week with its state, and what can be done with it and with the rest."""
    found, now = require_series(request.user, standing.community, public_id), clock.now()
    meetings = _meetings(request, found)
    left = [meeting for meeting in meetings if meeting.can_cancel]
    context = {
        "series": found,
        "usual": usual_provider(left or meetings),
        "meetings": meetings,
        "left": left,
        "weeks": all_weeks(found, meetings),
        "where": place_in_sentence(found.location),
        "zone_note": (left or meetings)[0].zone_note,
        "is_request": any(meeting.is_requested for meeting in left),
        "calendar_url": _url(found, "series_calendar"),
        "ending_url": _url(found, "series_ending"),
        "now": now,
    }
    return render(request, "student/series.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@student_page
def series_ending(
    request: CommunityRequest, standing: Standing, *, public_id: uuid.UUID
) -> HttpResponse:
    """GET asks and lists what is lost; POST cancels every week that has not begun."""
    found = require_series(request.user, standing.community, public_id)
    rest = [meeting for meeting in _meetings(request, found) if meeting.can_cancel]
    if not rest and request.method == "POST" and _has_ended(found):
        return redirect(_url(found))  # the second of two clicks
    if not rest:
        raise _nothing_left(found, _("Nothing of this series is left to end."))
    left, staying = _endable(rest)
    if not left:
        raise _too_late(found, _refusal(rest[-1]))
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            ended = end_series(found, by=actor_of(request), reason=reason, now=clock.now())
        except TooLate as error:
            raise _too_late(found, error.message) from None
        except NotOpen as error:
            raise _nothing_left(found, error.message) from None
        messages.success(request, _told(len(ended)))
        return redirect(_url(found))
    context = {"series": found, "left": left, "staying": staying, "form": form}
    context["usual"], context["shares"] = usual_provider(left), shares(left)
    context["is_dangerous"] = True
    context["late"] = [meeting for meeting in left if meeting.is_late_now]
    context["whom_to_ask"] = whom_to_ask(found.community)
    context["back_url"] = _url(found)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "student/series_ending.html", context, status=status)


def _has_ended(found: Series) -> bool:
    """Whether the student has ended the last week of it themselves."""
    last = weeks_of(found).last()
    return last is not None and has_ended_it(last)


def _endable(rest: Sequence[Meeting]) -> tuple[list[Meeting], list[Meeting]]:
    """Those that the student may still cancel, and those that stay because it is too late."""
    left, staying = list[Meeting](), list[Meeting]()
    for meeting in rest:
        (staying if _refusal(meeting) else left).append(meeting)
    return left, staying


def _refusal(meeting: Meeting) -> str:
    try:
        check_cancel(meeting.booking, by=STUDENT, now=meeting.now)
    except TooLate as error:
        return error.message
    return ""


def _too_late(found: Series, sentence: str) -> DeadEnd:
    return DeadEnd(
        f"{sentence} {whom_to_ask(found.community)}",
        title=_("Too late to end them yourself"),
        note=found.community.contact,
        ways=[WayOn(_("See the series"), _url(found))],
        status=HTTPStatus.CONFLICT,
    )


def _told(count: int) -> str:
    return ngettext("One meeting is cancelled.", "%(count)d meetings are cancelled.", count) % {
        "count": count
    }


def _nothing_left(found: Series, sentence: str) -> DeadEnd:
    return DeadEnd(
        sentence,
        title=_("Nothing to end"),
        ways=[WayOn(_("See the series"), _url(found))],
        status=HTTPStatus.CONFLICT,
    )


@require_safe
@student_page
def series_calendar(
    request: HttpRequest, standing: Standing, *, public_id: uuid.UUID
) -> HttpResponse:
    """All weeks as one calendar file."""
    found = require_series(request.user, standing.community, public_id)
    bookings = weeks_of(found).prefetch_related("events")
    page = request.build_absolute_uri(_url(found))
    name = content_disposition_header(as_attachment=True, filename=f"series-{public_id}.ics")
    return HttpResponse(
        calendar_of_series(found, bookings, url=page),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": name},
    )


def _meetings(request: HttpRequest, found: Series) -> list[Meeting]:
    reader, now = reader_for(request, found.community, [found.location.kind]), clock.now()
    return [Meeting(booking, reader, now) for booking in weeks_of(found)]


def _url(found: Series, name: str = "series") -> str:
    return reverse(f"student:{name}", args=[found.community.slug, found.public_id])
