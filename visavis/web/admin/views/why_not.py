"""Why not? Every rule that refuses a time, in words, each with a link to what makes it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from visavis.bookings.openings import Question, Verdict, explain, question_for_start
from visavis.core import clock
from visavis.web.admin.doors import desk_page, show, status_of
from visavis.web.admin.forms.appointments import AddressForm, WallForm, WhyForm
from visavis.web.admin.reasons import Wanted, Why, reasons
from visavis.web.ui.doors import CommunityRequest

# So many people and places are shown; those against whom least stands come first.
SHOWN = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands against the time with one person at one place; nothing: it is offered."""

    provider: str
    place: str
    reasons: list[Why]


@desk_page
@require_safe
def why_not(request: CommunityRequest) -> HttpResponse:
    """GET with a time asks about it; the address may fill in the form without asking."""
    community = request.community
    start = AddressForm.read(request.GET)["start"] or clock.now()
    is_asked = "day" in request.GET and "clock" in request.GET
    first = {**request.GET.dict(), **WallForm.shown_on_grid(start, community.zone)}
    form = WhyForm(request.GET if is_asked else None, initial=first, community=community)
    answers = _answers(request, form) if form.is_valid() else []
    page = {
        "form": form,
        "answers": answers,
        "is_answered": is_asked and form.is_valid(),
        "is_offered": any(not answer.reasons for answer in answers),
        "start": form.cleaned_data.get("instant") if is_asked else None,
    }
    return show(request, "admin/why_not.html", page, active="why_not", status=status_of(form))


def _answers(request: CommunityRequest, form: WhyForm) -> list[Answer]:
    typed, now = form.cleaned_data, clock.now()
    question = Question(
        community=request.community,
        service=typed["service"],
        format=typed["format"],
        first=now.date(),
        days=1,
        now=now,
        student=form.student,
        provider=typed["provider"],
        location=typed["place"],
    )
    verdicts = explain(question_for_start(question, typed["instant"]), typed["instant"])
    verdicts.sort(key=lambda verdict: len(verdict.refusals))
    return [_answer(request, form.student, typed, verdict) for verdict in verdicts[:SHOWN]]


def _answer(
    request: CommunityRequest, student: Any, typed: dict[str, Any], verdict: Verdict
) -> Answer:
    wanted = Wanted(
        typed["service"],
        typed["format"],
        typed["instant"],
        verdict.provider,
        verdict.location,
        student,
    )
    found = reasons(request, verdict.refusals, wanted)
    return Answer(str(verdict.provider), str(verdict.location), found)
