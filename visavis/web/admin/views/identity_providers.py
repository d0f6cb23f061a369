"""Signing in with the school: its identity providers, set up and tried out."""

import re

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from visavis.core import clock
from visavis.identities import actions
from visavis.identities.errors import InvalidProvider
from visavis.identities.models import IdentityProvider
from visavis.identities.problems import sentence_for_staff
from visavis.identities.queries import all_providers, get_provider, has_worked
from visavis.identities.trying import TRIAL, Trial
from visavis.people.signin import are_codes_on
from visavis.web.admin.doors import METHODS, school_page, show_school, status_of
from visavis.web.admin.forms.identity_providers import OidcForm, SamlForm
from visavis.web.admin.views.identity_addresses import ATTRIBUTES, addresses_of, redirect_address
from visavis.web.ui.doors import SignedInRequest, actor_of

KEY = re.compile(r"[a-z0-9][a-z0-9-]{5,39}")
ACTIVE = "sign_in"


@school_page
@require_safe
def sign_in_ways(request: SignedInRequest) -> HttpResponse:
    """Every way in: the providers in their order, and codes by mail."""
    page = {
        "providers": list(all_providers()),
        "are_codes_on": are_codes_on(),
        "has_worked": has_worked(),
    }
    return show_school(request, "admin/identity/ways.html", page, active=ACTIVE)


@school_page
@require_http_methods(METHODS)
def new_oidc(request: SignedInRequest) -> HttpResponse:
    """A new OpenID Connect provider; its redirect address is known before it is there."""
    key = request.GET.get("key", "")
    if not KEY.fullmatch(key) or all_providers().filter(app__provider_id=key).exists():
        return redirect(f"{reverse('school:new_oidc')}?key={actions.new_key('sso')}")
    form = OidcForm(request.POST if request.method == "POST" else None, is_new=True)
    if form.is_valid():
        try:
            made = actions.add_oidc(form.wanted, form.keys, by=actor_of(request), key=key)
        except InvalidProvider as error:
            form.refuse(error)
        else:
            return _made(request, made)
    page = {"form": form, "address": redirect_address(request, key), "attributes": ATTRIBUTES}
    return show_school(
        request, "admin/identity/new_oidc.html", page, active=ACTIVE, status=status_of(form)
    )


@school_page
@require_http_methods(METHODS)
def new_saml(request: SignedInRequest) -> HttpResponse:
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = SamlForm(*sent)
    if form.is_valid():
        try:
            source = form.source(_root(request))
            made = actions.add_saml(form.wanted, source, by=actor_of(request), now=clock.now())
        except InvalidProvider as error:
            form.refuse(error)
        else:
            return _made(request, made)
    return show_school(
        request,
        "admin/identity/new_saml.html",
        {"form": form},
        active=ACTIVE,
        status=status_of(form),
    )


@school_page
@require_http_methods(METHODS)
def identity_provider(request: SignedInRequest, provider: str) -> HttpResponse:
    """One provider: what the identity team needs, a test, and all that can be changed."""
    row = get_provider(provider)
    form = _form_of(request, row)
    if form.is_valid():
        try:
            _change(request, row, form)
        except InvalidProvider as error:
            form.refuse(error)
        else:
            request.session.pop(TRIAL, None)  # the test was of what stood there before
            messages.success(request, _("%(name)s is saved.") % {"name": form.wanted.name})
            return redirect("school:identity_provider", row.key)
    page = {
        "provider": row,
        "form": form,
        "addresses": addresses_of(request, row),
        "attributes": ATTRIBUTES,
        "problem": sentence_for_staff(row.problem, row.problem_data),
    }
    return show_school(
        request, "admin/identity/provider.html", page, active=ACTIVE, status=status_of(form)
    )


@school_page
@require_safe
def identity_provider_trial(request: SignedInRequest, provider: str) -> HttpResponse:
    """What came of the test of the provider, in this browser."""
    row = get_provider(provider)
    trial = Trial.read(request.session.get(TRIAL), row)
    if trial is None:
        return redirect("school:identity_provider", row.key)
    page = {"provider": row, "trial": trial}
    return show_school(request, "admin/identity/trial.html", page, active=ACTIVE)


def _form_of(request: HttpRequest, row: IdentityProvider) -> OidcForm | SamlForm:
    sent = request.POST if request.method == "POST" else None
    if row.is_saml:
        files = request.FILES if request.method == "POST" else None
        return SamlForm(sent, files, initial=SamlForm.shown(row))
    return OidcForm(sent, initial=OidcForm.shown(row), is_new=False)


def _change(request: SignedInRequest, row: IdentityProvider, form: OidcForm | SamlForm) -> None:
    by = actor_of(request)
    if isinstance(form, SamlForm):
        source = form.source(_root(request))
        actions.change_saml(row, form.wanted, source, by=by, now=clock.now())
    else:
        actions.change_oidc(row, form.wanted, form.keys, by=by)


def _made(request: HttpRequest, made: IdentityProvider) -> HttpResponse:
    told = _("%(name)s is set up and still off. Test it, then switch it on.")
    messages.success(request, told % {"name": made.name})
    return redirect("school:identity_provider", made.key)


def _root(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")
