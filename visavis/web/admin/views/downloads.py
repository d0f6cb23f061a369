"""Files to take away: templates, lists, and what was uploaded."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from visavis.availability.models import WeeklyBlock
from visavis.communities.models import Community
from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.core.storage import read_bytes
from visavis.imports.enums import ImportKind
from visavis.imports.queries import export_csv, get_import, template_csv
from visavis.people.models import Provider
from visavis.web.admin.doors import files_page, manage_page
from visavis.web.admin.forms.filters import (
    EligibilityFilter,
    EnrollmentFilter,
    LocationFilter,
    ProviderFilter,
    ServiceFilter,
    StudentFilter,
    TextFilter,
)
from visavis.web.admin.queries.catalogue import (
    dormant_provider_ids,
    listed_enrollments,
    listed_services,
)
from visavis.web.admin.queries.people import (
    listed_locations,
    listed_providers,
    listed_students,
)
from visavis.web.ui.doors import CommunityRequest
from visavis.web.ui.replicas import from_replica

CSV = "text/csv; charset=utf-8"


@manage_page
@require_safe
def template(request: CommunityRequest, kind: str) -> HttpResponse:  # noqa: ARG001  (a view)
    _check_kind(kind)
    return HttpResponse(template_csv(kind), headers=as_file(f"{kind}-template.csv"))


@files_page
@require_safe
@from_replica
def export(request: CommunityRequest, kind: str) -> HttpResponseBase:
    _check_kind(kind)
    lines = list(export_csv(request.community, kind, only=_narrowed(request, kind)))
    return HttpResponse(lines, headers=as_file(f"{request.community.slug}-{kind}.csv"))


@files_page
@require_safe
def import_file(request: CommunityRequest, public_id: UUID) -> HttpResponseBase:
    """The file as it was uploaded, to save and not to show."""
    run = get_import(request.community, public_id)
    try:
        body = read_bytes(run.file.name or "")
    except FileNotFoundError:
        raise NotFound(_("The file is no longer kept.")) from None
    return FileResponse(
        body,
        as_attachment=True,
        filename=run.file_name,
        content_type="application/octet-stream",
    )


def _narrowed(request: CommunityRequest, kind: str) -> set[int] | None:
    """The ids of what the list shows that the address was taken from; None for all of it."""
    listed = LISTS.get(kind)
    if not request.GET or listed is None:
        return None
    return set(listed(request.community, request.GET).values_list("pk", flat=True))


def _listed_people(community: Community, asked: QueryDict) -> QuerySet[Provider]:
    """As the lists of people and of what they may give show them."""
    people = listed_providers(community, **ProviderFilter.read(asked))
    if EligibilityFilter.read(asked)["dormant"]:
        people = people.filter(pk__in=dormant_provider_ids(community))
    return people


LISTS: dict[str, Callable[[Community, QueryDict], QuerySet[Any]]] = {
    "courses": lambda community, asked: listed_services(community, **ServiceFilter.read(asked)),
    "enrollment": lambda community, asked: listed_enrollments(
        community, **EnrollmentFilter.read(asked)
    ),
    "providers": _listed_people,
    "availability": lambda community, asked: WeeklyBlock.objects.filter(
        provider__in=listed_providers(community, text=TextFilter.read(asked)["text"]).values("pk")
    ),
    "students": lambda community, asked: listed_students(
        community, now=clock.now(), **StudentFilter.read(asked)
    ),
    "locations": lambda community, asked: listed_locations(community, **LocationFilter.read(asked)),
}


def _check_kind(kind: str) -> None:
    if kind not in ImportKind.values:
        raise NotFound(_("There is no such kind of file."))


def as_file(name: str) -> dict[str, str]:
    """The headers of a CSV file that is saved under this name."""
    return {
        "Content-Type": CSV,
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "",
    }
