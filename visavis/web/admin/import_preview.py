"""The preview of a plan: a diff that people can read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.formats import number_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from visavis.bookings.enums import OPEN
from visavis.bookings.models import Appointment, Booking
from visavis.core import progress
from visavis.imports.actions import is_stale
from visavis.imports.enums import ImportState, RowAction, Severity
from visavis.imports.models import Import, ImportRow
from visavis.imports.queries import (
    ENCODINGS,
    CellChange,
    cell_changes,
    confirmation,
    has_changes,
    issues,
    plan_rows,
    proposal_of,
    proposed_rows,
    rows_to_write,
    sample,
    touched_meetings,
)
from visavis.people.queries import providers_of
from visavis.web.admin.forms.imports import ProposalForm
from visavis.web.ui.doors import CommunityRequest
from visavis.web.ui.listing import page_of
from visavis.web.ui.pieces import MenuItem

ACTIONS = (RowAction.ADDED, RowAction.CHANGED, RowAction.REMOVED, RowAction.UNCHANGED)
PROBLEMS_SHOWN = 50
MEETINGS_SHOWN = 20
PROPOSALS_SHOWN, PROPOSALS_PAGE = 20, "topics"
# Suggestions while one types; anybody else's address can be typed as well.
OWNERS_SHOWN = 500
WITH_ROWS = (ImportState.PLANNED, ImportState.APPLIED, ImportState.UNDONE)


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A row of the plan with its cells."""

    row: ImportRow
    cells: list[CellChange]


@dataclass(frozen=True, slots=True)
class Meter:
    """How far the work on a run is, in words; `value` is None while nobody can count."""

    label: str
    value: int | None = None
    most: int = 1


def meter_of(run: Import) -> Meter:
    """What the page says of a run that is being read or applied."""
    if run.state == ImportState.APPLYING:
        return _meter_of_applying(run)
    done, expected = run.rows_done, run.rows
    if not expected:
        said = ngettext("%(done)s row read so far", "%(done)s rows read so far", done)
        return Meter(said % {"done": _grouped(done)})
    said = _("%(done)s of %(all)s rows read") % {
        "done": _grouped(done),
        "all": _grouped(expected),
    }
    return Meter(said, done, expected)


def _meter_of_applying(run: Import) -> Meter:
    """Until the worker has written its first rows, only how many there will be."""
    told = progress.told(run.public_id)
    if told:
        done, whole = told
        said = _("%(done)s of %(all)s rows written") % {
            "done": _grouped(done),
            "all": _grouped(whole),
        }
        return Meter(said, done, whole)
    rows = rows_to_write(run)
    if not rows:
        return Meter(_("Applying…"))
    said = ngettext("Writing %(rows)s row…", "Writing %(rows)s rows…", rows)
    return Meter(said % {"rows": _grouped(rows)})


def _grouped(number: int) -> str:
    return number_format(number, force_grouping=True)


def preview(
    request: CommunityRequest, run: Import, *, now: datetime, sent: Sequence[ProposalForm] = ()
) -> dict[str, Any]:
    """What the page of a run shows, beyond the run itself; `sent` come back as they were typed."""
    if run.state == ImportState.REFUSED:
        return _reading(run)
    if run.state not in WITH_ROWS:
        return {}
    action = _asked_action(request, run)
    page_obj = page_of(request, plan_rows(run, action))
    page = {
        "tabs": _tabs(run, action),
        "action": action,
        "lines": [PlanLine(row, cell_changes(row)) for row in page_obj],
        "page_obj": page_obj,
        **_problems(run),
    }
    if run.state == ImportState.PLANNED:
        page |= _reading(run)
        if is_stale(run):
            page["is_stale"] = True
        else:
            page |= _deciding(run, now) | _choosing(request, run, sent)
    if run.state in (ImportState.APPLIED, ImportState.UNDONE):
        page["left"] = list(run.plan.exclude(undo_note="")[:PROBLEMS_SHOWN])
    return page


def _asked_action(request: CommunityRequest, run: Import) -> str:
    asked = request.GET.get("rows", "")
    if asked in [action.value for action in ACTIONS]:
        return asked
    filled = (action.value for action in ACTIONS if run.counts.get(action.value))
    return next(filled, RowAction.ADDED.value)


def _tabs(run: Import, active: str) -> list[MenuItem]:
    return [
        MenuItem(
            str(action.label),
            f"?{urlencode({'rows': action.value})}#rows",
            active=action.value == active,
            count=run.counts.get(action.value, 0),
        )
        for action in ACTIONS
    ]


def _problems(run: Import) -> dict[str, Any]:
    """What stops its row, and what is only worth knowing, apart."""
    errors, warnings = (run.counts.get(name, 0) for name in ("errors", "warnings"))
    return {
        "problems": list(issues(run, severity=Severity.ERROR)[:PROBLEMS_SHOWN]),
        "more_problems": max(0, errors - PROBLEMS_SHOWN),
        "errors": errors,
        "warnings": list(issues(run, severity=Severity.WARNING)[:PROBLEMS_SHOWN]),
        "more_warnings": max(0, warnings - PROBLEMS_SHOWN),
    }


def _reading(run: Import) -> dict[str, Any]:
    """How the file was read, and what it would look like otherwise."""
    return {"sample": sample(run), "encodings": ENCODINGS}


def _deciding(run: Import, now: datetime) -> dict[str, Any]:
    touched = touched_meetings(run, now=now)
    coming = list(_with_students(touched.coming)[:MEETINGS_SHOWN])
    return {
        "question": confirmation(run),
        "past_meetings": touched.past,
        "coming_meetings": coming,
        "coming_count": touched.coming.count() if coming else 0,
    }


def _choosing(
    request: CommunityRequest, run: Import, sent: Sequence[ProposalForm]
) -> dict[str, Any]:
    """Whose own each topic becomes, and what is typed about it."""
    proposed = page_of(request, proposed_rows(run), size=PROPOSALS_SHOWN, name=PROPOSALS_PAGE)
    kept = [proposal_of(row) for row in proposed]
    typed = {form.row_id: form for form in sent}
    return {
        "proposals": kept,
        "choices": [(item, typed.get(item.row_id) or ProposalForm.kept(item)) for item in kept],
        "proposals_page": proposed,
        "proposals_name": PROPOSALS_PAGE,
        "owners": list(providers_of(request.community)[:OWNERS_SHOWN]) if kept else [],
        "is_empty_plan": not has_changes(run),
    }


def _with_students(rows: QuerySet[Appointment]) -> QuerySet[Appointment]:
    seated = Booking.objects.filter(state__in=OPEN).select_related("student")
    return rows.select_related("provider__user", "service").prefetch_related(
        Prefetch("bookings", seated)
    )
