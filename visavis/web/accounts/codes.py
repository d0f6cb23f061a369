"""Sign-in by code. With factors.py the one file that knows the inside of allauth.

The page does the same for every address: make a code, enqueue a job, show the next page. Whether
the address is anybody's is decided by the job, and again when the code is entered; so neither the
answer nor the time it takes tells a stranger who is on a list.
"""

import time
from datetime import datetime
from typing import NoReturn

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.core import ratelimit
from allauth.core.internal.cryptokit import compare_user_code
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from visavis.core.errors import VisavisError
from visavis.core.text import fold
from visavis.people import signin
from visavis.people.enums import Way
from visavis.people.models import User
from visavis.people.queries import find_user
from visavis.web.accounts.arrivals import note_refusal
from visavis.web.accounts.tasks import send_sign_in_code
from visavis.web.ui.steps_of_sign_in import visit_of


class CodeRefused(VisavisError):
    """The code is not the one that was sent; it may be tried again."""

    code = "wrong_code"


class SignInEnded(VisavisError):
    """Nothing more can be tried with this code: the way begins anew."""

    code = "sign_in_ended"


class TooManyTries(VisavisError):
    code = "too_many_tries"


class SignIn(LoginCodeVerificationProcess):  # type: ignore[misc]  # allauth has no type hints
    """A sign-in under way, kept in the session. It knows an address and a code, and nobody yet."""

    @property
    def email(self) -> str:
        return str(self.state["email"])

    def send(self, skip_enumeration_mails: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002  (allauth's signature)
        visit = visit_of(self.request)
        send_sign_in_code.enqueue(
            self.email, self.generate_code(), network=visit.network, device=visit.device
        )


def start(request: HttpRequest, email: str) -> None:
    """Begin a sign-in for `email` and have its code sent. Raises TooManyTries."""
    _count(request, "request_login_code", email)
    login = Login(user=None, email=email)
    login.state["stages"] = {"current": LoginByCodeStage.key}
    stage = LoginByCodeStage(LoginStageController(request, login), request, login)
    stage.state.update(SignIn.initial_state(user=None, email=email))
    process = SignIn(stage)
    process.send()
    process.persist()


def find_started(request: HttpRequest) -> SignIn | None:
    """The sign-in that this browser has begun, unless it has run out."""
    stage = LoginStageController.enter(request, LoginByCodeStage.key)
    if not stage:
        return None
    process = SignIn(stage)
    return process if process.is_valid() else None


def send_again(request: HttpRequest, process: SignIn) -> None:
    """Send a new code; the earlier one is void. Raises TooManyTries."""
    _count(request, "request_login_code", process.email)
    if not process.can_resend:
        raise TooManyTries(_("No further code can be sent to this address now. Start again."))
    process.send()
    process.record_resend()
    process.state["at"] = time.time()
    process.persist()


def confirm(request: HttpRequest, process: SignIn, typed: str, *, now: datetime) -> signin.Entry:
    """The person whose address it is. Raises CodeRefused, SignInEnded, TooManyTries."""
    _count(request, "confirm_login_code", process.email)
    if not compare_user_code(actual=typed, expected=process.code):
        _refuse(request, process)
    try:
        return signin.enter_by_email(process.email, now=now)
    except signin.NoSuchPerson:
        _refuse(request, process)


def let_in(
    request: HttpRequest, user: User, *, to: str, method: str = "code", email: str | None = None
) -> HttpResponse:
    """Sign the person in and send the browser to `to`, an own path."""
    record_authentication(request, user, method=method, email=email)
    answer: HttpResponse = perform_login(request, Login(user=user, redirect_url=to, email=email))
    return answer


def _refuse(request: HttpRequest, process: SignIn) -> NoReturn:
    # One look and one row, whether anybody has this address or not.
    note_refusal(request, find_user(process.email), ways=(Way.CODE, ""), email=process.email)
    if process.record_invalid_attempt():
        raise CodeRefused(_("That is not the code in the mail. Check it and enter it again."))
    raise SignInEnded(_("That was not the code, five times. Ask for a new one."))


def _count(request: HttpRequest, action: str, email: str) -> None:
    if not ratelimit.consume(request, action=action, key=fold(email)):
        raise TooManyTries(
            _("Too many tries in a short time. Wait a quarter of an hour and try again.")
        )
