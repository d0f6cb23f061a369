"""Setting up second factors, and taking them away again."""

from http import HTTPStatus

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.people.factors import factors_of, name_of, remove_factor
from visavis.web.accounts import factors
from visavis.web.accounts.doors import factor_page
from visavis.web.accounts.factor_forms import NewAppForm, NewPasskeyForm
from visavis.web.accounts.ways import find_next, with_next
from visavis.web.ui.doors import SignedInRequest, actor_of
from visavis.web.ui.steps_of_sign_in import visit_of

METHODS = ["GET", "HEAD", "POST"]


@factor_page
@require_http_methods(METHODS)
def app(request: SignedInRequest) -> HttpResponse:
    """A picture to scan, and a code that proves that it was."""
    if factors_of(request.user).app is not None:
        return redirect("account_security")
    form = NewAppForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        if not factors.add_app(request, form.secret, by=actor_of(request)):
            return redirect("account_security")
        messages.success(request, _("The app is set up. You are asked for its code from now on."))
        return redirect(with_next("account_recovery", find_next(request)))
    page = {
        "form": form,
        "next": find_next(request),
        "shown": factors.kept_secret(request) if form.is_bound else factors.new_secret(request),
    }
    return render(request, "accounts/app.html", page, status=_status_of(form))


@factor_page
@require_http_methods(METHODS)
def new_passkey(request: SignedInRequest) -> HttpResponse:
    """The browser makes the passkey; this page asks it to, and keeps what it answers."""
    form = NewPasskeyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        factors.add_passkey(request, **form.cleaned_data, by=actor_of(request))
        messages.success(request, _("The passkey is set up. It signs you in by itself."))
        return redirect(with_next("account_recovery", find_next(request)))
    page = {
        "form": form,
        "next": find_next(request),
        "options": factors.options_to_add(request.user),
    }
    return render(request, "accounts/new_passkey.html", page, status=_status_of(form))


@factor_page
@require_http_methods(METHODS)
def recovery(request: SignedInRequest) -> HttpResponse:
    """The recovery codes that are left; a POST makes new ones."""
    if request.method == "POST":
        if factors.new_recovery_codes(request, by=actor_of(request)):
            messages.success(request, _("These are new. The ones before open nothing any more."))
        return redirect(with_next("account_recovery", find_next(request)))
    found = factors_of(request.user)
    if not found.are_any:
        return redirect("account_security")
    codes = found.recovery.wrap().get_unused_codes() if found.recovery else []
    page = {"codes": codes, "next": find_next(request)}
    return render(request, "accounts/recovery.html", page)


@factor_page
@require_http_methods(METHODS)
def app_removal(request: SignedInRequest) -> HttpResponse:
    found = factors_of(request.user).app
    if found is None:
        return redirect("account_security")
    return _removal(request, found, is_last=not factors_of(request.user).passkeys)


@factor_page
@require_http_methods(METHODS)
def passkey_removal(request: SignedInRequest, pk: int) -> HttpResponse:
    mine = factors_of(request.user)
    found = next((passkey for passkey in mine.passkeys if passkey.pk == pk), None)
    if found is None:
        raise NotFound(_("This passkey is not there any more."))
    return _removal(request, found, is_last=mine.app is None and len(mine.passkeys) == 1)


def _removal(request: SignedInRequest, factor: Authenticator, *, is_last: bool) -> HttpResponse:
    name = name_of(factor)
    if request.method == "POST":
        remove_factor(
            request.user, factor, by=actor_of(request), now=clock.now(), visit=visit_of(request)
        )
        messages.success(request, _("%(factor)s: removed.") % {"factor": name})
        return redirect("account_security")
    page = {
        "title": _("Remove “%(factor)s”?") % {"factor": name},
        "consequence": _(
            "It is your only second factor: the recovery codes go with it, and a code by e-mail "
            "alone signs you in."
        )
        if is_last
        else _("You cannot sign in with it any more. Your other factors stay."),
        "verb": _("Remove it"),
        "back_url": reverse("account_security"),
        "is_dangerous": True,
    }
    return render(request, "ui/confirm.html", page)


def _status_of(form: NewAppForm | NewPasskeyForm) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
