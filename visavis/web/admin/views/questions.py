"""The questions of a kind of meeting, with the topic page as students see it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from visavis.catalogue.errors import InvalidQuestion
from visavis.catalogue.formats import (
    add_question,
    archive_question,
    change_question,
    move_question,
    restore_question,
)
from visavis.catalogue.models import AppointmentFormat, FormatQuestion
from visavis.catalogue.questions import question_values
from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.core.seen import ChangedMeanwhile
from visavis.web.admin.doors import METHODS, manage_page, show, status_of
from visavis.web.admin.forms.formats import QuestionForm, TopicPreview
from visavis.web.admin.views.formats import require_format
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.methods import post_page

PREVIEW_HEADING = gettext_lazy("So students see it")


def _url(request: CommunityRequest, format_id: int) -> str:
    return reverse("manage:questions", args=[request.community.slug, format_id])


def _back(request: CommunityRequest, format_id: int, pk: int | None = None) -> str:
    if pk is None:
        require_format(request, format_id)
    else:
        _require(request, format_id, pk)
    return _url(request, format_id)


@manage_page
@require_safe
def questions(request: CommunityRequest, format_id: int) -> HttpResponse:
    """What is asked, in its order, beside the page that students see; and what is archived."""
    format_ = require_format(request, format_id)
    everything = list(format_.questions.all())
    asked = [one for one in everything if one.archived_at is None]
    page = {
        "format": format_,
        "asked": asked,
        "archived": [one for one in everything if one.archived_at is not None],
        "preview": TopicPreview(asked),
    }
    return show(request, "admin/questions.html", page, active="formats")


@manage_page
@require_http_methods(METHODS)
def new_question(request: CommunityRequest, format_id: int) -> HttpResponse:
    format_ = require_format(request, format_id)
    form = QuestionForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and "preview" not in request.POST:
        try:
            add_question(format_, form.columns, by=actor_of(request))
        except InvalidQuestion as error:
            form.refuse(error, now={})
        else:
            messages.success(request, _("Students are asked this from now on."))
            return redirect("manage:questions", request.community.slug, format_.pk)
    return _show(request, form, format_, None)


@manage_page
@require_http_methods(METHODS)
def question(request: CommunityRequest, format_id: int, pk: int) -> HttpResponse:
    found = _require(request, format_id, pk)
    form = QuestionForm(
        request.POST if request.method == "POST" else None, initial=QuestionForm.shown(found)
    )
    if form.is_valid() and "preview" not in request.POST:
        seen = form.cleaned_data["seen"]
        try:
            change_question(found, form.columns, by=actor_of(request), seen=seen)
        except (InvalidQuestion, ChangedMeanwhile) as error:
            found.refresh_from_db()
            form.refuse(error, now=question_values(found))
        else:
            messages.success(request, _("Saved. Answers that were given stay as they are."))
            return redirect("manage:questions", request.community.slug, format_id)
    return _show(request, form, found.format, found)


@manage_page
@post_page(back=_back)
def question_preview(request: CommunityRequest, format_id: int) -> HttpResponse:
    """The one question as students see it, while somebody types."""
    require_format(request, format_id)
    page = {"preview_heading": PREVIEW_HEADING, **_preview(QuestionForm(request.POST))}
    return render(request, "admin/question.html#preview", page)


@manage_page
@post_page(back=_back)
def question_archiving(request: CommunityRequest, format_id: int, pk: int) -> HttpResponse:
    """Ask it no more, or again: nothing is lost either way, so nobody is asked first."""
    found = _require(request, format_id, pk)
    if "restore" in request.POST:
        restore_question(found, by=actor_of(request))
        messages.success(request, _("“%(label)s” is asked again.") % {"label": found.label})
    else:
        archive_question(found, by=actor_of(request), now=clock.now())
        told = _("“%(label)s” is asked no more. It stands below, from where it can come back.")
        messages.success(request, told % {"label": found.label})
    return redirect("manage:questions", request.community.slug, format_id)


@manage_page
@post_page(back=_back)
def question_position(request: CommunityRequest, format_id: int, pk: int) -> HttpResponse:
    found = _require(request, format_id, pk)
    move_question(found, up="up" in request.POST, by=actor_of(request))
    return redirect("manage:questions", request.community.slug, format_id)


def _require(request: CommunityRequest, format_id: int, pk: int) -> FormatQuestion:
    format_ = require_format(request, format_id)
    found = format_.questions.filter(pk=pk).first()
    if found is None:
        raise NotFound(_("This question is not there any more."))
    found.format = format_
    return found


def _preview(form: QuestionForm) -> dict[str, Any]:
    sketch = form.sketch() if form.is_bound else None
    return {"preview": TopicPreview([sketch]) if sketch else None}


def _show(
    request: CommunityRequest,
    form: QuestionForm,
    format_: AppointmentFormat,
    found: FormatQuestion | None,
) -> HttpResponse:
    page = {
        "form": form,
        "question": found,
        "lead": _(
            "Students answer it when they book “%(name)s”. Answers that were given stay as they "
            "are."
        )
        % {"name": format_.name},
        "preview_heading": PREVIEW_HEADING,
        "preview_url": reverse(
            "manage:question_preview", args=[request.community.slug, format_.pk]
        ),
        "preview": TopicPreview([found]) if found else None,
        "back_url": _url(request, format_.pk),
    }
    if form.is_bound:
        page |= _preview(form)
    return show(request, "admin/question.html", page, active="formats", status=status_of(form))
