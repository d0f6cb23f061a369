"""What is refused about bookings.

VisavisError
├── Refused            a rule says no; `code` is the engine's reason
│   └── SlotTaken      the time or the place went to somebody else; nearest other times in data
├── InvalidSeries      a number of weeks that cannot be booked
├── NotOpen            the booking is over, or not in a state for this
│   └── TooLate        the student may do this no longer; others may
├── InvalidWish        the days or times that somebody would wait for cannot be
├── InvalidLog         what is written down after a meeting does not fit
└── InvalidAnswer      an answer is missing, too long, or none of the choices
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING

from visavis.core.errors import VisavisError
from visavis.engine.world import Refusal

if TYPE_CHECKING:
    from visavis.bookings.openings import Slot


class Refused(VisavisError):
    """The start is not offered; `refusals` are all the rules that say so."""

    code = "refused"

    def __init__(self, message: str, *, code: str, refusals: Sequence[Refusal] = ()) -> None:
        super().__init__(message, code=code)
        self.refusals = tuple(refusals)


class SlotTaken(Refused):
    """Somebody else has the time; `alternatives` are the nearest that are still free."""

    status = HTTPStatus.CONFLICT

    def __init__(
        self, message: str, *, refusals: Sequence[Refusal] = (), alternatives: Sequence["Slot"] = ()
    ) -> None:
        super().__init__(message, code="slot_taken", refusals=refusals)
        self.alternatives = tuple(alternatives)


class InvalidSeries(VisavisError):
    code = "invalid_series"


class NotOpen(VisavisError):
    code = "not_open"
    status = HTTPStatus.CONFLICT


class InvalidWish(VisavisError):
    """The days or times of a wish hold no meeting; `data["field"]` says which part is wrong."""

    code = "invalid_wish"


class TooLate(NotOpen):
    code = "too_late"


class InvalidAnswer(VisavisError):
    code = "invalid_answer"


class InvalidLog(VisavisError):
    code = "invalid_log"
