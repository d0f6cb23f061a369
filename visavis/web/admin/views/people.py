"""Everybody of the school: how one of them gets in, and what is kept, to give or to erase."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from visavis.core import clock
from visavis.people.account_events import events_of
from visavis.people.devices import devices_of
from visavis.people.factors import factors_of
from visavis.people.models import User
from visavis.people.queries import everybody
from visavis.privacy.erasing import check_erasable, erase, is_erased
from visavis.privacy.errors import CannotErase
from visavis.privacy.exporting import Wanted, write_export
from visavis.privacy.previewing import what_becomes
from visavis.privacy.requests import find_open_request, open_requests, require_person, turn_down
from visavis.web.admin.doors import METHODS, school_page, show_school, status_of
from visavis.web.admin.forms.filters import TextFilter
from visavis.web.admin.forms.privacy import ErasingForm, ExportForm, RefusalForm
from visavis.web.ui.doors import SignedInRequest, actor_of
from visavis.web.ui.listing import page_of

RECENT = 20
MOST_DEVICES = 50


@school_page
@require_safe
def people(request: SignedInRequest) -> HttpResponse:
    """Who is here, by name; before them who waits to be erased."""
    text = TextFilter.read(request.GET)["text"]
    page = {
        "text": text,
        "page_obj": page_of(request, _found(text)),
        "waiting": [] if text else list(open_requests()[:50]),
    }
    return show_school(request, "admin/people.html", page, active="people")


def _found(text: str) -> QuerySet[User]:
    return everybody(text).exclude(email_key__endswith="@visavis.invalid")


@school_page
@require_safe
def everything_about(request: SignedInRequest, pk: int) -> HttpResponse:
    found = require_person(pk)
    page = {
        "person": found,
        "becomes": what_becomes(found, now=clock.now()),
        "waiting": find_open_request(found),
        "export_form": ExportForm(),
        "is_erased": is_erased(found),
        "factors": factors_of(found),
        "devices": devices_of(found)[:MOST_DEVICES],
        "events": events_of(found)[:RECENT],
    }
    return show_school(request, "admin/person.html", page, active="people")


@school_page
@require_http_methods(METHODS)
def person_file(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Everything about the person in one file; that it was taken is written down."""
    found, now = require_person(pk), clock.now()
    if request.method != "POST":
        return redirect("school:person", found.pk)
    form = ExportForm(request.POST)
    form.is_valid()
    wanted = Wanted(found, with_notes=form.cleaned_data["with_notes"])
    file = write_export(wanted, by=actor_of(request), now=now)
    name = f"person-{found.pk}-{now:%Y-%m-%d}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


@school_page
@require_http_methods(METHODS)
def person_refusal(request: SignedInRequest, pk: int) -> HttpResponse:
    """Turn the person's wish down, with a reason that they read."""
    found = require_person(pk)
    if find_open_request(found) is None:
        messages.error(request, _("No wish to be erased waits for an answer here."))
        return redirect("school:person", found.pk)
    form = RefusalForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        turn_down(found, answer=form.cleaned_data["answer"], by=actor_of(request), now=clock.now())
        messages.success(request, _("%(name)s is told why on their page.") % {"name": found})
        return redirect("school:people")
    page = {"person": found, "form": form}
    return show_school(
        request, "admin/person_refusal.html", page, active="people", status=status_of(form)
    )


@school_page
@require_http_methods(METHODS)
def person_erasure(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say what ends, goes and stays; then erase the person, whose address is typed, for good."""
    found = require_person(pk)
    try:
        check_erasable(found)
    except CannotErase as refusal:
        messages.error(request, refusal.message)
        return redirect("school:person", found.pk)
    form = ErasingForm(request.POST if request.method == "POST" else None, person=found)
    if form.is_valid():
        return _erase(request, found)
    page = {"person": found, "form": form, "becomes": what_becomes(found, now=clock.now())}
    return show_school(
        request, "admin/person_erasure.html", page, active="people", status=status_of(form)
    )


def _erase(request: SignedInRequest, found: User) -> HttpResponse:
    is_self = found.pk == request.user.pk
    try:
        erase(found, by=actor_of(request), now=clock.now())
    except CannotErase as refusal:
        messages.error(request, refusal.message)
        return redirect("school:person", found.pk)
    if is_self:
        request.session.flush()
        return redirect("home")
    messages.success(request, _("The person is erased. What is counted stays."))
    return redirect("school:people")
