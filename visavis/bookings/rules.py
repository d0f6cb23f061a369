"""Who may see what of a booking."""

from django.contrib.auth.models import AnonymousUser

from visavis.bookings.models import Answer, Booking, DraftFile, Series
from visavis.bookings.record import Part, may_read
from visavis.people.models import User
from visavis.people.rules import Standing, can_see_community, can_see_photo


def can_learn(standing: Standing) -> bool:
    """May open the learn screen and their own meetings there.

    Whoever may see the community, and whoever has a booking: it outlives a change of the rules.
    """
    return can_see_community(standing) or has_booking(standing)


def has_booking(standing: Standing) -> bool:
    """Has a booking in the community, whatever became of it."""
    if not standing.user.is_authenticated:
        return False
    return Booking.objects.filter(
        student_id=standing.user.pk, appointment__community=standing.community
    ).exists()


def can_open_photo(user: User | AnonymousUser, name: str) -> bool:
    """Whoever may see the community of the person shown, and the students who booked them."""
    if can_see_photo(user, name):
        return True
    return bool(
        user.is_authenticated
        and Booking.objects.filter(student_id=user.pk, appointment__provider__photo=name).exists()
    )


def can_open_answer_file(user: User | AnonymousUser, name: str) -> bool:
    """Who may read the answers of the booking; of a draft only its student."""
    if not user.is_authenticated:
        return False
    if DraftFile.objects.filter(file=name, draft__user_id=user.pk).exists():
        return True
    answer = (
        Answer.objects.filter(file=name)
        .select_related("booking__appointment__provider", "booking__appointment__community")
        .first()
    )
    if answer is None:
        return False
    appointment = answer.booking.appointment
    if user.pk in (answer.booking.student_id, appointment.provider.user_id):
        return True
    return may_read(Standing(user, appointment.community), Part.ANSWERS)


def is_own_booking(user: User | AnonymousUser, booking: Booking) -> bool:
    """The student whose seat it is."""
    return bool(user.is_authenticated and booking.student_id == user.pk)


def is_own_meeting(user: User | AnonymousUser, booking: Booking) -> bool:
    """The provider with whom the student meets."""
    return bool(user.is_authenticated and booking.appointment.provider.user_id == user.pk)


def is_own_series(user: User | AnonymousUser, series: Series) -> bool:
    """The student who meets week after week."""
    return bool(user.is_authenticated and series.student_id == user.pk)


def is_own_weekly_meeting(user: User | AnonymousUser, series: Series) -> bool:
    """The provider with whom the student meets week after week."""
    return bool(user.is_authenticated and series.provider.user_id == user.pk)
