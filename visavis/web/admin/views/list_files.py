"""Lists that no upload reads, taken away as files: the rows of the page, all of them."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from visavis.availability.queries import coming_closures
from visavis.bookings.waitlist import place, placed_entries
from visavis.catalogue.enums import MeetingKind
from visavis.catalogue.formats import all_formats
from visavis.catalogue.models import AppointmentFormat
from visavis.communities.models import Community
from visavis.core import clock
from visavis.imports.cells import show_minutes
from visavis.imports.exporting import csv_line
from visavis.web.admin.doors import files_page
from visavis.web.admin.forms.filters import EligibilityFilter, TextFilter
from visavis.web.admin.queries.catalogue import eligibility_by_service, listed_services
from visavis.web.admin.queries.people import listed_staff
from visavis.web.admin.views.downloads import as_file
from visavis.web.ui.doors import CommunityRequest
from visavis.web.ui.replicas import from_replica


@files_page
@require_safe
@from_replica
def eligibility_export(request: CommunityRequest) -> HttpResponseBase:
    """Who may give each of what can be booked, one pair a line, with the entries that say so."""
    return _file(request, "eligibility", _eligibility(request))


def _eligibility(request: CommunityRequest) -> Iterator[list[str]]:
    yield [_("Code"), _("Name"), _("Who may give it"), _("E-mail"), _("Because of")]
    text = EligibilityFilter.read(request.GET)["text"]
    services = listed_services(request.community, text=text)
    for row in eligibility_by_service(request.community, services):
        named = [row.service.code, row.service.name]
        for person in row.certified:
            entries = "|".join(entry.entry for entry in person.entries)
            yield [*named, str(person.provider), person.provider.user.email, entries]
        if not row.certified:
            yield [*named, "", "", ""]


@files_page
@require_safe
@from_replica
def closures_export(request: CommunityRequest) -> HttpResponseBase:
    """The coming closures."""
    today = clock.now().astimezone(request.community.zone).date()
    rows = [
        [
            closure.first.isoformat(),
            closure.last.isoformat(),
            show_minutes(closure.start_minute),
            show_minutes(closure.end_minute),
            closure.reason,
        ]
        for closure in coming_closures(request.community, today)
    ]
    header = [_("First day"), _("Last day"), _("From"), _("Until"), _("Reason")]
    return _file(request, "closures", [header, *rows])


@files_page
@require_safe
@from_replica
def formats_export(request: CommunityRequest) -> HttpResponseBase:
    """The kinds of meetings that are offered, in their order."""
    header = [
        _("Name"),
        _("What it is good for"),
        _("Minutes"),
        _("Students at most"),
        _("How often"),
        _("Where it may take place"),
        _("When booked"),
        _("Free minutes before"),
        _("Free minutes after"),
        _("Questions"),
    ]
    rows = [_format_cells(row) for row in all_formats(request.community)]
    return _file(request, "formats", [header, *rows])


def _format_cells(row: AppointmentFormat) -> list[str]:
    buffers = (row.buffer_before_minutes, row.buffer_after_minutes)
    return [
        row.name,
        row.description,
        str(row.minutes),
        str(row.capacity),
        str(row.get_repeats_display()),
        "|".join(str(MeetingKind(kind).label) for kind in row.meeting_kinds),
        _("confirmed at once") if row.auto_confirm else _("on request"),
        *("" if minutes is None else str(minutes) for minutes in buffers),
        "|".join(one.label for one in row.questions.all()),
    ]


@files_page
@require_safe
@from_replica
def roles_export(request: CommunityRequest) -> HttpResponseBase:
    """Who looks after the community, narrowed as the page is."""
    text = TextFilter.read(request.GET)["text"]
    rows = [
        [
            str(row.user),
            row.user.email,
            str(row.get_role_display()),
            _("yes") if row.user.claimed_at else _("not yet"),
        ]
        for row in listed_staff(request.community, text=text)
    ]
    return _file(request, "roles", [[_("Name"), _("E-mail"), _("Role"), _("Signed in")], *rows])


@files_page
@require_safe
@from_replica
def waitlist_export(request: CommunityRequest) -> HttpResponseBase:
    """Who waits, in order; instants by the clock of the community."""
    return _file(request, "waitlist", _waiting(request.community))


def _waiting(community: Community) -> Iterator[list[str]]:
    now = clock.now()
    yield [
        _("Student"),
        _("E-mail"),
        _("Waits for"),
        _("Format"),
        _("With"),
        _("First day"),
        _("Last day"),
        _("Since"),
        _("Number"),
        _("Offered"),
        _("Held until"),
    ]
    for row in place(placed_entries(community, now=now), now=now):
        entry, offer = row.entry, row.offer
        instants = [offer.start, offer.expires_at] if offer else []
        told = [_instant(community, instant) for instant in instants]
        yield [
            str(entry.student),
            entry.student.email,
            entry.service.label,
            entry.format.name,
            str(entry.provider or ""),
            entry.first.isoformat(),
            entry.last.isoformat(),
            _instant(community, entry.created_at),
            str(row.position),
            *(told or ["", ""]),
        ]


def _instant(community: Community, instant: datetime) -> str:
    return instant.astimezone(community.zone).isoformat(sep=" ", timespec="minutes")


def _file(request: CommunityRequest, name: str, rows: Iterable[list[str]]) -> HttpResponse:
    lines = [csv_line(row) for row in rows]
    return HttpResponse(lines, headers=as_file(f"{request.community.slug}-{name}.csv"))
