"""Refusals.

VisavisError
├── InvalidKeeping    a time for which something cannot be kept
└── CannotErase       a person whose data cannot go, and why
"""

from visavis.core.errors import VisavisError


class InvalidKeeping(VisavisError):
    code = "invalid_keeping"


class CannotErase(VisavisError):
    code = "cannot_erase"
