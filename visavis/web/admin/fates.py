"""Ask what becomes of the meetings that a change of people, services or places touches."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpResponse

from visavis.changes.enums import Fate
from visavis.changes.errors import Undecided
from visavis.changes.fates import Decision, Scope
from visavis.web.admin.doors import show
from visavis.web.hours.fates import ANY, asked, decide
from visavis.web.ui.context import cycle_of
from visavis.web.ui.doors import CommunityRequest


@dataclass(frozen=True)
class Question:
    """What is asked about the meetings: in whose scope, what may become of them, in which words."""

    scope: Scope
    title: str
    verb: str
    back_url: str
    active: str
    fates: tuple[Fate, ...] = ANY
    kind: str = "primary"
    note: str = ""


def with_fates(
    request: CommunityRequest,
    question: Question,
    change: Callable[[Decision], HttpResponse],
    *,
    message: str = "",
) -> HttpResponse:
    """What `change` answers with the decision that was sent; or the page that asks for one.

    That proposes `message` to the students.
    """
    decision = decide(request.POST, question.scope, question.fates)
    try:
        return change(decision)
    except Undecided as refusal:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return ask_fates(request, question, refusal, message=message, status=status)


def ask_fates(
    request: CommunityRequest,
    question: Question,
    refusal: Undecided,
    *,
    message: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The page that asks, with those who could give each meeting instead."""
    shown = asked(
        refusal,
        request.POST,
        cycle=cycle_of(request),
        fates=question.fates,
        scope=question.scope,
    )
    shown.form.initial["message"] = message
    page = {
        "question": question,
        "asked": shown,
        "sentence": refusal.message,
        "action": request.get_full_path(),
        "back_url": question.back_url,
        "frame": "ui/manage.html",
    }
    return show(request, "hours/fates.html", page, active=question.active, status=status)
