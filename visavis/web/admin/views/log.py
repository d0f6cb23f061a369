"""The log: whether it is asked for, what it asks, and the logs that were written."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from visavis.bookings.logs import get_log, written_logs
from visavis.catalogue.errors import InvalidQuestion
from visavis.catalogue.log_questions import (
    add_log_question,
    change_log_question,
    move_log_question,
    set_log_question_archived,
)
from visavis.catalogue.models import LogQuestion
from visavis.catalogue.questions import question_values
from visavis.communities.actions import change_settings
from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.core.seen import ChangedMeanwhile
from visavis.privacy.enums import InspectionWay
from visavis.privacy.inspections import record_inspection
from visavis.web.admin.doors import METHODS, manage_page, notes_page, show, status_of
from visavis.web.admin.forms.filters import TextFilter
from visavis.web.admin.forms.formats import LogQuestionForm, TopicPreview
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.listing import page_of
from visavis.web.ui.methods import post_page

PREVIEW_HEADING = gettext_lazy("So it is asked")


def _url(request: CommunityRequest) -> str:
    return reverse("manage:log", args=[request.community.slug])


def _back(request: CommunityRequest, pk: int | None = None) -> str:
    if pk is not None:
        _require(request, pk)
    return _url(request)


@manage_page
@require_safe
def log(request: CommunityRequest) -> HttpResponse:
    """What is asked, in its order, beside what whoever gave the meeting sees."""
    everything = list(LogQuestion.objects.filter(community=request.community))
    asked = [one for one in everything if one.archived_at is None]
    page = {
        "asked": asked,
        "archived": [one for one in everything if one.archived_at is not None],
        "preview": TopicPreview(asked),
    }
    return show(request, "admin/log.html", page, active="log")


@manage_page
@post_page(back=_back)
def log_switch(request: CommunityRequest) -> HttpResponse:
    """Ask for logs after each meeting, or no more."""
    is_on = "on" in request.POST
    change_settings(request.community, {"asks_log": is_on}, by=actor_of(request))
    if is_on:
        messages.success(request, _("From now on each meeting waits for its log."))
    else:
        messages.success(request, _("Nobody is asked for a log any more. What was written stays."))
    return redirect("manage:log", request.community.slug)


@manage_page
@require_http_methods(METHODS)
def new_log_question(request: CommunityRequest) -> HttpResponse:
    form = LogQuestionForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and "preview" not in request.POST:
        try:
            add_log_question(request.community, form.columns, by=actor_of(request))
        except InvalidQuestion as error:
            form.refuse(error, now={})
        else:
            messages.success(request, _("The log asks this from now on."))
            return redirect("manage:log", request.community.slug)
    return _show(request, form, None)


@manage_page
@require_http_methods(METHODS)
def log_question(request: CommunityRequest, pk: int) -> HttpResponse:
    found = _require(request, pk)
    initial = LogQuestionForm.shown(found)
    form = LogQuestionForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid() and "preview" not in request.POST:
        seen = form.cleaned_data["seen"]
        try:
            change_log_question(found, form.columns, by=actor_of(request), seen=seen)
        except (InvalidQuestion, ChangedMeanwhile) as error:
            found.refresh_from_db()
            form.refuse(error, now=question_values(found))
        else:
            messages.success(request, _("Saved. Answers that were given stay as they are."))
            return redirect("manage:log", request.community.slug)
    return _show(request, form, found)


@manage_page
@post_page(back=_back)
def log_question_preview(request: CommunityRequest) -> HttpResponse:
    """The one question as it will be seen, while somebody types."""
    sketch = LogQuestionForm(request.POST).sketch()
    preview = TopicPreview([sketch]) if sketch else None
    page = {"preview_heading": PREVIEW_HEADING, "preview": preview}
    return render(request, "admin/question.html#preview", page)


@manage_page
@post_page(back=_back)
def log_question_archiving(request: CommunityRequest, pk: int) -> HttpResponse:
    """Ask it no more, or again: nothing is lost either way, so nobody is asked first."""
    found, archived = _require(request, pk), "restore" not in request.POST
    set_log_question_archived(found, archived=archived, by=actor_of(request), now=clock.now())
    told = _("“%(label)s” is asked no more. It stands below, from where it can come back.")
    if not archived:
        told = _("“%(label)s” is asked again.")
    messages.success(request, told % {"label": found.label})
    return redirect("manage:log", request.community.slug)


@manage_page
@post_page(back=_back)
def log_question_position(request: CommunityRequest, pk: int) -> HttpResponse:
    move_log_question(_require(request, pk), up="up" in request.POST, by=actor_of(request))
    return redirect("manage:log", request.community.slug)


@notes_page
@require_safe
def logs(request: CommunityRequest) -> HttpResponse:
    """The logs that were written, the latest meeting first; by name of student or provider."""
    text = TextFilter.read(request.GET)["text"]
    page = {"page_obj": page_of(request, written_logs(request.community, text=text)), "text": text}
    return show(request, "admin/logs.html", page, active="logs")


@notes_page
@require_safe
def written_log(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """One log, whole. Front desk sees none."""
    found = get_log(request.community, public_id)
    record_inspection(
        found.booking, by=actor_of(request), way=InspectionWay.MANAGED, now=clock.now()
    )
    return show(request, "admin/written_log.html", {"log": found}, active="logs")


def _require(request: CommunityRequest, pk: int) -> LogQuestion:
    found = LogQuestion.objects.filter(community=request.community, pk=pk).first()
    if found is None:
        raise NotFound(_("This question is not there any more."))
    found.community = request.community
    return found


def _show(
    request: CommunityRequest, form: LogQuestionForm, found: LogQuestion | None
) -> HttpResponse:
    sketch = form.sketch() if form.is_bound else found
    page: dict[str, Any] = {
        "form": form,
        "question": found,
        "lead": _(
            "Whoever gave the meeting answers it afterwards. Answers that were given stay as they "
            "are."
        ),
        "preview_heading": PREVIEW_HEADING,
        "preview_url": reverse("manage:log_question_preview", args=[request.community.slug]),
        "preview": TopicPreview([sketch]) if sketch else None,
        "back_url": _url(request),
    }
    return show(request, "admin/question.html", page, active="log", status=status_of(form))
