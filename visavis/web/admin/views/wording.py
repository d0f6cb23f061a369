"""The community's words, with a preview of the sentences that they make."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.communities.actions import change_wording
from visavis.communities.errors import InvalidWording
from visavis.communities.wording import wording_of
from visavis.core.seen import ChangedMeanwhile
from visavis.web.admin.doors import METHODS, manage_page, show, status_of
from visavis.web.admin.forms.wording import WordForm, WordingForm, own_words
from visavis.web.admin.wording_preview import preview_in
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.drafts import forget_draft
from visavis.web.ui.methods import post_page


def words_url(request: CommunityRequest, **_wanted: Any) -> str:
    return reverse("manage:wording", args=[request.community.slug])


@manage_page
@require_http_methods(METHODS)
def wording(request: CommunityRequest) -> HttpResponse:
    form = _form(request)
    if "preview" not in request.POST and form.is_valid() and _save(request, form):
        forget_draft(request)
        messages.success(request, _("The words are saved. Every page uses them from now on."))
        return redirect("manage:wording", request.community.slug)
    if request.method != "POST":
        forget_draft(request)
    words = wording_of(request.community)
    page = {
        "form": form,
        "clash": words.clash(),
        "distinction": words.distinction(),
        "distinction_reads": words.distinction().format_map(words.words),
        **preview_in(request, form),
    }
    return show(request, "admin/wording.html", page, active="wording", status=status_of(form))


def _save(request: CommunityRequest, form: WordingForm) -> bool:
    try:
        seen = form.cleaned_data["seen"]
        change_wording(request.community, form.changes, by=actor_of(request), seen=seen)
    except ChangedMeanwhile as error:
        request.community.refresh_from_db()
        form.refuse(error, now=own_words(request.community))
        return False
    return True


@manage_page
@post_page(back=words_url)
def wording_preview(request: CommunityRequest) -> HttpResponse:
    """What the words make of the pages, while somebody types."""
    return render(request, "admin/wording.html#preview", preview_in(request, _form(request)))


@manage_page
@post_page(back=words_url)
def word(request: CommunityRequest, key: str) -> HttpResponse:
    """Set one word, or without a value go back to the preset's."""
    form = WordForm(request.POST)
    form.is_valid()
    try:
        change_wording(
            request.community, {key: form.cleaned_data.get("value") or None}, by=actor_of(request)
        )
    except InvalidWording as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Saved. Every page uses this word from now on."))
    home = "manage:guide_wording" if form.cleaned_data.get("back") else "manage:wording"
    return redirect(home, request.community.slug)


def _form(request: CommunityRequest) -> WordingForm:
    data = request.POST if request.method == "POST" else None
    return WordingForm(data, community=request.community)
