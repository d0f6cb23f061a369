"""What is refused about people.

VisavisError
├── InvalidPerson     an e-mail that is none, a name that is too long
├── NamesThemselves   whoever has signed in changes the own name alone
├── InvalidPhoto      a file that is no picture, or too large a one
└── LastAdministrator nobody could manage it any more
"""

from visavis.core.errors import VisavisError


class InvalidPerson(VisavisError):
    code = "invalid_person"


class NamesThemselves(VisavisError):
    code = "names_themselves"


class InvalidPhoto(VisavisError):
    code = "invalid_photo"


class LastAdministrator(VisavisError):
    code = "last_administrator"
