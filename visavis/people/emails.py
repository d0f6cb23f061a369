"""What an e-mail address must be to be somebody's here."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from visavis.core.text import fold
from visavis.people.errors import InvalidPerson

EMAIL_LENGTH = 254


def check_email(text: str) -> str:
    """The address without the space around it. Raises InvalidPerson for one that cannot be.

    Its folded form must fit as well: NFKC can make a text longer.
    """
    email = text.strip()
    if len(email) > EMAIL_LENGTH or len(fold(email)) > EMAIL_LENGTH:
        raise InvalidPerson(
            _("An e-mail address has at most %(limit)s characters.") % {"limit": EMAIL_LENGTH}
        )
    try:
        validate_email(email)
    except ValidationError as error:
        raise InvalidPerson(
            _("“%(email)s” is no e-mail address. Write one like name@school.edu.")
            % {"email": email[:100]}
        ) from error
    return email
