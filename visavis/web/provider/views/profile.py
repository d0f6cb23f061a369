"""How a provider introduces themselves."""

from http import HTTPStatus

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.core import clock
from visavis.people.profile import change_introduction, change_photo
from visavis.web.provider.doors import me, teach_page
from visavis.web.provider.forms import ProfileForm
from visavis.web.provider.menu import teach_menu
from visavis.web.provider.reads import lacks_meeting_link
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.methods import post_page


@teach_page
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: CommunityRequest) -> HttpResponse:
    provider = me(request)
    form = ProfileForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        initial={"bio": provider.bio, "meeting_link": provider.meeting_link},
    )
    if form.is_valid():
        _save(request, form)
        messages.success(request, _("Your profile is saved. Students see it from now on."))
        return redirect("teach:profile", request.community.slug)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    page = {
        "form": form,
        "provider": provider,
        "lacks_link": lacks_meeting_link(provider, now=clock.now()),
        **teach_menu(request, "profile"),
    }
    return render(request, "provider/profile.html", page, status=status)


def _save(request: CommunityRequest, form: ProfileForm) -> None:
    provider, by, typed = me(request), actor_of(request), form.cleaned_data
    with transaction.atomic():
        change_introduction(provider, bio=typed["bio"], meeting_link=typed["meeting_link"], by=by)
        if typed["photo"]:
            change_photo(provider, typed["photo"], by=by)


@teach_page
@post_page(back=lambda request: reverse("teach:profile", args=[request.community.slug]))
def photo_removal(request: CommunityRequest) -> HttpResponse:
    change_photo(me(request), None, by=actor_of(request))
    messages.success(request, _("Your photo is gone. Students see your initials."))
    return redirect("teach:profile", request.community.slug)
