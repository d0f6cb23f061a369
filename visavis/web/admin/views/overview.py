"""What is set up, what is missing, what is coming."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from visavis.bookings.queries import coming_appointments
from visavis.core import clock
from visavis.notifications.queries import undelivered_messages
from visavis.web.admin.doors import desk_page, show
from visavis.web.admin.setup_steps import next_step, setup_steps
from visavis.web.ui.doors import CommunityRequest

COMING = 8


@desk_page
@require_safe
def overview(request: CommunityRequest) -> HttpResponse:
    community, now = request.community, clock.now()
    steps = setup_steps(community, now=now)
    page = {
        "steps": steps,
        "next_step": next_step(steps),
        "undelivered": undelivered_messages(community).count(),
        "coming": list(coming_appointments(community, now=now)[:COMING]),
        "learn_url": request.build_absolute_uri(reverse("student:learn", args=[community.slug])),
    }
    return show(request, "admin/overview.html", page, active="overview")
