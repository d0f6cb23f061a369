"""The start page: the communities that the visitor may see."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from visavis.communities.queries import get_school
from visavis.people.queries import communities_seen_by


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """A visitor's own communities first, then those open to them; a stranger is asked to sign in."""
    seen = list(communities_seen_by(request.user))
    context = {
        "school": get_school(),
        "own": [community for community in seen if community.is_own],
        "others": [community for community in seen if not community.is_own],
    }
    return render(request, "ui/home.html", context)
