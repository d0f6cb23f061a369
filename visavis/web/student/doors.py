"""The way into each page of a student: signed in, in a community that they may see."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.urls import reverse

from visavis.people.doors import require_standing
from visavis.people.models import User
from visavis.people.rules import Standing, can_see_community
from visavis.web.student.dead_ends import DeadEnd

View = Callable[Concatenate[HttpRequest, Standing, ...], HttpResponse]


def student_page(view: View) -> Callable[..., HttpResponse]:
    """Hand the view the visitor's standing; show a dead end as the page that leads on.

    Strangers sign in first, whether the community is there or not. Raises NotFound.
    """

    @wraps(view)
    def guarded(request: HttpRequest, community: str, **wanted: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(_way_back(request, community), resolve_url(settings.LOGIN_URL))
        standing = require_standing(request.user, community, may=can_see_community)
        request.community, request.standing = standing.community, standing  # type: ignore[attr-defined]
        try:
            return view(request, standing, **wanted)
        except DeadEnd as end:
            return render(request, "student/dead_end.html", {"end": end}, status=end.status)

    return guarded


def person_of(standing: Standing) -> User:
    """The signed-in person: `student_page` lets nobody else in."""
    return cast("User", standing.user)


def _way_back(request: HttpRequest, community: str) -> str:
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    return reverse("student:learn", args=[community])
