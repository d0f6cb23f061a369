"""What is refused about signing in with the school.

VisavisError
└── InvalidProvider    what was typed about an identity provider: `data` has sentences by field
    └── LastWayIn      nobody could sign in any more

Problem                why a sign-in did not succeed, or an address could not be read: a code and
                       data, `problems.py` has the sentences
"""

from typing import Any

from visavis.core.errors import VisavisError


class InvalidProvider(VisavisError):
    code = "invalid_provider"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message, data={field: [message]} if field else {})


class LastWayIn(InvalidProvider):
    code = "last_way_in"


class Problem(Exception):
    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code)
        self.code = code
        self.data = data
