"""What the set-up of a community refuses.

VisavisError
├── NotBookable      it cannot be opened: nothing can be booked in it
├── KindIsFixed      what students pick first stays once it was opened
└── GivesAlready     somebody is added who gives support here
"""

from visavis.core.errors import VisavisError


class NotBookable(VisavisError):
    code = "not_bookable"


class KindIsFixed(VisavisError):
    code = "kind_is_fixed"


class GivesAlready(VisavisError):
    code = "gives_already"
