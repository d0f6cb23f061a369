"""A person comes back from an identity provider: let in, refused, or only tried out."""

import logging
from dataclasses import asdict

from allauth.socialaccount.helpers import complete_social_login
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.signals import social_account_added
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from visavis.core import clock
from visavis.identities.attributes import Asserted
from visavis.identities.entering import Arrival, enter_by_identity, note_success
from visavis.identities.enums import Outcome
from visavis.identities.errors import Problem
from visavis.identities.models import IdentityProvider
from visavis.identities.problems import problem_for_person
from visavis.identities.trying import TRIAL, Trial, failed, try_out
from visavis.people.enums import Way
from visavis.people.models import User
from visavis.people.queries import find_user
from visavis.people.rules import can_run_school
from visavis.web.accounts.arrivals import note_refusal
from visavis.web.accounts.underway import Underway
from visavis.web.accounts.ways import way_in, with_next

logger = logging.getLogger(__name__)


def arrive(
    request: HttpRequest, row: IdentityProvider, asserted: Asserted, underway: Underway
) -> HttpResponse:
    """Let the person in whom the provider has named. Raises Problem."""
    if underway.is_trial:
        result = try_out(row, asserted)
        if not result.problem:
            note_success(row, now=clock.now())
        return show_trial(request, row, result)
    arrival = enter_by_identity(row, asserted, now=clock.now())
    return _let_in(request, row, arrival, to=way_in(arrival.entry, underway.next_path))


def _let_in(
    request: HttpRequest, row: IdentityProvider, arrival: Arrival, *, to: str
) -> HttpResponse:
    """Hand over to allauth, which finds the account by the identity that is there by now."""
    provider = row.app.get_provider(request)
    login = SocialLogin(user=User(), account=arrival.identity, provider=provider)
    login.state = {"process": AuthProcess.LOGIN, "next": to}
    if arrival.outcome != Outcome.RETURN:
        social_account_added.send(sender=SocialLogin, request=request, sociallogin=login)
    answer: HttpResponse = complete_social_login(request, login)
    return answer


def refuse(
    request: HttpRequest, row: IdentityProvider, problem: Problem, underway: Underway | None
) -> HttpResponse:
    """Say why not: to who tries the provider out on its page, to everybody else here."""
    logger.warning("Sign-in with %s failed: %s", row.key, problem.code)
    if underway is not None and underway.is_trial:
        return show_trial(request, row, failed(row, problem))
    email = str(problem.data.get("email", ""))
    note_refusal(request, find_user(email), ways=(Way.SCHOOL, ""), email=email)
    page = {
        "sentence": problem_for_person(problem, row.name),
        "login_url": with_next("account_login", underway.next_path if underway else ""),
    }
    return render(request, "accounts/provider_refused.html", page, status=403)


def show_trial(request: HttpRequest, row: IdentityProvider, result: Trial) -> HttpResponse:
    """Keep the result for the provider's page, and go there; only who runs the school has one."""
    if not can_run_school(request.user):
        return redirect("account_login")
    request.session[TRIAL] = asdict(result)
    return redirect("school:identity_provider_trial", row.key)
