"""Who opened the notes that staff wrote about one's meetings."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from visavis.privacy.inspections import logs_about
from visavis.web.accounts.doors import own_page
from visavis.web.ui.doors import SignedInRequest
from visavis.web.ui.listing import page_of

ON_A_PAGE = 10


@own_page
@require_safe
def notes(request: SignedInRequest) -> HttpResponse:
    """Each meeting of which a log was written, with who opened it, in three queries a page."""
    page = {"page_obj": page_of(request, logs_about(request.user), size=ON_A_PAGE)}
    return render(request, "accounts/notes.html", page)
