"""The people who give support: list, one of them, and what each may give."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from visavis.availability.queries import dated_changes_of, weekly_blocks_of
from visavis.changes.sick_leave import is_expected_today
from visavis.core import clock
from visavis.people.enums import HourCycle
from visavis.people.models import Provider
from visavis.web.admin.doors import desk_page, people_page, require_provider, show
from visavis.web.admin.forms.filters import EligibilityFilter, ProviderFilter, sort_options
from visavis.web.admin.queries.catalogue import (
    dormant_provider_ids,
    eligibility_by_provider,
    eligibility_by_service,
    listed_services,
)
from visavis.web.admin.queries.people import listed_providers
from visavis.web.hours.reads import BlockRow, block_rows, change_rows, services_of
from visavis.web.ui.context import cycle_of
from visavis.web.ui.doors import CommunityRequest
from visavis.web.ui.listing import also, page_of
from visavis.web.ui.replicas import from_replica


@desk_page
@require_safe
@from_replica
def providers(request: CommunityRequest) -> HttpResponse:
    wanted = ProviderFilter.read(request.GET)
    hidden = 0
    if wanted["text"] and not wanted["retired"]:
        hidden = listed_providers(request.community, **{**wanted, "retired": True}).count()
    page = {
        "hidden": hidden,
        "hidden_url": also(request, "retired"),
        "page_obj": page_of(request, listed_providers(request.community, **wanted)),
        "wanted": wanted,
        "is_filtered": wanted["text"] or wanted["retired"],
        "sorts": sort_options({"name": _("Name"), "email": _("E-mail")}),
    }
    return show(request, "admin/providers.html", page, active="providers")


@desk_page
@require_safe
def provider(request: CommunityRequest, pk: int) -> HttpResponse:
    found, cycle, now = require_provider(request, pk), cycle_of(request), clock.now()
    today = now.astimezone(request.community.zone).date()
    [eligible] = eligibility_by_provider(request.community, [found]) if found.is_active else [None]
    page = {
        "provider": found,
        "eligible": eligible,
        "is_expected": found.is_active and is_expected_today(found, now=now),
        "blocks": _blocks(found, today, cycle),
        "changes": change_rows(list(dated_changes_of(found)), today=today, cycle=cycle),
    }
    return show(request, "admin/provider.html", page, active="providers")


def _blocks(provider: Provider, today: date, cycle: HourCycle) -> list[BlockRow]:
    blocks, services = list(weekly_blocks_of(provider)), services_of(provider)
    return block_rows(provider, blocks, services, today=today, cycle=cycle)


@people_page
@require_safe
def eligibility(request: CommunityRequest) -> HttpResponse:
    wanted = EligibilityFilter.read(request.GET)
    by_service = wanted["by"] == "service"
    rows: list[Any]
    if by_service:
        page_obj = page_of(request, listed_services(request.community, text=wanted["text"]))
        rows = eligibility_by_service(request.community, page_obj.object_list)
    else:
        page_obj = page_of(request, _people(request, wanted))
        rows = eligibility_by_provider(request.community, page_obj.object_list)
    page = {"rows": rows, "page_obj": page_obj, "wanted": wanted, "by_service": by_service}
    return show(request, "admin/eligibility.html", page, active="eligibility")


def _people(request: CommunityRequest, wanted: dict[str, Any]) -> QuerySet[Provider]:
    people = listed_providers(request.community, text=wanted["text"])
    if wanted["dormant"]:
        people = people.filter(pk__in=dormant_provider_ids(request.community))
    return people
