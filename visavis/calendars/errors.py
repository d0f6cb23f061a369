"""What is refused about calendars.

VisavisError
└── InvalidAddress     an address at which no calendar can be read

Unreadable             a reading that failed: a code and data, `problems.py` has the sentences
"""

from typing import Any

from visavis.core.errors import VisavisError


class InvalidAddress(VisavisError):
    code = "invalid_address"


class Unreadable(Exception):
    """Why a calendar could not be read this time."""

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code)
        self.code = code
        self.data = data
