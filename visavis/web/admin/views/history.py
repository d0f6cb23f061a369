"""Who did what, and when."""

from collections.abc import Iterator

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from visavis.web.admin.doors import history_page, show
from visavis.web.admin.forms.history import HistoryFilter
from visavis.web.admin.history_csv import history_lines
from visavis.web.admin.history_values import HistoryReader
from visavis.web.admin.history_words import in_words
from visavis.web.admin.queries.history import history_of
from visavis.web.admin.views.downloads import CSV
from visavis.web.ui.context import cycle_of
from visavis.web.ui.doors import CommunityRequest
from visavis.web.ui.listing import page_of
from visavis.web.ui.replicas import from_replica, lines_from_replica


@history_page
@require_safe
@from_replica
def history(request: CommunityRequest) -> HttpResponse:
    wanted = HistoryFilter.read(request.GET)
    page_obj = page_of(request, history_of(request.community, **wanted), size=50)
    reader = HistoryReader(request.community.zone, cycle_of(request))
    page = {
        "rows": [in_words(row, reader) for row in page_obj],
        "page_obj": page_obj,
        "form": HistoryFilter(initial={**wanted, "q": wanted["text"]}),
        "export_url": _export_url(request),
        "is_filtered": any(wanted.values()),
        "is_narrowed": any(value for name, value in wanted.items() if name != "text"),
    }
    return show(request, "admin/history.html", page, active="history")


def _export_url(request: CommunityRequest) -> str:
    """The file of what this page lists, on all its pages."""
    query = request.GET.copy()
    query.pop("page", None)
    url = reverse("manage:history_export", args=[request.community.slug])
    return f"{url}?{query.urlencode()}" if query else url


@history_page
@require_safe
def history_export(request: CommunityRequest) -> HttpResponseBase:
    """The same rows as the page, all of them, as a file."""
    community = request.community
    entries = history_of(community, **HistoryFilter.read(request.GET))
    lines = history_lines(entries, HistoryReader(community.zone, cycle_of(request)))
    name = content_disposition_header(True, f"{community.slug}-history.csv")  # noqa: FBT003
    return StreamingHttpResponse(
        _encoded(lines_from_replica(request, lines)),
        content_type=CSV,
        headers={"Content-Disposition": name or ""},
    )


def _encoded(lines: Iterator[str]) -> Iterator[bytes]:
    return (line.encode() for line in lines)
