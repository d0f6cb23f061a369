"""Reads of what a change would touch."""

from collections.abc import Iterable

from visavis.bookings.models import Appointment, Commitment


def people_in(appointments: Iterable[Appointment]) -> list[int]:
    """The ids of everybody with a part in these appointments, ascending."""
    ids = [appointment.pk for appointment in appointments]
    people = Commitment.objects.filter(appointment_id__in=ids)
    return sorted(set(people.values_list("person_id", flat=True)))
