"""Who came, noted with one press, and taken back."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect

from visavis.core import clock
from visavis.web.provider.back import way_back
from visavis.web.provider.doors import mine, teach_page
from visavis.web.provider.views.answers import meetings_url
from visavis.web.ui.attendance import note_attendance
from visavis.web.ui.doors import CommunityRequest
from visavis.web.ui.methods import post_page


@teach_page
@post_page(back=meetings_url)
def attendance(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    booking = mine(request, public_id)
    note_attendance(request, booking, now=clock.now())
    return redirect(way_back(request, booking))
