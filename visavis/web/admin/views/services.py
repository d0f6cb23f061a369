"""What can be booked, who may give it, and who has it on their list."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from visavis.catalogue.enums import ServiceKind
from visavis.communities.wording import wording_of
from visavis.web.admin.doors import desk_page, people_page, show
from visavis.web.admin.forms.filters import EnrollmentFilter, ServiceFilter, sort_options
from visavis.web.admin.queries.catalogue import (
    certified_counts,
    certified_for,
    listed_enrollments,
    listed_services,
    require_service,
)
from visavis.web.ui.doors import CommunityRequest
from visavis.web.ui.listing import also, page_of
from visavis.web.ui.replicas import from_replica

ON_DETAIL = 50


@desk_page
@require_safe
@from_replica
def services(request: CommunityRequest) -> HttpResponse:
    wanted = ServiceFilter.read(request.GET)
    rows = page_of(request, listed_services(request.community, **wanted))
    counts = certified_counts(request.community, rows.object_list)
    hidden = 0
    if wanted["text"] and not wanted["archived"]:
        hidden = listed_services(request.community, **{**wanted, "archived": True}).count()
    page = {
        "hidden": hidden,
        "hidden_url": also(request, "archived"),
        "rows": [(service, counts[service.pk]) for service in rows],
        "page_obj": rows,
        "wanted": wanted,
        "kinds": ServiceKind.choices,
        "sorts": sort_options(
            {"code": _("Code"), "name": _("Name"), "enrolled": _("On lists")}, numbers=("enrolled",)
        ),
        "is_filtered": any(value for name, value in wanted.items() if name != "sort"),
    }
    return show(request, "admin/services.html", page, active="services")


@desk_page
@require_safe
def service(request: CommunityRequest, pk: int) -> HttpResponse:
    found = require_service(request.community, pk)
    enrolled = listed_enrollments(request.community, service=found)
    page = {
        "service": found,
        "asked": f"?service={found.pk}",
        "certified": certified_for(found) if found.is_active else [],
        "enrolled": enrolled[:ON_DETAIL],
        "enrolled_count": enrolled.count(),
    }
    return show(request, "admin/service.html", page, active="services")


@people_page
@require_safe
@from_replica
def enrollment(request: CommunityRequest) -> HttpResponse:
    wanted = EnrollmentFilter.read(request.GET)
    rows = page_of(request, listed_enrollments(request.community, **wanted))
    service_label = wording_of(request.community).service
    page = {
        "page_obj": rows,
        "wanted": wanted,
        "text": wanted["text"],
        "sorts": sort_options({"student": _("Student"), "service": service_label}),
    }
    return show(request, "admin/enrollment.html", page, active="enrollment")
