"""Where one comes back to after a button was pressed."""

from django.urls import reverse

from visavis.bookings.enums import BookingState
from visavis.bookings.events import PROVIDER
from visavis.bookings.models import Booking
from visavis.web.provider.asking import is_own_week
from visavis.web.provider.forms import BackForm
from visavis.web.ui.doors import CommunityRequest


def way_back(request: CommunityRequest, booking: Booking) -> str:
    """The page that holds the button, by its hidden field `back`; else the first one."""
    form, slug = BackForm(request.POST), request.community.slug
    wanted = form.cleaned_data["back"] if form.is_valid() else ""
    if wanted == "meeting":
        return meeting_url(booking)
    if wanted == "series" and booking.series is not None and is_own_week(booking):
        return reverse("teach:series", args=[slug, booking.series.public_id])
    page = wanted if wanted in ("past", "later", "to_log") else "meetings"
    return reverse(f"teach:{page}", args=[slug])


def meeting_url(booking: Booking) -> str:
    """The meeting's own page."""
    slug = booking.appointment.community.slug
    return reverse("teach:meeting", args=[slug, booking.public_id])


def is_now(booking: Booking, state: BookingState) -> bool:
    """Whether its provider has brought the booking to this state: with the first of two clicks."""
    told = {"events__kind": state.value, "events__data__by": PROVIDER}
    return Booking.objects.filter(pk=booking.pk, state=state, **told).exists()
