"""Uploading a file, its preview, and what became of it."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.imports.enums import ImportKind, ImportState
from visavis.imports.intake import receive
from visavis.imports.models import Import
from visavis.imports.queries import get_import, recent_imports
from visavis.web.admin.doors import METHODS, imports_page, show, status_of
from visavis.web.admin.forms.imports import ProposalForm, UploadForm
from visavis.web.admin.import_pages import MENU_ENTRIES, kind_page, kind_tabs
from visavis.web.admin.import_preview import meter_of, preview
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.listing import page_of

IN_WORK = (ImportState.PLANNING, ImportState.APPLYING)
RECENT = 10


@imports_page
@require_http_methods(METHODS)
def uploads(request: CommunityRequest, kind: str) -> HttpResponse:
    if kind not in ImportKind.values:
        raise NotFound(_("There is no such kind of file."))
    is_upload = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if is_upload else UploadForm()
    if form.is_valid():
        return to_run(request, _receive(request, kind, form))
    page = {
        "form": form,
        "kind": kind_page(request.community, kind),
        "tabs": kind_tabs(request.community, kind),
        "page_obj": page_of(request, recent_imports(request.community, kind=kind), size=RECENT),
    }
    return show(
        request, "admin/uploads.html", page, active=MENU_ENTRIES[kind], status=status_of(form)
    )


def _receive(request: CommunityRequest, kind: str, form: UploadForm) -> Import:
    upload = form.cleaned_data["file"]
    return receive(
        request.community,
        kind=kind,
        mode=form.cleaned_data["mode"],
        file_name=upload.name,
        content=upload.file,
        actor=actor_of(request),
        user=request.user,
    )


@imports_page
@require_safe
def import_run(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """The run as it stands: being read, refused, waiting with its preview, applied, undone."""
    run = get_import(request.community, public_id)
    return show_run(request, run)


def show_run(
    request: CommunityRequest,
    run: Import,
    *,
    status: int = HTTPStatus.OK,
    sent: Sequence[ProposalForm] = (),
    **more: Any,
) -> HttpResponse:
    """The page of the run; choices that were `sent` and not kept come back as they were typed."""
    page: dict[str, Any] = {"run": run, "kind": kind_page(request.community, run.kind), **more}
    if run.state in IN_WORK:
        page["meter"] = meter_of(run)
        page["poll_url"] = reverse(
            "manage:import_progress", args=[request.community.slug, run.public_id]
        )
    else:
        page |= preview(request, run, now=clock.now(), sent=sent)
    return show(request, "admin/import.html", page, active=MENU_ENTRIES[run.kind], status=status)


@imports_page
@require_safe
def progress(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """The meter alone; when the work is done, the whole page instead."""
    run = get_import(request.community, public_id)
    if run.state not in IN_WORK:
        return HttpResponse(headers={"HX-Refresh": "true"})
    page = {"meter": meter_of(run), "poll_url": request.path}
    return render(request, "admin/import_progress.html", page)


def to_run(request: CommunityRequest, run: Import) -> HttpResponseRedirect:
    return redirect("manage:import", request.community.slug, run.public_id)
