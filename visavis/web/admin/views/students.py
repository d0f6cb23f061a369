"""The community's students."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from visavis.bookings.record import Part, may_read
from visavis.core import clock
from visavis.web.admin.doors import desk_page, show
from visavis.web.admin.forms.filters import StudentFilter, sort_options
from visavis.web.admin.queries.people import known_values, listed_students
from visavis.web.ui.doors import CommunityRequest
from visavis.web.ui.listing import page_of
from visavis.web.ui.replicas import from_replica


@desk_page
@require_safe
@from_replica
def students(request: CommunityRequest) -> HttpResponse:
    wanted = StudentFilter.read(request.GET)
    shows_attributes = may_read(request.standing, Part.ATTRIBUTES)
    if not shows_attributes:
        wanted["known"] = ""
    # A search while one types takes the rows alone.
    offers = shows_attributes and request.htmx.target != "results"  # type: ignore[attr-defined]
    page = {
        "page_obj": page_of(request, listed_students(request.community, now=clock.now(), **wanted)),
        "wanted": wanted,
        "text": wanted["text"],
        "shows_attributes": shows_attributes,
        "known": known_values(request.community) if offers else [],
        "is_filtered": wanted["text"] or wanted["known"] != "",
        "sorts": sort_options({"name": _("Name"), "id": _("Student ID")}),
    }
    return show(request, "admin/students.html", page, active="students")
