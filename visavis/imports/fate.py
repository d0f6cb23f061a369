"""Which meetings a plan touches: those of courses, people and places that would be archived."""

from datetime import datetime

from django.db.models import QuerySet

from visavis.bookings.enums import AppointmentState
from visavis.bookings.models import Appointment
from visavis.imports.enums import ImportKind, RowAction
from visavis.imports.models import Import

COLUMNS = {
    ImportKind.COURSES.value: "service_id",
    ImportKind.PROVIDERS.value: "provider_id",
    ImportKind.LOCATIONS.value: "location_id",
}


def meetings_of(run: Import) -> QuerySet[Appointment]:
    """Every appointment of what the plan removes; none for kinds that nothing is booked by."""
    column = COLUMNS.get(run.kind)
    if column is None:
        return Appointment.objects.none()
    going = run.plan.filter(action=RowAction.REMOVED).values("target_id")
    meetings = Appointment.objects.filter(community=run.community_id, **{f"{column}__in": going})
    return meetings.exclude(state=AppointmentState.CANCELLED)


def coming_meetings(run: Import, *, now: datetime) -> QuerySet[Appointment]:
    """Those of them that have not begun."""
    planned = meetings_of(run).filter(state=AppointmentState.PLANNED, start__gt=now)
    return planned.select_related(
        "service", "provider__user", "location", "format", "community"
    ).order_by("start", "id")
