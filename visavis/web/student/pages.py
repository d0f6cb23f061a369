"""How a step becomes a page: its template, its header, and what was chosen so far."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from visavis.web.student.reader import Reader
from visavis.web.student.waiting import held_along
from visavis.web.student.way import Stage, Way


def show_step(
    request: HttpRequest,
    way: Way,
    stage: Stage,
    reader: Reader,
    *,
    prompt: str = "",
    status: int = HTTPStatus.OK,
    **shown: Any,
) -> HttpResponse:
    """The page of this step."""
    context = {
        "way": way,
        "reader": reader,
        "step": way.step(stage, reader, prompt=prompt),
        "choices_title": _("Your meeting"),
        "held": held_along(way, reader),
        **shown,
    }
    return render(request, f"student/{stage}.html", context, status=status)
