"""The way into each page of a student: signed in, in a community that is open to them."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, cast

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from visavis.bookings.refusals import sentence
from visavis.bookings.rules import can_learn
from visavis.catalogue.enums import MeetingKind
from visavis.people.enums import Act
from visavis.people.models import User
from visavis.people.rules import Standing
from visavis.web.student.dead_ends import DeadEnd
from visavis.web.student.reader import reader_for
from visavis.web.ui.doors import CommunityRequest, community_page

View = Callable[Concatenate[CommunityRequest, Standing, ...], HttpResponse]


def student_page(view: View) -> Callable[..., HttpResponseBase]:
    """Hand the view the visitor's standing; show a dead end as the page that leads on."""

    @community_page(Act.LEARN, may=can_learn, home="student:learn")
    @wraps(view)
    def guarded(request: CommunityRequest, **wanted: Any) -> HttpResponse:
        try:
            return view(request, request.standing, **wanted)
        except DeadEnd as end:
            _say_refusal(request, end)
            return render(request, "student/dead_end.html", {"end": end}, status=end.status)

    return guarded


def _say_refusal(request: CommunityRequest, end: DeadEnd) -> None:
    """The rule that says no, as the learn screen says it: in the zone of the community."""
    if end.refusal is not None:
        community = request.standing.community
        reader = reader_for(request, community, [MeetingKind.IN_PERSON])
        end.message = sentence(end.refusal, community, moment=reader.moment)


def person_of(standing: Standing) -> User:
    """The signed-in person: `student_page` lets nobody else in."""
    return cast("User", standing.user)
