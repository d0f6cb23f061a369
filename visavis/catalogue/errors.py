"""What the catalogue refuses.

VisavisError
├── InvalidService      a code that cannot be one
├── InvalidFormat       a format whose settings do not fit
└── NotYours            a list that the person may not edit
"""

from visavis.core.errors import VisavisError


class InvalidService(VisavisError):
    code = "invalid_service"


class InvalidFormat(VisavisError):
    code = "invalid_format"


class NotYours(VisavisError):
    code = "list_not_editable"
