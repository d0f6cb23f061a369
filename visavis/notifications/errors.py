"""Refusals."""

from visavis.core.errors import VisavisError


class InvalidText(VisavisError):
    """A text that cannot be used; `data["field"]` is subject or body."""

    code = "invalid_text"


class NotUndelivered(VisavisError):
    """Only what could not be delivered can be tried again."""

    code = "not_undelivered"
