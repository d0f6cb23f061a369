"""The learn screen: the next meeting, what can be booked, and what was."""

from dataclasses import replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from visavis.availability.queries import locations_of
from visavis.bookings.queries import coming_bookings, ended_ahead, past_bookings
from visavis.bookings.refusals import sentence
from visavis.bookings.student import pause_data, student_standing
from visavis.catalogue.enums import MeetingKind
from visavis.catalogue.models import AppointmentFormat
from visavis.catalogue.queries import formats_of
from visavis.core import clock
from visavis.engine.world import Reason, Refusal
from visavis.people.rules import Standing, pause_at
from visavis.web.student.doors import person_of, student_page
from visavis.web.student.forms import LearnForm
from visavis.web.student.meetings import meeting_of
from visavis.web.student.places import where_in_words
from visavis.web.student.proposed import all_proposed
from visavis.web.student.reader import greeting, reader_for
from visavis.web.student.waiting import waiting_of
from visavis.web.student.weekly import grouped
from visavis.web.ui.listing import page_of
from visavis.web.ui.times import duration_in_words

PAST_AT_FIRST = 4
PAST_ON_A_PAGE = 20
ENDED = 2  # of the meetings that others ended, so many are told of above what can be booked


@require_safe
@student_page
def front(_request: HttpRequest, standing: Standing) -> HttpResponse:
    """The bare address of a community leads to its learn screen."""
    return redirect("student:learn", standing.community.slug)


@require_safe
@student_page
def learn(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Everything that a student of this community comes for, in one page."""
    community, user, now = standing.community, person_of(standing), clock.now()
    proposed = all_proposed(request, community, user, now=now)
    asked_back = {one.meeting.booking.pk for one in proposed}
    coming = [
        replace(meeting_of(request, booking, now=now), is_asked_back=booking.pk in asked_back)
        for booking in coming_bookings(user, community, now=now)
    ]
    ended = [meeting_of(request, b, now=now) for b in ended_ahead(user, community, now=now)]
    formats = _formats(standing)
    shows_all = LearnForm(request.GET).shows_all
    page = page_of(
        request,
        past_bookings(user, community, now=now).exclude(
            pk__in=[meeting.booking.pk for meeting in ended[:ENDED]]
        ),
        size=PAST_ON_A_PAGE if shows_all else PAST_AT_FIRST,
    )
    context = {
        "title": community.name,
        "greeting": greeting(user.first_name, now, community.zone),
        "refusal": _refusal(request, standing, now),
        "next": coming[0] if coming else None,
        "coming": [line for line in grouped(coming) if coming and line != coming[0]],
        "ended": ended[:ENDED],
        "ended_more": len(ended) - ENDED,
        "proposed": proposed,
        "waiting": waiting_of(request, community, user, now),
        "formats": formats,
        "several_formats": len(formats) > 1,
        "is_refused": bool(student_standing(standing, now)),
        "links": community.links.all(),
        "page_obj": page,
        "shows_all": shows_all,
        "past": [meeting_of(request, booking, now=now) for booking in page],
    }
    return render(request, "student/learn.html", context)


def _refusal(request: HttpRequest, standing: Standing, now: datetime) -> str:
    """What stands against every booking, or against those further ahead, in one sentence."""
    community = standing.community
    refusals = [*student_standing(standing, now)]
    pause = pause_at(standing, now)
    if not refusals and pause is not None:
        refusals = [Refusal(Reason.STUDENT_PAUSED, pause_data(pause, community))]
    if not refusals:
        return ""
    reader = reader_for(request, community, [MeetingKind.IN_PERSON])
    return sentence(refusals[0], community, moment=reader.moment)


def _formats(standing: Standing) -> list[tuple[AppointmentFormat, str]]:
    """Each format with its length, company and places in one line."""
    places = list(locations_of(standing.community))
    return [
        (format_, _in_one_line(format_, where_in_words(format_, places)))
        for format_ in formats_of(standing.community)
    ]


def _in_one_line(format_: AppointmentFormat, where: str) -> str:
    group = _("up to %(count)d people") % {"count": format_.capacity} if format_.is_group else ""
    wait = "" if format_.auto_confirm else _("on request")
    return " · ".join(filter(None, [duration_in_words(format_.minutes), group, where, wait]))
