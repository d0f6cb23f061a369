"""What one does with a plan: read it anew, decide, apply, put away, undo."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from visavis.core import clock
from visavis.imports.actions import (
    UndoReport,
    decide_proposal,
    discard_import,
    replan_import,
    undo_import,
)
from visavis.imports.enums import ImportState
from visavis.imports.errors import ImportRefused, NeedsConfirmation, PlanIsStale
from visavis.imports.intake import apply_or_queue
from visavis.imports.models import Import
from visavis.imports.queries import get_import
from visavis.web.admin.doors import METHODS, manage_page, show
from visavis.web.admin.forms.imports import ApplyForm, PlanForm, ProposalForm
from visavis.web.admin.import_pages import MENU_ENTRIES, kind_page
from visavis.web.admin.import_preview import PROPOSALS_PAGE
from visavis.web.admin.views.imports import to_run
from visavis.web.ui.doors import CommunityRequest, actor_of


@manage_page
@require_POST
def plan(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """Read the kept file again, in another mode or encoding."""
    run = get_import(request.community, public_id)
    form = PlanForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the ways to read the file."))
        return to_run(request, run)
    try:
        wanted = {name: value for name, value in form.cleaned_data.items() if value}
        run = replan_import(run, actor=actor_of(request), **wanted)
    except ImportRefused as refusal:
        messages.error(request, refusal.message)
    return to_run(request, run)


@manage_page
@require_POST
def proposal(request: CommunityRequest, public_id: UUID, row: int) -> HttpResponse:
    """Whose own service a topic becomes."""
    run = get_import(request.community, public_id)
    form = ProposalForm(request.POST)
    form.is_valid()
    try:
        decide_proposal(run, row_id=row, actor=actor_of(request), **form.cleaned_data)
    except ImportRefused as refusal:
        messages.error(request, refusal.message)
    shown = urlencode({PROPOSALS_PAGE: request.GET.get(PROPOSALS_PAGE, "1")})
    return redirect(f"{to_run(request, run).url}?{shown}#proposals")


@manage_page
@require_POST
def application(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """Do what the plan says."""
    run = get_import(request.community, public_id)
    form = ApplyForm(request.POST)
    form.is_valid()
    try:
        run = apply_or_queue(run, actor=actor_of(request), now=clock.now(), **form.cleaned_data)
    except NeedsConfirmation as question:
        return _ask_again(request, run, form, question)
    except PlanIsStale:
        return _show_anew(request, run)
    except ImportRefused as refusal:
        messages.error(request, refusal.message)
        return to_run(request, run)
    if run.state == ImportState.APPLIED:
        messages.success(request, _("Done. You can undo it from here."))
    return to_run(request, run)


def _ask_again(
    request: CommunityRequest, run: Import, form: ApplyForm, question: NeedsConfirmation
) -> HttpResponse:
    page = {
        "run": run,
        "kind": kind_page(request.community, run.kind),
        "question": question.message,
        "decided": {name: value for name, value in form.cleaned_data.items() if value},
    }
    return show(
        request,
        "admin/import_confirm.html",
        page,
        active=MENU_ENTRIES[run.kind],
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
    )


def _show_anew(request: CommunityRequest, run: Import) -> HttpResponse:
    try:
        replan_import(run, actor=actor_of(request))
    except ImportRefused as refusal:
        messages.error(request, refusal.message)
        return to_run(request, run)
    messages.warning(
        request,
        _(
            "Something changed here since this preview was made, so nothing was applied. This is "
            "the preview anew: look at it once more."
        ),
    )
    return to_run(request, run)


@manage_page
@require_POST
def disposal(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """Put the plan away; nothing was changed."""
    run = get_import(request.community, public_id)
    try:
        discard_import(run, actor=actor_of(request))
    except ImportRefused as refusal:
        messages.error(request, refusal.message)
        return to_run(request, run)
    messages.success(request, _("Put away. Nothing was changed."))
    return redirect("manage:uploads", request.community.slug, run.kind)


@manage_page
@require_http_methods(METHODS)
def undoing(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """Ask, then restore what nobody touched since."""
    run = get_import(request.community, public_id)
    if run.state != ImportState.APPLIED:
        messages.error(request, _("Only an applied file can be undone."))
        return to_run(request, run)
    if request.method == "POST":
        return _undo(request, run)
    page = {"run": run, "kind": kind_page(request.community, run.kind)}
    return show(request, "admin/import_undo.html", page, active=MENU_ENTRIES[run.kind])


def _undo(request: CommunityRequest, run: Import) -> HttpResponse:
    try:
        report = undo_import(run, actor=actor_of(request), now=clock.now())
    except ImportRefused as refusal:
        messages.error(request, refusal.message)
    else:
        _tell(request, report)
    return to_run(request, run)


def _tell(request: CommunityRequest, report: UndoReport) -> None:
    count = report.restored
    said = ngettext("%(n)d row is as it was.", "%(n)d rows are as they were.", count)
    messages.success(request, said % {"n": count})
    if report.left:
        count = len(report.left)
        said = ngettext(
            "%(n)d row was left, because somebody changed it since: it is listed here.",
            "%(n)d rows were left, because somebody changed them since: they are listed here.",
            count,
        )
        messages.warning(request, said % {"n": count})
