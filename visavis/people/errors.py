"""What is refused about people.

VisavisError
├── InvalidPerson     an e-mail that is none, a name that is too long
├── InvalidPhoto      a file that is no picture, or too large a one
└── NotAllowed        the person may not do this (shown as "not found" to strangers)
"""

from visavis.core.errors import NotFound, VisavisError


class InvalidPerson(VisavisError):
    code = "invalid_person"


class InvalidPhoto(VisavisError):
    code = "invalid_photo"


class NotAllowed(NotFound):
    code = "not_found"
