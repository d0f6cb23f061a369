"""What is refused about hours and places.

VisavisError
├── InvalidHours       an impossible time, or one off the five-minute grid
├── InvalidCalendar    an outside calendar that cannot be connected
├── InvalidLocation    a place whose settings do not fit
├── InvalidTerm        a term or break without days, or over another
└── NothingToRestore   a change of hours that can no longer be taken back

Who was slower than somebody else hears `core.seen.ChangedMeanwhile`.
"""

from visavis.core.errors import VisavisError


class InvalidHours(VisavisError):
    code = "invalid_hours"


class InvalidLocation(VisavisError):
    code = "invalid_location"


class InvalidTerm(VisavisError):
    code = "invalid_term"


class InvalidCalendar(VisavisError):
    code = "invalid_calendar"


class NothingToRestore(VisavisError):
    code = "nothing_to_restore"
