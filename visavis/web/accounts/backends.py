"""Who has signed in: every request asks."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend

from visavis.core.prepared import get_prepared
from visavis.people.models import User


class AuthenticationBackend(AllauthBackend):  # type: ignore[misc]
    """allauth's, with the query of each request written once."""

    def get_user(self, user_id: Any) -> User | None:
        """The person of a session, if they may still sign in."""
        try:
            user = get_prepared(User, user_id)
        except User.DoesNotExist:
            return None
        return user if self.user_can_authenticate(user) else None
