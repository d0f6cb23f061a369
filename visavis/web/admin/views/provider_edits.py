"""Add and retire people who give support, and change what each may give, by hand."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from visavis.catalogue.actions import certify
from visavis.catalogue.errors import InvalidEntry, InvalidService
from visavis.catalogue.models import Certification
from visavis.catalogue.queries import coverage
from visavis.changes.errors import Undecided
from visavis.changes.fates import Decision, Scope, coming_bookings, tell_touched
from visavis.changes.people import retire, take_entry, welcome
from visavis.communities.wording import wording_of
from visavis.core import clock
from visavis.core.errors import NotFound, VisavisError
from visavis.people.errors import InvalidPerson
from visavis.people.models import Provider
from visavis.setup.errors import GivesAlready
from visavis.setup.people import NAME, add_person
from visavis.web.admin.doors import METHODS, people_page, require_provider, show, status_of
from visavis.web.admin.fates import Question, ask_fates, with_fates
from visavis.web.admin.forms.providers import EntryForm, NewcomerForm
from visavis.web.admin.queries.catalogue import eligibility_by_provider
from visavis.web.admin.queries.history import last_deed
from visavis.web.hours.outcomes import tell
from visavis.web.ui.doors import CommunityRequest, actor_of


@people_page
@require_http_methods(METHODS)
def new_provider(request: CommunityRequest) -> HttpResponse:
    form = NewcomerForm(_sent(request), initial=_usual(request), community=request.community)
    if form.is_valid():
        try:
            made = add_person(request.community, form.newcomer, by=actor_of(request))
        except (GivesAlready, InvalidPerson, InvalidService, InvalidEntry) as error:
            form.add_error(_field_of(error, form), error.message)
        else:
            told = _("%(name)s gives support here now. Give them hours, and students can book.")
            messages.success(request, told % {"name": made})
            _warn_of_dormant(request, list(made.certifications.all()))
            return redirect("manage:provider", request.community.slug, made.pk)
    back = reverse("manage:providers", args=[request.community.slug])
    page = {"form": form, "back_url": back}
    return show(
        request, "admin/new_provider.html", page, active="providers", status=status_of(form)
    )


def _field_of(error: VisavisError, form: NewcomerForm) -> str | None:
    fields: dict[type[VisavisError], str] = {
        GivesAlready: "email",
        InvalidPerson: "email",
        InvalidService: "own_service",
        InvalidEntry: "entries",
    }
    name = next((name for name in error.data if name in form.fields), fields[type(error)])
    return name if name in form.fields else None


def _usual(request: CommunityRequest) -> dict[str, Any]:
    """In a provider-first community everybody is among those “All available” means."""
    if not request.community.is_provider_first:
        return {}
    shared = request.community.services.filter(for_everybody=True, archived_at=None)
    return {
        "shared": [service.pk for service in shared],
        "own_service": _("%(support)s with %(name)s")
        % {"support": wording_of(request.community).support, "name": NAME},
    }


@people_page
@require_http_methods(METHODS)
def retirement(request: CommunityRequest, pk: int) -> HttpResponse:
    """GET shows the coming meetings; POST retires with the fate of each, or brings back."""
    found = require_provider(request, pk)
    if "restore" in request.POST:
        return _welcome_back(request, found)
    name = {"name": found}
    title, verb = _("Retire %(name)s?") % name, _("Retire %(name)s") % name
    question = replace(_question(request, found, title, verb), scope=Scope.of_leaving(found))
    if request.method == "POST":
        return with_fates(request, question, lambda decision: _retire(request, found, decision))
    if not found.is_active:
        messages.info(request, _retired_already(found))
        return redirect(question.back_url)
    coming = coming_bookings(question.scope, clock.now()) if found.is_active else []
    if coming:
        return ask_fates(request, question, Undecided(_coming(found, coming), touched=coming))
    page = {
        "title": question.title,
        "consequence": _(
            "No meeting of theirs is to come. Students can no longer book with them, and their "
            "own topics close. Their past stays, and they can come back."
        ),
        "verb": question.verb,
        "back_url": question.back_url,
    }
    return show(request, "admin/removal.html", page, active="providers")


def _coming(found: Provider, coming: list[Any]) -> str:
    count = len({row.appointment_id for row in coming})
    if any(row.appointment.provider_id != found.pk for row in coming):
        return tell_touched(count)  # others give what closes with them
    told = ngettext(
        "%(name)s has %(n)d coming meeting. Say what becomes of it.",
        "%(name)s has %(n)d coming meetings. Say what becomes of them.",
        count,
    )
    return told % {"name": found, "n": count}


def _retire(request: CommunityRequest, found: Provider, decision: Decision) -> HttpResponse:
    if retire(found, decision, by=actor_of(request), now=clock.now()):
        tell(request, _("%(name)s is retired.") % {"name": found}, decision)
    else:
        messages.info(request, _retired_already(found))
    return redirect("manage:provider", request.community.slug, found.pk)


def _retired_already(found: Provider) -> str:
    """What the second of two who retire somebody is told: who did it, if a person did."""
    entry = last_deed(found.community, found, "retired provider")
    if entry is None:
        return _("%(name)s is retired already.") % {"name": found}
    told = _("%(who)s has retired %(name)s already. Nothing else was done.")
    return told % {"who": entry.actor_label, "name": found}


def _welcome_back(request: CommunityRequest, found: Provider) -> HttpResponse:
    welcome(found.user, request.community, by=actor_of(request), now=clock.now())
    told = _("%(name)s gives support here again, with their own topics and hours as they were.")
    messages.success(request, told % {"name": found})
    return redirect("manage:provider", request.community.slug, found.pk)


@people_page
@require_http_methods(METHODS)
def entries(request: CommunityRequest, pk: int) -> HttpResponse:
    """What one person may give: each entry can be taken away, and another added."""
    found = require_provider(request, pk)
    if not found.is_active:
        raise NotFound(_("There is no such person here."))
    form = EntryForm(_sent(request))
    if form.is_valid():
        try:
            made = certify(found, form.cleaned_data["entry"], by=actor_of(request))
        except InvalidEntry as error:
            form.add_error("entry", error.message)
        else:
            messages.success(request, _("Added: %(entry)s.") % {"entry": made.entry})
            _warn_of_dormant(request, [made])
            return redirect("manage:entries", request.community.slug, found.pk)
    [eligible] = eligibility_by_provider(request.community, [found])
    page = {"form": form, "provider": found, "eligible": eligible}
    return show(
        request, "admin/provider_entries.html", page, active="eligibility", status=status_of(form)
    )


def _warn_of_dormant(request: CommunityRequest, entries: list[Certification]) -> None:
    """An entry that matches nothing is kept, as from a file, and said to be so."""
    covered = coverage(request.community, entries).by_certification
    dormant = ", ".join(one.entry for one in entries if not covered[one.pk])
    if dormant:
        told = _("Nothing here is called %(entries)s. It counts as soon as something is.")
        messages.warning(request, told % {"entries": dormant})


@people_page
@require_http_methods(METHODS)
def entry_removal(request: CommunityRequest, pk: int, entry: int) -> HttpResponse:
    """GET asks; POST takes the entry away, after asking about meetings nothing else covers."""
    found = require_provider(request, pk)
    row = Certification.objects.filter(pk=entry, provider=found).first()
    if row is None:
        raise NotFound(_("This is not among what they may give any more."))
    row.provider = found
    told = {"entry": row.entry, "name": found}
    title = _("Take “%(entry)s” from %(name)s?") % told
    question = _question(request, found, title, _("Take it away"), home="entries")
    if request.method == "POST":

        def take(decision: Decision) -> HttpResponse:
            take_entry(row, decision, by=actor_of(request), now=clock.now())
            tell(request, _("%(name)s may no longer give “%(entry)s”.") % told, decision)
            return redirect("manage:entries", request.community.slug, found.pk)

        return with_fates(request, question, take)
    page = {
        "title": title,
        "consequence": _(
            "Students can no longer book it with them, unless another entry covers it."
        ),
        "verb": question.verb,
        "back_url": question.back_url,
    }
    return show(request, "admin/removal.html", page, active="eligibility")


def _question(
    request: CommunityRequest, found: Provider, title: str, verb: str, *, home: str = "provider"
) -> Question:
    return Question(
        scope=Scope(request.community, found),
        title=title,
        verb=verb,
        back_url=reverse(f"manage:{home}", args=[request.community.slug, found.pk]),
        active="providers",
        kind="danger",
    )


def _sent(request: CommunityRequest) -> Any:
    return request.POST if request.method == "POST" else None
