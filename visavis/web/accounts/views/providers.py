"""Sign in with an identity provider of the school: the way there, and the ways back."""

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from visavis.core.errors import NotFound
from visavis.identities.enums import Kind
from visavis.identities.errors import Problem
from visavis.identities.models import IdentityProvider
from visavis.identities.problems import problem_for_person
from visavis.identities.queries import get_provider
from visavis.people.rules import can_run_school
from visavis.web.accounts import oidc, saml
from visavis.web.accounts.arrival import arrive, refuse
from visavis.web.accounts.underway import Underway
from visavis.web.accounts.ways import find_next, with_next
from visavis.web.ui.doors import Entrance, admits
from visavis.web.ui.methods import post_page


def _back(request: HttpRequest, **_named: str) -> str:
    return with_next("account_login", find_next(request))


@admits(Entrance.EVERYBODY)
@never_cache
@post_page(back=_back)
def begin(request: HttpRequest, provider: str) -> HttpResponse:
    """Send the browser to the provider; from its page here, only to try it out."""
    row = get_provider(provider)
    is_trial = "trial" in request.POST and can_run_school(request.user)
    underway = Underway(next_path=find_next(request), is_trial=is_trial)
    try:
        url = _way_there(request, row, underway)
    except Problem as problem:
        return refuse(request, row, problem, underway)
    # No redirect: a policy for forms holds for wherever their answer leads, and where a provider
    # leads on to is not known here.
    return render(request, "accounts/leaving.html", {"provider": row, "url": url})


def _way_there(request: HttpRequest, row: IdentityProvider, underway: Underway) -> str:
    if not (row.is_on or underway.is_trial):
        raise Problem("switched_off")
    _count(request, "begin_at_provider")
    return (saml.begin if row.is_saml else oidc.begin)(request, row, underway)


@admits(Entrance.EVERYBODY)
@never_cache
@require_safe
def oidc_return(request: HttpRequest, provider_id: str) -> HttpResponse:
    row = _require(provider_id, Kind.OIDC)
    underway = None
    try:
        _count(request, "return_from_provider")
        underway = oidc.take_underway(request, row)
        return arrive(request, row, oidc.receive(request, row, underway), underway)
    except Problem as problem:
        return refuse(request, row, problem, underway)


@admits(Entrance.EVERYBODY)
@csrf_exempt
@never_cache
@post_page(back=_back)
def saml_acs(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Where a SAML provider's form arrives; what proves it is its signature, not a cookie."""
    row = _require(organization_slug, Kind.SAML)
    try:
        _count(request, "return_from_provider")
    except Problem as problem:
        return refuse(request, row, problem, None)
    return redirect(f"{reverse('saml_finish_acs', args=[row.key])}?{saml.receive(request, row)}")


@admits(Entrance.EVERYBODY)
@never_cache
@require_safe
def saml_return(request: HttpRequest, organization_slug: str) -> HttpResponse:
    row = _require(organization_slug, Kind.SAML)
    underway, arrived = saml.take_received(request, row)
    try:
        asserted, begun = saml.read_received(row, underway, arrived)
        return arrive(request, row, asserted, begun)
    except Problem as problem:
        return refuse(request, row, problem, underway)


@admits(Entrance.EVERYBODY)
@require_safe
def saml_metadata(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """What the school's identity team reads of us; nothing of it is secret."""
    row = _require(organization_slug, Kind.SAML)
    try:
        written = saml.write_metadata(request, row)
    except Problem as problem:
        said = problem_for_person(problem, row.name)
        return HttpResponse(said, status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse(written, content_type="application/samlmetadata+xml")


def _require(key: str, kind: Kind) -> IdentityProvider:
    row = get_provider(key)
    if row.kind != kind:
        raise NotFound(_("There is no such page, or not for you."))
    return row


def _count(request: HttpRequest, action: str) -> None:
    if not ratelimit.consume(request, action=action):
        raise Problem("too_many")
