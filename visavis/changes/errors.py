"""What is refused about changes.

VisavisError
├── HoursAreKept   the centre keeps the hours; who gives them may not change them
└── Undecided      meetings lie under the change; nobody has said what becomes of them
"""

from collections.abc import Sequence
from http import HTTPStatus

from visavis.bookings.models import Booking
from visavis.core.errors import VisavisError


class HoursAreKept(VisavisError):
    code = "hours_are_kept"
    status = HTTPStatus.FORBIDDEN


class Undecided(VisavisError):
    """Nothing was changed. `touched` are the bookings to decide about, by time."""

    code = "undecided"
    status = HTTPStatus.CONFLICT

    def __init__(self, message: str, *, touched: Sequence[Booking]) -> None:
        super().__init__(message)
        self.touched = tuple(touched)
