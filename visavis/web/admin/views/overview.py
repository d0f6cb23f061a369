"""What is set up, what is missing, what is coming."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from visavis.bookings.queries import coming_appointments
from visavis.core import clock
from visavis.notifications.queries import undelivered_messages
from visavis.web.admin.doors import desk_page, show
from visavis.web.admin.queries.overview import counts_of
from visavis.web.admin.setup_steps import setup_steps
from visavis.web.ui.doors import CommunityRequest

COMING = 8


@desk_page
@require_safe
def overview(request: CommunityRequest) -> HttpResponse:
    community = request.community
    counts = counts_of(community)
    steps = setup_steps(community, counts)
    page = {
        "counts": counts,
        "steps": steps,
        "next_step": next((step for step in steps if not step.is_done), None),
        "undelivered": undelivered_messages(community).count(),
        "coming": list(coming_appointments(community, now=clock.now())[:COMING]),
        "learn_url": request.build_absolute_uri(reverse("student:learn", args=[community.slug])),
    }
    return show(request, "admin/overview.html", page, active="overview")
