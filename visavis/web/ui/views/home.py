"""The start page: the communities that are open to the visitor."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from visavis.bookings.queries import communities_open_to
from visavis.communities.queries import get_school
from visavis.web.ui.doors import Entrance, admits


@admits(Entrance.EVERYBODY)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the visitor's own communities, then those open to them; ask a stranger to sign in."""
    seen = communities_open_to(request.user)
    context = {"school": get_school(), "own": seen.own, "others": seen.others}
    return render(request, "ui/home.html", context)
