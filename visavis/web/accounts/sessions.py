"""What is kept of somebody's visit: every request reads it."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DjangoStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from visavis.core.prepared import Blank, prepared


class SessionStore(DjangoStore):
    """Django's, with the query of each request written once.

    Its name is part of what sessions are signed with: under another one everybody would be out.
    """

    def load(self) -> dict[str, Any]:
        """What is kept under the key of the cookie; nothing for one that is unknown or over."""
        asked = prepared(
            "session",
            lambda: Session.objects.filter(
                session_key=Blank("key"), expire_date__gt=Blank("now")
            ).values_list("session_data"),
        )
        # The clock by which Django writes when a session is over.
        for (told,) in asked.rows(key=self.session_key, now=timezone.now()):
            kept: dict[str, Any] = self.decode(told)
            return kept
        # As Django does: nobody may choose the key under which they are known from now on.
        self._session_key = None
        return {}
