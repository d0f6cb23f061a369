"""Moving a meeting: the review that shows old and new, and what its button does."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from visavis.bookings.actions import Target, reschedule
from visavis.bookings.models import Booking
from visavis.bookings.openings import Openings
from visavis.core.history import Actor
from visavis.core.instants import write_instant
from visavis.web.student.dead_ends import DeadEnd, WayOn
from visavis.web.student.forms import MoveForm
from visavis.web.student.meetings import booking_url, meeting_of
from visavis.web.student.offers import is_where_it_is
from visavis.web.student.places import place_in_sentence
from visavis.web.student.reader import Reader
from visavis.web.student.skipping import skipped_before
from visavis.web.student.way import Stage, Way, chosen


def show_move(request: HttpRequest, way: Way, reader: Reader, openings: Openings) -> HttpResponse:
    """The last step: what changes, old and new side by side."""
    booking = chosen(way.moving)
    if is_where_it_is(way):
        raise DeadEnd(
            _("This is when and where you meet already. Choose another time."),
            title=_("Nothing would change"),
            ways=[
                WayOn(_("See the free times"), way.url(Stage.TIMES)),
                WayOn(_("See the meeting"), booking_url(booking)),
            ],
            status=HTTPStatus.CONFLICT,
        )
    way = way.choosing(skipped=skipped_before(Stage.REVIEW, way, openings))
    prompt = _("Move your meeting?")
    context = {
        "way": way,
        "reader": reader,
        "step": way.step(Stage.REVIEW, reader, prompt=prompt),
        "choices_title": _("Your meeting"),
        "meeting": meeting_of(request, booking, now=way.now),
        "form": MoveForm(initial=sent_with(way)),
        "moment": reader.day_and_time(chosen(way.start), way.end),
        "zone": reader.zone_note(chosen(way.start)),
        "where": place_in_sentence(chosen(way.place)),
        "short_moment": reader.weekday_and_time(chosen(way.start)),
        "only_place": chosen(way.start) == booking.appointment.start
        and way.provider == booking.appointment.provider,
    }
    return render(request, "student/move.html", context)


def sent_with(way: Way) -> dict[str, object]:
    """What the button sends: where to, and where the meeting was when it was looked at."""
    return {
        "start": write_instant(chosen(way.start)),
        "provider": chosen(way.provider).pk,
        "place": chosen(way.place).pk,
        "seen": chosen(way.moving).appointment_id,
    }


def move(way: Way, seen: int, *, by: Actor) -> Booking:
    """Move the booking to what the way leads to. Raises as `reschedule` does."""
    target = Target(chosen(way.start), chosen(way.provider), chosen(way.place), seen)
    return reschedule(chosen(way.moving), target, by=by, now=way.now)
