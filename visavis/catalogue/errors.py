"""What the catalogue refuses.

VisavisError
├── InvalidFormat       a format whose settings do not fit
└── NotYours            a list that the person may not edit
"""

from visavis.core.errors import VisavisError


class InvalidFormat(VisavisError):
    code = "invalid_format"


class NotYours(VisavisError):
    code = "list_not_editable"
