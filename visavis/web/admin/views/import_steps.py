"""What one does with a plan: read it anew, decide, apply, put away, undo."""

from collections import Counter
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from visavis.core import clock
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict
from visavis.imports.actions import (
    UndoReport,
    decide_proposal,
    discard_import,
    undo_import,
)
from visavis.imports.enums import ImportState
from visavis.imports.errors import ImportRefused, NeedsConfirmation, OwnerRefused, PlanIsStale
from visavis.imports.intake import apply_or_queue, replan_or_queue
from visavis.imports.models import Import
from visavis.imports.queries import Proposal, get_import, proposals, restored_owners
from visavis.web.admin.doors import METHODS, imports_page, show
from visavis.web.admin.forms.imports import ApplyForm, PlanForm, ProposalForm
from visavis.web.admin.import_pages import MENU_ENTRIES, kind_page
from visavis.web.admin.import_preview import PROPOSALS_PAGE
from visavis.web.admin.views.imports import show_run, to_run
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.methods import post_page


def run_url(request: CommunityRequest, public_id: UUID, **_wanted: Any) -> str:
    """The page of the run, with what it was asked to show. Raises NotFound."""
    run = get_import(request.community, public_id)
    page = reverse("manage:import", args=[request.community.slug, run.public_id])
    return f"{page}?{request.GET.urlencode()}" if request.GET else page


@imports_page
@post_page(back=run_url)
def plan(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """Read the kept file again, in another mode or encoding."""
    run = get_import(request.community, public_id)
    form = PlanForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the ways to read the file."))
        return to_run(request, run)
    try:
        wanted = {name: value for name, value in form.cleaned_data.items() if value}
        replan_or_queue(run, actor=actor_of(request), **wanted)
    except ImportRefused as refusal:
        messages.error(request, refusal.message)
    return to_run(request, run)


@imports_page
@post_page(back=run_url)
def choices(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """Keep whose own service each topic becomes, and apply nothing yet."""
    run = get_import(request.community, public_id)
    sent = ProposalForm.sent(request.POST)
    try:
        _keep_choices(request, run, sent)
    except _Mistyped:
        return _ask_whom(request, run, sent)
    except PlanIsStale as refusal:
        messages.warning(request, refusal.message)
    except ImportRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The choices are kept. Nothing is applied yet."))
    shown = urlencode({PROPOSALS_PAGE: request.GET.get(PROPOSALS_PAGE, "1")})
    return redirect(f"{to_run(request, run).url}?{shown}#proposals")


class _Mistyped(Exception):
    """What was sent names owners who cannot be; the forms say which, and why."""


def _keep_choices(request: CommunityRequest, run: Import, sent: Sequence[ProposalForm]) -> None:
    """Write down each choice as it stands on the page, or none.

    Raises PlanIsStale, WrongState, and _Mistyped when every form knows its error.
    """
    refusals = _decide_all(run, sent, by=actor_of(request))
    # Only now: what a form was told in a go that lost would stand there for good.
    for form, refusal in refusals:
        form.add_error("owner_email", refusal.message)
    if any(form.errors for form in sent):
        raise _Mistyped


@again_on_conflict
def _decide_all(
    run: Import, sent: Sequence[ProposalForm], *, by: Actor
) -> list[tuple[ProposalForm, OwnerRefused]]:
    """All choices or none; and which are refused."""
    before = {item.row_id: item for item in proposals(run)}
    refusals = []
    with transaction.atomic():
        for form in sent:
            if not form.is_valid() or _stands(form.cleaned_data, before.get(form.row_id)):
                continue
            try:
                decide_proposal(run, row_id=form.row_id, actor=by, **form.cleaned_data)
            except OwnerRefused as refusal:
                refusals.append((form, refusal))
        if refusals or any(form.errors for form in sent):
            transaction.set_rollback(True)
    return refusals


def _ask_whom(request: CommunityRequest, run: Import, sent: Sequence[ProposalForm]) -> HttpResponse:
    """The page as it was sent, with each error at its field."""
    return show_run(
        request,
        run,
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        sent=sent,
        apply_form=ApplyForm(request.POST),
    )


def _stands(chosen: dict[str, Any], proposal: Proposal | None) -> bool:
    """Whether this is what is kept already."""
    return proposal is not None and all(
        getattr(proposal, name) == value for name, value in chosen.items()
    )


@imports_page
@post_page(back=run_url)
def application(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """Do what the plan says."""
    run = get_import(request.community, public_id)
    form = ApplyForm(request.POST)
    form.is_valid()
    sent = ProposalForm.sent(request.POST)
    try:
        _keep_choices(request, run, sent)
    except _Mistyped:
        return _ask_whom(request, run, sent)
    except PlanIsStale as refusal:
        # The new plan is there already: planned once more, it would lose what is chosen in it.
        messages.warning(request, refusal.message)
        return to_run(request, run)
    except ImportRefused as refusal:
        messages.error(request, refusal.message)
        return to_run(request, run)
    return _apply(request, run, form)


def _apply(request: CommunityRequest, run: Import, form: ApplyForm) -> HttpResponse:
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
        run = replan_or_queue(run, actor=actor_of(request))
    except ImportRefused as refusal:
        messages.error(request, refusal.message)
        return to_run(request, run)
    why = _("Something changed here since this preview was made, so nothing was applied.")
    if run.state == ImportState.PLANNING:
        then = _("The file is being read anew; then look at it once more.")
    else:
        then = _("This is the preview anew: look at it once more.")
    messages.warning(request, f"{why} {then}")
    return to_run(request, run)


@imports_page
@post_page(back=run_url)
def disposal(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """Put the plan away; nothing was changed."""
    run = get_import(request.community, public_id)
    try:
        discard_import(run, actor=actor_of(request))
    except ImportRefused as refusal:
        messages.error(request, refusal.message)
        return to_run(request, run)
    messages.success(request, _("Discarded. Nothing was changed."))
    return redirect("manage:uploads", request.community.slug, run.kind)


@imports_page
@require_http_methods(METHODS)
def undoing(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """Ask, then restore what nobody touched since."""
    run = get_import(request.community, public_id)
    if run.state != ImportState.APPLIED:
        messages.error(request, _("Only an applied file can be undone."))
        return to_run(request, run)
    if run.forgotten_at is not None:
        messages.error(request, _("The list is no longer kept, so it cannot be undone any more."))
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
        _tell(request, report, owners=restored_owners(run))
    return to_run(request, run)


def _tell(request: CommunityRequest, report: UndoReport, *, owners: int) -> None:
    count = report.restored - owners
    said = ngettext(
        "%(n)d row that the file had changed is as it was.",
        "%(n)d rows that the file had changed are as they were.",
        count,
    )
    if report.restored or not report.left:
        messages.success(request, said % {"n": count})
    else:
        messages.error(
            request, _("Nothing was taken back. Undo first what came after this file, then this.")
        )
    if owners:
        said = ngettext(
            "%(n)d topic belongs to whom it belonged before.",
            "%(n)d topics belong to whom they belonged before.",
            owners,
        )
        messages.success(request, said % {"n": owners})
    for why, count in Counter(why for _line, _label, why in report.left).most_common():
        said = ngettext(
            "%(n)d row was left as it is and is listed here: “%(why)s”",
            "%(n)d rows were left as they are and are listed here: “%(why)s”",
            count,
        )
        messages.warning(request, said % {"n": count, "why": why})
