"""The record of accounts: who came in and how, who was refused, what changed at the door."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from visavis.imports.exporting import csv_line
from visavis.people.account_events import all_events
from visavis.people.models import AccountEvent
from visavis.privacy.enums import Subject
from visavis.privacy.queries import read_times
from visavis.web.admin.doors import school_page, show_school
from visavis.web.admin.forms.record import RecordFilter
from visavis.web.admin.views.downloads import as_file
from visavis.web.ui.context import find_zone
from visavis.web.ui.doors import SignedInRequest
from visavis.web.ui.listing import page_of

ROWS_AT_A_TIME = 500


@school_page
@require_safe
def record(request: SignedInRequest) -> HttpResponse:
    wanted = RecordFilter.read(request.GET)
    zone = find_zone(request.user, None)
    page = {
        "page_obj": page_of(request, all_events(**wanted, zone=zone), size=50),
        "form": RecordFilter(initial={**wanted, "q": wanted["text"]}),
        "export_url": _export_url(request),
        "is_filtered": any(wanted.values()),
        "zone": zone,
        "days": read_times().of_school(Subject.SIGN_INS),
    }
    return show_school(request, "admin/record.html", page, active="record")


@school_page
@require_safe
def record_export(request: SignedInRequest) -> HttpResponseBase:
    """The same rows as the page, all of them, as a file."""
    zone = find_zone(request.user, None)
    events = all_events(**RecordFilter.read(request.GET), zone=zone)
    lines = (line.encode() for line in _lines(events, zone))
    return StreamingHttpResponse(lines, headers=as_file("sign-ins.csv"))


def _export_url(request: SignedInRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    url = reverse("school:record_export")
    return f"{url}?{query.urlencode()}" if query else url


def _lines(events: QuerySet[AccountEvent], zone: ZoneInfo) -> Iterator[str]:
    yield csv_line(
        [
            _("When"),
            _("Person"),
            _("E-mail"),
            _("What happened"),
            _("By"),
            _("Then by"),
            _("About"),
            _("Done by"),
            _("Device"),
            _("Network"),
        ]
    )
    for event in events.iterator(chunk_size=ROWS_AT_A_TIME):
        yield csv_line(_cells(event, zone))


def _cells(event: AccountEvent, zone: ZoneInfo) -> list[str]:
    return [
        event.at.astimezone(zone).isoformat(sep=" ", timespec="seconds"),
        str(event.user) if event.user else _("nobody known here"),
        event.email,
        str(event.get_kind_display()),
        str(event.get_way_display()) if event.way else "",
        str(event.get_second_way_display()) if event.second_way else "",
        event.detail,
        event.actor_label,
        event.device,
        event.network,
    ]
