"""The set-up guide: what students pick first, the words, the look as a student, the opening."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from visavis.catalogue.formats import all_formats
from visavis.communities.actions import change_wording
from visavis.communities.wording import wording_of
from visavis.core import clock
from visavis.core.seen import ChangedMeanwhile
from visavis.setup.actions import choose_kind
from visavis.setup.errors import KindIsFixed, NotBookable
from visavis.setup.opening import open_community
from visavis.web.admin.doors import METHODS, manage_page, status_of
from visavis.web.admin.forms.guide import KindForm, NounsForm, own_nouns
from visavis.web.admin.guide import sends_all, show_step, way_on
from visavis.web.admin.guide_preview import preview_for_students
from visavis.web.admin.setup_steps import guide_url, setup_steps
from visavis.web.admin.wording_preview import preview_in
from visavis.web.ui.doors import CommunityRequest, actor_of


@manage_page
@require_safe
def guide(request: CommunityRequest) -> HttpResponse:
    """Where one left it: the first step that is not done, or the last."""
    steps = setup_steps(request.community, now=clock.now())
    return redirect(next((step.url for step in steps if not step.is_done), steps[-1].url))


@manage_page
@require_http_methods(METHODS)
def kind(request: CommunityRequest) -> HttpResponse:
    community = request.community
    form = KindForm(
        request.POST if request.method == "POST" else None, initial={"preset": community.preset}
    )
    if form.is_valid():
        try:
            choose_kind(community, form.cleaned_data["preset"], by=actor_of(request))
        except KindIsFixed as refusal:
            form.add_error("preset", refusal.message)
        else:
            return redirect(guide_url(community, "wording"))
    return show_step(request, "kind", {"form": form}, status=status_of(form))


@manage_page
@require_http_methods(METHODS)
def wording(request: CommunityRequest) -> HttpResponse:
    community = request.community
    if "distinguish" in request.POST:
        change_wording(community, {"services_menu": "{support}"}, by=actor_of(request))
        return redirect(guide_url(community, "wording"))
    form = NounsForm(request.POST if request.method == "POST" else None, community=community)
    if sends_all(request) and not form.has_changed():
        return redirect(way_on(request, "wording"))
    if "preview" not in request.POST and form.is_valid() and _save(request, form):
        messages.success(request, _("The words are saved."))
        stays = _clash(community) and not sends_all(request)
        return redirect(guide_url(community, "wording" if stays else "people"))
    page = {
        "form": form,
        "clash": _clash(community),
        **preview_in(request, form),
    }
    return show_step(request, "wording", page, status=status_of(form))


def _save(request: CommunityRequest, form: NounsForm) -> bool:
    """False where somebody else was faster; then the form says so and keeps what was typed."""
    try:
        seen, by = form.cleaned_data["seen"], actor_of(request)
        change_wording(request.community, form.changes, by=by, seen=seen)
    except ChangedMeanwhile as error:
        request.community.refresh_from_db()
        form.refuse(error, now=own_nouns(request.community))
        return False
    request.community.refresh_from_db()
    return True


def _clash(community: Any) -> str:
    return wording_of(community).clash()


@manage_page
@require_safe
def formats(request: CommunityRequest) -> HttpResponse:
    return show_step(request, "formats", {"formats": all_formats(request.community)})


@manage_page
@require_safe
def preview(request: CommunityRequest) -> HttpResponse:
    """What a student would see, step by step, with the real first times."""
    return show_step(request, "preview", {"seen": preview_for_students(request)})


@manage_page
@require_http_methods(METHODS)
def opening(request: CommunityRequest) -> HttpResponse:
    community = request.community
    if request.method == "POST":
        try:
            open_community(community, by=actor_of(request), now=clock.now())
        except NotBookable:
            messages.error(request, _("It is not open yet: nothing can be booked so far."))
        else:
            messages.success(request, _("%(name)s is open.") % {"name": community.name})
        return redirect(guide_url(community, "opening"))
    return show_step(request, "opening", {"learn_url": _learn_url(request)})


def _learn_url(request: CommunityRequest) -> str:
    return request.build_absolute_uri(f"/c/{request.community.slug}/learn/")
