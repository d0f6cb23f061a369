"""The one person who stands in for all students whose old meetings were made anonymous.

A booking has a student always: counts and tables stay as they are, and no page must know that
somebody may be missing. The stand-in cannot sign in, is on no list, and has no time of its own.
"""

from django.utils.translation import gettext as _

from visavis.people.models import User

# `.invalid` is reserved: no mail can ever go there (RFC 2606).
EMAIL = "anonymised-student@visavis.invalid"


def stand_in() -> User:
    """The stand-in, made when it is first needed."""
    user, made = User.objects.get_or_create(
        email_key=EMAIL,
        defaults={
            "email": EMAIL,
            "first_name": _("Anonymised"),
            "last_name": _("student"),
            "is_active": False,
        },
    )
    if made:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user
