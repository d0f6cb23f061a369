"""What is written down when somebody has come in, whichever way that was."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from visavis.core import clock
from visavis.core.troubles import again_on_conflict
from visavis.people.account_events import note
from visavis.people.devices import begin_device
from visavis.people.enums import AccountEventKind, Way
from visavis.people.models import User
from visavis.web.ui.steps_of_sign_in import steps_of, visit_of

METHODS = {"code": Way.CODE, "link": Way.LINK, "demo": Way.DEMO, "socialaccount": Way.SCHOOL}
FACTORS = {"totp": Way.APP, "webauthn": Way.PASSKEY, "recovery_codes": Way.RECOVERY}


@again_on_conflict
def note_arrival(request: HttpRequest, user: User) -> None:
    """Write down that the person is signed in: by which ways, and where."""
    steps = steps_of(request)
    # Of several tries the last one opened the door.
    way = next((_way_of(step) for step in reversed(steps) if not _comes_second(step)), "")
    second = next((_way_of(step) for step in reversed(steps) if _comes_second(step)), "")
    visit, now = visit_of(request), clock.now()
    with transaction.atomic():
        begin_device(
            user,
            session_key=str(request.session.session_key),
            way=way,
            visit=visit,
            now=now,
        )
        note(
            AccountEventKind.SIGNED_IN,
            user,
            visit=visit,
            now=now,
            ways=(way, second),
        )


def note_refusal(
    request: HttpRequest, user: User | None, *, ways: tuple[str, str], email: str = ""
) -> None:
    """Write down that somebody was not let in. The same is written for whom nobody knows."""
    note(AccountEventKind.REFUSED, user, visit=visit_of(request), ways=ways, email=email)


def _comes_second(step: Mapping[str, Any]) -> bool:
    return step.get("method") == "mfa" and not step.get("passwordless")


def _way_of(step: Mapping[str, Any]) -> str:
    if step.get("method") == "mfa":
        return FACTORS.get(str(step.get("type")), "")
    return METHODS.get(str(step.get("method")), "")
