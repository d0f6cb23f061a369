"""What is done to a way of signing in with one press, and what affiliations lead to."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from visavis.core import clock
from visavis.identities import actions
from visavis.identities.errors import InvalidProvider
from visavis.identities.models import IdentityProvider
from visavis.identities.queries import affiliation_roles, get_provider, identities_of
from visavis.identities.trying import TRIAL, Trial
from visavis.web.admin.doors import METHODS, school_page, show_school, status_of
from visavis.web.admin.forms.filters import TextFilter
from visavis.web.admin.forms.identity_providers import AffiliationRoleForm
from visavis.web.ui.doors import SignedInRequest, actor_of
from visavis.web.ui.listing import page_of
from visavis.web.ui.methods import post_page

ACTIVE = "sign_in"


def _to_ways(_request: SignedInRequest) -> str:
    return reverse("school:sign_in")


def _to_provider(_request: SignedInRequest, provider: str) -> str:
    return reverse("school:identity_provider", args=[get_provider(provider).key])


@school_page
@post_page(back=_to_provider)
def identity_provider_switch(request: SignedInRequest, provider: str) -> HttpResponse:
    """On, if the form says so, else off; asks before one is on that nobody came in by."""
    row, is_on = get_provider(provider), request.POST.get("on") == "1"
    if is_on and not (row.is_on or _has_worked(request, row) or request.POST.get("untested")):
        return _ask_untested(request, row)
    try:
        actions.switch_provider(row, is_on=is_on, by=actor_of(request))
    except InvalidProvider as error:
        messages.error(request, error.message)
    else:
        on, off = _("%(name)s is on: its button stands on the sign-in page."), _("%(name)s is off.")
        messages.success(request, (on if is_on else off) % {"name": row.name})
    return redirect("school:identity_provider", row.key)


def _has_worked(request: SignedInRequest, row: IdentityProvider) -> bool:
    """Whether somebody came in by it, or its test went well in this browser."""
    trial = Trial.read(request.session.get(TRIAL), row)
    return row.worked_at is not None or (trial is not None and not trial.problem)


def _ask_untested(request: SignedInRequest, row: IdentityProvider) -> HttpResponse:
    page = {"provider": row, "back_url": reverse("school:identity_provider", args=[row.key])}
    return show_school(request, "admin/identity/untested.html", page, active=ACTIVE)


@school_page
@post_page(back=_to_provider)
def identity_provider_rise(request: SignedInRequest, provider: str) -> HttpResponse:
    actions.move_provider_up(get_provider(provider), by=actor_of(request))
    return redirect("school:sign_in")


@school_page
@post_page(back=_to_provider)
def identity_provider_reading(request: SignedInRequest, provider: str) -> HttpResponse:
    """Read the metadata now, instead of tonight."""
    row = get_provider(provider)
    if row.metadata_url and not actions.read_again(row, now=clock.now()):
        messages.success(request, _("The metadata are read anew."))
    return redirect("school:identity_provider", row.key)


@school_page
@require_http_methods(METHODS)
def identity_provider_removal(request: SignedInRequest, provider: str) -> HttpResponse:
    row = get_provider(provider)
    if request.method == "POST":
        try:
            actions.remove_provider(row, by=actor_of(request))
        except InvalidProvider as error:
            messages.error(request, error.message)
            return redirect("school:identity_provider", row.key)
        messages.success(request, _("%(name)s is removed.") % {"name": row.name})
        return redirect("school:sign_in")
    people = identities_of(row).count()
    told = ngettext(
        "One person comes in by it. The account stays; they come in another way.",
        "%(count)s people come in by it. Their accounts stay; they come in another way.",
        people,
    )
    page = {
        "title": _("Remove %(name)s?") % {"name": row.name},
        "consequence": told % {"count": people} if people else _("Nobody comes in by it."),
        "verb": _("Remove %(name)s") % {"name": row.name},
        "back_url": reverse("school:identity_provider", args=[row.key]),
    }
    return show_school(request, "admin/removal.html", page, active=ACTIVE)


@school_page
@require_safe
def identity_people(request: SignedInRequest, provider: str) -> HttpResponse:
    """Who comes in by the provider."""
    row, text = get_provider(provider), TextFilter.read(request.GET)["text"]
    found = page_of(request, identities_of(row, text=text))
    page = {"provider": row, "page_obj": found, "text": text}
    return show_school(request, "admin/identity/people.html", page, active=ACTIVE)


@school_page
@require_http_methods(METHODS)
def identity_removal(request: SignedInRequest, provider: str, pk: int) -> HttpResponse:
    row = get_provider(provider)
    identity = get_object_or_404(identities_of(row), pk=pk)
    if request.method == "POST":
        actions.forget_identity(identity, by=actor_of(request))
        told = _("%(name)s: the next arrival with their address opens the account.")
        messages.success(request, told % {"name": identity.user})
        return redirect("school:identity_people", row.key)
    page = {
        "title": _("Let %(name)s come in anew?") % {"name": identity.user},
        "consequence": _(
            "Who arrives next with the address %(email)s opens this account, as the first time. "
            "Make sure that it is the same person."
        )
        % {"email": identity.user.email},
        "verb": _("Let them come in anew"),
        "back_url": reverse("school:identity_people", args=[row.key]),
    }
    return show_school(request, "admin/removal.html", page, active=ACTIVE)


@school_page
@post_page(back=_to_ways)
def email_codes(request: SignedInRequest) -> HttpResponse:
    """Codes by mail on, if the form says so, else off."""
    is_on = request.POST.get("on") == "1"
    try:
        actions.switch_codes(is_on=is_on, by=actor_of(request))
    except InvalidProvider as error:
        messages.error(request, error.message)
    else:
        on, off = _("Codes by mail sign people in."), _("Codes by mail sign nobody in any more.")
        messages.success(request, on if is_on else off)
    return redirect("school:sign_in")


@school_page
@require_http_methods(METHODS)
def affiliation_roles_page(request: SignedInRequest) -> HttpResponse:
    form = AffiliationRoleForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = actions.add_affiliation_role(**form.cleaned_data, by=actor_of(request))
        except InvalidProvider as error:
            form.refuse(error)
        else:
            told = _("%(role)s, from the next sign-in on.")
            messages.success(request, told % {"role": made})
            return redirect("school:affiliation_roles")
    page = {"form": form, "roles": list(affiliation_roles())}
    return show_school(
        request, "admin/identity/roles.html", page, active=ACTIVE, status=status_of(form)
    )


@school_page
@require_http_methods(METHODS)
def affiliation_role_removal(request: SignedInRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(affiliation_roles(), pk=pk)
    if request.method == "POST":
        actions.remove_affiliation_role(row, by=actor_of(request))
        messages.success(request, _("This is given to nobody new."))
        return redirect("school:affiliation_roles")
    page = {
        "title": _("Give this role no more?"),
        "consequence": _("%(role)s. Whoever has it keeps it; nobody new gets it.") % {"role": row},
        "verb": _("Give it no more"),
        "back_url": reverse("school:affiliation_roles"),
    }
    return show_school(request, "admin/removal.html", page, active=ACTIVE)
