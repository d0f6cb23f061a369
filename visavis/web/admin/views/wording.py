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
from visavis.web.admin.doors import METHODS, manage_page, show, status_of
from visavis.web.admin.forms.wording import WordForm, WordingForm, preview_of
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.methods import post_page


def words_url(request: CommunityRequest, **_wanted: Any) -> str:
    return reverse("manage:wording", args=[request.community.slug])


@manage_page
@require_http_methods(METHODS)
def wording(request: CommunityRequest) -> HttpResponse:
    form = _form(request)
    if form.is_valid() and "preview" not in request.POST:
        change_wording(request.community, form.changes, by=actor_of(request))
        messages.success(request, _("The words are saved. Every page uses them from now on."))
        return redirect("manage:wording", request.community.slug)
    page = {
        "form": form,
        "clash": wording_of(request.community).clash(),
        **_preview(request, form),
    }
    return show(request, "admin/wording.html", page, active="wording", status=status_of(form))


@manage_page
@post_page(back=words_url)
def wording_preview(request: CommunityRequest) -> HttpResponse:
    """The sentences alone, while somebody types."""
    return render(request, "admin/wording.html#preview", _preview(request, _form(request)))


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
    return redirect("manage:wording", request.community.slug)


def _form(request: CommunityRequest) -> WordingForm:
    data = request.POST if request.method == "POST" else None
    return WordingForm(data, community=request.community)


def _preview(request: CommunityRequest, form: WordingForm) -> dict[str, Any]:
    return {"sentences": preview_of(request.community, form)}
