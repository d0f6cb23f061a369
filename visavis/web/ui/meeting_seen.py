"""Forms about one meeting, which somebody may move while it is looked at."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from visavis.bookings.models import Booking

MOVED = gettext_lazy(
    "This meeting was moved or handed over since you opened this page. Nothing was changed. Look "
    "at it as it is now, and send this again if you want it."
)


class MeetingSeenForm(forms.Form):
    """A form that knows which appointment was shown, and asks anew where it is another by now.

    A moved booking has another appointment, so the page that comes back shows that one. A form
    without `seen` compares nothing; what cannot be read counts as having seen another.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, booking: Booking, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._now = str(booking.appointment_id)
        self.fields["seen"].initial = self._now

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("seen", self._now) in ("", self._now):
            return values
        self.add_error(None, MOVED)
        # The next try knows what it is about.
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["seen"] = self._now  # type: ignore[index]
        return values
