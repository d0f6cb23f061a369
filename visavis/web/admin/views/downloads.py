"""Files to take away: templates, lists, and what was uploaded."""

from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from visavis.core.errors import NotFound
from visavis.core.storage import read_bytes
from visavis.imports.enums import ImportKind
from visavis.imports.queries import export_csv, get_import, template_csv
from visavis.web.admin.doors import manage_page
from visavis.web.ui.doors import CommunityRequest

CSV = "text/csv; charset=utf-8"


@manage_page
@require_safe
def template(request: CommunityRequest, kind: str) -> HttpResponse:  # noqa: ARG001  (a view)
    _check_kind(kind)
    return HttpResponse(template_csv(kind), headers=_as_file(f"{kind}-template.csv"))


@manage_page
@require_safe
def export(request: CommunityRequest, kind: str) -> HttpResponseBase:
    _check_kind(kind)
    lines = list(export_csv(request.community, kind))
    return HttpResponse(lines, headers=_as_file(f"{request.community.slug}-{kind}.csv"))


@manage_page
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


def _check_kind(kind: str) -> None:
    if kind not in ImportKind.values:
        raise NotFound(_("There is no such kind of file."))


def _as_file(name: str) -> dict[str, str]:
    return {
        "Content-Type": CSV,
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "",
    }
