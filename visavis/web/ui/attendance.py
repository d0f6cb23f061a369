"""The buttons by which somebody notes who came, wherever they stand."""

from collections.abc import Callable
from datetime import datetime

from django import forms
from django.contrib import messages
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from visavis.bookings.actions import mark_attended, mark_missed, unmark
from visavis.bookings.errors import NotOpen
from visavis.bookings.models import Booking
from visavis.web.ui.doors import CommunityRequest, actor_of

MARKS: dict[str, tuple[Callable[..., Booking], str | Promise]] = {
    "yes": (mark_attended, gettext_lazy("Noted: %(name)s came.")),
    "no": (
        mark_missed,
        gettext_lazy(
            "Noted: %(name)s did not come. They are told in ten minutes, unless you undo it."
        ),
    ),
    "undo": (unmark, gettext_lazy("Taken back: nothing is noted about %(name)s.")),
}


class AttendanceForm(forms.Form):
    """Which of the buttons was pressed."""

    came = forms.ChoiceField(choices=[(name, "") for name in MARKS])


def note_attendance(request: CommunityRequest, booking: Booking, *, now: datetime) -> None:
    """Do what the button says, and tell the reader what was done or why it was not."""
    form = AttendanceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was noted. Choose “Attended” or “Missed”."))
        return
    action, said = MARKS[form.cleaned_data["came"]]
    try:
        action(booking, by=actor_of(request), now=now)
    except NotOpen as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, str(said) % {"name": booking.student})
