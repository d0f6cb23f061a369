"""Who did what, and when."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from visavis.web.admin.doors import manage_page, show
from visavis.web.admin.forms.filters import TextFilter
from visavis.web.admin.history_values import HistoryReader
from visavis.web.admin.history_words import in_words
from visavis.web.admin.queries.people import history_of
from visavis.web.ui.context import cycle_of
from visavis.web.ui.doors import CommunityRequest
from visavis.web.ui.listing import page_of


@manage_page
@require_safe
def history(request: CommunityRequest) -> HttpResponse:
    text = TextFilter.read(request.GET)["text"]
    page_obj = page_of(request, history_of(request.community, text=text), size=50)
    reader = HistoryReader(request.community.zone, cycle_of(request))
    page = {"rows": [in_words(row, reader) for row in page_obj], "page_obj": page_obj, "text": text}
    return show(request, "admin/history.html", page, active="history")
