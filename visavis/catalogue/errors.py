"""What the catalogue refuses.

VisavisError
├── InvalidFormat       a format whose settings do not fit
├── InvalidQuestion     a question that cannot be asked so
├── InvalidService      a service whose code or owner does not fit
├── InvalidEntry        what somebody may give, written so that it names nothing
└── NotYours            a list that the person may not edit
"""

from visavis.core.errors import VisavisError


class InvalidFormat(VisavisError):
    code = "invalid_format"


class InvalidQuestion(VisavisError):
    code = "invalid_question"


class InvalidService(VisavisError):
    code = "invalid_service"


class InvalidEntry(VisavisError):
    code = "invalid_entry"


class NotYours(VisavisError):
    code = "list_not_editable"
