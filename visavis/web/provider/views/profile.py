"""How a provider introduces themselves."""

from collections.abc import Mapping
from http import HTTPStatus

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.core import clock
from visavis.core.markup import first_line
from visavis.core.troubles import again_on_conflict
from visavis.people.models import Provider
from visavis.people.profile import (
    change_introduction,
    change_photo,
    change_profile,
)
from visavis.web.provider.doors import me, own_page
from visavis.web.provider.forms import ProfileForm
from visavis.web.provider.menu import teach_menu
from visavis.web.provider.reads import lacks_meeting_link
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.methods import post_page


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: CommunityRequest) -> HttpResponse:
    """The form and how students see it; a POST with `preview` shows what was typed, unsaved."""
    is_sent = request.method == "POST"
    form = ProfileForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        initial=_known(me(request)),
    )
    if is_sent and "preview" in request.POST:
        return _show(request, form, seen=_typed(form))
    if form.is_valid():
        _save(request, form)
        messages.success(request, _("Your profile is saved. Students see it from now on."))
        return redirect("teach:profile", request.community.slug)
    return _show(request, form, seen=_typed(form) if is_sent else form.initial)


def _known(provider: Provider) -> dict[str, str]:
    return {
        "bio": provider.bio,
        "meeting_link": provider.meeting_link,
        "pronouns": provider.user.pronouns,
    }


def _typed(form: ProfileForm) -> dict[str, str]:
    """What was typed, fitting or not: it is only shown to whoever typed it."""
    return {name: str(form[name].value() or "") for name in ("bio", "pronouns")}


def _show(request: CommunityRequest, form: ProfileForm, *, seen: Mapping[str, str]) -> HttpResponse:
    provider = me(request)
    page = {
        "form": form,
        "provider": provider,
        "seen": seen,
        "line": first_line(seen["bio"]),
        "must_choose_again": _must_choose_again(request, form),
        "lacks_link": lacks_meeting_link(provider, now=clock.now()),
        **teach_menu(request, "profile"),
    }
    part = "#preview" if request.htmx else ""  # type: ignore[attr-defined]
    is_refused = form.errors and "preview" not in request.POST
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
    return render(request, f"provider/profile.html{part}", page, status=status)


def _must_choose_again(request: CommunityRequest, form: ProfileForm) -> bool:
    """Whether a photo that would do came along in vain: browsers keep no file for a second try."""
    return bool(request.FILES) and not form.has_error("photo")


@again_on_conflict
def _save(request: CommunityRequest, form: ProfileForm) -> None:
    provider, by, typed = me(request), actor_of(request), form.cleaned_data
    with transaction.atomic():
        change_profile(provider.user, pronouns=typed["pronouns"])
        change_introduction(provider, bio=typed["bio"], meeting_link=typed["meeting_link"], by=by)
        if typed["photo"]:
            change_photo(provider, typed["photo"], by=by)


@own_page
@post_page(back=lambda request: reverse("teach:profile", args=[request.community.slug]))
def photo_removal(request: CommunityRequest) -> HttpResponse:
    change_photo(me(request), None, by=actor_of(request))
    messages.success(request, _("Your photo is gone. Students see your initials."))
    return redirect("teach:profile", request.community.slug)
