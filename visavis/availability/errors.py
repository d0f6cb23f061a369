"""What is refused about hours and places.

VisavisError
├── InvalidHours       an impossible time, or one off the five-minute grid
├── InvalidLocation    a place whose settings do not fit
└── InvalidTerm        a term or break without days, or over another
"""

from visavis.core.errors import VisavisError


class InvalidHours(VisavisError):
    code = "invalid_hours"


class InvalidLocation(VisavisError):
    code = "invalid_location"


class InvalidTerm(VisavisError):
    code = "invalid_term"
