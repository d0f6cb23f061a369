"""The database's own guards against two of what is scarce, told from every other error."""

from django.db import IntegrityError

GUARDS = ("commitment_no_overlap", "booking_seat_once", "commitment_seat_once")


def comes_from_a_guard(error: IntegrityError) -> bool:
    """Whether a person's time or a seat was taken by somebody else in this very moment."""
    return any(name in str(error) for name in GUARDS)
