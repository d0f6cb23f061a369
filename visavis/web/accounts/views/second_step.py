"""The second step of signing in, signing in by passkey, and proving again who one is."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from visavis.people.enums import Way
from visavis.people.factors import factors_of
from visavis.people.models import User
from visavis.web.accounts import factors
from visavis.web.accounts.arrivals import note_refusal
from visavis.web.accounts.doors import own_page
from visavis.web.accounts.factor_forms import FactorForm, PasskeyForm
from visavis.web.accounts.ways import find_next, with_next
from visavis.web.ui.doors import Entrance, SignedInRequest, admits

METHODS = ["GET", "HEAD", "POST"]
Form = FactorForm | PasskeyForm


@admits(Entrance.EVERYBODY)
@never_cache
@require_http_methods(METHODS)
def second_step(request: HttpRequest) -> HttpResponse:
    """After the first way in: a code of the app, a passkey, or a recovery code."""
    stage = factors.find_waiting(request)
    if stage is None:
        messages.warning(request, _("Start here: the sign-in has run out, or none was begun."))
        return redirect(with_next("account_login", find_next(request)))
    person: User = stage.login.user
    form = _posted(request, person)
    if form is not None and form.is_valid():
        factors.accept(request, _shown(form))
        answer: HttpResponse = stage.exit()
        return answer
    if form is not None:
        second = Way.PASSKEY if isinstance(form, PasskeyForm) else Way.APP
        note_refusal(request, person, ways=("", second))
    page = _page(person, form)
    return render(request, "accounts/second_step.html", page, status=_status_of(form))


@admits(Entrance.EVERYBODY)
@never_cache
@require_http_methods(METHODS)
def sign_in_by_passkey(request: HttpRequest) -> HttpResponse:
    """What the browser asks for, to a script; and the answer, whoever's passkey it is."""
    if not factors.may_try_passkey(request):
        messages.error(request, _("Too many tries in a short time. Wait a minute and try again."))
        return redirect(with_next("account_login", find_next(request)))
    if request.method != "POST":
        if "application/json" not in request.headers.get("Accept", ""):
            return redirect(with_next("account_login", find_next(request)))
        return JsonResponse(factors.options_to_sign_in())
    form = PasskeyForm(request.POST, user=None)
    if form.is_valid():
        passkey = form.cleaned_data["credential"]
        return factors.let_in_by_passkey(request, passkey, to=find_next(request) or "/")
    note_refusal(request, None, ways=(Way.PASSKEY, ""))
    said = _("This passkey is not known here. Sign in with a code by e-mail.")
    messages.error(request, said)
    return redirect(with_next("account_login", find_next(request)))


@own_page
@require_http_methods(METHODS)
def confirmation(request: SignedInRequest) -> HttpResponse:
    """Before something dangerous: a factor again, or without one the whole way in again."""
    next_path = find_next(request)
    if not factors_of(request.user).are_any:
        return _sign_in_again(request, next_path)
    form = _posted(request, request.user)
    if form is not None and form.is_valid():
        factors.accept_again(request, _shown(form))
        return redirect(next_path or "account_security")
    page = _page(request.user, form) | {"next": next_path}
    return render(request, "accounts/confirmation.html", page, status=_status_of(form))


def _sign_in_again(request: SignedInRequest, next_path: str) -> HttpResponse:
    if request.method == "POST":
        logout(request)
        return redirect(with_next("account_login", next_path))
    return render(request, "accounts/sign_in_again.html", {"next": next_path})


def _posted(request: HttpRequest, person: User) -> Form | None:
    if request.method != "POST":
        return None
    kind = PasskeyForm if "credential" in request.POST else FactorForm
    return kind(data=request.POST, user=person)


def _shown(form: Form) -> Any:
    """The factor that the form has found good."""
    return form.cleaned_data["credential"] if isinstance(form, PasskeyForm) else form.authenticator


def _page(person: User, form: Form | None) -> dict[str, Any]:
    is_passkey = isinstance(form, PasskeyForm)
    return {
        "form": FactorForm(user=person) if form is None or is_passkey else form,
        "refused": form.errors.get("credential", []) if is_passkey and form else [],
        "options": factors.options_to_show(person),
    }


def _status_of(form: Form | None) -> HTTPStatus:
    is_refused = form is not None and bool(form.errors)
    return HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
