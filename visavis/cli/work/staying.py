"""Whose meetings take place after all, once hours are there again."""

from collections.abc import Sequence

from visavis.bookings.models import Booking
from visavis.cli.output import say


def say_who_stays(withdrawn: Sequence[Booking]) -> None:
    """Say for whom the other times that were offered are withdrawn; nothing where nobody's are."""
    if withdrawn:
        names = ", ".join(str(row.student) for row in withdrawn)
        say(f"These students keep their meetings, and the times offered instead are gone: {names}.")
