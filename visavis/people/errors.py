"""What is refused about people.

VisavisError
├── InvalidPerson     an e-mail that is none, a name that is too long
└── NotAllowed        the person may not do this (shown as "not found" to strangers)
"""

from visavis.core.errors import NotFound, VisavisError


class InvalidPerson(VisavisError):
    code = "invalid_person"


class NotAllowed(NotFound):
    code = "not_found"
