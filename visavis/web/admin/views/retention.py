"""How long things are kept, and what would go: of the school, and of a community."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from visavis.communities.models import Community
from visavis.core import clock
from visavis.privacy.actions import keep_for
from visavis.privacy.errors import InvalidKeeping
from visavis.privacy.queries import Due, due_at, read_times
from visavis.web.admin.doors import METHODS, manage_page, school_page, show, show_school, status_of
from visavis.web.admin.forms.retention import RetentionForm
from visavis.web.ui.doors import CommunityRequest, SignedInRequest, actor_of

Shower = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Face:
    """The same pages for the school and for a community: how they are shown, and where they are."""

    show: Shower
    url: str
    due_url: str
    community: Community | None = None

    def answer(
        self, request: HttpRequest, template: str, page: dict[str, Any], status: int = 200
    ) -> HttpResponse:
        more = {"url": self.url, "due_url": self.due_url, "of_school": self.community is None}
        return self.show(request, template, {**page, **more}, active="retention", status=status)


def _school() -> Face:
    return Face(show_school, reverse("school:retention"), reverse("school:retention_due"))


def _of(request: CommunityRequest) -> Face:
    args = [request.community.slug]
    url, due = (reverse(f"manage:{name}", args=args) for name in ("retention", "retention_due"))
    return Face(show, url, due, request.community)


@school_page
@require_http_methods(METHODS)
def school_retention(request: SignedInRequest) -> HttpResponse:
    return _times(request, _school())


@school_page
@require_safe
def school_due(request: SignedInRequest) -> HttpResponse:
    return _due(request, _school())


@manage_page
@require_http_methods(METHODS)
def retention(request: CommunityRequest) -> HttpResponse:
    return _times(request, _of(request))


@manage_page
@require_safe
def retention_due(request: CommunityRequest) -> HttpResponse:
    return _due(request, _of(request))


def _times(request: SignedInRequest, face: Face) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = RetentionForm(data, times=read_times(), community=face.community)
    if form.is_valid():
        more = _more(form, face)
        if more and not form.cleaned_data["confirmed"]:
            return face.answer(request, "admin/retention_confirm.html", {"form": form, "due": more})
        try:
            keep_for(form.days, by=actor_of(request), community=face.community)
        except InvalidKeeping as error:
            form.refuse(error)
        else:
            messages.success(request, _("Saved. What is due from now on goes within the hour."))
            return redirect(face.url)
    return face.answer(request, "admin/retention.html", {"form": form}, status_of(form))


def _more(form: RetentionForm, face: Face) -> list[Due]:
    """What would go because of what is typed, and does not as it is."""
    now = clock.now()
    as_it_is = Counter(
        {_key(due): due.number for due in due_at(now, times=form.times, within=face.community)}
    )
    would = due_at(now, times=form.would_be, within=face.community)
    return [due for due in would if due.number > as_it_is[_key(due)]]


def _key(due: Due) -> tuple[str, str, str]:
    return due.subject, due.what, due.place


def _due(request: SignedInRequest, face: Face) -> HttpResponse:
    due = due_at(clock.now(), within=face.community)
    return face.answer(request, "admin/retention_due.html", {"due": due})
