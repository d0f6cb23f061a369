"""What a person does with calendars: connect an outside one. Availability keeps them."""

from datetime import datetime

from visavis.availability.models import OutsideCalendar
from visavis.availability.outside import connect_calendar
from visavis.calendars.addresses import check_address, split_address
from visavis.core.history import Actor
from visavis.people.models import User


def connect(
    person: User, *, address: str, name: str = "", by: Actor, now: datetime
) -> OutsideCalendar:
    """Connect the calendar at this address as it was typed, called by its host without a name.

    It is read as soon as the worker comes to it. Raises InvalidAddress and InvalidCalendar.
    """
    checked = check_address(address)
    called = name.strip() or split_address(checked).host[:80]
    return connect_calendar(person, name=called, address=checked, by=by, now=now)
